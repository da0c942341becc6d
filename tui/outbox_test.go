package tui

import (
	"context"
	"time"

	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/store"
)

// testOutbox is what the relays of a test remember. A journal without relays has no
// outbox.
type testOutbox struct {
	relays   []event.RelayState
	pausedBy map[string]string
	queries  map[string]string // by the name of the relay
	lanes    map[string][]event.Lane
	letters  []event.DeadLetter
	sent     []event.RelaySent // oldest first
	drops    []event.RelayDrop

	configured []journal.RelayPlan // that have not begun
}

// add adds a relay of which every text is a stranger's, with all that belongs to it.
func (b *testOutbox) add(text string, id int64, now time.Time) {
	b.relays = append(b.relays, event.RelayState{Name: text, Kind: text, Send: text, State: text, Since: now, Sent: 1 << 60, Failed: -1, Queued: 1 << 60, Oldest: &now,
		P95: 1 << 62, Dead: 1 << 40, Parked: -1, LastSent: &now, LastError: text, LastStatus: -1, ErrorAt: &now, Retry: &now, Circuit: text, Advice: text})
	b.letters = append(b.letters, event.DeadLetter{Relay: text, EventID: id, AlertID: id, Title: text, State: text, First: now, Due: now, Attempts: 1 << 40, Answer: text})
	b.sent = append(b.sent, event.RelaySent{Relay: text, At: now, AlertID: id, Why: text, Title: text, Items: 1 << 40, Steps: 1 << 40, Took: 1 << 62, Repeat: true})
	b.drops = append(b.drops, event.RelayDrop{Relay: text, At: now, From: -1, To: 1 << 60, Count: 1 << 60, Why: text})
}

// plans are the relays as the configuration has them.
func (b *testOutbox) plans() []journal.RelayPlan {
	var out []journal.RelayPlan
	for _, r := range b.relays {
		out = append(out, journal.RelayPlan{Name: r.Name, Kind: r.Kind, Send: r.Send, Query: b.queries[r.Name]})
	}
	return append(out, b.configured...)
}

// openOutbox makes relay.db with the rows; nil without relays.
func (j *testJournal) openOutbox(ctx context.Context) *store.Outbox {
	j.tb.Helper()
	if len(j.outbox.relays) == 0 {
		return nil
	}
	var err error
	j.box, err = store.OpenOutbox(ctx, j.dir, store.Options{})
	j.must(err)
	for _, r := range j.outbox.relays {
		j.must(j.box.BeginRelay(ctx, r, true))
		if by := j.outbox.pausedBy[r.Name]; by != "" {
			j.must(j.box.PauseRelay(ctx, r.Name, by, &r.Since))
		}
		k := &store.OutboxCommit{State: r, Lanes: j.outbox.lanes[r.Name]}
		for _, l := range j.outbox.letters {
			if l.Relay == r.Name {
				k.Letters = append(k.Letters, l)
			}
		}
		for _, s := range j.outbox.sent {
			if s.Relay == r.Name {
				k.Sent = append(k.Sent, s)
			}
		}
		for _, d := range j.outbox.drops {
			if d.Relay == r.Name {
				k.Dropped = append(k.Dropped, d)
			}
		}
		j.must(j.box.CommitRelay(ctx, k))
	}
	return j.box
}

// putRelay changes how a relay is, as its collector would, and what it could not send.
func (j *testJournal) putRelay(r event.RelayState, letters ...event.DeadLetter) {
	j.tb.Helper()
	j.must(j.box.CommitRelay(context.Background(), &store.OutboxCommit{State: r, Letters: letters}))
}

