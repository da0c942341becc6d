package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"foghorn/internal/safetext"
	"foghorn/journal"
	"foghorn/journal/event"
)

// showOne reads one event or alert by its id and prints it as JSON.
func showOne(ctx context.Context, e *env, arg, what string, read func(context.Context, *journal.Journal, int64) ([]byte, error)) error {
	id, err := parseID(arg, what)
	if err != nil {
		return err
	}
	return e.read(ctx, func(_ *settings, j *journal.Journal) error {
		row, err := read(ctx, j, id)
		if err != nil {
			return explainMissing(ctx, j, what, id, err)
		}
		_, err = e.stdout.Write(append(row, '\n'))
		return err
	})
}

// explainMissing says of an id that has no row of the kind what it belongs to instead,
// and which command shows that. Other errors pass.
func explainMissing(ctx context.Context, j *journal.Journal, what string, id int64, err error) error {
	if !errors.Is(err, event.ErrNotFound) {
		return err
	}
	instead := ""
	switch what {
	case "delivery":
		if instead = recordIs(ctx, j, id); instead == "" {
			instead = eventIs(ctx, j, id, what)
		}
	default:
		instead = eventIs(ctx, j, id, what)
		seq, place := event.SplitID(id)
		if r, failed := j.Log.Get(ctx, id); instead == "" && failed == nil && r.Kind <= event.RecordRefusal {
			instead = fmt.Sprintf("%d is a delivery: foghorn deliveries show %d", id, id)
		}
		if it := recordIs(ctx, j, seq); instead == "" && it != "" {
			instead = fmt.Sprintf("its record has no event %d: %s", place, it)
		}
	}
	name := fmt.Sprint(id)
	if what != "delivery" {
		name = event.ShortID(id)
	}
	if instead != "" {
		return fmt.Errorf("no %s %s; %s", what, name, instead)
	}
	hint := ""
	if older := event.OlderIDHint(id); older != "" && what != "delivery" {
		hint = "; " + older
	}
	return fmt.Errorf("no %s %s: there never was one, or retention has removed it%s", what, name, hint)
}

// eventIs says what the event of an id is, in place of the kind that was asked for.
func eventIs(ctx context.Context, j *journal.Journal, id int64, what string) string {
	ev, err := j.Event(ctx, id)
	if err != nil {
		return ""
	}
	short := event.ShortID(id)
	if what == "alert" && ev.AlertID != 0 {
		alert := event.ShortID(ev.AlertID)
		return fmt.Sprintf("%s is an event of alert %s: foghorn alerts show %s", short, alert, alert)
	}
	return fmt.Sprintf("%s is an event (%s): foghorn events show %s", short, safetext.Line(ev.Text), short)
}

// recordIs says what a record of the log is, and what shows it.
func recordIs(ctx context.Context, j *journal.Journal, seq int64) string {
	r, err := j.Log.Get(ctx, seq)
	if err != nil {
		return ""
	}
	said := fmt.Sprintf("record %d is %s", seq, r.Kind)
	switch r.Kind {
	case event.RecordDelivery, event.RecordRefusal:
		return fmt.Sprintf("%s: foghorn deliveries show %d", said, seq)
	case event.RecordObservation:
		said += ", which foghorn made itself"
		if events, err := j.DeliveryEvents(ctx, seq, 1); err == nil && len(events) > 0 {
			return said + ": foghorn events show " + event.ShortID(events[0].ID)
		}
		return said + " and led to no event"
	case event.RecordActivity:
		return said + activityIs(r)
	}
	return said
}

// activityIs says who did what, and where that is shown.
func activityIs(r event.Record) string {
	a, err := r.Activity()
	if err != nil {
		return ""
	}
	said := " (" + safetext.Line(strings.TrimSpace(a.Action+" by "+a.Actor)) + ")"
	if id, ok := event.AlertIDOf(a.Target); ok {
		return said + ": foghorn alerts show " + event.ShortID(id)
	}
	return said
}
