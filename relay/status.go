package relay

import (
	"context"
	"reflect"
	"slices"
	"time"

	"foghorn/journal/event"
	"foghorn/journal/store"
)

// stateEvery is how often a relay's state is written for others to read.
const stateEvery = time.Second

// publish writes the relay's state when it changed.
func (r *Relay) publish(ctx context.Context, now time.Time) error {
	if r.unstated = now.Sub(r.statedAt) < stateEvery; r.unstated {
		return nil
	}
	var err error
	if r.state.Queued, r.state.Oldest, err = r.queue.backlog(ctx); err != nil {
		return err
	}
	if r.state.Parked, r.state.Dead, err = r.o.Outbox.LetterCounts(ctx, r.state.Name); err != nil {
		return err
	}
	r.state.P95 = r.latency.p95()
	r.describe(now)
	r.statedAt = now
	if reflect.DeepEqual(r.state, r.stated) {
		return nil
	}
	if err := r.commit(ctx, &store.OutboxCommit{Soft: !r.loose}); err != nil {
		return err
	}
	r.stated, r.loose = r.state, false
	return nil
}

// describe sets the state's name.
func (r *Relay) describe(now time.Time) {
	s := &r.state
	name := event.RelayIdle
	s.Retry = nil
	s.Circuit = r.sender.circuit.State().String()
	if until := r.sender.until; until.After(now) && r.sender.failures > 0 {
		s.Retry = &until
	}
	switch {
	case s.PausedAt != nil:
		name = event.RelayPaused
	case r.sender.failing(now):
		name = event.RelayFailing
	case r.sender.failures > 0:
		name = event.RelayWaiting
	case s.Queued > 0:
		name = event.RelaySending
	}
	if name != s.State {
		s.State, s.Since = name, now
	}
}

// latencies are the last of the times from an item's arrival to the service's yes.
type latencies struct {
	last [256]time.Duration
	n    int
}

func (l *latencies) add(d time.Duration) {
	l.last[l.n%len(l.last)] = max(0, d)
	l.n++
}

// p95 is the time that 95 of 100 did not exceed; 0 when there was none.
func (l *latencies) p95() time.Duration {
	n := min(l.n, len(l.last))
	if n == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(l.last[:n]))
	return sorted[(n*95+99)/100-1]
}
