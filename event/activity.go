package event

import "time"

// Actions an operator takes on alerts.
const (
	ActionAck    = "ack"
	ActionUnack  = "unack"
	ActionSnooze = "snooze" // After holds the RFC 3339 time it ends
	ActionWake   = "wake"   // ends a snooze early
	ActionNote   = "note"   // After holds the note; an empty one clears it
)

// Actions on other things, and what became of any.
const (
	ActionRename      = "rename"      // DeviceTarget; Before and After hold the names
	ActionPing        = "ping"        // WebhookTarget
	ActionSubscribe   = "subscribe"   // ChannelTarget; Source says at which cloud
	ActionUnsubscribe = "unsubscribe" // ends it
	ActionResult      = "result"      // ActivityTarget; Cloud says how the cloud took that activity
)

// How an activity stands with the cloud. Anything else is what went wrong, in
// words. An activity that is not for the cloud has none.
const (
	CloudSending = "sending" // its process is telling the cloud right now
	CloudPending = "pending" // the cloud could not be reached; the collector goes on trying
	CloudDone    = "done"
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
	Source string    `json:"source,omitempty"` // the organisation it is about, for what goes to a cloud
	Cloud  string    `json:"cloud,omitempty"`  // CloudSending, CloudPending, CloudDone, or why the cloud refused
}
