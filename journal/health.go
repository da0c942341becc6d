package journal

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"foghorn/internal/human"
	"foghorn/journal/event"
	"foghorn/journal/query"
	"foghorn/journal/store"
)

// Health says whether foghorn collects into a data directory, as the journal has it. It
// needs neither a network nor a running collector.
type Health struct {
	OK        bool            `json:"ok"`
	Summary   string          `json:"summary"`
	Problems  []Trouble       `json:"problems"`
	Warnings  []Trouble       `json:"warnings"`
	Collector CollectorHealth `json:"collector"`
	Listener  *FeedHealth     `json:"listener,omitempty"` // nil before a collector ran
	Sources   []FeedHealth    `json:"sources"`
	Cloud     []FeedHealth    `json:"cloud"`
	Webhooks  []WebhookHealth `json:"webhooks"`
	Projector ProjectorHealth `json:"projector"`
	Disk      store.Usage     `json:"disk_bytes"`
	Budgets   []event.Budget  `json:"budgets"`
	// Relays are those that have run and were not removed.
	Relays []event.RelayState `json:"relays"`
	Chat   []ChatHealth       `json:"chat"`
	Jobs   JobsHealth         `json:"jobs"`
	Alerts AlertCounts        `json:"alerts"` // for information: they do not count as problems
}

// CollectorHealth is the process that collects, or the last one that did.
type CollectorHealth struct {
	Running   bool      `json:"running"`
	PID       int       `json:"pid,omitempty"`
	Host      string    `json:"host,omitempty"`
	User      string    `json:"user,omitempty"`
	Command   string    `json:"command,omitempty"`
	Version   string    `json:"version,omitempty"`
	Started   time.Time `json:"started,omitzero"`
	Heartbeat time.Time `json:"heartbeat,omitzero"`
	Address   string    `json:"address,omitempty"`
}

// FeedHealth is one feed. Cause is why deliveries are refused or the feed fails.
type FeedHealth struct {
	Name     string          `json:"name"`
	Kind     event.FeedKind  `json:"kind"`
	State    event.FeedState `json:"state"` // "off" without a collector
	Last     time.Time       `json:"last,omitzero"`
	Rate     float64         `json:"rate"`
	Accepted int64           `json:"accepted"` // since the collector started
	Refused  int64           `json:"refused"`  // since then; of the cloud: failed or dropped
	InARow   int64           `json:"refused_in_a_row,omitempty"`
	Since    time.Time       `json:"since,omitzero"`
	Cause    string          `json:"cause,omitempty"`
}

// FeedOff is the state of all feeds while no collector runs.
const FeedOff event.FeedState = "off"

// WebhookHealth is one webhook that Mist has.
type WebhookHealth struct {
	Source  string    `json:"source"`
	Place   string    `json:"place"` // "org" or the site
	Name    string    `json:"name"`
	ID      string    `json:"id"`
	Enabled bool      `json:"enabled"`
	Checked time.Time `json:"checked"`
	Lint    []string  `json:"lint"`
}

// ProjectorHealth is how far the view is.
type ProjectorHealth struct {
	Position   int64   `json:"position"`
	LogEnd     int64   `json:"log_end"`
	Behind     int64   `json:"behind"`     // records
	LagS       float64 `json:"lag_s"`      // how long the oldest of them has waited
	Events     int64   `json:"events"`     // in the view
	Deliveries int64   `json:"deliveries"` // in the view
	Refused    int64   `json:"refused"`    // in the view
	Dropped    int64   `json:"dropped"`    // refusals that were counted and not kept
	Unknown    int64   `json:"unknown"`    // events of topics that no decoder knows
	Damaged    int64   `json:"damaged"`    // records that could not be used
}

// AlertCounts are alerts that are not resolved, and those that nobody has acked or snoozed.
type AlertCounts struct {
	Unresolved map[event.Severity]int64 `json:"unresolved"`
	Open       map[event.Severity]int64 `json:"open"`
}

// maxHealthAlerts bounds the alerts of foghorn's own health that are read.
const maxHealthAlerts = 100

