package store

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"foghorn/internal/clock"
	"foghorn/journal/event"
	"foghorn/journal/query"
)

func unknownHours(n int) []float64 {
	hours := make([]float64, n)
	for i := range hours {
		hours[i] = -1
	}
	return hours
}

func sampleDevice(n int) event.Device {
	return event.Device{
		Source: "acme", OrgID: "o", SiteID: "s1", Site: fmt.Sprintf("Site %02d", n%50), MAC: event.MAC(fmt.Sprintf("5c5b35%06x", n)),
		ID: fmt.Sprintf("00000000-0000-0000-1000-5c5b35%06x", n), Name: fmt.Sprintf("ap-%04d", n), Type: "ap", Model: "AP45", Serial: fmt.Sprint("A", n),
		Version: "0.14.29", IP: fmt.Sprintf("10.0.%d.%d", n/250, n%250), Status: event.DeviceConnected, Since: began, LastSeen: began, UptimeS: 3600,
		Clients: n % 40, CPU: 12.5, Memory: 48, Uplink: "sw-1 ge-0/0/3", Updated: began,
		Radios: []event.Radio{{Band: "2.4", Channel: 6, Bandwidth: 20, Power: 9, Utilization: 30, Clients: 2}, {Band: "5", Channel: 36, Bandwidth: 40, Clients: 7}},
	}
}

func sampleClient(n int) event.LiveClient {
	return event.LiveClient{
		Source: "acme", OrgID: "o", SiteID: "s1", Site: fmt.Sprintf("Site %02d", n%50), MAC: event.MAC(fmt.Sprintf("70ef00%06x", n)),
		Hostname: fmt.Sprintf("laptop-%d", n), Username: "kim", IP: "10.9.0.7", SSID: "corp", AP: "5c5b35000001", APName: "ap-0001",
		Band: "5", Channel: 36, RSSI: -61, SNR: 30, Since: began, LastSeen: began, Roams: 1, Updated: began,
	}
}

