package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"foghorn/internal/clock"
	"foghorn/journal/event"
	"foghorn/journal/query"
)

func sampleAlert(id int64) event.Alert {
	return event.Alert{
		ID: id, Key: fmt.Sprintf("key %d", id), Source: "acme", Kind: "device_down", Severity: event.Critical, State: event.Open,
		Title: "ap-1 is down", OrgID: "o", SiteID: "s", Site: "Berlin", DeviceMAC: "5c5b35000001", Device: "ap-1",
		Opened: began, LastSeen: began, Count: 1, Flaps: 2, MistAlarmID: "m", ParentID: 7, Events: 3, Owner: "ann", Note: "ask Bob",
		Sync: event.Sync{State: event.SyncPending, Reason: "no route"}, SyncActivity: 4711,
	}
}

// allSet requires that a row has a value in each field, with exceptions.
func allSet(t *testing.T, row any, except ...string) {
	t.Helper()
	v := reflect.ValueOf(row)
	for i := range v.NumField() {
		if name := v.Type().Field(i).Name; v.Field(i).IsZero() && !slices.Contains(except, name) {
			t.Errorf("%T: %s has no value, so the test does not see whether it is kept", row, name)
		}
	}
}

// What is put is what is read, every field of it.
func TestRowsSurviveTheRoundTrip(t *testing.T) {
	ctx := context.Background()
	v := openTestView(t, t.TempDir(), Options{Clock: clock.NewFake(began)})
	later := began.Add(time.Hour)
	e := newSampler().event()
	e.AlertID, e.ClientMAC, e.Client, e.SSID = e.ID, "a0b100000001", "laptop", "corp\x00\xff\nß"
	e.Connection, e.Change = "disconnected", event.ChangeConfig
	e.Test = true
	a := sampleAlert(e.ID)
	a.AckedAt, a.SnoozedUntil, a.State = &began, &later, event.Snoozed
	a.Object, a.Raises, a.UnclearEnd, a.UnclearAmong = "10.0.0.1 (instance blue)", 3, &later, 2
	a.Expires, a.ExpiresAfter, a.Signal, a.Scope = &later, time.Minute, event.OneShot, "bgp"
	a.Test, a.ClosedBy, a.ClosedAt, a.CloseReason = true, "kim", &later, "test"
	a.OpenTitle = "ap1 down"
	a.Last = event.LastStep{N: 4, State: event.Acked, Severity: a.Severity}
	d := event.Delivery{
		ID: 1, Received: began, Source: "acme", Via: event.ViaWebhook, Remote: "10.0.0.1", Method: "POST", Path: "/mist/acme", Truncated: true,
		Size: 12, Verdict: event.VerifiedV1, Cause: "c", Warning: "w", Status: 200, DurationMS: 1.5, Topic: "alarms", Events: 2, Duplicates: 1, ReplayOf: 9, Ignored: 1, IgnoredBy: "[priority.alarms] x",
	}
	act := event.Activity{ID: 2, Time: began, Actor: "ann", Action: event.ActionAck, Target: event.AlertTarget(a.ID), Reason: "r", Before: "b", After: "a", Result: "ok",
		Via: event.ViaCLI, Source: "acme", Sync: event.Sync{State: event.SyncFailed, Reason: "403"},
		Undoes: 1, Was: &event.OperatorFields{Owner: "bob"}, Became: &event.OperatorFields{Owner: "ann", Flaps: 1}}
	score := event.SLEScore{Source: "acme", Family: event.FamilyWiFi, SiteID: "s", Site: "Berlin", Metric: "coverage", Value: 0.75, Time: began}
	allSet(t, e, "Raw", "Audit", "Outage", "SLE", "Signal", "GroupFingerprint", "FingerprintIsID", "Rank") // used before it is written, or in the log
	allSet(t, a, "Resolved")                                                                               // then it would have no other state
	allSet(t, d, "Headers", "Body", "Masked")                                                              // in the log
	allSet(t, act)
	update(t, v, func(tx Tx) error {
		return errors.Join(tx.PutEvent(&e), tx.PutAlert(&a), tx.PutDelivery(&d), tx.PutActivity(&act), tx.PutScore(score),
			tx.PutName(Name{"site", "s", "Berlin"}), tx.SetPosition(2))
	})
	e.Fingerprint = 0
	score.Trend = append(unknownHours(trendHours-1), 0.75)
	gotE, err1 := v.Event(ctx, e.ID)
	gotA, err2 := v.Alert(ctx, a.ID)
	gotD, err3 := v.Delivery(ctx, d.ID)
	acts, err4 := v.Activities(ctx, act.Target, 10)
	scores, err5 := v.Scores(ctx)
	names, err6 := v.Names(ctx)
	pos, err7 := v.Position(ctx)
	of, err8 := v.AlertEvents(ctx, a.ID, 10)
	in, err9 := v.DeliveryEvents(ctx, e.DeliveryID, 10)
	if err := errors.Join(err1, err2, err3, err4, err5, err6, err7, err8, err9); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ got, want any }{
		{gotE, e}, {gotA, a}, {gotD, d}, {acts, []event.Activity{act}}, {scores, []event.SLEScore{score}},
		{names, []Name{{"site", "s", "Berlin"}}}, {pos, int64(2)}, {of, []event.Event{e}}, {in, []event.Event{e}},
	} {
		if !reflect.DeepEqual(c.got, c.want) {
			t.Errorf("got  %+v\nwant %+v", c.got, c.want)
		}
	}
	if _, err := v.Event(ctx, 5); !errors.Is(err, ErrNotFound) {
		t.Errorf("an event that never was: %v", err)
	}
}

