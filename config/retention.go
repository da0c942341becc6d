package config

import (
	"slices"
	"strings"
)

// Retention says how long records are kept. What no group claims is kept by
// Age and Size; a group has its own. Records fall to whichever limit they reach
// first; an age of 0 is forever, a size of 0 has no bound.
type Retention struct {
	Age    Duration         `toml:"age"`
	Size   Size             `toml:"size"`
	Groups map[string]Group `toml:"groups"`
}

// Group is a group of topics with limits of its own.
type Group struct {
	Topics []string `toml:"topics"` // names or globs with *
	Age    Duration `toml:"age"`
	Size   Size     `toml:"size"` // of all its topics together
}

// DefaultGroup names what no group claims.
const DefaultGroup = "default"

// unset marks a limit of a group that its file does not give.
const unset = -1

func defaultRetention() Retention {
	const hour, day = Duration(3600e9), Duration(24 * 3600e9)
	return Retention{
		Age:  30 * day,
		Size: 8 << 30,
		Groups: map[string]Group{
			// Told every few seconds for everything that moves.
			"location": {
				Topics: []string{"location*", "*-raw", "*-raw-*", "sdkclient-scan-data", "rssizone", "zone", "vbeacon"},
				Age:    6 * hour, Size: 512 << 20,
			},
			// What strangers send, which must never push out what counts.
			"refused": {Topics: []string{"refused"}, Age: 7 * day, Size: 64 << 20},
			// What operators did: little, and the only record of it.
			"activity": {Topics: []string{"activity"}},
		},
	}
}

// fixedGroups are groups of records that are not topics of a sender.
var fixedGroups = []string{"refused", "activity"}

// inherit gives the groups the general limits where they have none of their own.
func (r *Retention) inherit() {
	for name, g := range r.Groups {
		if g.Age == unset {
			g.Age = r.Age
		}
		if g.Size == unset {
			g.Size = r.Size
		}
		r.Groups[name] = g
	}
}

// GroupOf returns the name of the group that a record group (a topic, "refused"
// or "activity") belongs to: the one that names it, else the one with the
// longest glob that fits, else DefaultGroup.
func (r Retention) GroupOf(topic string) string {
	best, length := DefaultGroup, -1
	for _, name := range r.Names() {
		for _, t := range r.Groups[name].Topics {
			if t == topic {
				return name
			}
			if len(t) > length && fits(t, topic) && !slices.Contains(fixedGroups, topic) {
				best, length = name, len(t)
			}
		}
	}
	return best
}

// Limits returns the age and size of a group by its name; those of DefaultGroup
// when there is no such group.
func (r Retention) Limits(group string) (Duration, Size) {
	if g, ok := r.Groups[group]; ok {
		return g.Age, g.Size
	}
	return r.Age, r.Size
}

// Names returns the names of the groups, sorted.
func (r Retention) Names() []string {
	var names []string
	for name := range r.Groups {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// fits reports whether s matches a glob in which * is any run of characters.
func fits(glob, s string) bool {
	parts := strings.Split(glob, "*")
	if len(parts) == 1 {
		return glob == s
	}
	s, ok := strings.CutPrefix(s, parts[0])
	if !ok {
		return false
	}
	for _, p := range parts[1 : len(parts)-1] {
		_, after, ok := strings.Cut(s, p)
		if !ok {
			return false
		}
		s = after
	}
	return strings.HasSuffix(s, parts[len(parts)-1])
}
