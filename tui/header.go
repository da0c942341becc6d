package tui

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"foghorn/internal/human"
	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
)

// header is the top of the screen: what is known of the journal, and
// how much of it is to be shown.
type header struct {
	*journalState
	dir, version string
	unfolded     bool
	hidden       bool
	paused       *pause
}

func (m *Model) header() header {
	return header{journalState: &m.journal, dir: m.opt.Dir, version: m.opt.Version, unfolded: m.window.unfolded, hidden: m.private.on, paused: m.paused}
}

// lines tell, whether what is on the screen can be
// trusted: severity counts, feeds, who collects, how far the view is behind.
func (h header) lines(e pane.Context, w int) []string {
	clock := e.Now.In(e.Zone).Format("15:04")
	if e.Mode == human.UTC {
		clock = e.Now.UTC().Format("15:04Z")
	}
	left := h.name(e) + "  " + h.counts(e)
	right := e.Theme.On(draw.Strong, clock)
	g := h.gauge(e, w-draw.TextWidth(left)-draw.TextWidth(right)-4)
	if g == "" && h.budgetTight(e) { // then it matters more than how many are acked
		left = h.name(e) + "  " + h.severities(e)
		g = h.gauge(e, w-draw.TextWidth(left)-draw.TextWidth(right)-4)
	}
	if g != "" {
		right = g + "  " + right
	}
	out := []string{draw.Spread(e.Context, left, right, w)}
	if h.unfolded {
		left := e.Theme.On(draw.Dim, "data: "+e.Text(h.dir)+"  foghorn "+e.Text(h.version))
		out = append(out, draw.Spread(e.Context, left, h.collector(e, w-draw.TextWidth(left)-2), w))
		out = append(out, h.feedLines(e, w)...)
	} else {
		out = append(out, h.feedsAndCollector(e, w))
	}
	for _, b := range h.banners(e) {
		out = append(out, e.Theme.On(draw.Banner, e.Theme.Fit(" "+b, w, false)))
	}
	return out
}

// name is the program's, and says that names are masked.
func (h header) name(e pane.Context) string {
	if h.hidden {
		return e.Theme.On(draw.Title, "foghorn") + " " + e.Theme.On(draw.Banner, " PRIVATE ")
	}
	return e.Theme.On(draw.Title, "foghorn")
}

// counts are the unresolved alerts by severity, letters and all.
func (h header) counts(e pane.Context) string {
	if h.status == nil {
		return e.Theme.On(draw.Dim, "reading the journal")
	}
	c := h.status.Counts
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
	return h.severities(e) + "  " + e.Theme.On(draw.Dim, text)
}

// severities are the unresolved alerts by severity alone.
func (h header) severities(e pane.Context) string {
	if h.status == nil {
		return ""
	}
	var parts []string
	c := h.status.Counts
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
func (h header) countsText() string {
	if h.status == nil {
		return "reading"
	}
	c := h.status.Counts.Unresolved
	return fmt.Sprintf("C%d W%d I%d", c[event.Critical], c[event.Warn], c[event.Info])
}

// collector names the process that owns the feeds, in at most w cells: the first
// wording that fits. That data is simulated is never left out.
func (h header) collector(e pane.Context, w int) string {
	var c event.Collector
	if h.status != nil {
		c = h.status.Collector
	}
	host, by := "", e.Text(c.Command)
	if c.Host != "" {
		host = " on " + e.Text(c.Host)
	}
	var wordings []string
	_, gone := h.gone()
	switch {
	case gone:
		wordings = []string{"no collector"}
	case h.collecting:
		wordings = []string{"listener: in this window", "listening here"}
	case c.PID != 0:
		wordings = []string{fmt.Sprintf("collector: %s pid %d%s", by, c.PID, host), fmt.Sprintf("by %s pid %d%s", by, c.PID, host),
			fmt.Sprintf("by %s pid %d", by, c.PID), "by " + by}
	case h.status != nil:
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

// banners are what must not be overlooked.
func (h header) banners(e pane.Context) []string {
	var out []string
	if beat, gone := h.gone(); gone {
		out = append(out, "COLLECTOR GONE since "+e.At(beat)+" ("+e.Lasted(beat)+"): nothing new until `foghorn serve` runs.")
	}
	if h.status != nil && h.status.Collector.Problem != "" {
		out = append(out, draw.Capital(e.Text(h.status.Collector.Problem)))
	}
	if h.status != nil && h.status.Problem != "" {
		out = append(out, draw.Capital(e.Text(h.status.Problem)))
	}
	if h.err != nil {
		out = append(out, readProblem(e, h.err))
	}
	if d := h.lag(); d > journal.LagLimit && h.status != nil {
		out = append(out, h.lagText(h.status.LogEnd-h.status.Position))
	}
	if h.paused != nil {
		n := int64(0)
		if h.status != nil {
			n = max(0, h.status.Counts.Events-h.paused.events)
		}
		out = append(out, "PAUSED: "+human.Count(n)+" events came in since; p goes on.")
	}
	return out
}

// readProblem words an error of a read; the rows on the screen stay meanwhile.
func readProblem(e pane.Context, err error) string {
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Sprintf("The journal took longer than %s to answer; a narrower filter helps.", readLimit)
	}
	return "Cannot read the journal: " + e.Text(err.Error())
}
