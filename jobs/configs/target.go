package configs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"foghorn/internal/human"
	"foghorn/internal/safetext"
	"foghorn/mist"
)

// sitePrefix before a name says that it is one of a site.
const sitePrefix = "site/"

// WholeOrg is the target of a backup of everything.
const WholeOrg = "org"

// Target returns the scope that a person names: "org" or nothing for the whole
// organization, "site/" and the name of a site, else the name or id of a site or device,
// a MAC, or an object of the backup. What the backup does not know it looks up in the cloud, with two calls.
func (s *Store) Target(ctx context.Context, cloud Cloud, source, org, target string) (Scope, error) {
	scope := Scope{Source: source, OrgID: org}
	target = strings.TrimSpace(target)
	if target == "" || strings.EqualFold(target, WholeOrg) {
		return scope, nil
	}
	f := Filter{OrgID: org}
	if site, ok := strings.CutPrefix(target, sitePrefix); ok {
		target, f.Level, f.Type = site, SiteLevel, "info"
	}
	o, err := s.Find(ctx, f, target)
	switch {
	case err == nil && o.OrgID != org:
		return scope, fmt.Errorf("%s belongs to another organization", o.Path())
	case err == nil:
		return scope.of(o), nil
	case !errors.Is(err, ErrNotFound):
		return scope, err
	}
	c := caller{cloud: cloud}
	sites, err := c.list(ctx, Type{Name: "sites"}, "/orgs/"+org+"/sites")
	if err != nil {
		return scope, err
	}
	if fit := fitting(sites, target); len(fit) == 1 {
		scope.SiteID = idOf(fit[0])
		return scope, nil
	}
	if f.Type != "" {
		return scope, notOne(target, nil, sites)
	}
	devices, err := c.list(ctx, Type{Name: "inventory"}, "/orgs/"+org+"/inventory")
	if err != nil {
		return scope, err
	}
	fit := fitting(devices, target)
	if len(fit) != 1 {
		return scope, notOne(target, fit, append(sites, devices...))
	}
	d, _ := mist.ParseObject(fit[0])
	scope.SiteID, scope.DeviceID = d.ID("site_id"), mist.DeviceID(d.MAC("mac"))
	if scope.SiteID == "" {
		return scope, fmt.Errorf("%s is not assigned to a site, so it has no configuration", safetext.Line(target))
	}
	return scope, nil
}

// of narrows the scope to an object of the backup.
func (s Scope) of(o Object) Scope {
	s.SiteID = o.SiteID
	switch {
	case o.Type == "devices" || o.Type == "config_cmd":
		s.DeviceID = o.ID
	case o.Type == "info" && o.SiteID != "":
	case o.Type == "info":
	default:
		p := o.Path()
		s.Object = &p
	}
	return s
}

// fitting are the rows that a person's word names.
func fitting(rows []mist.Value, target string) []mist.Value {
	mac := strings.NewReplacer(":", "", "-", "", ".", "").Replace(strings.ToLower(target))
	return slices.DeleteFunc(slices.Clone(rows), func(r mist.Value) bool {
		o, _ := mist.ParseObject(r)
		return !strings.EqualFold(o.Text("name"), target) && o.Text("id") != target && (o.Text("mac") == "" || o.MAC("mac") != mac)
	})
}

func notOne(target string, fit, all []mist.Value) error {
	if len(fit) > 1 {
		return fmt.Errorf("%d devices are named %q; name one by its MAC", len(fit), safetext.Line(target))
	}
	var names []string
	for _, r := range all {
		names = append(names, nameIn(r))
	}
	if near := human.Nearest(target, names); near != "" {
		return fmt.Errorf("no site, device or object %q; did you mean %s?", safetext.Line(target), safetext.Line(near))
	}
	return fmt.Errorf("no site, device or object %q", safetext.Line(target))
}
