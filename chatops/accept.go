package chatops

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"foghorn/journal/event"
)

// running is a call in progress. Accept and the goroutine that runs the call compete for
// the answer: the first one decides how to deliver it.
type running struct {
	call Call
	done chan *Message // the answer, while Accept waits for it

	mu   sync.Mutex
	left bool // Accept no longer waits
}

// leave records that Accept no longer waits. It returns the answer if that has arrived.
func (r *running) leave() *Message {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.left = true
	select {
	case m := <-r.done:
		return m
	default:
		return nil
	}
}

// offer gives the answer to Accept; false when Accept no longer waits.
func (r *running) offer(m *Message) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.left {
		return false
	}
	r.done <- m
	return true
}

// Accept implements Handler.
func (c *Core) Accept(ctx context.Context, call Call) (*Message, error) {
	if call.Platform == "" || call.ID == "" || call.Workspace == "" {
		return nil, errors.New("chatops: a call needs a platform, an id and a workspace")
	}
	if call.At.IsZero() {
		call.At = c.Clock.Now()
	}
	data, err := json.Marshal(call)
	if err != nil {
		return nil, fmt.Errorf("accept a call: %w", err)
	}
	known, err := c.enter(&call)
	if known || err != nil {
		return c.recall(&call), err
	}
	first, err := c.Store.AcceptRequest(ctx, event.ChatRequest{
		Platform: call.Platform, ID: call.ID, Accepted: c.Clock.Now(), State: event.RequestAccepted, Call: data})
	if err != nil || !first {
		c.exit(&call)
		if err != nil {
			return nil, err
		}
		return c.recallKept(ctx, &call)
	}
	r := &running{call: call, done: make(chan *Message, 1)}
	select {
	case c.queue <- r:
	default: // those of a restart take the room: it is taken up at the next start
		c.exit(&call)
		return nil, errBusy
	}
	timer, stop := c.Clock.NewTicker(firstAnswer)
	defer stop()
	select {
	case m := <-r.done:
		return m, nil
	case <-timer:
	case <-ctx.Done():
	}
	return r.leave(), nil
}

// key identifies a call among those of all platforms.
func (call *Call) key() string { return call.Platform + " " + call.ID }

// enter adds a call to those that wait here; known when it waits already.
func (c *Core) enter(call *Call) (known bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.waiting[call.key()]:
		return true, nil
	case len(c.waiting) >= maxWaiting:
		return false, errBusy
	}
	c.waiting[call.key()] = true
	return false, nil
}

// force is enter without the limit, for a call that a restart left.
func (c *Core) force(call *Call) (known bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	known = c.waiting[call.key()]
	c.waiting[call.key()] = true
	return known
}

func (c *Core) exit(call *Call) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.waiting, call.key())
}

// remember keeps the first answer to a call. A platform that repeats a call did not get
// the answer, and gets the same one again.
func (c *Core) remember(call *Call, m *Message) {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := call.key()
	if c.answers[key] == nil {
		c.order = append(c.order, key)
	}
	c.answers[key] = m
	if len(c.order) > maxAnswers {
		delete(c.answers, c.order[0])
		c.order = c.order[1:]
	}
}

// recall returns the first answer to a repeated call; nil when there is none yet.
func (c *Core) recall(call *Call) *Message {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.answers[call.key()]
}

// maxAnswerKept bounds the answer that is kept on disk with a call, in bytes.
const maxAnswerKept = 64 << 10

// keep records that a call is done, with its answer: a platform that did not get the
// answer before foghorn stopped may repeat the call to the next process.
func (c *Core) keep(ctx context.Context, call *Call, m *Message) error {
	answer, err := json.Marshal(m)
	if err != nil || len(answer) > maxAnswerKept {
		answer = nil
	}
	return c.Store.FinishRequest(ctx, call.Platform, call.ID, answer)
}

// recallKept is recall for a call that another process may have taken, before a restart.
func (c *Core) recallKept(ctx context.Context, call *Call) (*Message, error) {
	if m := c.recall(call); m != nil {
		return m, nil
	}
	r, err := c.Store.Request(ctx, call.Platform, call.ID)
	switch {
	case err != nil && !errors.Is(err, event.ErrNotFound):
		return nil, err
	case err == nil && r.State != event.RequestDone: // it is taken up, and answered then
		return nil, nil
	}
	var m Message
	if len(r.Answer) == 0 || json.Unmarshal(r.Answer, &m) != nil {
		return problem("foghorn accepted this before it restarted, and does not do it again. Check what has happened before you ask again."), nil
	}
	return &m, nil
}
