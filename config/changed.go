package config

import (
	"maps"
	"slices"
	"strings"
)

// Changed lists the tables in which two configurations differ, except for the
// priority tables, the relays, the scheduled jobs, chat and [configs]: these changes need
// a restart. It compares the sources of secrets, not their values.
func Changed(a, b *Config) ([]string, error) {
	before, err := tablesOf(a)
	if err != nil {
		return nil, err
	}
	after, err := tablesOf(b)
	if err != nil {
		return nil, err
	}
	names := map[string]bool{}
	for _, m := range []map[string]string{before, after} {
		for name := range m {
			if before[name] != after[name] {
				names[name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(names)), nil
}

// tablesOf returns the output of Show, by table heading.
func tablesOf(c *Config) (map[string]string, error) {
	plain := *c
	plain.Priority, plain.Relays, plain.Scheduled = nil, nil, nil
	plain.ChatOps, plain.Configs = defaultChatOps(), Default().Configs
	text, err := Show(&plain)
	if err != nil {
		return nil, err
	}
	out, name := map[string]string{}, "the top level"
	for line := range strings.Lines(text) {
		switch {
		case strings.HasPrefix(line, "# "):
			continue
		case strings.HasPrefix(line, "["):
			name = strings.TrimSpace(line)
		}
		if line != "\n" {
			out[name] += line
		}
	}
	return out, nil
}

// RelaysChanged reports whether two configurations differ in their relays: the file's
// text, and not what its secrets are.
func RelaysChanged(a, b *Config) bool {
	return differ(a, b, func(part, whole *Config) { part.Relays = whole.Relays })
}

// ChatChanged is RelaysChanged for chat.
func ChatChanged(a, b *Config) bool {
	return differ(a, b, func(part, whole *Config) { part.ChatOps = whole.ChatOps })
}

// ConfigsChanged is RelaysChanged for what is expected of the backed-up configuration.
func ConfigsChanged(a, b *Config) bool {
	return differ(a, b, func(part, whole *Config) { part.Configs = whole.Configs })
}

// differ reports whether two configurations differ in what take takes of each.
func differ(a, b *Config, take func(part, whole *Config)) bool {
	text := func(c *Config) string {
		part := Default()
		take(part, c)
		part.sources, part.where = c.sources, c.where
		out, err := Show(part)
		if err != nil {
			return err.Error()
		}
		return out
	}
	return text(a) != text(b)
}
