package event

import "time"

// State is where an alert is in its life.
type State string

// The states of an alert.
const (
	Open     State = "open"
	Acked    State = "acked"
	Snoozed  State = "snoozed"
	Resolved State = "resolved"
)

// AlertStates lists all alert states in the order of their life.
func AlertStates() []State { return []State{Open, Acked, Snoozed, Resolved} }

// Alert is one condition with a life. Triage writes what events decide
// (severity, counts, times, resolved); operators write what people decide
// (owner, ack, snooze, note) by way of activities. The two never share a field.
type Alert struct {
	ID          int64      `json:"id"`  // the id of the event that opened it
	Key         string     `json:"key"` // see Signal.Key
	Source      string     `json:"source"`
	Kind        string     `json:"kind"`
	Severity    Severity   `json:"severity"`
	State       State      `json:"state"` // as Derive sets it
	Title       string     `json:"title"` // in the past tense once it is over
	OrgID       string     `json:"org_id,omitempty"`
	SiteID      string     `json:"site_id,omitempty"`
	Site        string     `json:"site,omitempty"`
	DeviceMAC   MAC        `json:"device_mac,omitempty"`
	Device      string     `json:"device,omitempty"`
	Opened      time.Time  `json:"opened"`
	LastSeen    time.Time  `json:"last_seen"`
	Resolved    *time.Time `json:"resolved,omitempty"`
	Count       int        `json:"count"`
	Flaps       int        `json:"flaps"`
	MistAlarmID string     `json:"mist_alarm_id,omitempty"`
	ParentID    int64      `json:"parent_id,omitempty"`
	Events      int        `json:"events"` // how many events belong to it

	// OpenTitle is the title while the alert is not over; Title follows from it.
	OpenTitle string `json:"-"`

	Test   bool   `json:"test,omitempty"`   // of test events only: see Event.Test
	Object string `json:"object,omitempty"` // see Signal.Object
	// Raises is how many events opened the present outage.
	Raises int `json:"-"`
	// UnclearEnd is the time of the last end that may have been this outage's, and
	// UnclearAmong how many outages it may have meant: it ended none of them. Both
	// are about the present outage; zero when there was no such end.
	UnclearEnd   *time.Time `json:"unclear_end,omitempty"`
	UnclearAmong int        `json:"unclear_among,omitempty"`

	// Expires is when the alert ends, or ended, by itself, because nothing reports its
	// end; nil for all others.
	Expires *time.Time `json:"leaves,omitempty"`
	// ExpiresAfter is how long after LastSeen that is; 0 where a report gives the time.
	ExpiresAfter time.Duration `json:"-"`
	// Signal is the type of the signal that made the alert: what ends it, and how.
	Signal SignalType `json:"-"`
	// Scope is Signal.Scope: the condition that the alert is one object's; empty when
	// the key is the whole identity.
	Scope string `json:"-"`

	Owner        string     `json:"owner,omitempty"`
	AckedAt      *time.Time `json:"acked_at,omitempty"`
	SnoozedUntil *time.Time `json:"snoozed_until,omitempty"`
	Note         string     `json:"note,omitempty"`
	Sync         Sync       `json:"sync,omitzero"` // how far the last ack or unack has reached Mist
	// SyncActivity is the activity that Sync is about: outcomes of older ones are
	// ignored. 0 when there is none, or its ack lapsed.
	SyncActivity int64 `json:"-"`

	// ClosedBy is who closed the present outage by hand, ClosedAt when, and
	// CloseReason why. An end that is reported later is in Resolved.
	ClosedBy    string     `json:"closed_by,omitempty"`
	ClosedAt    *time.Time `json:"closed_at,omitempty"`
	CloseReason string     `json:"close_reason,omitempty"`

	Last LastStep `json:"-"` // see Transition
}

// Derive sets State as of now, from what events and operators decided.
func (a *Alert) Derive(now time.Time) {
	switch {
	case a.Resolved != nil:
		a.State = Resolved
	case a.SnoozedUntil != nil && now.Before(*a.SnoozedUntil):
		a.State = Snoozed
	case a.AckedAt != nil:
		a.State = Acked
	default:
		a.State = Open
	}
}

// ListRank orders alerts of one severity in lists: what nobody has, what somebody has,
// what is snoozed; then tests in the same order.
func (a *Alert) ListRank() int {
	rank := map[State]int{Acked: 1, Snoozed: 2}[a.State]
	if a.Test {
		rank += 3
	}
	return rank
}

// Leaving says when time ends an alert that nothing else ends; at words the time. It
// is empty for all others.
func (a *Alert) Leaving(at func(time.Time) string) string {
	switch {
	case a.Expires == nil || a.Resolved != nil:
		return ""
	case a.Count > 1 || a.Signal == Raise || a.Signal == Report:
		return "leaves " + at(*a.Expires)
	}
	return "happened once, leaves " + at(*a.Expires)
}

// Closing says who ended the alert by hand, and why; empty when nobody did.
func (a *Alert) Closing() string {
	if a.ClosedAt == nil {
		return ""
	}
	return "closed by " + a.ClosedBy + `: "` + a.CloseReason + `"`
}

// ClosedByHand reports whether a person ended the alert, and no report of its end has
// come since.
func (a *Alert) ClosedByHand() bool { return a.ClosedAt != nil && sameTime(a.Resolved, a.ClosedAt) }

// OperatorFields are the fields of an alert that people decide, at one moment.
type OperatorFields struct {
	Owner        string     `json:"owner,omitempty"`
	AckedAt      *time.Time `json:"acked_at,omitempty"`
	SnoozedUntil *time.Time `json:"snoozed_until,omitempty"`
	Note         string     `json:"note,omitempty"`
	// Flaps identifies the outage: an ack of an earlier one lapsed when the
	// condition came back.
	Flaps       int        `json:"flaps,omitempty"`
	ClosedBy    string     `json:"closed_by,omitempty"`
	ClosedAt    *time.Time `json:"closed_at,omitempty"`
	CloseReason string     `json:"close_reason,omitempty"`
}

// Operator returns what people have decided about the alert.
func (a *Alert) Operator() OperatorFields {
	return OperatorFields{Owner: a.Owner, AckedAt: a.AckedAt, SnoozedUntil: a.SnoozedUntil, Note: a.Note, Flaps: a.Flaps,
		ClosedBy: a.ClosedBy, ClosedAt: a.ClosedAt, CloseReason: a.CloseReason}
}

// SameAck reports whether both are acknowledged by the same person since the
// same time, or neither is.
func (f OperatorFields) SameAck(o OperatorFields) bool {
	return f.Owner == o.Owner && sameTime(f.AckedAt, o.AckedAt)
}

// SameSnooze reports whether both are snoozed until the same time, or neither is.
func (f OperatorFields) SameSnooze(o OperatorFields) bool {
	return sameTime(f.SnoozedUntil, o.SnoozedUntil)
}

// SameClose reports whether both were closed by hand at the same time, or neither was.
func (f OperatorFields) SameClose(o OperatorFields) bool {
	return f.ClosedBy == o.ClosedBy && sameTime(f.ClosedAt, o.ClosedAt)
}

func sameTime(a, b *time.Time) bool {
	return a == nil && b == nil || a != nil && b != nil && a.Equal(*b)
}

// Duration returns how long the condition has lasted, or did last, at now.
func (a *Alert) Duration(now time.Time) time.Duration {
	end := now
	if a.Resolved != nil {
		end = *a.Resolved
	}
	return max(0, end.Sub(a.Opened))
}