// withRelays gives the journal five relays, each in another state.
func withRelays(_ *Options, j *testJournal) {
	now := time.Now()
	at := func(d time.Duration) *time.Time { t := now.Add(-d); return &t }
	next, soon := now.Add(90*time.Second), now.Add(20*time.Second)
	last := j.events[len(j.events)-1]
	seq, place := event.SplitID(last.ID)
	end := event.TransitionCursor{Record: seq, Place: place}
	behind := event.TransitionCursor{Record: seq - 40}
	began := event.TransitionCursor{Record: 20}
	core, lobby, rogue := j.alerts[0], j.alerts[1], j.alerts[2]
	b := &j.outbox
	b.relays = []event.RelayState{
		{Name: "chat", Kind: "slack", Send: "alerts", State: event.RelayIdle, Since: *at(4 * time.Minute), Cursor: end, Start: began, Started: *at(72 * time.Hour),
			Sent: 1204, P95: 820 * time.Millisecond, LastSent: at(4 * time.Minute), Circuit: "closed"},
		{Name: "datadog", Kind: "datadog", Send: "events", State: event.RelaySending, Since: *at(2 * time.Second), Cursor: behind, Start: began, Started: *at(72 * time.Hour),
			Sent: 88_412, Failed: 3, Queued: 40, Oldest: at(5 * time.Minute), P95: 2400 * time.Millisecond, LastSent: at(2 * time.Second),
			LastError: "503: the intake is overloaded", LastStatus: 503, ErrorAt: at(5 * time.Hour), Circuit: "closed"},
		{Name: "itsm", Kind: "servicenow", Send: "alerts", State: event.RelayWaiting, Since: *at(50 * time.Second), Cursor: end, Start: began, Started: *at(72 * time.Hour),
			Sent: 61, Failed: 4, Queued: 2, Oldest: at(50 * time.Second), P95: 1700 * time.Millisecond, LastSent: at(20 * time.Minute), Parked: 1,
			LastError: "429: too many requests", LastStatus: 429, ErrorAt: at(10 * time.Second), Retry: &soon, Circuit: "closed"},
		{Name: "mail", Kind: "command", Send: "alerts", State: event.RelayPaused, Since: *at(3 * time.Hour), Cursor: end, Start: began, Started: *at(72 * time.Hour),
			Sent: 12, Queued: 9, Oldest: at(3 * time.Hour), Circuit: "closed"},
		{Name: "siem", Kind: "splunk", Send: "events", State: event.RelayFailing, Since: *at(14 * time.Minute), Cursor: behind, Start: began, Started: *at(72 * time.Hour),
			Sent: 140_233, Failed: 31, Queued: 1_180, Oldest: at(14 * time.Minute), P95: 3 * time.Second, LastSent: at(14 * time.Minute), Dead: 2, Dropped: 17, Repeated: 4,
			LastError: `403: {"text":"Token disabled","code":1}: the token of siem is disabled in Splunk`, LastStatus: 403, ErrorAt: at(30 * time.Second), Retry: &next, Circuit: "open",
			Advice: "acknowledgement is off: give it ack = true to notice what Splunk loses"},
	}
	b.queries = map[string]string{"chat": "sev>=warn !site:lab*", "siem": "sev>=info"}
	b.configured = []journal.RelayPlan{{Name: "noc-teams", Kind: "teams", Send: "alerts"}}
	b.pausedBy = map[string]string{"mail": "jane.doe"}
	b.lanes = map[string][]event.Lane{
		"chat": {{AlertID: core.ID, SentN: 1, ReadN: 1, State: event.Open, Severity: core.Severity}, {AlertID: lobby.ID, SentN: 3, ReadN: 3, State: event.Resolved}},
		"itsm": {{AlertID: core.ID, Pending: true, ReadN: 1, Since: *at(50 * time.Second), Due: soon, Attempts: 2, Status: 429, Error: "429: too many requests"},
			{AlertID: lobby.ID, Pending: true, ReadN: 3, Since: *at(40 * time.Second), Due: next}},
	}
	b.letters = []event.DeadLetter{
		{Relay: "siem", EventID: j.events[30].ID, AlertID: j.events[30].AlertID, Title: j.events[30].Text + " at " + j.events[30].Device, State: event.LetterDead,
			First: *at(3 * time.Hour), Died: at(165 * time.Minute), Attempts: 9, Status: 400, Answer: `400: {"text":"Incorrect index","code":7,"invalid-event-number":0}`},
		{Relay: "siem", EventID: j.events[2].ID, AlertID: rogue.ID, Title: rogue.Title, State: event.LetterDead,
			First: *at(2 * time.Hour), Died: at(100 * time.Minute), Attempts: 8, Status: 413, Answer: "413: the event is larger than Splunk takes"},
		{Relay: "itsm", AlertID: rogue.ID, Title: rogue.Title, State: event.LetterParked, First: *at(6 * time.Minute), Due: now.Add(3 * time.Minute), Attempts: 4, Status: 400,
			Answer: "400: Invalid value for assignment_group: Network Operations"},
	}
	b.sent = []event.RelaySent{
		{Relay: "siem", At: *at(14 * time.Minute), EventID: j.events[10].ID, Title: j.events[10].Text, Items: 100, Requests: 1, Took: 90 * time.Millisecond, Repeat: true},
		{Relay: "chat", At: *at(6 * time.Minute), AlertID: core.ID, Why: "first", Title: core.Title, Items: 1, Steps: 1, Requests: 1, Took: 310 * time.Millisecond},
		{Relay: "chat", At: *at(4 * time.Minute), AlertID: lobby.ID, Why: "resolved", Title: lobby.Title, Items: 1, Steps: 2, Requests: 2, Took: 480 * time.Millisecond},
	}
	b.drops = []event.RelayDrop{{Relay: "siem", At: *at(time.Hour), From: j.events[0].ID, To: j.events[16].ID, Count: 17, Why: "older than the relay's drop_after, or than the service takes"}}
}

// sentLetter takes a letter off, as a relay does that sent it after all.
func (j *testJournal) sentLetter(r event.RelayState, id int64) {
	j.tb.Helper()
	j.must(j.box.CommitRelay(context.Background(), &store.OutboxCommit{State: r, Gone: []int64{id}}))
}
