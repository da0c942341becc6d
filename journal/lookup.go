package journal

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"foghorn/internal/human"
	"foghorn/internal/safetext"
)

// LookupError says why what a person typed does not name exactly one thing.
type LookupError struct {
	Kind    string   // what was looked for: device, site, webhook, organization
	Typed   string   // empty when a choice is needed and nothing was typed
	Where   string   // where it was looked for, as " in acme"; may be empty
	Matches []string // the things that fit, when several do
	Nearest []string // names like the one typed, when none fits
	Advice  string   // what to do about it; may be empty
}

// maxListed bounds how many things an error lists.
const maxListed = 5

// Error returns one line that is safe to draw.
func (e *LookupError) Error() string {
	typed := strconv.Quote(e.Typed)
	var b strings.Builder
	switch {
	case len(e.Matches) > 0 && e.Typed == "":
		fmt.Fprintf(&b, "there are several %ss%s: %s", e.Kind, e.Where, listed(e.Matches))
	case len(e.Matches) > 0:
		fmt.Fprintf(&b, "%s matches %d %ss%s: %s", typed, len(e.Matches), e.Kind, e.Where, listed(e.Matches))
	case len(e.Nearest) > 0:
		fmt.Fprintf(&b, "no %s %s%s; did you mean %s?", e.Kind, typed, e.Where, listed(e.Nearest))
		return safetext.Line(b.String())
	default:
		fmt.Fprintf(&b, "no %s %s%s", e.Kind, typed, e.Where)
	}
	if e.Advice != "" {
		b.WriteString("; " + e.Advice)
	}
	return safetext.Line(b.String())
}

// listed joins names for a sentence, a few of them.
func listed(names []string) string {
	if more := len(names) - maxListed; more > 0 {
		return strings.Join(names[:maxListed], ", ") + fmt.Sprintf(" and %d more", more)
	}
	return strings.Join(names, ", ")
}

// maxNearest bounds how many names an error suggests.
const maxNearest = 3

// nearest returns the names that typed is probably a slip of, the likeliest
// first: those a few edits away, then those that contain it.
func nearest(typed string, names []string) []string {
	typed = strings.ToLower(strings.TrimSpace(typed))
	if typed == "" {
		return nil
	}
	lower := make([]string, len(names))
	for i, n := range names {
		lower[i] = strings.ToLower(n)
	}
	var out []string
	add := func(name string) {
		if name != "" && len(out) < maxNearest && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	if i := slices.Index(lower, human.Nearest(typed, lower)); i >= 0 {
		add(names[i])
	}
	for i, n := range lower {
		if strings.Contains(n, typed) {
			add(names[i])
		}
	}
	return out
}

// choose finds the one row that a person means by what they typed. A row whose
// id it is wins; then rows of exactly that name, and only when there are none,
// rows of that name in another case.
func choose[T any](rows []T, typed string, isID func(*T) bool, name func(*T) string) []T {
	var exact, folded []T
	for i := range rows {
		switch r := &rows[i]; {
		case isID(r):
			return []T{*r}
		case name(r) == typed:
			exact = append(exact, *r)
		case strings.EqualFold(name(r), typed):
			folded = append(folded, *r)
		}
	}
	if len(exact) > 0 {
		return exact
	}
	return folded
}

// namesOf returns the different names of rows.
func namesOf[T any](rows []T, name func(*T) string) []string {
	var out []string
	seen := map[string]bool{"": true}
	for i := range rows {
		if n := name(&rows[i]); !seen[n] {
			seen[n] = true
			out = append(out, n)
		}
	}
	return out
}
