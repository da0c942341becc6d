package projector

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"foghorn/journal/event"
	"foghorn/journal/priority"
)

// TestCommittedGetsWhatASliceAdded also holds what it does not get: anything at
// or before CommittedAfter, and anything twice.
func TestCommittedGetsWhatASliceAdded(t *testing.T) {
	down := testEvent{ID: "ap1 down", Act: event.Raise, Key: "ap1"}
	rename := activity(3, event.Activity{Actor: "anna", Action: event.ActionRename, Target: event.DeviceTarget("m1"), After: "lobby", Sync: event.Sync{State: event.SyncSending}})
	l := newLog(
		delivery(0, "acme", testEvent{ID: "old"}),
		delivery(1, "acme", down),
		delivery(2, "site", down, testEvent{ID: "chatter"}),
		rename,
		activity(4, event.Activity{Action: event.ActionResult, Target: event.ActivityTarget(4), Sync: event.Sync{State: event.SyncDone}}),
	)
	for _, records := range []int{1, 2, 100} {
		var lines []string
		position := int64(1)
		v := newView()
		p := newProjector(t, l, v, func(o *Options) {
			o.Records, o.CommittedAfter = records, 1
			o.Priorities = &priority.Live{}
			o.Priorities.Set(priority.Compile(priority.Table{"": {Filter: []string{"chatter"}}}))
			o.Committed = func(c Commit) {
				v.read(func(s *memState) {
					if c.Position <= position || s.Position != c.Position {
						t.Errorf("called at %d after %d, with the view at %d", c.Position, position, s.Position)
					}
				})
				position = c.Position
				for _, e := range c.Events {
					lines = append(lines, fmt.Sprintf("stored %d of alert %d: %s", e.ID, e.AlertID, e.Text))
				}
				for _, e := range c.NotStored {
					lines = append(lines, fmt.Sprintf("not stored %d: %s", e.ID, e.Text))
				}
				for _, a := range c.Activities {
					lines = append(lines, fmt.Sprintf("%s %d is %s", a.Action, a.ID, a.Sync.State))
				}
			}
		})
		if err := p.CatchUp(context.Background(), nil); err != nil {
			t.Fatal(err)
		}
		a, b, c := event.ID(2, 0), event.ID(3, 0), event.ID(3, 1)
		want := fmt.Sprintf("stored %d of alert %d: ap1 down|not stored %d: ap1 down|not stored %d: chatter|"+
			"rename 4 is sending|rename 4 is done|result 5 is done", a, a, b, c)
		if got := strings.Join(lines, "|"); got != want {
			t.Errorf("slices of %d records:\n got %s\nwant %s", records, got, want)
		}
	}
}

// TestCommittedIsNotCalledForWhatFailed fails the commit once.
func TestCommittedIsNotCalledForWhatFailed(t *testing.T) {
	v := newView()
	calls := 0
	p := newProjector(t, newLog(delivery(0, "acme", testEvent{ID: "one"})), v, func(o *Options) {
		o.Committed = func(c Commit) { calls += len(c.Events) }
	})
	v.failing = true
	if err := p.CatchUp(context.Background(), nil); err == nil || calls != 0 {
		t.Fatalf("err %v, %d events", err, calls)
	}
	v.failing = false
	if err := p.CatchUp(context.Background(), nil); err != nil || calls != 1 {
		t.Fatalf("err %v, %d events, want 1", err, calls)
	}
}

// A commit carries the events that its receiver asked for, and the receive time of
// its newest record, whatever that record holds.
func TestACommitCarriesOnlyTheEventsAskedFor(t *testing.T) {
	l := newLog(delivery(0, "acme", testEvent{ID: "ap1 down"}, testEvent{ID: "chatter"}), delivery(1, "acme", testEvent{ID: "more chatter"}))
	var got Commit
	p := newProjector(t, l, newView(), func(o *Options) {
		o.CommittedEvent = func(e *event.Event) bool { return e.Text == "ap1 down" }
		o.Committed = func(c Commit) { got = c }
	})
	if err := p.CatchUp(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	newest, err := l.records[1].Delivery()
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Events) != 1 || got.Events[0].Text != "ap1 down" || !got.Received.Equal(newest.Received) || newest.Received.IsZero() {
		t.Errorf("%+v, want the time %v", got, newest.Received)
	}
}
