package projector

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"foghorn/journal/decode"
	"foghorn/journal/event"
)

func TestHowItIsSlicedMakesNoDifference(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		l := newLog(history(seed, 300)...)
		want := project(t, l).dump()
		for _, records := range []int{1, 2, 7, 100} {
			if got := project(t, l, func(o *Options) { o.Records = records }).dump(); got != want {
				t.Errorf("seed %d, slices of %d records: %s", seed, records, firstDifference(got, want))
			}
		}
		if got := project(t, l, func(o *Options) { o.Bytes = 600 }).dump(); got != want {
			t.Errorf("seed %d, slices of 600 bytes: %s", seed, firstDifference(got, want))
		}
	}
}

// TestCrashAnywhere makes every single call to the view fail once, and goes on
// with the same projector or with a new one, as after a kill -9.
func TestCrashAnywhere(t *testing.T) {
	t.Parallel()
	l := newLog(history(5, 36)...)
	slicing := func(o *Options) { o.Records = 9 }
	want := project(t, l, slicing).dump()
	for n := 1; ; n += sparser {
		v := newView()
		v.failAt = n
		p := newProjector(t, l, v, slicing)
		err := p.CatchUp(context.Background(), nil)
		if err == nil {
			if n < 200 {
				t.Fatalf("a run made %d calls to the view only; the log is too tame", n-1)
			}
			return
		}
		if !errors.Is(err, errInjected) {
			t.Fatalf("call %d: %v", n, err)
		}
		if n%2 == 0 {
			p = newProjector(t, l, v, slicing)
		}
		if err := p.CatchUp(context.Background(), nil); err != nil {
			t.Fatalf("after call %d failed: %v", n, err)
		}
		if got := v.dump(); got != want {
			t.Fatalf("after call %d failed: %s", n, firstDifference(got, want))
		}
	}
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return fmt.Sprintf("line %d is\n%s\nwant\n%s", i, strings.Join(g[max(0, i-12):i+1], "\n"), w[i])
		}
	}
	return fmt.Sprintf("%d lines, want %d", len(g), len(w))
}

func TestOneEventByTwoWebhooksIsOneRow(t *testing.T) {
	down := testEvent{ID: "ap1 down", Act: event.Raise, Key: "ap1"}
	v := project(t, newLog(delivery(0, "org", down), delivery(1, "site", down, testEvent{ID: "other"})))
	v.read(func(s *memState) {
		if e := s.Events[event.ID(1, 0)]; e.Duplicates != 2 || len(s.Events) != 2 {
			t.Errorf("%d events, the first told %d times", len(s.Events), e.Duplicates)
		}
		if d := s.Deliveries[2]; d.Events != 2 || d.Duplicates != 1 {
			t.Errorf("the second delivery has %d events, %d of them known", d.Events, d.Duplicates)
		}
		if a := s.Alerts[event.ID(1, 0)]; len(s.Alerts) != 1 || a.Count != 1 || a.Events != 1 {
			t.Errorf("alerts %+v", s.Alerts)
		}
	})
}

func TestAckFromAnotherProcess(t *testing.T) {
	l := newLog(delivery(0, "acme", testEvent{ID: "ap1 down", Act: event.Raise, Key: "ap1"}))
	v := newView()
	p := newProjector(t, l, v)
	for range 2 {
		if err := p.CatchUp(context.Background(), nil); err != nil {
			t.Fatal(err)
		}
		l.append(alertAction(60, "anna", event.ActionAck, event.ID(1, 0), ""), alertAction(61, "anna", event.ActionAck, 77, ""))
	}
	v.read(func(s *memState) {
		if a := s.Alerts[event.ID(1, 0)]; a.Owner != "anna" || a.State != event.Acked {
			t.Errorf("alert %+v", a)
		}
		if r := s.Activities[2].Result; r != "ok" {
			t.Errorf("the ack's result is %q", r)
		}
		if r := s.Activities[3].Result; !strings.Contains(r, "alert 77 is not in the journal") {
			t.Errorf("the result of an ack of nothing is %q", r)
		}
	})
}

func TestEventOfAlertKnowsIt(t *testing.T) {
	v := project(t, newLog(
		delivery(0, "acme", testEvent{ID: "down", Act: event.Raise, Key: "ap1"}),
		delivery(9, "acme", testEvent{ID: "up", Act: event.Resolve, Key: "ap1", At: 9}, testEvent{ID: "else"})))
	v.read(func(s *memState) {
		for id, want := range map[int64]int64{event.ID(1, 0): event.ID(1, 0), event.ID(2, 0): event.ID(1, 0), event.ID(2, 1): 0} {
			if got := s.Events[id].AlertID; got != want {
				t.Errorf("event %d stands behind alert %d, want %d", id, got, want)
			}
		}
		if a := s.Alerts[event.ID(1, 0)]; a.State != event.Resolved || a.Duration(start).Seconds() != 9 {
			t.Errorf("alert %+v", a)
		}
	})
}

