// Package alias replaces names and addresses in text by aliases, so that a screen can be
// shown to others. The same name always gets the same alias, in every process.
//
// Names have to be known: see Names.Add. MAC addresses, IP addresses and e-mail addresses
// are found by their form. A name counts where it stands as a word: no letter or digit
// beside it. An alias hides a name from people who look on. It is not encryption: somebody with a
// list of names can find out which of them it may be.
package alias

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

const (
	shortest  = 2       // names below are not looked for
	longest   = 512     // bytes; what is longer is no name, and each length costs a look-up
	mostNames = 200_000 // further ones are not learned
	mostKept  = 4096    // texts whose result is remembered
	keptText  = 512     // bytes; longer ones are not remembered
	head      = 3       // bytes by which names are found

	leastDigits = 8 // of a name of digits alone: a shorter one would hide counts
)

// Names knows names and their aliases. It is safe for concurrent use.
type Names struct {
	mu      sync.Mutex
	aliases map[string]string // by the name in lower case
	taken   map[string]string // the name of an alias
	lengths map[string][]int  // of the names with the same first bytes, the longest first
	kept    map[string]string // results for texts that were asked for before
}

// New returns names without any.
func New() *Names {
	return &Names{aliases: map[string]string{}, taken: map[string]string{}, lengths: map[string][]int{}, kept: map[string]string{}}
}

// Add makes a name known. kind begins its alias, as in ap-7f3a. A name keeps the alias it
// was given first.
func (n *Names) Add(kind, name string) {
	name = lower(strings.TrimSpace(name))
	if len(name) < shortest || len(name) > longest || len(name) < leastDigits && number(name) {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if _, known := n.aliases[name]; known || len(n.aliases) >= mostNames {
		return
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(name)) // never fails, by its contract
	sum := h.Sum64()
	for width := 4; ; width++ {
		a := fmt.Sprintf("%s-%0*x", kind, width, sum&(1<<(4*width)-1))
		if _, used := n.taken[a]; !used {
			n.aliases[name], n.taken[a] = a, name
			break
		}
	}
	first := name[:min(len(name), head)]
	n.lengths[first] = insert(n.lengths[first], len(name))
	clear(n.kept)
}

// insert keeps the longest first, so that a part of a name cannot hide the rest.
func insert(lengths []int, length int) []int {
	i, found := slices.BinarySearchFunc(lengths, length, func(a, b int) int { return b - a })
	if found {
		return lengths
	}
	return slices.Insert(lengths, i, length)
}

// Text returns text with aliases in place of names and addresses.
func (n *Names) Text(text string) string {
	return n.replace(text, false)
}

// SameWidth is Text for a text whose layout is done: what replaces a name is as wide as
// the name.
func (n *Names) SameWidth(text string) string { return n.replace(text, true) }

func (n *Names) replace(text string, sameWidth bool) string {
	if text == "" {
		return ""
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	key := text
	if sameWidth {
		key = "=" + text
	}
	if got, ok := n.kept[key]; ok {
		return got
	}
	out := n.scan(text, sameWidth)
	if len(text) <= keptText {
		if len(n.kept) >= mostKept {
			clear(n.kept)
		}
		n.kept[key] = out
	}
	return out
}

// scan goes from word to word.
func (n *Names) scan(text string, sameWidth bool) string {
	folded := lower(text)
	var b strings.Builder
	done := 0
	for at := 0; at < len(text); {
		length, with := n.at(text, folded, at)
		if length == 0 {
			at = nextWord(text, at)
			continue
		}
		b.WriteString(text[done:at])
		if sameWidth {
			with = fit(with, text[at:at+length])
		}
		b.WriteString(with)
		at += length
		done = at
	}
	if done == 0 {
		return text
	}
	b.WriteString(text[done:])
	return b.String()
}

// at returns how long the name or address is that begins at a word, and what replaces it.
func (n *Names) at(text, folded string, at int) (length int, with string) {
	if name := n.nameAt(folded, at); name != "" {
		return len(name), n.aliases[name]
	}
	return addressAt(text, at)
}

// nameAt is the longest known name that begins here and ends at the end of a word.
func (n *Names) nameAt(folded string, at int) string {
	rest := folded[at:]
	for size := min(len(rest), head); size >= shortest; size-- {
		for _, length := range n.lengths[rest[:size]] {
			if length > len(rest) || size < head && length != size {
				continue
			}
			if name := rest[:length]; n.aliases[name] != "" && endsWord(name, rest[length:]) {
				return name
			}
		}
	}
	return ""
}

// endsWord reports whether a name that is followed by rest is whole.
func endsWord(name, rest string) bool {
	last, _ := utf8.DecodeLastRuneInString(name)
	next, _ := utf8.DecodeRuneInString(rest)
	return rest == "" || !inWord(last) || !inWord(next)
}

func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// nextWord is where the next name can begin: after the letters and digits at hand, or at
// the next sign.
func nextWord(text string, at int) int {
	r, size := utf8.DecodeRuneInString(text[at:])
	if !inWord(r) {
		return at + size
	}
	for at < len(text) {
		r, size := utf8.DecodeRuneInString(text[at:])
		if !inWord(r) {
			return at
		}
		at += size
	}
	return at
}

// lower folds ASCII letters and keeps all lengths.
func lower(s string) string {
	b := []byte(s)
	changed := false
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i], changed = c+'a'-'A', true
		}
	}
	if !changed {
		return s
	}
	return string(b)
}

// number reports whether a name has digits alone.
func number(name string) bool {
	for _, r := range name {
		if !unicode.IsDigit(r) {
			return false
		}
	}
	return true
}
