package journal

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"foghorn/journal/event"
	"foghorn/journal/query"
)

// RelayPlan is what a reader of relays needs to know of the configuration of one.
type RelayPlan struct {
	Name, Kind, Send, Query string
	// Where is the query of a relay that no [[relay]] configures; Query is its text then.
	Where *query.Query
	// From says which part of the configuration such a relay comes from.
	From string
}

// where is what the relay sends.
func (p *RelayPlan) where() (*query.Query, error) {
	if p.Where != nil {
		return p.Where, nil
	}
	where, err := query.Parse(p.Query)
	if err != nil {
		return nil, fmt.Errorf("relay %s: query: %w", p.Name, err)
	}
	return where, nil
}

// maxMatches bounds how many alerts are counted for one relay.
const maxMatches = 1000

// RelayRows are the configured relays, and those that are not configured any more: how
// each does, and what its query chooses. They are ordered by name.
func (j *Journal) RelayRows(ctx context.Context, plans []RelayPlan, now time.Time) ([]event.RelayRow, error) {
	states, err := j.Outbox().Relays(ctx)
	if err != nil {
		return nil, err
	}
	rows := PlannedRelays(states, plans)
	for _, p := range plans {
		r := &rows[slices.IndexFunc(rows, func(r event.RelayRow) bool { return r.Name == p.Name })]
		if r.Matches, r.MatchesDay, err = j.relayMatches(ctx, p, now); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// PlannedRelays joins what is known of relays with what is configured, without counting
// what their queries choose. They are ordered by name.
func PlannedRelays(states []event.RelayState, plans []RelayPlan) []event.RelayRow {
	var rows []event.RelayRow
	for _, s := range states {
		rows = append(rows, event.RelayRow{RelayState: decided(s)})
	}
	for _, p := range plans {
		i := slices.IndexFunc(rows, func(r event.RelayRow) bool { return r.Name == p.Name })
		if i < 0 {
			i = len(rows)
			rows = append(rows, event.RelayRow{RelayState: event.RelayState{Name: p.Name, Kind: p.Kind, Send: p.Send, State: event.RelayNew}})
		}
		r := &rows[i]
		r.Configured, r.Kind, r.Query, r.From = true, p.Kind, p.Query, p.From
		if r.Send != p.Send || r.State == event.RelayRemoved {
			r.State = event.RelayNew // it begins when a collector has taken up the configuration
		}
		r.Send = p.Send
	}
	slices.SortFunc(rows, func(a, b event.RelayRow) int { return strings.Compare(a.Name, b.Name) })
	return rows
}

// decided is a relay as somebody has decided it to be, which its collector may notice a
// second later, or when one runs.
func decided(r event.RelayState) event.RelayState {
	switch {
	case r.State == event.RelayRemoved:
	case r.PausedAt != nil && r.State != event.RelayPaused:
		r.State, r.Since = event.RelayPaused, *r.PausedAt
	case r.PausedAt == nil && r.State == event.RelayPaused && r.Queued > 0:
		r.State = event.RelaySending
	case r.PausedAt == nil && r.State == event.RelayPaused:
		r.State = event.RelayIdle
	}
	return r
}

// relayMatches counts what a relay's query chooses: of alerts those that are not over,
// and those that opened within a day; of events only the latter.
func (j *Journal) relayMatches(ctx context.Context, p RelayPlan, now time.Time) (open *int, day int64, err error) {
	where, err := p.where()
	if err != nil {
		return nil, 0, err
	}
	recent := query.Since(now.Add(-24 * time.Hour))
	if p.Send == "events" {
		day, err = j.CountEvents(ctx, query.Page{Where: query.And(where, recent), Now: now})
		return nil, day, err
	}
	unresolved, err := j.Alerts(ctx, query.Page{Where: query.And(where, Unresolved), Now: now, Limit: maxMatches})
	if err != nil {
		return nil, 0, err
	}
	opened, err := j.Alerts(ctx, query.Page{Where: query.And(where, query.Since(now.Add(-24*time.Hour))), Now: now, Limit: maxMatches})
	n := len(unresolved)
	return &n, int64(len(opened)), err
}
