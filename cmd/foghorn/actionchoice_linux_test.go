package main

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"testing"

	"foghorn/journal/event"
)

// withAlarms is a journal with open alerts of these titles, without a collector.
func withAlarms(t *testing.T, titles ...string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	p := start(t, "serve", "--listen", "127.0.0.1:0", "--data", dir)
	var alarms []string
	for i, title := range titles {
		alarms = append(alarms, fmt.Sprintf(`{"id":"alarm-%d","type":%q,"group":"infrastructure","severity":"critical","status":"open",`+
			`"site_id":"s","org_id":"o","vlan_id":%d,"timestamp":1763900000,"last_seen":1763900000,"count":1}`, i, title, i))
	}
	if code := post(t, p.url+"/mist", "", `{"topic":"alarms","events":[`+strings.Join(alarms, ",")+"]}"); code != http.StatusOK {
		t.Fatalf("the listener answered %d", code)
	}
	eventually(t, "the alerts are there", func() bool { return len(list[event.Alert](t, "alerts", "--data", dir)) == len(titles) })
	p.stop(t, syscall.SIGTERM)
	return dir
}

// owners are the owners of all alerts, in the order of their ids.
func owners(t *testing.T, dir string) []string {
	t.Helper()
	alerts := list[event.Alert](t, "alerts", "--all", "--data", dir)
	slices.SortFunc(alerts, func(a, b event.Alert) int { return int(a.ID - b.ID) })
	var out []string
	for _, a := range alerts {
		out = append(out, a.Owner)
	}
	return out
}

// An action takes what a query finds, but only after a question; without a terminal
// --yes is the answer.
func TestAnActionOnAllThatAQueryFinds(t *testing.T) {
	t.Parallel()
	dir := withAlarms(t, "disk full", "fan failed", "disk slow")
	run := func(line ...string) result {
		return foghorn(t, "", append(append([]string{"alerts"}, line...), "--data", dir)...)
	}
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"ack"}, exitUsage, "give the ids of alerts, or -q QUERY for all that match: foghorn alerts ack ID..."},
		{[]string{"ack", "a1", "-q", "disk"}, exitUsage, "give the ids of alerts, or -q QUERY"},
		{[]string{"ack", "all"}, exitUsage, "-q QUERY takes all alerts that match"},
		{[]string{"ack", "-q", "sitt:x"}, exitUsage, "did you mean"},
		{[]string{"ack", "-q", "title:nosuch*"}, exitProblem, `no alert matches "title:nosuch*"`},
		{[]string{"ack", "-q", "title:*disk*"}, exitUsage, "nothing was done: to ack 2 alerts, add --yes"},
		{[]string{"ack", "-q", "title:*disk*", "--dry-run", "--yes"}, exitOK, "would ack 2 alerts; nothing was done"},
		{[]string{"snooze", "-q", "title:*disk*", "4h"}, exitUsage, "to snooze 2 alerts, add --yes"},
		{[]string{"note", "-q", "title:*fan*", "vendor case"}, exitUsage, "to note 1 alert, add --yes"},
	} {
		r := run(c.args...)
		if r.code != c.code || !strings.Contains(r.errOut, c.says) {
			t.Errorf("%q: exit %d\n%s%s", c.args, r.code, r.out, r.errOut)
		}
		if got := owners(t, dir); !slices.Equal(got, []string{"", "", ""}) {
			t.Fatalf("after %q: %q", c.args, got)
		}
	}
	if r := run("ack", "-q", "title:*disk*"); strings.Count(r.errOut, "Disk ") != 2 || strings.Contains(r.errOut, "Fan") || r.out != "" {
		t.Errorf("what would be done is listed as\n%s", r.errOut)
	}
	if r := run("ack", "-q", "title:*disk*", "--yes", "--note", "on it"); r.code != exitOK || strings.Count(r.out, "acknowledged: ") != 2 {
		t.Errorf("exit %d\n%s%s", r.code, r.out, r.errOut)
	}
	if got := owners(t, dir); !slices.Equal(got, []string{"ada", "", "ada"}) {
		t.Errorf("owners %q", got)
	}
	// Of another person's alerts a query takes none, unless told so.
	r := as(t, "bob", dir, "alerts", "ack", "-q", "kind:*", "--yes")
	if got := owners(t, dir); r.code != exitOK || !slices.Equal(got, []string{"ada", "bob", "ada"}) || strings.Count(r.errOut, "is acknowledged by ada") != 2 {
		t.Errorf("owners %q; exit %d\n%s%s", got, r.code, r.out, r.errOut)
	}
	as(t, "bob", dir, "alerts", "ack", "-q", "kind:*", "--yes", "--take-over")
	if got := owners(t, dir); !slices.Equal(got, []string{"bob", "bob", "bob"}) {
		t.Errorf("owners %q", got)
	}
	// A note goes to several alerts at once, by their ids too.
	ids := ownIDs(t, dir)
	if r := run("note", ids[0], ids[1], "vendor case"); r.code != exitOK || strings.Count(r.out, " noted: ") != 2 {
		t.Errorf("exit %d\n%s%s", r.code, r.out, r.errOut)
	}
}

func ownIDs(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	for _, a := range list[event.Alert](t, "alerts", "--data", dir) {
		out = append(out, event.ShortID(a.ID))
	}
	return out
}

// On a terminal the question is asked once, and anything but yes is no.
func TestAnActionOnATerminalAsksOnce(t *testing.T) {
	t.Parallel()
	dir := withAlarms(t, "disk full", "disk slow")
	for _, c := range []struct {
		answer string
		code   int
		says   string
		owner  string
	}{
		{"\r", exitProblem, "nothing was done", ""},
		{"n\r", exitProblem, "nothing was done", ""},
		{"\x04", exitProblem, "nothing was done", ""},
		{"y\r", exitOK, "acknowledged: ", "ada"},
	} {
		term := inTerminal(t, environment(t), 100, 30, "alerts", "ack", "-q", "title:*disk*", "--data", dir)
		term.waitFor(t, "Disk slow")
		term.waitFor(t, "Ack 2 alerts? [y/N] ")
		term.press(t, c.answer)
		term.waitFor(t, c.says)
		_ = term.cmd.Wait()
		if code := term.cmd.ProcessState.ExitCode(); code != c.code {
			t.Errorf("%q: exit %d", c.answer, code)
		}
		if got := owners(t, dir); !slices.Equal(got, []string{c.owner, c.owner}) {
			t.Errorf("%q: owners %q", c.answer, got)
		}
	}
}
