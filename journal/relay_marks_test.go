package journal

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"foghorn/journal/event"
)

// box is an outbox with the rows of a test.
type box struct {
	relays  []event.RelayState
	lanes   map[string]event.Lane
	letters []event.DeadLetter
	sent    []event.RelaySent // newest first
	drops   []event.RelayDrop
}

func (b box) Relays(context.Context) ([]event.RelayState, error)               { return b.relays, nil }
func (b box) AlertLanes(context.Context, int64) (map[string]event.Lane, error) { return b.lanes, nil }
func (b box) SentRows(context.Context, string, int) ([]event.RelaySent, error) { return b.sent, nil }
func (b box) SentOf(context.Context, int64, int) ([]event.RelaySent, error)    { return b.sent, nil }
func (b box) Drops(context.Context, string, int) ([]event.RelayDrop, error)    { return b.drops, nil }
func (b box) LettersOf(context.Context, int64, int64) ([]event.DeadLetter, error) {
	return b.letters, nil
}
func (b box) Letters(context.Context, string, int, ...string) ([]event.DeadLetter, error) {
	return b.letters, nil
}

// marked writes marks down, one for each relay.
func marked(marks []RelayMark) string {
	var out []string
	for _, m := range marks {
		text := m.Relay + " " + string(m.State)
		if m.Why != "" {
			text += " " + m.Why
		}
		if !m.At.IsZero() {
			text += " at " + m.At.Sub(start).String()
		}
		if m.Status != 0 {
			text += fmt.Sprint(" ", m.Status)
		}
		if !m.Next.IsZero() {
			text += " next " + m.Next.Sub(start).String()
		}
		if m.Paused {
			text += " paused"
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

func TestWhatBecameOfAnAlertAtEachRelay(t *testing.T) {
	later := start.Add(5 * time.Minute)
	died := start.Add(10 * time.Minute)
	relay := func(edit func(r *event.RelayState)) []event.RelayState {
		r := event.RelayState{Name: "chat", Send: "alerts", State: event.RelayIdle}
		if edit != nil {
			edit(&r)
		}
		return []event.RelayState{r}
	}
	lane := func(l event.Lane) map[string]event.Lane { return map[string]event.Lane{"chat": l} }
	for name, c := range map[string]struct {
		box  box
		want string
	}{
		"no relay":            {box{}, ""},
		"not chosen":          {box{relays: relay(nil)}, ""},
		"over before it went": {box{relays: relay(nil), lanes: lane(event.Lane{ReadN: 2})}, ""},
		"sent":                {box{relays: relay(nil), lanes: lane(event.Lane{SentN: 1, State: event.Open}), sent: []event.RelaySent{{Relay: "other", Why: "worse"}, {Relay: "chat", Why: "first", At: start}}}, "chat sent first at 0s"},
		"sent, with another":  {box{relays: relay(nil), lanes: lane(event.Lane{SentN: 2, State: event.Resolved})}, "chat sent resolved"},
		"queued":              {box{relays: relay(nil), lanes: lane(event.Lane{Pending: true, SentN: 1, Since: start, Due: start})}, "chat queued"},
		"gathers others":      {box{relays: relay(nil), lanes: lane(event.Lane{Pending: true, Since: start, Due: start.Add(2 * time.Second)})}, "chat queued"},
		"held":                {box{relays: relay(nil), lanes: lane(event.Lane{Pending: true, Since: start, Due: later})}, "chat held next 5m0s"},
		"paused":              {box{relays: relay(func(r *event.RelayState) { r.PausedAt = &start }), lanes: lane(event.Lane{Pending: true, Since: start, Due: start})}, "chat queued paused"},
		"failed":              {box{relays: relay(nil), lanes: lane(event.Lane{Pending: true, Status: 429, Error: "429", Due: start.Add(time.Second)})}, "chat failed 429 next 1s"},
		"failed, and rests":   {box{relays: relay(func(r *event.RelayState) { r.Retry = &later }), lanes: lane(event.Lane{Pending: true, Status: 429, Error: "429", Due: start})}, "chat failed 429 next 5m0s"},
		"parked": {box{relays: relay(nil), lanes: lane(event.Lane{Pending: true, Status: 400, Error: "400"}),
			letters: []event.DeadLetter{{Relay: "chat", State: event.LetterParked, Status: 400, Due: later}}}, "chat parked 400 next 5m0s"},
		"dead":          {box{relays: relay(nil), lanes: lane(event.Lane{SentN: 1, State: event.Open}), letters: []event.DeadLetter{{Relay: "chat", State: event.LetterDead, Status: 400, Died: &died}}, sent: []event.RelaySent{{Relay: "chat", Why: "first", At: start}}}, "chat dead 400"},
		"sent since":    {box{relays: relay(nil), lanes: lane(event.Lane{SentN: 3, State: event.Resolved}), letters: []event.DeadLetter{{Relay: "chat", State: event.LetterDead, Status: 400, Died: &start}}, sent: []event.RelaySent{{Relay: "chat", Why: "resolved", At: later}}}, "chat sent resolved at 5m0s"},
		"asked again":   {box{relays: relay(nil), letters: []event.DeadLetter{{Relay: "chat", State: event.LetterRetry, Status: 400}}}, "chat queued 400"},
		"of its events": {box{relays: relay(func(r *event.RelayState) { r.Send = "events" }), letters: []event.DeadLetter{{Relay: "chat", EventID: 7, State: event.LetterDead, Status: 413, Died: &died}}}, "chat dead 413"},
	} {
		marks, err := AlertMarks(t.Context(), c.box, 1)
		if err != nil {
			t.Fatal(err)
		}
		if got := marked(marks); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestWhatBecameOfAnEventAtEachRelay(t *testing.T) {
	e := &event.Event{ID: event.ID(50, 2), Severity: event.Warn, Time: start, Received: start}
	at := func(seq int64) event.TransitionCursor { return event.TransitionCursor{Record: seq, Place: 2} }
	relay := func(begun, read int64) event.RelayState {
		return event.RelayState{Name: "siem", Send: "events", State: event.RelayIdle, Start: at(begun), Cursor: at(read), Dropped: 1}
	}
	plan := RelayPlan{Name: "siem", Kind: "splunk", Send: "events", Query: "sev>=warn"}
	for name, c := range map[string]struct {
		relay event.RelayState
		plans []RelayPlan
		box   box
		want  string
	}{
		"read, and chosen":     {relay(10, 50), []RelayPlan{plan}, box{}, "siem sent"},
		"read, and not chosen": {relay(10, 50), []RelayPlan{{Name: "siem", Send: "events", Query: "sev>=critical"}}, box{}, ""},
		"not read yet":         {relay(10, 49), []RelayPlan{plan}, box{}, "siem queued"},
		"before it began":      {relay(50, 60), []RelayPlan{plan}, box{}, "siem before"},
		"dropped":              {relay(10, 50), []RelayPlan{plan}, box{drops: []event.RelayDrop{{From: e.ID - 1, To: e.ID}}}, "siem dropped"},
		"others dropped":       {relay(10, 50), []RelayPlan{plan}, box{drops: []event.RelayDrop{{From: 1, To: e.ID - 1}}}, "siem sent"},
		"refused":              {relay(10, 50), []RelayPlan{plan}, box{letters: []event.DeadLetter{{Relay: "siem", State: event.LetterDead, Status: 400}}}, "siem dead 400"},
		"query not known":      {relay(10, 50), nil, box{}, ""},
		"of alerts now":        {relay(10, 50), []RelayPlan{{Name: "siem", Send: "alerts"}}, box{}, ""},
		"removed":              {event.RelayState{Name: "siem", Send: "events", State: event.RelayRemoved, Cursor: at(50)}, []RelayPlan{plan}, box{}, ""},
	} {
		c.box.relays = []event.RelayState{c.relay}
		marks, err := EventMarks(t.Context(), c.box, c.plans, e, start)
		if err != nil {
			t.Fatal(err)
		}
		if got := marked(marks); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if _, err := EventMarks(t.Context(), box{relays: []event.RelayState{relay(10, 50)}}, []RelayPlan{{Name: "siem", Send: "events", Query: "sev>="}}, e, start); err == nil {
		t.Error("a query that does not parse is no error")
	}
}

// What somebody decided counts at once, also while no collector notices it.
func TestPlannedRelays(t *testing.T) {
	states := []event.RelayState{
		{Name: "a", Send: "alerts", State: event.RelayFailing, PausedAt: &start, PausedBy: "jane"},
		{Name: "b", Send: "alerts", State: event.RelayPaused, Queued: 2},
		{Name: "c", Send: "alerts", State: event.RelayPaused},
		{Name: "d", Send: "alerts", State: event.RelayRemoved, PausedAt: &start},
	}
	var got []string
	for _, r := range PlannedRelays(states, []RelayPlan{{Name: "b", Send: "events"}, {Name: "e", Kind: "slack", Send: "alerts", Query: "sev>=warn"}}) {
		got = append(got, fmt.Sprint(r.Name, " ", r.State, " ", r.Configured))
	}
	want := []string{"a paused false", "b new true", "c idle false", "d removed false", "e new true"}
	if !slices.Equal(got, want) {
		t.Errorf("%q\nwant %q", got, want)
	}
}
