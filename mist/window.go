package mist

import (
	"net/url"
	"strconv"
	"time"
)

// Window is the time range of a search. Mist's default is the last day. The cloud
// aligns aggregates to its own bins, so use the times in the response.
type Window struct {
	Start, End time.Time
	Duration   time.Duration // back from End or now, instead of Start
}

// add adds the window to a query.
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
