package mist

import (
	"net/url"
	"strconv"
	"time"
)

// Window is the time that a search looks at. Mist's default is the last day.
// Aggregates snap to bins of their own, so use the times that come back.
type Window struct {
	Start, End time.Time
	Duration   time.Duration // back from End or now, instead of Start
}

// add writes the window into a query.
func (w Window) add(q url.Values) url.Values {
	if !w.Start.IsZero() {
		q.Set("start", strconv.FormatInt(w.Start.Unix(), 10))
	}
	if !w.End.IsZero() {
		q.Set("end", strconv.FormatInt(w.End.Unix(), 10))
	}
	if w.Duration > 0 {
		q.Set("duration", strconv.FormatInt(max(int64(w.Duration/time.Minute), 1), 10)+"m")
	}
	return q
}
