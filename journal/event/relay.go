package event

import "time"

// RelayState is how far a relay has come, and how it does.
type RelayState struct {
	Name string `json:"name"`
	Kind string `json:"kind"`
	Send string `json:"send"` // alerts or events
	// State is idle, sending, waiting (it tries again at Retry), failing (the same for
	// longer, or the service refuses its credentials), paused or removed.
	State string    `json:"state"`
	Since time.Time `json:"since"` // of the state

	// Cursor is the last transition that is done with; of a relay of events, Record and
	// Place give the event's id. Start is where the relay began.
	Cursor  TransitionCursor `json:"-"`
	Start   TransitionCursor `json:"-"`
	Started time.Time        `json:"started"`

	PausedBy string     `json:"paused_by,omitempty"`
	PausedAt *time.Time `json:"paused_at,omitempty"`

	Sent     int64 `json:"sent"`     // items that the service took
	Failed   int64 `json:"failed"`   // requests that it did not take
	Dropped  int64 `json:"dropped"`  // items given up because of their age
	Repeated int64 `json:"repeated"` // items sent again because an answer was lost, or the process was killed before it was known
	Dead     int   `json:"dead"`     // dead letters
	Parked   int   `json:"parked"`   // items that wait apart, because the service refused them

	Queued int64      `json:"queued"`           // items that wait
	Oldest *time.Time `json:"oldest,omitempty"` // of them
	// P95 is, for 95 of 100 items, the time from their arrival to the service's yes.
	P95 time.Duration `json:"p95,omitempty"`

	LastSent   *time.Time `json:"last_sent,omitempty"`
	LastError  string     `json:"last_error,omitempty"`
	LastStatus int        `json:"last_status,omitempty"`
	ErrorAt    *time.Time `json:"error_at,omitempty"`
	Retry      *time.Time `json:"retry,omitempty"`   // when the next attempt is
	Circuit    string     `json:"circuit,omitempty"` // closed, half-open or open
	// Advice is what the relay cannot do as it is configured: "posts anew: give it a
	// token to update messages".
	Advice string `json:"advice,omitempty"`
}

// The states of a relay.
const (
	RelayIdle    = "idle"
	RelaySending = "sending"
	RelayWaiting = "waiting"
	RelayFailing = "failing"
	RelayPaused  = "paused"
	RelayRemoved = "removed"
)

// Lane is what a relay knows of one alert: what it sent last, and what waits. What a
// destination refuses stops its own lane and no other.
type Lane struct {
	AlertID  int64     `json:"alert_id"`
	Message  int64     `json:"message,omitempty"` // the message that tells it; 0 before the first
	Read     time.Time `json:"read,omitzero"`     // when the newest transition was read
	ReadN    int       `json:"read_n"`            // number of the newest transition that was read
	SentN    int       `json:"sent_n"`            // and of the newest that was sent; 0 for none
	State    State     `json:"state,omitempty"`   // as last sent
	Severity Severity  `json:"severity"`
	Owner    string    `json:"owner,omitempty"`
	// Pending says that ReadN must still be sent, since Since; Due is when it may be.
	Pending  bool      `json:"pending"`
	Since    time.Time `json:"since,omitzero"`
	Due      time.Time `json:"due,omitzero"`
	Attempts int       `json:"attempts,omitempty"`
	// Parked counts the failures after which the destination took something else: then it
	// is the item and not the destination.
	Parked   int       `json:"parked,omitempty"`
	Letter   bool      `json:"letter,omitempty"` // it is listed with what the destination refused
	Status   int       `json:"status,omitempty"` // of the last answer, when it failed
	Error    string    `json:"error,omitempty"`
	RemindAt time.Time `json:"remind_at,omitzero"`
}

// RelayMessage is one message that stands in a destination: about one alert, or about
// several of one site and kind.
type RelayMessage struct {
	ID      int64  // that of its first alert
	Group   string // what its alerts share; empty for one that takes no others
	Opened  time.Time
	Updated time.Time
	Handle  []byte // see relay.Work
	Title   string // as last sent
	Posted  bool   // the destination has it; false while the first exchange is under way
	Over    bool   // it was sent as resolved
	Members []int64
}

// DeadLetter is an item that a destination refused. It is parked while it is still
// tried, and dead after that.
type DeadLetter struct {
	ID       int64      `json:"id"`
	Relay    string     `json:"relay"`
	EventID  int64      `json:"event_id,omitempty"`
	AlertID  int64      `json:"alert_id,omitempty"`
	Title    string     `json:"title"`
	State    string     `json:"state"` // parked, dead or retry: a person asked for another try
	First    time.Time  `json:"first"` // when it was first refused
	Died     *time.Time `json:"died,omitempty"`
	Due      time.Time  `json:"due,omitzero"` // of the next try
	Attempts int        `json:"attempts"`
	Status   int        `json:"status,omitempty"`
	Answer   string     `json:"answer"`
}

// The states of a dead letter.
const (
	LetterParked = "parked"
	LetterDead   = "dead"
	LetterRetry  = "retry"
)

// RelaySent is one message or batch that a destination took.
type RelaySent struct {
	ID       int64         `json:"id"`
	Relay    string        `json:"relay"`
	At       time.Time     `json:"at"`
	EventID  int64         `json:"event_id,omitempty"` // the last of a batch
	AlertID  int64         `json:"alert_id,omitempty"`
	Why      string        `json:"why,omitempty"` // first, worse, resolved ...; of events: empty
	Title    string        `json:"title"`
	Items    int           `json:"items"`
	Steps    int           `json:"steps,omitempty"` // transitions told as one
	Requests int           `json:"requests"`
	Took     time.Duration `json:"took"`
	Repeat   bool          `json:"repeat,omitempty"` // the answer to an earlier try was lost
}

// RelayDrop is a run of items that were given up because of their age.
type RelayDrop struct {
	Relay string    `json:"relay"`
	At    time.Time `json:"at"`
	From  int64     `json:"from"` // ids of events or alerts
	To    int64     `json:"to"`
	Count int64     `json:"count"`
	Why   string    `json:"why"`
}
