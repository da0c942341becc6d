package poll

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"foghorn/mist"
)

// How long the schedule waits after failures.
const (
	authPause    = 10 * time.Minute // a refused token, which somebody may replace
	refusedPause = time.Hour        // a missing right or a missing resource
	firstPause   = time.Minute      // a failure of the cloud or the network, doubling
	longestPause = 10 * time.Minute
	budgetPause  = time.Minute
	returnSpread = 10 * time.Second
	// After this many consecutive failures, of any tasks, the schedule treats the
	// cloud as unreachable and lets one task at a time try.
	brokenAfter = 3
	brokenPause = 45 * time.Second // one call each, to notice within a minute that the cloud is back
)

// budget is the part of the governor that the schedule uses.
type budget interface {
	Stretch(u mist.Urgency) float64
	Declare(name string, u mist.Urgency, perHour int)
}

// schedule decides which tasks run when. It has no goroutine and no clock: the
// caller passes the time.
type schedule struct {
	budget budget
	jitter func() float64 // 0 to 1
	probe  string         // the task that tests the token

	mu    sync.Mutex
	tasks []*task

	refused   string    // why the token was refused; "" if it was not
	retry     time.Time // when the probe may try again
	unsure    bool      // the token was refused to one task; the probe must tell whether to all
	failures  int       // consecutive, of all tasks
	broken    time.Time // no task runs before then
	scouts    int
	back      bool   // the cloud is reachable again, and cameBack has not reported it yet
	away      string // why
	worked    time.Time
	ok, wrong int64
}

// due returns the tasks to run now, and marks them as running.
func (s *schedule) due(now time.Time) []*task {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.unsure, s.refused != "":
		if !s.unsure && now.Before(s.retry) {
			return nil
		}
		return s.start(now, func(t *task) bool { return t.name == s.probe }, 1, true)
	case s.failures >= brokenAfter:
		if now.Before(s.broken) || s.anyRunning() {
			return nil
		}
		return s.sendScout(now)
	}
	out := s.start(now, nil, len(s.tasks), false)
	if s.failures > 0 && !now.Before(s.broken) {
		out = append(out, s.sendScout(now)...)
	}
	return out
}

// sendScout starts the scout, and delays the next one.
func (s *schedule) sendScout(now time.Time) []*task {
	try := s.scout()
	s.broken = now.Add(brokenPause)
	return s.start(now, func(t *task) bool { return t == try }, 1, true)
}

// scout returns the task that tests whether the cloud is back: the probe, which
// makes one call, alternating with the task that has waited longest, in case only
// the probe fails.
func (s *schedule) scout() *task {
	var probe, other *task
	for _, t := range s.tasks {
		switch {
		case t.name == s.probe:
			probe = t
		case !t.off && s.freed(t) && s.budget.Stretch(t.urgency) > 0 && (other == nil || t.next.Before(other.next)):
			other = t
		}
	}
	if s.failures < brokenAfter {
		return probe
	}
	if s.scouts++; probe == nil || s.scouts%2 == 0 && other != nil {
		return other
	}
	return probe
}

// start picks at most n due tasks, in order.
func (s *schedule) start(now time.Time, only func(*task) bool, n int, regardless bool) []*task {
	var out []*task
	for _, t := range s.tasks {
		if len(out) == n {
			break
		}
		ready := !t.running && (only == nil || only(t)) && (regardless || !now.Before(t.next) && s.freed(t))
		if ready && s.budget.Stretch(t.urgency) > 0 {
			t.running = true
			out = append(out, t)
		}
	}
	return out
}

// freed reports whether the task that t waits for has run.
func (s *schedule) freed(t *task) bool {
	for _, o := range s.tasks {
		if o.name == t.after {
			return o.tried
		}
	}
	return true
}

func (s *schedule) anyRunning() bool {
	for _, t := range s.tasks {
		if t.running {
			return true
		}
	}
	return false
}

// next returns when the next task is due, but not before now.
func (s *schedule) next(now time.Time) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	next := now.Add(time.Hour)
	for _, t := range s.tasks {
		at := t.next
		if s.refused != "" {
			at = s.retry
		} else if s.failures >= brokenAfter {
			at = s.broken
		}
		if s.budget.Stretch(t.urgency) == 0 && at.Before(now.Add(budgetPause)) {
			at = now.Add(budgetPause)
		}
		if !t.running && s.freed(t) && at.Before(next) {
			next = at
		}
	}
	if s.refused == "" && s.failures > 0 && s.broken.Before(next) {
		next = s.broken
	}
	if next.Before(now) {
		return now
	}
	return next
}

// done records the result of a run: its start, its number of calls and its error.
func (s *schedule) done(t *task, began, now time.Time, calls int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t.running = false
	if errors.Is(err, context.Canceled) {
		return
	}
	t.tried = true
	if calls > 0 && err == nil {
		t.cost = calls
	}
	if err == nil {
		s.succeeded(t, began, now, calls)
	} else {
		s.failed(t, now, err)
	}
	s.budget.Declare(t.name, t.urgency, t.perHour())
}

