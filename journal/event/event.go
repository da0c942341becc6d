package event

import (
	"encoding/json"
	"slices"
	"time"
)

// Via says which way an event or an activity came in.
type Via string

// The ways in. Local events are foghorn's own observations about itself.
const (
	ViaWebhook Via = "webhook"
	ViaStream  Via = "stream"
	ViaPoll    Via = "poll"
	ViaJunos   Via = "junos"
	ViaLocal   Via = "local"
)

// The ways in which operators act.
const (
	ViaTUI      Via = "tui"
	ViaCLI      Via = "cli"
	ViaChat     Via = "chat"
	ViaSchedule Via = "schedule"
)

// MaxEventsPerRecord is how many events one record may hold. An event's id is its
// record's sequence times this, plus its place, so that a rebuild of the view
// gives the same ids and a person can read the delivery off the id. JSON readers
// that keep numbers as floats read ids exactly up to record 900,719,925,474.
const MaxEventsPerRecord = 10_000

// ID returns the id of the event at place (from 0) in the record seq.
func ID(seq int64, place int) int64 { return seq*MaxEventsPerRecord + int64(place) }

// SplitID returns the record and the place that an event id names.
func SplitID(id int64) (seq int64, place int) {
	return id / MaxEventsPerRecord, int(id % MaxEventsPerRecord)
}

// Event is one thing that happened: one element of a delivery's events[], one
// Junos post, one change seen by stream or poll.
type Event struct {
	ID         int64           `json:"id"`
	Time       time.Time       `json:"time"`     // when it happened, as the sender says; Received when it does not say
	Received   time.Time       `json:"received"` // when its record was received
	Source     string          `json:"source"`
	Via        Via             `json:"via"`
	Topic      string          `json:"topic"`
	Type       string          `json:"type"`
	Severity   Severity        `json:"severity"`
	OrgID      string          `json:"org_id,omitempty"`
	SiteID     string          `json:"site_id,omitempty"`
	Site       string          `json:"site,omitempty"`
	DeviceMAC  MAC             `json:"device_mac,omitempty"`
	Device     string          `json:"device,omitempty"`
	DeviceType string          `json:"device_type,omitempty"` // ap, switch, gateway, mxedge, junos
	ClientMAC  MAC             `json:"client_mac,omitempty"`
	Client     string          `json:"client,omitempty"`
	SSID       string          `json:"ssid,omitempty"`
	Text       string          `json:"text"`
	DeliveryID int64           `json:"delivery_id,omitempty"`
	AlertID    int64           `json:"alert_id,omitempty"`
	Duplicates int             `json:"duplicates"`     // reports of the event, the first included
	Test       bool            `json:"test,omitempty"` // the sender says that it only tries whether events arrive
	Raw        json.RawMessage `json:"raw,omitempty"`  // the element as it came; read from the log only when asked for
	// Audit is what an event of the topic audits changed; read only when asked for, as
	// Raw. It is printed as audit.
	Audit *Audit `json:"-"`
	// Connection is DeviceConnected or DeviceDisconnected where the event says
	// that its device is back in the cloud or was lost; empty for all others.
	Connection string `json:"-"`
	// Change is what the event changed; empty for one that changed nothing.
	Change ChangeKind `json:"-"`

	// Fingerprint is the same for two reports of one happening: topic plus
	// canonical JSON of the element without its volatile fields.
	Fingerprint uint64 `json:"-"`
	// GroupFingerprint is the fingerprint without what only some reports of a happening
	// have (the port, the wording), whatever their topic. An event
	// that has nothing of it has GroupFingerprint as its Fingerprint, and is the same as one
	// that has. It is 0 for events that are always reported in one way.
	GroupFingerprint uint64 `json:"-"`
	// FingerprintIsID says that the fingerprint identifies the happening as an id does:
	// two reports are the same even if one gives the time or the device less exactly.
	FingerprintIsID bool `json:"-"`
	// Signal is what the event says about a condition, or nil. Triage alone
	// reads it; it is not stored, because a decoder can give it again.
	Signal *Signal `json:"-"`
	// Outage is what triage knows of the outage that the event ended. It is not stored: the
	// event's text says it.
	Outage Outage `json:"-"`
	// Rank is what the decoder knows about how much the event matters; the
	// people's own rules are put over it before triage. It is not stored.
	Rank Rank `json:"-"`
	// SLE holds the scores of a site-sle event, 0 to 1 by metric; nil otherwise.
	SLE map[string]float64 `json:"-"`
}

