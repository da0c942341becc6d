package tui

import (
	"fmt"
	"strings"

	"foghorn/journal/event"
	"foghorn/tui/pane"
)

// feedProblem says why a feed may miss events; empty when it works.
func feedProblem(e pane.Context, f event.Feed) string {
	switch {
	case f.State == event.FeedWarns:
		return "" // it works, and the header shows the warning
	case f.State == event.FeedRefused:
		since := ""
		if !f.Since.IsZero() {
			since = " since " + e.At(f.Since)
		}
		return fmt.Sprintf("Deliveries of %s are refused%s, %d in a row: %s. Pane 6 shows them.", e.Text(f.Name), since, f.Refused, e.Text(strings.TrimSuffix(f.Detail, ".")))
	case f.State != event.FeedUp:
		return feedName(e, f) + " " + strings.ToUpper(e.Text(string(f.State))) + ": " + e.Text(f.Detail)
	case staleFeed(e, f):
		return feedName(e, f) + " has sent nothing for " + e.Age(f.Last) + "."
	}
	return ""
}
