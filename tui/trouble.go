package tui

import (
	"fmt"
	"strings"
	"time"

	"foghorn/journal/event"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
)

// troubles say, a sentence each, why this screen may not show what happens. As
// long as there are any, nothing on it calls the network quiet.
func (m *Model) troubles(e pane.Context) []string {
	if m.status == nil {
		return nil
	}
	var out []string
	if beat, gone := m.gone(); gone {
		return []string{"No collector has run since " + e.At(beat) + ": nothing new is taken. Start it: foghorn serve."}
	}
	if p := m.status.Collector.Problem; p != "" {
		out = append(out, draw.Capital(e.Text(p))+".")
	}
	if p := m.status.Problem; p != "" {
		out = append(out, draw.Capital(e.Text(p))+".")
	}
	if m.readErr != nil {
		out = append(out, readTrouble(e, m.readErr))
	}
	if m.lag() > time.Second {
		out = append(out, m.lagging(m.status.LogEnd-m.status.Position))
	}
	for _, f := range m.status.Feeds {
		if t := feedTrouble(e, f); t != "" {
			out = append(out, t)
		}
	}
	return out
}

// feedTrouble says why a feed does not tell what happens; empty when it does.
func feedTrouble(e pane.Context, f event.Feed) string {
	switch {
	case f.State == event.FeedWarns:
		return "" // it works, and the header tells of it
	case f.State == event.FeedRefused:
		since := ""
		if !f.Since.IsZero() {
			since = " since " + e.At(f.Since)
		}
		n, _, _ := strings.Cut(f.Brief, ":")
		return fmt.Sprintf("Deliveries of %s are refused%s, %s in a row: %s. Pane 6 shows them.", e.Text(f.Name), since, e.Text(n), e.Text(strings.TrimSuffix(f.Detail, ".")))
	case f.State != event.FeedUp:
		return feedName(e, f) + " " + strings.ToUpper(e.Text(string(f.State))) + ": " + e.Text(f.Detail)
	case staleFeed(e, f):
		return feedName(e, f) + " has sent nothing for " + e.Age(f.Last) + "."
	}
	return ""
}