func must(t testing.TB, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

// What is put is what is read, every field of it, and each write is told by the
// status.
func TestStateSurvivesTheRoundTrip(t *testing.T) {
	ctx := context.Background()
	v := openTestView(t, t.TempDir(), Options{})
	device, client := sampleDevice(1), sampleClient(2)
	hook := event.Webhook{Source: "acme", OrgID: "o", SiteID: "s1", Site: "Berlin", ID: "w1", Name: "foghorn", Type: "http-post", URL: "https://x/mist/acme",
		Enabled: true, HasSecret: true, VerifyCert: true, Single: true, Topics: []string{"alarms", "audits"}, Updated: began}
	frame := event.Frame{Time: began, Source: "acme", Channel: "/sites/s1/stats/devices", Event: "data", Size: 9, Text: "{\"a\":1}\x00\xff"}
	must(t, v.PutDevices(ctx, "acme", []event.Device{device}, nil), v.PutClients(ctx, "acme", []event.LiveClient{client}, nil),
		v.PutWebhooks(ctx, "acme", []event.Webhook{hook}), v.PutFrames(ctx, []event.Frame{frame}))
	frame.ID = 1
	devices, err1 := v.Devices(ctx, query.Page{})
	clients, err2 := v.LiveClients(ctx, query.Page{})
	hooks, err3 := v.Webhooks(ctx)
	frames, err4 := v.Frames(ctx, "acme", 10)
	st, err5 := v.Status(ctx)
	must(t, err1, err2, err3, err4, err5)
	for _, c := range []struct{ got, want any }{
		{devices, []event.Device{device}}, {clients, []event.LiveClient{client}}, {hooks, []event.Webhook{hook}},
		{frames, []event.Frame{frame}}, {st.State, int64(4)},
	} {
		if !reflect.DeepEqual(c.got, c.want) {
			t.Errorf("got  %+v\nwant %+v", c.got, c.want)
		}
	}
	if got, err := v.Frames(ctx, "other", 10); err != nil || len(got) != 0 {
		t.Errorf("frames of a source without any: %v, %v", got, err)
	}
}

// A device of two sources is two rows; what is gone of one stays of the other;
// the list begins with what is down.
func TestDevicesComeAndGo(t *testing.T) {
	ctx := context.Background()
	v := openTestView(t, t.TempDir(), Options{})
	up, down, unknown := sampleDevice(1), sampleDevice(2), sampleDevice(3)
	down.Status, unknown.Status = event.DeviceDisconnected, ""
	must(t, v.PutDevices(ctx, "acme", []event.Device{up, unknown, down}, nil), v.PutDevices(ctx, "beta", []event.Device{up}, nil))
	names := func(where string) string {
		t.Helper()
		q, err := query.Parse(where)
		must(t, err)
		devices, err := v.Devices(ctx, query.Page{Where: q})
		must(t, err)
		var all []string
		for _, d := range devices {
			all = append(all, d.Source+"/"+d.Name)
		}
		return strings.Join(all, " ")
	}
	if got := names(""); got != "acme/ap-0002 acme/ap-0003 acme/ap-0001 beta/ap-0001" {
		t.Errorf("all: %s", got)
	}
	if got := names("status:connected clients<5 5c:5b:35:00:00:01 cpu>12%"); got != "acme/ap-0001 beta/ap-0001" {
		t.Errorf("by query: %s", got)
	}
	must(t, v.PutDevices(ctx, "acme", nil, []event.MAC{up.MAC, "ffffffffffff"}))
	down.Status = event.DeviceConnected
	must(t, v.PutDevices(ctx, "acme", []event.Device{down}, nil))
	if got := names(""); got != "acme/ap-0003 beta/ap-0001 acme/ap-0002" {
		t.Errorf("afterwards: %s", got)
	}
	one, err := v.Devices(ctx, query.Page{After: down.MAC.Int64() - 1, Before: down.MAC.Int64() + 1})
	if err != nil || len(one) != 1 || one[0].MAC != down.MAC {
		t.Errorf("by its number: %v, %v", one, err)
	}
}

// Clients are found by what the Clients pane is asked for, webhooks are replaced
// as a whole, and completion knows what there is now.
func TestStateIsAsked(t *testing.T) {
	ctx := context.Background()
	v := openTestView(t, t.TempDir(), Options{})
	weak, unnamed := sampleClient(1), sampleClient(2)
	weak.RSSI, unnamed.Hostname = -80, ""
	must(t, v.PutClients(ctx, "acme", []event.LiveClient{unnamed, weak, sampleClient(51)}, nil))
	q, err := query.Parse("rssi<-70 ssid:corp ap:ap-0001")
	must(t, err)
	if got, err := v.LiveClients(ctx, query.Page{Where: q}); err != nil || len(got) != 1 || got[0].MAC != weak.MAC {
		t.Errorf("weak ones: %v, %v", got, err)
	}
	if got, err := v.LiveClients(ctx, query.Page{}); err != nil || len(got) != 3 || got[0].Hostname != "laptop-1" || got[2].Hostname != "" {
		t.Errorf("all: %v, %v", got, err)
	}
	must(t, v.PutDevices(ctx, "acme", []event.Device{sampleDevice(7)}, nil))
	update(t, v, func(tx Tx) error {
		e := newSampler().event()
		e.Device = "AP-0007"
		return tx.PutEvent(&e)
	})
	for field, want := range map[string]string{"client": "laptop-1 laptop-51", "status": "connected", "model": "AP45", "device": "AP-0007", "ip": "10.0.0.7 10.9.0.7"} {
		got, err := v.Values(ctx, field, "", 10)
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("values of %s: %q, %v, want %q", field, got, err, want)
		}
	}
	if got, err := v.Values(ctx, "client", "LAPTOP-5", 10); err != nil || len(got) != 1 {
		t.Errorf("by their beginning: %q, %v", got, err)
	}
	hook := event.Webhook{ID: "w1", Updated: began}
	must(t, v.PutWebhooks(ctx, "acme", []event.Webhook{hook, {ID: "w2"}}), v.PutWebhooks(ctx, "beta", []event.Webhook{hook}),
		v.PutWebhooks(ctx, "acme", []event.Webhook{hook}))
	if got, err := v.Webhooks(ctx); err != nil || len(got) != 2 || got[0].Source != "acme" || got[1].Source != "beta" {
		t.Errorf("webhooks: %v, %v", got, err)
	}
}

