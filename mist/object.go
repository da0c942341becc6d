package mist

import (
	"strconv"
	"strings"
	"time"
)

// object is a JSON object whose members are read leniently: a member may be
// missing or null, a number may be inside a text, a list may be a single value,
// and what is not known is left alone. Mist's documents and its replies differ
// in all of these (FACTS section 11), and one odd member must not cost a page.
type object []Field

// readObject reads raw as an object, and reports whether it was one.
func readObject(raw []byte) (object, bool) {
	fields, ok := Fields(raw, nil)
	return object(fields), ok
}

// raw returns the first of the named members that is there and not null. Of a
// name given twice the last counts, as in every other reader of JSON.
func (o object) raw(names ...string) []byte {
	for _, name := range names {
		for i := len(o) - 1; i >= 0; i-- {
			if string(o[i].Name) == name {
				if string(o[i].Value) == "null" {
					break
				}
				return o[i].Value
			}
		}
	}
	return nil
}

// has reports whether a member is there, null or not.
func (o object) has(name string) bool {
	for _, m := range o {
		if string(m.Name) == name {
			return true
		}
	}
	return false
}

// text returns a text, or a number or truth value as a text.
func (o object) text(names ...string) string { return scalar(o.raw(names...)) }

// whole returns a number without what is behind its point.
func (o object) whole(names ...string) int { return int(o.real(names...)) }

// real returns a number; 0 when there is none.
func (o object) real(names ...string) float64 {
	f, _ := number(o.raw(names...))
	return f
}

// yes returns a truth value; Mist also writes 1 and "true".
func (o object) yes(names ...string) bool {
	v := o.raw(names...)
	if f, ok := number(v); ok {
		return f != 0
	}
	return strings.EqualFold(scalar(v), "true")
}

// yesUnless is yes for a member whose default is true.
func (o object) yesUnless(name string) bool { return o.raw(name) == nil || o.yes(name) }

// when returns a time; zero when there is none.
func (o object) when(names ...string) time.Time {
	t, _ := ParseTime(o.raw(names...))
	return t
}

// texts returns a list of texts; a single one is a list of one.
func (o object) texts(names ...string) []string {
	v := o.raw(names...)
	if len(v) == 0 || v[0] != '[' {
		if s := scalar(v); s != "" {
			return []string{s}
		}
		return nil
	}
	items, _ := Elements(v, maxListed, nil)
	var out []string
	for _, item := range items {
		if s := scalar(item); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// maxListed bounds what is taken from a list inside a row.
const maxListed = 10_000

// sub returns a member that is an object; an empty one when it is not.
func (o object) sub(name string) object {
	child, _ := readObject(o.raw(name))
	return child
}

// scalar makes text of a JSON text, number or truth value; "" of anything else.
func scalar(v []byte) string {
	if len(v) == 0 {
		return ""
	}
	switch v[0] {
	case '"':
		return Text(v)
	case '{', '[', 'n':
		return ""
	}
	return string(v)
}

// number reads a JSON number, or one inside a text.
func number(v []byte) (float64, bool) {
	if len(v) == 0 || v[0] == '{' || v[0] == '[' {
		return 0, false
	}
	s := strings.TrimSpace(scalar(v))
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f != f || f > 1e18 || f < -1e18 { // also not "NaN" and "Inf", which ParseFloat takes
		return 0, false
	}
	return f, true
}

// row is what one element of a list decodes into.
type row[T any] interface {
	*T
	read(o object)
}

// decodeRow reads one element; false when it is not an object.
func decodeRow[T any, P row[T]](raw []byte) (T, bool) {
	var t T
	o, ok := readObject(raw)
	if ok {
		P(&t).read(o)
	}
	return t, ok
}

// The set functions change *to only when a member is there: for what comes in
// parts, where a missing member means "as before".

func (o object) setText(to *string, names ...string) {
	if v := o.raw(names...); v != nil {
		*to = scalar(v)
	}
}

func (o object) setWhole(to *int, names ...string) {
	if f, ok := number(o.raw(names...)); ok {
		*to = int(f)
	}
}

func (o object) setReal(to *float64, names ...string) {
	if f, ok := number(o.raw(names...)); ok {
		*to = f
	}
}

func (o object) setTime(to *time.Time, names ...string) {
	if t, ok := ParseTime(o.raw(names...)); ok {
		*to = t
	}
}

func (o object) setMAC(to *string, names ...string) {
	if v := o.raw(names...); v != nil {
		*to = macOf(scalar(v))
	}
}
