package webhook

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// maxDepth bounds how deep a body may be nested to be written again.
const maxDepth = 64

// node is a value of a body with its parts as they were written.
type node struct {
	text []byte // of a text, number or literal, as it came
	keys []string
	kids []node
	kind byte // '{', '[', '"', '0' for a number, 'n' for a literal
}

// parseJSON takes a body apart.
func parseJSON(body []byte) (root node, ok bool) {
	var compact bytes.Buffer
	if json.Compact(&compact, body) != nil {
		return node{}, false
	}
	_, ok = root.parse(compact.Bytes(), 0)
	return root, ok
}

// parse reads a value at the beginning of b, which is valid and compact JSON,
// and returns the rest.
func (n *node) parse(b []byte, depth int) (rest []byte, ok bool) {
	switch c := b[0]; {
	case depth > maxDepth:
		return nil, false
	case c == '"':
		n.kind = '"'
		n.text, b = b[:textEnd(b)], b[textEnd(b):]
		return b, true
	case c == '{' || c == '[':
		n.kind = c
		for b = b[1:]; b[0] != '}' && b[0] != ']'; {
			if b[0] == ',' {
				b = b[1:]
			}
			if c == '{' {
				end := textEnd(b)
				n.keys = append(n.keys, string(b[:end]))
				b = b[end+1:] // and the colon
			}
			n.kids = append(n.kids, node{})
			if b, ok = n.kids[len(n.kids)-1].parse(b, depth+1); !ok {
				return nil, false
			}
		}
		return b[1:], true
	default:
		n.kind = '0'
		if 'a' <= c && c <= 'z' {
			n.kind = 'n'
		}
		end := bytes.IndexAny(b, ",]}")
		if end < 0 {
			end = len(b)
		}
		n.text, b = b[:end], b[end:]
		return b, true
	}
}

// textEnd is where the quoted text at the beginning of b ends.
func textEnd(b []byte) int {
	for i := 1; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(b)
}

// write appends the value in a style. key is its key in the object.
func (n *node) write(b []byte, s *style, key string, depth int) []byte {
	switch n.kind {
	case '"':
		return append(b, s.texts(n.text)...)
	case '0':
		return append(b, s.numbers(key, n.text)...)
	case 'n':
		return append(b, n.text...)
	}
	b = append(b, n.kind)
	for i, at := range n.places(s.order, depth) {
		if i > 0 {
			b = append(b, s.space.comma...)
		}
		b = newLine(b, s, depth+1)
		if n.kind == '{' {
			key = n.keys[at]
			b = append(b, s.texts([]byte(key))...)
			b = append(b, s.space.colon...)
		}
		b = n.kids[at].write(b, s, key, depth+1)
	}
	if len(n.kids) > 0 {
		b = newLine(b, s, depth)
	}
	return append(b, n.kind+2) // '}' and ']' are two after their beginnings
}

// newLine begins a line where the style has lines.
func newLine(b []byte, s *style, depth int) []byte {
	if s.space.indent == "" {
		return b
	}
	return append(append(b, '\n'), strings.Repeat(s.space.indent, depth)...)
}

// places is the order in which the parts are written.
func (n *node) places(o order, depth int) []int {
	at := make([]int, len(n.kids))
	for i := range at {
		at[i] = i
	}
	byName := func() {
		slices.SortStableFunc(at, func(a, b int) int { return strings.Compare(n.keys[a], n.keys[b]) })
	}
	switch {
	case n.kind != '{':
	case o.byName:
		byName()
	case depth > 0 && len(o.small) == len(at):
		byName()
		named := slices.Clone(at)
		for i, k := range o.small {
			at[i] = named[k]
		}
	case depth == 0 && o.topicFirst:
		first := map[string]int{`"topic"`: -2, `"events"`: -1}
		slices.SortStableFunc(at, func(a, b int) int { return first[n.keys[a]] - first[n.keys[b]] })
	}
	return at
}

// hasInner reports whether an object inside this one has so many keys.
func (n *node) hasInner(size int) bool {
	for i := range n.kids {
		if k := &n.kids[i]; k.kind == '{' && len(k.keys) == size || k.hasInner(size) {
			return true
		}
	}
	return false
}

// inOrder reports whether the keys of every object are in alphabetical order,
// where there are enough of them for that to be no accident.
func (n *node) inOrder() bool {
	keys := 0
	var look func(n *node) bool
	look = func(n *node) bool {
		keys = max(keys, len(n.keys))
		if !slices.IsSorted(n.keys) {
			return false
		}
		for i := range n.kids {
			if !look(&n.kids[i]) {
				return false
			}
		}
		return true
	}
	return look(n) && keys >= 4
}

// numberKeys are the keys that numbers stand under, in the order of the body.
func (n *node) numberKeys() []string {
	var keys []string
	var look func(n *node, key string)
	look = func(n *node, key string) {
		if n.kind == '0' && !slices.Contains(keys, key) && len(keys) <= maxNumberKeys {
			keys = append(keys, key)
		}
		for i := range n.kids {
			k := key
			if n.kind == '{' {
				k = n.keys[i]
			}
			look(&n.kids[i], k)
		}
	}
	look(n, "")
	return keys
}
