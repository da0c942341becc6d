package query

import (
	"regexp"
	"strings"

	"foghorn/journal/event"
)

// term is field, operator and values: it matches when any column of the field
// matches any of the values.
type term struct {
	f    *field
	op   string // ":", ":~", "<", "<=", ">" or ">="
	vals []value
}

// value is one thing a column can be compared with, the operator included.
type value interface {
	match(c column, s subject) bool
	sql(c column, b *builder)
	write(w *strings.Builder)
}

func (t term) match(s subject) bool {
	for _, c := range t.f.on[s.table] {
		for _, v := range t.vals {
			if v.match(c, s) {
				return true
			}
		}
	}
	return false
}

func (t term) sql(b *builder) {
	var alternatives []func()
	texts, plain := t.plainTexts()
	for _, c := range t.f.on[b.table] {
		if plain {
			alternatives = append(alternatives, func() { oneOf(c, texts, b) })
			continue
		}
		for _, v := range t.vals {
			alternatives = append(alternatives, func() { v.sql(c, b) })
		}
	}
	b.any(alternatives)
}

// plainTexts are the values of a term that has several and no pattern among them.
func (t term) plainTexts() (texts []string, plain bool) {
	for _, v := range t.vals {
		e, ok := v.(equals)
		if !ok || !e.plain() {
			return nil, false
		}
		texts = append(texts, e.lits[0])
	}
	return texts, len(texts) > 1
}

// oneOf is written as a list, because SQLite finds its values by an index; of
// conditions joined by OR it may think that reading the whole table is cheaper.
func oneOf(c column, texts []string, b *builder) {
	b.text(c.name, " COLLATE NOCASE IN (")
	for i, s := range texts {
		if i > 0 {
			b.text(", ")
		}
		b.text("?").arg(s)
	}
	b.text(")")
}

func (t term) write(w *strings.Builder) {
	w.WriteString(t.f.Name)
	w.WriteString(t.op)
	for i, v := range t.vals {
		if i > 0 {
			w.WriteByte(',')
		}
		v.write(w)
	}
}

// equals is a text that equals a pattern.
type equals struct{ pattern }

func (v equals) match(c column, s subject) bool { return v.equal(c.text(s)) }

func (v equals) sql(c column, b *builder) {
	switch {
	case v.plain():
		b.text(c.name, " = ? COLLATE NOCASE").arg(v.lits[0])
	case v.star():
		b.text(c.name, " <> ''")
	default:
		b.text(c.name, ` LIKE ? ESCAPE '\'`).arg(v.like(false))
	}
}

func (v equals) write(w *strings.Builder) { v.pattern.write(w, inValue) }

// texts is a text in order against another.
type texts struct{ op, raw, low string }

func (v texts) match(c column, s subject) bool {
	return inOrder(v.op, compareFold(c.text(s), v.low), 0)
}

func (v texts) sql(c column, b *builder) {
	b.text(c.name, " ", v.op, " ? COLLATE NOCASE").arg(v.raw)
}

func (v texts) write(w *strings.Builder) { literal(v.raw).write(w, inValue) }

// matches is a text that holds a match of a regular expression.
type matches struct {
	src string
	re  *regexp.Regexp
}

func (v matches) match(c column, s subject) bool { return v.re.MatchString(c.text(s)) }

func (v matches) sql(c column, b *builder) {
	b.text("regexp(?, ", c.name, ")").arg(v.src)
}

func (v matches) write(w *strings.Builder) { w.WriteString(quote(v.src)) }

// has is a number or time that is not 0.
type has struct{}

func (has) match(c column, s subject) bool {
	if c.real != nil {
		return c.real(s) != 0
	}
	return c.num(s) != 0
}
func (has) sql(c column, b *builder) { b.text(c.name, " <> 0") }
func (has) write(w *strings.Builder) { w.WriteByte('*') }

// either is a value of a field whose columns are words in one table and numbers
// in another.
type either struct {
	word   value
	number value // nil: it is none
}

// of is what a column is compared with; nil for nothing that it could equal.
func (v either) of(c column) value {
	if c.text != nil {
		return v.word
	}
	return v.number
}

func (v either) match(c column, s subject) bool {
	of := v.of(c)
	return of != nil && of.match(c, s)
}

func (v either) sql(c column, b *builder) {
	if of := v.of(c); of != nil {
		of.sql(c, b)
		return
	}
	b.text("0")
}

func (v either) write(w *strings.Builder) { v.word.write(w) }

// address is a MAC: whole, its beginning, or a glob over its 12 hex digits.
type address struct{ pattern }

// prefix returns the beginning to look for, when that is all the pattern says.
func (v address) prefix() (string, bool) {
	return v.low[0], len(v.low) == 2 && v.low[1] == "" && v.low[0] != ""
}

func (v address) match(c column, s subject) bool { return v.equal(c.text(s)) }

// sql names no collation: MACs are stored in lower case, so an index of either
// collation will do.
func (v address) sql(c column, b *builder) {
	if p, ok := v.prefix(); ok {
		b.text("(", c.name, " >= ? AND ", c.name, " < ?)").arg(p).arg(p + "g")
		return
	}
	if v.plain() {
		b.text(c.name, " = ?").arg(v.low[0])
		return
	}
	equals(v).sql(c, b)
}

func (v address) write(w *strings.Builder) { v.pattern.write(w, inValue) }

// stateValue is the state of an alert. It follows from the alert's times and not
// from a stored word, because a snooze ends without anybody writing a row.
type stateValue struct{ state event.State }

func (v stateValue) match(_ column, s subject) bool { return stateAt(s) == v.state }

// stateAt is event.Alert.Derive in whole milliseconds, as the table keeps them.
func stateAt(s subject) event.State {
	switch {
	case aResolved[0].num(s) != 0:
		return event.Resolved
	case aSnoozed[0].num(s) > s.now.UnixMilli():
		return event.Snoozed
	case aAcked[0].num(s) != 0:
		return event.Acked
	}
	return event.Open
}

func (v stateValue) sql(_ column, b *builder) {
	now := b.now.UnixMilli()
	switch v.state {
	case event.Resolved:
		b.text("resolved <> 0")
	case event.Snoozed:
		b.text("(resolved = 0 AND snoozed_until > ?)").arg(now)
	case event.Acked:
		b.text("(resolved = 0 AND snoozed_until <= ? AND acked_at <> 0)").arg(now)
	default:
		b.text("(resolved = 0 AND snoozed_until <= ? AND acked_at = 0)").arg(now)
	}
}

func (v stateValue) write(w *strings.Builder) { w.WriteString(string(v.state)) }
