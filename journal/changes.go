package journal

import (
	"cmp"
	"context"
	"slices"
	"time"

	"foghorn/journal/event"
)

// How far back the changes before an alert and those at a site go, and how many
// are read and returned.
const (
	ChangesBeforeAlert = time.Hour
	ChangesAtSite      = 24 * time.Hour
	maxChangesRead     = 500
	maxChanges         = 50
)

// ChangeScope says how near a change is to what it is listed for.
type ChangeScope string

// The scopes, nearest first.
const (
	SameDevice ChangeScope = "device"
	SameSite   ChangeScope = "site"
	SameOrg    ChangeScope = "org" // it belongs to no site
)

var scopeRank = map[ChangeScope]int{SameDevice: 0, SameSite: 1, SameOrg: 2}

// Change is one thing that was changed.
type Change struct {
	ID        int64            `json:"id"` // of its event
	Time      time.Time        `json:"time"`
	Kind      event.ChangeKind `json:"kind"`
	Scope     ChangeScope      `json:"scope"`
	Nearest   bool             `json:"nearest,omitempty"` // the last one before the alert on the same device, else at the same site
	Text      string           `json:"text"`
	Type      string           `json:"type"`
	Site      string           `json:"site,omitempty"`
	Device    string           `json:"device,omitempty"`
	DeviceMAC event.MAC        `json:"device_mac,omitempty"`
	// Others is how many more events of the type there were in the scope, of other
	// devices or at earlier times. Audits are never counted together.
	Others int `json:"others,omitempty"`
}

// Changes are what was changed in a span of time. Before an alert the nearest comes
// first, then what people did, then what devices report, each newest first; at a site
// all come newest first. Unknown says why there may have been more: only when it is empty
// does an empty list mean that nothing was changed.
type Changes struct {
	From    time.Time `json:"from"`
	To      time.Time `json:"to"`
	Rows    []Change  `json:"changes"`
	More    bool      `json:"more,omitempty"` // there were more than are listed
	Unknown []Gap     `json:"unknown,omitempty"`
}

// Gap is a reason why changes may be missing, and when it held. A zero time means
// that it held from the beginning, or to the end.
type Gap struct {
	From time.Time `json:"from,omitzero"`
	To   time.Time `json:"to,omitzero"`
	Why  string    `json:"why"`
}

// ChangesBefore returns what was changed at an alert's site and in its whole
// organization in the hour before the alert began.
func (j *Journal) ChangesBefore(ctx context.Context, a *event.Alert) (Changes, error) {
	c := span{source: a.Source, org: a.OrgID, site: a.SiteID, from: a.Opened.Add(-ChangesBeforeAlert), to: a.Opened}
	found, err := j.changes(ctx, c, func(ev *event.Event) ChangeScope {
		switch {
		case a.DeviceMAC != "" && ev.DeviceMAC == a.DeviceMAC, a.Device != "" && ev.Device == a.Device && ev.SiteID == a.SiteID:
			return SameDevice
		case a.SiteID != "" && ev.SiteID == a.SiteID:
			return SameSite
		}
		return SameOrg
	}, func(ev *event.Event) bool { return ev.AlertID != a.ID })
	if err != nil {
		return found, err
	}
	// Devices echo what people change, each of them: that must not hide the cause.
	slices.SortStableFunc(found.Rows, func(a, b Change) int { return byPeople(b) - byPeople(a) })
	found.pickNearest()
	return found, nil
}

// changesAt returns what was changed at a site and in its organization in the day
// before now.
func (j *Journal) changesAt(ctx context.Context, s *event.SiteState, now time.Time) (Changes, error) {
	c := span{source: s.Source, org: s.OrgID, site: s.ID, from: now.Add(-ChangesAtSite), to: now}
	return j.changes(ctx, c, func(ev *event.Event) ChangeScope {
		if ev.SiteID == s.ID {
			return SameSite
		}
		return SameOrg
	}, func(*event.Event) bool { return true })
}

// span is the place and the time whose changes are asked for.
type span struct {
	source, org, site string
	from, to          time.Time
}

func (j *Journal) changes(ctx context.Context, s span, scope func(*event.Event) ChangeScope, counts func(*event.Event) bool) (Changes, error) {
	out := Changes{From: s.from, To: s.to, Rows: []Change{}}
	events, err := j.Reader.Changes(ctx, event.ChangeQuery{Source: s.source, OrgID: s.org, SiteID: s.site, From: s.from, To: s.to, Limit: maxChangesRead})
	if err != nil {
		return out, err
	}
	out.More = len(events) == maxChangesRead
	type group struct {
		kind  string
		scope ChangeScope
	}
	at := map[group]int{}
	for i := range events {
		ev := &events[i]
		if !counts(ev) {
			continue
		}
		g := group{ev.Type, scope(ev)}
		if n, seen := at[g]; seen && ev.Change != event.ChangeAudit {
			out.Rows[n].Others++
			continue
		}
		if len(out.Rows) == maxChanges {
			out.More = true
			break
		}
		at[g] = len(out.Rows)
		out.Rows = append(out.Rows, Change{ID: ev.ID, Time: ev.Time, Kind: ev.Change, Scope: g.scope, Text: ev.Text, Type: ev.Type,
			Site: ev.Site, Device: ev.Device, DeviceMAC: ev.DeviceMAC})
	}
	out.Unknown, err = j.unknownChanges(ctx, s)
	return out, err
}

// byPeople is 1 for what a person did.
func byPeople(c Change) int {
	if c.Kind == event.ChangeAudit {
		return 1
	}
	return 0
}

// pickNearest puts the change first that most likely has to do with the alert: the
// last one on the same device, else at the same site. One of the whole organization
// is as near as any other.
func (c *Changes) pickNearest() {
	if len(c.Rows) == 0 {
		return
	}
	best := slices.MinFunc(c.Rows, func(a, b Change) int {
		return cmp.Or(cmp.Compare(scopeRank[a.Scope], scopeRank[b.Scope]), b.Time.Compare(a.Time))
	})
	if best.Scope == SameOrg {
		return
	}
	i := slices.IndexFunc(c.Rows, func(r Change) bool { return r.ID == best.ID })
	c.Rows[i].Nearest = true
	near := c.Rows[i]
	copy(c.Rows[1:i+1], c.Rows[:i])
	c.Rows[0] = near
}
