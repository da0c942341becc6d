package event

import "time"

// FeedState is how a feed is doing.
type FeedState string

// The states of a feed.
const (
	FeedUp FeedState = "up"
	// FeedStarting is one that was just switched on: nothing has failed.
	FeedStarting FeedState = "starting"
	FeedDown     FeedState = "down"
	FeedError    FeedState = "error"
	// FeedRefused is a sender's whose deliveries are turned away.
	FeedRefused FeedState = "refused"
	// FeedWarns is one that works, and will not for long.
	FeedWarns FeedState = "warns"
)

// FeedKind says what a feed is. People read it as it is.
type FeedKind string

// The kinds of feed.
const (
	FeedMistWebhook FeedKind = "mist webhook"
	FeedMistAPI     FeedKind = "mist api"
	FeedMistStream  FeedKind = "mist stream"
	FeedJunos       FeedKind = "junos"
	FeedListener    FeedKind = "listener" // what receives the posts of all senders
	// FeedService is a service of the collector. It is listed only while it has failed.
	FeedService FeedKind = "service"
)

// OfMist reports whether the feed is one of a Mist organization, which can have
// all three.
func (k FeedKind) OfMist() bool {
	return k == FeedMistWebhook || k.OfCloud()
}

// OfCloud reports whether the feed asks Mist's cloud: it never pauses, while webhooks
// come when something happens.
func (k FeedKind) OfCloud() bool { return k == FeedMistAPI || k == FeedMistStream }

// Feed is the standing of one thing that brings records in, as the header
// shows it. The collector writes it at most once a second.
type Feed struct {
	Name   string    `json:"name"` // "acme", "core", "listener"
	Kind   FeedKind  `json:"kind"`
	State  FeedState `json:"state"`
	Detail string    `json:"detail,omitempty"` // the address, or what is wrong and what to do
	Brief  string    `json:"brief,omitempty"`  // what is wrong in a few words, where Detail is long
	// Refused is how many deliveries in a row were refused, with FeedRefused.
	Refused int64     `json:"refused,omitempty"`
	Since   time.Time `json:"since,omitzero"` // since when it is so, where that is known
	Rate    float64   `json:"rate"`           // events a second over the last ten seconds
	Last    time.Time `json:"last"`           // its last event; zero when there was none
	Total   int64     `json:"total"`          // accepted deliveries since the collector started
	Failed  int64     `json:"failed"`         // refused ones since then
	// Loading is how many hours of the last day have no SLE scores because they
	// were not asked for yet; of a Mist API only.
	Loading int `json:"loading,omitempty"`
}

// Collector is the process that owns the feeds of a data directory.
type Collector struct {
	PID       int       `json:"pid"`
	Host      string    `json:"host"`
	User      string    `json:"user"`
	Command   string    `json:"command"` // serve, screen or demo
	Started   time.Time `json:"started"`
	Heartbeat time.Time `json:"beat"` // when it last wrote its status; old means it is gone
	Version   string    `json:"version"`
	Note      string    `json:"note,omitempty"`    // what people should know, e.g. "simulated"
	Problem   string    `json:"problem,omitempty"` // what is wrong with the collector, in words
	Address   string    `json:"address,omitempty"` // where it listens
	// Chat is how the workspaces of chat are connected.
	Chat []ChatLink `json:"chat,omitempty"`
	// Help says how to point a sender there, in lines, for screens to which nothing came yet.
	Help string `json:"help,omitempty"`
}

// Counts are totals over the view, kept as they change so that asking is cheap.
type Counts struct {
	Events     int64              `json:"events"`
	Deliveries int64              `json:"deliveries"`
	Refused    int64              `json:"refused"`
	Duplicates int64              `json:"duplicates"`        // events known already when they came
	Unknown    int64              `json:"unknown"`           // events of topics no decoder knows
	Undecoded  int64              `json:"undecoded"`         // accepted deliveries whose body gave no event
	Damaged    int64              `json:"damaged,omitempty"` // records that could not be used as they were written
	Alerts     map[State]int64    `json:"alerts"`
	Unresolved map[Severity]int64 `json:"unresolved"`       // open, acked and snoozed alerts by severity
	OpenBySev  map[Severity]int64 `json:"open_by_severity"` // state open only
}

// Status is what the header needs to know, read in one go.
type Status struct {
	Collector Collector `json:"collector"`
	Feeds     []Feed    `json:"feeds"`
	Counts    Counts    `json:"counts"`
	Position  int64     `json:"position"`          // last record projected
	LogEnd    int64     `json:"log_end"`           // last record in the log; the difference is the projector's lag
	Problem   string    `json:"problem,omitempty"` // what is wrong with the journal as a whole, in words
	Dropped   int64     `json:"dropped"`           // refusals counted but not kept, over their allowance
	Budgets   []Budget  `json:"budgets,omitempty"`
	// State grows with every write of what can be asked again (devices, clients,
	// webhooks, scores, frames): who shows any of it reads again when it grew.
	State int64 `json:"state"`
}

// SLEScore is the last known value of one SLE metric at one site.
type SLEScore struct {
	Source string    `json:"source,omitempty"`
	SiteID string    `json:"site_id"`
	Site   string    `json:"site"`
	Family string    `json:"family,omitempty"` // wifi, wired or wan; empty when it is not known
	Metric string    `json:"metric"`
	Value  float64   `json:"value"` // 0 to 1; less than 0, or not a number, where nothing is known
	Time   time.Time `json:"time"`
	// Trend is the value of each of the last 24 hours, the oldest first; less
	// than 0 where nothing is known. It is nil unless asked for.
	Trend Trend `json:"trend,omitempty"`
}

// Site is a site that devices are at.
type Site struct {
	Source string `json:"source"`
	ID     string `json:"id"`
	Name   string `json:"name"`
}

// WithoutData adds a score without a value and a metric for each site that has
// none at all: a site of which nothing is counted must not look like no site.
func WithoutData(scores []SLEScore, sites []Site) []SLEScore {
	has := map[[2]string]bool{}
	for _, s := range scores {
		has[[2]string{s.Source, s.SiteID}] = has[[2]string{s.Source, s.SiteID}] || s.Value >= 0
		has[[2]string{"", s.SiteID}] = has[[2]string{"", s.SiteID}] || s.Source == "" && s.Value >= 0 // a webhook of an older view
	}
	for _, at := range sites {
		if !has[[2]string{at.Source, at.ID}] && !has[[2]string{"", at.ID}] {
			scores = append(scores, SLEScore{Source: at.Source, SiteID: at.ID, Site: at.Name, Value: -1})
		}
	}
	return scores
}
