package chatops_test

import (
	"strings"
	"testing"
	"time"

	"foghorn/chatops"
	"foghorn/config"
	"foghorn/journal/event"
	"foghorn/mist/mistsim"
)

// pair adds a second admin, so that what disrupts needs two people.
func (d *desk) pair() {
	d.chat.Users = append(d.chat.Users, config.ChatUser{Workspace: "noc", ID: abe, Person: "abe", Role: config.ChatAdmin, Token: config.NewSecret(mistsim.AdminToken)})
}

func TestARestartIsProposedAndConfirmed(t *testing.T) {
	d := open(t)
	c := d.serve()
	site := d.cloud.Org().Sites[0]
	ap := site.OfType("ap")[0]
	m := d.ask(c, otto, "restart "+ap.Name)
	for _, want := range []string{"Restart " + ap.Name + "?", "It hits 1 wireless client right now.", "phone-of-" + site.ID[:4], "Requested by otto. Confirm within 5 minutes."} {
		if !strings.Contains(text(m), want) {
			t.Errorf("no %q in %s", want, text(m))
		}
	}
	if b := d.button(m, "confirm"); !b.Danger || m.Ephemeral {
		t.Errorf("%+v, ephemeral %v", b, m.Ephemeral)
	}
	if got := d.activities(event.ActionRestart); len(got) > 0 {
		t.Fatalf("restarted before it was confirmed: %+v", got)
	}
	// There is one admin, so the one who asked may confirm.
	done := d.press(c, otto, d.button(m, "confirm"))
	if !done.Replace || !strings.Contains(text(done), "Mist accepted the restart of "+ap.Name+"; job 1 watches") || !done.Follows {
		t.Errorf("%+v", done)
	}
	// The end of that job is told to the one who asked, and is the result of the activity.
	j := d.jobs.started[0]
	if j.Kind != event.JobFollow || j.Actor != "otto" || j.Args[event.JobArgActivity] == "" || !strings.Contains(j.Reply, otto) {
		t.Errorf("%+v", j)
	}
	got := d.activities(event.ActionRestart)
	if len(got) != 1 || got[0].Actor != "otto" || got[0].Via != event.ViaChat {
		t.Errorf("%+v", got)
	}
	// A second click, a cancel and an invented one do nothing, and are audited.
	for _, b := range []chatops.Button{d.button(m, "confirm"), d.button(m, "cancel"), {Action: "confirm", Value: "x"}, {Action: "confirm"}, {Action: "reboot", Value: "x"}} {
		m := d.press(c, otto, b)
		if a := d.audit(); a.Outcome != event.ChatUnauthorized || !strings.HasPrefix(a.Command, "click "+b.Action) || !m.Ephemeral {
			t.Errorf("%+v: %+v", b, a)
		}
	}
	if got := d.activities(event.ActionRestart); len(got) != 1 {
		t.Errorf("restarted again: %+v", got)
	}
}

func TestTwoAdminsMeanTwoPeople(t *testing.T) {
	d := open(t)
	d.pair()
	c := d.serve()
	sw := d.cloud.Org().Sites[0].OfType("switch")[0]
	m := d.ask(c, ada, "bounce "+sw.Name+" ge-0/0/1")
	if !strings.Contains(text(m), "A second person must confirm") || !strings.Contains(text(m), "does not know wired clients") {
		t.Error(text(m))
	}
	for user, want := range map[string]string{ada: "a second person must confirm", vera: "needs the role operator", nobody: "does not know you", sid: "can no longer be confirmed"} {
		if m := d.press(c, user, d.button(m, "confirm")); d.audit().Outcome != event.ChatUnauthorized || !strings.Contains(text(m), want) {
			t.Errorf("%s: %s", user, text(m))
		}
	}
	if done := d.press(c, abe, d.button(m, "confirm")); d.audit().Outcome != event.ChatSuccess {
		t.Fatal(text(done))
	}
	if j := d.jobs.started[0]; j.Actor != "ada" || !strings.Contains(j.Reply, ada) || j.Args[event.JobArgPorts] != "ge-0/0/1" {
		t.Errorf("followed by %+v", j)
	}
	got := d.activities(event.ActionBounce)
	if len(got) != 1 || got[0].Actor != "ada" || got[0].Reason != "confirmed by abe" || got[0].After != "ge-0/0/1" {
		t.Errorf("%+v", got)
	}
}

