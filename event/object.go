package event

import (
	"slices"
	"strings"
)

// Unknown stands in a key for the object of a condition that its sender did not
// name: the neighbor of a BGP session that is down, say.
const Unknown = "?"

// Part is one thing that an object is known by: the address of a neighbor
// (without a name), instance blue, VLAN 30.
type Part struct{ Name, Value string }

// ObjectOf puts an object into words, from the parts that have a value: the
// first says what it is, the others tell it from its like.
//
//	10.0.0.1 (instance blue, interface ge-0/0/1)
//
// The words are taken apart again by Alike, so characters that separate parts
// do not stay in them.
func ObjectOf(parts ...Part) string {
	var said []string
	for _, p := range parts {
		v := strings.Join(strings.Fields(separators.Replace(p.Value)), " ")
		if v == "" {
			continue
		}
		if p.Name != "" {
			v = p.Name + " " + v
		}
		said = append(said, v)
	}
	if len(said) < 2 {
		return strings.Join(said, "")
	}
	slices.Sort(said[1:])
	return said[0] + " (" + strings.Join(said[1:], ", ") + ")"
}

var separators = strings.NewReplacer("(", "[", ")", "]", ",", ";")

// Alike reports whether two objects may be one that is told more fully in one
// of the cases: they agree in a part and differ in none that both name. A
// neighbor told without its instance is alike the one of that address in
// instance blue; the same address in two instances is not alike.
func Alike(a, b string) bool {
	mine, theirs := parts(a), parts(b)
	agree := false
	for name, v := range mine {
		w, both := theirs[name]
		if both && w != v {
			return false
		}
		agree = agree || both
	}
	return agree
}

// parts takes the words of an object apart: values by the word before them.
func parts(object string) map[string]string {
	head, rest, _ := strings.Cut(strings.TrimSuffix(object, ")"), " (")
	out := map[string]string{}
	for _, p := range append([]string{head}, strings.Split(rest, ", ")...) {
		name, value, named := strings.Cut(p, " ")
		if !named {
			name, value = "", p
		}
		if value != "" {
			out[name] = value
		}
	}
	return out
}
