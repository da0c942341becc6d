package stream

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"foghorn/journal/event"
	"foghorn/mist"
	"foghorn/mist/mistsim"
	"foghorn/mist/streamtest"
)

// against starts a feed that follows two sites of a simulated organization.
func against(t *testing.T) (*running, *mistsim.Cloud, *completions) {
	t.Helper()
	sim, err := mistsim.New(mistsim.Options{Seed: 7, Unposted: true})
	if err != nil {
		t.Fatal(err)
	}
	pipe := streamtest.Serve(t, sim.API())
	o := sim.Org()
	var sites []string
	for _, s := range o.Sites[:2] {
		sites = append(sites, s.ID)
	}
	w := &completions{}
	r := start(t, func(opt *Options) {
		opt.OrgID, opt.MistEdges, opt.Streaming = o.ID, true, w.tell
		opt.Stream.Authorize, opt.Stream.Dial = mist.StreamToken(mistsim.AdminToken), pipe.Dial
	}, sites...)
	return r, sim, w
}

// completions keeps the calls of Streaming.
type completions struct {
	mu    sync.Mutex
	calls []bool
}

func (w *completions) tell(up bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls = append(w.calls, up)
}

func TestAgainstTheSimulatedCloud(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, sim, w := against(t)
		pass(time.Minute)
		kinds := map[string]int{}
		for _, line := range r.sink.take() {
			kind, _, _ := strings.Cut(line, " ")
			kinds[kind]++
		}
		if kinds["device"] == 0 || kinds["client"] == 0 {
			t.Errorf("in a minute came %v", kinds)
		}
		if f := r.Feed.Feed(); f.State != event.FeedUp || f.Rate == 0 || f.Failed != 0 || len(r.sink.allFrames()) == 0 {
			t.Errorf("%+v", f)
		}

		cut := time.Now()
		if n := sim.Faults().CutStreams(); n != 1 {
			t.Fatalf("%d streams were cut", n)
		}
		pass(10 * time.Second)
		if got := r.sink.allGaps(); len(got) != 1 || !got[0].from.Equal(cut) || got[0].to.Sub(cut) > 3*time.Second {
			t.Errorf("cut at %s, reported %+v", cut, got)
		}
		r.finish(t)
		w.mu.Lock()
		defer w.mu.Unlock()
		if !slices.Equal(w.calls, []bool{true, false, true, false}) {
			t.Errorf("whole or not: %v", w.calls)
		}
	})
}

func TestTroubleOfTheSimulatedCloud(t *testing.T) {
	for name, c := range map[string]struct {
		order  mistsim.Order
		cut    bool
		within time.Duration
		reason string // of the gap; empty when there is none
		note   string
	}{
		"binary":  {mistsim.Order{Kind: mistsim.BinaryFrames, Times: 5}, false, time.Minute, "", ""},
		"garbage": {mistsim.Order{Kind: mistsim.GarbageFrames, Times: 5}, false, time.Minute, "", "; 5 messages malformed"},
		"10 MB":   {mistsim.Order{Kind: mistsim.HugeFrame}, false, time.Minute, "the cloud sent a message larger than 4 MiB", ""},
		"silent":  {mistsim.Order{Kind: mistsim.SilentStream, Times: 2}, true, time.Minute, "the connection was cut", ""},
		"down":    {mistsim.Order{Kind: mistsim.RefuseUpgrade, Times: 3}, true, time.Minute, "the connection was cut", ""},
		"storm":   {mistsim.Order{Kind: mistsim.RefuseUpgrade, Status: 429, Delay: 5 * time.Minute}, true, 6 * time.Minute, "the connection was cut", ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r, sim, _ := against(t)
				pass(time.Minute)
				sim.Faults().Order(c.order)
				if c.cut {
					sim.Faults().CutStreams()
				}
				pass(c.within)
				gaps := r.sink.allGaps()
				if c.reason == "" && len(gaps) > 0 || c.reason != "" && (len(gaps) != 1 || gaps[0].reason != c.reason) {
					t.Errorf("reported %+v, want %q", gaps, c.reason)
				}
				if f := r.Feed.Feed(); f.State != event.FeedUp || !strings.HasSuffix(f.Detail, " channels"+c.note) {
					t.Errorf("%+v", f)
				}
				r.sink.take()
				pass(time.Minute)
				if len(r.sink.take()) == 0 {
					t.Error("nothing comes any more")
				}
				r.finish(t)
			})
		})
	}
}

func TestATokenRevokedWhileTheStreamIsUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, sim, _ := against(t)
		pass(time.Minute)
		sim.Revoke(mistsim.AdminToken)
		sim.Faults().CutStreams()
		pass(time.Minute)
		if f := r.Feed.Feed(); f.State != event.FeedError || !strings.HasPrefix(f.Detail, "token refused: ") || !strings.Contains(f.Detail, "it needs a new one") {
			t.Errorf("%+v", f)
		}
		r.finish(t)
	})
}
