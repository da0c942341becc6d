package tui

import (
	"slices"
	"strings"
	"time"

	"foghorn/internal/human"
	"foghorn/journal/event"
)

// staleNote says in a pane's title how old its newest row is, once even that
// is old: the cloud tells nothing any more, and the rows stay as they were.
func staleNote[T any](e env, after time.Duration, rows []T, updated func(T) time.Time) string {
	var newest time.Time
	for _, r := range rows {
		if t := updated(r); t.After(newest) {
			newest = t
		}
	}
	if !e.Stale(newest, after) {
		return ""
	}
	return "stale " + e.Age(newest)
}

// uptimeText is how long a device has been running.
func uptimeText(seconds int64) string {
	if seconds <= 0 {
		return ""
	}
	return human.Age(time.Duration(min(seconds, 100*365*86400)) * time.Second)
}

// emptyState says why a list of what the cloud knows is empty.
func emptyState(e env, what string) []string {
	if len(e.tokens) == 0 {
		out := []string{"No " + what + ": they are asked of the Mist API."}
		out = append(out, e.withoutToken()...)
		return append(out, "See config.toml, [[mist]] token. Webhooks need none and go on.")
	}
	out := []string{"No " + what + " told yet; the first list comes within a minute or two."}
	for _, f := range e.troubled() {
		out = append(out, e.Text(f.Name)+" "+strings.ToUpper(e.Text(string(f.State)))+": "+e.Text(f.Detail))
	}
	return append(out, e.withoutToken()...)
}

// withoutToken names the sources that deliver webhooks and have no API token.
func (e env) withoutToken() []string {
	var names []string
	if e.status != nil {
		for _, f := range e.status.Feeds {
			if f.Kind == event.FeedMistWebhook && !slices.Contains(e.tokens, f.Name) && !slices.Contains(names, f.Name) {
				names = append(names, f.Name)
			}
		}
	}
	switch {
	case len(names) > 0:
		return []string{"No API token is configured for " + e.Text(strings.Join(names, ", ")) + "."}
	case len(e.tokens) == 0:
		return []string{"No API token is configured."}
	}
	return nil
}

// troubled are the feeds that are not as they should be.
func (e env) troubled() []event.Feed {
	if e.status == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(e.status.Feeds), func(f event.Feed) bool { return f.State == event.FeedUp })
}
