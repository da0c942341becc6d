package configs

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"foghorn/internal/safetext"
)

// eachText reports whether is holds for a text or a name of a member anywhere in v.
func eachText(v any, is func(text string) bool) bool {
	switch v := v.(type) {
	case string:
		return is(v)
	case map[string]any:
		for name, inner := range v {
			if is(name) || eachText(inner, is) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, func(e any) bool { return eachText(e, is) })
	}
	return false
}

// rewritten is a value with other ids in the place of some, and whether it differs.
func rewritten(v any, ids map[string]string) (any, bool) {
	switch v := v.(type) {
	case string:
		if id, ok := ids[v]; ok {
			return id, id != v
		}
	case map[string]any:
		out, differs := make(map[string]any, len(v)), false
		for name, inner := range v {
			r, other := rewritten(inner, ids)
			if id, ok := ids[name]; ok && id != name {
				name, other = id, true
			}
			out[name], differs = r, differs || other
		}
		return out, differs
	case []any:
		out, differs := make([]any, len(v)), false
		for i, inner := range v {
			r, other := rewritten(inner, ids)
			out[i], differs = r, differs || other
		}
		return out, differs
	}
	return v, false
}

// mentions reports whether a file has one of some ids as a text. It does not decode: many
// files are looked at, and few have one.
func mentions(file []byte, ids map[string]bool) bool {
	for rest := file; ; {
		i := bytes.IndexByte(rest, '"')
		if i < 0 {
			return false
		}
		if ids[string(rest[:i])] {
			return true
		}
		rest = rest[i+1:]
	}
}

// follow finds what refers to objects that get another id or go. What refers to an old id
// follows to the new one; what refers to one that is deleted is noted.
func (b *planner) follow(ctx context.Context) error {
	ids := map[string]bool{}
	planned := map[Path]*entry{}
	for _, e := range b.entries {
		planned[e.at] = e
	}
	for old, id := range b.ids {
		if strings.HasPrefix(id, newIDPrefix) {
			ids[old] = true
		}
	}
	deleted := map[string]string{}
	for _, d := range b.deletes {
		ids[d.Path.ID], deleted[d.Path.ID] = true, d.Path.Type+" "+d.Name
	}
	if len(ids) == 0 {
		return nil
	}
	for o, err := range b.store.Objects(ctx, Filter{OrgID: b.org()}) {
		if err != nil {
			return err
		}
		t, _ := FindType(o.Type, o.SiteID != "")
		if t.ReadOnly || !mentions(o.JSON, ids) {
			continue
		}
		if err := b.followOne(t, o, planned[o.Path()], deleted); err != nil {
			return err
		}
	}
	return nil
}

// org is the organization of the plan.
func (b *planner) org() string {
	if len(b.entries) == 0 {
		return ""
	}
	return b.entries[0].at.OrgID
}

// followOne looks at an object that refers to one that goes. planned is its entry, if it
// has one: then what is wanted of it counts.
func (b *planner) followOne(t Type, o Object, planned *entry, deleted map[string]string) error {
	if deleted[o.ID] != "" {
		return nil
	}
	old, err := objectOf(o.JSON)
	if err != nil {
		return err
	}
	after := old
	if planned != nil && planned.wanted != nil {
		after = planned.wanted
	}
	for _, name := range sortedKeys(after) {
		eachText(after[name], func(text string) bool {
			if gone := deleted[text]; gone != "" && !ownFields[name] {
				b.note("%s %s refers to %s, which is deleted", o.Type, safetext.Line(o.Name), safetext.Line(gone))
				return true
			}
			return false
		})
	}
	if planned != nil && planned.wanted != nil {
		return nil
	}
	body := map[string]any{}
	for _, name := range sortedKeys(old) {
		value, changed := rewritten(old[name], b.ids)
		if !changed || ownFields[name] {
			continue
		}
		if !sendable(value) {
			b.plan.NotRestorable = append(b.plan.NotRestorable, fmt.Sprintf("%s of %s %s refers to the old id beside a secret; change it by hand", name, o.Type, safetext.Line(o.Name)))
			continue
		}
		body[name] = value
	}
	if len(body) == 0 {
		return nil
	}
	return b.add(&b.updates, Step{Verb: Modified, Path: o.Path(), Name: o.Name, Method: http.MethodPut, APIPath: t.ItemPath(o.Path()), before: o.JSON}, body, body, old)
}

// noteMissing notes what is sent and refers to something that is gone, and an object that
// is deleted while one of its name was there at the time.
func (b *planner) noteMissing() {
	gone, named := map[string]string{}, map[string]string{}
	for key, n := range b.index.Names {
		id := key[strings.LastIndexByte(key, '/')+1:]
		if _, again := b.ids[id]; n.Gone && !again {
			gone[id] = key + " " + safetext.Line(n.Name)
			named[key[:strings.LastIndexByte(key, '/')]+"/"+n.Name] = key
		}
	}
	sent := map[Path]bool{}
	for _, step := range slices.Concat(b.creates, b.updates) {
		sent[step.Path] = true
	}
	for _, e := range b.entries {
		if e.wanted == nil || !sent[e.at] {
			continue
		}
		seen := map[string]bool{}
		for name, v := range e.wanted {
			eachText(v, func(text string) bool {
				if what := gone[text]; what != "" && !ownFields[name] && !seen[text] {
					seen[text] = true
					b.note("%s refers to %s, which is deleted", e.about(), what)
				}
				return false
			})
		}
	}
	if len(b.entries) > 1 {
		return
	}
	for _, d := range b.deletes { // one object was asked for by its name
		key := indexKey(d.Path)
		if other := named[key[:strings.LastIndexByte(key, '/')]+"/"+d.Name]; other != "" {
			b.note("another object had this name; %s names it", d.Path.OrgID+"/"+other)
		}
	}
}
