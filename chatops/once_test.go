package chatops_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"foghorn/chatops"
	"foghorn/internal/clock"
	"foghorn/journal/event"
)

// A process that is killed between the acknowledgement and the run leaves a call that the
// next one runs, once, and answers where it was asked.
func TestACallRunsOnceAfterAKill(t *testing.T) {
	d := open(t)
	id := d.alarms(1)[0]
	killed := d.core() // accepts, and never runs
	call := d.call(otto, "note "+id+" seen")
	d.leave(killed, call)
	if _, err := killed.Accept(d.ctx, chatops.Call{}); err == nil || len(d.activities(event.ActionNote)) > 0 {
		t.Errorf("a call of nobody is taken, or it ran: %v", err)
	}
	c := d.serve()
	<-d.posts.arrived
	if got := d.posts.answers; len(got) != 1 || !strings.HasPrefix(got[0], call.ID+": Noted: "+id) {
		t.Errorf("%q", got)
	}
	// The platform repeats it, and so does a second process that starts: nothing more.
	if m, err := c.Accept(d.ctx, call); err != nil || m == nil || !strings.Contains(text(m), "Noted") {
		t.Errorf("repeated: %v, %v", m, err)
	}
	d.stop()
	c = d.serve()
	// Another process answers the repeat as the first did.
	if m, err := c.Accept(d.ctx, call); err != nil || m == nil || !strings.Contains(text(m), "Noted") {
		t.Errorf("repeated to another process: %v, %v", m, err)
	}
	if got := d.activities(event.ActionNote); len(got) != 1 {
		t.Errorf("ran %d times", len(got))
	}
}

// leave has a core accept a call that it does not run, as when it is killed.
func (d *desk) leave(c *chatops.Core, call chatops.Call) {
	d.t.Helper()
	ctx, cancel := context.WithCancel(d.ctx)
	done := make(chan error, 1)
	go func() {
		m, err := c.Accept(ctx, call)
		if m != nil {
			d.t.Errorf("answered: %s", text(m))
		}
		done <- err
	}()
	d.durable(call)
	cancel()
	d.must(<-done)
}

// durable waits until a call is on disk.
func (d *desk) durable(call chatops.Call) {
	d.t.Helper()
	for {
		open, err := d.outbox.OpenRequests(d.ctx)
		d.must(err)
		if slices.ContainsFunc(open, func(r event.ChatRequest) bool { return r.ID == call.ID }) {
			return
		}
	}
}

// A call that was running when its process died is not run again: it may be done. Whoever
// asked is told.
func TestAnInterruptedCallIsTold(t *testing.T) {
	d := open(t)
	ap := d.cloud.Org().Sites[0].OfType("ap")[0].Name
	dead := d.core()
	started, old := d.call(otto, "locate "+ap), d.call(otto, "locate "+ap)
	d.leave(dead, old)
	d.clock.Advance(16 * time.Minute)
	d.leave(dead, started)
	if moved, err := d.outbox.MoveRequest(d.ctx, "slack", started.ID, event.RequestAccepted, event.RequestStarted); err != nil || !moved {
		t.Fatal(moved, err)
	}
	c := d.serve()
	<-d.posts.arrived
	<-d.posts.arrived
	d.posts.mu.Lock()
	got := slices.Sorted(slices.Values(d.posts.answers))
	d.posts.mu.Unlock()
	if len(got) != 2 || !strings.Contains(got[0]+got[1], "may or may not be done") || !strings.Contains(got[0]+got[1], "more than 15 minutes old") {
		t.Errorf("%q", got)
	}
	if acts := d.activities(event.ActionLocate); len(acts) > 0 {
		t.Errorf("ran: %+v", acts)
	}
	// A repeat of it is told the same and, by one more process, at least not that it begins.
	if m, err := c.Accept(d.ctx, started); err != nil || m == nil || !strings.Contains(text(m), "may or may not be done") {
		t.Errorf("repeated: %v, %v", m, err)
	}
	if m, err := d.core().Accept(d.ctx, started); err != nil || m == nil || !strings.Contains(text(m), "before it restarted") {
		t.Errorf("repeated to another process: %v, %v", m, err)
	}
	rows, err := d.outbox.Calls(d.ctx, 0, 10)
	if err != nil || len(rows) != 2 || rows[0].Outcome != event.ChatError || rows[1].Outcome != event.ChatError {
		t.Errorf("%+v, %v", rows, err)
	}
}

