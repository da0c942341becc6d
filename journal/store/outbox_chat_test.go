package store

import (
	"errors"
	"strings"
	"testing"
	"time"

	"zombiezen.com/go/sqlite"

	"foghorn/journal/event"
)

// A call that comes twice is accepted once, and of two that run it one is stopped, also
// in two processes.
func TestACallRunsOnce(t *testing.T) {
	t.Parallel()
	dir, ctx, now := t.TempDir(), t.Context(), time.Date(2026, 11, 27, 3, 0, 0, 0, time.UTC)
	a, b := openOutbox(t, dir), openOutbox(t, dir)
	r := event.ChatRequest{Platform: "slack", ID: "env-1", Accepted: now, State: event.RequestAccepted, Call: []byte(`{}`)}
	for i, want := range []bool{true, false} {
		if first, err := []*Outbox{a, b}[i].AcceptRequest(ctx, r); err != nil || first != want {
			t.Errorf("accepted %d: %v, %v", i, first, err)
		}
	}
	if open, err := b.OpenRequests(ctx); err != nil || len(open) != 1 || open[0].State != event.RequestAccepted {
		t.Errorf("open: %+v, %v", open, err)
	}
	for i, want := range []bool{true, false} {
		if moved, err := []*Outbox{a, b}[i].MoveRequest(ctx, "slack", "env-1", event.RequestAccepted, event.RequestStarted); err != nil || moved != want {
			t.Errorf("started %d: %v, %v", i, moved, err)
		}
	}
	if _, err := a.MoveRequest(ctx, "slack", "env-1", event.RequestStarted, event.RequestDone); err != nil {
		t.Fatal(err)
	}
	if err := a.TrimRequests(ctx, now); err != nil {
		t.Fatal(err)
	}
	if first, err := a.AcceptRequest(ctx, r); err != nil || first {
		t.Errorf("it was forgotten too early: %v, %v", first, err)
	}
}

func TestAProposalIsTakenOnce(t *testing.T) {
	t.Parallel()
	o, ctx, now := openOutbox(t, t.TempDir()), t.Context(), time.Date(2026, 11, 27, 3, 0, 0, 0, time.UTC)
	p := event.ChatProposal{Nonce: "n1", By: "ada", Made: now, Expires: now.Add(5 * time.Minute)}
	if err := o.PutProposal(ctx, p); err != nil {
		t.Fatal(err)
	}
	if got, err := o.Proposal(ctx, "n1"); err != nil || got.By != "ada" {
		t.Errorf("%+v, %v", got, err)
	}
	for _, want := range []bool{true, false} {
		if taken, err := o.TakeProposal(ctx, "n1"); err != nil || taken != want {
			t.Errorf("taken: %v, %v", taken, err)
		}
	}
	if _, err := o.Proposal(ctx, "n1"); !errors.Is(err, ErrNotFound) {
		t.Errorf("it is still there: %v", err)
	}
}

func TestTheAuditOfCalls(t *testing.T) {
	t.Parallel()
	o, ctx := openOutbox(t, t.TempDir()), t.Context()
	for _, text := range []string{"status", "ack a1", "nonsense"} {
		if err := o.AddCall(ctx, &event.ChatCall{Platform: "slack", Command: text, Outcome: event.ChatSuccess}); err != nil {
			t.Fatal(err)
		}
	}
	page, err := o.Calls(ctx, 0, 2)
	if err != nil || len(page) != 2 || page[0].Command != "nonsense" {
		t.Fatalf("%+v, %v", page, err)
	}
	if rest, err := o.Calls(ctx, page[1].ID, 9); err != nil || len(rest) != 1 || rest[0].Command != "status" {
		t.Errorf("%+v, %v", rest, err)
	}
}

func TestManagedSettings(t *testing.T) {
	t.Parallel()
	o, ctx := openOutbox(t, t.TempDir()), t.Context()
	for _, key := range []string{"b", "a", "b"} {
		if err := o.PutManaged(ctx, Managed{Kind: "user", Key: key, Data: []byte(`{"role":"viewer"}`)}); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := o.ManagedOf(ctx, "user"); err != nil || len(got) != 2 || got[0].Key != "a" || string(got[0].Data) != `{"role":"viewer"}` {
		t.Errorf("%+v, %v", got, err)
	}
	if err := o.DropManaged(ctx, "user", "a"); err != nil {
		t.Fatal(err)
	}
	if err := o.DropManaged(ctx, "user", "a"); !errors.Is(err, ErrNotFound) {
		t.Errorf("removed twice: %v", err)
	}
}

// What is remembered of a kind ends with its time, and the oldest leave when there is too
// much of it, whatever there is of another kind.
func TestWhatIsRememberedIsBounded(t *testing.T) {
	t.Parallel()
	o, ctx, now := openOutbox(t, t.TempDir()), t.Context(), time.Date(2026, 11, 27, 3, 0, 0, 0, time.UTC)
	put := func(kind, key string, bytes int, keep time.Duration) {
		t.Helper()
		if err := o.Remember(ctx, kind, key, []byte(`"`+strings.Repeat("x", bytes)+`"`), now, now.Add(keep)); err != nil {
			t.Fatal(err)
		}
	}
	has := func(kind, key string, at time.Time) bool {
		t.Helper()
		data, err := o.Recall(ctx, kind, key, at)
		if err != nil && !errors.Is(err, ErrNotFound) {
			t.Fatal(err)
		}
		return len(data) > 0
	}
	put("threads", "a", 1, time.Hour)
	put("pages", "a", 1, time.Hour)
	put("pages", "a", 2, time.Minute)
	if data, err := o.Recall(ctx, "pages", "a", now); err != nil || string(data) != `"xx"` {
		t.Errorf("%s %v", data, err)
	}
	if has("pages", "a", now.Add(time.Minute)) || has("pages", "b", now) {
		t.Error("it is kept too long, or another is found")
	}
	put("pages", "large", maxRememberedBytes/2, time.Hour)
	put("pages", "larger", maxRememberedBytes/2, time.Hour)
	if has("pages", "large", now) || !has("pages", "larger", now) {
		t.Error("the bytes are not bounded")
	}
	if err := o.write(ctx, "fill", func(c *sqlite.Conn) error {
		return exec(c, "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < ?) "+
			"INSERT INTO remembered(kind, key, until_ms, bytes, data) SELECT 'pages', i, ?, 3, '\"x\"' FROM n", maxRemembered, now.Add(time.Hour).UnixMilli())
	}); err != nil {
		t.Fatal(err)
	}
	put("pages", "last", 1, time.Hour)
	if has("pages", "larger", now) || has("pages", "1", now) || !has("pages", "2", now) || !has("pages", "last", now) || !has("threads", "a", now) {
		t.Error("the number is not bounded, or is that of all kinds")
	}
	if err := o.TrimRemembered(ctx, now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if has("threads", "a", now) {
		t.Error("what is over stays")
	}
}
