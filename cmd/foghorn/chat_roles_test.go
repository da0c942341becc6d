package main

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/exp/golden"

	"foghorn/journal/event"
)

// chatCase is a command that everybody tries.
type chatCase struct {
	name string
	// types returns what to type after /foghorn; what it is about is left to the attempt.
	types func(a *attempt) string
	// click is what is done with the proposal of a restart that the operator asked for,
	// in place of typing something.
	click string
}

// attempt is one person on one platform who tries a command.
type attempt struct {
	*rolesTable
	role       *chatRole
	mattermost bool
}

// rolesTable is what everybody may do, found out by trying.
type rolesTable struct {
	*chattingOrganization
	free  []string // alerts that nobody touched
	aps   []string // names of access points
	sw    string
	port  string
	cells map[string][]string // by case, in the order of roles and platforms
	calls []audited           // what the audit has to have
	jobs  []string            // channels of calls that began a job
}

// alert is one that nobody touched yet.
func (r *rolesTable) alert() string {
	id := r.free[0]
	r.free = r.free[1:]
	return id
}

// toRename is an access point that nothing else is about: one for each who may rename it,
// on each platform.
func (a *attempt) toRename() string {
	i := len(a.aps) - 1
	if a.mattermost {
		i--
	}
	if a.role.name == "admin" {
		i -= 2
	}
	return a.aps[i]
}

func typing(text string) func(*attempt) string { return func(*attempt) string { return text } }

// chatCases are all commands, and what is none.
var chatCases = []chatCase{
	{name: "help", types: typing("help")},
	{name: "help COMMAND", types: typing("help ack")},
	{name: "(nothing)", types: typing("")},
	{name: "(no command)", types: typing("fly me to the moon")},
	{name: "status", types: func(a *attempt) string { return "status " + a.aps[0] }},
	{name: "alerts", types: typing("alerts sev>=warn")},
	{name: "why", types: func(a *attempt) string { return "why " + a.free[0] }},
	{name: "handover", types: typing("handover 8h")},
	{name: "sle", types: typing("sle")},
	{name: "backup", types: func(a *attempt) string { return "backup " + a.aps[1] }},
	{name: "search", types: func(a *attempt) string { return `search "` + a.aps[1] + `"` }},
	{name: "ping", types: func(a *attempt) string { return "ping " + a.aps[2] + " 192.0.2.1" }},
	{name: "jobs", types: typing("jobs")},
	{name: "jobs ID", types: typing("jobs 1")},
	{name: "ack", types: func(a *attempt) string { return "ack " + a.alert() + " on it" }},
	{name: "ack of two", types: func(a *attempt) string { return "ack " + a.free[0] + "," + a.free[1] }},
	{name: "note", types: func(a *attempt) string { return "note " + a.alert() + " vendor case 2026-1123" }},
	{name: "snooze", types: func(a *attempt) string { return "snooze " + a.alert() + " 4h" }},
	{name: "locate", types: func(a *attempt) string { return "locate " + a.aps[2] }},
	{name: "locate stop", types: func(a *attempt) string { return "locate " + a.aps[2] + " stop" }},
	{name: "bounce", types: func(a *attempt) string { return "bounce " + a.sw + " " + a.port }},
	{name: "restart", types: func(a *attempt) string { return "restart " + a.aps[3] }},
	{name: "confirm", click: "confirm"},
	{name: "cancel", click: "cancel"},
	{name: "rename", types: func(a *attempt) string {
		return fmt.Sprintf("rename %s \"%s's on %s\"", a.toRename(), a.role.name, a.platform())
	}},
}

// Everybody tries everything, on both platforms, against the real program.
func TestWhatEachRoleMayDoInAChat(t *testing.T) {
	t.Parallel()
	r := &rolesTable{chattingOrganization: newChattingOrganization(t, 60, ""), cells: map[string][]string{}}
	r.free = r.alerts(t)
	site := r.Org().Sites[0]
	eventually(t, "the devices are known", func() bool { return len(r.devices(t, "site:"+site.Name)) == len(site.Devices) })
	eventually(t, "service levels are known", func() bool { return r.run(t, "sle").code == 0 })
	for _, d := range site.Devices {
		switch d.Type {
		case "ap":
			r.aps = append(r.aps, d.Name)
		case "switch":
			r.sw = d.Name
		}
	}
	r.port = site.OfType("ap")[0].Port
	for i := range chatCases {
		for _, mattermost := range []bool{false, true} {
			for j := range chatRoles {
				r.try(t, &chatCases[i], &attempt{rolesTable: r, role: &chatRoles[j], mattermost: mattermost})
			}
		}
		r.jobsEnd(t)
	}
	r.audited(t)
	r.inOrder(t)
	r.byTheirTokens(t)
	golden.RequireEqual(t, r.table())
	r.asDocumented(t)
}