// Health reads whether foghorn collects into dir. w.Lag and w.NoCollector are found out
// here.
func (j *Journal) Health(ctx context.Context, dir string, w Watch) (h Health, err error) {
	status, err := j.Status(ctx)
	if err != nil {
		return h, err
	}
	holder, held, err := store.Holder(dir)
	if err != nil {
		return h, err
	}
	w.NoCollector, w.Lag = !held, j.waiting(ctx, status, w.Now)
	hooks, err := j.Webhooks(ctx)
	if err != nil {
		return h, err
	}
	alerts, err := j.Alerts(ctx, query.Page{Where: OpenHealth, Now: w.Now, Limit: maxHealthAlerts})
	if err != nil {
		return h, err
	}
	if h.Disk, err = store.DiskUsage(dir); err != nil {
		return h, err
	}
	running := held && !CollectorGone(status.Collector, w.Now)
	for _, t := range Troubles(status, w) {
		if t.Kind == FeedStarts {
			h.Warnings = append(h.Warnings, t) // or a monitor would report each restart
			continue
		}
		h.Problems = append(h.Problems, t)
	}
	h.Warnings = append(h.Warnings, w.Warnings...)
	h.addAlerts(alerts, running)
	h.addFeeds(status.Feeds, running)
	for _, hook := range hooks {
		h.Webhooks = append(h.Webhooks, WebhookHealth{Source: hook.Source, Place: WebhookPlace(hook), Name: hook.Name, ID: hook.ID,
			Enabled: hook.Enabled, Checked: hook.Updated, Lint: LintWebhook(hook, hooks)})
	}
	c := status.Collector
	if held && c.PID == 0 {
		c = holder // it has not reported yet
	}
	h.Collector = CollectorHealth{Running: running, PID: c.PID, Host: c.Host, User: c.User, Command: c.Command, Version: c.Version,
		Started: c.Started, Heartbeat: c.Heartbeat, Address: c.Address}
	n := status.Counts
	h.Projector = ProjectorHealth{Position: status.Position, LogEnd: status.LogEnd, Behind: status.LogEnd - status.Position, LagS: w.Lag.Seconds(),
		Events: n.Events, Deliveries: n.Deliveries, Refused: n.Refused, Dropped: status.Dropped, Unknown: n.Unknown, Damaged: n.Damaged}
	h.Budgets = status.Budgets
	if h.Relays, err = j.Outbox().Relays(ctx); err != nil {
		return h, err
	}
	h.addRelays(running, w.At)
	h.addChat(c.Chat, running)
	if err := h.addJobs(ctx, j, w.Now); err != nil {
		return h, err
	}
	h.Alerts = AlertCounts{n.Unresolved, n.OpenBySev}
	h.summarize(w.Now)
	return h, nil
}

// waiting is how long the oldest record that the view lacks has waited for it.
func (j *Journal) waiting(ctx context.Context, s event.Status, now time.Time) time.Duration {
	if s.Position >= s.LogEnd {
		return 0
	}
	r, err := j.Log.Get(ctx, s.Position+1)
	if err != nil {
		return 0 // removed or damaged: the projector passes over it
	}
	return max(0, now.Sub(r.At))
}

// addAlerts adds what the feeds' states do not say: webhooks that are disabled in
// Mist, and a certificate that is about to expire. Without a collector nobody knows
// whether they still hold.
func (h *Health) addAlerts(alerts []event.Alert, running bool) {
	for _, a := range alerts {
		t := Trouble{Kind: HealthAlert, Name: a.Source, What: a.Title}
		switch {
		case !running || a.Severity < event.Critical:
			continue
		case a.Kind == "webhook_disabled":
			t.Detail = "enable it in Mist (Organization > Settings > Webhooks)"
		case a.Kind == "certificate_expires":
			t.Detail = "replace the files; foghorn loads the new certificate at once"
		default:
			continue // the state of its feed says so
		}
		h.Problems = append(h.Problems, t)
	}
}

func (h *Health) addFeeds(feeds []event.Feed, running bool) {
	for _, f := range feeds {
		row := FeedHealth{Name: f.Name, Kind: f.Kind, State: f.State, Last: f.Last, Rate: f.Rate, Accepted: f.Total, Refused: f.Failed,
			InARow: f.Refused, Since: f.Since}
		if f.State != event.FeedUp {
			row.Cause = cmp.Or(f.Brief, f.Detail)
		}
		if !running {
			row.State, row.Rate = FeedOff, 0
		}
		switch f.Kind {
		case event.FeedListener:
			h.Listener = &row
			if f.State == event.FeedWarns && running {
				h.Warnings = append(h.Warnings, Trouble{Kind: FeedFails, Name: f.Name, What: f.Name, Brief: f.Brief, Detail: f.Detail})
			}
		case event.FeedMistWebhook, event.FeedJunos:
			h.Sources = append(h.Sources, row)
		case event.FeedMistAPI, event.FeedMistStream:
			h.Cloud = append(h.Cloud, row)
		}
	}
}

// summarize writes the health in one line.
func (h *Health) summarize(now time.Time) {
	h.OK = len(h.Problems) == 0
	if !h.OK {
		h.Summary = "PROBLEM: " + h.Problems[0].Line()
		if more := len(h.Problems) - 1; more > 0 {
			h.Summary += fmt.Sprintf(" (and %d more)", more)
		}
		return
	}
	sources := human.CountOf(len(h.Sources), "source")
	last := slices.MaxFunc(append([]FeedHealth{{}}, h.Sources...), func(a, b FeedHealth) int { return a.Last.Compare(b.Last) }).Last
	h.Summary = "OK: " + sources + ", nothing came in yet"
	if !last.IsZero() {
		h.Summary = "OK: " + sources + ", last delivery " + human.Duration(max(0, now.Sub(last)).Truncate(time.Second)) + " ago"
	}
	if n := len(h.Warnings); n > 0 {
		h.Summary += ", warning: " + h.Warnings[0].Line()
	}
}
