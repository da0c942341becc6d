package configs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"slices"
	"strings"
)

// Filter selects objects. An empty field selects all.
type Filter struct {
	Source string
	OrgID  string
	SiteID string
	Level  Level
	Type   string
	Name   string // the name or the id, whole, whatever its case
	// May limits who may see an object; nil allows all. Several goroutines call it.
	May func(o *Object) bool
}

// Level selects objects of the organization or of sites.
type Level int

// The levels.
const (
	AnyLevel Level = iota
	OrgLevel
	SiteLevel
)

func (f Filter) takes(o *Object) bool {
	return (f.Source == "" || f.Source == o.Source) && (f.OrgID == "" || f.OrgID == o.OrgID) &&
		(f.SiteID == "" || f.SiteID == o.SiteID) && (f.Type == "" || f.Type == o.Type) &&
		(f.Level == AnyLevel || (f.Level == SiteLevel) == (o.SiteID != "")) &&
		(f.Name == "" || strings.EqualFold(f.Name, o.Name) || strings.EqualFold(f.Name, o.ID)) &&
		(f.May == nil || f.May(o))
}

// Read returns an object as its file has it.
func (s *Store) Read(ctx context.Context, p Path) (Object, error) {
	if err := cmp.Or(ctx.Err(), p.check()); err != nil {
		return Object{}, err
	}
	x, err := s.readIndex(p.OrgID)
	if err != nil {
		return Object{}, err
	}
	o := object(p, x)
	if o.JSON, err = s.readFile(p); err != nil {
		return Object{}, err
	}
	return o, nil
}

func (s *Store) readFile(p Path) ([]byte, error) {
	data, err := s.root.ReadFile(p.String())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s is %w", p, ErrNotFound)
	}
	return data, err
}

func object(p Path, x *index) Object {
	return Object{Source: x.Source, OrgID: p.OrgID, SiteID: p.SiteID, Type: p.Type, ID: p.ID, Name: x.Names[indexKey(p)].Name}
}

// indexKey is the key of an object in its organization's index.
func indexKey(p Path) string {
	return strings.TrimSuffix(strings.TrimPrefix(p.String(), p.OrgID+"/"), ".json")
}

// List returns the objects that a filter selects, without their JSON, ordered by
// organization, site, type, name and id.
func (s *Store) List(ctx context.Context, f Filter) ([]Object, error) {
	orgs, err := fs.ReadDir(s.root.FS(), ".")
	if err != nil {
		return nil, err
	}
	var out []Object
	for _, d := range orgs {
		if !d.IsDir() || !idPattern.MatchString(d.Name()) || f.OrgID != "" && f.OrgID != d.Name() {
			continue
		}
		if out, err = s.listOrg(ctx, d.Name(), f, out); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(out, inOrder)
	return out, nil
}

// inOrder is the order of lists.
func inOrder(a, b Object) int {
	return cmp.Or(cmp.Compare(a.OrgID, b.OrgID), cmp.Compare(a.SiteID, b.SiteID), cmp.Compare(a.Type, b.Type),
		cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.ID, b.ID))
}

func (s *Store) listOrg(ctx context.Context, org string, f Filter, out []Object) ([]Object, error) {
	x, err := s.readIndex(org)
	if err != nil {
		return nil, err
	}
	if f.Source != "" && f.Source != x.Source {
		return out, nil
	}
	below := org
	switch {
	case f.SiteID != "" && !idPattern.MatchString(f.SiteID):
		return nil, fmt.Errorf("%.80q: %w", f.SiteID, errBadID)
	case f.SiteID != "":
		below = org + "/" + f.SiteID
	case f.Level == OrgLevel:
		below = org + "/" + orgLevel
	}
	err = fs.WalkDir(s.root.FS(), below, func(name string, d fs.DirEntry, err error) error {
		if err != nil || ctx.Err() != nil {
			return cmp.Or(ctx.Err(), err)
		}
		if d.IsDir() || !strings.HasSuffix(name, ".json") {
			return nil
		}
		p, err := ParsePath(name)
		if err != nil {
			return nil // the index, or what a person put there
		}
		if o := object(p, x); f.takes(&o) {
			out = append(out, o)
		}
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) { // a site without objects, or one that is going
		err = nil
	}
	return out, err
}

// Objects reads the objects that a filter selects, with their JSON, in the order of
// List. An object that disappears meanwhile is left out.
func (s *Store) Objects(ctx context.Context, f Filter) iter.Seq2[Object, error] {
	return func(yield func(Object, error) bool) {
		list, err := s.List(ctx, f)
		if err != nil {
			yield(Object{}, err)
			return
		}
		for _, o := range list {
			data, err := s.readFile(o.Path())
			if errors.Is(err, ErrNotFound) {
				continue
			}
			if o.JSON = data; !yield(o, cmp.Or(err, ctx.Err())) || err != nil || ctx.Err() != nil {
				return
			}
		}
	}
}
