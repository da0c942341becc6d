package decode

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"foghorn/internal/safetext"
	"foghorn/journal/event"
	"foghorn/mist"
)

// Bounds of a list of changes: an audit's sides may be as large as a delivery.
const (
	maxChanges     = 100     // listed; the others are counted
	maxSide        = 1 << 20 // bytes of a side, beyond which it is not compared
	maxChangeDepth = 16      // objects and lists inside each other
	maxMembers     = 1000    // of one object or list
	maxPath        = 160     // bytes
	maxValue       = 80      // bytes of a value
	maxWrapped     = 3       // how often JSON may be text inside JSON
)

// differ collects the changes between two values.
type differ struct {
	changes []event.ChangedSetting
	total   int // of changes, listed or not
}

// changesOf lists what differs between two sides of an audit, in the order of the newer
// one, and how many changes there are in all. A side may be JSON, or text with JSON in
// it. Secrets are listed without their values; what changes with every save, such as
// modified_time, is left out.
func changesOf(before, after mist.Value) (changes []event.ChangedSetting, total int) {
	before, ok := unwrapped(before)
	if !ok {
		return nil, 0
	}
	if after, ok = unwrapped(after); !ok || before == nil && after == nil {
		return nil, 0
	}
	var d differ
	d.compare("", before, after, 0)
	return d.changes, d.total
}

// unwrapped returns the object or list of a side, out of the text around it, and nil
// for a side that is missing. It is not ok for anything else, which must not pass for
// missing: then all of the other side would be new.
func unwrapped(v mist.Value) (side mist.Value, ok bool) {
	for range maxWrapped + 1 {
		v = mist.Value(strings.TrimSpace(string(v)))
		switch {
		case len(v) == 0 || string(v) == "null":
			return nil, true
		case len(v) > maxSide:
			return nil, false
		case v[0] == '{':
			_, ok = mist.Fields(v, nil)
			return v, ok
		case v[0] == '[':
			_, ok = mist.Elements(v, len(v), nil)
			return v, ok
		}
		text, ok := v.Text()
		if !ok {
			return nil, false
		}
		v = mist.Value(text)
	}
	return nil, false
}

func (d *differ) compare(path string, before, after mist.Value, depth int) {
	before, after = present(before), present(after)
	switch {
	case sameValue(before, after):
	case depth >= maxChangeDepth:
		d.add(event.ChangedSetting{Path: path, Hidden: true})
	case isList(before, after) && !shortList(before, after):
		d.lists(path, elementsOf(before), elementsOf(after), depth)
	case isObject(before, after):
		d.objects(path, before, after, depth)
	default:
		b, a := valueText(before), valueText(after)
		if revealing.MatchString(b) || revealing.MatchString(a) {
			d.add(event.ChangedSetting{Path: path, Hidden: true})
			return
		}
		d.add(event.ChangedSetting{Path: path, Before: b, After: a})
	}
}

func (d *differ) add(c event.ChangedSetting) {
	if d.total++; len(d.changes) < maxChanges {
		c.Path = safetext.Clip(c.Path, maxPath)
		d.changes = append(d.changes, c)
	}
}

// objects compares by name. A side that is missing is an object without members.
func (d *differ) objects(path string, before, after mist.Value, depth int) {
	was, is := membersOf(before), membersOf(after)
	old := make(map[string]mist.Value, len(was))
	for _, f := range was {
		old[string(f.Name)] = f.Value
	}
	seen := make(map[string]bool, len(is))
	for _, f := range is {
		if name := string(f.Name); !seen[name] {
			seen[name] = true
			d.member(path, name, old[name], f.Value, depth)
		}
	}
	for _, f := range was {
		if name := string(f.Name); !seen[name] {
			seen[name] = true
			d.member(path, name, f.Value, nil, depth)
		}
	}
}

func (d *differ) member(path, name string, before, after mist.Value, depth int) {
	if volatile[name] && (depth == 0 || name != "id") {
		return
	}
	at := joinPath(path, name)
	if !isSecret(name) {
		d.compare(at, before, after, depth+1)
	} else if !sameValue(present(before), present(after)) {
		d.add(event.ChangedSetting{Path: at, Hidden: true})
	}
}

