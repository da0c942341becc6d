package jsonview

import (
	"slices"
	"strconv"

	"foghorn/internal/safetext"
)

// Path says where in the document the cursor is, the way jq would be asked for
// it: .events[3].ap_name, and "." for the root. Without a tree it is "".
func (m *Model) Path() string {
	r, ok := m.here()
	if !ok {
		return ""
	}
	var parts []string
	for i := r.node; m.nodes[i].parent >= 0; i = m.nodes[i].parent {
		parts = append(parts, m.step(i))
	}
	if len(parts) == 0 {
		return "."
	}
	slices.Reverse(parts)
	var path []byte
	for _, p := range parts {
		path = append(path, p...)
	}
	return string(path)
}

// step is the last part of the path of node i.
func (m *Model) step(i int32) string {
	n := &m.nodes[i]
	if m.nodes[n.parent].kind == '[' {
		index := 0
		for k := n.parent + 1; k < i; k = m.nodes[k].next {
			index++
		}
		return "[" + strconv.Itoa(index) + "]"
	}
	name := string(m.src[n.name:n.nameEnd]) // with its quotes, which jq takes for odd names
	if identifier(name[1 : len(name)-1]) {
		return "." + name[1:len(name)-1]
	}
	return "[" + safetext.Text(name) + "]"
}

// identifier reports whether jq takes s after a dot without quotes.
func identifier(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c != '_' && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}

// Value returns the JSON of what is under the cursor as it came, or all of the
// source if there is no tree. It must not be changed, and is as hostile as its
// sender.
func (m *Model) Value() []byte {
	r, ok := m.here()
	if !ok {
		return m.src
	}
	return m.src[m.nodes[r.node].start:m.nodes[r.node].end]
}
