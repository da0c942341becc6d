package pane

import (
	"slices"
	"strings"
	"time"

	"foghorn/journal/event"
	"foghorn/tui/draw"
)

// Context is a drawing context and what a pane may say about the feeds: where events
// come from, and why some may be missing.
type Context struct {
	draw.Context
	Address string
	Hints   []string
	Status  *event.Status // nil before the first one was read
	Tokens  []string      // the sources with an API token
	Trouble []string      // why the screen may not show what happens
}

// SeveralOrgs reports whether more than one organization is collected or can be
// asked: rows then say which one they are of.
func (e Context) SeveralOrgs() bool {
	if len(e.Tokens) > 1 {
		return true
	}
	if e.Status == nil {
		return false
	}
	org := ""
	for _, f := range e.Status.Feeds {
		if !f.Kind.OfMist() {
			continue
		}
		if org != "" && f.Name != org {
			return true
		}
		org = f.Name
	}
	return false
}

// Listening says where events would come from and when the last one did; as
// long as nothing ever came, how to point a webhook here.
func Listening(e Context) []string {
	var out []string
	for _, t := range e.Trouble {
		out = append(out, draw.Wrap(t, max(10, e.Width-3))...)
	}
	if e.Width < LeastWidth {
		return append(out, draw.Capital(e.lastEvent())+".")
	}
	if e.Address != "" {
		out = append(out, "Listener on "+e.Text(e.Address)+", "+e.lastEvent()+".")
	}
	if e.Status != nil && e.Status.Counts.Deliveries == 0 && e.Status.Counts.Events == 0 {
		out = append(out, "")
		for _, h := range e.Hints {
			out = append(out, draw.Wrap(e.Text(h), max(10, e.Width-3))...)
		}
	}
	return out
}

func (e Context) lastEvent() string {
	if e.Status == nil {
		return "reading the journal"
	}
	if !e.Heard() {
		return e.Silence()
	}
	var newest time.Time
	for _, f := range e.Status.Feeds {
		if f.Last.After(newest) {
			newest = f.Last
		}
	}
	return "last event " + e.Ago(newest)
}

// Silence says what came while nothing was heard.
func (e Context) Silence() string {
	if e.Status.Counts.Refused > 0 || slices.ContainsFunc(e.Status.Feeds, func(f event.Feed) bool { return f.State == event.FeedRefused }) {
		return "nothing was accepted yet"
	}
	return "nothing came in yet"
}

// Heard reports whether any feed ever delivered anything. Before that no
// alert means nothing.
func (e Context) Heard() bool {
	return e.Status != nil && slices.ContainsFunc(e.Status.Feeds, func(f event.Feed) bool { return !f.Last.IsZero() })
}

// EmptyState says why a list of what the cloud knows is empty.
func EmptyState(e Context, what string) []string {
	if len(e.Tokens) == 0 {
		out := []string{"No " + what + ": they are asked of the Mist API."}
		out = append(out, e.WithoutToken()...)
		return append(out, "See config.toml, [[mist]] token. Webhooks need none and go on.")
	}
	out := []string{"No " + what + " yet; the first list comes within a minute or two."}
	for _, f := range e.troubled() {
		out = append(out, e.Text(f.Name)+" "+strings.ToUpper(e.Text(string(f.State)))+": "+e.Text(f.Detail))
	}
	return append(out, e.WithoutToken()...)
}

// WithoutToken names the sources that deliver webhooks and have no API token.
func (e Context) WithoutToken() []string {
	var names []string
	if e.Status != nil {
		for _, f := range e.Status.Feeds {
			if f.Kind == event.FeedMistWebhook && !slices.Contains(e.Tokens, f.Name) && !slices.Contains(names, f.Name) {
				names = append(names, f.Name)
			}
		}
	}
	switch {
	case len(names) > 0:
		return []string{"No API token is configured for " + e.Text(strings.Join(names, ", ")) + "."}
	case len(e.Tokens) == 0:
		return []string{"No API token is configured."}
	}
	return nil
}

// troubled are the feeds that are not as they should be.
func (e Context) troubled() []event.Feed {
	if e.Status == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(e.Status.Feeds), func(f event.Feed) bool { return f.State == event.FeedUp })
}
