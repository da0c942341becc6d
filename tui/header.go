package tui

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"foghorn/event"
	"foghorn/internal/human"
)

// header tells, above everything, whether what is on the screen can be
// trusted: severity counts, feeds, who collects, how far the view is behind.
func (m *Model) header(e env, w int) []string {
	clock := e.now.In(e.zone).Format("15:04")
	if e.mode == human.UTC {
		clock = e.now.UTC().Format("15:04Z")
	}
	left := e.th.on(roleTitle, "foghorn") + "  " + m.counts(e)
	out := []string{spread(e, left, e.th.on(roleStrong, clock), w)}
	if m.unfolded {
		left := e.th.on(roleDim, "data: "+e.ext(m.opt.Dir)+"  foghorn "+e.ext(m.opt.Version))
		out = append(out, spread(e, left, m.collector(e, w-textWidth(left)-2), w))
		out = append(out, m.feedLines(e, w)...)
	} else {
		out = append(out, m.feedsAndCollector(e, w))
	}
	for _, b := range m.banners(e) {
		out = append(out, e.th.on(roleBanner, e.th.fit(" "+b, w, false)))
	}
	return out
}

// spread puts one text at the left and one at the right of a line; the right
// one gives way.
func spread(e env, left, right string, w int) string {
	gap := w - textWidth(left) - textWidth(right)
	if gap < 1 {
		right = e.th.fit(right, max(0, w-textWidth(left)-1), false)
		gap = w - textWidth(left) - textWidth(right)
	}
	if gap < 0 {
		return e.th.fit(left, w, false)
	}
	return left + strings.Repeat(" ", gap) + right
}

// counts are the unresolved alerts by severity, letters and all.
func (m *Model) counts(e env) string {
	if m.status == nil {
		return e.th.on(roleDim, "reading the journal")
	}
	var parts []string
	c := m.status.Counts
	for _, s := range []event.Severity{event.Critical, event.Warn, event.Info} {
		r := severityRole(s)
		if c.Unresolved[s] == 0 {
			r = roleDim
		}
		parts = append(parts, e.th.on(r, severityLetter(s)+" "+human.Short(c.Unresolved[s])))
	}
	open := c.Alerts[event.Open]
	text := "all quiet"
	if open > 0 {
		text = strconv.FormatInt(open, 10) + " open"
	}
	if n := c.Alerts[event.Acked]; n > 0 {
		text += ", " + strconv.FormatInt(n, 10) + " acked"
	}
	if n := c.Alerts[event.Snoozed]; n > 0 {
		text += ", " + strconv.FormatInt(n, 10) + " snoozed"
	}
	return strings.Join(parts, "  ") + "  " + e.th.on(roleDim, text)
}

// countsText is counts without styles, for a window too small for more.
func (m *Model) countsText(e env) string {
	if m.status == nil {
		return "reading"
	}
	c := m.status.Counts.Unresolved
	return fmt.Sprintf("C%d W%d I%d", c[event.Critical], c[event.Warn], c[event.Info])
}

// collector says whose hands the feeds are in, in at most w cells: the first
// wording that fits. That data is simulated is never left out.
func (m *Model) collector(e env, w int) string {
	var c event.Collector
	if m.status != nil {
		c = m.status.Collector
	}
	host, by := "", e.ext(c.Command)
	if c.Host != "" {
		host = " on " + e.ext(c.Host)
	}
	var wordings []string
	switch {
	case m.opt.Collecting:
		wordings = []string{"listener: in this window", "listening here"}
	case c.PID != 0:
		wordings = []string{fmt.Sprintf("collector: %s pid %d%s", by, c.PID, host), fmt.Sprintf("by %s pid %d%s", by, c.PID, host),
			fmt.Sprintf("by %s pid %d", by, c.PID), "by " + by}
	case m.status != nil:
		wordings = []string{"no collector"}
	}
	note := ""
	if c.Note != "" && !isTrouble(c.Note) {
		note = ", " + e.ext(c.Note)
	}
	text := ""
	for _, text = range wordings {
		if text += note; textWidth(text) <= w {
			break
		}
	}
	return e.th.on(roleDim, text)
}

// isTrouble tells a note about something broken from one such as "simulated".
func isTrouble(note string) bool {
	return strings.Contains(note, "not writable") || strings.Contains(note, ":")
}

// gone reports whether the collector stopped telling that it lives.
func (m *Model) gone() (since time.Time, is bool) {
	at := m.goneAt()
	if at.IsZero() || m.opt.Collecting || m.opt.Clock.Now().Before(at) {
		return time.Time{}, false
	}
	return m.status.Collector.Beat, true
}

