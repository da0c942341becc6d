package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing that is wrong with a configuration.
type Problem struct {
	File       string
	Line, Col  int    // from 1; the column in characters
	Key        string // "mist.region"; empty for bad syntax
	Msg        string
	Suggestion string // what was probably meant, or empty
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

// Problems is everything that is wrong with a configuration, in file order.
type Problems []Problem

// Error lists the problems, one a line.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// report collects problems, finding their places by the path of their key.
type report struct {
	file     string
	where    positions
	problems Problems
	seen     map[string]bool // keys with a problem
}

// add notes a problem of the key at path, such as "mist[1].region". Of each key
// only the first is kept: the others mostly follow from it.
func (r *report) add(path, suggestion, format string, args ...any) {
	if r.seen[path] {
		return
	}
	if r.seen == nil {
		r.seen = map[string]bool{}
	}
	r.seen[path] = true
	at := r.where.find(path)
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

// withoutIndexes turns mist[1].region into mist.region: the line tells which.
func withoutIndexes(path string) string {
	var w strings.Builder
	inside := false
	for _, c := range path {
		switch {
		case c == '[':
			inside = true
		case c == ']':
			inside = false
		case !inside:
			w.WriteRune(c)
		}
	}
	return w.String()
}

// nearest returns the candidate that got is most probably a slip of, or empty:
// at most two edits away, and no more than a third of the word.
func nearest(got string, candidates []string) string {
	best, bestAt := "", 3
	for _, c := range candidates {
		if d := distance(strings.ToLower(got), c); d < bestAt && d*3 <= max(len(c), 3) {
			best, bestAt = c, d
		}
	}
	return best
}

// distance counts the edits from a to b; words over 64 bytes are far from all.
func distance(a, b string) int {
	if len(a) > 64 || len(b) > 64 {
		return 64
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			diagonal, row[j] = row[j], min(row[j]+1, row[j-1]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
