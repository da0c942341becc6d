package projector

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"foghorn/internal/clock"
	"foghorn/journal/event"
	"foghorn/journal/query"
	"foghorn/journal/store"
)

// asked is the record of what a poll or a stream found sec seconds after start.
func polled(sec int, topic string, elements ...string) event.Record {
	r, err := event.ObservationRecord(event.Observation{
		Received: start.Add(time.Duration(sec) * time.Second), Source: "acme", Via: event.ViaPoll, Topic: topic, Events: len(elements),
		Body: []byte(fmt.Sprintf(`{"topic":%q,"events":[%s]}`, topic, strings.Join(elements, ","))),
	})
	if err != nil {
		panic(err)
	}
	return r
}

// hooked is the record of a delivery of Mist's.
func webhook(sec int, topic string, elements ...string) event.Record {
	return sent(sec, event.Delivery{Source: "acme", Via: event.ViaWebhook, Topic: topic, Events: len(elements),
		Body: []byte(fmt.Sprintf(`{"topic":%q,"events":[%s]}`, topic, strings.Join(elements, ",")))})
}

// junosPost is the record of a post of a Junos device.
func junosPost(sec int, host, remote string) event.Record {
	return sent(sec, event.Delivery{Source: "core", Via: event.ViaJunos, Remote: remote, Topic: "junos", Events: 1,
		Body: []byte(fmt.Sprintf(`{"event":"SNMP_TRAP_LINK_DOWN","process":"mib2d","hostname":%q,"message":"SNMP_TRAP_LINK_DOWN: ifIndex 1, ifAdminStatus up(1), ifOperStatus down(2), ifName ge-0/0/%d"}`, host, sec))})
}

func sent(sec int, d event.Delivery) event.Record {
	d.Received, d.Verdict, d.Status = start.Add(time.Duration(sec)*time.Second), event.Verified, 200
	r, err := event.DeliveryRecord(d)
	if err != nil {
		panic(err)
	}
	return r
}

// acted is the record of what a person, or the cloud on their behalf, did.
func activity(sec int, a event.Activity) event.Record {
	a.Time = start.Add(time.Duration(sec) * time.Second)
	r, err := event.ActivityRecord(a)
	if err != nil {
		panic(err)
	}
	return r
}

