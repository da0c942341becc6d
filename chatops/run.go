package chatops

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"foghorn/internal/recovery"
	"foghorn/journal/event"
)

const (
	// callLimit is how long a call may take. What takes longer is a job.
	callLimit = 2 * time.Minute
	// answerLimit is how long the platform may take to post an answer.
	answerLimit = 5 * time.Second
	trimEvery   = time.Minute
	// expiredKept is how long an expired proposal is kept, to distinguish it from an unknown one.
	expiredKept = time.Hour
)

// Run runs calls until ctx ends. First it runs those that were accepted before a
// restart, and tells the people whose calls the restart interrupted.
func (c *Core) Run(ctx context.Context) error {
	var g errgroup.Group
	g.SetLimit(maxAtOnce)
	defer func() { _ = g.Wait() }()
	if err := c.resume(ctx, &g); err != nil && ctx.Err() == nil {
		return err
	}
	tick, stop := c.Clock.NewTicker(trimEvery)
	defer stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case r := <-c.queue:
			g.Go(func() error { c.work(ctx, r); return nil })
		case <-tick:
			c.trim(ctx)
		}
	}
}

// work runs a call that is in state accepted, once, and tells the answer.
func (c *Core) work(ctx context.Context, r *running) {
	defer c.exit(&r.call)
	moved, err := c.Store.MoveRequest(ctx, r.call.Platform, r.call.ID, event.RequestAccepted, event.RequestStarted)
	if err != nil || !moved {
		if err != nil && ctx.Err() == nil {
			c.Logger.Error("a call cannot be started; it runs at the next start", "error", err)
		}
		return
	}
	var m *Message
	err = recovery.Wrap(func() error {
		ctx, cancel := context.WithTimeout(ctx, callLimit)
		defer cancel()
		m = c.answer(ctx, &r.call)
		return nil
	})()
	ctx = context.WithoutCancel(ctx) // it ran, so it is answered and recorded in any case
	if err != nil {
		c.Logger.Error("a call failed", "error", err)
		m = c.finish(ctx, &r.call, outcome{outcome: event.ChatError, message: problem("foghorn could not do that because of a fault in foghorn. Its log has the details.")})
	}
	c.remember(&r.call, m)
	if !r.offer(m) {
		c.tell(ctx, &r.call, m)
	}
	if err := c.keep(ctx, &r.call, m); err != nil {
		c.Logger.Error("a call that ran cannot be recorded as done", "error", err)
	}
}

// tell posts an answer through the call's platform.
func (c *Core) tell(ctx context.Context, call *Call, m *Message) {
	p, err := c.platform(call.Platform)
	if err == nil {
		ctx, cancel := context.WithTimeout(ctx, answerLimit)
		defer cancel()
		err = p.Answer(ctx, call, m)
	}
	if err != nil {
		c.Logger.Error("an answer could not be posted", "platform", call.Platform, "workspace", call.Workspace, "error", err)
	}
}

// resume runs or closes the calls that a restart left.
func (c *Core) resume(ctx context.Context, g *errgroup.Group) error {
	open, err := c.Store.OpenRequests(ctx)
	if err != nil {
		return err
	}
	for _, req := range open {
		var call Call
		if err := json.Unmarshal(req.Call, &call); err != nil {
			c.Logger.Error("a call of before the start cannot be read", "error", err)
			call = Call{Platform: req.Platform, ID: req.ID}
		}
		switch {
		case c.force(&call): // it waits in the queue, and whoever asked waits for it
		case req.State == event.RequestAccepted && c.Clock.Now().Sub(req.Accepted) < remembered && call.Workspace != "":
			r := &running{call: call, left: true}
			g.Go(func() error { c.work(ctx, r); return nil })
		default:
			g.Go(func() error { c.interrupted(ctx, &call, req.State); return nil })
		}
	}
	return nil
}

// interrupted tells somebody that a restart came between, and audits that. The call is done
// once they are told: a process that ends before leaves it to the next one.
func (c *Core) interrupted(ctx context.Context, call *Call, state string) {
	defer c.exit(call)
	text := "foghorn restarted while it was doing this, so it may or may not be done. Check before you ask again."
	if state == event.RequestAccepted {
		text = fmt.Sprintf("foghorn was not running, so it did not do this. The command is more than %d minutes old: ask again if you still want it.", int(remembered.Minutes()))
	}
	m := c.finish(ctx, call, outcome{outcome: event.ChatError, message: problem(text)})
	c.remember(call, m)
	c.tell(ctx, call, m)
	if _, err := c.Store.MoveRequest(ctx, call.Platform, call.ID, state, event.RequestDone); err != nil && ctx.Err() == nil {
		c.Logger.Error("a call that a restart interrupted cannot be recorded as done; its user is notified again at the next start", "error", err)
	}
}

// trim forgets calls that no platform will repeat.
func (c *Core) trim(ctx context.Context) {
	now := c.Clock.Now()
	for _, err := range []error{c.Store.TrimRequests(ctx, now.Add(-remembered)), c.Store.TrimProposals(ctx, now.Add(-expiredKept)), c.Store.TrimRemembered(ctx, now)} {
		if err != nil && ctx.Err() == nil {
			c.Logger.Warn("what chat remembers could not be trimmed", "error", err)
		}
	}
}