func TestAProposalEnds(t *testing.T) {
	for name, c := range map[string]struct {
		before func(d *desk, c *chatops.Core, m *chatops.Message)
		want   string
	}{
		"after 5 minutes": {func(d *desk, _ *chatops.Core, _ *chatops.Message) { d.clock.Advance(5 * time.Minute) }, "it expired"},
		"when it is canceled": {func(d *desk, c *chatops.Core, m *chatops.Message) {
			if m := d.press(c, ada, d.button(m, "cancel")); !m.Replace || !strings.Contains(text(m), "Nothing was done") {
				d.t.Error(text(m))
			}
		}, "can no longer be confirmed"},
		"when the asker is removed": {func(d *desk, c *chatops.Core, _ *chatops.Message) {
			d.chat.Users = d.chat.Users[2:]
			c.Use(chatops.NewDirectory(d.chat))
		}, "is no longer allowed to do it"},
	} {
		t.Run(name, func(t *testing.T) {
			d := open(t)
			core := d.serve()
			m := d.ask(core, otto, "restart "+d.cloud.Org().Sites[0].OfType("ap")[0].Name)
			c.before(d, core, m)
			if m := d.press(core, ada, d.button(m, "confirm")); d.audit().Outcome != event.ChatUnauthorized || !strings.Contains(text(m), c.want) {
				t.Error(text(m))
			}
			if got := d.activities(event.ActionRestart); len(got) > 0 {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestWhatCannotBeProposed(t *testing.T) {
	d := open(t)
	c := d.serve()
	ap := d.cloud.Org().Sites[0].OfType("ap")[0].Name
	sw := d.cloud.Org().Sites[0].OfType("switch")[0].Name
	for typed, want := range map[string]string{
		"bounce " + ap + " ge-0/0/1": "has no ports", "bounce " + sw + " ae0": "ae0 cannot be bounced", "bounce " + sw: "bounce <device> <port>", "restart": "restart <device>",
		"restart " + ap + " nosuch": "no device", "restart" + strings.Repeat(" "+ap, 21): "one command takes 20",
	} {
		if m := d.ask(c, otto, typed); d.audit().Outcome != event.ChatError || !strings.Contains(text(m), want) || len(m.Buttons) > 0 {
			t.Errorf("%q: %s", typed, text(m))
		}
	}
}

// Several alerts at once are proposed too.
func TestBulkIsProposed(t *testing.T) {
	d := open(t)
	c := d.serve()
	ids := d.alarms(3)
	m := d.ask(c, otto, "ack "+strings.Join(ids, ",")+" all mine")
	if !strings.Contains(text(m), "Ack 3 alerts?") || len(d.activities(event.ActionAck)) > 0 {
		t.Fatal(text(m))
	}
	d.press(c, ada, d.button(m, "confirm"))
	acts := d.activities(event.ActionAck)
	if len(acts) != 3 || acts[0].Actor != "otto" || acts[0].Reason != "all mine" {
		t.Errorf("%+v", acts)
	}
}

// An alert that somebody has is taken over by a click of whoever wants it.
func TestAnAlertIsTakenOver(t *testing.T) {
	d := open(t)
	c := d.serve()
	id := d.alarms(1)[0]
	d.ask(c, otto, "ack "+id)
	d.project()
	m := d.ask(c, ada, "ack "+id)
	if !strings.Contains(text(m), "Someone else has acknowledged "+id) {
		t.Fatal(text(m))
	}
	if m := d.press(c, vera, d.button(m, "take")); d.audit().Outcome != event.ChatUnauthorized {
		t.Error(text(m))
	}
	d.press(c, ada, d.button(m, "take"))
	if acts := d.activities(event.ActionAck); len(acts) != 2 || acts[1].Actor != "ada" {
		t.Errorf("%+v", acts)
	}
}

// Names stay as they are, whatever they begin with.
func TestNamesStayAsTheyAre(t *testing.T) {
	d := open(t)
	c := d.serve()
	ap := d.cloud.Org().Sites[0].OfType("ap")[0]
	if m := d.ask(c, ada, "locate "+ap.Name); !strings.HasPrefix(text(m), ap.Name+" blinks") {
		t.Error(text(m))
	}
	if m := d.ask(c, ada, `rename `+ap.Name+` "über 1"`); !strings.Contains(text(m), "renamed "+ap.Name+" to über 1") {
		t.Error(text(m))
	}
	// A name that another device has is asked about first.
	other := d.cloud.Org().Sites[0].OfType("switch")[0]
	m := d.ask(c, ada, `rename "`+ap.MAC+`" `+other.Name)
	if !strings.Contains(text(m), " to "+other.Name+"?") || !strings.Contains(text(m), "has that name already") || len(m.Buttons) != 2 {
		t.Error(text(m))
	}
}

// An answer says what the alert has now: a note that is gone, the end of a snooze, and
// that it is over.
func TestAnswersSayWhatAnAlertHasNow(t *testing.T) {
	d := open(t)
	c, id := d.serve(), d.alarms(1)[0]
	for typed, want := range map[string]string{"note " + id: "Note cleared: " + id, "snooze " + id + " 4h": "Snoozed until "} {
		if m := d.ask(c, otto, typed); !strings.HasPrefix(text(m), want) {
			t.Errorf("%s: %s", typed, text(m))
		}
	}
	if m := d.ask(c, otto, "why "+id); m.Severity != "warn" {
		t.Errorf("an alert that goes on: %s %s", m.Severity, text(m))
	}
	alert, err := event.ParseID(id)
	d.must(err)
	closed, err := event.ActivityRecord(event.Activity{Time: d.clock.Now(), Actor: "otto", Via: event.ViaCLI, Action: event.ActionClose, Target: event.AlertTarget(alert), Reason: "removed"})
	d.must(err)
	_, err = d.log.Append(d.ctx, closed)
	d.must(err)
	d.project()
	if m := d.ask(c, otto, "why "+id); m.Severity != "info" {
		t.Errorf("an alert that is over: %s %s", m.Severity, text(m))
	}
}
