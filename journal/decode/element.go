package decode

import (
	"time"

	"foghorn/journal/event"
	"foghorn/mist"
)

// element is one JSON object of a delivery. Its accessors read as those of
// [mist.Object] do. A field that it lacks is taken from the element around it.
type element struct {
	fields mist.Object
	part   int      // which of the object's events this is, from 0 (see topic.countEvents)
	outer  *element // the element around a nested one
	sum    uint64   // the hash of an outer element, computed once for all inside
}

// value returns a field as it came, null included, or nil.
func (el *element) value(name string) mist.Value {
	v, ok := el.fields.Lookup(name)
	if !ok && el.outer != nil {
		return el.outer.value(name)
	}
	return v
}

// text returns the first of the fields that holds a text or a number, as text.
func (el *element) text(names ...string) string {
	for _, n := range names {
		if s, _ := el.value(n).Text(); s != "" {
			return s
		}
	}
	return ""
}

// single returns the first of the fields that holds a text, a number, or a list of
// exactly one.
func (el *element) single(names ...string) string {
	for _, n := range names {
		if all := el.list(n); len(all) == 1 {
			return all[0]
		}
	}
	return ""
}

// number returns the first of the fields that holds a number.
func (el *element) number(names ...string) (float64, bool) {
	for _, n := range names {
		if f, ok := el.value(n).Number(); ok {
			return f, true
		}
	}
	return 0, false
}

// flag returns a truth value, and whether there is one.
func (el *element) flag(name string) (is, there bool) { return el.value(name).Bool() }

// mac returns the first of the fields that holds a MAC, in any notation, or a device
// id with a MAC in it. A MAC of all zeros means none.
func (el *element) mac(names ...string) event.MAC {
	for _, n := range names {
		if m, ok := parseMAC(el.value(n)); ok {
			return m
		}
	}
	return ""
}

func parseMAC(v mist.Value) (event.MAC, bool) {
	const longest = 64 // a device id in quotes has 38
	if len(v) < 14 || len(v) > longest || v[0] != '"' {
		return "", false
	}
	return macOf(mist.Text(v))
}

// noMAC is how Mist writes that there is no device: for a client that roamed to no
// other AP, as its next AP.
const noMAC = event.MAC("000000000000")

// macOf reads a text as parseMAC reads a field.
func macOf(s string) (event.MAC, bool) {
	m, ok := event.ParseMAC(s)
	if !ok {
		m, ok = event.MACFromDeviceID(s)
	}
	if !ok || m == noMAC {
		return "", false
	}
	return m, true
}

// time returns the first of the fields that holds a time.
func (el *element) time(names ...string) (time.Time, bool) {
	for _, n := range names {
		if t, ok := el.value(n).Time(); ok {
			return t, true
		}
	}
	return time.Time{}, false
}

// maxListed is how many elements of a list inside an element are read. Mist truncates
// its own lists to 10 (see docs/mist-api.md).
const maxListed = 100

// list returns the texts and numbers of a list; a lone one counts as a list of
// one.
func (el *element) list(name string) []string { return el.value(name).Texts(maxListed) }

// objects returns the objects of a list.
func (el *element) objects(name string) []element {
	var out []element
	for _, o := range el.value(name).Objects(maxListed) {
		out = append(out, element{fields: o})
	}
	return out
}

// object returns a field that is an object, or an element without fields.
func (el *element) object(name string) element { return element{fields: el.value(name).Object()} }
