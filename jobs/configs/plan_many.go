package configs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"foghorn/internal/clock"
	"foghorn/internal/human"
	"foghorn/internal/safetext"
	"foghorn/mist"
)

// Selection is the objects of an organization that a plan is about: all, or those of a
// site, of a type, or both.
type Selection struct {
	OrgID  string
	SiteID string
	Type   string
	Name   string // for people
}

// Select reads what a person names instead of one object: "org", "site/NAME" or a type. f
// narrows it. False is for everything else.
func (s *Store) Select(ctx context.Context, f Filter, name string) (Selection, bool, error) {
	sel := Selection{OrgID: f.OrgID, SiteID: f.SiteID, Type: f.Type}
	site, ofSite := strings.CutPrefix(name, sitePrefix)
	switch {
	case ofSite:
		o, err := s.FindSite(ctx, f, site)
		if err != nil {
			return sel, true, err
		}
		if f.SiteID != "" && f.SiteID != o.SiteID {
			return sel, true, errors.New("two sites are named; name one")
		}
		sel.OrgID, sel.SiteID = o.OrgID, o.SiteID
	case name == WholeOrg:
	case isType(name):
		if f.Type != "" && f.Type != name {
			return sel, true, errors.New("two types are named; name one")
		}
		sel.Type = name
	default:
		return sel, false, nil
	}
	if sel.Type != "" && !isType(sel.Type) {
		return sel, true, fmt.Errorf("%q is not a type of object", safetext.Line(sel.Type))
	}
	return sel, true, s.describe(ctx, f, &sel)
}

// describe finds the organization of a selection, and its name for people.
func (s *Store) describe(ctx context.Context, f Filter, sel *Selection) error {
	orgs, err := s.List(ctx, Filter{OrgID: sel.OrgID, SiteID: sel.SiteID, Source: f.Source, Type: "info"})
	if err != nil {
		return err
	}
	owners, names := map[string]bool{}, map[string]string{}
	for _, o := range orgs {
		owners[o.OrgID], names[o.SiteID] = true, o.Name
	}
	if sel.OrgID == "" {
		switch ids := slices.Sorted(maps.Keys(owners)); len(ids) {
		case 0:
			return fmt.Errorf("no backed-up object matches: %w", ErrNotFound)
		case 1:
			sel.OrgID = ids[0]
		default:
			return errors.New("several organizations are backed up; name one with --source")
		}
	}
	sel.Name = "the organization"
	if sel.SiteID != "" {
		sel.Name = "site " + cmp.Or(safetext.Line(names[sel.SiteID]), sel.SiteID)
	}
	if sel.Type != "" {
		sel.Name = "all " + sel.Type + " of " + sel.Name
	}
	return nil
}

func (sel Selection) takes(p Path) bool {
	return p.OrgID == sel.OrgID && (sel.SiteID == "" || p.SiteID == sel.SiteID) && (sel.Type == "" || p.Type == sel.Type)
}

// folder is where the objects of the selection are.
func (sel Selection) folder() string {
	if sel.SiteID != "" {
		return sel.OrgID + "/" + sel.SiteID
	}
	return sel.OrgID
}

// restorable are the types of a selection at a level.
func (sel Selection) restorable(site bool) (out []Type) {
	for _, t := range types {
		if t.Site == site && !t.ReadOnly && (sel.Type == "" || t.Name == sel.Type) {
			out = append(out, t)
		}
	}
	return out
}

