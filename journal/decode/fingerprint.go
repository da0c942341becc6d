package decode

import (
	"bytes"
	"math"
	"math/bits"
	"strconv"
	"time"

	"foghorn/mist"
)

// A fingerprint is the same for all reports of one event, so that what the webhooks of
// an organization and of a site both report is one event. It covers the topic and
// every field of the element except the labels below, wherever the element came from.
// The order of keys, white space, escapes and the notation of numbers make no
// difference: members are hashed one by one and added up.
//
// An element without a time would equal any later event like it. For it the time of
// receipt is included, in steps of timelessWindow: long enough for the two webhooks,
// and short compared to repeats.

// labels are fields with names for ids in the same element. Two reports may differ in
// them: one may say "unknown org" (see the samples).
var labels = [...]string{"site_name", "org_name", "for_site"}

const timelessWindow = 10 * time.Second

const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

// fingerprint returns a number that is never 0.
func fingerprint(topic string, el *element, hasTime bool, received time.Time) uint64 {
	sum := el.hash()
	if el.outer != nil {
		sum += el.outer.sum
	}
	return seal(topic, sum, hasTime, received)
}

// rawFingerprint is the fingerprint of an element that is not an object.
func rawFingerprint(topic string, raw []byte, received time.Time) uint64 {
	h := hasher{b: raw}
	return seal(topic, h.value(), false, received)
}

func seal(topic string, sum uint64, hasTime bool, received time.Time) uint64 {
	sum = mix(sum + hashText([]byte(topic)))
	if !hasTime {
		sum = mix(sum + uint64(received.Truncate(timelessWindow).Unix()))
	}
	return max(sum, 1)
}

// hash adds up the members of an element.
func (el *element) hash() uint64 {
	var sum uint64
next:
	for _, f := range el.fields {
		for _, l := range labels {
			if string(f.Name) == l {
				continue next
			}
		}
		h := hasher{b: f.Value}
		sum += member(hashText(f.Name), h.value())
	}
	return sum
}

// member joins the hashes of a name and a value; they do not commute.
func member(name, value uint64) uint64 { return mix(name + bits.RotateLeft64(value, 31)) }

// hashText is FNV-1a, which is stable across runs and machines, eight bytes at
// a time where it can: bodies are long and this runs for every event.
func hashText(b []byte) uint64 {
	h := uint64(fnvOffset) ^ uint64(len(b))
	for len(b) >= 8 {
		w := uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
			uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
		h = (h ^ w) * fnvPrime
		h ^= h >> 29 // or the high bytes of a word would only ever reach the high bits
		b = b[8:]
	}
	for _, c := range b {
		h = (h ^ uint64(c)) * fnvPrime
	}
	return mix(h)
}

// mix spreads every bit over all others (the finalizer of SplitMix64).
func mix(h uint64) uint64 {
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}

// hasher goes once over a JSON value that is known to be well-formed. On one
// that is not it stops at the end of the bytes.
type hasher struct {
	b []byte
	i int
}

// The sorts of values start from numbers of their own, so that [] and {} differ.
const (
	sortObject = iota + 1
	sortArray
	sortText
	sortNumber
	sortWord
)

// next steps over white space and the separators, which say nothing that the
// brackets do not, and returns the byte there, 0 at the end.
func (h *hasher) next() byte {
	for h.i < len(h.b) {
		switch c := h.b[h.i]; c {
		case ' ', '\t', '\n', '\r', ',', ':':
			h.i++
		default:
			return c
		}
	}
	return 0
}

func (h *hasher) value() uint64 {
	switch h.next() {
	case '{':
		h.i++
		sum := uint64(sortObject)
		for c := h.next(); c != '}' && c != 0; c = h.next() {
			name := h.value()
			sum += member(name, h.value())
		}
		h.i++
		return mix(sum)
	case '[':
		h.i++
		sum := uint64(sortArray)
		for c := h.next(); c != ']' && c != 0; c = h.next() {
			sum = mix(sum + h.value())
		}
		h.i++
		return sum
	case '"':
		return mix(sortText + h.text())
	}
	return h.plain()
}

// text hashes a string with its escapes undone.
func (h *hasher) text() uint64 {
	start := h.i + 1
	escaped := false
	for h.i = start; h.i < len(h.b) && h.b[h.i] != '"'; h.i++ {
		if h.b[h.i] == '\\' {
			escaped = true
			h.i++
		}
	}
	end := min(h.i, len(h.b))
	h.i = end + 1
	if !escaped {
		return hashText(h.b[start:end])
	}
	return hashText([]byte(mist.Text(h.b[start-1 : min(end+1, len(h.b))])))
}

// plain hashes a number by its value, and true, false and null by their letters.
func (h *hasher) plain() uint64 {
	start := h.i
	for h.i < len(h.b) && bytes.IndexByte([]byte(" \t\n\r,:{}[]\""), h.b[h.i]) < 0 {
		h.i++
	}
	if h.i == start {
		h.i++ // a stray bracket: step over it, or the loops above would never end
		return sortWord
	}
	word := h.b[start:h.i]
	if c := word[0]; c != '-' && (c < '0' || c > '9') {
		return mix(sortWord + hashText(word))
	}
	if bytes.ContainsAny(word, ".eE") {
		if f, err := strconv.ParseFloat(string(word), 64); err == nil {
			const exact = 1 << 53
			if math.Abs(f) >= exact || f != math.Trunc(f) {
				return mix(sortNumber + mix(math.Float64bits(f)))
			}
			word = strconv.AppendInt(nil, int64(f), 10)
		}
	}
	return mix(sortNumber + hashText(word))
}
