package actions_test

import (
	"context"
	"errors"
	"testing"

	"foghorn/actions"
	"foghorn/journal/event"
)

func TestARestoreIsAnActivityWithItsOutcome(t *testing.T) {
	d := open(t)
	admin := actions.Operator{Person: "ada", Role: actions.RoleAdmin, Via: event.ViaCLI}
	r := actions.Restoration{Source: "acme", Object: "o/s/wlans/w.json", Name: "Guest", When: "2026-03-03T10:00:00Z"}
	refused := errors.New("step 2 of 3: 403\x1b[2J")
	done := 0
	for _, outcome := range []error{nil, refused} {
		err := d.process(nil).Restore(d.ctx, admin, r, func(context.Context) error {
			done++
			return outcome
		})
		if !errors.Is(err, outcome) {
			t.Errorf("%v for %v", err, outcome)
		}
	}
	d.project()
	acts, err := d.view.Activities(d.ctx, "object:o/s/wlans/w.json", 10)
	d.must(err)
	if len(acts) != 2 {
		t.Fatalf("%d activities: %+v", len(acts), acts)
	}
	for i, want := range []event.Sync{{State: event.SyncFailed, Reason: `step 2 of 3: 403\x1b[2J`}, {State: event.SyncDone}} {
		if a := acts[i]; a.Sync != want || a.Action != event.ActionRestore || a.Actor != "ada" || a.Before != "Guest" || a.After != r.When || a.Source != "acme" {
			t.Errorf("activity %d is %+v, want %+v", i, a, want)
		}
	}
}

func TestWhoMayNotRestoreSendsNothing(t *testing.T) {
	d := open(t)
	never := func(context.Context) error {
		t.Error("it was carried out")
		return nil
	}
	var role *actions.RoleError
	err := d.process(nil).Restore(d.ctx, actions.Operator{Person: "bob", Role: actions.RoleOperator}, actions.Restoration{}, never)
	if !errors.As(err, &role) || role.Required != actions.RoleAdmin {
		t.Errorf("an operator: %v", err)
	}
	reading := d.process(func(o *actions.Options) { o.ReadOnly = true })
	if err := reading.Restore(d.ctx, actions.Operator{Role: actions.RoleAdmin}, actions.Restoration{}, never); !errors.Is(err, actions.ErrReadOnly) {
		t.Errorf("read-only: %v", err)
	}
}
