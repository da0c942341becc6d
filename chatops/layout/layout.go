// Package layout lays answers out as text, for all platforms.
//
// Callers may rely on this: what it returns is safe to show, and nothing of the message
// is left out.
package layout

import (
	"strings"

	"foghorn/chatops"
	"foghorn/internal/human"
	"foghorn/internal/safetext"
)

// maxCell is how wide a column may be; a longer cell stands out of its column.
const maxCell = 48

// Table lays rows out in columns below a head, which may be empty.
func Table(head []string, rows [][]string) (first, rest string) {
	if len(rows) == 0 {
		return "", ""
	}
	var widths []int
	measure := func(row []string) {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], min(maxCell, safetext.Cells(cell)))
		}
	}
	head = clean(head)
	measure(head)
	cleaned := make([][]string, len(rows))
	for i, row := range rows {
		cleaned[i] = clean(row)
		measure(cleaned[i])
	}
	var b strings.Builder
	for _, row := range cleaned {
		b.WriteString(aligned(row, widths) + "\n")
	}
	return aligned(head, widths), b.String()
}

func clean(row []string) []string {
	out := make([]string, len(row))
	for i, cell := range row {
		out[i] = safetext.Line(strings.Join(strings.Fields(cell), " "))
	}
	return out
}

func aligned(row []string, widths []int) string {
	var b strings.Builder
	for i, cell := range row {
		b.WriteString(cell)
		if pad := widths[i] + 2 - safetext.Cells(cell); i < len(row)-1 {
			b.WriteString(strings.Repeat(" ", max(2, pad)))
		}
	}
	return strings.TrimRight(b.String(), " ")
}

// Whole is a message as a text file.
func Whole(m *chatops.Message) string {
	var b strings.Builder
	put := func(s string) {
		if s = strings.TrimRight(safetext.Text(s), "\n"); s != "" {
			b.WriteString(s + "\n\n")
		}
	}
	put(m.Title)
	for i := range m.Sections {
		s := &m.Sections[i]
		put(s.Title)
		put(s.Text)
		for _, f := range s.Fields {
			b.WriteString(safetext.Line(f.Label) + ": " + safetext.Text(f.Value) + "\n")
		}
		if len(s.Fields) > 0 {
			b.WriteString("\n")
		}
		if head, rows := Table(s.Head, s.Rows); rows != "" {
			put(head + "\n" + rows)
		}
		put(s.Code)
	}
	return b.String()
}

// maxFile bounds a file. The platforms take more; nobody reads that.
const maxFile = 8 << 20

// File is a message as a file.
type File struct {
	Name, Title string
	Content     []byte
}

// FileOf is the whole of a message as a file.
func FileOf(m *chatops.Message) *File {
	f := &File{Title: safetext.Line(safetext.Clip(m.Title, 120))}
	if f.Title == "" {
		f.Title = "answer"
	}
	f.Name = FileName(f.Title)
	text := Whole(m)
	if cut := len(text) - maxFile; cut > 0 {
		text = safetext.Clip(text, maxFile) + "\n" + human.Bytes(int64(cut)) + " more are not shown.\n"
	}
	f.Content = []byte(text)
	return f
}

// FileName makes the name of a text file of a title.
func FileName(title string) string {
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '.' || r == '-' || r == '_' {
			return r
		}
		return '-'
	}, strings.ToLower(title))
	if name = strings.Trim(safetext.Clip(name, 80), "-."); name == "" {
		name = "answer"
	}
	return name + ".txt"
}

// Badge shows a severity at a glance, before a title; empty for none.
func Badge(severity string) string {
	switch severity {
	case "critical":
		return "🔴 "
	case "warn":
		return "🟠 "
	case "info":
		return "🔵 "
	}
	return ""
}

const fence = "```"

// Fenced puts text between the marks of a block of code, which nothing in it ends.
func Fenced(s string) string {
	return fence + "\n" + strings.ReplaceAll(s, fence, "``\u200b`") + "\n" + fence
}