func TestNamesLearnedFillIn(t *testing.T) {
	l := newLog(
		delivery(0, "acme", testEvent{ID: "before", Site: "s1", MAC: "m1"}),
		delivery(1, "acme", testEvent{ID: "with", Site: "s1", SiteName: "Berlin", MAC: "m1", Name: "ap1"}),
		delivery(2, "acme", testEvent{ID: "after", Site: "s1", MAC: "m1", Act: event.Raise, Key: "ap1"}),
		delivery(3, "acme", testEvent{ID: "renamed", MAC: "m1", Name: "lobby"}),
		delivery(4, "acme", testEvent{ID: "long", MAC: "m1", Name: strings.Repeat("n", 300)}),
		delivery(5, "acme", testEvent{ID: "last", MAC: "m1", SLE: map[string]float64{"coverage": 0.5}, Site: "s1"}))
	v := project(t, l, func(o *Options) { o.Records = 2 })
	v.read(func(s *memState) {
		for id, want := range map[int64]string{1: "/", 2: "Berlin/ap1", 3: "Berlin/ap1", 6: "Berlin/lobby"} {
			e := s.Events[event.ID(id, 0)]
			if got := e.Site + "/" + e.Device; got != want {
				t.Errorf("event %q is at %q, want %q", e.Text, got, want)
			}
		}
		if a := s.Alerts[event.ID(3, 0)]; a.Site != "Berlin" || a.Device != "ap1" {
			t.Errorf("the alert is at %q, %q", a.Site, a.Device)
		}
		if c := s.Scores["s1 coverage"]; c.Site != "Berlin" || c.Value != 0.5 {
			t.Errorf("score %+v", c)
		}
	})
}

// TestNamesLearnedAreInTheSentences reads Mist's own words: a device or client
// that an event knows by its MAC alone is called by what it was called before.
func TestNamesLearnedAreInTheSentences(t *testing.T) {
	var records []event.Record
	for i, body := range []string{
		`{"topic":"device-events","events":[{"type":"AP_CONFIGURED","org_id":"o","ap":"5c5b35000001","ap_name":"ap-lobby"}]}`,
		`{"topic":"client-info","events":[{"mac":"70ef00000001","hostname":"laptop-7","ip":"10.0.0.7"}]}`,
		`{"topic":"device-updowns","events":[{"type":"AP_DISCONNECTED","org_id":"o","ap":"5c5b35000001"}]}`,
		`{"topic":"client-sessions","events":[{"mac":"70ef00000001","ap":"5c5b35000001","ssid":"x","client_family":"Android"}]}`,
	} {
		r := delivery(i, "acme")
		r.Body = []byte(body)
		records = append(records, r)
	}
	v := project(t, newLog(records...), func(o *Options) { o.Records, o.Decode = 1, nil })
	v.read(func(s *memState) {
		if e := s.Events[event.ID(3, 0)]; e.Text != "ap-lobby down, no reason given" {
			t.Errorf("the event says %q", e.Text)
		}
		if a := s.Alerts[event.ID(3, 0)]; a.Title != "ap-lobby down" || a.Device != "ap-lobby" {
			t.Errorf("the alert says %q of %q", a.Title, a.Device)
		}
		if e := s.Events[event.ID(4, 0)]; e.Client != "laptop-7" || e.Text != `laptop-7 70:ef:00:00:00:01 (Android) left "x" on ap-lobby` {
			t.Errorf("the client %q: %q", e.Client, e.Text)
		}
	})
}

// TestClientsCannotUseUpTheNamesOfDevices guards against phones that change
// their MAC for every network.
func TestClientsCannotUseUpTheNamesOfDevices(t *testing.T) {
	t.Parallel()
	n, _ := loadNames(nil)
	for i := range maxNames + 5 {
		n.learn([]decode.Name{{Kind: decode.NameClient, ID: fmt.Sprintf("%012x", i), Name: "phone"}})
	}
	n.learn([]decode.Name{{Kind: decode.NameDevice, ID: "5c5b35000001", Name: "lobby"}, {Kind: decode.NameClient, ID: "000000000001", Name: "renamed"}})
	if len(n.known) != maxNames+1 || n.known[nameKey{nameDevice, "5c5b35000001"}] != "lobby" || n.known[nameKey{nameClient, "000000000001"}] != "renamed" {
		t.Errorf("%d names", len(n.known))
	}
	again, _ := loadNames(n.changes())
	again.learn([]decode.Name{{Kind: decode.NameClient, ID: "ffffffffffff", Name: "one more"}})
	if len(again.known) != maxNames+1 {
		t.Errorf("loaded again: %d names", len(again.known))
	}
}

