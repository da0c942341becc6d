package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"foghorn/actions"
	"foghorn/collector"
	"foghorn/internal/human"
	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/store"
	"foghorn/tui/port"
)

// actions makes the actions of this process. at has the organizations whose API can
// be called from here; onResult receives the outcomes of acks, and may be nil.
func (s *settings) actions(j *journal.Journal, at collector.APIs, onResult func([]event.Activity)) *actions.Actions {
	relays, _ := j.Outbox().(actions.Relays) // a journal in which no relay ever ran has none
	a := s.collecting().NewActions(j, j.Log, relays, at, onResult)
	if outbox, ok := j.Outbox().(*store.Outbox); ok {
		// It starts and ends jobs; the collector runs them.
		if runner, err := s.collecting().NewJobs(outbox, collector.JobEnv{}, nil, nil); err == nil {
			a.UseJobs(runner)
		}
	}
	return a
}

// attached returns the API clients of a process that takes no webhooks. It fetches
// the secrets of the API alone, and goes on without those it cannot fetch: reading
// the journal needs none, and each organization has its own.
func (s *settings) attached(ctx context.Context) collector.APIs {
	at := collector.APIs{Current: map[string]func() actions.API{}, Missing: map[string]error{}}
	for i := range s.config.Mist {
		m := &s.config.Mist[i]
		if err := s.config.Fetch(ctx, m.Credentials()...); err != nil {
			at.Missing[m.Name] = usageError(err)
		}
	}
	clouds, err := s.collecting().Connect()
	if err != nil {
		s.logger.Warn("connect to the cloud", "error", err)
	}
	for _, c := range clouds {
		if at.Missing[c.Name] == nil {
			at.Current[c.Name] = func() actions.API { return c.Client }
		}
	}
	return at
}

// notices turns the outcomes of acks into notices for a screen. One that nobody
// reads in time is dropped: the marks of the alerts stay.
func notices() (<-chan port.Notice, func([]event.Activity)) {
	out := make(chan port.Notice, 16)
	return out, func(results []event.Activity) {
		for _, n := range noticesOf(results) {
			select {
			case out <- n:
			default:
			}
		}
	}
}

// noticesOf says what did not reach Mist: refused, not sent, pending.
func noticesOf(results []event.Activity) []port.Notice {
	var out []port.Notice
	var refused, local, pending []event.Activity
	for _, r := range results {
		switch r.Sync.State {
		case event.SyncPending:
			pending = append(pending, r)
		case event.SyncLocal:
			local = append(local, r)
		case event.SyncFailed:
			refused = append(refused, r)
		}
	}
	if n := len(refused); n > 0 {
		out = append(out, port.Notice{Bad: true, Text: fmt.Sprintf("Mist refused %s, taken back here: %s", human.CountOf(n, "ack"), reasons(refused))})
	}
	if n := len(local); n > 0 {
		out = append(out, port.Notice{Bad: true, Text: fmt.Sprintf("%s not sent to Mist: %s", human.CountOf(n, "ack"), reasons(local))})
	}
	if n := len(pending); n > 0 {
		out = append(out, port.Notice{Bad: true, Text: fmt.Sprintf("%s pending, will retry: %s", human.CountOf(n, "ack"), reasons(pending))})
	}
	return out
}

// reasons lists the different reasons, at most three.
func reasons(results []event.Activity) string {
	var out []string
	for _, r := range results {
		if r.Result != "" && !slices.Contains(out, r.Result) && len(out) < 3 {
			out = append(out, r.Result)
		}
	}
	return strings.Join(out, "; ")
}

// sendLimit bounds how long a command waits for Mist to take its acks. The collector
// sends the rest.
const sendLimit = 40 * time.Second

// withActions opens the journal for a command that takes an action.
func (s *settings) withActions(ctx context.Context, do func(context.Context, *actions.Actions, *journal.Journal) error) error {
	j, err := openForReading(ctx, s)
	if err != nil {
		return err
	}
	defer j.Close()
	return s.act(ctx, j, func(a *actions.Actions) error { return do(ctx, a, j) })
}

// act runs do while the log's writer runs, and returns when the view shows what it
// did, so that the next command sees it: it waits for the collector, or without one
// brings the view up to date. If that takes too long, it says so.
func (s *settings) act(ctx context.Context, j *journal.Journal, do func(*actions.Actions) error) error {
	runCtx, stop := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan error, 1)
	go func() { done <- j.Log.Run(runCtx) }()
	a := s.actions(j, s.attached(ctx), nil)
	err := do(a)
	a.Await(ctx)
	stop()
	if runErr := <-done; err == nil {
		err = runErr
	}
	if _, after := s.collecting().CatchUp(context.WithoutCancel(ctx)); err == nil {
		err = after
	}
	if _, shown := a.Shown(context.WithoutCancel(ctx)); !shown {
		s.notice("pending: it is in the log, and shows once the collector has caught up")
	}
	return err
}