func (s *schedule) succeeded(t *task, began, now time.Time, calls int) {
	t.failures, t.trouble, t.off, t.worked = 0, "", false, now
	stretch := max(s.budget.Stretch(t.urgency), 1)
	t.next = began.Add(s.vary(time.Duration(float64(t.interval()) * stretch)))
	if calls == 0 {
		return // no call was made, so this says nothing about the cloud
	}
	s.ok++
	broken := s.failures >= brokenAfter
	s.worked, s.failures, s.away = now, 0, ""
	if t.name == s.probe {
		s.refused, s.unsure = "", false
	}
	if broken {
		s.returned(now)
	}
}

// returned records that the cloud answers again. Tasks that failed meanwhile
// become due, spread over some seconds, because their own pauses have grown long.
func (s *schedule) returned(now time.Time) {
	for _, t := range s.tasks {
		if t.failures > 0 && !t.off {
			t.failures, t.next = 0, now.Add(time.Duration(s.jitter()*float64(returnSpread)))
		}
	}
	s.back = true
}

// cameBack reports once that the cloud is reachable again.
func (s *schedule) cameBack() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	back := s.back
	s.back = false
	return back
}

// runSoon makes the scout try an unreachable cloud now.
func (s *schedule) runSoon(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failures >= brokenAfter && s.broken.After(now) {
		s.broken = now
	}
}

// isBroken reports whether the cloud is unreachable.
func (s *schedule) isBroken() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.failures >= brokenAfter
}

func (s *schedule) failed(t *task, now time.Time, err error) {
	var e *mist.Error
	var refusal *mist.BudgetError
	switch {
	case errors.As(err, &refusal):
		t.next = now.Add(s.vary(max(budgetPause, t.interval())))
		return
	case !errors.As(err, &e):
		e = &mist.Error{Kind: mist.KindServer, Detail: err.Error()} // a local error: the log or the view
	}
	s.wrong++
	t.trouble = t.name + ": " + mist.Explain(err)
	switch e.Kind {
	case mist.KindAuth:
		s.unauthorized(t, now, mist.Explain(err))
	case mist.KindRateLimit:
		t.trouble = "" // not the task's error; the governor reports it
		t.next = now.Add(s.vary(budgetPause))
		if e.Retry.After(t.next) {
			t.next = e.Retry.Add(s.vary(2 * time.Second))
		}
	case mist.KindPermission, mist.KindNotFound, mist.KindBadRequest:
		t.off, t.next = true, now.Add(s.vary(refusedPause))
		if t.optional && e.Kind != mist.KindPermission {
			t.trouble = ""
		}
		s.failures = 0 // the cloud answered
	default:
		t.next = now.Add(s.vary(doubled(firstPause, longestPause, t.failures)))
		t.failures++
		s.failures++
		s.broken = now.Add(s.vary(brokenPause))
		if s.failures >= brokenAfter {
			s.away = mist.Explain(err)
		}
	}
}

// unauthorized records that the cloud refused the token to a task. If it refuses
// the probe too, the token is bad; otherwise only the task fails.
func (s *schedule) unauthorized(t *task, now time.Time, why string) {
	if t.name != s.probe {
		if s.refused != "" { // known already; the task waits with the others
			t.next, t.trouble = now, ""
			return
		}
		t.off, t.next, s.unsure = true, now.Add(s.vary(refusedPause)), true
		return
	}
	s.unsure, s.refused, s.retry = false, why, now.Add(authPause)
	for _, o := range s.tasks { // they wait for the token, not for their own pause
		o.next, o.off, o.trouble = now, false, ""
	}
}

// vary adds jitter of ten percent, so that collectors that started together drift
// apart.
func (s *schedule) vary(d time.Duration) time.Duration {
	return time.Duration(float64(d) * (0.95 + 0.1*s.jitter()))
}

// doubled returns first, doubled n times, but at most most.
func doubled(first, most time.Duration, n int) time.Duration {
	return min(first<<min(n, 16), most)
}

// nudge makes tasks due now, except for refused ones.
func (s *schedule) nudge(now time.Time, names ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.tasks {
		for _, n := range names {
			if t.name == n && !t.off && t.failures == 0 {
				t.next = now
			}
		}
	}
}

// line returns the errors in one line, and whether any task works.
func (s *schedule) line() (text string, up bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.refused != "":
		return s.refused, false
	case s.failures >= brokenAfter:
		return s.away, false
	}
	more, up := 0, !s.worked.IsZero()
	for _, t := range s.tasks {
		switch {
		case t.trouble == "":
		case text == "":
			text = t.trouble
		default:
			more++
		}
	}
	if more > 0 {
		text = fmt.Sprintf("%s (and %d more)", text, more)
	}
	return text, up
}

// isRefused reports whether the token was refused.
func (s *schedule) isRefused() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.refused != ""
}

// isOff reports whether the cloud refuses a task.
func (s *schedule) isOff(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.tasks {
		if t.name == name {
			return t.off
		}
	}
	return false
}

// counts returns the number of successful and of failed runs.
func (s *schedule) counts() (ok, wrong int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ok, s.wrong
}
