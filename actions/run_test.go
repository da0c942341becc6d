package actions_test

import (
	"context"
	"errors"
	"iter"
	"strings"
	"testing"

	"foghorn/actions"
	"foghorn/journal/event"
)

// taken collects the steps of an action, and the error that ended it.
func taken(steps iter.Seq2[actions.Step, error]) (out []actions.Step, err error) {
	for s, e := range steps {
		if err = e; e == nil {
			out = append(out, s)
		}
	}
	return out, err
}

// What may not be done is refused before anything is written.
func TestRunRefusesBeforeItWrites(t *testing.T) {
	d := open(t)
	id := d.alert(d.alarms(1)[0]).ID
	kim := actions.Operator{Person: "kim", Role: actions.RoleOperator, Via: event.ViaChat}
	for name, c := range map[string]struct {
		by     actions.Operator
		action string
		args   actions.Args
		says   string
	}{
		"a viewer":            {actions.Operator{Person: "eve"}, "ack", nil, "needs the role operator"},
		"a viewer's rename":   {actions.Operator{Person: "eve"}, "rename", actions.Args{"name": "x"}, "needs the role operator"},
		"an unknown action":   {kim, "explode", nil, `unknown action "explode"`},
		"an argument missing": {kim, "snooze", nil, "snooze needs for"},
		"too long a snooze":   {kim, "snooze", actions.Args{"for": "200h"}, "from 1m to 168h"},
		"an unknown argument": {kim, "ack", actions.Args{"loudly": "true"}, `no argument "loudly"`},
	} {
		before, err := d.log.Last(d.ctx)
		d.must(err)
		steps, err := taken(d.process(nil).Run(d.ctx, c.by, c.action, actions.AlertTargets(id), c.args))
		after, _ := d.log.Last(d.ctx)
		if err == nil || !strings.Contains(err.Error(), c.says) || len(steps) > 0 || after != before {
			t.Errorf("%s: %d steps, %v, %d records; want %q", name, len(steps), err, after-before, c.says)
		}
	}
}

// Somebody else's alert is taken over on purpose only, and nothing else is done
// meanwhile. What there is nothing to do to is skipped with its reason.
func TestRunTakesOverOnPurposeOnly(t *testing.T) {
	d := open(t)
	alarms := d.alarms(3)
	var ids []int64
	for _, alarm := range alarms {
		ids = append(ids, d.alert(alarm).ID)
	}
	kim := actions.Operator{Person: "kim", Role: actions.RoleOperator, Via: event.ViaChat}
	_, err := taken(d.process(nil).Run(d.ctx, kim, "ack", actions.AlertTargets(ids[0]), nil))
	d.must(err)
	d.project()
	steps, err := taken(d.process(nil).Run(d.ctx, ada, "acknowledge", actions.AlertTargets(ids[:2]...), nil))
	if !errors.Is(err, actions.ErrOthers) || len(steps) > 0 || d.alert(alarms[1]).Owner != "" {
		t.Errorf("%d steps, %v", len(steps), err)
	}
	steps, err = taken(d.process(nil).Run(d.ctx, ada, "ack", actions.AlertTargets(ids[:2]...), actions.Args{"take-over": "true"}))
	d.must(err)
	if a := d.alert(alarms[0]); len(steps) != 2 || steps[0].State != actions.Done || a.Owner != "ada" {
		t.Errorf("%d steps, the owner is %q", len(steps), a.Owner)
	}
	steps, err = taken(d.process(nil).Run(d.ctx, ada, "ack", actions.AlertTargets(ids...), nil))
	d.must(err)
	var states []string
	for _, s := range steps {
		states = append(states, string(s.State)+" "+s.Text)
	}
	if got, want := strings.Join(states, "; "), "skipped {} is already yours; skipped {} is already yours; done "; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// An undo goes by what the activity recorded, and never over what somebody did since.
func TestUndoOfRenamesAndSubscriptions(t *testing.T) {
	d := open(t)
	acts, of := d.process(nil), d.device(0)
	at := []actions.Target{{Kind: actions.OnDevice, ID: string(of.MAC), Source: "acme"}}
	rename := func(name string) event.Activity {
		t.Helper()
		steps, err := taken(acts.Run(d.ctx, ada, "rename", at, actions.Args{"name": name}))
		if err != nil || len(steps) != 1 || steps[0].State != actions.Done || !actions.CanUndo(steps[0].Activity) {
			t.Fatalf("%+v, %v", steps, err)
		}
		return steps[0].Activity
	}
	first := rename("lobby-1")
	steps, err := taken(acts.Undo(d.ctx, ada, []event.Activity{first}))
	d.must(err)
	if len(steps) != 1 || steps[0].State != actions.Done || steps[0].Activity.Undoes != first.ID || d.nameInCloud(of) != of.Name {
		t.Errorf("%+v, in Mist it is %q", steps, d.nameInCloud(of))
	}
	second := rename("lobby-2")
	rename("lobby-3")
	steps, err = taken(acts.Undo(d.ctx, ada, []event.Activity{second}))
	d.must(err)
	if len(steps) != 1 || steps[0].State != actions.Failed || !strings.Contains(steps[0].Text, "renamed to lobby-3 since") || d.nameInCloud(of) != "lobby-3" {
		t.Errorf("%+v", steps)
	}
	channel := []actions.Target{{Kind: actions.OnChannel, ID: "/test", Source: "acme"}}
	steps, err = taken(acts.Run(d.ctx, ada, "subscribe", channel, nil))
	d.must(err)
	d.project()
	_, err = taken(acts.Undo(d.ctx, ada, []event.Activity{steps[0].Activity}))
	d.must(err)
	d.project()
	if subs, err := d.view.Subscriptions(d.ctx); err != nil || len(subs) > 0 {
		t.Errorf("after the undo there are %v (%v)", subs, err)
	}
}

// Reading again changes nothing, so a viewer may, also while nothing may be changed.
func TestAViewerMayRefresh(t *testing.T) {
	acts := open(t).process(func(o *actions.Options) { o.ReadOnly = true })
	var asked string
	acts.OnRefresh(func(_ context.Context, source, site string) error {
		asked = source + "/" + site
		return nil
	})
	steps, err := taken(acts.Run(t.Context(), actions.Operator{}, "refresh", []actions.Target{{Kind: actions.OnSource, Source: "acme", Site: "s1"}}, nil))
	if err != nil || len(steps) != 1 || steps[0].State != actions.Done || asked != "acme/s1" {
		t.Errorf("%+v, %v, asked %q", steps, err, asked)
	}
}
