package mist

import (
	"context"
	"time"
)

// Urgency is how long a call can wait.
type Urgency int

// The urgencies, least urgent first. A call without one is Routine.
const (
	Background Urgency = iota - 1 // nobody waits for the result: a trend, a detail
	Routine                       // keeps the screen up to date
	Prompt                        // late results hide problems: alarms, backfill
	Operator                      // a person asked for it just now
)

// String names the urgency.
func (u Urgency) String() string {
	switch u {
	case Background:
		return "background"
	case Routine:
		return "routine"
	case Prompt:
		return "prompt"
	case Operator:
		return "operator"
	}
	return "?"
}

// caller names who makes a call, for the budget.
type caller struct {
	name    string
	urgency Urgency
}

type callerKey struct{}

// WithCaller attributes the calls made with the context to name, with an
// urgency. The Governor counts calls by name and delays them by urgency.
func WithCaller(ctx context.Context, name string, u Urgency) context.Context {
	return context.WithValue(ctx, callerKey{}, caller{name, min(max(u, Background), Operator)})
}

func callerOf(ctx context.Context) caller {
	if s, ok := ctx.Value(callerKey{}).(caller); ok {
		return s
	}
	return caller{"other", Routine}
}

// account counts the calls of one caller.
type account struct {
	urgency  Urgency
	declared int // calls an hour; 0 when it declared none
	calls    int // in this hour of the budget
	first    time.Time
	minutes  [60]int // calls by minute, as a ring
	minute   int64   // the newest minute in it
}

// maxSpenders limits the accounts. Names come from code, but a bug that built
// them from ids would otherwise leak memory.
const maxSpenders = 200

// account returns the account of a caller, and creates it on first use.
func (g *Governor) account(by caller) *account {
	a := g.spenders[by.name]
	if a == nil {
		if len(g.spenders) >= maxSpenders {
			by.name = "other"
			if a = g.spenders[by.name]; a != nil {
				return a
			}
		}
		a = &account{first: g.now()}
		g.spenders[by.name] = a
	}
	a.urgency = by.urgency
	return a
}

// Declare announces how many calls an hour a poller will make, before it makes
// them.
func (g *Governor) Declare(name string, u Urgency, perHour int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.account(caller{name, u}).declared = perHour
}

// add counts a call.
func (a *account) add(now time.Time) {
	a.calls++
	a.advance(now)
	a.minutes[a.minute%60]++
}

// takeBack removes the latest call from the count.
func (a *account) takeBack() {
	a.calls = max(a.calls-1, 0)
	a.minutes[a.minute%60] = max(a.minutes[a.minute%60]-1, 0)
}

// advance moves the ring to the current minute and clears the minutes between.
func (a *account) advance(now time.Time) {
	m := max(now.Unix()/60, 0)
	if m < a.minute || m-a.minute >= 60 { // the clock was set back, or every minute is old
		a.minutes, a.minute = [60]int{}, m
	}
	for a.minute < m {
		a.minute++
		a.minutes[a.minute%60] = 0
	}
}

// perHour returns the declared rate, or else the calls of the last hour. During
// the first hour it extrapolates, from at least ten minutes: the calls at
// startup must not look like a flood.
func (a *account) perHour(now time.Time) int {
	if a.declared > 0 {
		return a.declared
	}
	a.advance(now)
	sum := 0
	for _, n := range a.minutes {
		sum += n
	}
	running := min(max(now.Sub(a.first), 10*time.Minute), time.Hour)
	return int(float64(sum) * float64(time.Hour) / float64(running))
}