// A failed slice leaves nothing: no rows, no counts, no booked fingerprint, and
// nothing in the writer's memory of them.
func TestUpdateIsAllOrNothing(t *testing.T) {
	ctx := context.Background()
	v := openTestView(t, t.TempDir(), Options{})
	s := newSampler()
	fill(t, v, s, 100, 10)
	position := s.seq
	e := s.event()
	boom := errors.New("boom")
	err := v.Update(ctx, func(tx Tx) error {
		if _, err := tx.Claim(&e); err != nil {
			return err
		}
		return errors.Join(tx.PutEvent(&e), tx.SetPosition(500), boom)
	})
	if !errors.Is(err, boom) {
		t.Fatalf("the error of the slice got lost: %v", err)
	}
	func() {
		defer func() { _ = recover() }()
		_ = v.Update(ctx, func(tx Tx) error {
			if err := tx.PutEvent(&e); err != nil {
				t.Error(err)
			}
			panic("boom")
		})
	}()
	st, err := v.Status(ctx)
	if err != nil || st.Counts.Events != 100 || st.Position != position {
		t.Fatalf("after the failure: %+v, %v", st, err)
	}
	update(t, v, func(tx Tx) error {
		known, err := tx.Claim(&e)
		if known != 0 {
			t.Errorf("the event that was taken back is known as %d", known)
		}
		return errors.Join(err, tx.PutEvent(&e))
	})
	if events, err := v.Events(ctx, query.Page{Limit: 500}); err != nil || len(events) != 101 {
		t.Errorf("%d events, %v", len(events), err)
	}
}

func TestEventsComeInOrder(t *testing.T) {
	v := openTestView(t, t.TempDir(), Options{})
	s := newSampler()
	first, second := s.event(), s.event()
	update(t, v, func(tx Tx) error { return tx.PutEvent(&second) })
	if err := v.Update(context.Background(), func(tx Tx) error { return tx.PutEvent(&first) }); err == nil {
		t.Error("an event before the newest was taken")
	}
}

