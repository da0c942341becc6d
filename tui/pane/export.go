package pane

import (
	"io"
	"strconv"
	"strings"

	"foghorn/journal/export"
	"foghorn/journal/query"
	"foghorn/tui/draw"
)

// ClipboardForms are the forms in which the chosen rows can be copied.
type ClipboardForms struct {
	N     int
	Lines []string
	IDs   []string
	JSON  func() (string, error) // nil where rows have no JSON
}

// Clipboard returns the marked rows, or the one under the cursor, in all forms.
func (p *List[T]) Clipboard(e Context) ClipboardForms {
	rows := p.List.Chosen()
	c := ClipboardForms{N: len(rows)}
	for _, row := range rows {
		c.Lines = append(c.Lines, LineOf(p.Spec.Cells(e, row)))
		c.IDs = append(c.IDs, p.displayID(row))
	}
	if p.Spec.JSON != nil {
		c.JSON = func() (string, error) { return objects(rows, p.Spec.JSON) }
	}
	return c
}

// displayID is the id people know a row by.
func (p *List[T]) displayID(row T) string {
	if p.Spec.Name != nil {
		return p.Spec.Name(row)
	}
	if p.Spec.Table == query.Devices || p.Spec.Table == query.Clients {
		return MACOf(p.Spec.RowID(row)).String()
	}
	return strconv.FormatInt(p.Spec.RowID(row), 10)
}

// LineOf is a row as text: its cells, without what was blank.
func LineOf(cells []draw.Cell) string {
	var out []string
	for _, c := range cells {
		if t := strings.TrimSpace(c.Text); t != "" {
			out = append(out, t)
		}
	}
	return strings.Join(out, "  ")
}

func objects[T any](rows []T, object func(*T) ([]byte, error)) (string, error) {
	var out []string
	for i := range rows {
		text, err := object(&rows[i])
		if err != nil {
			return "", err
		}
		out = append(out, string(text))
	}
	return strings.Join(out, "\n"), nil
}

// ExportSet is a set of rows to be written to a file.
type ExportSet struct {
	Name  string
	N     int
	Write func(w io.Writer, f export.Format, o export.Options) error
}

// NewExportSet makes an export of rows.
func NewExportSet[T export.Row](name string, rows []T) ExportSet {
	return ExportSet{Name: name, N: len(rows), Write: func(w io.Writer, f export.Format, o export.Options) error {
		return export.Write(w, f, rows, o)
	}}
}
