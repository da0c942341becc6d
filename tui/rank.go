package tui

import (
	"slices"
	"strings"

	"foghorn/journal/query"
)

// How well what was typed fits a name, the best first.
const (
	fitsWhole = iota
	fitsStart
	fitsWord // the start of a later word: "next" of row-next
	fitsPart
	fitsLetters // its letters in this order
	fitsNot
)

// fits says how well typed fits a name, without regard to case.
func fits(name, typed string) int {
	name, typed = strings.ToLower(name), strings.ToLower(typed)
	switch at := strings.Index(name, typed); {
	case name == typed:
		return fitsWhole
	case at == 0:
		return fitsStart
	case at > 0 && strings.ContainsAny(name[at-1:at], "- /"):
		return fitsWord
	case at > 0:
		return fitsPart
	}
	rest := []rune(typed)
	for _, r := range name {
		if len(rest) > 0 && rest[0] == r {
			rest = rest[1:]
		}
	}
	if len(rest) == 0 {
		return fitsLetters
	}
	return fitsNot
}

// begins reports whether a fit is one that a person means who types on from the
// left, so that enter may take it unseen.
func begins(fit int) bool { return fit <= fitsStart }

// found is a command that fits what was typed.
type found struct {
	*binding
	fit  int
	here bool
}

// search lists the commands that fit, each name once: those that begin with what was
// typed before those that only contain it, and among them those of this place first.
func (k *keymap) search(at placeSet, typed string) []found {
	var out []found
	for _, here := range []bool{true, false} {
		for i := range k.all {
			b := &k.all[i]
			if (b.where&at != 0) != here || slices.ContainsFunc(out, func(f found) bool { return f.name == b.name }) {
				continue
			}
			fit := fits(b.name, typed)
			if len(typed) == 1 && slices.Contains(b.keys, typed) {
				fit = fitsWhole
			}
			if fit < fitsPart || fit != fitsNot && len(typed) != 1 { // a letter is in every other name
				out = append(out, found{b, fit, here})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b found) int { return a.order(typed) - b.order(typed) })
	if slices.ContainsFunc(out, func(f found) bool { return f.fit < fitsLetters }) { // scattered letters are a last resort
		out = slices.DeleteFunc(out, func(f found) bool { return f.fit == fitsLetters })
	}
	return out
}

// order is the place of a find: by fit, then by whether it works here, then by the
// chapter of help it is in.
func (f found) order(typed string) int {
	place, chapter := 0, helpOrder(f.chapter)
	if f.chapter == moveChapter { // nobody types what the arrow keys do
		chapter = 99
	}
	if !f.here {
		place = 1
	}
	if typed == "" {
		return place*1000 + chapter
	}
	group := 0
	if !begins(f.fit) {
		group = 1
	}
	return group*1_000_000 + place*100_000 + f.fit*1000 + chapter
}

// nearest is the name of the command that was probably meant; empty when none is
// like it.
func (k *keymap) nearest(at placeSet, typed string) string {
	var names []string
	for _, f := range k.search(at, "") {
		names = append(names, f.name)
	}
	if near := query.Nearest(typed, names); near != "" {
		return near
	}
	if found := k.search(at, typed); len(found) > 0 && len(typed) > 1 {
		return found[0].name
	}
	return ""
}
