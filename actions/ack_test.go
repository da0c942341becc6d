package actions_test

import (
	"strings"
	"testing"
	"time"

	"foghorn/actions"
	"foghorn/journal/event"
	"foghorn/mist/mistsim"
)

func TestAckingManyAlarmsTakesACallForEachThousand(t *testing.T) {
	d := open(t)
	ids := d.alarms(manyAlarms)
	acts := d.process(nil)
	d.do(acts, d.acks(event.ActionAck, "switch is replaced", ids...)...)
	if a := d.alert(ids[7]); a.State != event.Acked || a.Owner != "ada" || a.Sync.State != event.SyncSending {
		t.Fatalf("before Mist answered the alert is %s of %q, sync %q", a.State, a.Owner, a.Sync)
	}
	if n := d.cloud.Calls()[ackCall]; n != 0 {
		t.Fatalf("%d calls before anybody sends", n)
	}
	results := acts.Flush(d.ctx)
	if n, want := d.cloud.Calls()[ackCall], (manyAlarms+999)/1000; n != want {
		t.Errorf("%d calls for %d alarms, want %d", n, manyAlarms, want)
	}
	if len(results) != manyAlarms {
		t.Errorf("%d results", len(results))
	}
	for _, id := range []string{ids[0], ids[999], ids[1000], ids[manyAlarms-1]} {
		if a := d.alert(id); a.Sync.State != event.SyncDone || a.Owner != "ada" {
			t.Errorf("alert of %s: owner %q, sync %q", id, a.Owner, a.Sync)
		}
		if a := d.inCloud(id); !a.Acked || a.Note != "switch is replaced" {
			t.Errorf("in the cloud %s is acked %v with note %q", id, a.Acked, a.Note)
		}
	}
}

func TestWhatMistRefusesIsTakenBackWithItsReason(t *testing.T) {
	d := open(t)
	ids := d.alarms(2)
	acts := d.process(func(o *actions.Options) { o.Clouds[0].API = d.client(mistsim.ReadToken) })
	d.do(acts, d.acks(event.ActionAck, "", ids...)...)
	acts.Flush(d.ctx)
	a := d.alert(ids[0])
	if a.State != event.Open || a.Owner != "" {
		t.Errorf("after the refusal the alert is %s of %q", a.State, a.Owner)
	}
	if !strings.Contains(a.Sync.Reason, "no rights") || !strings.Contains(a.Sync.Reason, "403") {
		t.Errorf("the alert says %q, and not what Mist said", a.Sync)
	}
	if len(d.told) != 2 || !strings.Contains(d.told[0].Result, "no rights") {
		t.Errorf("the screen is told %+v", d.told)
	}
}

func TestARefusedUnackGivesTheAlertBackToItsOwner(t *testing.T) {
	d := open(t)
	ids := d.alarms(1)
	acts := d.process(nil)
	d.do(acts, d.acks(event.ActionAck, "mine", ids...)...)
	acts.Flush(d.ctx)
	d.project()
	other := d.process(func(o *actions.Options) { o.Clouds[0].API = d.client(mistsim.ReadToken) })
	request := d.acks(event.ActionUnack, "", ids...)
	request[0].Actor = "bob"
	d.do(other, request...)
	if a := d.alert(ids[0]); a.State != event.Open {
		t.Fatalf("the unack does not show at once: %s", a.State)
	}
	other.Flush(d.ctx)
	if a := d.alert(ids[0]); a.State != event.Acked || a.Owner != "ada" || a.Note != "mine" {
		t.Errorf("the alert is %s of %q with note %q", a.State, a.Owner, a.Note)
	}
}

func TestOneAlarmMistDoesNotHaveTakesNoOtherAckBack(t *testing.T) {
	d := open(t)
	ids := d.alarms(300)
	stranger := "00000000-1111-2222-3333-444444444444"
	d.deliver("alarms", event.Verified, "", map[string]any{"id": stranger, "type": "rogue_ap", "group": "security", "severity": "warn", "count": 1,
		"org_id": d.cloud.Org().ID, "site_id": d.cloud.Org().Sites[0].ID, "timestamp": noon.Unix(), "last_seen": noon.Unix(), "bssids": []string{"x"}})
	acts := d.process(nil)
	d.do(acts, d.acks(event.ActionAck, "", append(ids, stranger)...)...)
	acts.Flush(d.ctx)
	if a := d.alert(stranger); a.State != event.Open || !strings.Contains(a.Sync.Reason, "not found") {
		t.Errorf("the stranger is %s: %q", a.State, a.Sync)
	}
	for _, id := range ids {
		if a := d.alert(id); a.Sync.State != event.SyncDone {
			t.Fatalf("alert of %s: sync %q", id, a.Sync)
		}
	}
	if n := d.cloud.Calls()[ackCall]; n > 24 {
		t.Errorf("%d calls to find one alarm", n)
	}
}

