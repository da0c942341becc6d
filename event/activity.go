package event

import "time"

// Actions an operator takes on alerts. Others (rename, replay) use words of their own.
const (
	ActionAck    = "ack"
	ActionUnack  = "unack"
	ActionSnooze = "snooze" // After holds the RFC 3339 time it ends
	ActionWake   = "wake"   // ends a snooze early
	ActionNote   = "note"   // After holds the note; an empty one clears it
)

// Activity is what an operator did: who, when, why, before and after. It is
// appended to the log and is the only way people change anything.
type Activity struct {
	ID     int64     `json:"id"` // the sequence of its record
	Time   time.Time `json:"time"`
	Actor  string    `json:"actor"`
	Action string    `json:"action"`
	Target string    `json:"target"` // "alert:<id>", "device:<mac>" ...
	Reason string    `json:"reason,omitempty"`
	Before string    `json:"before,omitempty"`
	After  string    `json:"after,omitempty"`
	Result string    `json:"result,omitempty"` // ok, or what went wrong
}
