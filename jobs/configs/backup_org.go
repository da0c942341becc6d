package configs

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"foghorn/mist"
)

// organization backs up the organization's objects, then each site.
func (b *backup) organization(ctx context.Context) error {
	b.total = 1
	b.step("the organization")
	sites, err := b.caller.list(ctx, Type{Name: "sites"}, "/orgs/"+b.scope.OrgID+"/sites")
	if err != nil {
		if err := b.trouble(ctx, "the list of sites", err); err != nil {
			return err
		}
	}
	slices.SortFunc(sites, func(x, y mist.Value) int { return cmp.Compare(idOf(x), idOf(y)) })
	b.total = 1 + len(sites)
	if b.scope.Done == 0 {
		if err := b.level(ctx, "", "the organization", nil); err != nil {
			return err
		}
	}
	if err == nil {
		if err := b.goneSites(ctx, sites); err != nil {
			return err
		}
	}
	for i, raw := range sites {
		if b.done = i + 1; b.done < b.scope.Done {
			continue
		}
		name := "site " + nameIn(raw)
		b.step(name)
		if err := b.level(ctx, idOf(raw), name, raw); err != nil {
			return err
		}
	}
	b.done = b.total
	b.progress(b.done, b.total, "")
	if err != nil || b.result.Objects == 0 {
		return nil // without its sites, or without anything: that is no backup of everything
	}
	return b.store.backedUp(b)
}

// goneSites removes the files of deleted sites.
func (b *backup) goneSites(ctx context.Context, sites []mist.Value) error {
	there := map[string]bool{}
	for _, raw := range sites {
		there[idOf(raw)] = true
	}
	kept, err := b.store.List(ctx, Filter{OrgID: b.scope.OrgID, Level: SiteLevel})
	if err != nil {
		return err
	}
	var gone []Change
	for _, o := range kept {
		if !there[o.SiteID] {
			gone = append(gone, Change{Object: o, Gone: true})
		}
	}
	return b.write(ctx, "sites that are gone", gone)
}

// level backs up all types of the organization, or of a site, as one commit. info is the
// site's own object when it is known already.
func (b *backup) level(ctx context.Context, site, what string, info mist.Value) error {
	kept, err := b.store.List(ctx, Filter{OrgID: b.scope.OrgID, SiteID: site, Level: levelOf(site)})
	if err != nil {
		return err
	}
	var found []Change
	var wired []mist.Value
	for _, t := range types {
		if t.Site != (site != "") || t.Device || b.scope.Type != "" && b.scope.Type != t.Name {
			continue
		}
		changes, rows, err := b.fetch(ctx, t, site, info, kept)
		if err != nil {
			if err := b.trouble(ctx, what+", "+t.Name, err); err != nil {
				return err
			}
			continue
		}
		found = append(found, changes...)
		if t.Name == "devices" {
			wired = slices.DeleteFunc(slices.Clone(rows), func(r mist.Value) bool { return !isWired(r) })
			found = append(found, goneCommands(wired, kept)...)
		}
	}
	if b.scope.Type == "" {
		commands, err := b.commands(ctx, site, what, wired)
		if err != nil {
			return err
		}
		found = append(found, commands...)
	}
	return b.write(ctx, what, found)
}

// goneCommands are the set commands of devices that are gone.
func goneCommands(wired []mist.Value, kept []Object) []Change {
	var out []Change
	for _, o := range kept {
		if o.Type == "config_cmd" && !slices.ContainsFunc(wired, func(r mist.Value) bool { return idOf(r) == o.ID }) {
			out = append(out, Change{Object: o, Gone: true})
		}
	}
	return out
}

func levelOf(site string) Level {
	if site == "" {
		return OrgLevel
	}
	return SiteLevel
}

// fetch gets all objects of one type, and finds those that are gone.
func (b *backup) fetch(ctx context.Context, t Type, site string, info mist.Value, kept []Object) ([]Change, []mist.Value, error) {
	owner := cmp.Or(site, b.scope.OrgID)
	if t.Single {
		body := []byte(info)
		if t.Name != "info" || info == nil {
			var err error
			if body, err = b.caller.one(ctx, t.ListPath(b.scope.OrgID, site, ""), t.Query); err != nil {
				return nil, nil, err
			}
		}
		o := b.of(t, site, owner, body)
		if err := acceptable(o); err != nil {
			return nil, nil, err
		}
		return []Change{{Object: o}}, nil, nil
	}
	rows, err := b.caller.list(ctx, t, t.ListPath(b.scope.OrgID, site, ""))
	if mist.IsKind(err, mist.KindNotFound) {
		return nil, nil, nil // this cloud or this subscription has no such objects
	}
	if err != nil {
		return nil, nil, err
	}
	var changes []Change
	there := map[string]bool{}
	for _, raw := range rows {
		o := b.of(t, site, idOf(raw), raw)
		there[o.ID] = true
		if err := acceptable(o); err != nil { // costs this one alone
			b.result.Troubles = append(b.result.Troubles, Trouble{t.Name + " " + nameIn(raw), err})
			continue
		}
		changes = append(changes, Change{Object: o})
	}
	for _, o := range kept {
		if gone := o.Type == t.Name && !there[o.ID]; gone {
			changes = append(changes, Change{Object: o, Gone: true})
		}
	}
	return changes, rows, nil
}

// acceptable says why an object cannot be written.
func acceptable(o Object) error {
	if err := o.Path().check(); err != nil {
		return err
	}
	v, err := decode(o.JSON)
	if _, ok := v.(map[string]any); err == nil && !ok {
		err = errors.New("the answer is not a JSON object")
	}
	return err
}

// commands gets the set commands of switches and gateways, a call each.
func (b *backup) commands(ctx context.Context, site, what string, wired []mist.Value) ([]Change, error) {
	t, _ := FindType("config_cmd", true)
	var out []Change
	for _, raw := range wired {
		id := idOf(raw)
		body, err := b.caller.one(ctx, t.ListPath(b.scope.OrgID, site, id), t.Query)
		switch {
		case mist.IsKind(err, mist.KindNotFound):
			continue // Mist does not manage this one
		case err != nil:
			if err := b.trouble(ctx, what+", config_cmd of "+nameIn(raw), err); err != nil {
				return nil, err
			}
			continue
		}
		o := b.of(t, site, id, body)
		o.Name = nameIn(raw)
		if err := acceptable(o); err != nil {
			b.result.Troubles = append(b.result.Troubles, Trouble{"config_cmd of " + o.Name, err})
			continue
		}
		out = append(out, Change{Object: o})
	}
	return out, nil
}
