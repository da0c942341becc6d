package mistsim

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Configuration objects: lists, single objects, and changing them. A PUT
// replaces the members it has and leaves the others alone; "-name" removes one
// (docs/mist-api.md, Writing configuration).

// owners are the two that objects belong to, as paths have them.
var owners = map[bool]string{false: "/orgs/{org_id}", true: "/sites/{site_id}"}

func configRoutes() []route {
	out := []route{{method: "GET", path: "/sites/{site_id}/devices/{device_id}/config_cmd", do: (*call).configCommands}}
	for _, t := range objectTypes {
		for ofSite, level := range owners {
			if ofSite && !t.site || !ofSite && !t.org {
				continue
			}
			list := level + "/" + t.name
			if t.name == "info" {
				list = level
			}
			add := func(method, path string, do func(*call, *objectType) (any, error)) {
				out = append(out, route{method: method, path: path, do: func(q *call) (any, error) { return do(q, t) }})
			}
			if t.single {
				add("GET", list, (*call).showObject)
				add("PUT", list, (*call).changeObject)
				continue
			}
			item, listed := list+"/{"+t.idField()+"}", list
			if t.search {
				listed += "/search"
			}
			add("GET", listed, (*call).listObjects)
			add("POST", list, (*call).makeObject)
			add("GET", item, (*call).showObject)
			add("PUT", item, (*call).changeObject)
			add("DELETE", item, (*call).removeObject)
		}
	}
	return out
}

// objectOf is the one of the path.
func (q *call) objectOf(t *objectType) (*object, error) {
	if t.single {
		return q.world.objects(t, q.site())[0], nil
	}
	if o := q.world.find(t, q.site(), q.r.PathValue(t.idField())); o != nil {
		return o, nil
	}
	return nil, notFound
}

func (q *call) showObject(t *objectType) (any, error) {
	o, err := q.objectOf(t)
	if err != nil {
		return nil, err
	}
	return q.reveal(q.world.shown(t, q.site(), o)), nil
}

func (q *call) listObjects(t *objectType) (any, error) {
	rows := []any{}
	for _, o := range q.world.objects(t, q.site()) {
		kind, _ := o.members["type"].(string)
		if t.profile && !q.ofType("type", kind) {
			continue
		}
		rows = append(rows, q.reveal(q.world.shown(t, q.site(), o)))
	}
	cut, err := paged(q, rows, false)
	if err != nil || !t.search {
		return cut, err
	}
	limit, _ := q.number("limit", defaultLimit, 0, mostLimit) // paged has just read them
	page, _ := q.number("page", 1, 1, 1<<20)
	out := map[string]any{"results": cut, "total": len(rows), "limit": limit, "page": page}
	if page*limit < len(rows) {
		q.query.Set("page", strconv.Itoa(page+1))
		out["next"] = q.r.URL.Path + "?" + q.query.Encode()
	}
	return out, nil
}

func (q *call) makeObject(t *objectType) (any, error) {
	members, err := q.members()
	if err != nil {
		return nil, err
	}
	for _, name := range t.needs() {
		if v := members[name]; v == nil || v == "" {
			return nil, &failure{status: http.StatusBadRequest, detail: name + ": this field is required", extra: map[string]any{name: []string{"This field is required."}}}
		}
	}
	maps.DeleteFunc(members, func(name string, _ any) bool { return strings.HasPrefix(name, unsetPrefix) })
	o := &object{id: uuid(q.world.side), members: members, created: q.now, modified: q.now}
	q.world.put(t, q.site(), append(slices.Clip(q.world.objects(t, q.site())), o))
	q.tellChange(t, "Add", o, nil, q.world.shown(t, q.site(), o))
	return q.reveal(q.world.shown(t, q.site(), o)), nil
}

func (q *call) changeObject(t *objectType) (any, error) {
	o, err := q.objectOf(t)
	if err != nil {
		return nil, err
	}
	members, err := q.members()
	if err != nil {
		return nil, err
	}
	if name, given := members[t.nameField()]; given && !t.single || t.name == "info" && given {
		if text, _ := name.(string); text == "" {
			return nil, badRequest("%s: may not be blank", t.nameField())
		}
	}
	for _, name := range t.needs() {
		if _, unset := members[unsetPrefix+name]; unset && !t.single {
			return nil, badRequest("%s: this field is required", name)
		}
	}
	before, after := o.change(q.now, members)
	q.rename(t, o)
	q.tellChange(t, "Update", o, before, after)
	return q.reveal(q.world.shown(t, q.site(), o)), nil
}

