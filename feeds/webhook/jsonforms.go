package webhook

import (
	"hash/maphash"
	"iter"
	"slices"
	"strings"
)

// A relay that parses a body and writes it again changes its bytes and not its
// meaning. What it was before is found by writing it in the ways that
// serializers are known to write, until one has the signature.

// style is one way to write JSON. Its parts have the names that people read.
type style struct {
	space   spacing
	end     string
	texts   func(quoted []byte) []byte
	order   order
	numbers func(key string, n []byte) []byte
	changed string // which of these are not as sent
}

// spacing is the text between the elements. With an indent each is on a new line.
type spacing struct{ comma, colon, indent string }

// spacings are those of JavaScript, Go and most others, of Python, and of the
// usual ways to print for people.
var spacings = []spacing{
	{",", ":", ""}, {", ", ": ", ""}, {",", ": ", "  "}, {",", ": ", "    "}, {",", ": ", "\t"}, {",", " : ", "  "}, {", ", ":", ""}, {",", ": ", ""},
}

// order is how the keys of objects are ordered.
type order struct {
	byName     bool  // else as sent
	topicFirst bool  // but the topic before the events, as Mist writes
	small      []int // but objects of so many keys so, from their order by name
}

// maxPermuted is how many keys an object may have whose order is found by trying
// them all.
const maxPermuted = 5

// orders yields the orders that keys may have had.
func (n *node) orders() iter.Seq[order] {
	return func(yield func(order) bool) {
		if !yield(order{}) || !yield(order{topicFirst: true}) || !yield(order{byName: true}) {
			return
		}
		for size := 2; size <= maxPermuted; size++ {
			if !n.hasInner(size) {
				continue
			}
			for p := range permutations(size) {
				if !yield(order{topicFirst: true, small: p}) {
					return
				}
			}
		}
	}
}

// permutations yields the orders of n things, each in memory of its own.
func permutations(n int) iter.Seq[[]int] {
	var place func(at []int, yield func([]int) bool) bool
	place = func(at []int, yield func([]int) bool) bool {
		if len(at) == n {
			return yield(slices.Clone(at))
		}
		for i := range n {
			if !slices.Contains(at, i) && !place(append(at, i), yield) {
				return false
			}
		}
		return true
	}
	return func(yield func([]int) bool) { place(make([]int, 0, n), yield) }
}

// jsonForms yields the forms in which body may have been written before, each once
// and the likely ones first, with what is different about it. A body that is not
// JSON has none. spend is called with the length of each form; when it returns
// false there are no more.
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
	texts := []func([]byte) []byte{keepText}
	for _, fn := range textStyles {
		s := base
		if s.texts = fn; differs(s) {
			texts = append(texts, fn)
		}
	}
	usual, rare := []order{{}}, []order(nil)
	for o := range n.orders() {
		s := base
		switch s.order = o; {
		case !differs(s):
		case o.small == nil:
			usual = append(usual, o)
		default:
			rare = append(rare, o)
		}
	}
	return func(yield func(style) bool) {
		for _, orders := range [][]order{usual, rare} {
			if len(orders) == 0 {
				return
			}
			at := -1
			for fn := range numberStyles(n.numberKeys()) {
				at++
				if s := base; at > 0 {
					if s.numbers = fn; !differs(s) {
						continue
					}
				}
				all := choices{spacings, []string{"", "\n", "\r\n"}, texts, orders}
				if some := at > len(notations); some || orders[0].small != nil {
					// There are many of these, and of both together too many.
					if some && orders[0].small != nil {
						break
					}
					all.spaces, all.ends = spacings[:2], all.ends[:1]
				}
				if !all.yield(fn, at > 0, yield) {
					return
				}
			}
		}
	}
}

// choices are ways to write that go with any other.
type choices struct {
	spaces []spacing
	ends   []string
	texts  []func([]byte) []byte
	orders []order
}

// yield combines them all with a way to write numbers.
func (c *choices) yield(numbers func(string, []byte) []byte, renumbered bool, yield func(style) bool) bool {
	for _, o := range c.orders {
		for ti, text := range c.texts {
			for _, space := range c.spaces {
				for _, end := range c.ends {
					s := style{space: space, end: end, texts: text, order: o, numbers: numbers}
					s.changed = changed(renumbered, o.byName || o.topicFirst, ti > 0)
					if !yield(s) {
						return false
					}
				}
			}
		}
	}
	return true
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
