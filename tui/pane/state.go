package pane

import (
	"time"
)

// StaleNote says in a pane's title how old its newest row is, once even that
// is old: Mist reports nothing any more, and the rows stay as they were.
func StaleNote[T any](e Context, after time.Duration, rows []T, updated func(T) time.Time) string {
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
