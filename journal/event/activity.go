package event

import "time"

// Actions an operator takes on alerts.
const (
	ActionAck    = "ack"
	ActionUnack  = "unack"
	ActionSnooze = "snooze" // After holds the RFC 3339 time it ends
	ActionWake   = "wake"   // ends a snooze early
	ActionNote   = "note"   // After holds the note; an empty one clears it
	ActionClose  = "close"  // ends the alert by hand; Reason says why
	ActionUndo   = "undo"   // Undoes says which activity on the same alert
)

// Actions on other things, and the result of any action.
const (
	ActionRename      = "rename"      // DeviceTarget; Before and After hold the names
	ActionPing        = "ping"        // WebhookTarget
	ActionSubscribe   = "subscribe"   // ChannelTarget; Source says at which cloud
	ActionUnsubscribe = "unsubscribe" // ends it
	ActionRestart     = "restart"     // DeviceTarget
	ActionLocate      = "locate"      // DeviceTarget; After says on or off
	ActionBounce      = "bounce"      // DeviceTarget; After lists the ports
	ActionRestore     = "restore"     // ObjectTarget; After says to the state of when
	ActionPingDevice  = "ping-device" // DeviceTarget; After holds the address, Result what came of it
	ActionJobRun      = "job-run"     // JobTarget; After says what it does
	ActionJobCancel   = "job-cancel"  // JobTarget
	ActionChatSet     = "chat-set"    // ChatTarget; Before and After list its values, without secrets
	ActionChatRemove  = "chat-remove" // ChatTarget
	ActionResult      = "result"      // ActivityTarget; Sync is the outcome of that activity

	ActionRelayPause  = "relay-pause"  // RelayTarget; it sends nothing until it is resumed
	ActionRelayResume = "relay-resume" // ends a pause
	ActionRelayRetry  = "relay-retry"  // After names the dead letters that are tried again
)

// Activity is what an operator did: who, when, why, before and after. It is
// appended to the log and is the only way people change anything.
type Activity struct {
	ID     int64     `json:"id"` // the sequence of its record
	Time   time.Time `json:"time"`
	Actor  string    `json:"actor"`
	Via    Via       `json:"via,omitempty"` // how the actor gave it: tui, cli, chat, schedule; poll for the Mist portal
	Action string    `json:"action"`
	Target string    `json:"target"` // "alert:<id>", "device:<mac>" ...
	Reason string    `json:"reason,omitempty"`
	Before string    `json:"before,omitempty"`
	After  string    `json:"after,omitempty"`
	Result string    `json:"result,omitempty"` // ok, or what went wrong
	Source string    `json:"source,omitempty"` // the organization it is about, for what goes to a cloud
	Sync   Sync      `json:"sync,omitzero"`    // how far it has reached Mist; zero for what is not sent there
	Undoes int64     `json:"undoes,omitempty"` // the activity an ActionUndo takes back
	// Was and Became are what people had decided about the alert before and after
	// the activity; nil when it changed no alert. Triage fills them in, in the
	// order of the log, so that an undo knows what to restore whatever the screen
	// of the person showed.
	Was    *OperatorFields `json:"was,omitempty"`
	Became *OperatorFields `json:"became,omitempty"`
}

// TakenFrom is whose acknowledgement the activity took over or took back; empty
// when it was the actor's own or nobody's.
func (a *Activity) TakenFrom() string {
	if a.Was == nil || a.Became == nil || a.Was.AckedAt == nil || a.Was.Owner == a.Actor || a.Was.Owner == a.Became.Owner && a.Became.AckedAt != nil {
		return ""
	}
	return a.Was.Owner
}
