package export

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"

	"foghorn/internal/safetext"
	"foghorn/journal/event"
)

// csvEncoder writes RFC 4180: every JSON name is a column, in the same order,
// lines end in CRLF.
type csvEncoder[T Row] struct{}

func (csvEncoder[T]) head(b *bytes.Buffer) {
	var names []string
	eachField(reflect.TypeFor[T](), func(name string, _ int) { names = append(names, name) })
	writeRecord(b, names)
}

func (csvEncoder[T]) row(b *bytes.Buffer, _ int, row *T) error {
	v := reflect.ValueOf(row).Elem()
	var cells []string
	var err error
	eachField(v.Type(), func(_ string, i int) {
		cell, e := csvCell(v.Field(i).Interface())
		if e != nil {
			err = e
		}
		cells = append(cells, cell)
	})
	if err != nil {
		return err
	}
	writeRecord(b, cells)
	return nil
}

func (csvEncoder[T]) tail(*bytes.Buffer, int) {}

// eachField calls f with the JSON name and index of each field that is printed,
// so that the columns cannot drift from the names. A delivery's body, which
// JSON adds, is no column: a payload is not a cell.
func eachField(t reflect.Type, f func(name string, index int)) {
	for i := range t.NumField() {
		if name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ","); name != "" && name != "-" {
			f(name, i)
		}
	}
}

// csvCell formats one value. Text that a stranger may have chosen is cleaned, and
// disarmed for spreadsheets.
func csvCell(v any) (string, error) {
	switch v := v.(type) {
	case time.Time:
		return stamp(v), nil
	case *time.Time:
		if v == nil {
			return "", nil
		}
		return stamp(*v), nil
	case int:
		return strconv.Itoa(v), nil
	case int64:
		return strconv.FormatInt(v, 10), nil
	case float64:
		if math.IsNaN(v) {
			return "", nil
		}
		return strconv.FormatFloat(v, 'f', -1, 64), nil
	case bool:
		return strconv.FormatBool(v), nil
	case event.MAC:
		return Disarm(safetext.Line(v.String())), nil // with colons: 12 digits are a number to a spreadsheet
	case json.RawMessage:
		return Disarm(safetext.Line(string(v))), nil
	case []string:
		return Disarm(safetext.Line(strings.Join(v, " "))), nil
	case event.Sync:
		text := string(v.State)
		if v.Reason != "" {
			text += ": " + v.Reason
		}
		return Disarm(safetext.Line(text)), nil
	case *event.SLEScore:
		if v == nil {
			return "", nil
		}
		return Disarm(safetext.Line(v.Metric)) + " " + strconv.FormatFloat(v.Value, 'f', -1, 64), nil
	case []event.Radio, []event.SiteCount, map[event.Severity]int, event.Trend:
		out, err := json.Marshal(v)
		if string(out) == "null" {
			out = nil
		}
		return Disarm(safetext.Line(string(out))), err
	case map[string][]string:
		if len(v) == 0 {
			return "", nil
		}
		out, err := json.Marshal(v)
		return Disarm(safetext.Line(string(out))), err
	}
	return Disarm(safetext.Line(fmt.Sprint(v))), nil // strings, and what has a name
}

func writeRecord(b *bytes.Buffer, cells []string) {
	w := csv.NewWriter(b)
	w.UseCRLF = true
	// A bytes.Buffer takes whatever it is given, so that this has no error.
	_ = w.Write(cells)
	w.Flush()
}
