package tui

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"foghorn/internal/human"
	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
)

// leastFeeds is how much of the line the feeds get before the collector does, and
// leastCollector what the collector gets before feeds that are well get more words.
const (
	leastFeeds     = 40
	leastCollector = 26
)

// feedsAndCollector is the folded header: as many feeds as fit, troubled ones
// first, and who collects. The feeds are worded as long as there is room for all.
func (h header) feedsAndCollector(e pane.Context, w int) string {
	var feeds []string
	wanted := 0
	for _, words := range [...]wording{inFull, inShort, inBrief, inAWord} {
		feeds = h.feedParts(e, words)
		wanted = draw.TextWidth(strings.Join(feeds, " "+e.Theme.Glyph.Bar+" "))
		beside := leastCollector
		if words >= inBrief {
			beside = 0
		}
		if wanted+draw.TextWidth(h.collector(e, beside))+2 <= w {
			break
		}
	}
	right := h.collector(e, w-min(wanted, leastFeeds)-2)
	if fits := h.collector(e, w-wanted-2); draw.TextWidth(fits)+wanted+2 <= w {
		right = fits // all feeds fit beside it
	}
	left := joinFitting(e, feeds, w-draw.TextWidth(right)-2)
	if draw.TextWidth(left)+draw.TextWidth(right)+2 > w {
		right = h.collector(e, w-draw.TextWidth(left)-2) // the first feed is shown in any case
	}
	return draw.Spread(e.Context, left, right, w)
}

// wording is how many words a feed that is well gets. From inBrief on, a source is up
// when its webhooks, its polling and its stream are.
type wording uint8

const (
	inFull wording = iota
	inShort
	inBrief
	inAWord
)

// joinFitting puts as many parts on a line as fit and counts the others, with the
// key that shows them.
func joinFitting(e pane.Context, parts []string, w int) string {
	bar := " " + e.Theme.Glyph.Bar + " "
	more := func(n int) string { return fmt.Sprintf("%s%d more: i", bar, n) }
	line := ""
	for i, p := range parts {
		next, rest := p, len(parts)-i-1
		if i > 0 {
			next = line + e.Theme.On(draw.Dim, bar) + p
		}
		room := w
		if rest > 0 {
			room -= draw.TextWidth(more(rest))
		}
		if draw.TextWidth(next) > room && i > 0 {
			return line + e.Theme.On(draw.Dim, more(rest+1))
		}
		line = next
	}
	return line
}

// feedParts is each feed in a few words, troubled ones first.
func (h header) feedParts(e pane.Context, words wording) []string {
	if h.status == nil {
		return nil
	}
	var parts []string
	_, gone := h.gone()
	for pass := range 2 {
		for _, f := range h.status.Feeds {
			if gone && pass == 0 && f.Kind != event.FeedListener {
				parts = append(parts, e.Theme.On(draw.Critical, feedName(e, f)+" off")+e.Theme.On(draw.Dim, lastHeard(e, f, words)))
			}
			if gone {
				continue // its last known state no longer holds
			}
			if f.Kind == event.FeedListener && f.State == event.FeedUp && len(h.status.Feeds) > 1 {
				continue // its sources tell
			}
			if (f.State == event.FeedUp && !staleFeed(e, f)) != (pass == 1) || pass == 1 && f.Kind.OfCloud() && h.hasWebhook(f.Name) {
				continue // it is shown after the webhooks of its source
			}
			parts = append(parts, h.feedShort(e, f, words))
		}
	}
	if len(parts) == 0 {
		parts = append(parts, e.Theme.On(draw.Dim, "no feeds yet"))
	}
	return parts
}

// staleFeed reports whether a feed of the cloud that is up has delivered nothing for
// long.
func staleFeed(e pane.Context, f event.Feed) bool { return journal.StaleFeed(f, e.Now) }

func (h header) hasWebhook(name string) bool {
	return slices.ContainsFunc(h.status.Feeds, func(f event.Feed) bool {
		return f.Name == name && f.Kind == event.FeedMistWebhook && f.State == event.FeedUp
	})
}

// cloudFeeds are the polling and the stream of a source, as long as they are well.
func (h header) cloudFeeds(e pane.Context, name, between string, words wording) string {
	out := ""
	for _, f := range h.status.Feeds {
		if f.Name != name || !f.Kind.OfCloud() || f.State != event.FeedUp || staleFeed(e, f) {
			continue
		}
		text := "polled " + e.Ago(f.Last)
		if f.Kind == event.FeedMistStream {
			text = "stream " + human.Rate(f.Rate)
		}
		if words < inBrief {
			out += e.Theme.On(draw.Dim, between+text)
		}
		if f.Kind == event.FeedMistStream && f.Failed > 0 {
			out += e.Theme.On(draw.Warn, between+human.Short(f.Failed)+" messages dropped")
		}
	}
	return out
}

// feedName tells the feeds of one source apart.
func feedName(e pane.Context, f event.Feed) string { return e.Text(journal.FeedName(f)) }

