package export

import (
	"bytes"
	"strings"

	"foghorn/internal/safetext"
)

// markdownEncoder writes a table of the same columns as [Table], of any width.
type markdownEncoder[T Row] struct {
	columns []column[T]
	o       Options
}

func (m markdownEncoder[T]) head(b *bytes.Buffer) {
	for _, c := range m.columns {
		b.WriteString("| " + c.name + " ")
	}
	b.WriteString("|\n")
	for _, c := range m.columns {
		if c.right {
			b.WriteString("| ---: ")
		} else {
			b.WriteString("| --- ")
		}
	}
	b.WriteString("|\n")
}

func (m markdownEncoder[T]) row(b *bytes.Buffer, _ int, row *T) error {
	for _, c := range m.columns {
		b.WriteString("| " + EscapeMarkdown(c.get(row, m.o)) + " ")
	}
	b.WriteString("|\n")
	return nil
}

func (markdownEncoder[T]) tail(*bytes.Buffer, int) {}

var markdownEscapes = strings.NewReplacer(
	`\`, `\\`, "|", `\|`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", "&lt;", "&", "&amp;", "~", `\~`,
)

// EscapeMarkdown cleans s to one line and takes the meaning from what Markdown
// would read as markup, a table's pipes included.
func EscapeMarkdown(s string) string { return markdownEscapes.Replace(safetext.Line(s)) }