// byTheirTokens fails unless the cloud knows who changed what there.
func (r *rolesTable) byTheirTokens(t *testing.T) {
	t.Helper()
	for path, want := range map[string]string{
		"/orgs/:org/logs --jq .results[]|.admin_name+\":\"+.message": `ada:Update Device "admin's on mattermost"
ada:Update Device "admin's on slack"
otto:Update Device "operator's on mattermost"
otto:Update Device "operator's on slack"
`,
		"/orgs/:org/alarms/search -f acked=true --jq .results[]|.ack_admin_name": "ada\nada\notto\notto\n",
	} {
		got := slices.Sorted(strings.Lines(r.run(t, append([]string{"api", "GET"}, strings.Fields(path)...)...).out))
		if strings.Join(got, "") != want {
			t.Errorf("in the cloud %s is %q", path, got)
		}
	}
}

// try has one person try one command, and notes what came of it.
func (r *rolesTable) try(t *testing.T, c *chatCase, a *attempt) {
	t.Helper()
	var got chatAnswer
	channel := r.channel(a.mattermost)
	text := ""
	switch {
	case c.click != "":
		got, text = a.click(t, channel, c.click)
	case a.mattermost:
		text = c.types(a)
		got = r.onMattermost(t, channel, a.role.mattermost, text)
	default:
		text = c.types(a)
		got = r.onSlack(t, "slash_commands", r.slack.Command(channel, a.role.slack, "/foghorn", text))
	}
	if c.click == "" {
		text = strings.TrimSpace("/foghorn " + text)
	}
	row := r.lastAudited(t)
	r.calls = append(r.calls, audited{Outcome: row.Outcome, Platform: a.platform(), User: a.user(), Person: a.role.person, Command: text})
	cell := "yes"
	switch {
	case row.Outcome == event.ChatUnauthorized:
		cell = "no"
		if !got.private {
			t.Errorf("%s: everybody sees that %s is refused: %s", c.name, a.user(), got.text)
		}
		if a.role.person == "" && !strings.Contains(got.text, a.user()) {
			t.Errorf("%s: the refusal has no line to paste: %s", c.name, got.text)
		}
	case row.Outcome == event.ChatError:
		cell = "error"
		t.Logf("%s by %s on %s: %s", c.name, a.role.name, a.platform(), got.text)
	case row.Job != nil:
		cell = "job"
		if c.click == "" { // a restart is watched for longer than this test lasts
			r.jobs = append(r.jobs, channel)
		}
	case got.buttons["confirm"].Value != "":
		cell = "proposed"
	}
	r.cells[c.name] = append(r.cells[c.name], cell)
}

func (a *attempt) platform() string {
	if a.mattermost {
		return "mattermost"
	}
	return "slack"
}

func (a *attempt) user() string {
	if a.mattermost {
		return a.role.mattermost
	}
	return a.role.slack
}

// click has the operator ask for a restart, and somebody press a button below that.
func (a *attempt) click(t *testing.T, channel, button string) (chatAnswer, string) {
	t.Helper()
	asker := attempt{rolesTable: a.rolesTable, role: &chatRoles[1], mattermost: a.mattermost}
	restart := "restart " + a.aps[3]
	var asked chatAnswer
	if a.mattermost {
		asked = a.onMattermost(t, a.channel(a.mattermost), asker.role.mattermost, restart)
	} else {
		asked = a.onSlack(t, "slash_commands", a.slack.Command(a.channel(a.mattermost), asker.role.slack, "/foghorn", restart))
	}
	a.calls = append(a.calls, audited{Outcome: event.ChatSuccess, Platform: a.platform(), User: asker.user(), Person: asker.role.person, Command: "/foghorn " + restart})
	b := asked.buttons[button]
	if b.Value == "" {
		t.Fatalf("the proposal has no %s: %s", button, asked.text)
	}
	text := "click " + button + " " + b.Value
	if a.mattermost {
		return a.onMattermost(t, channel, a.role.mattermost, button+" "+b.Value), text
	}
	return a.onSlack(t, "interactive", a.slack.Click(channel, a.role.slack, "", b)), text
}

