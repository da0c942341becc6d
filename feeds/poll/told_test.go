package poll_test

import (
	"strings"
	"testing"
	"time"

	"foghorn/journal/event"
	"foghorn/mist"
	"foghorn/mist/mistsim"
)

func TestWhatNoWebhookToldIsFoundOnce(t *testing.T) {
	t.Parallel()
	s := newStage(t, small)
	s.run(10 * time.Minute)
	if n := len(s.of("alarms")) + len(s.of("device-events")) + len(s.of("audits")); n != 0 {
		t.Fatalf("%d things told of a cloud where nothing happened", n)
	}
	ids := s.cloud.RaiseAlarms(3)
	s.run(3 * time.Minute)
	if n := len(s.of("alarms")); n != 3 {
		t.Fatalf("%d of 3 alarms told", n)
	}
	s.run(3 * time.Hour)
	if n := len(s.of("alarms")); n != 3 {
		t.Errorf("3 alarms were told %d times", n)
	}
	if s.of("alarms")[0]["id"] != ids[0] {
		t.Errorf("told %v", s.of("alarms")[0])
	}
}

func TestAnAlarmThatTheViewHasIsNotTold(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.run(time.Minute)
	ids := s.cloud.RaiseAlarms(2)
	s.alerts[ids[0]] = event.Alert{ID: 17, MistAlarmID: ids[0], Opened: s.clock.Now(), LastSeen: s.clock.Now(), Count: 1}
	s.run(5 * time.Minute)
	if got := s.of("alarms"); len(got) != 1 || got[0]["id"] != ids[1] {
		t.Errorf("told %v", got)
	}
}

func TestAnAckInThePortalIsOneHere(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.run(time.Minute)
	id := s.cloud.RaiseAlarms(1)[0]
	alert := event.Alert{ID: 17, MistAlarmID: id, Opened: s.clock.Now().Add(-time.Minute), LastSeen: s.clock.Now(), Count: 1}
	s.alerts[id] = alert
	s.run(5 * time.Minute)
	admin := s.cloud.Org().Admins[0]
	s.cloud.PortalAck(admin.Name, "on my way", id)
	acked := s.clock.Now()
	s.run(5 * time.Minute)
	if len(s.acts) != 1 {
		t.Fatalf("%d activities: %+v", len(s.acts), s.acts)
	}
	a := s.acts[0]
	if a.Action != event.ActionAck || !strings.HasPrefix(a.Actor, admin.Name) || a.Reason != "on my way" || a.Target != event.AlertTarget(17) ||
		a.Source != "acme" || a.Sync.State != event.SyncDone || a.Time.Sub(acked).Abs() > time.Second {
		t.Errorf("activity %+v, acked %v", a, acked)
	}
	// The projector has applied it; then a person here takes it back, which the
	// cloud has not heard of yet.
	alert.AckedAt, alert.Sync.State = &acked, event.SyncDone
	s.alerts[id] = alert
	s.run(10 * time.Minute)
	alert.AckedAt, alert.Sync.State = nil, event.SyncSending
	s.alerts[id] = alert
	s.run(10 * time.Minute)
	if len(s.acts) != 1 {
		t.Errorf("ours on its way was overruled: %+v", s.acts[1:])
	}
}

func TestAnAckTakenBackInThePortalIsTakenBackHere(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.run(time.Minute)
	ids := s.cloud.RaiseAlarms(3)
	acked := s.clock.Now()
	for i, state := range []event.SyncState{event.SyncDone, event.SyncNone, event.SyncPending} {
		s.alerts[ids[i]] = event.Alert{ID: int64(17 + i), MistAlarmID: ids[i], Opened: acked, LastSeen: acked, Count: 1, AckedAt: &acked, Sync: event.Sync{State: state}}
	}
	s.run(90 * time.Second)
	if len(s.acts) != 0 {
		t.Errorf("an ack of a moment ago was taken back: the cloud's search lags: %+v", s.acts)
	}
	s.run(5 * time.Minute)
	if len(s.acts) != 1 || s.acts[0].Action != event.ActionUnack || s.acts[0].Target != event.AlertTarget(17) {
		t.Errorf("activities %+v", s.acts)
	}
}

// An ack that was given back is old, and the cloud heard of it only now: that its
// search does not know it yet is no un-ack in the portal.
func TestAnAckGivenBackIsNotTakenForAnUnackInThePortal(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.run(time.Minute)
	id := s.cloud.RaiseAlarms(1)[0]
	acked := s.clock.Now().Add(-time.Hour)
	s.done = map[int64]event.Activity{9: {ID: 9, Time: s.clock.Now(), Actor: "bob", Action: event.ActionUndo}}
	s.alerts[id] = event.Alert{ID: 17, MistAlarmID: id, Opened: acked, LastSeen: acked, Count: 1, Owner: "ann", AckedAt: &acked, Sync: event.Sync{State: event.SyncDone}, SyncActivity: 9}
	s.run(90 * time.Second)
	if len(s.acts) != 0 {
		t.Errorf("the undo was undone: %+v", s.acts)
	}
	s.run(5 * time.Minute)
	if len(s.acts) != 1 || s.acts[0].Action != event.ActionUnack {
		t.Errorf("a real un-ack is not seen: %+v", s.acts)
	}
}

func TestTopicsAreNotPolledWhileWebhooksDeliverThem(t *testing.T) {
	t.Parallel()
	s := newStage(t, small)
	path := "GET /api/v1/orgs/{org_id}/devices/events/search"
	s.run(time.Minute)
	first := s.cloud.Calls()[path]
	if first != 1 {
		t.Fatalf("%d calls at the start", first)
	}
	s.last[event.ViaWebhook] = event.Event{Topic: "device-events", Received: s.clock.Now()}
	s.run(50 * time.Minute)
	if n := s.cloud.Calls()[path]; n != first {
		t.Errorf("polled %d times while webhooks deliver", n-first)
	}
	s.run(time.Hour) // and they are silent now
	if n := s.cloud.Calls()[path] - first; n < 20 {
		t.Errorf("polled %d times when they no longer do", n)
	}
}

func TestAGapIsFilledAtOnce(t *testing.T) {
	t.Parallel()
	s := newStage(t, small)
	s.run(30 * time.Minute)
	began := s.clock.Now()
	s.cloud.RaiseAlarms(2)
	n, err := s.poll.Fill(t.Context(), began)
	if err != nil || n == 0 || len(s.of("alarms")) != 2 {
		t.Errorf("filled %d, %v; told %d alarms", n, err, len(s.of("alarms")))
	}
	s.run(10 * time.Minute)
	if got := len(s.of("alarms")); got != 2 {
		t.Errorf("told %d times", got)
	}
	s.cloud.Revoke(mistsim.AdminToken)
	if _, err := s.poll.Fill(t.Context(), began); !mist.IsKind(err, mist.KindAuth) {
		t.Errorf("got %v", err)
	}
}
