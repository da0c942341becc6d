package query

import (
	"strings"
	"time"

	"foghorn/journal/event"
)

// Limits of Parse, so that pasted text can neither stall the screen nor exceed
// SQLite's own limits (expression depth 1000).
const (
	MaxLength = 4096 // bytes of the whole text
	MaxDepth  = 64   // parentheses and negations inside each other
	MaxTerms  = 256  // terms, counting each alternative of a comma list
	MaxRegexp = 512  // bytes of one regular expression
)

// Table is what a query runs over.
type Table uint8

// The tables.
const (
	Events Table = iota
	Alerts
	Deliveries
	Devices
	Clients // connected clients
	tables  = iota
)

// String returns the name of the table in view.db and on the command line.
func (t Table) String() string {
	return [...]string{"events", "alerts", "deliveries", "devices", "clients"}[t%tables]
}

// Query is a parsed query. A nil *Query is valid and matches everything.
type Query struct {
	root node // nil matches everything
}

// Page asks for the rows that match Where. Each table has its own order; events
// and deliveries come newest first.
type Page struct {
	Where  *Query
	Now    time.Time // the time for age and -2h; dates use its location
	Before int64     // only ids below it; 0 for no bound
	After  int64     // only ids above it; 0 for no bound
	Limit  int       // the most rows; 0 for the reader's default
	// OldestFirst returns events, deliveries and alerts in the order of their ids.
	// With After set to the last id of one page, the next page continues it, so a
	// reader that remembers an id misses no row that arrives later.
	OldestFirst bool
}

// Event reports whether e matches at now.
func (q *Query) Event(e *event.Event, now time.Time) bool {
	return q.match(subject{table: Events, row: e, now: now})
}

// Alert reports whether a matches at now. The state is derived from the alert's
// times at now (event.Alert.Derive), so that a snooze that just ended counts.
func (q *Query) Alert(a *event.Alert, now time.Time) bool {
	return q.match(subject{table: Alerts, row: a, now: now})
}

// Delivery reports whether d matches at now.
func (q *Query) Delivery(d *event.Delivery, now time.Time) bool {
	return q.match(subject{table: Deliveries, row: d, now: now})
}

// Device reports whether d matches at now.
func (q *Query) Device(d *event.Device, now time.Time) bool {
	return q.match(subject{table: Devices, row: d, now: now})
}

// LiveClient reports whether c matches at now.
func (q *Query) LiveClient(c *event.LiveClient, now time.Time) bool {
	return q.match(subject{table: Clients, row: c, now: now})
}

func (q *Query) match(s subject) bool {
	return q == nil || q.root == nil || q.root.match(s)
}

// Empty reports whether q has no terms and so matches everything.
func (q *Query) Empty() bool { return q == nil || q.root == nil }

// String returns the query in its normal form: full field names, one space
// between terms, quotes where needed. It parses to an equal query.
func (q *Query) String() string {
	if q.Empty() {
		return ""
	}
	var w strings.Builder
	q.root.write(&w)
	return w.String()
}

// subject is the row to match a query against; row points to the table's type. It
// is passed by value so that matching does not allocate.
type subject struct {
	table Table
	row   any
	now   time.Time
}

// millis is the time as the tables keep it: epoch milliseconds, 0 for none.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func millisOf(t *time.Time) int64 {
	if t == nil {
		return 0
	}
	return millis(*t)
}
