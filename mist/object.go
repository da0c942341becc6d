package mist

import "slices"

import "time"

// Object is the members of a JSON object, to be read by name. It shares the
// memory of what it was read from. The accessors never fail: each returns what
// the first of the named members holds that is of its type ([Value] says what
// that takes), and the zero value when none is. A member that is missing, null,
// empty or of another type is passed over. Of a name given twice the last
// counts, as in every other reader of JSON.
type Object []Field

// ParseObject reads the members of raw, and reports whether it was an object. An
// object that is cut short is none; the members before the cut are returned.
func ParseObject(raw []byte) (Object, bool) {
	const usual = 8 // members of the objects inside of rows
	fields, ok := Fields(raw, make([]Field, 0, usual))
	return Object(fields), ok
}

// Lookup returns a member as it came, null included, and whether it is there.
func (o Object) Lookup(name string) (Value, bool) {
	for _, v := range slices.Backward(o) {
		if string(v.Name) == name {
			return v.Value, true
		}
	}
	return nil, false
}

// Value returns the first of the named members that is there and not null.
func (o Object) Value(names ...string) Value {
	for _, name := range names {
		if v, ok := o.Lookup(name); ok && string(v) != "null" {
			return v
		}
	}
	return nil
}

// Text returns a text that is not empty, or a number as one.
func (o Object) Text(names ...string) string {
	for _, name := range names {
		v, _ := o.Lookup(name)
		if s, _ := v.Text(); s != "" {
			return s
		}
	}
	return ""
}

// Number returns a number, and whether there is one.
func (o Object) Number(names ...string) (float64, bool) {
	for _, name := range names {
		v, _ := o.Lookup(name)
		if f, ok := v.Number(); ok {
			return f, true
		}
	}
	return 0, false
}

// Int returns a number, rounded.
func (o Object) Int(names ...string) int {
	for _, name := range names {
		v, _ := o.Lookup(name)
		if n, ok := v.Int(); ok {
			return n
		}
	}
	return 0
}

// Bool returns a truth value, and whether there is one.
func (o Object) Bool(names ...string) (is, ok bool) {
	for _, name := range names {
		v, _ := o.Lookup(name)
		if is, ok := v.Bool(); ok {
			return is, true
		}
	}
	return false, false
}

// Time returns a time, and whether there is one.
func (o Object) Time(names ...string) (time.Time, bool) {
	for _, name := range names {
		v, _ := o.Lookup(name)
		if t, ok := v.Time(); ok {
			return t, true
		}
	}
	return time.Time{}, false
}

// Object returns a member that is an object; an empty one when it is none.
func (o Object) Object(name string) Object {
	v, _ := o.Lookup(name)
	return v.Object()
}

// Texts returns the texts of a member that is an array or one text; see
// [Value.Texts].
func (o Object) Texts(name string) []string {
	v, _ := o.Lookup(name)
	return v.Texts(maxListed)
}

// MAC returns a text as 12 lower-case hex digits if it is a MAC, and as it is if
// it is none.
func (o Object) MAC(names ...string) string { return macOf(o.Text(names...)) }

// ID returns a text, and "" for the id that Mist writes where there is none.
func (o Object) ID(names ...string) string { return idOf(o.Text(names...)) }

// maxListed bounds what is taken from a list inside a row.
const maxListed = 10_000

// The following are for literals of rows, where what is missing is zero.

func (o Object) float(names ...string) float64 {
	f, _ := o.Number(names...)
	return f
}

func (o Object) isTrue(names ...string) bool {
	is, _ := o.Bool(names...)
	return is
}

// isTrueUnless is isTrue for a member whose default is true.
func (o Object) isTrueUnless(name string) bool {
	is, ok := o.Bool(name)
	return is || !ok
}

func (o Object) time(names ...string) time.Time {
	t, _ := o.Time(names...)
	return t
}

// row is what one element of a list decodes into.
type row[T any] interface {
	*T
	read(o Object)
}

// decodeRow reads one element; false when it is not an object.
func decodeRow[T any, P row[T]](raw []byte) (T, bool) {
	var t T
	o, ok := ParseObject(raw)
	if ok {
		P(&t).read(o)
	}
	return t, ok
}
