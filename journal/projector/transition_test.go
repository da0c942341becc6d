package projector

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"foghorn/journal/event"
	"foghorn/journal/triage"
)

// arrival is a record and the time when it reaches the log.
type arrival struct {
	event.Record
	at time.Time
}

// arrivals is a history whose records reach the log up to settling after they were
// received, and so not in the order of the times they carry.
func arrivals(rng *rand.Rand, seed uint64, n int) []arrival {
	var out []arrival
	last := start
	for _, r := range historyEvery(20, seed, n) {
		if r.At.Equal(start) {
			r.At = last
		}
		last = r.At
		late := time.Duration(0)
		if rng.IntN(4) == 0 {
			late = time.Duration(rng.Int64N(int64(settling)))
		}
		out = append(out, arrival{r, r.At.Add(late)})
	}
	slices.SortStableFunc(out, func(a, b arrival) int { return a.at.Compare(b.at) })
	return out
}

// brief has time end alerts within a minute or two, so that many ends fall between
// two records and into the time in which late ones arrive.
func brief(o *Options) {
	o.Rules = triage.DefaultRules()
	o.Rules.OneShotFor, o.Rules.RestartFor, o.Rules.ReopenWithin = 90*time.Second, time.Minute, time.Minute
}

// liveRun projects records as they arrive, with the clock running in between, and
// with a restart or a failure now and then.
func liveRun(t *testing.T, rng *rand.Rand, records []arrival) (*memLog, *memView) {
	t.Helper()
	l, v := newLog(), newView()
	p := newProjector(t, l, v, brief)
	ctx := context.Background()
	work := func() {
		for n := 1; n > 0; {
			var err error
			if n, _, err = p.step(ctx, 1+rng.IntN(5)); err != nil {
				t.Fatal(err)
			}
		}
	}
	for i, r := range records {
		l.append(r.Record)
		if rng.IntN(3) > 0 {
			work()
		}
		next := r.at.Add(2 * time.Hour)
		if i+1 < len(records) {
			next = records[i+1].at
		}
		for now := r.at; now.Before(next); now = now.Add(time.Duration(1 + rng.Int64N(int64(8*time.Second)))) {
			if rng.IntN(3) > 0 {
				continue
			}
			work()
			if err := p.tick(ctx, now); err != nil {
				t.Fatal(err)
			}
		}
		switch rng.IntN(20) {
		case 0:
			p = newProjector(t, l, v, brief)
		case 1:
			p.dropMemory()
		}
	}
	work()
	if err := p.tick(ctx, start.Add(24*time.Hour)); err != nil {
		t.Fatal(err)
	}
	return l, v
}

// TestARebuildGivesTheTransitionsOfTheLiveRun is the promise of Transitions: the
// same steps with the same cursors, whatever the slices were and whenever the
// clock ended something.
func TestARebuildGivesTheTransitionsOfTheLiveRun(t *testing.T) {
	t.Parallel()
	total := map[string]int{}
	for seed := range uint64(40) {
		rng := rand.New(rand.NewPCG(seed, 6))
		l, v := liveRun(t, rng, arrivals(rng, seed, 150))
		rebuilt := project(t, l, brief, func(o *Options) { o.Records = 1 + rng.IntN(60) })
		if got, want := steps(rebuilt), steps(v); got != want {
			t.Fatalf("seed %d: the transitions differ: %s", seed, firstDifference(got, want))
		}
		if got, want := rebuilt.dump(), v.dump(); got != want {
			t.Fatalf("seed %d: %s", seed, firstDifference(got, want))
		}
		checkSteps(t, v, total)
	}
	for _, kind := range []string{"opened", "worse", "better", "acked", "unacked", "snoozed", "woken", "snooze ended", "resolved", "expired", "reopened"} {
		if total[kind] == 0 {
			t.Errorf("no alert of the histories was ever %s: %v", kind, total)
		}
	}
}

// steps renders all transitions of a view.
func steps(v *memView) string {
	var b strings.Builder
	v.read(func(s *memState) {
		for _, t := range s.Steps {
			fmt.Fprintf(&b, "%+v\n", t)
		}
	})
	return b.String()
}

// checkSteps holds the transitions against the alerts: numbered without a gap, each
// from where the last one led, and the last one to where the alert is. It counts the
// kinds of steps.
func checkSteps(t *testing.T, v *memView, total map[string]int) {
	t.Helper()
	v.read(func(s *memState) {
		last := map[int64]event.Transition{}
		for _, step := range s.Steps {
			was, now := last[step.AlertID], step.Transition
			if now.N != was.N+1 || now.From != was.To || was.N > 0 && now.From == now.To && now.Severity == was.Severity {
				t.Errorf("%+v follows %+v", now, was)
			}
			last[now.AlertID] = now
			total[kindOf(was, now)]++
		}
		if len(last) != len(s.Alerts) {
			t.Errorf("%d alerts have transitions, of %d", len(last), len(s.Alerts))
		}
		for id, a := range s.Alerts {
			if want := (event.LastStep{N: last[id].N, State: last[id].To, Severity: last[id].Severity}); a.Last != want || a.Severity != want.Severity {
				t.Errorf("alert %d is at %+v with severity %s, and its last transition at %+v", id, a.Last, a.Severity, want)
			}
		}
	})
}

func kindOf(was, now event.Transition) string {
	byTime := now.CauseEvent == 0 && now.CauseActivity == 0
	switch {
	case now.N == 1:
		return "opened"
	case now.To == event.Resolved && byTime:
		return "expired"
	case now.From == now.To && now.Severity > was.Severity:
		return "worse"
	case now.From == now.To:
		return "better"
	case now.To == event.Resolved:
		return "resolved"
	case now.From == event.Resolved:
		return "reopened"
	case now.To == event.Snoozed:
		return "snoozed"
	case now.From == event.Snoozed && byTime:
		return "snooze ended"
	case now.From == event.Snoozed:
		return "woken"
	case now.To == event.Acked:
		return "acked"
	}
	return "unacked"
}

// TestAnAlertOfOneSliceHasItsWholeLife projects a short outage in one slice.
func TestAnAlertOfOneSliceHasItsWholeLife(t *testing.T) {
	v := project(t, newLog(
		delivery(0, "acme", testEvent{ID: "down", Act: event.Raise, Key: "ap1"}),
		delivery(60, "acme", testEvent{ID: "up", Act: event.Resolve, Key: "ap1", At: 60}),
		delivery(70, "acme", testEvent{ID: "again", Act: event.Raise, Key: "ap1", At: 70}),
		alertAction(80, "anna", event.ActionAck, event.ID(1, 0), ""),
		delivery(90, "acme", testEvent{ID: "well", Act: event.Resolve, Key: "ap1", At: 90}),
	))
	var got []string
	v.read(func(s *memState) {
		for _, t := range s.Steps {
			seq, _ := event.SplitID(t.CauseEvent)
			got = append(got, fmt.Sprintf("%d %s %q to %s at %v by the event of %d or activity %d", t.N, t.Severity, t.From, t.To, t.At, seq, t.CauseActivity))
		}
	})
	want := []string{
		`1 warn "" to open at {1 0} by the event of 1 or activity 0`,
		`2 warn "open" to resolved at {2 0} by the event of 2 or activity 0`,
		`3 warn "resolved" to open at {3 0} by the event of 3 or activity 0`,
		`4 warn "open" to acked at {4 0} by the event of 0 or activity 4`,
		`5 warn "acked" to resolved at {5 0} by the event of 5 or activity 0`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
