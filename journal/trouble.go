package journal

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"foghorn/internal/human"
	"foghorn/journal/event"
)

// Times after which something that should be there counts as missing.
const (
	// CollectorTTL is the age of a heartbeat at which its collector counts as gone.
	CollectorTTL = 6 * time.Second
	// StaleAfter is how long a feed of the cloud may deliver nothing. Webhooks come when
	// something happens; polls and streams never pause.
	StaleAfter = 3 * time.Minute
	// LagLimit is how long a record may wait for the projector.
	LagLimit = time.Second
)

// TroubleKind says what keeps news from the journal.
type TroubleKind string

// The kinds of trouble.
const (
	NoCollector    TroubleKind = "no_collector"
	CollectorFails TroubleKind = "collector"
	JournalFails   TroubleKind = "journal"
	ViewBehind     TroubleKind = "behind"
	SourceRefused  TroubleKind = "refused"
	FeedFails      TroubleKind = "feed"
	FeedStale      TroubleKind = "stale"
	FeedStarts     TroubleKind = "starting"
	// HealthAlert is an open alert of foghorn's own health: a disabled webhook, an expiring certificate.
	HealthAlert TroubleKind = "health"
	// RelayFails is a relay that gets nothing through, RelayPaused one that a person paused.
	RelayFails  TroubleKind = "relay"
	RelayPaused TroubleKind = "relay_paused"
	// ChatFails is a workspace of a chat that is not connected as it should be.
	ChatFails TroubleKind = "chat"
	// NoHistory is a backup of the configuration without git.
	NoHistory TroubleKind = "no_history"
)

// Trouble is one reason why the journal may lack what happens. Its texts may hold
// what a stranger chose.
type Trouble struct {
	Kind   TroubleKind `json:"kind"`
	Name   string      `json:"name,omitempty"`   // of the source or feed
	What   string      `json:"what"`             // is wrong: "deliveries of acme are refused since 13:03:04, 6 in a row"
	Brief  string      `json:"brief,omitempty"`  // why, in a few words, where Detail is long
	Detail string      `json:"detail,omitempty"` // why, and what to do
}

// Line is what is wrong, and why in a few words.
func (t Trouble) Line() string { return joinReason(t.What, cmp.Or(t.Brief, t.Detail)) }

// Full is what is wrong, why, and what to do.
func (t Trouble) Full() string { return joinReason(t.What, strings.TrimSuffix(t.Detail, ".")) }

func joinReason(what, why string) string {
	if why == "" {
		return what
	}
	return what + ": " + why
}

// Watch is what the caller knows besides the status.
type Watch struct {
	Now time.Time
	At  func(time.Time) string // words a moment
	// Running says that a collector is known to run, NoCollector that none does.
	// Without either the heartbeat decides.
	Running, NoCollector bool
	// Lag is how long the oldest record that is not in the view has waited.
	Lag time.Duration
	// Warnings are what the caller knows besides.
	Warnings []Trouble
}

// LagWatch knows how long the oldest record that is not in the view has waited, as far as
// the reader of the status has seen it.
type LagWatch struct {
	position, end int64
	since         time.Time
}

// See takes a status that was read just now.
func (w *LagWatch) See(s event.Status, now time.Time) {
	if s.Position >= w.end {
		w.end, w.since = s.LogEnd, now
	}
	w.position = s.Position
}

// Lag is how long that record has waited.
func (w *LagWatch) Lag(now time.Time) time.Duration {
	if w.position >= w.end {
		return 0
	}
	return now.Sub(w.since)
}

// Troubles returns why the journal may lack what happens, the worst first. As
// long as there is one, nothing may call the network quiet.
func Troubles(s event.Status, w Watch) []Trouble {
	if !w.Running && (w.NoCollector || CollectorGone(s.Collector, w.Now)) {
		what := "no collector has run yet"
		if beat := s.Collector.Heartbeat; !beat.IsZero() {
			what = "no collector has run since " + w.At(beat)
		}
		return []Trouble{{Kind: NoCollector, What: what, Detail: "nothing new is taken. Start it: foghorn serve"}}
	}
	var out []Trouble
	if p := s.Collector.Problem; p != "" {
		out = append(out, Trouble{Kind: CollectorFails, What: p})
	}
	if p := s.Problem; p != "" {
		out = append(out, Trouble{Kind: JournalFails, What: p})
	}
	if w.Lag > LagLimit {
		out = append(out, Trouble{Kind: ViewBehind, What: BehindText(s.LogEnd - s.Position)})
	}
	for _, f := range s.Feeds {
		if t, is := feedTrouble(f, s.Feeds, w); is {
			out = append(out, t)
		}
	}
	return out
}

// feedTrouble says why a feed may miss events.
func feedTrouble(f event.Feed, all []event.Feed, w Watch) (t Trouble, is bool) {
	t = Trouble{Kind: FeedFails, Name: f.Name, Brief: f.Brief, Detail: f.Detail}
	switch {
	case f.State == event.FeedWarns: // it works, and the header shows the warning
		return t, false
	case (f.State == event.FeedDown || f.State == event.FeedStarting) && ofListener(f) && slices.ContainsFunc(all, listenerDown):
		return t, false // the listener gives the reason
	case f.State == event.FeedRefused:
		t.Kind, t.What = SourceRefused, "deliveries of "+f.Name+" are refused"
		if !f.Since.IsZero() {
			t.What += " since " + w.At(f.Since)
		}
		t.What += fmt.Sprintf(", %s in a row", human.Count(f.Refused))
	case f.State == event.FeedStarting:
		t.Kind, t.What = FeedStarts, FeedName(f)+" is starting"
	case f.State != event.FeedUp:
		t.What = FeedName(f) + " " + strings.ToUpper(string(f.State))
	case StaleFeed(f, w.Now):
		t.Kind, t.Brief, t.Detail = FeedStale, "", ""
		t.What = FeedName(f) + " has sent nothing for " + human.Age(w.Now.Sub(f.Last))
	default:
		return t, false
	}
	return t, true
}

// ofListener reports a feed of deliveries, which come through the listener.
func ofListener(f event.Feed) bool {
	return f.Kind == event.FeedMistWebhook || f.Kind == event.FeedJunos
}

func listenerDown(f event.Feed) bool {
	return f.Kind == event.FeedListener && f.State != event.FeedUp && f.State != event.FeedWarns
}

// FeedName tells the feeds of one source apart.
func FeedName(f event.Feed) string {
	switch f.Kind {
	case event.FeedMistAPI:
		return f.Name + " api"
	case event.FeedMistStream:
		return f.Name + " stream"
	}
	return f.Name
}

// StaleFeed reports whether a feed of the cloud that is up has delivered nothing for
// long.
func StaleFeed(f event.Feed, now time.Time) bool {
	return f.Kind.OfCloud() && f.State == event.FeedUp &&
		!f.Last.IsZero() && now.Sub(f.Last) >= StaleAfter
}

// CollectorGone reports whether a collector's heartbeat stopped.
func CollectorGone(c event.Collector, now time.Time) bool {
	return !c.Heartbeat.IsZero() && now.Sub(c.Heartbeat) >= CollectorTTL
}

// BehindText says how far the view is behind the log.
func BehindText(records int64) string {
	return "the view is " + human.CountOf(records, "record") + " behind the log and catching up"
}