// Marked is a sentence as people read it: what is only a test says so first.
func Marked(sentence string, test bool) string {
	if test {
		return "TEST " + sentence
	}
	return sentence
}

// Outage is an outage that is over.
type Outage struct {
	Lasted    time.Duration // 0: nothing is known of it
	Restarted string        // how the device restarted meanwhile: "restarted: power cycle"; empty when nobody said so
}

// Rank is what rules about priorities need to know of an event.
type Rank struct {
	Name     string // what the rules call it; empty when that is the event's type
	Level    int    // 1 to 4, when the program's own catalogue lists it; else 0
	Harmless bool   // it reports no trouble: an intermediate step, or something intended
	Text     string // the message as it came, where the event's text says it in other words
}

// SignalType is what a signal says about its condition.
type SignalType uint8

// The types. Raise and Resolve pair by Key. Report carries the sender's own state
// of a condition that it tracks by id (a Mist alarm) and reports repeatedly.
// OneShot is a single event worth a row that nothing will ever resolve. Restart
// says that the object restarted: it belongs to the present outage or the one just
// over, and is a one-shot only when nobody reported an outage.
const (
	Raise SignalType = iota + 1
	Resolve
	Report
	OneShot
	Restart
)

var signalTypeNames = [...]string{Raise: "raise", Resolve: "resolve", Report: "report", OneShot: "one_shot", Restart: "restart"}

// String is the name of the type in the view; empty for none.
func (t SignalType) String() string {
	if int(t) >= len(signalTypeNames) {
		return ""
	}
	return signalTypeNames[t]
}

// SignalTypeOf returns the type of a name, 0 for a name that is none.
func SignalTypeOf(name string) SignalType {
	return SignalType(max(0, slices.Index(signalTypeNames[:], name)))
}

// KindRestarted is the kind of an alert that only restarts belong to: nobody
// reported the outage itself.
const KindRestarted = "device_restarted"

// Signal is what an event says about a condition: that it began, ended, how it
// stands, or that it happened once.
//
// A condition that several objects of one device can be in, such as a BGP session
// that is down, has a Scope, which is its key without the object; see On. Its
// ends are then judged by triage's rule for objects that nobody named.
type Signal struct {
	Key         string     // names the condition: "mist:alarm:<id>", "mist:device:<org>:<mac>:connection", ...
	Scope       string     // whose conditions: "mist:device:<org>:<mac>:bgp"; empty when Key is the whole identity
	Object      string     // which of them: "10.0.0.1 (instance blue)", as ObjectName writes it; empty when the sender does not say
	Kind        string     // stable kind for queries: device_down, rogue_ap, bad_cable ...
	Type        SignalType //
	Title       string     // the alert's sentence
	Over        string     // with Resolve: the words of the event's text that say what is over, behind which the text says how long it lasted
	Detail      string     // what the sender adds; part of the sentence where the event's priority asks for it
	Severity    Severity   //
	Resolved    bool       // with Report: the sender says it is over
	Count       int        // with Report and Raise: the sender's own repeat count; 0 when it gives none
	Began       time.Time
	LastSeen    time.Time // with Raise and Resolve: when the condition was seen; zero means the event's time
	MistAlarmID string

	ExpiresAfter time.Duration // with OneShot and Report: how long it stays unresolved unless it is reported again; 0 means triage's own rule for OneShot, and forever for Report
	Distinct     bool          // with OneShot: the sender reports each once, so two of the same time are two

	// Aggregated says that the sender reports several at once, seen between Began and
	// LastSeen, without a time for this one.
	Aggregated bool

	Reported time.Time // with Report: when the sender reported it, where that is later than when it saw the condition
	Ended    time.Time // with Report and Resolved: when it ended, as the sender says; zero when it does not
}

// SetObject makes the signal one on an object of a scope, "" for an object that the
// sender does not name.
func (s *Signal) SetObject(scope, object string) {
	if object == UnknownObject {
		object = ""
	}
	s.Scope, s.Object = scope, object
	if object == "" {
		object = UnknownObject
	}
	s.Key = scope + ":" + object
}
