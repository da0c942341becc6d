// Package export writes events, alerts, deliveries, activities and the state of
// the cloud for people and for programs: the same tables, JSON, CSV and Markdown from the command
// line's -o and from the screen's x.
//
// Callers may rely on this: JSON has the names of the records page of the
// design, with times in RFC 3339 UTC to exactly three decimals and keys in a
// fixed order. No output in any format can hold a control or bidi character
// chosen by a stranger: the formats for people are cleaned by safetext, JSON
// writes such characters as \u escapes, which mean the same. Secrets are those
// of the rows themselves, which hold them masked.
package export

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strings"
	"time"

	"foghorn/journal/event"
)

// Row is what can be exported.
type Row interface {
	event.Event | event.Alert | event.AlertStep | event.Delivery | event.Activity |
		event.Device | event.LiveClient | event.Webhook | event.SLEScore | event.SiteState | event.BudgetUse | event.Job |
		event.RelayRow | event.DeadLetter | event.RelaySent | event.RelayDrop | Record
}

// Format is an output format by its name on the command line.
type Format string

// The formats. JSON is one array, NDJSON one object per line.
const (
	Table    Format = "table"
	JSON     Format = "json"
	NDJSON   Format = "ndjson"
	CSV      Format = "csv"
	Markdown Format = "md"
)

// Formats lists all formats.
func Formats() []Format { return []Format{Table, JSON, NDJSON, CSV, Markdown} }

// ParseFormat returns the format named s, in any case.
func ParseFormat(s string) (Format, error) {
	names := make([]string, 0, len(Formats()))
	for _, f := range Formats() {
		if strings.EqualFold(s, string(f)) {
			return f, nil
		}
		names = append(names, string(f))
	}
	return "", fmt.Errorf("%q is not an output format; use %s", s, strings.Join(names, ", "))
}

// Options are the details of the formats for people. The zero value is fine.
type Options struct {
	Width int            // cells a line of a table may take; 0 for no limit
	Zone  *time.Location // of the times in tables and Markdown; nil for UTC, marked Z
	Now   time.Time      // how long unresolved alerts have lasted until; zero shows none
}

// Write writes rows in the format f. An error is one of w.
func Write[T Row](w io.Writer, f Format, rows []T, o Options) error {
	buffered := bufio.NewWriter(w)
	out := newWriter[T](buffered, f, o)
	if t, ok := out.enc.(*tableEncoder[T]); ok {
		t.measure(rows)
	}
	for i := range rows {
		if err := out.Write(&rows[i]); err != nil {
			return err
		}
	}
	if err := out.Close(); err != nil {
		return err
	}
	if err := buffered.Flush(); err != nil {
		return fmt.Errorf("write %s: %w", f, err)
	}
	return nil
}

// Writer writes rows one by one, each with a single call of the underlying
// Write, so that a reader of the output sees a row at once.
// A table written this way has columns of a usual width, as what will come is
// not known. A Writer is for one goroutine.
type Writer[T Row] struct {
	w   io.Writer
	f   Format
	enc encoder[T]
	buf bytes.Buffer
	n   int // rows written
}

// encoder appends the parts of one format to a buffer.
type encoder[T Row] interface {
	head(b *bytes.Buffer)
	row(b *bytes.Buffer, n int, row *T) error // n rows came before
	tail(b *bytes.Buffer, n int)
}

// NewWriter returns a writer of the format f. A format that is none of
// [Formats] is written as NDJSON.
func NewWriter[T Row](w io.Writer, f Format, o Options) *Writer[T] {
	return newWriter[T](w, f, o)
}

func newWriter[T Row](w io.Writer, f Format, o Options) *Writer[T] {
	out := &Writer[T]{w: w, f: f}
	switch f {
	case Table:
		out.enc = newTable[T](o)
	case JSON:
		out.enc = arrayEncoder[T]{}
	case CSV:
		out.enc = csvEncoder[T]{}
	case Markdown:
		out.enc = markdownEncoder[T]{columns: columnsOf[T](), o: o}
	default:
		out.enc = lineEncoder[T]{}
	}
	return out
}

// Write writes one row, and before the first one what the format begins with.
func (w *Writer[T]) Write(row *T) error {
	w.buf.Reset()
	if w.n == 0 {
		w.enc.head(&w.buf)
	}
	if err := w.enc.row(&w.buf, w.n, row); err != nil {
		return fmt.Errorf("encode row %d as %s: %w", w.n+1, w.f, err)
	}
	w.n++
	return w.flush()
}

// Close ends the output. It does not close the underlying writer.
func (w *Writer[T]) Close() error {
	w.buf.Reset()
	if w.n == 0 {
		w.enc.head(&w.buf)
	}
	w.enc.tail(&w.buf, w.n)
	return w.flush()
}

func (w *Writer[T]) flush() error {
	if w.buf.Len() == 0 {
		return nil
	}
	if _, err := w.w.Write(w.buf.Bytes()); err != nil {
		return fmt.Errorf("write %s: %w", w.f, err)
	}
	return nil
}
