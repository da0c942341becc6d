package triage

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"foghorn/journal/event"
)

func splitLines(s string) []string { return strings.Split(strings.TrimSpace(s), "\n") }

// TestAnyOrder delivers the same openings, closings, alarms and restarts in many
// orders: the condition must always end up as its latest opening or closing left
// it, with at most one alert unresolved on the way.
func TestAnyOrder(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	for round := range 3000 {
		var script []string
		at := 0
		n := 1 + rng.IntN(7)
		last := ""
		for range n {
			at += 1 + rng.IntN(30)
			last = []string{"down", "up", "sight count=1", "up"}[rng.IntN(4)]
			script = append(script, fmt.Sprintf("%02d:%02d %s @20:00", at/60, at%60, last))
			if rng.IntN(4) == 0 {
				script = append(script, fmt.Sprintf("%02d:%02d:30 restart power cycle @20:00", at/60, at%60))
			}
		}
		rng.Shuffle(len(script), func(i, j int) { script[i], script[j] = script[j], script[i] })
		w := newStoryRun(t)
		for _, line := range script {
			w.play(line)
			if open := unresolved(w.rows); open > 1 {
				t.Fatalf("round %d: %d alerts unresolved at once after %q of %q", round, open, line, script)
			}
			if rng.IntN(4) == 0 {
				w.m = w.rows.load(DefaultRules())
			}
		}
		w.play("20:01 tick")
		want := 0
		if last != "up" {
			want = 1
		}
		if open := unresolved(w.rows); open != want {
			t.Fatalf("round %d: the last word is %q and %d alerts are unresolved: %q\n%s", round, last, open, script, w.alerts())
		}
	}
}

func unresolved(l ledger) int {
	n := 0
	for _, a := range l.alerts {
		if a.Resolved == nil {
			n++
		}
	}
	return n
}

// TestAnyInterruption runs a long mixed history twice: in one go with a small
// memory, and with a machine loaded anew at random. Every row must be the same.
func TestAnyInterruption(t *testing.T) {
	t.Parallel()
	for seed := range uint64(40) {
		rng := rand.New(rand.NewPCG(seed, 9))
		script := history(rng, 300)
		small := DefaultRules()
		small.MaxCached = 2
		one, two := newStoryRun(t), newStoryRun(t)
		one.m = New(small)
		for _, line := range script {
			one.play(line)
			two.play(line)
			if rng.IntN(5) == 0 {
				two.m = two.rows.load(DefaultRules())
			}
		}
		if a, b := one.alerts(), two.alerts(); a != b {
			t.Fatalf("seed %d: in one go\n%sinterrupted\n%s", seed, a, b)
		}
		if !maps.Equal(one.rows.recoveries, two.rows.recoveries) {
			t.Fatalf("seed %d: recoveries %v and %v", seed, one.rows.recoveries, two.rows.recoveries)
		}
	}
}

// history is a day of everything, mostly in order.
func history(rng *rand.Rand, n int) []string {
	var script []string
	sec := 0
	for range n {
		sec += rng.IntN(400) % (86000/n + 1)
		at := max(0, sec-rng.IntN(2)*rng.IntN(3000))
		step := []string{"down", "up", "down", "up", "once", "alarm count=%d", "alarm count=%d resolved", "tick",
			"ack anna", "unack", "snooze 12:00", "snooze 04:00", "wake", "note n%d",
			"restart reason %d", "sight count=%d", "unsight", "sight count=%d id=n", "broken id=a%d", "fixed", "broken id=b%d on=V2", "fixed on=V2", "brief", "each", "lasting count=%d", "several", "back", "several id=n", "unsight id=n"}[rng.IntN(29)]
		if strings.Contains(step, "%d") {
			step = fmt.Sprintf(step, 1+rng.IntN(9))
		}
		script = append(script, fmt.Sprintf("%s %s @%s", tod(at), step, tod(sec)))
	}
	return append(script, "23:59 tick")
}

func tod(sec int) string { return fmt.Sprintf("%02d:%02d:%02d", sec/3600, sec/60%60, sec%60) }

func TestActivityResults(t *testing.T) {
	cases := []struct {
		name   string
		target string
		action string
		after  string
		want   string
	}{
		{"an ack of an alert", "alert:10000", event.ActionAck, "", "ok"},
		{"an alert that is not there", "alert:77", event.ActionAck, "", "alert 77 is not in the journal; retention may have removed it"},
		{"no number", "alert:x", event.ActionAck, "", `"alert:x" names no alert; a target looks like alert:3450012`},
		{"an action unheard of", "alert:10000", "frob", "", `unknown action "frob"; the actions on an alert are ack, unack, snooze, wake, note and close`},
		{"a snooze without an end", "alert:10000", event.ActionSnooze, "soon", `snooze until "soon": not an RFC 3339 time such as 2026-03-01T10:30:00Z`},
		{"somebody else's business", "device:5c5b35000001", "rename", "", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := newStoryRun(t)
			w.play("10:00 down")
			a := event.Activity{Time: hour("10:01"), Actor: "anna", Action: c.action, Target: c.target, After: c.after}
			if err := w.m.Activity(&a, w.rows); err != nil {
				t.Fatal(err)
			}
			if a.Result != c.want {
				t.Errorf("result %q, want %q", a.Result, c.want)
			}
			if changed := len(w.m.Changes().Alerts); (changed == 1) != (c.want == "ok") {
				t.Errorf("%d alerts changed", changed)
			}
		})
	}
}

