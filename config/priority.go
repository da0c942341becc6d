package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"foghorn/journal/priority"
	"foghorn/journal/query"
)

// levelRule explains levels in error messages.
const levelRule = "a level is 1 (alert with detail), 2 (alert with summary), 3 (journal only) or 4 (ignore)"

// Keys of a table of priorities that are no event ids.
const (
	keyDefault = "default"
	keyFilter  = "filter"
)

// priorities reads [priority.TOPIC].
func (d *decoder) priorities(path string, data any, to *priority.Table) {
	topics, ok := data.(map[string]any)
	if !ok {
		d.add(path, "", "must be tables: write [%s.junos]", path)
		return
	}
	*to = priority.Table{}
	for topic, data := range topics {
		at := join(path, topic)
		if !slices.Contains(priority.Topics(), topic) {
			d.add(at, query.Nearest(topic, priority.Topics()), "%q is no topic with priorities; it is one of %s", topic, strings.Join(priority.Topics(), ", "))
			continue
		}
		m, ok := data.(map[string]any)
		if !ok {
			d.add(at, "", "must be a table: write [%s]", at)
			continue
		}
		(*to)[topic] = d.prioritySection(at, m)
	}
}

func (d *decoder) prioritySection(path string, m map[string]any) priority.Section {
	s := priority.Section{Events: map[string]priority.Rule{}}
	for key, data := range m {
		at := join(path, key)
		switch key {
		case keyDefault:
			s.Default = d.level(at, data)
		case keyFilter:
			s.Filter = d.filter(at, data)
		case "":
			d.add(at, "", "is no event id")
		default:
			s.Events[key] = d.priorityRule(at, data)
		}
	}
	return s
}

func (d *decoder) filter(path string, data any) []string {
	items, ok := data.([]any)
	if !ok {
		d.add(path, "", "must be a list of texts in brackets, not %s", kind(data))
		return nil
	}
	var out []string
	for i, item := range items {
		at := element(path, i)
		text, ok := d.text(at, item)
		if ok && text == "" {
			d.add(at, "", "is empty: every event contains it")
		}
		out = append(out, text)
	}
	return out
}

// priorityRule reads a level, or a table of texts with levels.
func (d *decoder) priorityRule(path string, data any) priority.Rule {
	m, ok := data.(map[string]any)
	if !ok {
		return priority.Rule{Level: d.level(path, data)}
	}
	var r priority.Rule
	if len(m) == 0 {
		d.add(path, "", "is empty; %s, or leave it out", levelRule)
	}
	for _, text := range d.inOrder(path, m) {
		at := join(path, text)
		switch text {
		case keyDefault:
			r.Level = d.level(at, m[text])
			continue
		case "":
			d.add(at, "", "is empty: every event contains it; write default")
			continue
		}
		level := d.level(at, m[text])
		for _, before := range r.Subs {
			if strings.Contains(text, before.Text) {
				d.add(at, "", "is never reached: %q stands before it and is part of it; put the longer one first", before.Text)
			}
		}
		r.Subs = append(r.Subs, priority.Sub{Text: text, Level: level})
	}
	return r
}

// inOrder lists the keys of a table in the order of the file: the first match
// decides.
func (d *decoder) inOrder(path string, m map[string]any) []string {
	keys := slices.Collect(maps.Keys(m))
	slices.SortFunc(keys, func(a, b string) int { return d.where.at[join(path, a)] - d.where.at[join(path, b)] })
	return keys
}

func (d *decoder) level(path string, data any) priority.Level {
	n, ok := data.(int64)
	switch l := priority.Level(n); {
	case data == "":
		d.add(path, "", "is empty; %s, or leave it out", levelRule)
	case !ok:
		d.add(path, "", "must be a level, not %s; %s", kind(data), levelRule)
	case !l.Valid():
		d.add(path, "", "%d is no level; %s", n, levelRule)
	default:
		return l
	}
	return priority.None
}

// priorities writes the tables of priorities: rules that are one level first,
// because in TOML tables come after values.
func (w *shower) priorities(path string, t priority.Table) {
	for _, topic := range sorted(t) {
		s := t[topic]
		full := join(path, topic)
		fmt.Fprintf(w, "\n[%s]\n", full)
		if s.Default != priority.None {
			fmt.Fprintf(w, "%s = %d\n", keyDefault, s.Default)
		}
		if len(s.Filter) > 0 {
			quoted := make([]string, len(s.Filter))
			for i, f := range s.Filter {
				quoted[i] = quoteTOML(f)
			}
			fmt.Fprintf(w, "%s = [%s]\n", keyFilter, strings.Join(quoted, ", "))
		}
		for _, id := range sorted(s.Events) {
			if r := s.Events[id]; len(r.Subs) == 0 {
				fmt.Fprintf(w, "%s = %d\n", quoteTOML(id), r.Level)
			}
		}
		for _, id := range sorted(s.Events) {
			if r := s.Events[id]; len(r.Subs) > 0 {
				fmt.Fprintf(w, "\n[%s.%s]\n", full, quoteTOML(id))
				for _, sub := range r.Subs {
					fmt.Fprintf(w, "%s = %d\n", quoteTOML(sub.Text), sub.Level)
				}
				if r.Level != priority.None {
					fmt.Fprintf(w, "%s = %d\n", keyDefault, r.Level)
				}
			}
		}
	}
}

// quoteTOML quotes a text as a TOML basic string.
func quoteTOML(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}
