package mist

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Value is one JSON value as it came, without white space around it; nil stands
// for none. Its methods read leniently, because what Mist documents and what it
// sends differ, and one odd member must not cost a row:
//
//   - Text takes a string or a number. A truth value is no text.
//   - Number takes a number, also one inside a string, if it is finite and no
//     larger than 1e18, which an int64 can hold.
//   - Int is Number, rounded to the nearest whole number.
//   - Bool takes true and false, the same inside a string in any case, and a
//     number (0 is false), as Mist has sent all of these.
//   - Time takes what [ParseTime] does.
//
// null, and a value of any other type, is the same as none. No method panics or
// keeps a reference to the bytes, except Object and Elements, which share them.
type Value []byte

// largest is what Number takes at most.
const largest = 1e18

// Text returns a string without its quotes and escapes, or a number as it came.
func (v Value) Text() (string, bool) {
	switch {
	case len(v) == 0:
		return "", false
	case v[0] == '"':
		return Text(v), true
	case v.isNumber():
		return string(v), true
	}
	return "", false
}

func (v Value) isNumber() bool { return len(v) > 0 && (v[0] == '-' || isDigit(v[0])) }

// Number returns a number.
func (v Value) Number() (float64, bool) {
	switch {
	case v.isNumber():
	case len(v) > 2 && v[0] == '"':
		v = Value(strings.TrimSpace(Text(v)))
	default:
		return 0, false
	}
	f, err := strconv.ParseFloat(string(v), 64)
	if err != nil || !(math.Abs(f) <= largest) { // also not "NaN" and "Inf", which ParseFloat takes
		return 0, false
	}
	return f, true
}

// Int returns a number, rounded.
func (v Value) Int() (int, bool) {
	f, ok := v.Number()
	return int(math.Round(f)), ok
}

// Bool returns a truth value.
func (v Value) Bool() (is, ok bool) {
	if len(v) == 0 {
		return false, false
	}
	if v[0] == '"' {
		v = Value(strings.ToLower(strings.TrimSpace(Text(v))))
	}
	switch string(v) {
	case "true":
		return true, true
	case "false":
		return false, true
	}
	if !v.isNumber() {
		return false, false
	}
	f, ok := v.Number()
	return f != 0, ok
}

// Time returns a time in UTC.
func (v Value) Time() (time.Time, bool) { return ParseTime(v) }

// Object returns the members of an object, and none of anything else.
func (v Value) Object() Object {
	if len(v) == 0 || v[0] != '{' {
		return nil
	}
	o, ok := ParseObject(v)
	if !ok {
		return nil
	}
	return o
}

// Elements returns the elements of an array, at most limit, and none of anything
// else.
func (v Value) Elements(limit int) []Value {
	items, _ := elements[Value](v, limit, nil)
	return items
}

// Objects returns those elements of an array that are objects, looking at no
// more than limit elements.
func (v Value) Objects(limit int) []Object {
	var out []Object
	for _, item := range v.Elements(limit) {
		if o, ok := ParseObject(item); ok {
			out = append(out, o)
		}
	}
	return out
}

// Texts returns the texts of an array, empty ones left out, of at most limit
// elements. A lone text counts as an array of one, since Mist has sent one where
// an array belongs.
func (v Value) Texts(limit int) []string {
	if s, ok := v.Text(); ok {
		if s == "" {
			return nil
		}
		return []string{s}
	}
	var out []string
	for _, item := range v.Elements(limit) {
		if s, _ := item.Text(); s != "" {
			out = append(out, s)
		}
	}
	return out
}