// Frames are a ring: the last thousand, newest first, however many come at once.
func TestFramesAreBounded(t *testing.T) {
	ctx := context.Background()
	v := openTestView(t, t.TempDir(), Options{})
	frames := make([]event.Frame, 700)
	for i := range frames {
		frames[i] = event.Frame{Time: began, Source: "acme", Text: strings.Repeat("x", maxFrameBytes+9)}
	}
	for range 3 {
		must(t, v.PutFrames(ctx, frames))
	}
	got, err := v.Frames(ctx, "", 5000)
	if err != nil || len(got) != maxFrames || got[0].ID != 2100 || got[maxFrames-1].ID != 1101 || len(got[0].Text) != maxFrameBytes {
		t.Errorf("%d frames, %v", len(got), err)
	}
	must(t, v.PutFrames(ctx, make([]event.Frame, 1500)))
	if got, err := v.Frames(ctx, "", 5000); err != nil || len(got) != maxFrames {
		t.Errorf("%d frames, %v", len(got), err)
	}
}

// The newer value of a score counts, whoever told it; hours are kept for a day;
// what one telling does not know another does not lose.
func TestScoresKeepTheirHours(t *testing.T) {
	ctx := context.Background()
	at := time.Date(2026, 3, 1, 10, 20, 0, 0, time.UTC)
	fake := clock.NewFake(at)
	v := openTestView(t, t.TempDir(), Options{Clock: fake})
	poll := func(value float64, ago time.Duration) event.SLEScore {
		return event.SLEScore{Source: "acme", SiteID: "s", Site: "Berlin", Family: event.FamilyWiFi, Metric: "coverage", Value: value, Time: at.Add(-ago)}
	}
	must(t, v.PutScores(ctx, []event.SLEScore{poll(0.5, 30*time.Hour), poll(0.6, 3*time.Hour), poll(0.9, 10*time.Minute), poll(0.7, 2*time.Hour), poll(0.1, 2*time.Hour)}))
	update(t, v, func(tx Tx) error {
		hook := poll(0.8, 0)
		hook.Family, hook.Site = "", ""
		return tx.PutScore(hook)
	})
	scores, err := v.Scores(ctx)
	must(t, err)
	want := poll(0.8, 0)
	want.Trend = append(unknownHours(20), 0.6, 0.7, -1, 0.8)
	if len(scores) != 1 || !reflect.DeepEqual(scores[0], want) {
		t.Errorf("got  %+v\nwant %+v", scores, want)
	}
	fake.Advance(20 * time.Hour)
	if scores, err = v.Scores(ctx); err != nil || !reflect.DeepEqual(scores[0].Trend, append(event.Trend{0.6, 0.7, -1, 0.8}, unknownHours(20)...)) {
		t.Errorf("a day later: %v, %v", scores, err)
	}
	other := poll(0.3, -8*24*time.Hour)
	other.SiteID = "s2"
	must(t, v.PutScores(ctx, []event.SLEScore{other}))
	if scores, err = v.Scores(ctx); err != nil || len(scores) != 1 || scores[0].SiteID != "s2" {
		t.Errorf("a score that no poll tells any more: %v, %v", scores, err)
	}
}

// Hours stay a bounded row whatever order and distance values come in.
func FuzzHourly(f *testing.F) {
	f.Add([]byte{1, 2, 3, 200, 5})
	f.Fuzz(func(t *testing.T, steps []byte) {
		var h hourly
		newest := time.Time{}
		for i, s := range steps {
			at := began.Add(time.Duration(int(s)-100) * 30 * time.Minute)
			isNewest := !at.Before(newest)
			if isNewest {
				newest = at
			}
			h.put(at, float64(i), isNewest)
			if len(h.values) > keptHours {
				t.Fatalf("%d hours", len(h.values))
			}
			h = readHourly(h.blob())
			if trend := h.trend(newest); isNewest && trend[trendHours-1] != float64(i) {
				t.Fatalf("step %d: the newest value %d is not at the end of %v", i, i, trend)
			}
		}
		readHourly(steps)
	})
}

