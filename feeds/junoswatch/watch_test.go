package junoswatch

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"foghorn/journal/decode"
	"foghorn/journal/event"
	"foghorn/junos"
)

// memory is a log in memory that can be made to fail.
type memory struct {
	mu      sync.Mutex
	fail    error
	records []event.Record
}

func (m *memory) Append(_ context.Context, records ...event.Record) ([]int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return nil, m.fail
	}
	var seqs []int64
	for _, r := range records {
		r.Seq, r.Body = int64(len(m.records)+1), bytes.Clone(r.Body)
		m.records, seqs = append(m.records, r), append(seqs, r.Seq)
	}
	return seqs, nil
}

func (m *memory) set(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fail = err
}

// recorded are the observations as "ex-sw-01 silent 900" or "ex-sw-01 over".
func (m *memory) recorded(t *testing.T) []string {
	t.Helper()
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []string
	for _, r := range m.records {
		if r.Kind != event.RecordObservation {
			continue
		}
		d, err := r.Observation()
		if err != nil || d.Topic != event.TopicSilence || d.Via != event.ViaLocal {
			t.Fatalf("%+v, %v", d, err)
		}
		var body struct {
			Topic  string
			Events []silence
		}
		if err := json.Unmarshal(d.Body, &body); err != nil || body.Topic != event.TopicSilence || len(body.Events) != 1 {
			t.Fatalf("%s: %v", d.Body, err)
		}
		s := body.Events[0]
		if s.Over {
			out = append(out, s.Host+" over")
			if s.Stamp != s.Since {
				t.Errorf("it was over at %d, and heard at %d", s.Stamp, s.Since)
			}
			continue
		}
		out = append(out, fmt.Sprintf("%s silent %d", s.Host, s.Seconds))
	}
	return out
}

const core = "core"

// story runs a watcher in a bubble of its own time.
func story(t *testing.T, known []Known, act func(w *Watcher, log *memory)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		log := &memory{}
		for i := range known {
			known[i].Last = time.Now().Add(-known[i].Last.Sub(time.Time{}))
		}
		w, err := New(Options{Log: log, SilentAfter: map[string]time.Duration{core: 15 * time.Minute}, Known: known})
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- w.Run(ctx) }()
		act(w, log)
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// pass lets time pass in the bubble.
func pass(d time.Duration) {
	timer := time.NewTimer(d)
	<-timer.C
	synctest.Wait()
}

func want(t *testing.T, log *memory, lines ...string) {
	t.Helper()
	if got := log.recorded(t); strings.Join(got, ", ") != strings.Join(lines, ", ") {
		t.Errorf("recorded %q, want %q", got, lines)
	}
}

func TestAHostThatFallsSilentAndComesBack(t *testing.T) {
	story(t, nil, func(w *Watcher, log *memory) {
		for range 5 {
			w.Heard(core, "ex-sw-01", junos.Heartbeat, time.Now())
			pass(5 * time.Minute)
		}
		want(t, log)
		pass(9*time.Minute + 50*time.Second)
		want(t, log)
		pass(15 * time.Second)
		want(t, log, "ex-sw-01 silent 900")
		pass(3 * time.Hour)
		want(t, log, "ex-sw-01 silent 900") // once
		w.Heard(core, "ex-sw-01", "UI_COMMIT", time.Now())
		synctest.Wait()
		want(t, log, "ex-sw-01 silent 900", "ex-sw-01 over") // at once, by any post
		pass(time.Minute)
		w.Heard(core, "ex-sw-01", junos.Heartbeat, time.Now())
		pass(15 * time.Minute)
		want(t, log, "ex-sw-01 silent 900", "ex-sw-01 over", "ex-sw-01 silent 900")
	})
}

// A silence opens an alert of the host, and its end resolves the same one.
func TestASilenceIsOneAlert(t *testing.T) {
	story(t, nil, func(w *Watcher, log *memory) {
		w.Heard(core, "ex-sw-01", junos.Heartbeat, time.Now())
		pass(16 * time.Minute)
		w.Heard(core, "ex-sw-01", "UI_COMMIT", time.Now())
		synctest.Wait()
		var signals []*event.Signal
		for _, r := range log.records {
			d, err := r.Observation()
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range decode.Delivery(&d).Events {
				signals = append(signals, e.Signal)
				if e.Device != "ex-sw-01" || e.Source != core {
					t.Errorf("%+v", e)
				}
			}
		}
		if len(signals) != 2 || signals[0].Type != event.Raise || signals[1].Type != event.Resolve || signals[0].Key != signals[1].Key ||
			signals[0].Key != "junos:core:ex-sw-01:heartbeat" {
			t.Errorf("%+v", signals)
		}
	})
}

func TestHostsThatAreNotWatched(t *testing.T) {
	story(t, nil, func(w *Watcher, log *memory) {
		w.Heard(core, "no-timer", "UI_COMMIT", time.Now())
		w.Heard(core, "", junos.Heartbeat, time.Now())
		w.Heard("elsewhere", "other", junos.Heartbeat, time.Now())
		pass(24 * time.Hour)
		want(t, log)
	})
}

