package event

import "time"

// Transition is one step in an alert's life: it changed its state, or its
// severity while the state stayed the same.
//
// Transitions are what the journal learned, in the order in which it learned it.
// A report that arrives late can show that an alert resolved and reopened in the
// past; when its state and severity are the same as before, that is no step.
type Transition struct {
	AlertID int64 `json:"alert_id"`
	N       int   `json:"n"` // counts from 1 within the alert; 1 is its opening
	// Time is when the step took effect: when the condition began or ended as its
	// sender says, when a person acted, or when the time ran out. N gives the
	// order; a late report can make Time go back.
	Time     time.Time `json:"time"`
	From     State     `json:"from"` // empty for the opening
	To       State     `json:"to"`
	Severity Severity  `json:"severity"` // after the step
	// The cause is an event, an activity, or, when both are 0, the time: a snooze
	// ended, or the alert expired.
	CauseEvent    int64 `json:"cause_event,omitempty"`
	CauseActivity int64 `json:"cause_activity,omitempty"`

	Cursor TransitionCursor `json:"-"`
}

// TransitionCursor is a place in the order of all transitions: that of the record
// after which the step was made, and the place among the steps made there. It is
// the same after a rebuild of the same log. Later steps have greater cursors; the
// zero cursor is before the first.
type TransitionCursor struct {
	Record int64 `json:"record"`
	Place  int   `json:"place"`
}

// After reports whether c comes after o.
func (c TransitionCursor) After(o TransitionCursor) bool {
	return c.Record > o.Record || c.Record == o.Record && c.Place > o.Place
}

// LastStep is what an alert's last transition left behind. It tells the next step
// from none, and gives it its number.
type LastStep struct {
	N        int
	State    State
	Severity Severity
}

// AlertStep is a transition with what people want to read beside it: what it is called,
// the alert it is of, and who caused it.
type AlertStep struct {
	AlertID       int64     `json:"alert_id"`
	N             int       `json:"n"`
	Time          time.Time `json:"time"`
	Step          string    `json:"step"` // opened, acked, unacked, snoozed, woke, resolved, reopened, severity
	From          State     `json:"from"` // empty for the opening
	To            State     `json:"to"`
	Severity      Severity  `json:"severity"`        // after the step
	Opened        time.Time `json:"opened,omitzero"` // when the alert began
	Title         string    `json:"title"`
	Source        string    `json:"source"`
	Kind          string    `json:"kind"`
	SiteID        string    `json:"site_id,omitempty"`
	Site          string    `json:"site,omitempty"`
	DeviceMAC     MAC       `json:"device_mac,omitempty"`
	Device        string    `json:"device,omitempty"`
	Actor         string    `json:"actor,omitempty"`  // of the activity that caused it
	Reason        string    `json:"reason,omitempty"` // what the actor wrote
	CauseEvent    int64     `json:"cause_event,omitempty"`
	CauseActivity int64     `json:"cause_activity,omitempty"`

	Cursor TransitionCursor `json:"-"`
}

// Name is what people call the step.
func (t Transition) Name() string {
	switch {
	case t.From == "":
		return "opened"
	case t.From == t.To:
		return "severity"
	case t.To == Resolved:
		return "resolved"
	case t.To == Acked:
		return "acked"
	case t.To == Snoozed:
		return "snoozed"
	case t.From == Acked:
		return "unacked"
	case t.From == Snoozed:
		return "woke"
	}
	return "reopened"
}
