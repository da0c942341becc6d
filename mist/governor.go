package mist

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// defaultLimit is Mist's limit for a token, in calls an hour.
const defaultLimit = 5000

// Governor keeps the calls of one token within its hourly limit: it delays or
// refuses the less urgent ones. All clients of a token must share one. It is
// safe for concurrent use. Its rules:
//
//   - It counts every attempt, by the hour as Mist does. The counter restarts on
//     the hour; Learn corrects that for a cloud whose clock differs.
//   - Above 60 % it slows Background; above 80 % it stops Background and slows
//     Routine; above 95 % it stops Routine and slows Prompt; at 100 % it stops
//     Prompt.
//   - It never refuses Operator calls because of the budget.
//   - A 429 stops all calls until the cloud accepts them again.
type Governor struct {
	now func() time.Time

	mu       sync.Mutex
	cap      int // the configured limit; 0 for the cloud's
	limit    int
	used     int
	resets   time.Time
	blocked  time.Time
	refusals int // consecutive 429 without Retry-After
	started  time.Time
	spenders map[string]*account
}

// NewGovernor makes a governor. limit is the most calls an hour, below the
// cloud's own limit; 0 means the cloud's limit. now may be nil.
func NewGovernor(limit int, now func() time.Time) *Governor {
	if now == nil {
		now = time.Now
	}
	g := &Governor{now: now, cap: max(limit, 0), limit: defaultLimit, spenders: map[string]*account{}}
	if g.cap > 0 {
		g.limit = min(g.limit, g.cap)
	}
	g.started = now()
	g.resets = nextHour(g.started)
	return g
}

func nextHour(t time.Time) time.Time { return t.UTC().Truncate(time.Hour).Add(time.Hour) }

// BudgetError means that the Governor refused a call to keep the rest of the
// budget for more urgent ones.
type BudgetError struct {
	Spender string
	Urgency Urgency
	Used    int
	Limit   int
	Resets  time.Time
}

// Error names the caller that waits, and until when.
func (e *BudgetError) Error() string {
	return fmt.Sprintf("%d of %d API calls of this hour are used: %s (%s) waits until %s",
		e.Used, e.Limit, e.Spender, e.Urgency, e.Resets.UTC().Format("15:04Z"))
}

// admit counts a call, or refuses it.
func (g *Governor) admit(by caller) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.rollHour()
	if now.Before(g.blocked) {
		return &Error{Kind: KindRateLimit, Retry: g.blocked, Detail: "the cloud accepts no calls of this token"}
	}
	if intervalFactor(by.urgency, g.used, g.limit) == 0 {
		g.account(by)
		return &BudgetError{Spender: by.name, Urgency: by.urgency, Used: g.used, Limit: g.limit, Resets: g.resets}
	}
	g.used++
	g.account(by).add(now)
	return nil
}

// giveBack removes a call that never reached the cloud from the count.
func (g *Governor) giveBack(by caller) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.rollHour()
	g.used = max(g.used-1, 0)
	g.account(by).takeBack()
}

// answered records the outcome of a call: nil, or its error.
func (g *Governor) answered(e *Error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.rollHour()
	if e == nil {
		g.refusals = 0
		return
	}
	if e.Kind != KindRateLimit {
		return
	}
	if e.Retry.IsZero() {
		// The cloud sent no Retry-After: wait half a minute, then twice as long
		// each time, but not past the hour, when its counter restarts.
		wait := 30 * time.Second << min(g.refusals, 6)
		g.refusals++
		e.Retry = now.Add(wait)
		if e.Retry.After(g.resets) {
			e.Retry = g.resets
		}
	}
	if e.Retry.After(g.blocked) {
		g.blocked = e.Retry
	}
}

// rollHour starts a new hour when the current one has ended, and also when the clock
// was set back by more than an hour: the old count means nothing then.
func (g *Governor) rollHour() time.Time {
	now := g.now()
	if now.Before(g.resets) && g.resets.Sub(now) <= time.Hour {
		return now
	}
	if late := now.Sub(g.resets); late >= 0 {
		g.resets = g.resets.Add(late.Truncate(time.Hour) + time.Hour)
	} else {
		g.resets = nextHour(now)
		if g.blocked.Sub(now) > 2*time.Hour {
			g.blocked = time.Time{}
		}
	}
	g.used = 0
	for _, a := range g.spenders {
		a.calls = 0
	}
	return now
}

// Learn adopts the cloud's count of the token's calls, which includes those of
// other users of the token, such as the same admin's portal.
func (g *Governor) Learn(u Usage) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.rollHour()
	if u.Limit > 0 {
		g.limit = u.Limit
		if g.cap > 0 {
			g.limit = min(g.limit, g.cap)
		}
	}
	g.used = max(u.Requests, 0)
	if u.Left > 0 && u.Left <= time.Hour {
		g.resets = now.Add(u.Left)
	}
}

// IntervalFactor returns the factor by which a poller must lengthen its
// interval: 1 for no change, 0 to stop for now.
func (g *Governor) IntervalFactor(u Urgency) float64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.rollHour().Before(g.blocked) {
		return 0
	}
	return intervalFactor(u, g.used, g.limit)
}

// intervalFactor applies the thresholds.
func intervalFactor(u Urgency, used, limit int) float64 {
	if u >= Operator {
		return 1
	}
	part := 1.0
	if limit > 0 {
		part = float64(used) / float64(limit)
	}
	level := 0
	for _, threshold := range []float64{0.60, 0.80, 0.95, 1} {
		if part >= threshold {
			level++
		}
	}
	return stretches[u][level]
}

// stretches has the factors by urgency and by the number of thresholds passed.
var stretches = map[Urgency][5]float64{
	Background: {1, 2, 0, 0, 0},
	Routine:    {1, 1, 3, 0, 0},
	Prompt:     {1, 1, 1, 4, 0},
}

// BudgetUsage is the use of a token's limit.
type BudgetUsage struct {
	Used, Limit int
	Resets      time.Time
	Blocked     time.Time // the cloud accepts no calls until then; zero when it does
	Spenders    []CallerUsage
}

// CallerUsage is the use by one caller.
type CallerUsage struct {
	Name    string
	Urgency Urgency
	Calls   int    // in this hour, of this process
	PerHour int    // as declared, or as measured
	State   string // "", "slowed" or "stopped"
}

// Usage returns the current use, the busiest caller first.
func (g *Governor) Usage() BudgetUsage {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.rollHour()
	out := BudgetUsage{Used: g.used, Limit: g.limit, Resets: g.resets}
	if now.Before(g.blocked) {
		out.Blocked = g.blocked
	}
	for name, a := range g.spenders {
		s := CallerUsage{Name: name, Urgency: a.urgency, Calls: a.calls, PerHour: a.perHour(now)}
		switch factor := intervalFactor(a.urgency, g.used, g.limit); {
		case factor == 0 || now.Before(g.blocked):
			s.State = "stopped"
		case factor > 1:
			s.State = "slowed"
		}
		out.Spenders = append(out.Spenders, s)
	}
	slices.SortFunc(out.Spenders, func(a, b CallerUsage) int {
		if a.PerHour != b.PerHour {
			return b.PerHour - a.PerHour
		}
		return strings.Compare(a.Name, b.Name)
	})
	return out
}
