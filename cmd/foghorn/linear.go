package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"foghorn/internal/clock"
	"foghorn/internal/human"
	"foghorn/internal/safetext"
	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/query"
	"foghorn/journal/store"
	"foghorn/tui/privacy"
)

// linear says what the screen would show in sentences, one per change, for screen
// readers and logs: no cursor, no colors, no frames, nothing that is drawn over.
type linear struct {
	env     *env
	journal *journal.Journal
	dir     string
	clock   clock.Clock
	zone    *time.Location
	spell   func(string) string // what the output takes: ASCII, or all
	hider   *privacy.Hider      // nil when everything is shown
	address string              // where this process listens; empty for one that attached

	steps  event.TransitionCursor // the last step that was told
	events int64                  // the last up or down that was looked at
	told   map[string]journal.Trouble
	lag    journal.LagWatch
}

// newLinear makes it for a journal. c is the collector in this process, if any.
func newLinear(e *env, s *settings, f *screenFlags, j *journal.Journal, address string) *linear {
	l := &linear{env: e, journal: j, dir: s.dir, clock: s.clock, zone: time.Local, address: address,
		spell: func(text string) string { return text }, told: map[string]journal.Trouble{}}
	if f.asciiOnly(s.config.Screen.ASCII, e.getenv) {
		l.spell = safetext.ASCII
	}
	if f.privacy {
		l.hider = privacy.New()
	}
	return l
}

// lookEvery is how often a collector that is gone, or a feed that is silent, is looked
// for: neither changes the journal.
const lookEvery = time.Second

// run tells what is open, then what changes, until ctx ends.
func (l *linear) run(ctx context.Context) error {
	tick, stop := l.clock.NewTicker(lookEvery)
	defer stop()
	err := l.env.awaitView(ctx, l.journal)
	if err == nil {
		err = l.begin(ctx)
	}
	if ctx.Err() != nil {
		return nil
	}
	if err != nil {
		return err
	}
	return whenChanged(ctx, l.journal, tick, func() (bool, error) { return false, l.look(ctx) })
}

// look tells what is new since the last look, the oldest first.
func (l *linear) look(ctx context.Context) error {
	status, err := l.journal.Status(ctx)
	if err != nil {
		return err
	}
	l.learn(status)
	if err := l.tellTroubles(status); err != nil {
		return err
	}
	if err := l.tellSteps(ctx); err != nil {
		return err
	}
	return l.tellUpDown(ctx, status.Position)
}

// say prints a sentence that happened at a time.
func (l *linear) say(at time.Time, text string) error {
	if l.hider != nil {
		text = l.hider.Text(text)
	}
	_, err := fmt.Fprintln(l.env.stdout, l.spell(l.moment(at)+" "+safetext.Line(text)))
	return err
}

// learn takes the names to hide out of what was read.
func (l *linear) learn(rows any) {
	if l.hider != nil {
		l.hider.Learn(rows)
	}
}

// moment is a time of day, with the date if it is not today.
func (l *linear) moment(at time.Time) string { return human.Clock(at, l.clock.Now(), l.zone) }

// tellSteps tells the steps of alerts after the last one that was told.
func (l *linear) tellSteps(ctx context.Context) (err error) {
	l.steps, err = l.journal.StepsAfter(ctx, l.steps, nil, l.clock.Now(), func(s *event.AlertStep) error {
		l.learn(s)
		return l.say(s.Time, stepSentence(s))
	})
	return err
}

// tellUpDown tells what came or went and belongs to no alert: alerts have steps.
func (l *linear) tellUpDown(ctx context.Context, position int64) error {
	page := query.Page{Where: journal.UpDown, Now: l.clock.Now(), After: l.events, OldestFirst: true}
	err := collect(ctx, page, l.journal.Events, func(ev *event.Event) int64 { return ev.ID }, func(ev *event.Event) error {
		l.events = ev.ID
		if ev.AlertID != 0 {
			return nil
		}
		l.learn(ev)
		return l.say(ev.Time, eventSentence(ev))
	})
	if err != nil {
		return err
	}
	l.events = max(l.events, lastEventOf(position))
	return nil
}

// lastEventOf is the last id that an event of a record can have.
func lastEventOf(record int64) int64 { return (record+1)*event.MaxEventsPerRecord - 1 }

// tellTroubles tells what begins and ends to keep news from the journal.
func (l *linear) tellTroubles(status event.Status) error {
	now := l.clock.Now()
	l.lag.See(status, now)
	_, held, err := store.Holder(l.dir)
	if err != nil {
		return err
	}
	found := journal.Troubles(status, journal.Watch{Now: now, At: l.moment, Running: l.address != "", NoCollector: !held, Lag: l.lag.Lag(now)})
	still := map[string]bool{}
	for _, t := range found {
		key := string(t.Kind) + " " + t.Name
		still[key] = true
		if _, known := l.told[key]; known || t.Kind == journal.FeedStarts {
			continue
		}
		l.told[key] = t
		if err := l.say(now, troubleSentence(t)); err != nil {
			return err
		}
	}
	over := slices.Sorted(func(yield func(string) bool) {
		for key := range l.told {
			if !still[key] && !yield(key) {
				return
			}
		}
	})
	for _, key := range over {
		if err := l.say(now, "Over: "+l.told[key].What+"."); err != nil {
			return err
		}
		delete(l.told, key)
	}
	return nil
}
