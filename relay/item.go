package relay

import (
	"time"

	"foghorn/journal/event"
)

// Item is one thing to send: an event, or a notice about alerts.
type Item struct {
	Event  *event.Event // with Raw; nil for a notice
	Notice *Notice      // nil for an event
}

// Why says why a notice is sent.
type Why string

// The reasons for a notice. People must be rung for all but Update: see Rings.
const (
	First    Why = "first"    // the alert was not sent before
	Worse    Why = "worse"    // its severity rose, or more alerts joined the message
	Reopened Why = "reopened" // it was sent as resolved
	Resolved Why = "resolved" // all alerts of the message are over
	Reminder Why = "reminder" // it is still open, and nobody has acknowledged it
	Update   Why = "update"   // anything else: acked, snoozed, less severe, one of several is over
)

// Rings reports whether people should notice the notice, beyond a message that
// changes where it stands.
func (w Why) Rings() bool { return w != Update }

// Notice says how an alert is now, or how all alerts of one message are: those of
// one site and kind that came together.
type Notice struct {
	Why    Why
	Alerts []event.Alert // never empty; in the order in which they opened
	// Joined are the ids of those alerts that no notice was sent about before.
	Joined []int64
	// Again names the devices or titles of those that were told as over, and are open again.
	Again []string
	// Steps is how many transitions the notice covers: those that were pending are
	// told as one, and the last state wins.
	Steps int
	// N is the number of the last of them within the first alert.
	N int
	// Reminder is, of a reminder, when it was due: it tells one from the next.
	Reminder time.Time
	// Step is the name of the last transition (event.Transition.Name): opened, acked ...
	// Time is when it took effect, and Actor and Reason who caused it, if a person did.
	Step   string
	Time   time.Time
	Actor  string
	Reason string
	// Event is the newest event of the first alert, with Raw; nil when there is none.
	Event *event.Event
	// Summary is the sentence about several alerts: "berlin: 14 of 16 APs down".
	Summary string
	// Link leads to the site or device in the vendor's portal; empty when unknown.
	Link string
	Now  time.Time
	// Test marks a message that a person asked for to try the relay.
	Test bool
}

// Work is what one exchange with a destination is about: a batch of events, a batch
// of notices, or the one notice of a message that is kept up to date.
type Work struct {
	Items []Item
	// Handle is what the destination remembers of the message, as JSON: Judge sets it,
	// and the next notice about the same alerts brings it back. It is committed after
	// every answer, so an exchange of several requests goes on where it was.
	Handle []byte
	Now    time.Time
}
