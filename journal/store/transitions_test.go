package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"foghorn/journal/event"
)

func transition(record int64, place int, alert int64, n int) event.Transition {
	return event.Transition{
		Cursor: event.TransitionCursor{Record: record, Place: place}, AlertID: alert, N: n, Time: began.Add(time.Duration(record) * time.Second),
		From: event.Open, To: event.Acked, Severity: event.Critical, CauseEvent: 7, CauseActivity: record,
	}
}

// TestTransitionsAreReadOldestFirstFromACursor reads them in pages of every size.
func TestTransitionsAreReadOldestFirstFromACursor(t *testing.T) {
	ctx := context.Background()
	v := openTestView(t, t.TempDir(), Options{})
	if c, err := v.LastTransition(ctx); err != nil || c != (event.TransitionCursor{}) {
		t.Fatalf("an empty view has %v last, %v", c, err)
	}
	all := []event.Transition{transition(1, 0, 5, 1), transition(1, 1, 4, 1), transition(3, 0, 5, 2), transition(3, 1, 4, 2), transition(3, 2, 4, 3), transition(12, 0, 5, 3)}
	update(t, v, func(tx Tx) error {
		var errs []error
		for i := range all {
			errs = append(errs, tx.PutTransition(&all[i]))
		}
		return errors.Join(errs...)
	})
	for limit := range len(all) + 2 {
		var got []event.Transition
		var at event.TransitionCursor
		for {
			page, err := v.Transitions(ctx, at, limit)
			if err != nil || limit > 0 && len(page) > limit {
				t.Fatalf("limit %d: %d rows, %v", limit, len(page), err)
			}
			if len(page) == 0 {
				break
			}
			got, at = append(got, page...), page[len(page)-1].Cursor
		}
		if !slices.Equal(got, all) {
			t.Errorf("limit %d:\n got %+v\nwant %+v", limit, got, all)
		}
	}
	of, err := v.AlertTransitions(ctx, 4)
	if want := []event.Transition{all[1], all[3], all[4]}; err != nil || !slices.Equal(of, want) {
		t.Errorf("those of one alert are %+v, %v", of, err)
	}
	if c, err := v.LastTransition(ctx); err != nil || c != all[len(all)-1].Cursor {
		t.Errorf("the last is at %v, %v", c, err)
	}
	for _, twice := range []event.Transition{transition(99, 0, 5, 3), transition(3, 1, 6, 1)} {
		if err := v.Update(ctx, func(tx Tx) error { return tx.PutTransition(&twice) }); err == nil {
			t.Errorf("%+v was put beside another of its number or its place", twice)
		}
	}
}

// TestRetentionTakesTransitionsWithTheirAlert keeps those of an alert that lives on,
// and the last cursor even when its transition is gone.
func TestRetentionTakesTransitionsWithTheirAlert(t *testing.T) {
	j := newJournal(t)
	lives, ended := j.receive("alarms", 10), j.receive("alarms", 10)
	for i, seq := range []int64{lives, ended} {
		j.alert(seq, seq == ended)
		s := transition(seq, i, event.ID(seq, 0), 1)
		update(t, j.view, func(tx Tx) error { return tx.PutTransition(&s) })
	}
	j.now = j.now.Add(48 * time.Hour)
	j.receive("alarms", 10)
	j.trim(limits())
	left, err := j.view.Transitions(context.Background(), event.TransitionCursor{}, 0)
	if err != nil {
		t.Fatal(err)
	}
	var of []string
	for _, s := range left {
		seq, _ := event.SplitID(s.AlertID)
		of = append(of, fmt.Sprint(seq == lives))
	}
	if !slices.Equal(of, []string{"true"}) {
		t.Errorf("of an alert that ended and one that is open these are left: %+v", left)
	}
	if c, err := j.view.LastTransition(context.Background()); err != nil || c != (event.TransitionCursor{Record: ended, Place: 1}) {
		t.Errorf("the last cursor is %v, %v", c, err)
	}
}
