package mist

import "slices"

import "time"

// Object holds the members of a JSON object, for access by name. It shares the
// memory of the text. The accessors never fail: each returns the value of the
// first named member that converts to its type (see [Value]), or the zero value.
// They skip members that are missing, null, empty or of another type. The last
// of duplicate names counts, as in other JSON readers.
type Object []Field

// ParseObject reads the members of raw, and reports whether raw was an object. If
// the object is cut short, it returns the members before the cut and false.
func ParseObject(raw []byte) (Object, bool) {
	const usual = 8 // members of the objects inside of rows
	fields, ok := Fields(raw, make([]Field, 0, usual))
	return Object(fields), ok
}

// Lookup returns a member's raw value, including null, and whether it exists.
func (o Object) Lookup(name string) (Value, bool) {
	for _, v := range slices.Backward(o) {
		if string(v.Name) == name {
			return v.Value, true
		}
	}
	return nil, false
}

// Value returns the first named member that exists and is not null.
func (o Object) Value(names ...string) Value {
	for _, name := range names {
		if v, ok := o.Lookup(name); ok && string(v) != "null" {
			return v
		}
	}
	return nil
}

// Text returns a string that is not empty, or a number as text.
func (o Object) Text(names ...string) string {
	for _, name := range names {
		v, _ := o.Lookup(name)
		if s, _ := v.Text(); s != "" {
			return s
		}
	}
	return ""
}

// Number returns a number, and whether one was found.
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

// Bool returns a boolean, and whether one was found.
func (o Object) Bool(names ...string) (is, ok bool) {
	for _, name := range names {
		v, _ := o.Lookup(name)
		if is, ok := v.Bool(); ok {
			return is, true
		}
	}
	return false, false
}

// Time returns a time, and whether one was found.
func (o Object) Time(names ...string) (time.Time, bool) {
	for _, name := range names {
		v, _ := o.Lookup(name)
		if t, ok := v.Time(); ok {
			return t, true
		}
	}
	return time.Time{}, false
}

// Object returns a member that is an object, or an empty Object.
func (o Object) Object(name string) Object {
	v, _ := o.Lookup(name)
	return v.Object()
}

// Texts returns the strings of a member that is an array or a single string; see
// [Value.Texts].
func (o Object) Texts(name string) []string {
	v, _ := o.Lookup(name)
	return v.Texts(maxListed)
}

// MAC returns a MAC as 12 lower-case hex digits, and any other text unchanged.
func (o Object) MAC(names ...string) string { return macOf(o.Text(names...)) }

// ID returns an id, and "" for Mist's placeholder for none.
func (o Object) ID(names ...string) string { return idOf(o.Text(names...)) }

// maxListed limits how many elements of a list inside a row are read.
const maxListed = 10_000

// The following accessors are for struct literals of rows, where a missing value
// is zero.

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

// row is implemented by the types that list elements decode into.
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
