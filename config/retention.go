package config

import (
	"slices"
	"strings"
)

// Retention configures how long records are kept. Age and Size are the limits of
// records without a group; groups have their own. Records are removed at the limit
// that they reach first. An age of 0 is forever, a size of 0 is unlimited.
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

// DefaultGroup is the name for records without a group.
const DefaultGroup = "default"

// unset marks a limit of a group that the file does not set.
const unset = -1

func defaultRetention() Retention {
	const hour, day = Duration(3600e9), Duration(24 * 3600e9)
	return Retention{
		Age:  30 * day,
		Size: 8 << 30,
		Groups: map[string]Group{
			// Sent every few seconds for everything that moves.
			"location": {
				Topics: []string{"location*", "*-raw", "*-raw-*", "sdkclient-scan-data", "rssizone", "zone", "vbeacon"},
				Age:    6 * hour, Size: 512 << 20,
			},
			// Requests of strangers, which must never displace accepted records.
			"refused": {Topics: []string{"refused"}, Age: 7 * day, Size: 64 << 20},
			// Actions of operators: few, and recorded nowhere else.
			"activity": {Topics: []string{"activity"}},
		},
	}
}

// fixedGroups are groups of records that are not topics of a sender.
var fixedGroups = []string{"refused", "activity"}

// inherit sets the general limits in groups without their own.
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

// GroupOf returns the name of the group for a record group (a topic, "refused" or
// "activity"): the one that lists it, or else the one with the longest matching
// glob, or else DefaultGroup.
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

// Limits returns the age and size of a group by its name, and those of DefaultGroup
// for an unknown name.
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