// PlanRestoreMany plans how to bring all objects of a selection back to the state that
// they had at a time. It asks the cloud for all of them, a list for each type.
func (s *Store) PlanRestoreMany(ctx context.Context, cloud Cloud, sel Selection, when Moment) (*Plan, error) {
	if len(sel.restorable(false))+len(sel.restorable(true)) == 0 {
		return nil, fmt.Errorf("%s follow from other objects and cannot be restored; restore the devices, their sites' settings or their templates", sel.Type)
	}
	wanted, err := s.manyAt(ctx, sel, when)
	if err != nil {
		return nil, err
	}
	if len(wanted) == 0 {
		return nil, fmt.Errorf("the backup had nothing of %s at that time; foghorn configs log shows where the history begins", sel.Name)
	}
	at, err := s.timeOf(ctx, when)
	if err != nil {
		return nil, err
	}
	x, err := s.readIndex(sel.OrgID)
	if err != nil {
		return nil, err
	}
	p := &Plan{What: sel.Name, Place: sel.folder(), Name: sel.Name, When: when}
	m := &many{store: s, plan: p, sel: sel, index: x, entries: map[Path]*entry{}}
	m.caller = caller{cloud: cloud, clock: clock.Real{}, waits: func(time.Time) {}, hurried: true}
	if err := m.ask(mist.WithCaller(ctx, "restore", mist.Operator), at); err != nil {
		return nil, err
	}
	if err := m.merge(ctx, wanted); err != nil {
		return nil, err
	}
	entries := slices.SortedFunc(maps.Values(m.entries), func(a, b *entry) int {
		return inTypeOrder(Step{Path: a.at, Name: a.name}, Step{Path: b.at, Name: b.name})
	})
	return p, s.build(ctx, p, x, entries)
}

// many gathers the entries of a plan for a selection.
type many struct {
	store   *Store
	plan    *Plan
	sel     Selection
	index   *index
	caller  caller
	entries map[Path]*entry
	sites   map[string]string // that the cloud has, with their names
	later   map[string]bool   // sites that were made after the time
	refused map[shelf]string  // what the cloud does not give, and why
}

// shelf is a type of the organization, or of one site.
type shelf struct{ site, kind string }

// ask asks the cloud for all objects of the selection.
func (m *many) ask(ctx context.Context, at time.Time) error {
	m.sites, m.later, m.refused = map[string]string{}, map[string]bool{}, map[shelf]string{}
	rows, err := m.caller.list(ctx, Type{Name: "sites"}, "/orgs/"+m.sel.OrgID+"/sites")
	if err != nil {
		return err
	}
	var sites []mist.Value
	for _, raw := range rows {
		id := idOf(raw)
		m.sites[id] = nameIn(raw)
		o, err := objectOf(raw)
		if err != nil {
			return err
		}
		if made, ok := madeAt(o); ok && made.After(at) {
			m.later[id] = true
			if m.sel.SiteID == "" {
				m.plan.Notes = append(m.plan.Notes, "site "+safetext.Line(m.sites[id])+" was created after that time; the restore leaves it alone")
			}
			continue
		}
		if m.sel.SiteID == "" || m.sel.SiteID == id {
			sites = append(sites, raw)
		}
	}
	if m.sel.SiteID != "" && len(sites) == 0 {
		return fmt.Errorf("%s cannot be restored: the site no longer exists, or was created after that time; a restore neither creates nor deletes sites", m.sel.Name)
	}
	calls := len(m.sel.restorable(true)) * len(sites)
	if m.sel.SiteID == "" {
		calls += len(m.sel.restorable(false))
	}
	if calls > maxPlanCalls {
		return &TooManyError{"calls just to find out what the cloud has", calls, maxPlanCalls}
	}
	if m.sel.SiteID == "" {
		if err := m.askLevel(ctx, "", nil); err != nil {
			return err
		}
	}
	for _, raw := range sites {
		if err := m.askLevel(ctx, idOf(raw), raw); err != nil {
			return err
		}
	}
	return nil
}

