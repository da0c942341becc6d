package actions

import (
	"bytes"
	"encoding/binary"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"foghorn/journal/event"
	"foghorn/journal/export"
)

// Bounds of a rename file: more devices than any organization has, and more mistakes
// than anybody reads.
const (
	maxRenameRows  = 100_000
	maxRenameBytes = 16 << 20
	maxMistakes    = 50
)

// Mistake is one error in a rename file, with its place: Line and Column count from
// 1. Line is 0 for the file as a whole.
type Mistake struct {
	Line, Column int
	Text         string
}

// FileError lists the mistakes in a file, in the order of its lines.
type FileError struct {
	File     string
	Mistakes []Mistake
}

// Error has a line for each mistake: aps.csv:3:7: "aczz23ff" is not a MAC.
func (e *FileError) Error() string {
	lines := make([]string, 0, min(len(e.Mistakes), maxMistakes)+1)
	for i, m := range e.Mistakes {
		if i == maxMistakes {
			lines = append(lines, fmt.Sprintf("%s: and %d more", e.File, len(e.Mistakes)-i))
			break
		}
		if m.Line == 0 {
			lines = append(lines, fmt.Sprintf("%s: %s", e.File, m.Text))
			continue
		}
		lines = append(lines, fmt.Sprintf("%s:%d:%d: %s", e.File, m.Line, m.Column, m.Text))
	}
	return strings.Join(lines, "\n")
}

// ReadRenames reads rows that say which device gets which name, as people have
// them: written by hand, by foghorn, by a script, or saved by a spreadsheet.
//
//   - Columns stand in any order when the first row names them (name, mac or
//     serial; "AP name", "MAC Address" and "#mac" too). Without such a row they
//     are name,mac, or mac,name when only the first column holds MACs.
//   - Commas, semicolons or tabs separate them. UTF-8 with or without a byte order
//     mark, and UTF-16 with one.
//   - A MAC comes in any notation.
//   - A line that begins with # and is a single cell is a remark.
//
// The error is a *FileError with all mistakes, or that of reading r.
func ReadRenames(r io.Reader, file string) ([]Row, error) {
	raw, err := io.ReadAll(io.LimitReader(r, maxRenameBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	f := &renameFile{}
	if len(raw) > maxRenameBytes {
		f.mistake(0, 0, "larger than %d MiB", maxRenameBytes>>20)
	} else if text, ok := f.decode(raw); ok {
		f.read(text)
	}
	if len(f.mistakes) > 0 {
		return nil, &FileError{File: file, Mistakes: f.mistakes}
	}
	return f.rows, nil
}

// renameFile is a rename file while it is read.
type renameFile struct {
	records  []record
	rows     []Row
	mistakes []Mistake
}

// record is one row of the file, and where its cells begin.
type record struct {
	cells []string
	line  int
	at    []int // column of each cell, from 1
}

func (f *renameFile) mistake(line, column int, format string, args ...any) {
	f.mistakes = append(f.mistakes, Mistake{Line: line, Column: column, Text: fmt.Sprintf(format, args...)})
}

// decode makes UTF-8 without a byte order mark of the file.
func (f *renameFile) decode(raw []byte) (string, bool) {
	switch {
	case bytes.HasPrefix(raw, []byte("\xff\xfe")):
		raw = fromUTF16(raw[2:], binary.LittleEndian)
	case bytes.HasPrefix(raw, []byte("\xfe\xff")):
		raw = fromUTF16(raw[2:], binary.BigEndian)
	}
	raw = bytes.TrimPrefix(raw, []byte("\ufeff"))
	line := 1
	for l := range bytes.Lines(raw) {
		if !utf8.Valid(l) {
			f.mistake(line, 1, "not UTF-8; save the file as \"CSV UTF-8\"")
			return "", false
		}
		if i := bytes.IndexByte(l, 0); i >= 0 {
			f.mistake(line, i+1, "a NUL byte: this is not a text file")
			return "", false
		}
		line++
	}
	// Old spreadsheets end lines with a lone carriage return, which encoding/csv
	// would take for a part of the last cell.
	text := strings.ReplaceAll(string(raw), "\r\n", "\n")
	return strings.ReplaceAll(text, "\r", "\n"), true
}

func fromUTF16(b []byte, order binary.ByteOrder) []byte {
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = order.Uint16(b[2*i:])
	}
	return []byte(string(utf16.Decode(units)))
}

func (f *renameFile) read(text string) {
	comma, text, skipped := separator(text)
	f.split(text, comma, skipped)
	if len(f.mistakes) > 0 {
		return // cells that were split wrongly would only give more mistakes
	}
	cols, rest := f.columns()
	if len(f.mistakes) > 0 {
		return
	}
	for _, r := range rest {
		f.row(r, cols)
	}
	if len(f.rows) == 0 && len(f.mistakes) == 0 {
		f.mistake(0, 0, "has no rows of name and MAC")
	}
	f.twice()
}

// split takes the text apart. encoding/csv goes on with the next line after one
// that it cannot read, so all of these are found at once.
func (f *renameFile) split(text string, comma rune, skipped int) {
	in := csv.NewReader(strings.NewReader(text))
	in.Comma, in.TrimLeadingSpace, in.FieldsPerRecord = comma, true, -1
	for {
		cells, err := in.Read()
		var bad *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			return
		case errors.As(err, &bad):
			f.mistake(bad.Line+skipped, max(bad.Column, 1), "%s", quoting(bad.Err))
			if errors.Is(bad.Err, csv.ErrQuote) && bad.StartLine != bad.Line {
				return // a quote that never ends swallowed the rest
			}
			continue
		case err != nil:
			f.mistake(0, 0, "%v", err)
			return
		}
		r := record{cells: cells, at: make([]int, len(cells))}
		for i := range cells {
			r.line, r.at[i] = in.FieldPos(i)
			cells[i] = cell(cells[i])
		}
		r.line, _ = in.FieldPos(0)
		r.line += skipped
		if remark(cells) {
			continue
		}
		if f.records = append(f.records, r); len(f.records) > maxRenameRows {
			f.mistake(r.line, 1, "more than %d rows", maxRenameRows)
			return
		}
	}
}

