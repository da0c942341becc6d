package actions_test

import (
	"runtime"
	"testing"
	"time"

	"foghorn/journal/event"
)

// Whoever acts is answered when the view shows it; when that takes too long, or
// when nobody collects, it is pending, and was not lost.
func TestAwaitEndsWhenTheViewShowsItOrIsPending(t *testing.T) {
	d := open(t)
	ids := d.alarms(1)
	acts := d.process(nil)
	done := d.do(acts, d.acks(event.ActionAck, "", ids...)...)
	if _, shown := acts.Await(d.ctx, done...); shown {
		t.Fatal("shown although nothing carried it out")
	}
	await := func() (got []event.Activity, shown bool, took time.Duration) {
		from, ended := d.clock.Now(), make(chan struct{})
		go func() {
			defer close(ended)
			got, shown = acts.Await(d.ctx, done...)
		}()
		for {
			select {
			case <-ended:
				return got, shown, d.clock.Now().Sub(from)
			default:
				d.clock.Advance(50 * time.Millisecond)
				runtime.Gosched()
			}
		}
	}
	d.must(d.view.PutFeeds(d.ctx, event.Collector{Heartbeat: d.clock.Now()}, nil, 0, nil))
	if _, shown, took := await(); shown || took < 2*time.Second {
		t.Errorf("a collector that lags: shown %v after %s", shown, took)
	}
	d.project()
	got, shown := acts.Await(d.ctx, done...)
	if !shown || len(got) != 1 || got[0].Became == nil || got[0].Became.Owner != "ada" {
		t.Errorf("shown %v: %+v", shown, got)
	}
}
