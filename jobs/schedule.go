package jobs

import (
	"context"
	"errors"
	"time"

	"foghorn/config"
	"foghorn/internal/clock"
	"foghorn/journal/event"
	"foghorn/journal/store"
)

// scheduled is a job that begins by itself.
type scheduled struct {
	config.Job
	since time.Time     // when it was first known: a time of day before it is not made up for
	looks time.Duration // no look before; see startDue
}

// Schedule makes these jobs the ones that begin by themselves, in place of those before.
// What was due while nothing ran begins once, however often it was missed. A job that
// lasts longer than its interval begins again when it has ended.
func (r *Runner) Schedule(jobs []config.Job) {
	r.mu.Lock()
	defer r.mu.Unlock()
	known := map[config.Job]*scheduled{}
	for _, s := range r.schedule {
		known[s.Job] = s
	}
	r.schedule = nil
	for _, j := range jobs {
		s := known[j]
		if s == nil {
			s = &scheduled{Job: j, since: r.o.Clock.Now(), looks: clock.Elapsed(r.o.Clock)}
		}
		r.schedule = append(r.schedule, s)
	}
	r.wake.Notify()
}

// next is when a scheduled job is due after the last one, which is the zero time when
// there was none.
func (s *scheduled) next(last time.Time, zone *time.Location) time.Time {
	if s.Every > 0 {
		if last.IsZero() {
			return s.since
		}
		return last.Add(time.Duration(s.Every))
	}
	if last.IsZero() {
		last = s.since
	}
	return s.At.After(last, zone)
}

// lookAgain is how long a look at the schedule is good for, because the machine's time
// may be set.
const lookAgain = time.Minute

// startDue queues what is due, and reports whether there was something. It reads the
// store only when something may be due.
func (l *looper) startDue(ctx context.Context) (started bool) {
	l.mu.Lock()
	schedule := l.schedule
	l.mu.Unlock()
	elapsed := clock.Elapsed(l.o.Clock)
	for _, s := range schedule {
		if elapsed < s.looks {
			continue
		}
		now := l.o.Clock.Now()
		at, err := l.due(ctx, s, now)
		if err == nil && !at.IsZero() && !at.After(now) {
			started = true
			_, err = l.Start(ctx, Spec{Kind: s.Kind, Source: s.Source, Target: s.Target, Actor: "schedule", Via: event.ViaSchedule})
			at = now
		}
		if err != nil && ctx.Err() == nil {
			l.o.Logger.Warn("a scheduled job cannot be started; foghorn tries again", "kind", s.Kind, "source", s.Source, "error", err)
			at = now.Add(lookAgain)
		}
		s.looks = elapsed + min(lookAgain, max(pollEvery, at.Sub(now)))
	}
	return started
}

// due is when a scheduled job is to begin; the zero time while the one before lasts.
func (l *looper) due(ctx context.Context, s *scheduled, now time.Time) (time.Time, error) {
	last, err := l.o.Store.LastJob(ctx, event.Job{Kind: s.Kind, Source: s.Source, Target: s.Target, Via: event.ViaSchedule})
	switch {
	case errors.Is(err, store.ErrNotFound):
		return s.next(time.Time{}, l.o.Zone), nil
	case err != nil:
		return time.Time{}, err
	case !last.State.Over():
		return time.Time{}, nil
	}
	created := last.Created
	if created.After(now) { // the machine's time was set back
		created = now
	}
	return s.next(created, l.o.Zone), nil
}
