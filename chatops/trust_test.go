package chatops_test

import (
	"strings"
	"testing"

	"foghorn/chatops"
	"foghorn/config"
	"foghorn/journal/event"
)

func TestAStrangerGetsTheLinesToAdd(t *testing.T) {
	d := open(t)
	c := d.serve()
	m := d.ask(c, nobody, "status ap-1")
	for _, want := range []string{`workspace = "noc"`, `id = "` + nobody + `"`, `person = "eve.x"`, `role = "viewer"`} {
		if !m.Ephemeral || !strings.Contains(text(m), want) {
			t.Errorf("ephemeral %v, without %s: %s", m.Ephemeral, want, text(m))
		}
	}
	if a := d.audit(); a.Outcome != event.ChatUnauthorized || a.User != nobody || a.Person != "" || a.Command != "/foghorn status ap-1" || a.Channel != "C0OPERATIONS" || a.Workspace != "noc" || a.Platform != "slack" {
		t.Errorf("%+v", a)
	}
	// The lines are valid, and let them in.
	d.chat.Users = append(d.chat.Users, config.ChatUser{Workspace: "noc", ID: nobody, Person: "eve", Role: config.ChatViewer})
	c.Use(chatops.NewDirectory(d.chat))
	if m := d.ask(c, nobody, "help"); !strings.Contains(text(m), "/foghorn status") {
		t.Error(text(m))
	}
}

// Each command is for a role and those above it; nobody below gets as far as the cloud.
func TestEveryCommandAsEachRole(t *testing.T) {
	d := open(t)
	c := d.serve()
	id := d.alarms(1)[0]
	ap := d.cloud.Org().Sites[0].OfType("ap")[0].Name
	sw := d.cloud.Org().Sites[0].OfType("switch")[0].Name
	d.found = []chatops.Found{{Source: "acme", Type: "wlans", Name: "corp", Text: "vlan 20"}}
	const viewer, operator = 0, 1
	for _, cmd := range []struct {
		typed string
		role  int
	}{
		{"help", viewer}, {"help ack", viewer}, {"", viewer}, {"status " + ap, viewer}, {"alerts", viewer}, {"alerts sev>=warn", viewer}, {"why " + id, viewer},
		{"handover 8h", viewer}, {`search "vlan 20"`, viewer}, {"ping " + ap, viewer}, {"jobs", viewer}, {"jobs 1", viewer},
		{"backup " + ap, operator}, {"backup acme", operator}, {"backup org", operator}, {"note " + id + " vendor case", operator}, {"ack " + id + " on it --take", operator}, {"snooze " + id + " 4h", operator},
		{"locate " + ap, operator}, {"locate " + ap + " stop", operator}, {"restart " + ap, operator}, {"bounce " + sw + " ge-0/0/1", operator}, {"rename " + ap + " lobby", operator},
	} {
		for role, user := range []string{vera, otto, ada} {
			m := d.ask(c, user, strings.Replace(cmd.typed, "lobby", "lobby-"+user, 1))
			d.project()
			a := d.audit()
			may := role >= cmd.role
			owned := strings.HasPrefix(cmd.typed, "ack") && user == ada // otto has it then
			switch {
			case !may && (a.Outcome != event.ChatUnauthorized || !m.Ephemeral || !strings.Contains(text(m), "needs the role")):
				t.Errorf("%q by %s: %s, %s", cmd.typed, a.Person, a.Outcome, text(m))
			case may && !owned && a.Outcome != event.ChatSuccess:
				t.Errorf("%q by %s: %s, %s", cmd.typed, a.Person, a.Outcome, text(m))
			}
		}
	}
}

// Two customers use one foghorn: neither learns that the other is there.
func TestNobodySeesAnothersOrganization(t *testing.T) {
	d := open(t)
	c := d.serve()
	id := d.alarms(1)[0]
	ap := d.cloud.Org().Sites[0].OfType("ap")[0].Name
	d.found = []chatops.Found{{Source: "acme", Type: "wlans", Name: "corp", Text: "vlan 20"}}
	d.ask(c, otto, "ping "+ap) // job 1
	proposed := d.ask(c, otto, "restart "+ap)
	beta := func(typed string, click *chatops.Click) (*chatops.Message, event.ChatCall) {
		call := d.call(ada, typed)
		call.Workspace, call.Platform, call.Click = "beta", config.ChatMattermost, click
		m := d.accept(c, call)
		return m, d.audit()
	}
	for typed, want := range map[string]string{
		"status " + ap: "no device", "why " + id: "there is no alert", "ack " + id: "there is no alert", "alerts": "No alert.", "alerts source:acme or id>0": "No alert",
		"alerts ) or (id>0": "", "search vlan": "No backed-up configuration", "jobs 1": "there is no job 1", "jobs": "There are no jobs.", "backup acme": "not one of your organizations", "sle": "no service level",
		"restart " + ap: "no device", "handover": "0 alerts", "ping " + ap: "no device", "rename " + ap + " x": "no device",
	} {
		m, _ := beta(typed, nil)
		if got := text(m); !strings.Contains(got, want) || strings.Contains(got, "rogue") || strings.Contains(got, d.cloud.Org().Sites[0].Name) {
			t.Errorf("%q: %s, want %q", typed, got, want)
		}
	}
	confirm := d.button(proposed, "confirm")
	if m, a := beta("", &chatops.Click{Action: confirm.Action, Value: confirm.Value}); a.Outcome != event.ChatUnauthorized || !strings.Contains(text(m), "can no longer be confirmed") {
		t.Errorf("a click of another workspace: %s, %s", a.Outcome, text(m))
	}
	if got := d.activities(event.ActionRestart); len(got) > 0 {
		t.Errorf("restarted: %+v", got)
	}
}

