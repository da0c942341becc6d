package mist

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// Field is one member of a JSON object. Name and value share the memory of the
// object's text.
type Field struct {
	Name  []byte // between the quotes, escapes undone
	Value Value
}

// Fields appends the members of a JSON object to dst, in order and including
// duplicate names, and reports whether object was a JSON object.
func Fields(object []byte, dst []Field) ([]Field, bool) {
	s := scanner{b: object}
	if s.space(); s.i >= len(object) || object[s.i] != '{' {
		return dst, false
	}
	s.i++
	for first := true; s.more(first, '}'); first = false {
		name, ok := s.key()
		if !ok {
			return dst, false
		}
		start := s.i
		if !s.value(1) {
			return dst, false
		}
		if bytes.IndexByte(name, '\\') >= 0 {
			name = []byte(unescape(name))
		}
		dst = append(dst, Field{name, object[start:s.i:s.i]})
	}
	s.space()
	return dst, s.err == nil && s.i == len(object)
}

// Elements appends at most limit elements of a JSON array to dst, and reports
// whether array was valid as far as it was read. The elements share its memory.
func Elements(array []byte, limit int, dst [][]byte) ([][]byte, bool) {
	return elements(array, limit, dst)
}

func elements[T ~[]byte](array []byte, limit int, dst []T) ([]T, bool) {
	s := scanner{b: array}
	if s.space(); s.i >= len(array) || array[s.i] != '[' {
		return dst, false
	}
	s.i++
	for first := true; limit > 0 && s.more(first, ']'); first = false {
		start := s.i
		if !s.value(1) {
			return dst, false
		}
		dst = append(dst, array[start:s.i:s.i])
		limit--
	}
	return dst, s.err == nil
}

// Text decodes a quoted JSON string. Invalid UTF-8 becomes U+FFFD. It returns ""
// for anything but a JSON string.
func Text(quoted []byte) string {
	n := len(quoted)
	if n < 2 || quoted[0] != '"' || quoted[n-1] != '"' {
		return ""
	}
	inside := quoted[1 : n-1]
	if bytes.IndexByte(inside, '\\') < 0 {
		return valid(inside)
	}
	return unescape(inside)
}

// unescape decodes the inside of a JSON string.
func unescape(inside []byte) string {
	quoted := make([]byte, 0, len(inside)+2)
	quoted = append(append(append(quoted, '"'), inside...), '"')
	// The error only reports invalid UTF-8 and lone surrogates, which the
	// result has replaced already.
	out, _ := jsontext.AppendUnquote(nil, quoted)
	return valid(out)
}

func valid(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	return strings.ToValidUTF8(string(b), string(utf8.RuneError))
}
