package actions

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"foghorn/journal/event"
	"foghorn/journal/query"
)

// maxIDsPerQuery bounds how many alerts one question names.
const maxIDsPerQuery = 200

// onAlerts completes the descriptor of an action on alerts. plan looks at one alert
// and says what would be done to it; act completes its activity.
func onAlerts(d Descriptor, plan func(c *call, a *event.Alert, i *Item), act func(c *call, act *event.Activity)) *Descriptor {
	d.Target, d.Role = OnAlert, RoleOperator
	d.check = func(ctx context.Context, c *call, targets []Target) ([]Item, error) {
		alerts, err := c.alerts(ctx, targets)
		if err != nil {
			return nil, err
		}
		out := make([]Item, 0, len(targets))
		for _, t := range targets {
			i := Item{Target: t}
			if a, ok := alerts[t.ID]; ok {
				i.Alert, i.Label = &a, a.Title
				plan(c, &a, &i)
			} else {
				i.missing, i.Skip = true, "{} is no longer in the journal"
			}
			out = append(out, i)
		}
		return out, nil
	}
	d.run = func(ctx context.Context, c *call, items []Item, yield func(Step, error) bool) {
		var targets []Target
		var acts []event.Activity
		for _, i := range items {
			a := c.activity(c.d.Name, i.Target)
			if i.action != "" {
				a.Action = i.action
			}
			act(c, &a)
			targets, acts = append(targets, i.Target), append(acts, a)
		}
		c.appendAll(ctx, targets, acts, yield)
	}
	d.undo = undoAlerts
	return register(&d)
}

// alerts reads the targets as the journal has them now: what a screen shows may be
// a moment old.
func (c *call) alerts(ctx context.Context, targets []Target) (map[string]event.Alert, error) {
	ids := make([]string, 0, len(targets))
	for _, t := range targets {
		ids = append(ids, t.ID)
	}
	return c.alertsByID(ctx, ids)
}

// alertsByID reads alerts, many with one question.
func (a *Actions) alertsByID(ctx context.Context, ids []string) (map[string]event.Alert, error) {
	out, unshown := map[string]event.Alert{}, a.unshown(ctx)
	for part := range slices.Chunk(ids, maxIDsPerQuery) {
		where, err := query.Parse("id:" + strings.Join(part, ","))
		if err != nil {
			return nil, err
		}
		rows, err := a.opt.View.Alerts(ctx, query.Page{Where: where, Now: a.opt.Clock.Now(), Limit: len(part)})
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			out[strconv.FormatInt(row.ID, 10)] = withUnshown(row, unshown[event.AlertTarget(row.ID)], a.opt.Clock.Now())
		}
	}
	return out, nil
}

// undoAlerts takes activities on alerts back, the last one first. Triage knows
// what was there before each.
func undoAlerts(ctx context.Context, c *call, done []event.Activity, yield func(Step, error) bool) {
	var targets []Target
	var acts []event.Activity
	for _, a := range slices.Backward(done) {
		id, ok := event.AlertIDOf(a.Target)
		if !ok {
			continue
		}
		back := c.activity(event.ActionUndo, AlertTarget(id))
		back.Undoes = a.ID
		targets, acts = append(targets, AlertTarget(id)), append(acts, back)
	}
	c.appendAll(ctx, targets, acts, yield)
}

// snoozed reports whether a snooze holds at now.
func snoozed(a *event.Alert, now time.Time) bool {
	return a.SnoozedUntil != nil && now.Before(*a.SnoozedUntil)
}
