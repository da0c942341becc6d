package event

import (
	"slices"
	"strings"
)

// UnknownObject is the object in the key of a condition whose sender did not name one,
// such as the neighbor of a BGP session that is down.
const UnknownObject = "?"

// ObjectPart is one of the values that identify an object: the address of a neighbor
// (without a name), instance blue, VLAN 30.
type ObjectPart struct{ Name, Value string }

// ObjectName names an object by those of its parts that have a value: the first says
// what it is, the others distinguish it.
//
//	10.0.0.1 (instance blue, interface ge-0/0/1)
//
// Alike parses the name again, so characters that separate parts are replaced.
func ObjectName(parts ...ObjectPart) string {
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

// SameObject reports whether two names may mean one object: they agree in a part and
// differ in none that both have. A neighbor without an instance matches the one of
// that address in instance blue; the same address in two instances does not match.
func SameObject(a, b string) bool {
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

// parts parses an object's name: values by the word before them.
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
