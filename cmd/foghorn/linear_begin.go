package main

import (
	"context"
	"fmt"
	"slices"

	"foghorn/internal/human"
	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/query"
)

// mostOpen is how many open alerts the beginning tells one by one.
const mostOpen = 100

// begin tells how it is now: what is open, oldest first, and who collects. What comes
// later is told from there on.
func (l *linear) begin(ctx context.Context) error {
	open, status, err := l.now(ctx)
	if err != nil {
		return err
	}
	now := l.clock.Now()
	if l.hider != nil {
		if err := l.hider.ReadAhead(ctx, l.journal, now); err != nil {
			return err
		}
		l.learn(open)
		l.learn(status)
	}
	if err := l.say(now, l.whereFrom(status)); err != nil {
		return err
	}
	if err := l.say(now, openSentence(status.Counts)); err != nil {
		return err
	}
	slices.SortStableFunc(open, func(a, b event.Alert) int { return a.Opened.Compare(b.Opened) })
	for i := range open {
		if err := l.say(open[i].Opened, alertSentence(&open[i], now)); err != nil {
			return err
		}
	}
	if more := unresolved(status.Counts) - int64(len(open)); more > 0 && len(open) == mostOpen {
		if err := l.say(now, human.Count(more)+" more are not resolved: foghorn alerts lists them."); err != nil {
			return err
		}
	}
	return l.say(now, "Following what changes; ctrl+c ends it.")
}

// now reads what is open, the worst of it if there is much, and where to go on from.
// Both are read again until no step came in between.
func (l *linear) now(ctx context.Context) ([]event.Alert, event.Status, error) {
	for {
		before, err := l.journal.LastTransition(ctx)
		if err != nil {
			return nil, event.Status{}, err
		}
		status, err := l.journal.Status(ctx)
		if err != nil {
			return nil, status, err
		}
		open, err := l.journal.Alerts(ctx, query.Page{Where: journal.Unresolved, Now: l.clock.Now(), Limit: mostOpen})
		if err != nil {
			return nil, status, err
		}
		after, err := l.journal.LastTransition(ctx)
		if err != nil || after == before {
			l.steps, l.events = before, lastEventOf(status.Position)
			return open, status, err
		}
	}
}

// whereFrom says who collects.
func (l *linear) whereFrom(s event.Status) string {
	c := s.Collector
	switch {
	case l.address != "":
		return "foghorn collects in this process and listens on " + l.address + "."
	case c.PID != 0 && !journal.CollectorGone(c, l.clock.Now()):
		by := fmt.Sprintf("foghorn is attached to the collector %s, pid %d", c.Command, c.PID)
		if c.Host != "" {
			by += " on " + c.Host
		}
		return by + "."
	}
	return "foghorn reads the journal."
}
