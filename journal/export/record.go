package export

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"foghorn/internal/safetext"
)

// Record is a row whose columns are known only when it was asked for, as those of a
// typed SQL statement. A value is nil, int64, float64, string or []byte. Records are
// written by NewRecords and WriteRecords alone.
type Record struct {
	names  []string
	values []any
}

// NewRecord returns a record. Both slices are kept.
func NewRecord(names []string, values []any) Record { return Record{names, values} }

// NewRecords returns a writer of records with these columns. Like all tables that are
// written row by row, its table does not know how wide the columns will be.
func NewRecords(w io.Writer, f Format, names []string, o Options) *Writer[Record] {
	out := &Writer[Record]{w: w, f: f}
	switch f {
	case Table:
		t := &tableEncoder[Record]{all: recordColumns(names), o: o}
		t.usual()
		out.enc = t
	case JSON:
		out.enc = arrayEncoder[Record]{}
	case CSV:
		out.enc = recordCSV(names)
	case Markdown:
		out.enc = markdownEncoder[Record]{columns: recordColumns(names), o: o}
	default:
		out.enc = lineEncoder[Record]{}
	}
	return out
}

// WriteRecords writes records at once, a table with columns as wide as they need.
func WriteRecords(w io.Writer, f Format, names []string, rows []Record, o Options) error {
	out := NewRecords(w, f, names, o)
	if t, ok := out.enc.(*tableEncoder[Record]); ok {
		t.measure(rows)
	}
	for i := range rows {
		if err := out.Write(&rows[i]); err != nil {
			return err
		}
	}
	return out.Close()
}

// recordColumns are the columns of a table of records.
func recordColumns(names []string) []column[Record] {
	out := make([]column[Record], len(names))
	for i, name := range names {
		name = safetext.Line(name)
		out[i] = column[Record]{name: name, min: max(4, min(12, safetext.Cells(name))), usual: 16, // none is dropped: each was asked for
			get: func(r *Record, _ Options) string { return valueText(r.values[i]) }}
	}
	return out
}

// valueText words a value for people; nothing is NULL.
func valueText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case []byte:
		if utf8.Valid(v) {
			return string(v)
		}
		return base64.StdEncoding.EncodeToString(v)
	}
	return fmt.Sprint(v)
}

// MarshalJSONTo writes the values under their names, in the order of the columns. A
// name that comes twice is written twice.
func (r *Record) MarshalJSONTo(e *jsontext.Encoder) error {
	if err := e.WriteToken(jsontext.BeginObject); err != nil {
		return err
	}
	for i, v := range r.values {
		if err := e.WriteToken(jsontext.String(r.names[i])); err != nil {
			return err
		}
		token := jsontext.Null
		switch v := v.(type) {
		case nil:
		case int64:
			token = jsontext.Int(v)
		case float64:
			if !math.IsInf(v, 0) && !math.IsNaN(v) {
				token = jsontext.Float(v)
			}
		default:
			token = jsontext.String(valueText(v))
		}
		if err := e.WriteToken(token); err != nil {
			return err
		}
	}
	return e.WriteToken(jsontext.EndObject)
}

// recordCSV writes records as RFC 4180, disarmed for spreadsheets as all CSV.
type recordCSV []string

func (c recordCSV) head(b *bytes.Buffer) {
	var names []string
	for _, name := range c {
		names = append(names, Disarm(safetext.Line(name)))
	}
	writeRecord(b, names)
}

func (c recordCSV) row(b *bytes.Buffer, _ int, r *Record) error {
	cells := make([]string, len(r.values))
	for i, v := range r.values {
		cells[i] = valueText(v)
		switch v.(type) {
		case int64, float64:
		default:
			cells[i] = Disarm(safetext.Line(cells[i]))
		}
	}
	writeRecord(b, cells)
	return nil
}

func (c recordCSV) tail(*bytes.Buffer, int) {}
