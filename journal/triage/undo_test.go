package triage

import (
	"testing"
	"time"

	"foghorn/journal/event"
)

// What events decided between an action and its undo stays: an outage that ended
// is over, and an ack of the outage before does not come back for a new one.
func TestUndoKeepsWhatEventsDecidedMeanwhile(t *testing.T) {
	for _, c := range []struct {
		name   string
		before string // what stands before the action
		action string
		then   string // what events do
		owner  string
		acked  bool
		state  event.State
	}{
		{"nothing happened", "10:01 ack anna", "10:10 unack", "", "anna", true, event.Acked},
		{"it ended", "10:01 ack anna", "10:10 ack bo", "10:11 up", "anna", true, event.Resolved},
		{"it came back: both acks are of the outage before", "10:01 ack anna", "10:10 ack bo", "10:11 up\n10:12 down", "", false, event.Open},
		{"it came back: the ack that is gone was of the outage before", "10:01 ack anna", "10:10 unack", "10:11 up\n10:12 down", "", false, event.Open},
		{"it came back before the action, and the ack was of the new outage", "10:01 up\n10:02 down\n10:03 ack anna", "10:10 unack", "", "anna", true, event.Acked},
		{"the owner's clock is behind", "09:55 ack anna @10:01", "10:10 unack", "", "anna", true, event.Acked},
		{"nobody had it", "", "10:10 ack bo", "10:11 up\n10:12 down", "", false, event.Open},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newStoryRun(t)
			w.play("10:00 down\n" + c.before + "\n" + c.action)
			of := w.last
			w.play(c.then)
			a := event.Activity{ID: 99, Time: hour("10:15"), Actor: "bo", Action: event.ActionUndo, Target: of.Target, Undoes: of.ID}
			if err := w.m.Undo(&a, &of, w.rows); err != nil {
				t.Fatal(err)
			}
			id, _ := event.AlertIDOf(of.Target)
			got, err := w.m.findID(id, w.rows)
			if err != nil {
				t.Fatal(err)
			}
			if got.Owner != c.owner || (got.AckedAt != nil) != c.acked || got.State != c.state {
				t.Errorf("the alert is %s of %q, acked %v; the undo says %q", got.State, got.Owner, got.AckedAt, a.Result)
			}
		})
	}
}

// Why Mist is not told stays to be read with the ack.
func TestAResultThatIsThereIsNotOverwritten(t *testing.T) {
	w := newStoryRun(t)
	w.play("10:00 down")
	a := event.Activity{Time: hour("10:01"), Actor: "anna", Action: event.ActionAck, Target: "alert:10000", Result: "here only: acme has no token"}
	if err := w.m.Activity(&a, w.rows); err != nil {
		t.Fatal(err)
	}
	if a.Result != "here only: acme has no token" || a.Became == nil || a.Became.Owner != "anna" {
		t.Errorf("%+v", a)
	}
}

func TestTakenFromNamesWhoLostIt(t *testing.T) {
	at := time.Unix(0, 0)
	anna, bo, nobody := &event.OperatorFields{Owner: "anna", AckedAt: &at}, &event.OperatorFields{Owner: "bo", AckedAt: &at}, &event.OperatorFields{}
	for _, c := range []struct {
		was, became *event.OperatorFields
		want        string
	}{
		{anna, bo, "anna"}, {anna, nobody, "anna"}, {nobody, bo, ""}, {bo, bo, ""}, {bo, nobody, ""}, {anna, anna, ""}, {nil, nil, ""},
	} {
		a := event.Activity{Actor: "bo", Was: c.was, Became: c.became}
		if got := a.TakenFrom(); got != c.want {
			t.Errorf("from %+v to %+v: taken from %q, want %q", c.was, c.became, got, c.want)
		}
	}
}
