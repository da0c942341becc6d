package journal

import (
	"context"
	"slices"
	"strings"

	"foghorn/internal/safetext"
	"foghorn/journal/query"
)

// Values reads the values that a field was really seen with.
type Values interface {
	Values(ctx context.Context, field, prefix string, limit int) ([]string, error)
}

// maxValues is how many values of a field are looked at. The view remembers so
// many; where it has as many, there may be others.
const maxValues = 10_000

// NearestValue returns the value seen of a field (as the catalogue of queries names
// its column) that typed is probably a typo of; empty when none is like it.
func NearestValue(ctx context.Context, r Values, field, typed string) (string, error) {
	values, err := r.Values(ctx, field, "", maxValues)
	if err != nil {
		return "", err
	}
	if near := nearest(typed, values); len(near) > 0 {
		return near[0], nil
	}
	return "", nil
}

// Unseen is a value that a query asks for and no row ever had.
type Unseen struct {
	query.Equality
	Nearest string // what was probably meant: a value seen, or a glob of several; may be empty
}

// String is one line that is safe to draw.
func (u Unseen) String() string {
	text := "no " + u.Field + " " + u.Value + " seen"
	if u.Nearest != "" {
		text += "; did you mean " + u.Nearest + "?"
	}
	return safetext.Line(text)
}

// FindUnseen looks for the first value in a query over t that was never seen, which
// explains why it finds nothing; ok is false when all were seen, or nobody knows.
func FindUnseen(ctx context.Context, r Values, text string, t query.Table) (u Unseen, ok bool, err error) {
	for _, e := range query.Equalities(text, t) {
		var values []string
		full := false
		for _, column := range e.Columns {
			some, err := r.Values(ctx, column, "", maxValues)
			if err != nil {
				return Unseen{}, false, err
			}
			full = full || len(some) >= maxValues
			values = append(values, some...)
		}
		seen := slices.ContainsFunc(values, func(v string) bool { return strings.EqualFold(v, e.Value) })
		if full || seen || len(values) == 0 {
			continue
		}
		return Unseen{e, nearestOrGlob(e.Value, values)}, true, nil
	}
	return Unseen{}, false, nil
}

// leastGlob is the fewest bytes that make a glob worth offering: a letter is in
// most names.
const leastGlob = 3

// nearestOrGlob is the value that typed is a part of, or the glob that finds all of
// them; where it is a part of none, the value that it is a typo of.
func nearestOrGlob(typed string, values []string) string {
	low := strings.ToLower(typed)
	var parts []string
	begins := true
	for _, v := range values {
		if at := strings.Index(strings.ToLower(v), low); at >= 0 {
			parts = append(parts, v)
			begins = begins && at == 0
		}
	}
	switch {
	case len(parts) == 1:
		return parts[0]
	case len(parts) > 1 && len(typed) < leastGlob:
		return ""
	case len(parts) > 1 && !strings.Contains(typed, "*") && begins:
		return typed + "*"
	case len(parts) > 1 && !strings.Contains(typed, "*"):
		return "*" + typed + "*"
	}
	if near := nearest(typed, values); len(near) > 0 {
		return near[0]
	}
	return ""
}
