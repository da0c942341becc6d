package webhook

import (
	"hash/maphash"
	"iter"
	"slices"
	"strings"
)

// A relay that parses a body and writes it again changes its bytes and not its
// meaning. What it was before is found by writing it in the ways that
// serialisers are known to write, until one has the signature.

// style is one way to write JSON. Its parts have the names that a person is told.
type style struct {
	space   spacing
	end     string
	texts   func(quoted []byte) []byte
	order   order
	numbers func(key string, n []byte) []byte
	changed string // which of these are not as sent
}

// spacing is what stands between the elements; with an indent also a new line
// for each.
type spacing struct{ comma, colon, indent string }

// spacings are those of JavaScript, Go and most others, of Python, and of the
// usual ways to print for people.
var spacings = []spacing{
	{",", ":", ""}, {", ", ": ", ""}, {",", ": ", "  "}, {",", ": ", "    "}, {",", ": ", "\t"}, {",", " : ", "  "}, {", ", ":", ""}, {",", ": ", ""},
}

// order is how the keys of objects are ordered.
type order uint8

const (
	asSent     order = iota
	topicFirst       // as sent, but the topic before the events, as Mist writes
	byName
)

// jsonForms yields the ways in which body may have been written before, each
// once and the likely ones first, with what is different about it. A body that
// is not JSON has none. Each time the body is written spend is asked, and told how
// long it is; when it says no there are no more.
func jsonForms(body []byte, spend func(n int) bool) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		root, ok := parseJSON(body)
		if !ok {
			return
		}
		seed := maphash.MakeSeed()
		seen := map[uint64]bool{maphash.Bytes(seed, body): true}
		for s := range root.styles(spend) {
			if !spend(len(body)) {
				return
			}
			form := append(root.write(nil, &s, "", 0), s.end...)
			if sum := maphash.Bytes(seed, form); !seen[sum] {
				seen[sum] = true
				if !yield(s.changed, form) {
					return
				}
			}
		}
	}
}

// styles yields the ways to write a body, those in which fewer things differ
// first. What makes no difference to this body is left out.
func (n *node) styles(spend func(n int) bool) iter.Seq[style] {
	base := style{texts: keepText, numbers: keepNumber, space: spacings[0]}
	plain := string(n.write(nil, &base, "", 0))
	differs := func(s style) bool { return spend(len(plain)) && string(n.write(nil, &s, "", 0)) != plain }
	texts, orders := []func([]byte) []byte{keepText}, []order{asSent}
	for _, fn := range textStyles {
		s := base
		if s.texts = fn; differs(s) {
			texts = append(texts, fn)
		}
	}
	for _, o := range []order{topicFirst, byName} {
		s := base
		if s.order = o; differs(s) {
			orders = append(orders, o)
		}
	}
	return func(yield func(style) bool) {
		ni := -1
		for fn := range numberStyles(n.numberKeys()) {
			ni++
			if s := base; ni > 0 {
				if s.numbers = fn; !differs(s) {
					continue
				}
			}
			spaces, ends := spacings, []string{"", "\n", "\r\n"}
			if ni > len(notations) { // there are many of these
				spaces, ends = spacings[:2], ends[:1]
			}
			for i := range len(orders) * len(texts) * len(spaces) * len(ends) {
				end, i := i%len(ends), i/len(ends)
				space, i := i%len(spaces), i/len(spaces)
				text, order := i%len(texts), i/len(texts)
				s := style{
					space: spaces[space], end: ends[end], texts: texts[text], order: orders[order], numbers: fn,
					changed: changed(ni > 0, order > 0, text > 0),
				}
				if !yield(s) {
					return
				}
			}
		}
	}
}

// changed names what is written differently.
func changed(numbers, order, texts bool) string {
	var what []string
	for name, is := range map[string]bool{"the numbers": numbers, "the order of keys": order, "the escapes in texts": texts} {
		if is {
			what = append(what, name)
		}
	}
	if len(what) == 0 {
		return "the white space"
	}
	slices.Sort(what)
	return strings.Join(what, " and ")
}