// rename lets what has its name in the story too be called by the new one.
func (q *call) rename(t *objectType, o *object) {
	name, _ := o.members["name"].(string)
	switch {
	case t.name == "info" && q.site() != nil:
		q.site().Name = name
	case t.name == "info":
		q.world.org.Name = name
	case t.name == "mxedges":
		for _, d := range q.world.org.MxEdges {
			if d.ID == o.id {
				d.Name = name
			}
		}
	}
}

func (q *call) removeObject(t *objectType) (any, error) {
	o, err := q.objectOf(t)
	if err != nil {
		return nil, err
	}
	old := q.world.shown(t, q.site(), o)
	// Those that use it are told while it is known who they are.
	q.tellChange(t, "Delete", o, old, nil)
	q.world.put(t, q.site(), slices.DeleteFunc(slices.Clone(q.world.objects(t, q.site())), func(x *object) bool { return x == o }))
	return nil, nil
}

// given by the cloud, whatever a body says.
var unsettable = []string{"id", "org_id", "site_id", "for_site", "created_time", "modified_time"}

// members reads the body of a request as the members of an object. One that has
// a mask where a secret belongs would destroy the secret.
func (q *call) members() (map[string]any, error) {
	var raw json.RawMessage
	if err := q.read(&raw); err != nil {
		return nil, err
	}
	if len(raw) == 0 {
		return map[string]any{}, nil
	}
	members, err := membersOf(raw)
	if err != nil {
		return nil, badRequest("JSON parse error - %v", err)
	}
	for _, name := range unsettable {
		delete(members, name)
		delete(members, unsetPrefix+name)
	}
	if name := maskIn(members); name != "" {
		return nil, badRequest("%s: %s is not a valid value", name, mask)
	}
	return members, nil
}

// membersOf reads an object, with its numbers as they are written.
func membersOf(raw []byte) (map[string]any, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	members := map[string]any{}
	if err := d.Decode(&members); err != nil {
		return nil, err
	}
	if members == nil { // null
		members = map[string]any{}
	}
	return members, nil
}

// mask stands for a secret.
const mask = "****"

// secretMember matches the members that are secrets, at any depth.
var secretMember = regexp.MustCompile(`^(psk|keys|magic)$|(^|_)(passphrase|password|secret|private_key|auth_token|api_key)$`)

// hides says whether secrets are hidden from the caller: from those who may only
// read, and from everybody where the organization's setting says so.
func (q *call) hides() bool {
	policy, _ := q.world.single("setting", nil).members["api_policy"].(map[string]any)
	return policy["no_reveal"] == true || !q.who.writes()
}

// reveal is what the caller may see of an object.
func (q *call) reveal(shown map[string]any) any {
	if q.hides() {
		return masked(shown)
	}
	return shown
}

// masked is a value without its secrets.
func masked(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := maps.Clone(v)
		for name, m := range v {
			if out[name] = masked(m); secretMember.MatchString(name) {
				out[name] = hide(m)
			}
		}
		return out
	case []any:
		out := slices.Clone(v)
		for i, e := range v {
			out[i] = masked(e)
		}
		return out
	}
	return v
}

// hide puts masks in the place of all text of a secret.
func hide(v any) any {
	switch v := v.(type) {
	case string:
		if v != "" {
			return mask
		}
	case []any:
		out := slices.Clone(v)
		for i, e := range v {
			out[i] = hide(e)
		}
		return out
	}
	return masked(v)
}

// maskIn is the name of a secret that is nothing but a mask, or "".
func maskIn(v any) string {
	switch v := v.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if v[name] == mask && secretMember.MatchString(name) {
				return name
			}
			if found := maskIn(v[name]); found != "" {
				return found
			}
		}
	case []any:
		for _, e := range v {
			if found := maskIn(e); found != "" {
				return found
			}
		}
	}
	return ""
}