// banners are what must not be overlooked.
func (m *Model) banners(e env) []string {
	var out []string
	if beat, gone := m.gone(); gone {
		since := "just now"
		if age := e.age(beat); age != "now" {
			since = "since " + age
		}
		out = append(out, "COLLECTOR GONE "+since+". Reading on; nothing new until `foghorn serve` runs.")
	}
	if m.status != nil && isTrouble(m.status.Collector.Note) {
		out = append(out, capital(e.ext(m.status.Collector.Note)))
	}
	if m.readErr != nil {
		out = append(out, readTrouble(e, m.readErr))
	}
	if d := m.lag(); d > time.Second && m.status != nil {
		out = append(out, fmt.Sprintf("The view is %s records behind the log and catching up.",
			human.Count(m.status.LogEnd-m.status.Position)))
	}
	if m.paused != nil {
		n := int64(0)
		if m.status != nil {
			n = max(0, m.status.Counts.Events-m.paused.events)
		}
		out = append(out, "PAUSED: "+human.Count(n)+" events came in since; p goes on.")
	}
	return out
}

// readTrouble words an error of a read; the rows on the screen stay meanwhile.
func readTrouble(e env, err error) string {
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Sprintf("The journal took longer than %s to answer; a narrower filter helps.", readLimit)
	}
	return "Cannot read the journal: " + e.ext(err.Error())
}

// leastFeeds is how much of the line the feeds get before the collector does.
const leastFeeds = 40

// feedsAndCollector is the folded header: as many feeds as fit, troubled ones
// first, and who collects.
func (m *Model) feedsAndCollector(e env, w int) string {
	feeds := m.feedParts(e)
	wanted := textWidth(strings.Join(feeds, " "+e.th.glyph.bar+" "))
	right := m.collector(e, w-min(wanted, leastFeeds)-2)
	if fits := m.collector(e, w-wanted-2); textWidth(fits)+wanted+2 <= w {
		right = fits // all feeds fit beside it
	}
	return spread(e, joinFitting(e, feeds, w-textWidth(right)-2), right, w)
}

// joinFitting puts as many parts on a line as fit and counts the others.
func joinFitting(e env, parts []string, w int) string {
	bar := " " + e.th.glyph.bar + " "
	line := ""
	for i, p := range parts {
		next, rest := p, len(parts)-i-1
		if i > 0 {
			next = line + e.th.on(roleDim, bar) + p
		}
		room := w
		if rest > 0 {
			room -= textWidth(fmt.Sprintf("%s+%d (i)", bar, rest))
		}
		if textWidth(next) > room && i > 0 {
			return line + e.th.on(roleDim, fmt.Sprintf("%s+%d (i)", bar, rest+1))
		}
		line = next
	}
	return line
}

// feedParts is each feed in a few words, troubled ones first.
func (m *Model) feedParts(e env) []string {
	if m.status == nil {
		return nil
	}
	var parts []string
	for pass := range 2 {
		for _, f := range m.status.Feeds {
			if f.Kind == "listener" && f.State == event.FeedUp && len(m.status.Feeds) > 1 {
				continue // its sources tell
			}
			if (f.State == event.FeedUp) == (pass == 1) {
				parts = append(parts, feedShort(e, f))
			}
		}
	}
	if len(parts) == 0 {
		parts = append(parts, e.th.on(roleDim, "no feeds yet"))
	}
	return parts
}

// feedShort is a feed in a few words: name, state, rate, age of its last event.
func feedShort(e env, f event.Feed) string {
	name := e.ext(f.Name)
	if f.State != event.FeedUp {
		s := e.th.on(roleCritical, name+" "+strings.ToUpper(e.ext(string(f.State))))
		if f.Detail != "" {
			s += e.th.on(roleWarn, " "+e.ext(f.Detail))
		}
		return s
	}
	last := e.ago(f.Last)
	if f.Last.IsZero() {
		last = "nothing yet"
	}
	return e.th.on(roleOK, name+" up") + e.th.on(roleDim, " "+human.Rate(f.Rate)+" "+last)
}

// feedLines is a line per feed, unfolded with i.
func (m *Model) feedLines(e env, w int) []string {
	if m.status == nil || len(m.status.Feeds) == 0 {
		return []string{e.th.fit(strings.Join(m.feedParts(e), " "), w, false)}
	}
	cols := []column{{width: 12, grow: 1, max: 20}, {width: 5}, {width: 7, right: true}, {width: 12, max: 14, grow: 1},
		{width: 18, drop: 3}, {width: 18, grow: 6, drop: 2}}
	widths := layout(cols, w)
	var out []string
	for _, f := range m.status.Feeds[:min(8, len(m.status.Feeds))] {
		r := roleOK
		if f.State != event.FeedUp {
			r = roleCritical
		}
		last := e.ago(f.Last)
		totals := human.Short(f.Total) + " taken"
		if f.Failed > 0 {
			totals += ", " + human.Short(f.Failed) + " refused"
		}
		out = append(out, e.th.row([]cell{{e.ext(f.Name), rolePlain}, {e.ext(string(f.State)), r}, {human.Rate(f.Rate), rolePlain},
			{last, roleDim}, {totals, roleDim}, {e.ext(f.Kind + "  " + f.Detail), roleDim}}, cols, widths, w, false, false))
	}
	return out
}
