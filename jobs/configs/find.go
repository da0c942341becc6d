package configs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"foghorn/internal/human"
	"foghorn/internal/safetext"
)

// AmbiguousError means that a name fits several objects.
type AmbiguousError struct {
	Name  string
	Fit   []Object
	Sites map[string]string // their names, by id
}

func (e *AmbiguousError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%q names %d objects; name one by its type and name (TYPE/NAME), with --site, or by its id:", safetext.Line(e.Name), len(e.Fit))
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for i, o := range e.Fit {
		if i == 10 {
			fmt.Fprintf(w, "\n  and %d more", len(e.Fit)-i)
			break
		}
		fmt.Fprintf(w, "\n  %s\t%s\t%s", o.Type, safetext.Line(cmp.Or(e.Sites[o.SiteID], o.SiteID, "(organization)")), o.ID)
	}
	_ = w.Flush() // a strings.Builder takes everything
	return b.String()
}

// Find returns the object that a person names: by the path of its file, by its id, by its
// name, or by type and name as in "wlans/Guest". Objects that are gone are found too. A
// name that fits a device and its set commands means the device, and one of a site means
// the site and not its setting.
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
		fit = withoutNamesakes(fit)
	}
	switch len(fit) {
	case 0:
		return Object{}, fmt.Errorf("%q is %w; foghorn configs list shows its contents", safetext.Line(name), ErrNotFound)
	case 1:
		return fit[0], nil
	}
	sites, err := s.SiteNames(ctx)
	return Object{}, cmp.Or[error](err, &AmbiguousError{name, fit, sites})
}

// withoutNamesakes leaves out objects that have the name of another one that fits: the set
// commands of a device, the setting of a site.
func withoutNamesakes(fit []Object) []Object {
	return slices.DeleteFunc(slices.Clone(fit), func(o Object) bool {
		t, _ := FindType(o.Type, o.SiteID != "")
		like := namedLike(t)
		return like != "" && like != o.Type && slices.ContainsFunc(fit, func(other Object) bool {
			return other.Type == like && other.OrgID == o.OrgID && other.SiteID == o.SiteID && other.ID == o.ID
		})
	})
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

// FindSite returns the own object of the site that a person names, by its name or id.
func (s *Store) FindSite(ctx context.Context, f Filter, name string) (Object, error) {
	o, err := s.Find(ctx, Filter{OrgID: f.OrgID, Source: f.Source, Level: SiteLevel}, "info/"+name)
	if !errors.Is(err, ErrNotFound) {
		return o, err
	}
	sites, err := s.SiteNames(ctx)
	if err != nil {
		return o, err
	}
	if near := human.Nearest(name, slices.Collect(maps.Values(sites))); near != "" {
		return o, fmt.Errorf("there is no site %q (%w); did you mean %s?", safetext.Line(name), ErrNotFound, safetext.Line(near))
	}
	return o, fmt.Errorf("there is no site %q (%w)", safetext.Line(name), ErrNotFound)
}

// siteName is the name of a site as the index has it, else its id.
func (s *Store) siteName(org, site string) (string, error) {
	x, err := s.readIndex(org)
	if err != nil {
		return "", err
	}
	return cmp.Or(x.Names[indexKey(Path{org, site, "info", site})].Name, site), nil
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