func TestHostsOfTheJournalAtTheStart(t *testing.T) {
	ago := func(d time.Duration) time.Time { return time.Time{}.Add(d) }
	known := []Known{
		{Host{core, "alive"}, ago(time.Minute), false},
		{Host{core, "gone-while-we-were"}, ago(2 * time.Hour), false},
		{Host{core, "told"}, ago(3 * time.Hour), true},
		{Host{core, "told-and-back"}, ago(3 * time.Hour), true},
		{Host{"removed", "other"}, ago(time.Hour), false},
	}
	story(t, known, func(w *Watcher, log *memory) {
		pass(14 * time.Minute)
		w.Heard(core, "alive", junos.Heartbeat, time.Now())
		w.Heard(core, "told-and-back", junos.Heartbeat, time.Now())
		synctest.Wait()
		want(t, log, "told-and-back over")
		pass(90 * time.Second)
		// The time before the start does not count: nobody listened.
		want(t, log, "told-and-back over", "gone-while-we-were silent 8100")
	})
}

func TestWhatCannotBeAppendedIsRecordedLater(t *testing.T) {
	story(t, nil, func(w *Watcher, log *memory) {
		w.Heard(core, "ex-sw-01", junos.Heartbeat, time.Now())
		log.set(errors.New("the disk is full"))
		pass(20 * time.Minute)
		want(t, log)
		log.set(nil)
		pass(checkEvery)
		want(t, log, "ex-sw-01 silent 1205")
	})
}

func TestTimeThatTheMachineSleptIsNoSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &memory{}
		w, err := New(Options{Log: log, SilentAfter: map[string]time.Duration{core: 15 * time.Minute}})
		if err != nil {
			t.Fatal(err)
		}
		w.Heard(core, "ex-sw-01", junos.Heartbeat, time.Now())
		woke := time.Now().Add(8 * time.Hour)
		w.restart(woke)
		if err := w.check(t.Context(), woke.Add(14*time.Minute)); err != nil {
			t.Fatal(err)
		}
		want(t, log)
		if err := w.check(t.Context(), woke.Add(15*time.Minute)); err != nil {
			t.Fatal(err)
		}
		want(t, log, "ex-sw-01 silent 29700")
	})
}

// Posts that still wait to be worked off are no silence, and one that was worked
// off up to now is.
func TestAHostIsNotSilentWhileItsPostsWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, began := &memory{}, time.Now()
		through := began
		w, err := New(Options{Log: log, SilentAfter: map[string]time.Duration{core: 15 * time.Minute},
			Through: func(time.Time) time.Time { return through }})
		if err != nil {
			t.Fatal(err)
		}
		w.Heard(core, "ex-sw-01", junos.Heartbeat, began)
		w.Heard(core, "ex-sw-02", junos.Heartbeat, began)
		for _, step := range []struct {
			through time.Duration
			want    []string
		}{{time.Minute, nil}, {14 * time.Minute, nil}, {15 * time.Minute, []string{"ex-sw-02 silent 3600"}}} {
			if through = began.Add(step.through); step.through > time.Minute {
				w.Heard(core, "ex-sw-01", junos.Heartbeat, through)
			}
			if err := w.check(t.Context(), began.Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
			want(t, log, step.want...)
		}
	})
}

func TestOptions(t *testing.T) {
	if _, err := New(Options{}); err == nil {
		t.Error("no log is taken")
	}
	if _, err := New(Options{Log: &memory{}, SilentAfter: map[string]time.Duration{core: time.Second}}); err == nil {
		t.Error("a second is taken")
	}
}

func TestHostsAreBounded(t *testing.T) {
	w, err := New(Options{Log: &memory{}, SilentAfter: map[string]time.Duration{core: time.Minute}})
	if err != nil {
		t.Fatal(err)
	}
	for i := range maxHosts + 10 {
		w.Heard(core, fmt.Sprint(i), junos.Heartbeat, time.Now())
	}
	if len(w.hosts) != maxHosts {
		t.Errorf("%d hosts", len(w.hosts))
	}
}

// Two runs would record one silence twice, because it is marked after the append.
func TestAWatcherRunsOnceAtATime(t *testing.T) {
	story(t, nil, func(w *Watcher, log *memory) {
		synctest.Wait()
		ended, end := context.WithCancel(context.Background()) // one of the test ends outside the bubble
		end()
		if err := w.Run(ended); err == nil {
			t.Error("a second run worked beside the first")
		}
		w.Heard(core, "ex-sw-01", junos.Heartbeat, time.Now())
		pass(16 * time.Minute)
		want(t, log, "ex-sw-01 silent 900")
	})
}

// The sign of life of one Routing Engine is that of the device.
func TestTwoRoutingEnginesAreOneDevice(t *testing.T) {
	story(t, nil, func(w *Watcher, log *memory) {
		w.Heard(core, "re0.edge01", junos.Heartbeat, time.Now())
		pass(10 * time.Minute)
		w.Heard(core, "re1.edge01", junos.Heartbeat, time.Now())
		pass(10 * time.Minute)
		want(t, log)
		pass(6 * time.Minute)
		w.Heard(core, "edge01-re0", "UI_COMMIT", time.Now())
		synctest.Wait()
		want(t, log, "edge01 silent 900", "edge01 over")
	})
	w, err := New(Options{Log: &memory{}, SilentAfter: map[string]time.Duration{core: time.Minute}, EnginesApart: map[string]bool{core: true}})
	if err != nil {
		t.Fatal(err)
	}
	w.Heard(core, "re0.edge01", junos.Heartbeat, time.Now())
	w.Heard(core, "re1.edge01", junos.Heartbeat, time.Now())
	if len(w.hosts) != 2 {
		t.Errorf("apart they are %d", len(w.hosts))
	}
}
