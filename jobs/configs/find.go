package configs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"foghorn/internal/safetext"
)

// AmbiguousError means that a name fits several objects.
type AmbiguousError struct {
	Name string
	Fit  []Object
}

func (e *AmbiguousError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%q names %d objects; name one by its path:", safetext.Line(e.Name), len(e.Fit))
	for i, o := range e.Fit {
		if i == 10 {
			fmt.Fprintf(&b, "\n  and %d more", len(e.Fit)-i)
			break
		}
		fmt.Fprintf(&b, "\n  %s  %s", o.Path(), safetext.Line(o.Name))
	}
	return b.String()
}

// Find returns the object that a person names: by the path of its file, by its id, by its
// name, or by type and name as in "wlans/Guest". Objects that are gone are found too. A
// name that fits a device and its set commands means the device.
func (s *Store) Find(ctx context.Context, f Filter, name string) (Object, error) {
	if p, err := ParsePath(name); err == nil {
		x, err := s.readIndex(p.OrgID)
		if err != nil {
			return Object{}, err
		}
		if _, ok := x.Names[indexKey(p)]; ok {
			return object(p, x), nil
		}
		return Object{}, fmt.Errorf("%s is %w", p, ErrNotFound)
	}
	kind, rest, ok := strings.Cut(name, "/")
	if !ok || !isType(kind) {
		kind, rest = "", name
	}
	f.Name, f.Type = rest, cmp.Or(kind, f.Type)
	fit, err := s.known(ctx, f)
	if err != nil {
		return Object{}, err
	}
	if kind == "" && len(fit) > 1 {
		fit = slices.DeleteFunc(fit, func(o Object) bool { return o.Type == "config_cmd" })
	}
	switch len(fit) {
	case 0:
		return Object{}, fmt.Errorf("%q is %w; foghorn configs list shows what is", safetext.Line(name), ErrNotFound)
	case 1:
		return fit[0], nil
	}
	return Object{}, &AmbiguousError{name, fit}
}

func isType(name string) bool {
	return slices.ContainsFunc(types, func(t Type) bool { return t.Name == name })
}

// known lists the objects of the indexes: those that are gone as well, after the others.
func (s *Store) known(ctx context.Context, f Filter) ([]Object, error) {
	orgs, err := fs.ReadDir(s.root.FS(), ".")
	if err != nil {
		return nil, err
	}
	var there, gone []Object
	for _, d := range orgs {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if !d.IsDir() || !idPattern.MatchString(d.Name()) {
			continue
		}
		x, err := s.readIndex(d.Name())
		if err != nil {
			return nil, err
		}
		for key, n := range x.Names {
			p, err := ParsePath(d.Name() + "/" + key)
			if err != nil {
				continue
			}
			o := object(p, x)
			switch {
			case !f.takes(&o):
			case n.Gone:
				gone = append(gone, o)
			default:
				there = append(there, o)
			}
		}
	}
	slices.SortFunc(there, inOrder)
	slices.SortFunc(gone, inOrder)
	if len(there) > 0 { // what is there goes before what was
		return there, nil
	}
	return gone, nil
}

// SiteNames are the names of the sites in the backup, by id.
func (s *Store) SiteNames(ctx context.Context) (map[string]string, error) {
	sites, err := s.List(ctx, Filter{Type: "info", Level: SiteLevel})
	out := map[string]string{}
	for _, o := range sites {
		out[o.SiteID] = o.Name
	}
	return out, err
}

// Entry is one commit with what it changed.
type Entry struct {
	Version
	Recorded time.Time // when the commit was made; Time is when the change was
	Changes  []Changed // without names
}

// Log returns what changed in a span of time, the newest first. It needs git.
func (s *Store) Log(ctx context.Context, from, to time.Time) ([]Entry, error) {
	all, err := s.git.log(ctx, ".")
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(e Entry) bool { return e.Time.Before(from) || e.Time.After(to) }), nil
}

// AtOrNone is At for an object that may not have been there: its JSON is nil then.
func (s *Store) AtOrNone(ctx context.Context, p Path, when time.Time) (Object, error) {
	o, err := s.At(ctx, p, when)
	if errors.Is(err, ErrNotFound) {
		return Object{OrgID: p.OrgID, SiteID: p.SiteID, Type: p.Type, ID: p.ID}, nil
	}
	return o, err
}