// dying is a platform whose process ends while it posts an answer.
type dying struct {
	chatops.Platform
	end context.CancelFunc
}

func (p dying) Answer(ctx context.Context, _ *chatops.Call, _ *chatops.Message) error {
	p.end()
	return ctx.Err()
}

// Whoever could not be told that a call was interrupted is told by the next process.
func TestTheEndOfAProcessLeavesNobodyUntold(t *testing.T) {
	d := open(t)
	call := d.call(otto, "locate "+d.cloud.Org().Sites[0].OfType("ap")[0].Name)
	d.leave(d.core(), call)
	if moved, err := d.outbox.MoveRequest(d.ctx, "slack", call.ID, event.RequestAccepted, event.RequestStarted); err != nil || !moved {
		t.Fatal(moved, err)
	}
	c := d.core()
	ctx, end := context.WithCancel(d.ctx)
	c.Register("slack", dying{d.posts, end})
	d.must(c.Run(ctx))
	d.serve()
	<-d.posts.arrived
	if got := d.posts.answers; len(got) != 1 || !strings.Contains(got[0], "may or may not be done") {
		t.Errorf("%q", got)
	}
}

// A platform that did not get the answer repeats the call, and gets the same one again.
func TestARepeatRunsNothing(t *testing.T) {
	d := open(t)
	c := d.serve()
	id := d.alarms(1)[0]
	call := d.call(otto, "note "+id+" seen")
	first, again := d.accept(c, call), d.accept(c, call)
	if first != again || len(d.activities(event.ActionNote)) != 1 {
		t.Errorf("%v, %v, %d activities", first, again, len(d.activities(event.ActionNote)))
	}
	if rows, err := d.outbox.Calls(d.ctx, 0, 10); err != nil || len(rows) != 1 {
		t.Errorf("%+v, %v", rows, err)
	}
}

// toldClock says when somebody begins to wait.
type toldClock struct {
	clock.Clock
	waits chan struct{}
}

func (c toldClock) NewTicker(d time.Duration) (<-chan time.Time, func()) {
	tick, stop := c.Clock.NewTicker(d)
	c.waits <- struct{}{}
	return tick, stop
}

// What takes longer than the platform waits is answered later.
func TestASlowCallIsAnsweredLater(t *testing.T) {
	d := open(t)
	c := d.core()
	waits := make(chan struct{}, 10)
	c.Clock = toldClock{d.clock, waits}
	call := d.call(vera, "alerts")
	answer := make(chan *chatops.Message)
	go func() {
		m, err := c.Accept(d.ctx, call)
		if err != nil {
			t.Error(err)
		}
		answer <- m
	}()
	<-waits
	d.clock.Advance(2 * time.Second)
	if m := <-answer; m != nil {
		t.Errorf("answered before it ran: %s", text(m))
	}
	ctx, cancel := context.WithCancel(d.ctx)
	done := make(chan error, 1)
	go func() { done <- c.Run(ctx) }()
	<-d.posts.arrived
	cancel()
	if err := <-done; err != nil || d.posts.answers[0] != call.ID+": No alert." {
		t.Errorf("%v, %q", err, d.posts.answers)
	}
}

// A call that comes while Run takes up what a restart left is answered to whoever waits.
func TestACallBesideTheStartIsAnsweredAtOnce(t *testing.T) {
	for range 20 {
		d := open(t)
		c := d.serve() // reads the calls that are open, while this one is accepted
		if m := d.ask(c, vera, "alerts"); text(m) != "No alert." {
			t.Fatal(text(m))
		}
		d.stop()
	}
}
