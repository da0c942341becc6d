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

// leastFeeds is how much of the line the feeds get before the collector does.
const leastFeeds = 40

// feedsAndCollector is the folded header: as many feeds as fit, troubled ones
// first, and who collects.
func (h header) feedsAndCollector(e pane.Context, w int) string {
	feeds := h.feedParts(e)
	wanted := draw.TextWidth(strings.Join(feeds, " "+e.Theme.Glyph.Bar+" "))
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

// joinFitting puts as many parts on a line as fit and counts the others.
func joinFitting(e pane.Context, parts []string, w int) string {
	bar := " " + e.Theme.Glyph.Bar + " "
	line := ""
	for i, p := range parts {
		next, rest := p, len(parts)-i-1
		if i > 0 {
			next = line + e.Theme.On(draw.Dim, bar) + p
		}
		room := w
		if rest > 0 {
			room -= draw.TextWidth(fmt.Sprintf("%s+%d (i)", bar, rest))
		}
		if draw.TextWidth(next) > room && i > 0 {
			return line + e.Theme.On(draw.Dim, fmt.Sprintf("%s+%d (i)", bar, rest+1))
		}
		line = next
	}
	return line
}

// feedParts is each feed in a few words, troubled ones first.
func (h header) feedParts(e pane.Context) []string {
	if h.status == nil {
		return nil
	}
	var parts []string
	_, gone := h.gone()
	for pass := range 2 {
		for _, f := range h.status.Feeds {
			if gone && pass == 0 && f.Kind != event.FeedListener {
				parts = append(parts, e.Theme.On(draw.Critical, feedName(e, f)+" off")+e.Theme.On(draw.Dim, " "+e.Ago(f.Last)))
			}
			if gone {
				continue // its last known state no longer holds
			}
			if f.Kind == event.FeedListener && f.State == event.FeedUp && len(h.status.Feeds) > 1 {
				continue // its sources tell
			}
			if (f.State == event.FeedUp && !staleFeed(e, f)) != (pass == 1) || pass == 1 && isCloud(f) && h.hasWebhook(f.Name) {
				continue // it is shown after the webhooks of its source
			}
			part := feedShort(e, f)
			if f.Kind == event.FeedMistWebhook {
				part += h.cloudFeeds(e, f.Name)
			}
			parts = append(parts, part)
		}
	}
	if len(parts) == 0 {
		parts = append(parts, e.Theme.On(draw.Dim, "no feeds yet"))
	}
	return parts
}

func isCloud(f event.Feed) bool { return f.Kind == event.FeedMistAPI || f.Kind == event.FeedMistStream }

// staleFeed reports whether a feed of the cloud that is up has delivered nothing for
// long.
func staleFeed(e pane.Context, f event.Feed) bool { return journal.StaleFeed(f, e.Now) }

func (h header) hasWebhook(name string) bool {
	return slices.ContainsFunc(h.status.Feeds, func(f event.Feed) bool {
		return f.Name == name && f.Kind == event.FeedMistWebhook && f.State == event.FeedUp
	})
}

// cloudFeeds are the polling and the stream of a source, in a word each, as long
// as they are well.
func (h header) cloudFeeds(e pane.Context, name string) string {
	out := ""
	for _, f := range h.status.Feeds {
		if f.Name != name || !isCloud(f) || f.State != event.FeedUp || staleFeed(e, f) {
			continue
		}
		text := " api " + e.Age(f.Last)
		if f.Kind == event.FeedMistStream {
			text = " stream " + human.Rate(f.Rate)
		}
		out += e.Theme.On(draw.Dim, text)
		if f.Kind == event.FeedMistStream && f.Failed > 0 {
			out += e.Theme.On(draw.Warn, " "+human.Short(f.Failed)+" dropped")
		}
	}
	return out
}

// feedName tells the feeds of one source apart.
func feedName(e pane.Context, f event.Feed) string { return e.Text(journal.FeedName(f)) }

// feedShort is a feed in a few words: name, state, rate, age of its last event.
func feedShort(e pane.Context, f event.Feed) string {
	name := feedName(e, f)
	if staleFeed(e, f) {
		return e.Theme.On(draw.Warn, name+" stale "+e.Age(f.Last))
	}
	if f.State == event.FeedWarns {
		return e.Theme.On(draw.Warn, name+" "+e.Text(cmp.Or(f.Brief, f.Detail)))
	}
	if f.State != event.FeedUp {
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
	last := e.Ago(f.Last)
	if f.Last.IsZero() {
		last = "nothing yet"
	}
	return e.Theme.On(draw.OK, name+" up") + e.Theme.On(draw.Dim, " "+human.Rate(f.Rate)+" "+last)
}

// feedLines is a line per feed, unfolded with i.
func (h header) feedLines(e pane.Context, w int) []string {
	if h.status == nil || len(h.status.Feeds) == 0 {
		return []string{e.Theme.Fit(strings.Join(h.feedParts(e), " "), w, false)}
	}
	cols := []draw.Column{{Width: 12, Grow: 1, Max: 20}, {Width: 5}, {Width: 7, Right: true}, {Width: 12, Max: 14, Grow: 1},
		{Width: 18, Drop: 3}, {Width: 18, Grow: 6, Drop: 2}}
	widths := draw.Layout(cols, w)
	var out []string
	for _, f := range h.status.Feeds[:min(8, len(h.status.Feeds))] {
		r := draw.OK
		if f.State != event.FeedUp {
			r = draw.Critical
		}
		last := e.Ago(f.Last)
		if staleFeed(e, f) {
			last, r = "stale "+e.Age(f.Last), draw.Warn
		}
		totals := human.Short(f.Total) + " taken"
		if f.Failed > 0 {
			totals += ", " + human.Short(f.Failed) + " " + map[event.FeedKind]string{event.FeedMistAPI: "failed", event.FeedMistStream: "dropped"}[f.Kind]
			if !isCloud(f) {
				totals += "refused"
			}
		}
		kind := string(f.Kind)
		what := kind + "  " + f.Detail
		own := f.Detail != "" && (f.State != event.FeedUp || isCloud(f) && draw.TextWidth(e.Text(what)) > widths[len(widths)-1])
		if own {
			what = kind
		}
		out = append(out, e.Theme.Row([]draw.Cell{{Text: e.Text(f.Name), Role: draw.Plain}, {Text: e.Text(string(f.State)), Role: r}, {Text: human.Rate(f.Rate), Role: draw.Plain},
			{Text: last, Role: draw.Dim}, {Text: totals, Role: draw.Dim}, {Text: e.Text(what), Role: draw.Dim}}, cols, widths, w, false, false))
		if own {
			out = append(out, detailLines(e, f, w)...)
		}
	}
	return out
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
