package tui

import (
	"fmt"
	"time"

	"foghorn/internal/clock"
	"foghorn/internal/human"
	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
)

// journalState is what the screen knows of the journal and of who writes it.
type journalState struct {
	clock      clock.Clock
	collecting bool // this process owns the feeds

	status       *event.Status // nil before the first one was read
	err          error         // of the last read
	lagging      journal.LagWatch
	lastActivity int64 // the last activity that was looked at for what others did
}

// take keeps the counters and works out how far the view is behind.
func (j *journalState) take(s event.Status) {
	j.status = &s
	j.lagging.See(s, j.clock.Now())
}

// lag is how long the oldest record not yet in the view has been waiting, as
// far as this screen has seen it.
func (j *journalState) lag() time.Duration { return j.lagging.Lag(j.clock.Now()) }

// goneAt is when the collector counts as gone, if it does not write again.
func (j *journalState) goneAt() time.Time {
	if j.status == nil || j.status.Collector.Heartbeat.IsZero() {
		return time.Time{}
	}
	return j.status.Collector.Heartbeat.Add(journal.CollectorTTL)
}

// gone reports whether the collector's heartbeat stopped.
func (j *journalState) gone() (since time.Time, is bool) {
	at := j.goneAt()
	if at.IsZero() || j.collecting || j.clock.Now().Before(at) {
		return time.Time{}, false
	}
	return j.status.Collector.Heartbeat, true
}

// lagText says how many records are in the log and not yet on the screen. A progress
// bar would go backwards: records come in while the older ones are read.
func (j *journalState) lagText(n int64) string {
	if _, gone := j.gone(); gone {
		return "What this screen shows lacks " + human.CountOf(n, "record") + " of the log: a collector has to run to read them."
	}
	return draw.Capital(journal.BehindText(n)) + "."
}

// problems says, a sentence each, why this screen may not show what happens. As
// long as there are any, nothing on it calls the network quiet.
func (j *journalState) problems(e pane.Context) []string {
	if j.status == nil {
		return nil
	}
	var out []string
	if _, gone := j.gone(); j.err != nil && !gone {
		out = append(out, readProblem(e, j.err))
	}
	for _, t := range journal.Troubles(*j.status, journal.Watch{Now: j.clock.Now(), At: e.At, Running: j.collecting, Lag: j.lag()}) {
		out = append(out, sentence(e, t))
	}
	return out
}

// windowTitle shows the number of open alerts in the terminal's tab.
func (j *journalState) windowTitle() string {
	if j.status == nil {
		return "foghorn"
	}
	n := int64(0)
	for _, c := range j.status.Counts.OpenBySev {
		n += c
	}
	if n == 0 {
		return "foghorn"
	}
	return fmt.Sprintf("(!%d) foghorn", n)
}
