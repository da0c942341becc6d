package tui

import (
	"context"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
)

// Limits of what commands may take. A read that is slower is given up with a
// message; an acknowledgement waits for the disk and gets longer.
const (
	readLimit = 5 * time.Second
	actLimit  = 10 * time.Second
)

// jobs runs the commands of the program. Bubble Tea does not wait for its
// commands when it leaves; this does, so that no read is still at work when
// the journal is closed.
type jobs struct {
	ctx    context.Context
	cancel context.CancelFunc

	mu     sync.Mutex
	closed bool
	wg     sync.WaitGroup
}

func newJobs(ctx context.Context) *jobs {
	ctx, cancel := context.WithCancel(ctx)
	return &jobs{ctx: ctx, cancel: cancel}
}

// start reports whether another job may begin.
func (j *jobs) start() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed {
		return false
	}
	j.wg.Add(1)
	return true
}

// do makes a command of f; its context ends after limit (0: with the program).
func (j *jobs) do(limit time.Duration, f func(ctx context.Context) tea.Msg) tea.Cmd {
	return j.with(j.ctx, limit, f)
}

// with is do under a context of the caller's, which must descend from j's.
func (j *jobs) with(ctx context.Context, limit time.Duration, f func(ctx context.Context) tea.Msg) tea.Cmd {
	return func() tea.Msg {
		if !j.start() {
			return nil
		}
		defer j.wg.Done()
		cancel := func() {}
		if limit > 0 {
			ctx, cancel = context.WithTimeout(ctx, limit)
		}
		defer cancel()
		return f(ctx)
	}
}

// after makes a command that yields msg once d has passed.
func (j *jobs) after(d time.Duration, msg tea.Msg) tea.Cmd {
	return j.do(0, func(ctx context.Context) tea.Msg {
		t := time.NewTimer(max(0, d))
		defer t.Stop()
		select {
		case <-t.C:
			return msg
		case <-ctx.Done():
			return nil
		}
	})
}

// close ends all jobs and waits for them.
func (j *jobs) close() {
	j.mu.Lock()
	j.closed = true
	j.mu.Unlock()
	j.cancel()
	j.wg.Wait()
}
