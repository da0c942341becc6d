package tui

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"foghorn/internal/human"
	"foghorn/journal/event"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
)

// header tells, above everything, whether what is on the screen can be
// trusted: severity counts, feeds, who collects, how far the view is behind.
func (m *Model) header(e pane.Context, w int) []string {
	clock := e.Now.In(e.Zone).Format("15:04")
	if e.Mode == human.UTC {
		clock = e.Now.UTC().Format("15:04Z")
	}
	left := e.Theme.On(draw.Title, "foghorn") + "  " + m.counts(e)
	right := e.Theme.On(draw.Strong, clock)
	g := m.gauge(e, w-draw.TextWidth(left)-draw.TextWidth(right)-4)
	if g == "" && m.budgetTight(e) { // then it matters more than how many are acked
		left = e.Theme.On(draw.Title, "foghorn") + "  " + m.severities(e)
		g = m.gauge(e, w-draw.TextWidth(left)-draw.TextWidth(right)-4)
	}
	if g != "" {
		right = g + "  " + right
	}
	out := []string{draw.Spread(e.Context, left, right, w)}
	if m.unfolded {
		left := e.Theme.On(draw.Dim, "data: "+e.Text(m.opt.Dir)+"  foghorn "+e.Text(m.opt.Version))
		out = append(out, draw.Spread(e.Context, left, m.collector(e, w-draw.TextWidth(left)-2), w))
		out = append(out, m.feedLines(e, w)...)
	} else {
		out = append(out, m.feedsAndCollector(e, w))
	}
	for _, b := range m.banners(e) {
		out = append(out, e.Theme.On(draw.Banner, e.Theme.Fit(" "+b, w, false)))
	}
	return out
}

// counts are the unresolved alerts by severity, letters and all.
func (m *Model) counts(e pane.Context) string {
	if m.status == nil {
		return e.Theme.On(draw.Dim, "reading the journal")
	}
	c := m.status.Counts
	open := c.Alerts[event.Open]
	text := "all quiet"
	switch {
	case open > 0 || c.Alerts[event.Acked] > 0 || c.Alerts[event.Snoozed] > 0 || len(e.Trouble) > 0: // what somebody took lasts still
		text = strconv.FormatInt(open, 10) + " open"
	case !e.Heard():
		text = e.Silence()
	}
	if n := c.Alerts[event.Acked]; n > 0 {
		text += ", " + strconv.FormatInt(n, 10) + " acked"
	}
	if n := c.Alerts[event.Snoozed]; n > 0 {
		text += ", " + strconv.FormatInt(n, 10) + " snoozed"
	}
	return m.severities(e) + "  " + e.Theme.On(draw.Dim, text)
}

// severities are the unresolved alerts by severity alone.
func (m *Model) severities(e pane.Context) string {
	if m.status == nil {
		return ""
	}
	var parts []string
	c := m.status.Counts
	for _, s := range []event.Severity{event.Critical, event.Warn, event.Info} {
		r := draw.SeverityRole(s)
		if c.Unresolved[s] == 0 {
			r = draw.Dim
		}
		parts = append(parts, e.Theme.On(r, draw.SeverityLetter(s)+" "+human.Short(c.Unresolved[s])))
	}
	return strings.Join(parts, "  ")
}

// countsText is counts without styles, for a window too small for more.
func (m *Model) countsText(e pane.Context) string {
	if m.status == nil {
		return "reading"
	}
	c := m.status.Counts.Unresolved
	return fmt.Sprintf("C%d W%d I%d", c[event.Critical], c[event.Warn], c[event.Info])
}

// collector says whose hands the feeds are in, in at most w cells: the first
// wording that fits. That data is simulated is never left out.
func (m *Model) collector(e pane.Context, w int) string {
	var c event.Collector
	if m.status != nil {
		c = m.status.Collector
	}
	host, by := "", e.Text(c.Command)
	if c.Host != "" {
		host = " on " + e.Text(c.Host)
	}
	var wordings []string
	_, gone := m.gone()
	switch {
	case gone:
		wordings = []string{"no collector"}
	case m.opt.Collecting:
		wordings = []string{"listener: in this window", "listening here"}
	case c.PID != 0:
		wordings = []string{fmt.Sprintf("collector: %s pid %d%s", by, c.PID, host), fmt.Sprintf("by %s pid %d%s", by, c.PID, host),
			fmt.Sprintf("by %s pid %d", by, c.PID), "by " + by}
	case m.status != nil:
		wordings = []string{"no collector"}
	}
	note := ""
	if c.Note != "" {
		note = ", " + e.Text(c.Note)
	}
	text := ""
	for _, text = range wordings {
		if text += note; draw.TextWidth(text) <= w {
			break
		}
	}
	return e.Theme.On(draw.Dim, text)
}

// gone reports whether the collector stopped telling that it lives.
func (m *Model) gone() (since time.Time, is bool) {
	at := m.goneAt()
	if at.IsZero() || m.opt.Collecting || m.opt.Clock.Now().Before(at) {
		return time.Time{}, false
	}
	return m.status.Collector.Heartbeat, true
}

// banners are what must not be overlooked.
func (m *Model) banners(e pane.Context) []string {
	var out []string
	if beat, gone := m.gone(); gone {
		since := "just now"
		if age := e.Age(beat); age != "now" {
			since = "for " + age
		}
		out = append(out, "COLLECTOR GONE "+since+". Reading on; nothing new until `foghorn serve` runs.")
	}
	if m.status != nil && m.status.Collector.Problem != "" {
		out = append(out, draw.Capital(e.Text(m.status.Collector.Problem)))
	}
	if m.status != nil && m.status.Problem != "" {
		out = append(out, draw.Capital(e.Text(m.status.Problem)))
	}
	if m.readErr != nil {
		out = append(out, readTrouble(e, m.readErr))
	}
	if d := m.lag(); d > time.Second && m.status != nil {
		out = append(out, m.lagging(m.status.LogEnd-m.status.Position))
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

// lagging says how many records are in the log and not yet on the screen.
func (m *Model) lagging(n int64) string {
	records := human.Count(n) + " records"
	if n == 1 {
		records = "1 record"
	}
	if _, gone := m.gone(); gone {
		return "What this screen shows lacks " + records + " of the log: a collector has to run to read them."
	}
	return "The view is " + records + " behind the log and catching up."
}

// readTrouble words an error of a read; the rows on the screen stay meanwhile.
func readTrouble(e pane.Context, err error) string {
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Sprintf("The journal took longer than %s to answer; a narrower filter helps.", readLimit)
	}
	return "Cannot read the journal: " + e.Text(err.Error())
}
