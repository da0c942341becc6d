package configs

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"foghorn/internal/mask"
	"foghorn/internal/safetext"
)

// planCreate plans to make an object anew. It gets a new id, so what refers to the old
// one has to follow.
func (s *Store) planCreate(ctx context.Context, p *Plan, t Type, wanted Object) error {
	if t.Single || t.Name == "devices" {
		return fmt.Errorf("%s is not in the cloud any more, and an object of this type cannot be made by a restore: sites are created and devices claimed in the portal", p.Path)
	}
	want, err := objectOf(wanted.JSON)
	if err != nil {
		return err
	}
	body := map[string]any{}
	for _, name := range sortedKeys(want) {
		if ownFields[name] && name != "mac" {
			continue
		}
		value, lost := reveal(want[name], nil, nil, name)
		if len(lost) > 0 {
			p.NotRestorable = append(p.NotRestorable, lost...)
			if value = withoutSecrets(value); value == nil {
				continue
			}
		}
		body[name] = value
	}
	path := strings.TrimSuffix(t.ListPath(p.Path.OrgID, p.Path.SiteID, ""), "/search")
	if err := p.add(Step{Verb: Created, Path: p.Path, Name: p.Name, Method: http.MethodPost, APIPath: path}, body, body, nil); err != nil {
		return err
	}
	return s.planReferences(ctx, p)
}

// sendable reports whether a value has nothing that stands in a file for something else.
func sendable(v any) bool {
	switch v := v.(type) {
	case string:
		return !Masked(v) && !strings.Contains(v, digestPrefix) && !strings.Contains(v, mask.Mark)
	case map[string]any:
		for _, inner := range v {
			if !sendable(inner) {
				return false
			}
		}
	case []any:
		return !slices.ContainsFunc(v, func(e any) bool { return !sendable(e) })
	}
	return true
}

// withoutSecrets removes what cannot be sent: digests and masked values.
func withoutSecrets(v any) any {
	switch v := v.(type) {
	case string:
		if !sendable(v) {
			return nil
		}
	case map[string]any:
		for name := range v {
			if v[name] = withoutSecrets(v[name]); v[name] == nil {
				delete(v, name)
			}
		}
	case []any:
		return slices.DeleteFunc(v, func(e any) bool { return withoutSecrets(e) == nil })
	}
	return v
}

// NewID stands in the steps after a creation for the id that the cloud will give.
const NewID = "{new-id}"

// planReferences plans to let what refers to the old id refer to the new one.
func (s *Store) planReferences(ctx context.Context, p *Plan) error {
	refs, err := s.references(ctx, p.Path)
	if err != nil {
		return err
	}
	for _, o := range refs {
		t, _ := FindType(o.Type, o.SiteID != "")
		if t.ReadOnly {
			continue
		}
		old, err := objectOf(o.JSON)
		if err != nil {
			return err
		}
		body := map[string]any{}
		for _, name := range sortedKeys(old) {
			value, changed := replaced(old[name], p.Path.ID)
			if !changed || ownFields[name] {
				continue
			}
			if !sendable(value) {
				p.NotRestorable = append(p.NotRestorable, fmt.Sprintf("%s of %s %s refers to the old id beside a secret; change it by hand", name, o.Type, safetext.Line(o.Name)))
				continue
			}
			body[name] = value
		}
		if len(body) == 0 {
			continue
		}
		step := Step{Verb: Modified, Path: o.Path(), Name: o.Name, Method: http.MethodPut, APIPath: t.ItemPath(o.Path()), before: o.JSON}
		if err := p.add(step, body, body, old); err != nil {
			return err
		}
	}
	return nil
}

// replaced is a value with the new id in place of an old one.
func replaced(v any, old string) (any, bool) {
	switch v := v.(type) {
	case string:
		return NewID, v == old
	case map[string]any:
		out, any1 := map[string]any{}, false
		for name, inner := range v {
			if r, ok := replaced(inner, old); ok {
				out[name], any1 = r, true
			} else {
				out[name] = inner
			}
			if name == old {
				out[NewID], any1 = out[name], true
				delete(out, name)
			}
		}
		return out, any1
	case []any:
		out, any1 := slices.Clone(v), false
		for i := range out {
			if r, ok := replaced(out[i], old); ok {
				out[i], any1 = r, true
			}
		}
		return out, any1
	}
	return v, false
}

// references are the objects whose files have an object's id.
func (s *Store) references(ctx context.Context, to Path) ([]Object, error) {
	hits, _, err := s.Search(ctx, to.ID, Filter{OrgID: to.OrgID}, 0)
	if err != nil {
		return nil, err
	}
	var out []Object
	for _, h := range hits {
		if h.Line == 0 || h.Object.ID == to.ID || len(out) > 0 && out[len(out)-1].Path() == h.Object.Path() {
			continue
		}
		o, err := s.Read(ctx, h.Object.Path())
		if err != nil {
			return nil, err
		}
		out = append(out, o)
	}
	return out, nil
}

func (s *Store) planDelete(ctx context.Context, p *Plan, t Type, live *state) error {
	if t.Single || t.Name == "devices" {
		return fmt.Errorf("%s was not there at that time, and an object of this type is not deleted by a restore", p.Path)
	}
	refs, err := s.references(ctx, p.Path)
	if err != nil {
		return err
	}
	for _, o := range refs {
		p.Notes = append(p.Notes, fmt.Sprintf("%s %s refers to it", o.Type, safetext.Line(o.Name)))
	}
	p.Name = nameOf(t, live.file)
	p.Steps = append(p.Steps, Step{Verb: Deleted, Path: p.Path, Name: p.Name, Method: http.MethodDelete, APIPath: t.ItemPath(p.Path), before: live.file})
	return nil
}

// noteMissing names what the wanted state refers to and the backup knows as gone.
func (s *Store) noteMissing(p *Plan, wanted Object) error {
	x, err := s.readIndex(p.Path.OrgID)
	if err != nil {
		return err
	}
	for key, n := range x.Names {
		id := key[strings.LastIndexByte(key, '/')+1:]
		if n.Gone && id != p.Path.ID && bytes.Contains(wanted.JSON, []byte(`"`+id+`"`)) {
			p.Notes = append(p.Notes, fmt.Sprintf("it refers to %s %s, which is deleted", key, safetext.Line(n.Name)))
		}
	}
	slices.Sort(p.Notes)
	return nil
}
