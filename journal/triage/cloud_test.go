package triage

import (
	"testing"
	"time"

	"foghorn/journal/event"
)

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
	do := func(id int64, action, cloud string) *event.Activity {
		a := &event.Activity{ID: id, Time: at.Add(time.Minute), Actor: "anna", Action: action, Target: event.AlertTarget(alert), Cloud: cloud}
		if err := m.Activity(a, rows); err != nil {
			t.Fatal(err)
		}
		write()
		return a
	}
	result := func(of *event.Activity, cloud string) {
		if err := m.Result(of, cloud, at.Add(2*time.Minute), rows); err != nil {
			t.Fatal(err)
		}
		write()
	}
	stands := func(what, owner, cloud string) {
		t.Helper()
		if a := rows.alerts[alert]; a.Owner != owner || a.Cloud != cloud {
			t.Errorf("%s: owned by %q, cloud %q; want %q, %q", what, a.Owner, a.Cloud, owner, cloud)
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
		ack := do(2, event.ActionAck, event.CloudSending)
		stands("acked", "anna", event.CloudSending)
		again()
		result(ack, event.CloudPending)
		stands("queued", "anna", event.CloudPending)
		again()
		result(ack, event.CloudDone)
		stands("taken", "anna", event.CloudDone)

		unack := do(3, event.ActionUnack, event.CloudSending)
		result(ack, "too late")
		stands("the result of what was taken back since", "", event.CloudSending)
		result(unack, event.CloudDone)
		stands("given back", "", event.CloudDone)

		refused := do(4, event.ActionAck, event.CloudSending)
		again()
		result(refused, "no rights on this site")
		stands("refused", "anna", "no rights on this site")
		do(5, event.ActionUnack, "no rights on this site")
		stands("rolled back", "", "no rights on this site")

		portal := do(6, event.ActionAck, "")
		stands("acked in the portal", "anna", "")
		result(refused, event.CloudDone)
		stands("an older result", "anna", "")

		say(7, event.Resolve, 5)
		last := do(8, event.ActionAck, event.CloudSending)
		again()
		say(9, event.Raise, 9)
		stands("lapsed with the next outage", "", "")
		result(last, event.CloudDone)
		result(portal, event.CloudDone)
		stands("the result of what lapsed", "", "")
		result(&event.Activity{ID: 10, Target: "device:5c5b35000001"}, event.CloudDone)
		result(&event.Activity{ID: 11, Target: event.AlertTarget(77)}, event.CloudDone)
	}
}
