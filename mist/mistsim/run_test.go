package mistsim

import (
	"context"
	"math"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// While nobody listens, nothing is lost or reordered.
func TestABrokenListenerIsWaitedFor(t *testing.T) {
	clean := signals(listen(t, 20*time.Second, nil))
	for name, answer := range map[string]int{"no connection": 0, "503": http.StatusServiceUnavailable} {
		t.Run(name, func(t *testing.T) {
			posts := listen(t, 20*time.Second, func(_ *Options, r *recorder) {
				r.status = func(n int) int {
					if n > 40 && n < 44 {
						return answer
					}
					return http.StatusOK
				}
			})
			if got := signals(posts); !slices.Equal(got, clean) {
				t.Errorf("%d signals, want the %d of a listener that is well", len(got), len(clean))
			}
		})
	}
}

func TestRefusalsAreCountedAndNotRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &recorder{status: func(int) int { return http.StatusUnauthorized }}
		c := mustNew(t, r.options(1))
		if err := c.Play(t.Context(), "garbage"); err != nil {
			t.Fatal(err)
		}
		if got, want := c.Stats(), (Stats{Refused: 3}); got != want {
			t.Errorf("stats %+v, want %+v", got, want)
		}
	})
}

func TestWithoutAPastThereIsOnlyThePresent(t *testing.T) {
	var before int64
	synctest.Test(t, func(t *testing.T) {
		r := &recorder{start: time.Now()}
		o := r.options(3)
		o.History = -1
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		c := mustNew(t, o)
		if err := c.Run(ctx); err != nil {
			t.Fatal(err)
		}
		for _, g := range r.posts {
			topic, events, _ := g.events()
			for _, e := range events {
				if at, ok := e["timestamp"].(float64); ok && topic != "site-sle" && topic != "client-latency" && int64(at) < r.start.Unix() {
					before++
				}
			}
		}
		if err := c.Run(t.Context()); err == nil {
			t.Error("a second Run is no error")
		}
		if len(r.posts) < 10 {
			t.Errorf("only %d posts", len(r.posts))
		}
	})
	if before > 0 {
		t.Errorf("%d events from before the start", before)
	}
}

func TestTwiceTheSpeedTellsTwiceAsMuch(t *testing.T) {
	slow := listen(t, 40*time.Second, nil)
	fast := listen(t, 20*time.Second, func(o *Options, _ *recorder) { o.Speed = 2 })
	a, b := signals(slow), signals(fast)
	if len(a) < 100 || !slices.Equal(a, b) {
		t.Errorf("%d signals in 40 s, %d in 20 s at twice the speed", len(a), len(b))
	}
}

// After a laptop slept, the story goes on from the present.
func TestAClockThatJumpsDoesNotMakeABurst(t *testing.T) {
	for name, jump := range map[string]time.Duration{"forward": 8 * time.Hour, "back": -8 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := &recorder{start: time.Now()}
				o := r.options(5)
				o.Clock = jumpy{at: time.Now().Add(10 * time.Second), by: jump}
				ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
				defer cancel()
				c := mustNew(t, o)
				if err := c.Run(ctx); err != nil {
					t.Fatal(err)
				}
				before, after := 0, 0
				for _, g := range r.posts {
					switch {
					case g.after > 0 && g.after < 10*time.Second:
						before++
					case g.after >= 10*time.Second:
						after++
					}
				}
				if before < 5 || after < before || after > 8*before {
					t.Errorf("%d posts in 10 s before the jump, %d in 20 s after it", before, after)
				}
			})
		})
	}
}

// jumpy is a clock that is set at some moment.
type jumpy struct {
	at time.Time
	by time.Duration
}

func (j jumpy) Now() time.Time {
	now := time.Now()
	if now.After(j.at) {
		return now.Add(j.by)
	}
	return now
}

func (jumpy) NewTicker(d time.Duration) (<-chan time.Time, func()) {
	t := time.NewTicker(d)
	return t.C, t.Stop
}

func TestOptionsThatCannotWorkAreErrors(t *testing.T) {
	good := Options{MistURL: "http://127.0.0.1:8484/mist/acme"}
	for name, change := range map[string]func(*Options){
		"no address":      func(o *Options) { o.MistURL = "" },
		"no scheme":       func(o *Options) { o.MistURL = "127.0.0.1:8484/mist" },
		"no host":         func(o *Options) { o.JunosURL = "http:///junos" },
		"not http":        func(o *Options) { o.JunosURL = "ftp://127.0.0.1/junos" },
		"backwards":       func(o *Options) { o.Speed = -1 },
		"speed no number": func(o *Options) { o.Speed = math.NaN() },
		"endless load":    func(o *Options) { o.Rate = math.Inf(1) },
	} {
		o := good
		change(&o)
		if c, err := New(o); err == nil || c != nil {
			t.Errorf("%s: New gave %v, %v", name, c, err)
		}
	}
	if _, err := New(good); err != nil {
		t.Errorf("New: %v", err)
	}
}
