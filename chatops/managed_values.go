package chatops

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"

	"foghorn/config"
)

// fromFile are the tables of a kind that the configuration has.
func fromFile(c *config.Config, table string) []Setting {
	var out []Setting
	add := func(row any) {
		m := config.Managed{Table: table, Values: valuesOf(reflect.ValueOf(row))}
		out = append(out, Setting{Table: table, Key: m.Key(), Values: m.Values, InFile: true})
	}
	switch table {
	case config.ChatWorkspaceTable:
		for _, w := range c.ChatOps.Workspaces {
			add(w)
		}
	case config.ChatUserTable:
		for _, u := range c.ChatOps.Users {
			add(u)
		}
	case config.ChatChannelTable:
		for _, ch := range c.ChatOps.Listed {
			add(ch)
		}
	}
	return out
}

// valuesOf are the values of a table by key, without secrets and what is empty.
func valuesOf(row reflect.Value) map[string]any {
	out := map[string]any{}
	for field, value := range row.Fields() {
		if field.Type == reflect.TypeFor[config.Secret]() || value.Kind() != reflect.Bool && value.IsZero() {
			continue
		}
		out[field.Tag.Get("toml")] = value.Interface()
	}
	return out
}

// baseOf is the key of a secret that a key gives: bot_token of bot_token_env.
func baseOf(key string) string {
	for _, suffix := range []string{"_env", "_file", "_command"} {
		if base, ok := strings.CutSuffix(key, suffix); ok {
			return base
		}
	}
	return key
}

// anyForm finds the key that gives a secret, in any of its forms.
func anyForm(values map[string]any, base string) (string, bool) {
	for key := range values {
		if baseOf(key) == base {
			return key, true
		}
	}
	return "", false
}

// withoutSecrets leaves out secrets, but not where they come from.
func withoutSecrets(values map[string]any) map[string]any {
	out := maps.Clone(values)
	for _, name := range secretKeys {
		if _, ok := out[name]; ok {
			out[name] = "<secret>"
		}
	}
	return out
}

// shownValues are values as an activity has them.
func shownValues(values map[string]any) string {
	values = withoutSecrets(values)
	var parts []string
	for _, key := range slices.Sorted(maps.Keys(values)) {
		text, err := json.Marshal(values[key])
		if err == nil {
			parts = append(parts, key+" = "+string(text))
		}
	}
	return strings.Join(parts, ", ")
}
