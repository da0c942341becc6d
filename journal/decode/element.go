package decode

import (
	"math"
	"strconv"
	"strings"
	"time"

	"foghorn/journal/event"
	"foghorn/mist"
)

// element is one JSON object of a delivery, read by accessors that tolerate
// absent fields and wrong types: they return the zero value and never fail.
type element struct {
	fields []mist.Field
	part   int      // which of the events this is that the object becomes, from 0 (see topic.split)
	outer  *element // the element around a nested one, asked for what this one lacks
	sum    uint64   // of an outer element: its hash, counted once for all inside
}

// value returns a field's JSON, or nil. Of a name given twice the last counts.
func (el *element) value(name string) []byte {
	for i := len(el.fields) - 1; i >= 0; i-- {
		if string(el.fields[i].Name) == name {
			return el.fields[i].Value
		}
	}
	if el.outer != nil {
		return el.outer.value(name)
	}
	return nil
}

// text returns the first of the fields that holds a text or a number, as text.
func (el *element) text(names ...string) string {
	for _, n := range names {
		if s := scalar(el.value(n)); s != "" {
			return s
		}
	}
	return ""
}

// scalar makes text of a string or a number; anything else is "".
func scalar(v []byte) string {
	if len(v) == 0 {
		return ""
	}
	switch c := v[0]; {
	case c == '"':
		return mist.Text(v)
	case c == '-' || '0' <= c && c <= '9':
		return string(v)
	}
	return ""
}

// either returns the first of the fields that holds a text, a number, or a list
// of just one.
func (el *element) either(names ...string) string {
	for _, n := range names {
		if all := el.list(n); len(all) == 1 && all[0] != "" {
			return all[0]
		}
	}
	return ""
}

// number returns the first of the fields that holds a finite number, also one
// inside a text.
func (el *element) number(names ...string) (float64, bool) {
	for _, n := range names {
		s := scalar(el.value(n))
		if s == "" {
			continue
		}
		if f, err := strconv.ParseFloat(strings.TrimSpace(s), 64); err == nil && !math.IsInf(f, 0) && !math.IsNaN(f) {
			return f, true
		}
	}
	return 0, false
}

// flag returns a truth value, also one inside a text ("true"), and whether
// there is one.
func (el *element) flag(name string) (is, there bool) {
	v := el.value(name)
	if len(v) > 0 && v[0] == '"' {
		v = []byte(strings.ToLower(mist.Text(v)))
	}
	switch string(v) {
	case "true":
		return true, true
	case "false":
		return false, true
	}
	return false, false
}

// mac returns the first of the fields that holds a MAC, in any notation, or a
// device id with a MAC in it. One of all zeros stands for none.
func (el *element) mac(names ...string) event.MAC {
	for _, n := range names {
		if m, ok := parseMAC(el.value(n)); ok {
			return m
		}
	}
	return ""
}

func parseMAC(v []byte) (event.MAC, bool) {
	const longest = 64 // a device id in quotes has 38
	if len(v) < 14 || len(v) > longest || v[0] != '"' {
		return "", false
	}
	return macOf(mist.Text(v))
}

// nowhere is how Mist writes that there is no device: a client that went to no
// other AP has it as its next.
const nowhere = event.MAC("000000000000")

// macOf reads a text as parseMAC reads a field.
func macOf(s string) (event.MAC, bool) {
	m, ok := event.ParseMAC(s)
	if !ok {
		m, ok = event.MACFromDeviceID(s)
	}
	if !ok || m == nowhere {
		return "", false
	}
	return m, true
}

// time returns the first of the fields that holds a time.
func (el *element) time(names ...string) (time.Time, bool) {
	for _, n := range names {
		if t, ok := mist.ParseTime(el.value(n)); ok {
			return t, true
		}
	}
	return time.Time{}, false
}

// most is how many elements of a list inside an element are looked at. Mist
// caps its own at 10 (FACTS section 5).
const most = 100

// list returns the texts and numbers of a list; a lone text counts as a list of
// one, since Mist has sent one where a list belongs.
func (el *element) list(name string) []string {
	v := el.value(name)
	if s := scalar(v); s != "" {
		return []string{s}
	}
	items, _ := mist.Elements(v, most, nil)
	var out []string
	for _, it := range items {
		if s := scalar(it); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// objects returns the objects of a list.
func (el *element) objects(name string) []element {
	items, _ := mist.Elements(el.value(name), most, nil)
	var out []element
	for _, it := range items {
		if f, ok := mist.Fields(it, nil); ok {
			out = append(out, element{fields: f})
		}
	}
	return out
}

// object returns a field that is an object, or an element without fields.
func (el *element) object(name string) element {
	f, ok := mist.Fields(el.value(name), nil)
	if !ok {
		return element{}
	}
	return element{fields: f}
}
