package config

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"foghorn/journal/priority"
)

// Show returns the effective configuration as TOML: with all defaults, and with
// masked secrets and comments about their sources. It omits empty values.
func Show(c *Config) (string, error) {
	var w shower
	if c.File != "" {
		fmt.Fprintf(&w, "# from %s\n", c.File)
	} else {
		w.WriteString("# no configuration file: the defaults\n")
	}
	w.sources = c.sources
	err := w.table("", "", reflect.ValueOf(c).Elem())
	return w.String(), err
}

// shower writes TOML with comments, which the TOML library cannot.
type shower struct {
	strings.Builder
	sources map[string]source
}

// table writes the fields of v: first values, then tables, as TOML wants it.
// Path names the table in the file, at in positions (with indexes).
func (w *shower) table(path, at string, v reflect.Value) error {
	var later []func() error
	for i := range v.NumField() {
		key := v.Type().Field(i).Tag.Get("toml")
		if key == "" || key == "-" {
			continue
		}
		f := v.Field(i)
		full, fullAt := join(path, key), join(at, key)
		switch value := f.Interface().(type) {
		case Secret:
			w.secret(key, fullAt)
			continue
		case ChatOps:
			if reflect.DeepEqual(value, defaultChatOps()) {
				continue // nobody may call
			}
			later = append(later, func() error { return w.section("\n["+full+"]\n", full, fullAt, f) })
			continue
		case Listen, Retention, Jobs, Configs, Screen:
			later = append(later, func() error { return w.section("\n["+full+"]\n", full, fullAt, f) })
			continue
		case []Mist, []Junos, []ChatWorkspace, []ChatUser, []ChatChannel, []ObjectRule, []RuleException:
			later = append(later, func() error { return w.sections(full, fullAt, f) })
			continue
		case []Job:
			later = append(later, func() error { return w.jobs(full, value) })
			continue
		case []Relay:
			later = append(later, func() error { return w.relays(full, f.Interface().([]Relay)) })
			continue
		case priority.Table:
			later = append(later, func() error { w.priorities(full, f.Interface().(priority.Table)); return nil })
			continue
		case map[string]Group:
			later = append(later, func() error { return w.groups(full, f.Interface().(map[string]Group)) })
			continue
		}
		if err := w.value(key, f); err != nil {
			return err
		}
	}
	for _, write := range later {
		if err := write(); err != nil {
			return err
		}
	}
	return nil
}

// secret writes that a secret is given, and where it comes from.
func (w *shower) secret(key, at string) {
	if src, ok := w.sources[at]; ok {
		fmt.Fprintf(w, "%s = %q  # %s\n", key, masked, src)
	}
}

func (w *shower) section(header, path, at string, v reflect.Value) error {
	w.WriteString(header)
	return w.table(path, at, v)
}

func (w *shower) sections(path, at string, v reflect.Value) error {
	for i := range v.Len() {
		if err := w.section("\n[["+path+"]]\n", path, element(at, i), v.Index(i)); err != nil {
			return err
		}
	}
	return nil
}

// relays writes the relays with the keys that their kinds take. A number or a time of
// 0 is none, for which there is no text.
func (w *shower) relays(path string, relays []Relay) error {
	for i := range relays {
		fmt.Fprintf(w, "\n[[%s]]\n", path)
		if err := w.relay(element(path, i), &relays[i]); err != nil {
			return err
		}
	}
	return nil
}

func (w *shower) relay(at string, r *Relay) error {
	keys, shown := r.keys(), *r
	shown.Headers = maskedHeaders(r.Headers)
	for field, f := range reflect.ValueOf(shown).Fields() {
		key := field.Tag.Get("toml")
		switch {
		case field.Type == reflect.TypeFor[Secret]():
			w.secret(key, join(at, key))
		case slices.Contains(keys, key) && (f.Kind() == reflect.Bool || !f.IsZero()):
			if err := w.value(key, f); err != nil {
				return err
			}
		}
	}
	return nil
}

// jobs writes the scheduled jobs; an interval of 0 is none, for which there is no text.
func (w *shower) jobs(path string, jobs []Job) error {
	for _, j := range jobs {
		fmt.Fprintf(w, "\n[[%s]]\n", path)
		for field, f := range reflect.ValueOf(j).Fields() {
			if f.IsZero() {
				continue
			}
			if err := w.value(field.Tag.Get("toml"), f); err != nil {
				return err
			}
		}
	}
	return nil
}

// ShowRelay is what Show says of one relay, without its header; empty when there is none
// of that name.
func ShowRelay(c *Config, name string) (string, error) {
	w := shower{sources: c.sources}
	for i := range c.Relays {
		if c.Relays[i].Name == name {
			err := w.relay(element("relay", i), &c.Relays[i])
			return w.String(), err
		}
	}
	return "", nil
}

// groups writes the groups; those that are no topic have no list of topics.
func (w *shower) groups(path string, groups map[string]Group) error {
	for _, name := range sorted(groups) {
		g := groups[name]
		for _, fixed := range fixedGroups {
			if name == fixed {
				g.Topics = nil
			}
		}
		full := join(path, name)
		if err := w.section("\n["+full+"]\n", full, full, reflect.ValueOf(g)); err != nil {
			return err
		}
	}
	return nil
}

// value writes one key, unless its value is empty.
func (w *shower) value(key string, v reflect.Value) error {
	_, isText := reflect.TypeAssert[encoding.TextMarshaler](v)
	if k := v.Kind(); !isText && (k == reflect.String || k == reflect.Slice) && v.Len() == 0 {
		return nil
	}
	text, err := toml.Marshal(map[string]any{key: v.Interface()})
	if err != nil {
		return fmt.Errorf("show %s: %w", key, err)
	}
	w.Write(text)
	return nil
}
