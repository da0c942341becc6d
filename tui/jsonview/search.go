package jsonview

import (
	"bytes"
	"encoding/hex"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// maxQuery is how many bytes of a query count. It bounds the work of comparing
// when a paste went into the prompt.
const maxQuery = 256

// Search looks for q in names and values, or in the text or the bytes of the
// other modes, without regard to ASCII case. It does not move; Next and Prev
// do. It returns how many rows hold q. An empty q ends the search.
func (m *Model) Search(q string) int {
	q = strings.ToValidUTF8(head(q, maxQuery), "\ufffd") // so that a hit never begins within a code point
	m.query, m.hits, m.hit = q, nil, -1
	if q == "" {
		return 0
	}
	switch m.mode {
	case Pretty:
		for i := range m.nodes {
			if m.holds(&m.nodes[i], q) {
				m.hits = append(m.hits, int32(i))
			}
		}
	case Raw:
		for i, l := range m.text {
			text := l.text
			if l.next {
				text += head(m.text[i+1].text, len(q)-1) // what begins here may end there
			}
			if indexFold(text, q) >= 0 {
				m.hits = append(m.hits, int32(i))
			}
		}
	default:
		m.searchBytes(q)
	}
	return len(m.hits)
}

// head returns the first n bytes of s.
func head(s string, n int) string { return s[:min(len(s), max(0, n))] }

// holds reports whether a node's name or its text holds q, as it came or with
// its escapes undone.
func (m *Model) holds(n *node, q string) bool {
	if holdsText(m.src[n.name:n.nameEnd], q) {
		return true
	}
	return !n.container() && holdsText(m.src[n.start:n.end], q)
}

func holdsText(raw []byte, q string) bool {
	if indexFold(raw, q) >= 0 {
		return true
	}
	if bytes.IndexByte(raw, '\\') < 0 {
		return false
	}
	text, err := jsontext.AppendUnquote(nil, raw)
	return err == nil && indexFold(text, q) >= 0
}

// searchBytes finds q as text, and as hex digits if it is some ("7b 22").
func (m *Model) searchBytes(q string) {
	find := []func([]byte) int{func(b []byte) int { return indexFold(b, q) }}
	if digits, err := hex.DecodeString(strings.ReplaceAll(q, " ", "")); err == nil && len(digits) > 0 {
		find = append(find, func(b []byte) int { return bytes.Index(b, digits) })
	}
	// Each search goes on from its own last place, so that the source is read
	// once for each.
	next := make([]int, len(find))
	for at := 0; at < len(m.src); {
		first := len(m.src)
		for i, f := range find {
			if next[i] >= 0 && (next[i] < at || at == 0) {
				if next[i] = f(m.src[at:]); next[i] >= 0 {
					next[i] += at
				}
			}
			if next[i] >= 0 {
				first = min(first, next[i])
			}
		}
		if first == len(m.src) {
			return
		}
		row := first / hexBytes
		m.hits = append(m.hits, int32(row))
		at = (row + 1) * hexBytes
	}
}

// Next moves to the next hit after the cursor, around the end if need be, and
// unfolds what hides it. It returns which hit that is, from 1, and 0 if there
// is none.
func (m *Model) Next() int { return m.jump(true) }

// Prev moves to the hit before the cursor, as Next does.
func (m *Model) Prev() int { return m.jump(false) }

// Hits returns which hit was jumped to last, from 1 or 0 for none yet, and how
// many there are.
func (m *Model) Hits() (current, total int) { return m.hit + 1, len(m.hits) }

func (m *Model) jump(forward bool) int {
	if len(m.hits) == 0 {
		return 0
	}
	at := int32(m.place().cursor)
	if r, ok := m.here(); ok {
		at = r.node
		if r.part == closing && !forward {
			at = m.nodes[r.node].next // the values inside lie before their bracket
		}
		if r.part == closing && forward {
			at = m.nodes[r.node].next - 1
		}
	}
	// The first hit beyond the cursor, or before it.
	i := 0
	for i < len(m.hits) && (m.hits[i] < at || forward && m.hits[i] == at && (m.hit >= 0 || m.place().cursor > 0)) {
		i++
	}
	if !forward {
		i--
	}
	m.hit = (i + len(m.hits)) % len(m.hits)
	if m.mode == Pretty {
		m.reveal(m.hits[m.hit])
	} else {
		m.moveTo(int(m.hits[m.hit]))
	}
	return m.hit + 1
}

// indexFold is strings.Index without regard to ASCII case, the only folding
// that keeps the length of a text, and the one queries use too.
func indexFold[T string | []byte](s T, q string) int {
	if len(q) == 0 {
		return 0
	}
	first := lower(q[0])
	for i := 0; i+len(q) <= len(s); i++ {
		if lower(s[i]) != first {
			continue
		}
		k := 1
		for k < len(q) && lower(s[i+k]) == lower(q[k]) {
			k++
		}
		if k == len(q) {
			return i
		}
	}
	return -1
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