// journal carries records through a real log into a real view.
func journal(t *testing.T, records ...event.Record) *store.View {
	t.Helper()
	dir := t.TempDir()
	l := openLog(t, dir)
	v := resetView(t, dir)
	t.Cleanup(func() {
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := l.Append(t.Context(), records...); err != nil {
		t.Fatal(err)
	}
	p, err := New(Options{Log: l, View: v, Clock: clock.NewFake(start.Add(time.Hour))})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.CatchUp(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	return v
}

func eventsOf(t *testing.T, v *store.View) []event.Event {
	t.Helper()
	events, err := v.Events(t.Context(), query.Page{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(events)
	return events
}

func at(sec int) int64 { return start.Unix() + int64(sec) }

// What a webhook told and a poll finds again is one row and one alert, whichever
// was first; and the poll leaves no delivery.
func TestWebhookAndPollAreOneRow(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ topic, hook, poll string }{
		{"alarms",
			`{"id":"a1","type":"infra_dhcp_failure","timestamp":%[1]d,"last_seen":%[1]d,"count":1,"severity":"critical","aps":["5c5b35000001"],"hostnames":["ap-1"],"org_id":"o","site_id":"s","site_name":"Berlin"}`,
			`{"id":"a1","type":"infra_dhcp_failure","timestamp":%[1]d,"last_seen":%[1]d,"count":1,"severity":"critical","aps":["5c5b35000001"],"hostnames":["ap-1"],"org_id":"o","site_id":"s","status":"open","acked":true,"ack_admin_name":"Kim"}`},
		{"device-events",
			`{"type":"SW_PORT_DOWN","mac":"5c5b35000002","device_name":"sw-1","device_type":"switch","port_id":"ge-0/0/2","ev_type":"WARN","text":"link down","timestamp":%d,"org_id":"o","site_id":"s","site_name":"Berlin"}`,
			`{"type":"SW_PORT_DOWN","ap":"5c5b35000002","device_type":"switch","port_id":"ge-0/0/2","text":"link down","timestamp":%d.75,"org_id":"o","site_id":"s"}`},
		{"audits",
			`{"id":"l1","message":"Update Device","admin_name":"Kim kim@example.com","device_id":"00000000-0000-0000-1000-5c5b35000001","timestamp":%d.201053,"org_id":"o"}`,
			`{"id":"l1","message":"Update Device","admin_name":"Kim","timestamp":%d,"org_id":"o"}`},
	} {
		hook := webhook(5, c.topic, fmt.Sprintf(c.hook, at(0)))
		site := webhook(6, c.topic, fmt.Sprintf(c.hook, at(0)))
		poll := polled(60, c.topic, fmt.Sprintf(c.poll, at(0)))
		for name, order := range map[string][]event.Record{"webhook first": {hook, site, poll}, "poll first": {poll, hook, site}} {
			v := journal(t, order...)
			events := eventsOf(t, v)
			if len(events) != 1 || events[0].Duplicates != 3 {
				t.Errorf("%s, %s: %d events, %+v", c.topic, name, len(events), events)
				continue
			}
			if e := events[0]; (e.Via == event.ViaPoll) != (e.DeliveryID == 0) || (e.Via == event.ViaPoll) != (name == "poll first") {
				t.Errorf("%s, %s: via %s of delivery %d", c.topic, name, e.Via, e.DeliveryID)
			}
			alerts, err := v.Alerts(t.Context(), query.Page{})
			if err != nil || len(alerts) > 1 || c.topic == "alarms" && (len(alerts) != 1 || alerts[0].Count != 1 || alerts[0].MistAlarmID != "a1") {
				t.Errorf("%s, %s: alerts %+v, %v", c.topic, name, alerts, err)
			}
			st, err := v.Status(t.Context())
			if err != nil || st.Counts.Deliveries != 2 || st.Counts.Duplicates != 2 || st.Counts.Undecoded != 0 || st.Counts.Events != 1 {
				t.Errorf("%s, %s: counts %+v, %v", c.topic, name, st.Counts, err)
			}
		}
	}
}

// Up/down events by both topics, what the poll finds, and Mist's alarm are one
// outage.
func TestAnOutageToldByEverybody(t *testing.T) {
	v := journal(t,
		webhook(1, "device-events", fmt.Sprintf(`{"type":"AP_DISCONNECTED","mac":"5c5b35000001","ap":"5c5b35000001","device_name":"ap-1","ev_type":"WARN","timestamp":%d,"org_id":"o","site_id":"s"}`, at(0))),
		webhook(2, "device-updowns", fmt.Sprintf(`{"type":"AP_DISCONNECTED","ap":"5c5b35000001","ap_name":"ap-1","timestamp":%d,"org_id":"o","site_id":"s","for_site":true}`, at(0))),
		polled(30, event.TopicDeviceStatus, fmt.Sprintf(`{"org_id":"o","mac":"5c5b35000001","name":"ap-1","type":"ap","status":"disconnected","timestamp":%d,"seen_by":"poll"}`, at(25))),
		polled(70, "alarms", fmt.Sprintf(`{"id":"a1","type":"device_down","timestamp":%[1]d,"last_seen":%[1]d,"count":1,"severity":"warn","aps":["5c5b35000001"],"hostnames":["ap-1"],"org_id":"o","site_id":"s"}`, at(3))),
		polled(90, event.TopicDeviceStatus, fmt.Sprintf(`{"org_id":"o","mac":"5c5b35000001","name":"ap-1","type":"ap","status":"connected","timestamp":%d,"seen_by":"stream"}`, at(85))))
	alerts, err := v.Alerts(t.Context(), query.Page{})
	if err != nil || len(alerts) != 1 {
		t.Fatalf("%+v, %v", alerts, err)
	}
	if a := alerts[0]; a.Resolved == nil || a.Resolved.Unix() != at(85) || a.Opened.Unix() != at(0) || a.Count != 1 || a.MistAlarmID != "a1" || a.Events != 3 {
		t.Errorf("%+v", a)
	}
	if events := eventsOf(t, v); len(events) != 3 || events[0].Duplicates != 3 {
		t.Errorf("%d events: %+v", len(events), events)
	}
}

// An ack goes to Mist and comes back: done, or refused and taken back in one
// step; and the portal's ack is an ack like any other.
func TestAcksAndTheirResults(t *testing.T) {
	t.Parallel()
	alarm := polled(0, "alarms", fmt.Sprintf(`{"id":"a1","type":"infra_dhcp_failure","timestamp":%d,"count":1,"severity":"critical","org_id":"o","site_id":"s"}`, at(0)))
	target := event.AlertTarget(event.ID(1, 0))
	ack := activity(10, event.Activity{Actor: "anna", Action: event.ActionAck, Target: target, Source: "acme", Sync: event.Sync{State: event.SyncSending}})
	sending, pending, done := event.Sync{State: event.SyncSending}, event.Sync{State: event.SyncPending}, event.Sync{State: event.SyncDone}
	refused := event.Sync{State: event.SyncFailed, Reason: "no rights"}
	result := func(of int64, sync event.Sync) event.Record {
		return activity(20, event.Activity{Actor: "anna", Action: event.ActionResult, Target: event.ActivityTarget(of), Source: "acme", Sync: sync})
	}
	unack := activity(20, event.Activity{Actor: "mist", Action: event.ActionUnack, Target: target, Reason: "no rights", Sync: refused})
	portal := activity(30, event.Activity{Actor: "Kim", Action: event.ActionAck, Target: target, Reason: "mine"})
	for _, c := range []struct {
		name      string
		records   []event.Record
		owner     string
		sync, ack event.Sync // of the alert, and of the ack itself
		pending   int
	}{
		{"on its way", []event.Record{ack}, "anna", sending, sending, 1},
		{"offline", []event.Record{ack, result(2, pending)}, "anna", pending, pending, 1},
		{"sent later", []event.Record{ack, result(2, pending), result(2, done)}, "anna", done, done, 0},
		{"refused", []event.Record{ack, result(2, refused), unack}, "", refused, refused, 0},
		{"acked in the portal meanwhile", []event.Record{ack, portal, result(2, done)}, "Kim", event.Sync{}, done, 0},
		{"a result of nothing", []event.Record{ack, result(77, done), result(2, event.Sync{})}, "anna", sending, sending, 1},
	} {
		v := journal(t, append([]event.Record{alarm}, c.records...)...)
		found, err1 := v.AlertsByMistAlarm(t.Context(), []string{"a1"})
		left, err2 := v.PendingActivities(t.Context())
		acts, err3 := v.Activities(t.Context(), "", 10)
		if err := errors.Join(err1, err2, err3); err != nil {
			t.Fatal(err)
		}
		if a := found["a1"]; a.Owner != c.owner || a.Sync != c.sync || (a.State == event.Acked) != (c.owner != "") {
			t.Errorf("%s: %s by %q, sync %q", c.name, a.State, a.Owner, a.Sync)
		}
		first := acts[len(acts)-1]
		if len(left) != c.pending || first.ID != 2 || first.Sync != c.ack || first.Source != "acme" || first.Result != "ok" {
			t.Errorf("%s: %d pending, the ack %+v", c.name, len(left), first)
		}
	}
}

// The inventory's names are in the sentences of what comes after, and so is a
// new name from the moment the cloud took it. Nothing of it is an event.
func TestNamesFromTheInventoryAndRenames(t *testing.T) {
	mac := event.MAC("5c5b35000001")
	down := func(sec int) event.Record {
		return webhook(sec, "device-updowns", fmt.Sprintf(`{"type":"AP_DISCONNECTED","ap":"5c5b35000001","timestamp":%d,"org_id":"o"}`, at(sec)))
	}
	rename := event.Activity{Actor: "anna", Action: event.ActionRename, Target: event.DeviceTarget(mac), Before: "ap-1", After: "ap-lobby", Source: "acme", Sync: event.Sync{State: event.SyncSending}}
	v := journal(t,
		polled(0, event.TopicInventory, `{"kind":"site","id":"s","name":"Berlin"}`, `{"kind":"device","id":"5c5b35000001","name":"ap-1","site_id":"s","ip":"10.0.0.1"}`),
		down(1), activity(2, rename), down(3),
		activity(4, event.Activity{Action: event.ActionResult, Target: event.ActivityTarget(3), Sync: event.Sync{State: event.SyncDone}}), down(5),
		polled(6, event.TopicInventory, `{"kind":"moon"}`), polled(7, "alarms"))
	var texts []string
	for _, e := range eventsOf(t, v) {
		texts = append(texts, e.Text+" at "+e.Site)
	}
	want := []string{"ap-1 down, no reason given at Berlin", "ap-1 down, no reason given at Berlin", "ap-lobby down, no reason given at Berlin"}
	for i := range want {
		want[i] = strings.ReplaceAll(want[i], "ap-", "AP ap-")
	}
	for i := range texts {
		texts[i] = strings.ReplaceAll("AP "+strings.TrimPrefix(texts[i], "AP "), "AP AP", "AP")
	}
	if !slices.Equal(texts, want) {
		t.Errorf("%q, want %q", texts, want)
	}
	st, err := v.Status(t.Context())
	if err != nil || st.Counts.Deliveries != 3 || st.Counts.Undecoded != 2 {
		t.Errorf("%+v, %v", st.Counts, err)
	}
	names, err := v.Names(t.Context())
	if err != nil || !slices.Contains(names, store.Name{Kind: "device-site", ID: string(mac), Name: "s"}) ||
		!slices.Contains(names, store.Name{Kind: "device-ip", ID: "10.0.0.1", Name: string(mac)}) {
		t.Errorf("%v, %v", names, err)
	}
}

// A Junos device is joined to the Mist device of its name, whatever its case and
// domain, or else of its address. A name that two devices have says nothing.
func TestJunosDevicesAreJoined(t *testing.T) {
	v := journal(t,
		polled(0, event.TopicInventory, `{"kind":"site","id":"s","name":"Berlin"}`,
			`{"kind":"device","id":"5c5b35000001","name":"Core-SW1","site_id":"s","ip":"10.0.0.1"}`,
			`{"kind":"device","id":"5c5b35000002","name":"twin","ip":"10.0.0.2"}`, `{"kind":"device","id":"5c5b35000003","name":"twin"}`,
			`{"kind":"device","id":"5c5b35000004","name":"edge.a.example"}`, `{"kind":"device","id":"5c5b35000005","name":"edge.b.example"}`),
		junosPost(1, "core-sw1.example.net", "192.0.2.1:999"), junosPost(2, "twin", "192.0.2.1:999"), junosPost(3, "twin", "10.0.0.2:999"),
		junosPost(4, "other", "10.0.0.1"), junosPost(5, "edge.b.example", "192.0.2.1:999"), junosPost(6, "edge.c.example", "192.0.2.1:999"),
		junosPost(7, "10.0.0.1", "192.0.2.1:999"), junosPost(8, "stranger", "192.0.2.1:999"),
		polled(9, event.TopicSilence, fmt.Sprintf(`{"source_kind":"junos","host":"CORE-SW1","since":%d,"timestamp":%d,"seconds":9}`, at(0), at(9))),
		activity(10, event.Activity{Action: event.ActionRename, Target: "device:5c5b35000001", After: "core-sw9", Sync: event.Sync{State: event.SyncDone}}),
		junosPost(11, "core-sw1", "192.0.2.1:999"), junosPost(12, "core-sw9", "192.0.2.1:999"))
	var macs []string
	for _, e := range eventsOf(t, v) {
		macs = append(macs, e.Device+"="+strings.TrimPrefix(string(e.DeviceMAC), "5c5b35")+e.Site)
	}
	want := "core-sw1.example.net=000001Berlin twin= twin=000002 other=000001Berlin edge.b.example=000005 edge.c.example= 10.0.0.1=000001Berlin stranger= " +
		"CORE-SW1=000001Berlin core-sw1= core-sw9=000001Berlin"
	if got := strings.Join(macs, " "); got != want {
		t.Errorf("joined\n%s, want\n%s", got, want)
	}
	q, err := query.Parse("device_mac:5c5b35000001 site:berlin")
	if err != nil {
		t.Fatal(err)
	}
	if alerts, err := v.Alerts(t.Context(), query.Page{Where: q}); err != nil || len(alerts) != 5 {
		t.Errorf("%d alerts of the joined device, %v", len(alerts), err)
	}
}

// Channels are asked for and given up by activities.
func TestSubscriptionsFollowTheLog(t *testing.T) {
	sub := func(sec int, action, target string) event.Record {
		return activity(sec, event.Activity{Actor: "anna", Action: action, Target: target, Source: "acme"})
	}
	v := journal(t, sub(1, event.ActionSubscribe, event.ChannelTarget("/sites/s/pcaps")), sub(2, event.ActionSubscribe, event.ChannelTarget("/test")),
		sub(3, event.ActionUnsubscribe, event.ChannelTarget("/test")), sub(4, event.ActionSubscribe, "nonsense"),
		sub(5, event.ActionSubscribe, event.ChannelTarget("/sites/s/pcaps")), sub(6, event.ActionUnsubscribe, event.ChannelTarget("/test")))
	subs, err := v.Subscriptions(t.Context())
	if err != nil || len(subs) != 1 || subs[0] != (event.Subscription{Source: "acme", Channel: "/sites/s/pcaps", Actor: "anna", Time: start.Add(time.Second)}) {
		t.Errorf("%+v, %v", subs, err)
	}
	acts, err := v.Activities(t.Context(), "", 10)
	if err != nil {
		t.Fatal(err)
	}
	for i, ok := range []bool{false, false, false, true, true, true} { // newest first
		if (acts[i].Result == "ok") != ok {
			t.Errorf("%s of %s says %q", acts[i].Action, acts[i].Target, acts[i].Result)
		}
	}
}

// cloudHistory is a log in which all ways of the cloud part meet.
func cloudHistory() (all []event.Record) {
	for i := range 12 {
		sec, mac := i*100, fmt.Sprintf("5c5b3500000%x", i%3)
		ack := int64(len(all)) + 4
		all = append(all,
			polled(sec, event.TopicInventory, fmt.Sprintf(`{"kind":"device","id":%q,"name":"sw-%d","site_id":"s","ip":"10.0.0.%d"}`, mac, i, i)),
			webhook(sec+1, "device-updowns", fmt.Sprintf(`{"type":"SW_DISCONNECTED","mac":%q,"timestamp":%d,"org_id":"o"}`, mac, at(sec))),
			polled(sec+2, "device-events", fmt.Sprintf(`{"type":"SW_DISCONNECTED","mac":%q,"text":"lost","timestamp":%d.5,"org_id":"o"}`, mac, at(sec))),
			activity(sec+3, event.Activity{Actor: "anna", Action: event.ActionAck, Target: event.AlertTarget(event.ID(ack-2, 0)), Sync: event.Sync{State: event.SyncSending}, Source: "acme"}),
			junosPost(sec+4, fmt.Sprintf("SW-%d", i), "10.0.0.1:9"),
			activity(sec+5, event.Activity{Action: event.ActionResult, Target: event.ActivityTarget(ack), Sync: []event.Sync{{State: event.SyncDone}, {State: event.SyncPending}, {State: event.SyncFailed, Reason: "no"}}[i%3]}),
			polled(sec+6, event.TopicDeviceStatus, fmt.Sprintf(`{"org_id":"o","mac":%q,"type":"switch","status":"connected","timestamp":%d}`, mac, at(sec+6))),
			activity(sec+7, event.Activity{Action: event.ActionSubscribe, Target: event.ChannelTarget(fmt.Sprint("/", i)), Source: "acme"}),
			activity(sec+8, event.Activity{Action: event.ActionRename, Target: "device:" + mac, After: fmt.Sprint("new-", i), Sync: event.Sync{State: event.SyncDone}}))
	}
	return all
}

// However it is cut, and wherever a run is cut off, the view is what the records
// give: with their names, results and joins.
func TestRebuildAndCrashOfTheCloudPart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	l := openLog(t, dir)
	if _, err := l.Append(context.Background(), cloudHistory()...); err != nil {
		t.Fatal(err)
	}
	want := rebuild(t, dir, l, nil, nil)
	for _, has := range []string{"sync_state=done", "sync_state=pending", "duplicates=2", "subscriptions ", "device-ip", "device_mac=5c5b35000001 device=SW-"} {
		if !strings.Contains(want, has) {
			t.Fatalf("the history has no %q:\n%s", has, want)
		}
	}
	for _, records := range []int{1, 2, 7} {
		if got := rebuild(t, dir, l, func(o *Options) { o.Records = records }, nil); got != want {
			t.Errorf("slices of %d records: %s", records, firstDifference(got, want))
		}
	}
	for n := 1; ; n += 23 * sparser {
		f := &faulty{failAt: n}
		got := rebuild(t, dir, l, func(o *Options) { o.Records = 10 }, func(v store.Projection) store.Projection {
			f.Projection = v
			return f
		})
		if got != want {
			t.Fatalf("after call %d failed: %s", n, firstDifference(got, want))
		}
		if f.calls < n {
			return
		}
	}
}

// The watcher of silent devices reads the host from the alert when it starts.
func TestAnAlertOfASilentDeviceNamesItsHost(t *testing.T) {
	const host = "core:sw1.example.net"
	v := journal(t, polled(0, event.TopicSilence, fmt.Sprintf(`{"source_kind":"junos","host":%q,"since":%d,"timestamp":%d,"seconds":900}`,
		host, start.Add(-15*time.Minute).Unix(), start.Unix())))
	alerts, err := v.Alerts(t.Context(), query.Page{Limit: 10})
	if err != nil || len(alerts) != 1 || alerts[0].Kind != "device_silent" || alerts[0].Device != host {
		t.Errorf("alerts %+v, %v", alerts, err)
	}
}
