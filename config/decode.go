package config

import (
	"encoding"
	"fmt"
	"net/netip"
	"reflect"
	"slices"
	"strings"

	"foghorn/journal/priority"
	"foghorn/journal/query"
)

// decoder fills a Config from a parsed file and reports all mistakes. The TOML
// library would stop at the first, and ignore unknown keys.
type decoder struct {
	*report
	sources map[string]source
}

// table fills the struct v from m.
func (d *decoder) table(path string, m map[string]any, v reflect.Value) {
	fields := map[string]reflect.Value{}
	var known []string
	for i := range v.NumField() {
		key, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("toml"), ",")
		if key == "" || key == "-" {
			continue
		}
		known = append(known, key)
		if _, isSecret := reflect.TypeAssert[Secret](v.Field(i)); isSecret {
			used := d.secret(path, key, m, v.Field(i))
			known = append(known, used...)
			for _, k := range used {
				fields[k] = reflect.Value{}
			}
			continue
		}
		fields[key] = v.Field(i)
	}
	for key, data := range m {
		f, ok := fields[key]
		switch {
		case !ok:
			d.add(join(path, key), query.Nearest(key, known), "is not a key of %s", tableName(path))
		case f.IsValid():
			d.value(join(path, key), data, f)
		}
	}
}

// tableName returns the heading of a path's table, as a person writes it.
func tableName(path string) string {
	switch {
	case path == "":
		return "the top level"
	case strings.HasSuffix(path, "]"):
		return "[[" + withoutIndexes(path) + "]]"
	}
	return "[" + path + "]"
}

// value fills v, which is not a secret, from data.
func (d *decoder) value(path string, data any, v reflect.Value) {
	switch p := v.Addr().Interface().(type) {
	case *priority.Table:
		d.priorities(path, data, p)
		return
	case *netip.Prefix:
		d.prefix(path, data, p)
		return
	case encoding.TextUnmarshaler:
		if s, ok := d.text(path, data); ok {
			if err := p.UnmarshalText([]byte(s)); err != nil {
				d.add(path, "", "%v", err)
			}
		}
		return
	}
	switch v.Kind() {
	case reflect.String:
		if s, ok := d.text(path, data); ok {
			v.SetString(s)
		}
	case reflect.Bool:
		if b, ok := data.(bool); ok {
			v.SetBool(b)
		} else {
			d.add(path, "", "must be true or false, not %s", kind(data))
		}
	case reflect.Int:
		if n, ok := data.(int64); ok && n == int64(int(n)) {
			v.SetInt(n)
		} else {
			d.add(path, "", "must be a whole number, not %s", kind(data))
		}
	case reflect.Struct:
		if m, ok := data.(map[string]any); ok {
			d.table(path, m, v)
		} else {
			d.add(path, "", "must be a table: write [%s]", path)
		}
	case reflect.Slice:
		d.list(path, data, v)
	case reflect.Map:
		d.groups(path, data, v)
	}
}

// text returns data as a string with no control characters.
func (d *decoder) text(path string, data any) (string, bool) {
	s, ok := data.(string)
	if !ok {
		d.add(path, "", "must be a text in quotes, not %s", kind(data))
		return "", false
	}
	if strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		d.add(path, "", "has a control character in it")
		return "", false
	}
	return s, true
}

// prefix reads an address range, or a single address.
func (d *decoder) prefix(path string, data any, p *netip.Prefix) {
	s, ok := d.text(path, data)
	if !ok {
		return
	}
	if a, err := netip.ParseAddr(s); err == nil && a.Zone() == "" {
		*p = netip.PrefixFrom(a, a.BitLen())
		return
	}
	q, err := netip.ParsePrefix(s)
	if err != nil {
		d.add(path, "", `%q is not an address range; write "10.0.0.0/8" or "2001:db8::1"`, s)
		return
	}
	*p = q.Masked()
}

// list fills a slice. A list of tables is written as [[path]].
func (d *decoder) list(path string, data any, v reflect.Value) {
	items := reflect.ValueOf(data)
	tables := v.Type().Elem().Kind() == reflect.Struct && v.Type().Elem() != reflect.TypeFor[netip.Prefix]()
	switch {
	case items.Kind() != reflect.Slice && tables:
		d.add(path, "", "must be a list of tables: write [[%s]]", path)
		return
	case items.Kind() != reflect.Slice:
		d.add(path, "", "must be a list in brackets, not %s", kind(data))
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), items.Len(), items.Len()))
	for i := range items.Len() {
		d.value(element(path, i), items.Index(i).Interface(), v.Index(i))
	}
}

// groups fills the retention groups. A default group keeps the values that the
// file does not set.
func (d *decoder) groups(path string, data any, v reflect.Value) {
	m, ok := data.(map[string]any)
	if !ok {
		d.add(path, "", "must be tables: write [%s.name]", path)
		return
	}
	for name, data := range m {
		g := reflect.New(v.Type().Elem()).Elem()
		g.Set(reflect.ValueOf(Group{Age: unset, Size: unset}))
		if old := v.MapIndex(reflect.ValueOf(name)); old.IsValid() {
			g.Set(old)
		}
		d.value(join(path, name), data, g)
		v.SetMapIndex(reflect.ValueOf(name), g)
	}
}

// secret reads one of the four ways to give a secret, and returns the keys that
// belong to it.
func (d *decoder) secret(path, key string, m map[string]any, v reflect.Value) []string {
	keys := []string{key, key + "_file", key + "_env", key + "_command"}
	var given []string
	for _, k := range keys {
		if _, ok := m[k]; ok {
			given = append(given, k)
		}
	}
	slices.SortFunc(given, func(a, b string) int { return d.where.at[join(path, a)] - d.where.at[join(path, b)] })
	if len(given) > 1 {
		d.add(join(path, given[1]), "", "%s is given already; keep one of the two", given[0])
	}
	if len(given) == 0 {
		return keys
	}
	at := join(path, given[0])
	src := source{path: at, secret: v.Addr().Interface().(*Secret)}
	ok := false
	switch data := m[given[0]]; given[0] {
	case key:
		src.how = inline
		src.text, ok = d.text(at, data)
	case keys[1]:
		src.how = fromFile
		src.text, ok = d.text(at, data)
	case keys[2]:
		src.how = fromEnv
		src.text, ok = d.text(at, data)
	default:
		src.how = fromCommand
		src.args, ok = d.command(at, data)
	}
	if ok && src.how != fromCommand && src.text == "" {
		d.add(at, "", "is empty; leave it out if there is none")
		ok = false
	}
	if ok {
		d.sources[join(path, key)] = src
	}
	return keys
}

// command reads the program and arguments that print a secret.
func (d *decoder) command(path string, data any) ([]string, bool) {
	before := len(d.problems)
	var args []string
	if s, ok := data.(string); ok {
		d.add(path, "", "must be a list, because no shell is involved: write %s", strings.ReplaceAll(fmt.Sprintf("%q", strings.Fields(s)), `" "`, `", "`))
		return nil, false
	}
	d.list(path, data, reflect.ValueOf(&args).Elem())
	if len(d.problems) == before && (len(args) == 0 || args[0] == "") {
		d.add(path, "", "must name a program")
	}
	return args, len(d.problems) == before
}

// kind names the type of a value, for error messages.
func kind(data any) string {
	switch data.(type) {
	case string:
		return "a text"
	case int64:
		return "a number"
	case float64:
		return "a fraction"
	case bool:
		return "true or false"
	case map[string]any:
		return "a table"
	}
	if reflect.ValueOf(data).Kind() == reflect.Slice {
		return "a list"
	}
	return "a date"
}