func TestBrokenRecordsAreShownAndCounted(t *testing.T) {
	undecodable := delivery(2, "acme")
	undecodable.Body = []byte("?")
	headless := delivery(3, "acme", testEvent{ID: "lost"})
	headless.Head = []byte("{")
	actless := alertAction(4, "anna", event.ActionAck, 1, "")
	actless.Head = nil
	refused := event.Delivery{Received: start, Verdict: event.Failed, Cause: "signature wrong", Status: 401, Body: []byte("[]")}
	refusal, err := event.DeliveryRecord(refused)
	if err != nil {
		t.Fatal(err)
	}
	v := project(t, newLog(
		delivery(0, "acme", testEvent{ID: "before"}),
		delivery(1, "acme", testEvent{Panic: true}),
		undecodable, headless, actless, refusal,
		event.Record{Kind: event.RecordObservation, At: start, Head: []byte(`{}`)},
		event.Record{Kind: 99, At: start},
		delivery(5, "acme", testEvent{ID: "odd", Unknown: true}),
		delivery(6, "acme", testEvent{ID: "right"}, testEvent{ID: "wrong", WrongID: true}),
	))
	v.read(func(s *memState) {
		for id, want := range map[int64]string{
			2:  "the decoder broke on this body (a bug of foghorn's): asked to",
			3:  "not in the tests' tongue",
			4:  "the record is damaged: decode delivery 4",
			6:  "signature wrong",
			10: "the decoder gave an event the id 1, which is not its own",
		} {
			if got := s.Deliveries[id].Cause; !strings.HasPrefix(got, want) {
				t.Errorf("delivery %d: cause %q, want %q", id, got, want)
			}
		}
		if got := s.Activities[5].Result; !strings.HasPrefix(got, "the record is damaged") {
			t.Errorf("the damaged activity says %q", got)
		}
		if s.Undecoded != 7 || s.Unknown != 1 || len(s.Events) != 2 || s.Position != 10 {
			t.Errorf("undecoded %d, unknown %d, events %d, position %d", s.Undecoded, s.Unknown, len(s.Events), s.Position)
		}
	})
}

func TestRecordThatBreaksTheWriterIsPassedOver(t *testing.T) {
	l := newLog(delivery(0, "acme", testEvent{ID: "one"}), delivery(1, "acme", testEvent{ID: "fine"}, testEvent{ID: "poison"}), delivery(2, "acme", testEvent{ID: "two"}))
	v := newView()
	v.panicOn = "poison"
	p := newProjector(t, l, v)
	if err := p.CatchUp(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	v.read(func(s *memState) {
		if len(s.Events) != 2 || s.Undecoded != 1 || s.Position != 3 {
			t.Errorf("events %d, undecoded %d, position %d", len(s.Events), s.Undecoded, s.Position)
		}
		if c := s.Deliveries[2].Cause; !strings.Contains(c, "could not be projected") || !strings.Contains(c, "cannot put poison") {
			t.Errorf("cause %q", c)
		}
	})
}

func TestCatchUpTellsProgress(t *testing.T) {
	l := newLog(history(2, 50)...)
	p := newProjector(t, l, newView(), func(o *Options) { o.Records = 20 })
	var told []string
	if err := p.CatchUp(context.Background(), func(done, end int64) { told = append(told, fmt.Sprint(done, "/", end)) }); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(told, " "); got != "20/50 40/50 50/50" {
		t.Errorf("progress %q", got)
	}
	if s := p.Stats(); s.Position != 50 || s.Lag() != 0 || s.Records != 50 || s.Slices != 3 {
		t.Errorf("stats %+v", s)
	}
}

func TestCatchUpStopsWhenTold(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	p := newProjector(t, newLog(history(2, 50)...), newView(), func(o *Options) { o.Records = 1 })
	err := p.CatchUp(ctx, func(done, _ int64) {
		if done == 10 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v", err)
	}
	if s := p.Stats(); s.Position < 10 || s.Position > 12 {
		t.Errorf("it stopped at %d", s.Position)
	}
}

func TestOptionsAreChecked(t *testing.T) {
	for name, o := range map[string]Options{
		"no log":           {View: newView()},
		"no view":          {Log: newLog()},
		"a long pause":     {Log: newLog(), View: newView(), Pause: 1e10},
		"a negative pause": {Log: newLog(), View: newView(), Pause: -1},
	} {
		if _, err := New(o); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}