// feedShort is a feed in a few words: its name, its state, and how much it delivers
// or what is wrong.
func (h header) feedShort(e pane.Context, f event.Feed, words wording) string {
	name := feedName(e, f)
	switch {
	case staleFeed(e, f):
		return e.Theme.On(draw.Warn, name+" stale "+e.Age(f.Last))
	case f.State == event.FeedWarns:
		return e.Theme.On(draw.Warn, name+" "+e.Text(cmp.Or(f.Brief, f.Detail)))
	case f.State == event.FeedStarting:
		return e.Theme.On(draw.Dim, name+" starting")
	case f.State == event.FeedUp:
		return e.Theme.On(draw.OK, name+" up") + h.delivers(e, f, words)
	}
	s := e.Theme.On(draw.Critical, name+" "+strings.ToUpper(e.Text(string(f.State))))
	why := cmp.Or(f.Brief, f.Detail)
	if f.State == event.FeedRefused {
		why = fmt.Sprintf("%d: %s", f.Refused, f.Brief)
	}
	if why != "" {
		s += e.Theme.On(draw.Warn, " "+e.Text(why))
	}
	return s
}

// lastHeard says when the last event came from a feed, if there is room to.
func lastHeard(e pane.Context, f event.Feed, words wording) string {
	switch {
	case f.Last.IsZero():
		return ", nothing yet"
	case words == inAWord:
		return ""
	}
	return ", last event " + e.Ago(f.Last)
}

// delivers says how much comes from a feed that is up.
func (h header) delivers(e pane.Context, f event.Feed, words wording) string {
	says, between := lastHeard(e, f, words), ", "
	if words == inFull && !f.Last.IsZero() {
		between = "; "
		says = ": " + human.Rate(f.Rate) + says
		if f.Kind == event.FeedMistWebhook {
			says = ": webhooks" + says[1:]
		}
	}
	if f.Kind != event.FeedMistWebhook {
		return e.Theme.On(draw.Dim, says)
	}
	return e.Theme.On(draw.Dim, says) + h.cloudFeeds(e, f.Name, between, words)
}

// mostFeeds is how many feeds the unfolded header shows.
const mostFeeds = 8

// feedLines is a line per feed, unfolded with i. What was refused and the address
// are kept in a narrow window: they are what people unfold it for.
func (h header) feedLines(e pane.Context, w int) []string {
	if h.status == nil || len(h.status.Feeds) == 0 {
		return []string{e.Theme.Fit(strings.Join(h.feedParts(e, inFull), " "), w, false)}
	}
	cols := []draw.Column{{}, {}, {}, {Grow: 1}, {Drop: 2}, {Drop: 3, Right: true}}
	feeds := h.status.Feeds[:min(mostFeeds, len(h.status.Feeds))]
	rows := make([][]draw.Cell, len(feeds))
	for i, f := range feeds {
		rows[i] = feedCells(e, f)
		for c, cell := range rows[i] {
			cols[c].Width = max(cols[c].Width, min(mostFeedCell, draw.TextWidth(cell.Text)))
		}
	}
	widths := draw.Layout(cols, w)
	var out []string
	for i, f := range feeds {
		out = append(out, e.Theme.Row(rows[i], cols, widths, w, false, false))
		if rows[i][feedWhat].Text == string(f.Kind) && f.Detail != "" {
			out = append(out, detailLines(e, f, w)...)
		}
	}
	return out
}

const (
	mostFeedCell = 34 // what a column of the unfolded header gets at most before they share the rest
	feedWhat     = 3  // the place of the cell that says what a feed is
)

// feedCells are a feed's line of the unfolded header. What is wrong with it, and what
// the cloud's feeds tell, has lines of its own.
func feedCells(e pane.Context, f event.Feed) []draw.Cell {
	r, last := draw.Critical, e.Ago(f.Last)
	switch {
	case staleFeed(e, f):
		last, r = "stale "+e.Age(f.Last), draw.Warn
	case f.State == event.FeedUp:
		r = draw.OK
	case f.State == event.FeedStarting:
		r = draw.Dim
	}
	totals, lost := human.Short(f.Total)+" taken", draw.Dim
	if f.Failed > 0 {
		word := "refused"
		switch f.Kind {
		case event.FeedMistAPI:
			word = "failed"
		case event.FeedMistStream:
			word = "dropped"
		}
		totals, lost = human.Short(f.Failed)+" "+word+", "+totals, draw.Warn
	}
	what := string(f.Kind)
	if f.State == event.FeedUp && !f.Kind.OfCloud() {
		what = strings.TrimSpace(what + " " + f.Detail)
	}
	return []draw.Cell{
		{Text: e.Cell(f.Name), Role: draw.Plain}, {Text: e.Text(string(f.State)), Role: r}, {Text: totals, Role: lost},
		{Text: e.Cell(what), Role: draw.Dim}, {Text: last, Role: draw.Dim}, {Text: human.Rate(f.Rate), Role: draw.Dim},
	}
}

// detailLines say in full how a feed is, or what is wrong with it and what to do:
// that is what the header was unfolded for.
func detailLines(e pane.Context, f event.Feed, w int) []string {
	const most, indent = 3, "      "
	r := draw.Dim
	if f.State != event.FeedUp {
		r = draw.Warn
	}
	lines := draw.Wrap(e.Text(f.Detail), max(10, w-len(indent)-1))
	if len(lines) > most {
		lines = lines[:most]
		lines[most-1] += e.Theme.Glyph.More
	}
	for i, l := range lines {
		lines[i] = e.Theme.On(r, e.Theme.Fit(indent+l, w, false))
	}
	return lines
}
