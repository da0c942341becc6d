package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"foghorn/config"
	"foghorn/internal/human"
	"foghorn/journal"
	"foghorn/relay"
)

// backTestLimit is how long a back-test may take; what it did not come to is left out.
const backTestLimit = 30 * time.Second

// backTestSpan is the history that a back-test looks at by default.
const backTestSpan = 24 * time.Hour

func backTestRelay(ctx context.Context, e *env, name string, f *previewFlags) error {
	if f.show < 0 {
		return usageError(fmt.Errorf("--show %d: it takes 0 or more", f.show))
	}
	return e.read(ctx, func(s *settings, j *journal.Journal) error {
		now := s.clock.Now()
		from, to, err := f.span.times(now)
		if err != nil {
			return err
		}
		if to.IsZero() {
			to = now
		}
		if from.IsZero() {
			from = to.Add(-backTestSpan)
		}
		c, d, err := f.tools(ctx, s, j, name)
		if err != nil {
			return err
		}
		limited, cancel := context.WithTimeout(ctx, backTestLimit)
		defer cancel()
		t, err := relay.RunBackTest(limited, relay.BackTestOptions{Config: c, Destination: d, Journal: j, Link: s.collecting().PortalLink, From: from, To: to, Show: f.show})
		if err != nil {
			return err
		}
		return e.printPage(f.format, t, now, func(w *pageWriter) { w.backTest(t) })
	})
}

// backTest writes what a relay would have sent.
func (p *pageWriter) backTest(t *relay.BackTest) {
	at := stampIn(p.zone())
	p.line(fmt.Sprintf("Relay %s (%s) from %s to %s", t.Relay, t.Kind, at(t.From), at(t.Until)))
	if t.Cut != "" {
		p.line("Not the whole time: " + t.Cut)
	}
	for _, line := range backTestLines(t, at) {
		p.line(line)
	}
	for i := range t.Samples {
		p.head(at(t.Samples[i].At))
		p.sample(&t.Samples[i])
	}
}

// backTestLines are the findings, a line each.
func backTestLines(t *relay.BackTest, at func(time.Time) string) (out []string) {
	add := func(name, format string, args ...any) {
		out = append(out, fmt.Sprintf("%-10s %s", name, fmt.Sprintf(format, args...)))
	}
	if t.Send == config.SendEvents {
		add("chosen", "%s", human.CountOf(t.Read, "event"))
	} else {
		add("chosen", "%s, of which %s would have been told (%s in all)", human.CountOf(t.Alerts, "alert"), human.Count(int64(t.Told)), human.CountOf(t.Read, "change"))
	}
	if t.Messages == 0 {
		add("messages", "none")
	} else {
		add("messages", "%s%s", human.Count(int64(t.Messages)), listed(t.Whys))
		add("requests", "%s%s", human.Count(int64(t.Requests)), listed(t.Steps))
		add("busiest", "%s in the minute of %s", human.CountOf(t.BusiestMessages, "message"), at(t.Busiest))
	}
	for _, l := range t.Limits {
		add("limit", "%s: %s, the longest %s", l.Limit, human.CountOf(l.Waits, "wait"), human.Duration(l.Longest))
	}
	if len(t.Limits) == 0 {
		add("limit", "none of the service's would have been met")
	}
	if t.Longest > 0 {
		add("delay", "at most %s between the time that an item was due and the service's yes", human.Duration(t.Longest))
	}
	if t.Grouped+t.Folded > 0 {
		add("together", "%s told with others, %s with a later one", human.CountOf(t.Grouped, "change"), human.Count(int64(t.Folded)))
	}
	if t.Capped > 0 {
		add("capped", "%s told what max_per_minute held back", human.CountOf(t.Capped, "message"))
	}
	if t.Dropped > 0 {
		add("dropped", "%s, because of their age", human.CountOf(t.Dropped, "item"))
	}
	if t.Refused > 0 {
		add("refused", "%s cannot be sent: %s", human.CountOf(t.Refused, "item"), t.Refusal)
	}
	if t.Waiting > 0 {
		add("waiting", "%s at the end", human.CountOf(t.Waiting, "item"))
	}
	return out
}

// listed writes counts by name, the most frequent first: " (3 first, 2 resolved)".
func listed(counts map[string]int) string {
	if len(counts) == 0 {
		return ""
	}
	names := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		if counts[a] != counts[b] {
			return counts[b] - counts[a]
		}
		return strings.Compare(a, b)
	})
	var words []string
	for _, name := range names {
		words = append(words, fmt.Sprintf("%s %s", human.Count(int64(counts[name])), name))
	}
	return " (" + strings.Join(words, ", ") + ")"
}