// lastAudited is the row of the last call.
func (r *rolesTable) lastAudited(t *testing.T) audited {
	t.Helper()
	return list[audited](t, "chatops", "audit", "--limit", "1", "--data", r.dir, "--config", r.config)[0]
}

// jobsEnd waits until the end of each job is told where it was asked for.
func (r *rolesTable) jobsEnd(t *testing.T) {
	t.Helper()
	for _, channel := range r.jobs {
		var told []string
		soon(t, "the end of a job", func() bool {
			told = nil
			for _, m := range r.slack.Messages(channel) {
				if m.Thread != "" {
					told = append(told, strings.Join(m.Lines, "\n"))
				}
			}
			for _, text := range r.posts(channel) {
				if !strings.Contains(text, "follows here") { // which announces it
					told = append(told, text)
				}
			}
			return len(told) > 0
		})
		if all := strings.Join(told, "\n"); !strings.Contains(all, "done") {
			t.Errorf("a job ended so: %s", all)
		}
	}
	r.jobs = nil
}

// audited compares the audit with the calls: all of them, and nothing else.
func (r *rolesTable) audited(t *testing.T) {
	t.Helper()
	got := r.audit(t)
	if len(got) != len(r.calls) {
		t.Errorf("%d calls are audited as %d", len(r.calls), len(got))
	}
	for i := range min(len(got), len(r.calls)) {
		row, want := got[i], r.calls[i]
		if row.Text == "" {
			t.Errorf("nothing is audited of the answer: %+v", row)
		}
		row.Text, row.Job = "", nil
		if row != want {
			t.Errorf("audited as %+v, want %+v", row, want)
		}
	}
}

// table is what everybody may do.
func (r *rolesTable) table() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-14s", "")
	for _, platform := range []string{"slack", "mattermost"} {
		for _, role := range chatRoles {
			fmt.Fprintf(&b, "%-21s", platform+" "+role.name)
		}
	}
	b.WriteString("\n")
	for _, c := range chatCases {
		fmt.Fprintf(&b, "%-14s", c.name)
		for _, cell := range r.cells[c.name] {
			fmt.Fprintf(&b, "%-21s", cell)
		}
		b.WriteString("\n")
	}
	return regexp.MustCompile(`(?m) +$`).ReplaceAllString(b.String(), "")
}

// asDocumented compares the table with that of docs/CHATOPS.md.
func (r *rolesTable) asDocumented(t *testing.T) {
	t.Helper()
	text, err := os.ReadFile("../../docs/CHATOPS.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text2, _ := strings.Cut(string(text), "| command | what it does | viewer | operator | admin |")
	rows, _, _ := strings.Cut(text2, "\n\n")
	seen := 0
	for row := range strings.Lines(rows) {
		columns := strings.Split(strings.ReplaceAll(strings.TrimSpace(row), `\|`, "/"), "|")
		if len(columns) < 6 || !strings.Contains(columns[1], "`") {
			continue
		}
		for _, m := range regexp.MustCompile("`([a-z]+( cancel)?)").FindAllStringSubmatch(columns[1], -1) {
			if m[2] != "" {
				continue // whose own it is says who may: chatops tries that
			}
			cells := r.cells[m[1]]
			if cells == nil {
				t.Errorf("docs/CHATOPS.md has %s, which nobody tried", m[1])
				continue
			}
			seen++
			for i := range cells {
				documented := i%len(chatRoles) < 3 && strings.TrimSpace(columns[3+i%len(chatRoles)]) == "yes"
				if tried := cells[i] != "no"; tried != documented {
					t.Errorf("%s by %s: documented %t, tried %t", m[1], chatRoles[i%len(chatRoles)].name, documented, tried)
				}
			}
		}
	}
	if commands := slices.DeleteFunc(slices.Clone(chatCases), func(c chatCase) bool { return strings.ContainsAny(c.name, " (") || c.click != "" }); seen != len(commands) {
		t.Errorf("docs/CHATOPS.md has %d of %d commands", seen, len(commands))
	}
}
