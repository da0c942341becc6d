package store

import (
	"errors"
	"testing"
	"time"

	"foghorn/journal/event"
)

func openOutbox(t *testing.T, dir string) *Outbox {
	t.Helper()
	o, err := OpenOutbox(t.Context(), dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = o.Close() })
	return o
}

func beginRelay(t *testing.T, o *Outbox, name string) event.RelayState {
	t.Helper()
	r := event.RelayState{Name: name, Kind: "slack", Send: "alerts", Cursor: event.TransitionCursor{Record: 7, Place: 2}, Start: event.TransitionCursor{Record: 7, Place: 2}}
	if err := o.BeginRelay(t.Context(), r, false); err != nil {
		t.Fatal(err)
	}
	return r
}

// What a relay commits is there after the file was closed, whole.
func TestAStepOfARelayIsKept(t *testing.T) {
	t.Parallel()
	dir, now := t.TempDir(), time.Date(2026, 11, 27, 3, 0, 0, 0, time.UTC)
	o := openOutbox(t, dir)
	state := beginRelay(t, o, "chat")
	state.Cursor, state.Sent = event.TransitionCursor{Record: 9, Place: 1}, 4
	err := o.CommitRelay(t.Context(), &OutboxCommit{
		State:    state,
		Flight:   &Flight{At: now, Items: 1, Alerts: []int64{90000}},
		Lanes:    []event.Lane{{AlertID: 80000, ReadN: 2, SentN: 2, State: event.Open}, {AlertID: 90000, ReadN: 1, Pending: true, Since: now}, {AlertID: 70000, SentN: 3, State: event.Resolved}},
		Messages: []event.RelayMessage{{ID: 80000, Group: "acme berlin", Opened: now, Handle: []byte(`{"ts":"1"}`), Members: []int64{80000}, Posted: true}},
		Letters:  []event.DeadLetter{{Relay: "chat", AlertID: 70000, State: event.LetterDead, Answer: "400"}},
		Sent:     []event.RelaySent{{At: now, AlertID: 80000, Why: "first", Title: "AP down"}},
		Dropped:  []event.RelayDrop{{Relay: "chat", From: 1, To: 5, Count: 5}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	o = openOutbox(t, dir)
	ctx := t.Context()
	if got, err := o.Relay(ctx, "chat"); err != nil || got.Cursor != state.Cursor || got.Sent != 4 || got.Start.Record != 7 {
		t.Errorf("relay: %+v, %v", got, err)
	}
	if got, err := o.PendingLanes(ctx, "chat"); err != nil || len(got) != 1 || got[0].AlertID != 90000 {
		t.Errorf("pending: %+v, %v", got, err)
	}
	if got, err := o.UnendedLanes(ctx, "chat"); err != nil || len(got) != 1 || got[0].AlertID != 80000 {
		t.Errorf("unended: %+v, %v", got, err)
	}
	if got, err := o.GroupMessages(ctx, "chat", "acme berlin", now); err != nil || len(got) != 1 || string(got[0].Handle) != `{"ts":"1"}` {
		t.Errorf("messages: %+v, %v", got, err)
	}
	if got, err := o.Flight(ctx, "chat"); err != nil || got == nil || got.Alerts[0] != 90000 {
		t.Errorf("flight: %+v, %v", got, err)
	}
	if got, err := o.SentOf(ctx, 80000, 5); err != nil || len(got) != 1 || got[0].Why != "first" || got[0].Relay != "chat" {
		t.Errorf("sent: %+v, %v", got, err)
	}
	if got, err := o.Drops(ctx, "", 5); err != nil || len(got) != 1 || got[0].Count != 5 {
		t.Errorf("drops: %+v, %v", got, err)
	}
	if got, err := o.AlertLanes(ctx, 80000); err != nil || got["chat"].SentN != 2 {
		t.Errorf("lanes of the alert: %+v, %v", got, err)
	}
}

// Another process pauses a relay and asks for another try. The collector's commits
// leave the first alone, and it notices both by the version.
func TestPeopleDecideFromAnotherProcess(t *testing.T) {
	t.Parallel()
	dir, now := t.TempDir(), time.Date(2026, 11, 27, 3, 0, 0, 0, time.UTC)
	collector, other, ctx := openOutbox(t, dir), openOutbox(t, dir), t.Context()
	state := beginRelay(t, collector, "chat")
	letters := []event.DeadLetter{{Relay: "chat", EventID: 5, State: event.LetterDead}, {Relay: "chat", EventID: 6, State: event.LetterParked}}
	if err := collector.CommitRelay(ctx, &OutboxCommit{State: state, Letters: letters}); err != nil {
		t.Fatal(err)
	}
	if letters[0].ID == 0 || letters[1].ID == 0 {
		t.Fatalf("no ids: %+v", letters)
	}
	before, err := collector.Version(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := other.PauseRelay(ctx, "chat", "ada", &now); err != nil {
		t.Fatal(err)
	}
	if n, err := other.RetryLetters(ctx, "chat", letters[0].ID); err != nil || n != 1 {
		t.Fatalf("%d letters, %v", n, err)
	}
	if after, err := collector.Version(ctx); err != nil || after == before {
		t.Errorf("version %d after %d, %v", after, before, err)
	}
	if err := collector.CommitRelay(ctx, &OutboxCommit{State: state}); err != nil {
		t.Fatal(err)
	}
	if got, err := collector.Relay(ctx, "chat"); err != nil || got.PausedBy != "ada" || got.PausedAt == nil || !got.PausedAt.Equal(now) {
		t.Errorf("relay: %+v, %v", got, err)
	}
	if got, err := collector.Letters(ctx, "", 9, event.LetterRetry); err != nil || len(got) != 1 || got[0].EventID != 5 {
		t.Errorf("letters: %+v, %v", got, err)
	}
	if err := other.PauseRelay(ctx, "nosuch", "ada", &now); !errors.Is(err, ErrNotFound) {
		t.Errorf("paused a relay that is none: %v", err)
	}
}

// On a screen that collects too, people decide by the relays' own outbox. Its version
// grows as it does for other processes, and not with what relays commit.
func TestPeopleDecideInTheSameProcess(t *testing.T) {
	t.Parallel()
	o, ctx, now := openOutbox(t, t.TempDir()), t.Context(), time.Date(2026, 11, 27, 3, 0, 0, 0, time.UTC)
	state := beginRelay(t, o, "chat")
	seen := int64(0)
	grew := func(what string, want bool, err error) {
		t.Helper()
		version, failed := o.Version(ctx)
		if err := errors.Join(err, failed); err != nil {
			t.Fatal(err)
		}
		if (version > seen) != want {
			t.Errorf("%s: version %d after %d", what, version, seen)
		}
		seen = version
	}
	grew("the first look", true, nil)
	grew("a commit", false, o.CommitRelay(ctx, &OutboxCommit{State: state}))
	grew("a pause", true, o.PauseRelay(ctx, "chat", "ada", &now))
	_, err := o.RetryLetters(ctx, "chat")
	grew("another try", true, err)
}

// What a relay needs no more is removed; what an alert that is not over stands on is not.
func TestTrimmingARelay(t *testing.T) {
	t.Parallel()
	o, ctx, now := openOutbox(t, t.TempDir()), t.Context(), time.Date(2026, 11, 27, 3, 0, 0, 0, time.UTC)
	state, old := beginRelay(t, o, "chat"), now.AddDate(0, -2, 0)
	k := &OutboxCommit{
		State: state,
		Lanes: []event.Lane{
			{AlertID: 1, SentN: 1, State: event.Open, Read: old, Message: 1}, {AlertID: 2, SentN: 2, State: event.Resolved, Read: old, Message: 2},
			{AlertID: 3, Pending: true, Read: old}, {AlertID: 4, SentN: 2, State: event.Resolved, Read: now, Message: 4},
		},
		Messages: []event.RelayMessage{{ID: 1, Opened: old, Members: []int64{1}}, {ID: 2, Opened: old, Members: []int64{2}}, {ID: 4, Opened: now, Members: []int64{4}}},
		Letters:  []event.DeadLetter{{Relay: "chat", State: event.LetterDead, First: old}, {Relay: "chat", State: event.LetterParked, First: old}},
	}
	for range keepSent + 20 {
		k.Sent = append(k.Sent, event.RelaySent{At: now})
	}
	if err := o.CommitRelay(ctx, k); err != nil {
		t.Fatal(err)
	}
	if err := o.TrimRelay(ctx, "chat", now); err != nil {
		t.Fatal(err)
	}
	lanes, err := o.Lanes(ctx, "chat", 1, 2, 3, 4)
	if err != nil || len(lanes) != 3 || lanes[1].AlertID != 3 {
		t.Errorf("lanes: %+v, %v", lanes, err)
	}
	for id, want := range map[int64]bool{1: true, 2: false, 4: true} {
		if _, err := o.RelayMessage(ctx, "chat", id); (err == nil) != want {
			t.Errorf("message %d: %v", id, err)
		}
	}
	if parked, dead, err := o.LetterCounts(ctx, "chat"); err != nil || parked != 1 || dead != 0 {
		t.Errorf("%d parked, %d dead, %v", parked, dead, err)
	}
	if rows, err := o.SentRows(ctx, "chat", 2*keepSent); err != nil || len(rows) != keepSent {
		t.Errorf("%d rows, %v", len(rows), err)
	}
}

// A commit without fsync is there for other connections, and takes the fsync from no other.
func TestASoftCommit(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	o := openOutbox(t, dir)
	state := beginRelay(t, o, "chat")
	for i, soft := range []bool{true, true, false, true, false} {
		state.Sent = int64(i + 1)
		if err := o.CommitRelay(t.Context(), &OutboxCommit{State: state, Soft: soft}); err != nil {
			t.Fatal(err)
		}
		level, err := queryInt(o.conn, "PRAGMA synchronous")
		if want := map[bool]int64{true: 1, false: 2}[soft]; err != nil || level != want {
			t.Errorf("commit %d has the level %d, not %d; %v", i, level, want, err)
		}
		if got, err := o.Relay(t.Context(), "chat"); err != nil || got.Sent != state.Sent {
			t.Errorf("commit %d: %+v, %v", i, got, err)
		}
	}
}