// quoting says in words what is wrong with a quotation mark.
func quoting(err error) string {
	if errors.Is(err, csv.ErrBareQuote) {
		return `a quotation mark inside a cell that does not begin with one; write the cell as "ap ""2"""`
	}
	return `a quoted cell does not end where it should; a quotation mark inside one is written twice: "ap ""2"""`
}

// cell takes off what spreadsheets put around a text to keep it from becoming a
// number or a formula: ="0123" and '=1+2.
func cell(s string) string {
	s = strings.TrimSpace(s)
	if inner, ok := strings.CutPrefix(s, `="`); ok && strings.HasSuffix(inner, `"`) {
		return strings.TrimSpace(strings.TrimSuffix(inner, `"`))
	}
	return export.Rearm(s)
}

// remark reports whether a row holds no data: a lone cell that begins with #, or
// nothing but the separators a spreadsheet writes for an empty row.
func remark(cells []string) bool {
	filled := 0
	for _, c := range cells {
		if c != "" {
			filled++
		}
	}
	return filled == 0 || filled == 1 && strings.HasPrefix(cells[0], "#")
}

// row reads one row of data.
func (f *renameFile) row(r record, cols renameColumns) {
	name, nameAt := r.get(cols.name)
	if name == "" {
		f.mistake(r.line, nameAt, "no name")
	} else if err := checkName(name); err != nil {
		f.mistake(r.line, nameAt, "%v", err)
	}
	row := Row{Name: name, Line: r.line, Column: nameAt}
	id, idAt := r.get(cols.mac)
	serial, serialAt := r.get(cols.serial)
	switch mac, ok := event.ParseMAC(id); {
	case ok:
		row.MAC = mac
	case id != "":
		f.mistake(r.line, idAt, "%s", notMAC(id))
	case serial != "":
		row.Serial = serial
	default:
		f.mistake(r.line, max(idAt, serialAt, 1), "no %s", cols.identifies())
	}
	f.rows = append(f.rows, row)
}

// get returns a cell and its column, and column 1 for a cell that is not there.
func (r record) get(i int) (string, int) {
	if i < 0 || i >= len(r.cells) {
		return "", 1
	}
	return r.cells[i], r.at[i]
}

// notMAC names the likely cause: a spreadsheet shows a MAC of digits as a number.
func notMAC(s string) string {
	const digits = "0123456789.,Ee+"
	if strings.Trim(s, digits) == "" && strings.ContainsAny(s, "0123456789") {
		return fmt.Sprintf("%q is not a MAC; a spreadsheet may have turned it into a number: format the column as text, or write the MAC with colons", s)
	}
	return fmt.Sprintf("%q is not a MAC", s)
}

// twice finds devices with two names, and names given to two devices.
func (f *renameFile) twice() {
	devices := map[string]int{}
	for _, r := range f.rows {
		who := string(r.MAC)
		if who == "" {
			who = strings.ToLower(r.Serial)
		}
		if first, ok := devices[who]; ok && who != "" {
			f.mistake(r.Line, 1, "%s is already in line %d", r.device(), first)
			continue
		}
		devices[who] = r.Line
	}
}