// lists compares what lies between the elements that both lists begin and end with: an
// element that was put in front does not change all behind it.
func (d *differ) lists(path string, was, is []mist.Value, depth int) {
	first, end := 0, 0
	for first < len(was) && first < len(is) && sameValue(was[first], is[first]) {
		first++
	}
	for end < len(was)-first && end < len(is)-first && sameValue(was[len(was)-1-end], is[len(is)-1-end]) {
		end++
	}
	was, is = was[first:len(was)-end], is[first:len(is)-end]
	for i := range max(len(was), len(is)) {
		var b, a mist.Value
		if i < len(was) {
			b = was[i]
		}
		if i < len(is) {
			a = is[i]
		}
		d.compare(path+"["+strconv.Itoa(first+i)+"]", b, a, depth+1)
	}
}

// present is nil for null: Mist writes null for what is not set.
func present(v mist.Value) mist.Value {
	if string(v) == "null" {
		return nil
	}
	return v
}

func sameValue(a, b mist.Value) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	ha, hb := hasher{b: a}, hasher{b: b}
	return ha.value() == hb.value()
}

// isObject reports whether the values are objects, of which one may be missing.
func isObject(a, b mist.Value) bool { return begins(a, '{') && begins(b, '{') }

func isList(a, b mist.Value) bool { return begins(a, '[') && begins(b, '[') }

func begins(v mist.Value, c byte) bool { return v == nil || v[0] == c }

// shortList reports whether two lists hold only numbers and words and are short enough
// to be shown whole.
func shortList(lists ...mist.Value) bool {
	for _, l := range lists {
		if len(valueText(l)) >= maxValue {
			return false
		}
		for _, el := range elementsOf(l) {
			if el[0] == '{' || el[0] == '[' {
				return false
			}
		}
	}
	return true
}

func elementsOf(v mist.Value) []mist.Value { return v.Elements(maxMembers) }

func membersOf(v mist.Value) mist.Object {
	o := v.Object()
	return o[:min(len(o), maxMembers)]
}

// valueText is a value as a person reads it: a text without its quotes, a list as
// [1, 6, 11]. Only a missing one is empty.
func valueText(v mist.Value) string {
	switch {
	case v == nil:
		return ""
	case v[0] == '{':
		return "{" + plural(len(v.Object()), "setting") + "}"
	case v[0] == '[':
		var parts []string
		for _, el := range v.Elements(maxValue) {
			parts = append(parts, valueText(el))
		}
		return safetext.Clip("["+strings.Join(parts, ", ")+"]", maxValue)
	}
	text, ok := v.Text()
	switch {
	case !ok:
		return validText(v) // true, false, null
	case text == "":
		return `""`
	case len(text) > maxValue:
		return safetext.Clip(text, maxValue-len("…")) + "…"
	}
	return text
}

// joinPath adds a name to a path. A name with other characters than names of settings
// have is quoted, so that a path cannot pass for another.
func joinPath(path, name string) string {
	switch {
	case !plainName.MatchString(name):
		return path + "[" + quote(safetext.Clip(name, maxPath)) + "]"
	case path == "":
		return name
	}
	return path + "." + name
}

var plainName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,80}$`)

// volatile are members that change with every save, or only repeat what the audit is
// about. A nested id is a setting.
var volatile = map[string]bool{"id": true, "org_id": true, "modified_time": true, "created_time": true, "updated_time": true, "last_modified": true, "etag": true}

// isSecret reports whether a member's name says that its value is secret.
func isSecret(name string) bool {
	words := strings.FieldsFunc(strings.ToLower(camel.ReplaceAllString(name, "${1}_${2}")), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	return slices.ContainsFunc(words, func(w string) bool { return secretWords[w] || secretName.MatchString(w) })
}

var (
	camel       = regexp.MustCompile(`([a-z0-9])([A-Z])`)
	secretWords = map[string]bool{"pass": true, "pwd": true, "psk": true, "psks": true, "ppsk": true, "pin": true, "key": true, "keys": true, "wep": true, "cookie": true,
		"community": true, "communities": true, "authorization": true, "hash": true, "otp": true, "totp": true, "csrf": true}
	secretName = regexp.MustCompile(`pass(wd|word|phrase|code)|secret|token|credential|apikey|(^|pre|private|shared|auth)key`)
	// revealing is found in texts that hold a secret among other words: a line of
	// configuration, a URL with a password, a hash, a key.
	revealing = regexp.MustCompile(`(?i)pass(wd|word|phrase)|secret|\bpsk\b|\bcommunity\b|\btoken\b|-key\b|-----BEGIN|\$[0-9][a-z]?\$|//[^/\s]*:[^/\s]*@|\b(bearer|basic) [\w+/=-]{8}`)
)
