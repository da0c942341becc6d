package journal

import (
	"context"
	"errors"
	"time"

	"foghorn/journal/event"
	"foghorn/journal/query"
	"foghorn/journal/store"
)

// Steps describes transitions that match a query, in their order. Where looks at the
// alert as it was after the step. An alert that retention has removed leaves its step
// without a title and without when it opened, and only everything matches it.
func (j *Journal) Steps(ctx context.Context, transitions []event.Transition, where *query.Query, now time.Time) ([]event.AlertStep, error) {
	var out []event.AlertStep
	for _, t := range transitions {
		a, err := j.Alert(ctx, t.AlertID)
		gone := errors.Is(err, store.ErrNotFound)
		if err != nil && !gone {
			return nil, err
		}
		after := AlertAfter(a, t)
		if gone && !where.Empty() || !gone && !where.Alert(&after, now) {
			continue
		}
		s := event.AlertStep{AlertID: t.AlertID, N: t.N, Time: t.Time, Step: t.Name(), From: t.From, To: t.To, Severity: t.Severity,
			Opened: a.Opened, Title: a.Title, Source: a.Source, Kind: a.Kind, SiteID: a.SiteID, Site: a.Site, DeviceMAC: a.DeviceMAC, Device: a.Device,
			CauseEvent: t.CauseEvent, CauseActivity: t.CauseActivity, Cursor: t.Cursor}
		if t.CauseActivity != 0 {
			acts, err := j.ActivitiesByID(ctx, t.CauseActivity)
			if err != nil {
				return nil, err
			}
			if len(acts) == 1 {
				s.Actor, s.Reason = acts[0].Actor, acts[0].Reason
			}
		}
		out = append(out, s)
	}
	return out, nil
}

// stepsPage is how many transitions are read at a time.
const stepsPage = 500

// StepsAfter hands the steps after a cursor that match a query to each, in their order,
// and returns the cursor to go on from. While the view is derived again it is behind the
// cursor: there are no steps then, and none is missed.
func (j *Journal) StepsAfter(ctx context.Context, cursor event.TransitionCursor, where *query.Query, now time.Time, each func(*event.AlertStep) error) (event.TransitionCursor, error) {
	for {
		transitions, err := j.Transitions(ctx, cursor, stepsPage)
		if err != nil {
			return cursor, err
		}
		for _, t := range transitions {
			steps, err := j.Steps(ctx, []event.Transition{t}, where, now)
			if err != nil {
				return cursor, err
			}
			for i := range steps {
				if err := each(&steps[i]); err != nil {
					return cursor, err
				}
			}
			cursor = t.Cursor
		}
		if len(transitions) < stepsPage {
			return cursor, nil
		}
	}
}

// AlertAfter is an alert with the state and severity that a step left it in. The
// query reads the state from the alert's times.
func AlertAfter(a event.Alert, t event.Transition) event.Alert {
	a.State, a.Severity = t.To, t.Severity
	a.Resolved, a.SnoozedUntil, a.AckedAt = nil, nil, nil
	switch later := t.Time.AddDate(100, 0, 0); t.To {
	case event.Resolved:
		a.Resolved = &t.Time
	case event.Snoozed:
		a.SnoozedUntil = &later
	case event.Acked:
		a.AckedAt = &t.Time
	}
	return a
}
