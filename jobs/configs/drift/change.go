package drift

import (
	"slices"
	"strings"
	"time"

	"foghorn/jobs/configs"
	"foghorn/journal/event"
)

// Change is one object that differs from what the backup had.
type Change struct {
	Path     configs.Path
	Name     string
	Was      string // its name before
	Site     string
	Verb     configs.Verb
	Settings []event.ChangedSetting // of a modified object
	Before   []byte                 // its file before and after; nil where it was not there
	After    []byte
	From, To time.Time              // when it changed
	Used     map[string]bool        // audits that explain an earlier change of the object
	Taken    func(name string) bool // whether another object of its type and place has a name

	searched *string
}

// single reports whether there is one such object for its site or organization, whose id
// it has.
func (c *Change) single() bool {
	t, _ := configs.FindType(c.Path.Type, c.Path.SiteID != "")
	return t.Single
}

// namedIn reports whether a message has the object's name in quotes, or at its end.
func (c *Change) namedIn(message string) bool {
	for _, name := range []string{c.Name, c.Was} {
		if name != "" && (strings.EqualFold(configs.Quoted(message), name) || strings.HasSuffix(strings.ToLower(message), " "+strings.ToLower(name))) {
			return true
		}
	}
	return false
}

// content is what the change changed, to look for ids.
func (c *Change) content() string {
	if c.searched == nil {
		var b strings.Builder
		for _, s := range c.Settings {
			b.WriteString(s.Before + "\n" + s.After + "\n")
		}
		if c.Verb != configs.Modified {
			b.Write(c.Before)
			b.Write(c.After)
		}
		text := b.String()
		c.searched = &text
	}
	return *c.searched
}

// byMist are settings that Mist changes by itself, by type: the place of an access point
// on its map, which automatic placement finds.
var byMist = map[string][]string{
	"devices": {"x", "y", "x_m", "y_m", "orientation", "height"},
}

// compare finds the settings that differ and that somebody has changed: those that Mist
// sets by itself are left out, and those of which only what the token may see has changed.
// False when there is no such change.
func (c *Change) compare() (bool, error) {
	if c.Verb != configs.Modified {
		return true, nil
	}
	all, err := configs.Compare(c.Before, c.After)
	if err != nil {
		return false, err
	}
	c.Settings = slices.DeleteFunc(all, func(s event.ChangedSetting) bool {
		return slices.Contains(byMist[c.Path.Type], s.Path) || isMask(s.Before) && isSecret(s.After) || isSecret(s.Before) && isMask(s.After)
	})
	return len(c.Settings) > 0, nil
}

func isMask(text string) bool   { return configs.Masked(text) }
func isSecret(text string) bool { return text == "" || configs.Masked(text) || configs.IsDigest(text) }

// reverted reports whether settings of an object have the values again that they had
// before; without settings the whole object counts.
func reverted(settings []string, before, now []byte) (bool, error) {
	if before == nil || now == nil || len(settings) == 0 {
		return string(before) == string(now), nil
	}
	differ, err := configs.Compare(before, now)
	if err != nil {
		return false, err
	}
	for _, d := range differ {
		if slices.ContainsFunc(settings, func(s string) bool { return within(d.Path, s) || within(s, d.Path) }) {
			return false, nil
		}
	}
	return true, nil
}

// within reports whether a setting equals another one, or is part of it.
func within(path, of string) bool {
	rest, ok := strings.CutPrefix(path, of)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}