func TestActivityTellsBeforeAndAfter(t *testing.T) {
	w := newStoryRun(t)
	w.play("10:00 down\n10:01 ack anna\n10:02 ack carl")
	if w.last.Before != "anna" || w.last.After != "carl" {
		t.Errorf("the second ack went from %q to %q", w.last.Before, w.last.After)
	}
	w.play("10:03 snooze 11:00\n10:04 wake")
	if w.last.Before != "2026-01-01T11:00:00Z" || w.last.After != "" {
		t.Errorf("the wake went from %q to %q", w.last.Before, w.last.After)
	}
}

func TestAckWithReasonIsANote(t *testing.T) {
	w := newStoryRun(t)
	w.play("10:00 down")
	a := event.Activity{Time: hour("10:01"), Actor: "anna", Action: event.ActionAck, Target: "alert:10000", Reason: strings.Repeat("é", maxNote)}
	if err := w.m.Activity(&a, w.rows); err != nil {
		t.Fatal(err)
	}
	w.rows.write(w.m.Changes())
	if note := w.rows.alerts[10000].Note; len(note) != maxNote || !strings.HasSuffix(note, "é") {
		t.Errorf("the note has %d bytes and ends in %q", len(note), note[len(note)-2:])
	}
}

func TestEventsWithoutASignalStandAlone(t *testing.T) {
	m := New(DefaultRules())
	for _, s := range []*event.Signal{nil, {}, {Type: event.Raise}, {Key: "k"}, {Key: "k", Type: 99}} {
		e := event.Event{ID: 1, Time: hour("10:00"), Received: hour("10:00"), Signal: s}
		if err := m.Event(&e, newLedger()); err != nil || e.AlertID != 0 {
			t.Errorf("%+v: alert %d, error %v", s, e.AlertID, err)
		}
	}
	if c := m.Changes(); len(c.Alerts)+len(c.OrphanResolves) != 0 {
		t.Errorf("changes %+v", c)
	}
}

func TestNextDeadline(t *testing.T) {
	w := newStoryRun(t)
	if at, ok := w.m.Next(); ok {
		t.Fatalf("an empty machine waits for %v", at)
	}
	w.play("10:00 once\n10:01 snooze 10:20")
	if at, ok := w.m.Next(); !ok || !at.Equal(hour("10:20")) {
		t.Errorf("next deadline %v, want the end of the snooze", at)
	}
	w.play("10:20 tick")
	if at, ok := w.m.Next(); !ok || !at.Equal(hour("11:00")) {
		t.Errorf("next deadline %v, want the end of the one-off", at)
	}
}

// TestRepeatedOneOffHasOneDeadline guards the memory a chatty one-off takes.
func TestRepeatedOneOffHasOneDeadline(t *testing.T) {
	w := newStoryRun(t)
	for i := range 500 {
		w.play(tod(36000+i) + " once")
	}
	if n := len(w.m.due.heap); n != 1 {
		t.Errorf("%d deadlines for one alert", n)
	}
}

func TestMemoryIsBounded(t *testing.T) {
	r := DefaultRules()
	r.MaxCached, r.MaxOrphanResolves = 100, 50
	m, rows := New(r), newLedger()
	at := hour("10:00")
	for i := range 1000 {
		for _, act := range []event.SignalType{event.Raise, event.Resolve} {
			key := fmt.Sprint(act, i)
			e := event.Event{ID: int64(i*2) + int64(act), Time: at, Received: at, Signal: &event.Signal{Key: key, Type: act}}
			if err := m.Event(&e, rows); err != nil {
				t.Fatal(err)
			}
		}
		at = at.Add(time.Second)
		rows.write(m.Changes())
		if len(m.byID) > 100 || len(m.byKey) > 100 {
			t.Fatalf("%d alerts and %d keys are held", len(m.byID), len(m.byKey))
		}
	}
	if len(rows.recoveries) != 50 || len(m.orphans) != 50 {
		t.Errorf("%d recoveries written, %d held", len(rows.recoveries), len(m.orphans))
	}
	if len(rows.alerts) != 1000 {
		t.Errorf("%d alerts written", len(rows.alerts))
	}
}

type broken struct{}

var errBroken = errors.New("disk gone")

func (broken) Alert(int64) (*event.Alert, error)                { return nil, errBroken }
func (broken) ResolvedSince(string, time.Time) ([]int64, error) { return nil, errBroken }
func (broken) AlertByKey(string) (*event.Alert, error)          { return nil, errBroken }

func TestLookupErrorsComeThrough(t *testing.T) {
	for _, act := range []event.SignalType{event.Raise, event.Resolve, event.Report, event.OneShot, event.Restart} {
		e := event.Event{ID: 1, Signal: &event.Signal{Key: "k", Type: act}}
		if err := New(DefaultRules()).Event(&e, broken{}); !errors.Is(err, errBroken) {
			t.Errorf("act %d: error %v", act, err)
		}
	}
	a := event.Activity{Target: "alert:1", Action: event.ActionAck}
	if err := New(DefaultRules()).Activity(&a, broken{}); !errors.Is(err, errBroken) {
		t.Errorf("activity: error %v", err)
	}
}

func BenchmarkEvent(b *testing.B) {
	m, rows := New(DefaultRules()), newLedger()
	keys := make([]string, 1000)
	for i := range keys {
		keys[i] = fmt.Sprint("mist:device:", i)
	}
	at := hour("10:00")
	for i := 0; b.Loop(); i++ {
		e := event.Event{ID: int64(i + 1), Time: at, Received: at, Device: "ap1",
			Signal: &event.Signal{Key: keys[i%1000], Type: event.SignalType(1 + i/1000%2)}}
		if err := m.Event(&e, rows); err != nil {
			b.Fatal(err)
		}
		at = at.Add(time.Millisecond)
		if i%4096 == 0 {
			m.Changes()
		}
	}
}
