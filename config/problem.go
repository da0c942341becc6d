package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Problem is one mistake in a configuration.
type Problem struct {
	File       string
	Line, Col  int    // from 1; the column in characters
	Key        string // "mist.region"; empty for bad syntax
	Msg        string
	Suggestion string // the likely intended text, or empty
}

// String returns one line, such as
// `config.toml:12:3: mist.region: "global-1" is not a region; did you mean "global-01"?`.
func (p Problem) String() string {
	var w strings.Builder
	fmt.Fprintf(&w, "%s:%d:%d: ", p.File, p.Line, p.Col)
	if p.Key != "" {
		w.WriteString(p.Key + ": ")
	}
	w.WriteString(p.Msg)
	if p.Suggestion != "" {
		fmt.Fprintf(&w, "; did you mean %q?", p.Suggestion)
	}
	return w.String()
}

// Problems lists all mistakes in a configuration, in file order.
type Problems []Problem

// Error lists the problems, one a line.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// report collects problems and finds their positions by the path of their key.
type report struct {
	file     string
	where    positions
	problems Problems
	seen     map[string]bool // keys with a problem
}

// add adds a problem of the key at path, such as "mist[1].region". It keeps only
// the first problem of each key: the others mostly follow from it.
func (r *report) add(path, suggestion, format string, args ...any) {
	r.addAt(r.where.find(path), path, suggestion, format, args...)
}

// addAt is add at another position than that of the key.
func (r *report) addAt(at position, path, suggestion, format string, args ...any) {
	if r.seen[path] {
		return
	}
	if r.seen == nil {
		r.seen = map[string]bool{}
	}
	r.seen[path] = true
	r.problems = append(r.problems, Problem{
		File: r.file, Line: at.line, Col: at.col, Key: withoutIndexes(path),
		Msg: fmt.Sprintf(format, args...), Suggestion: suggestion,
	})
}

// err returns the problems in file order as an error; nil when there are none.
func (r *report) err() error {
	if len(r.problems) == 0 {
		return nil
	}
	slices.SortStableFunc(r.problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col), cmp.Compare(a.Key, b.Key))
	})
	return r.problems
}

// withoutIndexes turns mist[1].region into mist.region, because the line number
// identifies the table. Unprintable characters become question marks.
func withoutIndexes(path string) string {
	var w strings.Builder
	inside := false
	for _, c := range path {
		switch {
		case c == '[':
			inside = true
		case c == ']':
			inside = false
		case !inside && unicode.IsPrint(c):
			w.WriteRune(c)
		case !inside:
			w.WriteByte('?')
		}
	}
	return w.String()
}
