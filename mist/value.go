package mist

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Value is one raw JSON value without white space around it; nil means missing.
// Its methods are lenient, because Mist's documents and its data differ, and one
// odd member must not cost a row:
//
//   - Text accepts a string or a number, but no boolean.
//   - Number accepts a number, also inside a string, if it is finite and at most
//     1e18, which fits an int64.
//   - Int is Number, rounded to the nearest integer.
//   - Bool accepts true and false, also inside a string and in any case, and a
//     number (0 is false): Mist has sent all of these.
//   - Time accepts what [ParseTime] does.
//
// null, and a value of any other type, counts as missing. No method panics or
// keeps a reference to the bytes, except Object and Elements, which share them.
type Value []byte

// largest is the largest number that Number accepts.
const largest = 1e18

// Text returns a decoded string, or a number as its text.
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

// Bool returns a boolean.
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

// Object returns the members of an object, and nil for anything else.
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

// Elements returns at most limit elements of an array, and nil for anything else.
func (v Value) Elements(limit int) []Value {
	items, _ := elements[Value](v, limit, nil)
	return items
}

// Objects returns the objects among the first limit elements of an array.
func (v Value) Objects(limit int) []Object {
	var out []Object
	for _, item := range v.Elements(limit) {
		if o, ok := ParseObject(item); ok {
			out = append(out, o)
		}
	}
	return out
}

// Texts returns the non-empty strings among the first limit elements of an
// array. A single string counts as an array of one, because Mist has sent one in
// place of an array.
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
