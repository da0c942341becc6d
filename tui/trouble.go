package tui

import (
	"foghorn/journal"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
)

// sentence words a trouble for the screen.
func sentence(e pane.Context, t journal.Trouble) string {
	s := e.Text(t.Full()) + "."
	switch t.Kind {
	case journal.FeedFails, journal.FeedStale, journal.FeedStarts: // begins with a name
		return s
	case journal.SourceRefused:
		s += " Pane 6 shows them."
	}
	return draw.Capital(s)
}