// Somebody who has one site sees nothing of the others, or of the organization.
func TestALimitOfSitesHolds(t *testing.T) {
	d := open(t)
	c := d.serve()
	id := d.alarms(1)[0] // at the first site
	first, second := d.cloud.Org().Sites[0].OfType("ap")[0].Name, d.cloud.Org().Sites[1].OfType("ap")[0].Name
	d.found = []chatops.Found{{Source: "acme", Type: "orgs", Name: "acme", Text: "vlan 20"}}
	for typed, want := range map[string]string{
		"status " + first: "no device", "status " + second: "connected", "why " + id: "there is no alert", "alerts": "No alert.", "restart " + first: "no device", "restart " + second: "Restart",
		"backup acme": "not the whole organization", "search vlan": "No backed-up configuration", "backup " + d.cloud.Org().Sites[1].Name: "Job 1",
	} {
		if got := text(d.ask(c, sid, typed)); !strings.Contains(got, want) {
			t.Errorf("%q: %s, want %q", typed, got, want)
		}
	}
}

func TestChannelsCanBeLimited(t *testing.T) {
	d := open(t)
	d.chat.Channels = config.ChannelsListed
	d.chat.Listed = []config.ChatChannel{{Workspace: "noc", ID: "C0OPERATIONS", Commands: true}, {Workspace: "noc", ID: "C0ALERTS", Commands: false}}
	c := d.serve()
	for channel, want := range map[string]string{"C0OPERATIONS": event.ChatSuccess, "C0ALERTS": event.ChatUnauthorized, "D0ELSEWHERE": event.ChatUnauthorized} {
		call := d.call(vera, "alerts")
		call.Channel = channel
		m := d.accept(c, call)
		if a := d.audit(); a.Outcome != want {
			t.Errorf("%s: %s, %s", channel, a.Outcome, text(m))
		}
	}
	d.chat.Channels = config.ChannelsAll
	c.Use(chatops.NewDirectory(d.chat))
	call := d.call(vera, "alerts")
	call.Channel = "C0ALERTS"
	if d.accept(c, call); d.audit().Outcome != event.ChatUnauthorized {
		t.Error("a channel that is listed without commands takes them")
	}
}

// A change in Mist is made with the person's own token, or not at all.
func TestChangesNeedTheirOwnToken(t *testing.T) {
	d := open(t)
	c := d.serve()
	id := d.alarms(1)[0]
	ap := d.cloud.Org().Sites[0].OfType("ap")[0].Name
	for _, typed := range []string{"ack " + id, "locate " + ap, "restart " + ap} {
		if m := d.ask(c, olga, typed); d.audit().Outcome != event.ChatUnauthorized || !strings.Contains(text(m), "your own Mist token") {
			t.Errorf("%q: %s", typed, text(m))
		}
	}
	if m := d.ask(c, olga, "note "+id+" seen"); d.audit().Outcome != event.ChatSuccess {
		t.Errorf("a note needs no token: %s", text(m))
	}
	d.chat.Writes = config.WritesService
	c.Use(chatops.NewDirectory(d.chat))
	if m := d.ask(c, olga, "ack "+id); d.audit().Outcome != event.ChatSuccess {
		t.Errorf("with writes = service: %s", text(m))
	}
	if acts := d.activities(event.ActionAck); len(acts) != 1 || acts[0].Actor != "olga" || acts[0].Via != event.ViaChat {
		t.Errorf("%+v", acts)
	}
}

func TestWhatThePlatformTurnedAwayIsAudited(t *testing.T) {
	d := open(t)
	c := d.serve()
	c.Refused(d.ctx, chatops.Call{Platform: "slack", Workspace: "noc", Text: strings.Repeat("x", 9000)}, "the signature is wrong")
	a := d.audit()
	if a.Outcome != event.ChatUnauthorized || a.Text != "the signature is wrong" || len([]rune(a.Command)) != 255 {
		t.Errorf("%d characters: %+v", len([]rune(a.Command)), a)
	}
	for range 200 { // a flood leaves the audit's older rows in place
		c.Refused(d.ctx, chatops.Call{Platform: "slack"}, "no")
	}
	rows, err := d.outbox.Calls(d.ctx, 0, 1000)
	if err != nil || len(rows) > 110 {
		t.Errorf("%d rows, %v", len(rows), err)
	}
}