func TestAnAckWhileOfflineWaitsAndIsSentByTheCollector(t *testing.T) {
	d := open(t)
	ids := d.alarms(3)
	acts := d.process(nil)
	d.online(false)
	d.do(acts, d.acks(event.ActionAck, "", ids...)...)
	acts.Flush(d.ctx)
	if a := d.alert(ids[0]); a.State != event.Acked || a.Sync.State != event.SyncPending {
		t.Fatalf("offline the alert is %s, sync %q", a.State, a.Sync)
	}
	collector := d.process(nil).Retrier()
	collector.RetryDue(d.ctx)
	d.project()
	before := d.requestsMade()
	collector.RetryDue(d.ctx)
	if d.requestsMade() != before {
		t.Error("the cloud is asked again at once after it could not be reached")
	}
	d.online(true)
	d.clock.Advance(6 * time.Minute)
	collector.RetryDue(d.ctx)
	if a := d.alert(ids[2]); a.Sync.State != event.SyncDone {
		t.Fatalf("back online the alert says %q", a.Sync)
	}
	calls := d.cloud.Calls()[ackCall]
	if calls != 1 {
		t.Errorf("%d calls reached the cloud, want 1", calls)
	}
	d.clock.Advance(time.Hour)
	collector.RetryDue(d.ctx)
	if n := d.cloud.Calls()[ackCall]; n != calls {
		t.Error("what was sent is sent again")
	}
}

func TestABlockedTokenKeepsAcksWaitingUntilItsHourIsOver(t *testing.T) {
	d := open(t)
	ids := d.alarms(1)
	d.cloud.Faults().Order(mistsim.Order{Kind: mistsim.Storm, Times: 1, Delay: 10 * time.Minute})
	acts := d.process(nil)
	d.do(acts, d.acks(event.ActionAck, "", ids...)...)
	acts.Flush(d.ctx)
	if a := d.alert(ids[0]); a.Sync.State != event.SyncPending || a.State != event.Acked {
		t.Fatalf("the alert is %s, sync %q", a.State, a.Sync)
	}
	retrier := acts.Retrier()
	retrier.RetryDue(d.ctx)
	d.clock.Advance(9 * time.Minute)
	retrier.RetryDue(d.ctx)
	if n := d.cloud.Calls()[ackCall]; n > 1 {
		t.Fatalf("%d calls while the token was blocked", n)
	}
	d.clock.Advance(2 * time.Minute)
	retrier.RetryDue(d.ctx)
	if a := d.alert(ids[0]); a.Sync.State != event.SyncDone {
		t.Errorf("afterwards the alert says %q", a.Sync)
	}
}

func TestTheCollectorTakesOverFromAProcessThatDied(t *testing.T) {
	d := open(t)
	ids := d.alarms(2)
	// Never flushed: the process died after its append.
	d.do(d.process(nil), d.acks(event.ActionAck, "", ids...)...)
	d.project()
	collector := d.process(nil).Retrier()
	collector.RetryDue(d.ctx)
	if n := d.cloud.Calls()[ackCall]; n != 0 {
		t.Fatal("the collector does not wait for the process that is at it")
	}
	d.clock.Advance(31 * time.Second)
	collector.RetryDue(d.ctx)
	if a := d.alert(ids[1]); a.Sync.State != event.SyncDone || a.Owner != "ada" {
		t.Errorf("the alert of %q says %q", a.Owner, a.Sync)
	}
	if n := d.cloud.Calls()[ackCall]; n != 1 {
		t.Errorf("%d calls, want 1", n)
	}
}