// askLevel asks for the objects of the organization or of a site, whose own object is info.
func (m *many) askLevel(ctx context.Context, site string, info mist.Value) error {
	for _, t := range m.sel.restorable(site != "") {
		rows := []mist.Value{info}
		var err error
		switch {
		case t.Name == "info" && info != nil:
		case t.Single:
			var body []byte
			body, err = m.caller.one(ctx, t.ListPath(m.sel.OrgID, site, ""), t.Query)
			rows = []mist.Value{body}
		default:
			rows, err = m.caller.list(ctx, t, t.ListPath(m.sel.OrgID, site, ""))
		}
		switch {
		case mist.IsKind(err, mist.KindNotFound):
			m.refused[shelf{site, t.Name}] = "the cloud has no such objects"
			continue
		case mist.IsKind(err, mist.KindPermission):
			m.refused[shelf{site, t.Name}] = "the token may not read them"
			continue
		case err != nil:
			return err
		}
		for _, raw := range rows {
			if err := m.found(t, site, raw); err != nil {
				return err
			}
		}
	}
	return nil
}

// found takes up what the cloud has.
func (m *many) found(t Type, site string, raw mist.Value) error {
	at := Path{m.sel.OrgID, site, t.Name, idOf(raw)}
	if t.Single {
		at.ID = cmp.Or(site, m.sel.OrgID)
	}
	if err := acceptable(at.object(raw)); err != nil {
		return fmt.Errorf("%s %s: %w", t.Name, safetext.Line(nameIn(raw)), err)
	}
	st, err := m.store.stateOf(t, at, raw)
	if err != nil {
		return err
	}
	m.entries[at] = &entry{t: t, at: at, was: at, name: cmp.Or(nameOf(t, raw), m.index.Names[indexKey(at)].Name), live: st}
	return nil
}

// merge adds what is wanted and what the backup has.
func (m *many) merge(ctx context.Context, wanted map[Path][]byte) error {
	renewed := m.index.renewed()
	gone, left := map[string]int{}, map[shelf]int{}
	keep := func(p Path) bool {
		t, ok := FindType(p.Type, p.SiteID != "")
		if _, there := m.sites[p.SiteID]; p.SiteID != "" && !there {
			gone[p.SiteID]++
			return false
		}
		if m.refused[shelf{p.SiteID, p.Type}] != "" {
			left[shelf{p.SiteID, p.Type}]++
			return false
		}
		return ok && !t.ReadOnly && !m.later[p.SiteID]
	}
	at := func(p Path) *entry {
		if m.entries[p] == nil {
			t, _ := FindType(p.Type, p.SiteID != "")
			m.entries[p] = &entry{t: t, at: p, was: p, name: m.index.Names[indexKey(p)].Name}
		}
		return m.entries[p]
	}
	for was, text := range wanted {
		if !keep(was) {
			continue
		}
		now := was
		now.ID = cmp.Or(renewed[was.ID], was.ID)
		if e := at(now); e.text == nil || was == now {
			e.was, e.text, e.name = was, text, cmp.Or(nameOf(e.t, text), e.name)
		}
	}
	for o, err := range m.store.Objects(ctx, Filter{OrgID: m.sel.OrgID, SiteID: m.sel.SiteID, Type: m.sel.Type}) {
		if err != nil {
			return err
		}
		if p := o.Path(); keep(p) {
			at(p).stored = o.JSON
		}
	}
	m.name(gone, left)
	return nil
}

// name names what the plan leaves out.
func (m *many) name(gone map[string]int, left map[shelf]int) {
	for id, n := range gone {
		name := cmp.Or(m.index.Names[id+"/info/"+id].Name, id)
		m.plan.NotRestorable = append(m.plan.NotRestorable, fmt.Sprintf("site %s with its %s: it no longer exists; create sites in the portal", safetext.Line(name), human.CountOf(n, "object")))
	}
	for l := range left {
		where := "of the organization"
		if l.site != "" {
			where = "of site " + safetext.Line(m.sites[l.site])
		}
		m.plan.NotRestorable = append(m.plan.NotRestorable, fmt.Sprintf("%s %s: %s", l.kind, where, m.refused[l]))
	}
	slices.Sort(m.plan.NotRestorable)
}