// A rebuild derives the view again and leaves what was asked of the cloud: the
// screen keeps its devices. What was derived goes.
func TestARebuildKeepsTheState(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	v := openTestView(t, dir, Options{})
	must(t, v.PutDevices(ctx, "acme", []event.Device{sampleDevice(1)}, nil))
	update(t, v, func(tx Tx) error {
		return errors.Join(tx.PutSubscription(event.Subscription{Source: "acme", Channel: "/test", Actor: "ann", Time: began}), tx.SetPosition(4))
	})
	must(t, v.Close(), ResetView(ctx, dir))
	v = openTestView(t, dir, Options{})
	devices, err1 := v.Devices(ctx, query.Page{})
	subs, err2 := v.Subscriptions(ctx)
	st, err3 := v.Status(ctx)
	must(t, err1, err2, err3)
	if len(devices) != 1 || len(subs) != 0 || st.Position != 0 || st.State != 1 {
		t.Errorf("after the reset: %v, %v, %+v", devices, subs, st)
	}
}

// What the collector still has to tell the cloud, and which alert an alarm of
// Mist's is, are found without looking through everything.
func TestCloudLookups(t *testing.T) {
	ctx := context.Background()
	v := openTestView(t, t.TempDir(), Options{Clock: clock.NewFake(began)})
	update(t, v, func(tx Tx) error {
		for i, state := range []event.SyncState{event.SyncDone, event.SyncPending, event.SyncNone, event.SyncFailed, event.SyncSending} {
			a := event.Activity{ID: int64(i + 1), Time: began, Action: event.ActionAck, Target: "alert:1", Source: "acme", Sync: event.Sync{State: state}}
			if err := tx.PutActivity(&a); err != nil {
				return err
			}
		}
		for id, alarm := range map[int64]string{1: "a", 2: "a", 3: "b", 4: ""} {
			a := sampleAlert(id)
			a.MistAlarmID = alarm
			if err := tx.PutAlert(&a); err != nil {
				return err
			}
		}
		sub := event.Subscription{Source: "acme", Channel: "/x", Actor: "ann", Time: began}
		return errors.Join(tx.PutSubscription(sub), tx.PutSubscription(sub), tx.PutSubscription(event.Subscription{Source: "acme", Channel: "/y"}),
			tx.DropSubscription("acme", "/y"), tx.DropSubscription("acme", "/z"))
	})
	pending, err1 := v.PendingActivities(ctx)
	alerts, err2 := v.AlertsByMistAlarm(ctx, []string{"a", "b", "c", ""})
	subs, err3 := v.Subscriptions(ctx)
	must(t, err1, err2, err3)
	if len(pending) != 2 || pending[0].ID != 2 || pending[1].ID != 5 {
		t.Errorf("pending: %+v", pending)
	}
	if len(alerts) != 2 || alerts["a"].ID != 2 || alerts["b"].ID != 3 {
		t.Errorf("alerts: %+v", alerts)
	}
	if !reflect.DeepEqual(subs, []event.Subscription{{Source: "acme", Channel: "/x", Actor: "ann", Time: began}}) {
		t.Errorf("subscriptions: %+v", subs)
	}
	for _, c := range []struct{ sql, index string }{
		{"SELECT id FROM activities WHERE " + isPending + " ORDER BY id LIMIT 5", "activities_pending"},
		{"SELECT id FROM alerts WHERE mist_alarm_id = 'a' AND mist_alarm_id <> '' ORDER BY id DESC LIMIT 1", "alerts_mist_alarm"},
	} {
		if plan := plan(t, v, c.sql); !strings.Contains(plan, c.index) {
			t.Errorf("%s: %s", c.sql, plan)
		}
	}
}

// plan is how SQLite goes about a statement.
func plan(t *testing.T, v *View, sql string) (how string) {
	t.Helper()
	must(t, v.read(context.Background(), "explain", func(c *sqlite.Conn) error {
		return sqlitex.Execute(c, "EXPLAIN QUERY PLAN "+sql, &sqlitex.ExecOptions{ResultFunc: func(st *sqlite.Stmt) error {
			how += st.GetText("detail") + "\n"
			return nil
		}})
	}))
	return how
}
