package actions

import (
	"slices"
	"strings"
	"unicode"

	"foghorn/journal/event"
)

// renameColumns are the indexes of a rename file's columns, from 0; -1 is missing.
type renameColumns struct{ name, mac, serial int }

// identifies names what the file identifies devices by.
func (c renameColumns) identifies() string {
	switch {
	case c.serial < 0:
		return "MAC"
	case c.mac < 0:
		return "serial number"
	}
	return "MAC and no serial number"
}

// What people call the columns, without blanks, punctuation and case. Earlier names
// win: in a file with "name" and "new name", the new one counts.
var (
	nameHeadings   = []string{"newname", "name", "apname", "devicename", "hostname", "label"}
	macHeadings    = []string{"mac", "macaddress", "macaddr", "apmac", "devicemac", "ethernetmac", "ethernetmacaddress", "basemac"}
	serialHeadings = []string{"serial", "serialnumber", "serialno", "sn", "apserial", "deviceserial"}
)

// columns finds the columns, by a first row that names them or by where the
// MACs are, and returns the rows of data.
func (f *renameFile) columns() (renameColumns, []record) {
	if len(f.records) == 0 {
		return renameColumns{}, nil
	}
	first := f.records[0]
	cols := renameColumns{
		name:   f.heading(first, nameHeadings),
		mac:    f.heading(first, macHeadings),
		serial: f.heading(first, serialHeadings),
	}
	switch named := cols.mac >= 0 || cols.serial >= 0; {
	case cols.name >= 0 && named:
		return cols, f.records[1:]
	case cols.name >= 0 && !anyMAC(first):
		f.mistake(first.line, 1, "the heading line has no mac or serial column")
	case named && !anyMAC(first):
		f.mistake(first.line, 1, "the heading line has no name column")
	default:
		return f.byMACs(), f.records
	}
	return cols, nil
}

// heading returns the place of the column that has one of these names, or -1.
// Two columns of the same name are a mistake: either could be meant.
func (f *renameFile) heading(r record, names []string) int {
	for _, name := range names {
		found := -1
		for i, c := range r.cells {
			if plainHeading(c) != name {
				continue
			}
			if found >= 0 {
				f.mistake(r.line, r.at[i], "two columns are called %q", c)
				return found
			}
			found = i
		}
		if found >= 0 {
			return found
		}
	}
	return -1
}

// plainHeading folds "#MAC Address" into macaddress.
func plainHeading(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}

// byMACs finds the columns of a file without a heading. The order is name,mac
// unless only the first column holds MACs; devices that nobody has named are
// called by their MAC, so both may.
func (f *renameFile) byMACs() renameColumns {
	var first, second int
	for _, r := range f.records {
		if len(r.cells) < 2 {
			continue
		}
		if _, ok := event.ParseMAC(r.cells[0]); ok {
			first++
		}
		if _, ok := event.ParseMAC(r.cells[1]); ok {
			second++
		}
	}
	if first > second {
		return renameColumns{name: 1, mac: 0, serial: -1}
	}
	if second == 0 {
		r := f.records[0]
		f.mistake(r.line, 1, "no MAC in the first two columns; each row needs a name and a MAC, or a heading line must name the columns: name,mac or name,serial")
	}
	return renameColumns{name: 0, mac: 1, serial: -1}
}

func anyMAC(r record) bool {
	for _, c := range r.cells {
		if _, ok := event.ParseMAC(c); ok {
			return true
		}
	}
	return false
}

// separator finds what separates the cells, and takes off Excel's line sep=;
// which says it. It returns how many lines it took off.
//
// The one that most of the first lines can be read by wins: a row that has a MAC
// beside something else, or names its columns.
func separator(text string) (comma rune, rest string, lines int) {
	if line, rest, ok := strings.Cut(text, "\n"); ok {
		sep := strings.Trim(strings.ToLower(strings.TrimSpace(line)), `"`)
		if by, ok := strings.CutPrefix(sep, "sep="); ok && len(by) == 1 && by != `"` {
			return rune(by[0]), rest, 1
		}
	}
	const sample = 50
	comma = ','
	best := 0
	for _, c := range []rune{',', ';', '\t'} {
		score, n := 0, 0
		for line := range strings.Lines(text) {
			if n++; n > sample {
				break
			}
			if readable(strings.Split(line, string(c))) {
				score++
			}
		}
		if score > best {
			comma, best = c, score
		}
	}
	return comma, text, 0
}

// readable reports whether cells look like a row of data or a heading. It is a
// guess over raw text: quoted cells that hold separators only cost a point.
func readable(cells []string) bool {
	if len(cells) < 2 {
		return false
	}
	for _, c := range cells {
		c = strings.Trim(cell(strings.TrimSpace(c)), `"`)
		if _, ok := event.ParseMAC(strings.TrimSpace(c)); ok {
			return true
		}
		plain := plainHeading(c)
		for _, names := range [][]string{macHeadings, serialHeadings} {
			if slices.Contains(names, plain) {
				return true
			}
		}
	}
	return false
}
