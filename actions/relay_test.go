package actions_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"foghorn/actions"
	"foghorn/journal/event"
	"foghorn/journal/store"
)

// relays is a desk with an outbox, in which the relay chat ran and was refused two items.
func relays(t *testing.T) (*desk, *store.Outbox, *actions.Actions) {
	t.Helper()
	d := open(t)
	o, err := store.OpenOutbox(t.Context(), t.TempDir(), store.Options{})
	d.must(err)
	t.Cleanup(func() { _ = o.Close() })
	state := event.RelayState{Name: "chat", Kind: "slack", Send: "alerts"}
	d.must(o.BeginRelay(t.Context(), state, false))
	d.must(o.CommitRelay(t.Context(), &store.OutboxCommit{State: state, Letters: []event.DeadLetter{
		{Relay: "chat", AlertID: 10000, State: event.LetterDead, Answer: "400"}, {Relay: "chat", AlertID: 20000, State: event.LetterParked, Answer: "413"},
	}}))
	return d, o, d.process(func(opt *actions.Options) { opt.Relays = o })
}

// said takes an action on relays and returns what became of each, in a line.
func said(t *testing.T, d *desk, a *actions.Actions, action string, args actions.Args, names ...string) (acts []event.Activity, lines string) {
	t.Helper()
	var targets []actions.Target
	for _, name := range names {
		targets = append(targets, actions.RelayTarget(name))
	}
	var out []string
	for step, err := range a.Run(t.Context(), actions.Operator{Person: "ada", Role: actions.RoleOperator, Via: event.ViaCLI}, action, targets, args) {
		d.must(err)
		out = append(out, string(step.State)+": "+step.Text)
		if step.Activity.ID != 0 {
			acts = append(acts, step.Activity)
		}
	}
	return acts, strings.Join(out, "\n")
}

// A pause is in the log with who and why, holds until it is resumed, and can be taken
// back unless somebody did so meanwhile.
func TestARelayIsPausedAndResumed(t *testing.T) {
	t.Parallel()
	d, o, a := relays(t)
	paused := func() string {
		r, err := o.Relay(t.Context(), "chat")
		d.must(err)
		return r.PausedBy
	}
	acts, text := said(t, d, a, event.ActionRelayPause, actions.Args{"reason": "it moves"}, "chat")
	if text != "done: paused chat" || paused() != "ada" {
		t.Errorf("%s, by %q", text, paused())
	}
	if got := acts[0]; got.Target != "relay:chat" || got.Reason != "it moves" || got.Before != "running" || got.After != "paused" {
		t.Errorf("activity: %+v", got)
	}
	if _, text := said(t, d, a, event.ActionRelayPause, nil, "chat", "nosuch"); text != "skipped: {} is paused already, by ada\nfailed: relay nosuch: no relay of that name has run; foghorn relay list names those that have" {
		t.Errorf("again: %s", text)
	}
	if !actions.CanUndo(acts[0]) {
		t.Fatal("a pause cannot be undone")
	}
	undo := func() string {
		var out []string
		for step, err := range a.Undo(t.Context(), actions.Operator{Person: "max", Role: actions.RoleOperator}, acts) {
			d.must(err)
			out = append(out, string(step.State)+": "+step.Text)
		}
		return strings.Join(out, "\n")
	}
	if got := undo(); got != "done: resumed chat" || paused() != "" {
		t.Errorf("undo: %s, %q", got, paused())
	}
	if got := undo(); got != "failed: relay chat is running already" {
		t.Errorf("undo again: %s", got)
	}
	if _, text := said(t, d, a, event.ActionRelayResume, nil, "chat"); text != "skipped: {} is not paused" {
		t.Errorf("resume: %s", text)
	}
}

// Another try is asked for by ids, or of all letters; what is no letter changes nothing.
func TestDeadLettersAreTriedAgain(t *testing.T) {
	t.Parallel()
	d, o, a := relays(t)
	waiting := func() (ids []int64) {
		letters, err := o.Letters(t.Context(), "chat", 9, event.LetterRetry)
		d.must(err)
		for _, l := range letters {
			ids = append(ids, l.ID)
		}
		return ids
	}
	for _, c := range []struct{ letters, want string }{
		{"7", "failed: relay chat has no dead letter 7 that waits; foghorn relay dead chat lists them"},
		{"x", `failed: "x" is not the id of a dead letter, which is a number such as 12`},
	} {
		if acts, text := said(t, d, a, event.ActionRelayRetry, actions.Args{"letters": c.letters}, "chat"); text != c.want || len(acts) > 0 || len(waiting()) > 0 {
			t.Errorf("%s: %s, %v, %v", c.letters, text, acts, waiting())
		}
	}
	acts, text := said(t, d, a, event.ActionRelayRetry, actions.Args{"letters": "2"}, "chat")
	if text != "done: relay chat tries 1 dead letter again" || acts[0].After != "dead letters 2" || !slices.Equal(waiting(), []int64{2}) {
		t.Errorf("%s, %+v, %v", text, acts, waiting())
	}
	if _, text := said(t, d, a, event.ActionRelayRetry, nil, "chat"); text != "done: relay chat tries 1 dead letter again" || len(waiting()) != 2 {
		t.Errorf("all: %s, %v", text, waiting())
	}
	if _, text := said(t, d, a, event.ActionRelayRetry, nil, "chat"); text != "skipped: {} has no dead letters" {
		t.Errorf("none: %s", text)
	}
}

// Who may only look changes no relay, and a process without relays says so.
func TestRelaysAreForOperators(t *testing.T) {
	t.Parallel()
	d, _, a := relays(t)
	for _, err := range a.Run(t.Context(), actions.Operator{Person: "eve", Role: actions.RoleViewer}, event.ActionRelayPause, []actions.Target{actions.RelayTarget("chat")}, nil) {
		if err == nil || !strings.Contains(err.Error(), "needs the role operator") {
			t.Errorf("a viewer: %v", err)
		}
	}
	if _, text := said(t, d, d.process(nil), event.ActionRelayPause, nil, "chat"); text != "failed: relay chat: no relay has run here yet; start one with a collector: foghorn serve" {
		t.Errorf("without relays: %s", text)
	}
}

// When it cannot be carried out, the log says so too.
func TestAPauseThatFailsIsRecorded(t *testing.T) {
	t.Parallel()
	d, _, _ := relays(t)
	_, o, _ := relays(t)
	a := d.process(func(opt *actions.Options) { opt.Relays = broken{o} })
	acts, text := said(t, d, a, event.ActionRelayPause, nil, "chat")
	if text != "failed: the disk is full" {
		t.Fatal(text)
	}
	d.must(d.proj.CatchUp(t.Context(), nil))
	got, err := d.view.ActivitiesByID(t.Context(), acts[0].ID)
	d.must(err)
	if len(got) != 1 || got[0].Sync.State != event.SyncFailed || got[0].Sync.Reason != "the disk is full" {
		t.Errorf("activity: %+v", got)
	}
}

// broken is an outbox that takes nothing.
type broken struct{ *store.Outbox }

func (broken) PauseRelay(context.Context, string, string, *time.Time) error {
	return errors.New("the disk is full")
}