// Readers go on while a slice is being written, and see it only when it is whole.
func TestReadersAreNotBlockedByALongSlice(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	v := openTestView(t, dir, Options{})
	s := newSampler()
	fill(t, v, s, 10, 10)
	other, err := OpenView(ctx, dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	update(t, v, func(tx Tx) error {
		for range 5000 {
			e := s.event()
			if err := tx.PutEvent(&e); err != nil {
				return err
			}
		}
		for _, r := range []*View{v, other} {
			if events, err := r.Events(ctx, query.Page{Limit: 1000}); err != nil || len(events) != 10 {
				t.Errorf("during the slice: %d events, %v", len(events), err)
			}
		}
		return nil
	})
	if st, err := other.Status(ctx); err != nil || st.Counts.Events != 5010 {
		t.Errorf("after the slice: %+v, %v", st.Counts, err)
	}
}

// A snooze ends by itself, for rows and for counts, whatever was written.
func TestSnoozeEndsWithoutAWrite(t *testing.T) {
	ctx := context.Background()
	fake := clock.NewFake(began)
	v := openTestView(t, t.TempDir(), Options{Clock: fake})
	until := began.Add(time.Hour)
	a, b := sampleAlert(1), sampleAlert(2)
	a.SnoozedUntil, b.SnoozedUntil, b.AckedAt = &until, &until, &began
	update(t, v, func(tx Tx) error { return errors.Join(tx.PutAlert(&a), tx.PutAlert(&b)) })
	check := func(want map[event.State]int64, open int64, state event.State) {
		t.Helper()
		st, err := v.Status(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(st.Counts.Alerts, want) || st.Counts.OpenBySev[event.Critical] != open || st.Counts.Unresolved[event.Critical] != 2 {
			t.Errorf("counts %+v", st.Counts)
		}
		if a, err := v.Alert(ctx, 1); err != nil || a.State != state {
			t.Errorf("alert is %s, %v", a.State, err)
		}
	}
	check(map[event.State]int64{event.Open: 0, event.Acked: 0, event.Snoozed: 2, event.Resolved: 0}, 0, event.Snoozed)
	fake.Advance(time.Hour)
	check(map[event.State]int64{event.Open: 1, event.Acked: 1, event.Snoozed: 0, event.Resolved: 0}, 1, event.Open)
	a.Resolved = &until
	update(t, v, func(tx Tx) error { return tx.PutAlert(&a) })
	st, err := v.Status(ctx)
	if err != nil || st.Counts.Alerts[event.Resolved] != 1 || st.Counts.Unresolved[event.Critical] != 1 {
		t.Errorf("after resolving: %+v, %v", st.Counts, err)
	}
}

// Alerts: unresolved before resolved, then severity, then the newest opened.
func TestAlertsAreOrderedByWhatMatters(t *testing.T) {
	v := openTestView(t, t.TempDir(), Options{})
	put := func(id int64, sev event.Severity, opened time.Duration, resolved bool) event.Alert {
		a := sampleAlert(id)
		a.Severity, a.Opened = sev, began.Add(opened)
		if resolved {
			a.Resolved = &began
		}
		return a
	}
	alerts := []event.Alert{
		put(1, event.Critical, 3*time.Hour, true), put(2, event.Warn, time.Hour, false), put(3, event.Critical, 0, false),
		put(4, event.Critical, time.Hour, false), put(5, event.Info, 5*time.Hour, true),
	}
	update(t, v, func(tx Tx) error {
		for i := range alerts {
			if err := tx.PutAlert(&alerts[i]); err != nil {
				return err
			}
		}
		got, err := tx.AlertByKey("key 2")
		if got == nil || got.ID != 2 {
			t.Errorf("by key: %+v", got)
		}
		none, err2 := tx.AlertByKey("no such key")
		if none != nil {
			t.Errorf("by a key that is not there: %+v", none)
		}
		return errors.Join(err, err2)
	})
	got, err := v.Alerts(context.Background(), query.Page{Limit: 4})
	if err != nil {
		t.Fatal(err)
	}
	var ids []int64
	for _, a := range got {
		ids = append(ids, a.ID)
	}
	if !reflect.DeepEqual(ids, []int64{4, 3, 2, 1}) {
		t.Errorf("order %v", ids)
	}
	live, err := v.LiveAlerts(context.Background(), began.Add(time.Minute).UnixMilli())
	if err != nil || len(live) != 3 {
		t.Errorf("%d live alerts, %v", len(live), err)
	}
}

func TestScoresKeepTheNewest(t *testing.T) {
	v := openTestView(t, t.TempDir(), Options{})
	update(t, v, func(tx Tx) error {
		return errors.Join(
			tx.PutScore(event.SLEScore{SiteID: "s", Metric: "coverage", Value: 0.5, Time: began}),
			tx.PutScore(event.SLEScore{SiteID: "s", Metric: "coverage", Value: 0.1, Time: began.Add(-time.Hour)}))
	})
	if s, err := v.Scores(context.Background()); err != nil || len(s) != 1 || s[0].Value != 0.5 {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestValuesReallySeen(t *testing.T) {
	ctx := context.Background()
	v := openTestView(t, t.TempDir(), Options{})
	fill(t, v, newSampler(), 3000, 1000)
	got, err := v.Values(ctx, "site", "BERLIN 4", 5)
	if err != nil || !reflect.DeepEqual(got, []string{"Berlin 40", "Berlin 41", "Berlin 42", "Berlin 43", "Berlin 44"}) {
		t.Errorf("%q, %v", got, err)
	}
	if got, err := v.Values(ctx, "site", "nowhere", 5); err != nil || len(got) != 0 {
		t.Errorf("%q, %v", got, err)
	}
}

// What the collector says about itself is seen by another process's screen, and
// the lag is told by the log's end.
func TestStatusIsSharedWithAttachedScreens(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	l := openTestLog(t, dir)
	v := openTestView(t, dir, Options{})
	if _, err := l.Append(ctx, record("a"), record("b"), record("c")); err != nil {
		t.Fatal(err)
	}
	who := event.Collector{PID: 7, Host: "h", Command: "serve", Started: began, Heartbeat: began}
	feeds := []event.Feed{{Name: "acme", State: event.FeedUp, Rate: 2.5, Last: began}}
	budgets := []event.Budget{{Sources: []string{"acme"}, Used: 812, Limit: 5000, Resets: began, Callers: []event.CallerUsage{{Name: "alarms", Calls: 3}}}}
	if err := v.PutFeeds(ctx, who, feeds, 4, budgets); err != nil {
		t.Fatal(err)
	}
	update(t, v, func(tx Tx) error { return errors.Join(tx.SetPosition(2), tx.AddCounts(1, 2)) })
	screen, err := OpenView(ctx, dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer screen.Close()
	st, err := screen.Status(ctx)
	if err != nil || st.Position != 2 || st.LogEnd != 3 || st.Dropped != 4 || !reflect.DeepEqual(st.Collector, who) || !reflect.DeepEqual(st.Feeds, feeds) ||
		!reflect.DeepEqual(st.Budgets, budgets) || st.State != 0 ||
		st.Counts.Unknown != 1 || st.Counts.Undecoded != 2 {
		t.Errorf("%+v, %v", st, err)
	}
}

// An attached screen hears of another connection's commit within a tenth of a
// second.
func TestChangedTellsOfOtherProcesses(t *testing.T) {
	dir := t.TempDir()
	v := openTestView(t, dir, Options{})
	synctest.Test(t, func(t *testing.T) {
		screen, err := OpenView(context.Background(), dir, Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer screen.Close()
		stop := runUntilEnd(t, screen.Run)
		defer stop()
		synctest.Wait()
		fill(t, v, newSampler(), 10, 10)
		start := time.Now()
		<-screen.Changed()
		if d := time.Since(start); d > pollEvery {
			t.Errorf("it took %v", d)
		}
	})
}

func TestFilesAreForTheirOwnerAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	l := openTestLog(t, dir)
	v := openTestView(t, dir, Options{})
	if _, err := l.Append(context.Background(), record("a")); err != nil {
		t.Fatal(err)
	}
	fill(t, v, newSampler(), 1, 1)
	lock, err := LockCollector(dir, event.Collector{PID: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Release()
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 7 {
		t.Fatalf("%v, %v", entries, err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has rights %v, %v", e.Name(), info.Mode(), err)
		}
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the directory has rights %v, %v", info.Mode(), err)
	}
}
