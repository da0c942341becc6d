package export

import (
	"bytes"
	"encoding/base64"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"

	"foghorn/internal/safetext"
	"foghorn/journal/event"
)

// timeLayout has exactly three decimals, which the default of encoding/json has
// not: a column of times sorts as text only if all are of one length.
const timeLayout = "2006-01-02T15:04:05.000Z"

// stamp words a time for programs; a zero time is "".
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(timeLayout)
}

// encoding is how all JSON is made. Bytes that came from outside may hold
// duplicate names and broken UTF-8; they are passed on, not refused.
var encoding = json.JoinOptions(
	jsonv1.OmitEmptyWithLegacySemantics(true),
	json.Deterministic(true),
	jsontext.AllowDuplicateNames(true),
	jsontext.AllowInvalidUTF8(true),
	json.WithMarshalers(json.JoinMarshalers(json.MarshalToFunc(func(e *jsontext.Encoder, t time.Time) error {
		if t.IsZero() {
			return e.WriteToken(jsontext.Null)
		}
		return e.WriteToken(jsontext.String(stamp(t)))
	}), json.MarshalToFunc(func(e *jsontext.Encoder, d time.Duration) error {
		return e.WriteToken(jsontext.Float(d.Seconds()))
	}))),
)

// delivery adds the body to what a delivery prints: as text if it is text, so
// that its signature can be checked, and in base64 if it is not.
type delivery struct {
	event.Delivery
	Text   *string `json:"body,omitempty"`
	Binary *string `json:"body_base64,omitempty"`
}

// audited adds what was changed to what an event prints.
type audited struct {
	Audit *event.Audit `json:"audit"`
	event.Event
}

// printed returns what is encoded for row.
func printed[T Row](row *T) any {
	switch r := any(row).(type) {
	case *event.Event:
		if len(r.Raw) > 0 && !jsontext.Value(r.Raw).IsValid(encoding) {
			// Raw of a body that was cut off is no JSON; it is shown as text.
			e := *r
			e.Raw, _ = jsontext.AppendQuote(nil, string(r.Raw))
			r = &e
		}
		if r.Audit != nil {
			return &audited{Audit: r.Audit, Event: *r}
		}
		return r
	case *event.Delivery:
		d := delivery{Delivery: *r}
		if len(r.Body) > 0 && utf8.Valid(r.Body) {
			text := string(r.Body)
			d.Text = &text
		} else if len(r.Body) > 0 {
			binary := base64.StdEncoding.EncodeToString(r.Body)
			d.Binary = &binary
		}
		return &d
	}
	return row
}

// appendJSON appends row as JSON to b: on one line if indent is "", otherwise
// with each line after the first led by prefix.
func appendJSON[T Row](b *bytes.Buffer, row *T, prefix, indent string) error {
	options := encoding
	if indent != "" {
		options = json.JoinOptions(encoding, jsontext.WithIndentPrefix(prefix), jsontext.WithIndent(indent))
	}
	out, err := json.Marshal(printed(row), options)
	if err != nil {
		return err
	}
	escapeUnseen(b, out)
	return nil
}

// escapeUnseen copies JSON and writes what is not safe to look at as \u
// escapes. Outside of strings JSON is ASCII, so that every such character
// stands in a string, where the escape means the same.
func escapeUnseen(b *bytes.Buffer, text []byte) {
	start := 0
	for i := 0; i < len(text); {
		c := text[i]
		if c < utf8.RuneSelf && c != 0x7f {
			i++
			continue
		}
		r, size := utf8.DecodeRune(text[i:])
		if safetext.Printable(r) {
			i += size
			continue
		}
		b.Write(text[start:i])
		if r1, r2 := utf16.EncodeRune(r); r1 != utf8.RuneError {
			escapeUnit(b, r1)
			escapeUnit(b, r2)
		} else {
			escapeUnit(b, r)
		}
		i += size
		start = i
	}
	b.Write(text[start:])
}

func escapeUnit(b *bytes.Buffer, r rune) {
	const hex = "0123456789abcdef"
	b.Write([]byte{'\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15]})
}

// Object returns one row as indented JSON without a line break at its end.
func Object[T Row](row *T) ([]byte, error) {
	var b bytes.Buffer
	err := appendJSON(&b, row, "", "  ")
	return b.Bytes(), err
}

// Value returns anything that is not a row as indented JSON, with times and unsafe
// characters written as in rows.
func Value(v any) ([]byte, error) {
	out, err := json.Marshal(v, encoding, jsontext.WithIndent("  "))
	return Escaped(out), err
}

// LineOf encodes a value as Value does, on a line of its own.
func LineOf(v any) ([]byte, error) {
	out, err := json.Marshal(v, encoding)
	return append(Escaped(out), '\n'), err
}

// Escaped returns JSON that came from outside with every character that is not
// safe to look at written as a \u escape, which means the same.
func Escaped(text []byte) []byte {
	var b bytes.Buffer
	escapeUnseen(&b, text)
	return b.Bytes()
}

// lineEncoder writes NDJSON.
type lineEncoder[T Row] struct{}

func (lineEncoder[T]) head(*bytes.Buffer)      {}
func (lineEncoder[T]) tail(*bytes.Buffer, int) {}

func (lineEncoder[T]) row(b *bytes.Buffer, _ int, row *T) error {
	err := appendJSON(b, row, "", "")
	b.WriteByte('\n')
	return err
}

// arrayEncoder writes one JSON array.
type arrayEncoder[T Row] struct{}

func (arrayEncoder[T]) head(b *bytes.Buffer) { b.WriteByte('[') }

func (arrayEncoder[T]) row(b *bytes.Buffer, n int, row *T) error {
	if n > 0 {
		b.WriteByte(',')
	}
	b.WriteString("\n  ")
	return appendJSON(b, row, "  ", "  ")
}

func (arrayEncoder[T]) tail(b *bytes.Buffer, n int) {
	if n > 0 {
		b.WriteByte('\n')
	}
	b.WriteString("]\n")
}