func TestAnOlderWishIsNotSentOverANewerOne(t *testing.T) {
	d := open(t)
	ids := d.alarms(1)
	acts := d.process(nil)
	d.online(false)
	d.do(acts, d.acks(event.ActionAck, "", ids...)...)
	acts.Flush(d.ctx)
	d.online(true)
	d.project()
	d.do(acts, d.acks(event.ActionUnack, "", ids...)...)
	acts.Flush(d.ctx)
	d.project()
	d.clock.Advance(time.Hour)
	acts.Retrier().RetryDue(d.ctx)
	if a := d.inCloud(ids[0]); a.Acked {
		t.Error("the ack that was taken back is in the cloud")
	}
	if left, err := d.view.PendingActivities(d.ctx); err != nil || len(left) > 0 {
		d.project()
		if left, err = d.view.PendingActivities(d.ctx); err != nil || len(left) > 0 {
			t.Errorf("%d activities wait forever (%v)", len(left), err)
		}
	}
}

func TestAckAndUnackInOneBreathReachMistInTheirOrder(t *testing.T) {
	d := open(t)
	ids := d.alarms(1)
	acts := d.process(nil)
	d.do(acts, d.acks(event.ActionAck, "", ids...)...)
	d.do(acts, d.acks(event.ActionUnack, "", ids...)...)
	acts.Flush(d.ctx)
	calls := d.cloud.Calls()
	if calls[ackCall] != 1 || calls[unackCall] != 1 {
		t.Errorf("calls: %v", calls)
	}
	if d.inCloud(ids[0]).Acked {
		t.Error("the last wish was no ack")
	}
}

func TestWhatIsNotMistsIsAckedHereAlone(t *testing.T) {
	d := open(t)
	ids := d.alarms(1)
	without := d.process(func(o *actions.Options) { o.Clouds = nil })
	d.do(without, d.acks(event.ActionAck, "", ids...)...)
	without.Flush(d.ctx)
	a := d.alert(ids[0])
	if a.State != event.Acked || a.Sync.State != event.SyncLocal {
		t.Errorf("without a token the alert is %s, sync %q", a.State, a.Sync)
	}
	if n := d.cloud.TotalCalls(); n != 0 {
		t.Errorf("%d calls were made", n)
	}
}

func TestAProcessWithoutTheTokenLeavesItsAcksToTheCollector(t *testing.T) {
	d := open(t)
	ids := d.alarms(1)
	d.do(d.process(func(o *actions.Options) { o.Clouds[0].API = nil }), d.acks(event.ActionAck, "", ids...)...)
	if a := d.alert(ids[0]); a.Sync.State != event.SyncPending {
		t.Fatalf("the alert says %q", a.Sync)
	}
	d.process(nil).Retrier().RetryDue(d.ctx)
	if a := d.alert(ids[0]); a.Sync.State != event.SyncDone {
		t.Errorf("the alert says %q", a.Sync)
	}
}

func TestReadOnlyRefusesEverything(t *testing.T) {
	d := open(t)
	ids := d.alarms(1)
	acts := d.process(func(o *actions.Options) { o.ReadOnly = true })
	device := event.Device{Source: "acme", MAC: "5c5b35000001", SiteID: "x", Name: "old"}
	for what, err := range map[string]error{
		"ack":       doError(acts, d.acks(event.ActionAck, "", ids...)...),
		"subscribe": doError(acts, event.Activity{Action: event.ActionSubscribe, Target: event.ChannelTarget("/test")}),
		"rename":    acts.Rename(d.ctx, ada, "acme", device, "new"),
		"bulk":      planError(acts, device),
		"ping":      acts.PingWebhook(d.ctx, ada, event.Webhook{Source: "acme", ID: "x"}, func(event.CheckStep) {}),
	} {
		if err == nil || !strings.Contains(err.Error(), "read-only") {
			t.Errorf("%s: %v", what, err)
		}
	}
	if n := d.cloud.TotalCalls(); n != 0 {
		t.Errorf("%d calls were made", n)
	}
}

func TestAProcessWithoutConfigurationLeavesItsAcksToACollectorWithAToken(t *testing.T) {
	d := open(t)
	ids := d.alarms(1)
	d.must(d.view.PutFeeds(d.ctx, event.Collector{Heartbeat: noon}, nil, 0, []event.Budget{{Sources: []string{"umbrella", "acme"}}}))
	d.do(d.process(func(o *actions.Options) { o.Clouds = nil }), d.acks(event.ActionAck, "", ids...)...)
	if a := d.alert(ids[0]); a.Sync.State != event.SyncPending {
		t.Fatalf("the alert says %q", a.Sync)
	}
	d.process(nil).Retrier().RetryDue(d.ctx)
	if a := d.alert(ids[0]); a.Sync.State != event.SyncDone {
		t.Errorf("the alert says %q", a.Sync)
	}
}
