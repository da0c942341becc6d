package pane

import (
	"fmt"
	"hash/fnv"
	"math"
	"time"

	"foghorn/journal/event"
	"foghorn/journal/query"
)

// MACOf is the MAC whose number an id is.
func MACOf(id int64) event.MAC { return event.MAC(fmt.Sprintf("%012x", id)) }

// TextID makes an id for a list of a text.
func TextID(s string) int64 {
	h := fnv.New64a()
	h.Write([]byte(s))
	return int64(h.Sum64()&math.MaxInt64 | 1)
}

// NewestPage is a page without a filter.
func NewestPage(now time.Time) query.Page {
	q, _ := query.Parse("") // the empty query parses
	return query.Page{Where: q, Now: now}
}
