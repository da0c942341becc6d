package query

import (
	"slices"
	"strings"
	"time"
)

// SQL is a query as a condition for SQLite.
type SQL struct {
	// Where is a condition that can be joined with AND as it is; it is "1"
	// when everything matches, never empty. It may call regexp(pattern, value),
	// which the connection must provide by way of Regexp.
	Where string
	// Args are the values of the ? in Where, in order: string, int64 or float64.
	Args []any
	// Need are lower-case (ASCII) literals of three bytes and more, each of which
	// every matching event holds somewhere in its searchable text: type, topic,
	// site, device, client, ssid, text, device_mac, client_mac and source, joined
	// by newlines, as far as these are UTF-8. It is empty for the other tables.
	Need []string
}

// SQL compiles the query for table t, with ages and distances measured from now.
func (q *Query) SQL(t Table, now time.Time) SQL {
	if q.Empty() || int(t) >= tables {
		return SQL{Where: "1"}
	}
	b := &builder{table: t, now: now}
	q.root.sql(b)
	s := SQL{Where: b.w.String(), Args: b.args}
	if t == Events {
		s.Need = needs(q.root)
	}
	return s
}

// builder collects the condition and its arguments.
type builder struct {
	w     strings.Builder
	args  []any
	table Table
	now   time.Time
}

func (b *builder) text(parts ...string) *builder {
	for _, p := range parts {
		b.w.WriteString(p)
	}
	return b
}

func (b *builder) arg(a any) *builder {
	b.args = append(b.args, a)
	return b
}

// join writes nodes in parentheses.
func (b *builder) join(nodes []node, sep string) {
	b.text("(")
	for i, n := range nodes {
		if i > 0 {
			b.text(sep)
		}
		n.sql(b)
	}
	b.text(")")
}

// any writes alternatives; without any it writes a condition that matches no row.
func (b *builder) any(alternatives []func()) {
	switch len(alternatives) {
	case 0:
		b.text("0")
	case 1:
		alternatives[0]()
	default:
		b.text("(")
		for i, write := range alternatives {
			if i > 0 {
				b.text(" OR ")
			}
			write()
		}
		b.text(")")
	}
}

// needs gathers the literals of the terms that all have to match.
func needs(n node) []string {
	var found []string
	switch n := n.(type) {
	case and:
		for _, k := range n {
			found = append(found, needs(k)...)
		}
	case word:
		if n.hex == "" && n.said == "" {
			found = pieces(n.pattern)
		}
	case term:
		if len(n.vals) != 1 || !inSearched(n.f) {
			break
		}
		switch v := n.vals[0].(type) {
		case equals:
			found = pieces(v.pattern)
		case address:
			found = pieces(v.pattern)
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// inSearched reports whether all columns of f are part of the searchable text.
func inSearched(f *field) bool {
	for _, c := range f.on[Events] {
		if !slices.ContainsFunc(searched[Events], func(k column) bool { return k.name == c.name }) {
			return false
		}
	}
	return len(f.on[Events]) > 0
}

// pieces are the literals of a pattern. U+FFFD splits them: LIKE takes other
// bytes for it (see asLike), which the searchable text holds as they are.
func pieces(p pattern) []string {
	var list []string
	for _, low := range p.low {
		for piece := range strings.SplitSeq(low, "\ufffd") {
			if len(piece) >= 3 {
				list = append(list, piece)
			}
		}
	}
	return list
}
