package triage

import (
	"testing"
	"time"

	"foghorn/journal/event"
)

var (
	syncSending = event.Sync{State: event.SyncSending}
	syncPending = event.Sync{State: event.SyncPending}
	syncDone    = event.Sync{State: event.SyncDone}
)

func syncFailed(reason string) event.Sync {
	return event.Sync{State: event.SyncFailed, Reason: reason}
}

// A person acks an alert of Mist's, and the cloud answers: who has the last word
// on it, and what becomes of earlier words.
func TestHowTheCloudTookAnAck(t *testing.T) {
	at := hour("10:00")
	var m *Machine
	var alert int64
	rows := newLedger()
	write := func() {
		for _, a := range m.Changes().Alerts {
			rows.alerts[a.ID] = clone(*a)
		}
	}
	say := func(id int64, act event.SignalType, minutes int) {
		e := event.Event{ID: id, Time: at.Add(time.Duration(minutes) * time.Minute), Received: at.Add(time.Duration(minutes) * time.Minute),
			Signal: &event.Signal{Key: "k", Kind: "device_down", Type: act, Title: "ap is down", MistAlarmID: "a1"}}
		if err := m.Event(&e, rows); err != nil {
			t.Fatal(err)
		}
		write()
	}
	do := func(id int64, action string, sync event.Sync) *event.Activity {
		a := &event.Activity{ID: id, Time: at.Add(time.Minute), Actor: "anna", Action: action, Target: event.AlertTarget(alert), Sync: sync}
		if err := m.Activity(a, rows); err != nil {
			t.Fatal(err)
		}
		write()
		return a
	}
	result := func(of *event.Activity, sync event.Sync) {
		if err := m.Result(of, sync, at.Add(2*time.Minute), rows); err != nil {
			t.Fatal(err)
		}
		write()
	}
	shows := func(what, owner string, sync event.Sync) {
		t.Helper()
		if a := rows.alerts[alert]; a.Owner != owner || a.Sync != sync {
			t.Errorf("%s: owned by %q, sync %q; want %q, %q", what, a.Owner, a.Sync, owner, sync)
		}
	}
	for _, reload := range []bool{false, true} {
		m, rows, alert = New(DefaultRules()), newLedger(), 1
		again := func() {
			if reload { // what a machine loaded from the view has
				m = New(DefaultRules())
			}
		}
		say(1, event.Raise, 0)
		ack := do(2, event.ActionAck, syncSending)
		shows("acked", "anna", syncSending)
		again()
		result(ack, syncPending)
		shows("queued", "anna", syncPending)
		again()
		result(ack, syncDone)
		shows("taken", "anna", syncDone)

		unack := do(3, event.ActionUnack, syncSending)
		result(ack, syncFailed("too late"))
		shows("the result of what was taken back since", "", syncSending)
		result(unack, syncDone)
		shows("given back", "", syncDone)

		refused := do(4, event.ActionAck, syncSending)
		again()
		result(refused, syncFailed("no rights on this site"))
		shows("refused", "anna", syncFailed("no rights on this site"))
		do(5, event.ActionUnack, syncFailed("no rights on this site"))
		shows("rolled back", "", syncFailed("no rights on this site"))

		portal := do(6, event.ActionAck, event.Sync{})
		shows("acked in the portal", "anna", event.Sync{})
		result(refused, syncDone)
		shows("an older result", "anna", event.Sync{})

		say(7, event.Resolve, 5)
		last := do(8, event.ActionAck, syncSending)
		again()
		say(9, event.Raise, 9)
		shows("lapsed with the next outage", "", event.Sync{})
		result(last, syncDone)
		result(portal, syncDone)
		shows("the result of what lapsed", "", event.Sync{})
		result(&event.Activity{ID: 10, Target: "device:5c5b35000001"}, syncDone)
		result(&event.Activity{ID: 11, Target: event.AlertTarget(77)}, syncDone)
	}
}
