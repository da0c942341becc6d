package main

import (
	"fmt"
	"net/http"
	"strings"
	"syscall"
	"testing"

	"foghorn/journal/event"
)

func TestAlertsLimitZeroListsThemAll(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := start(t, "serve", "--listen", "127.0.0.1:0", "--data", dir)
	const alarms = 130 // more than any page's default
	var elements []string
	for i := range alarms {
		elements = append(elements, fmt.Sprintf(`{"id":"alarm-%d","type":"rogue_ap","group":"security","severity":"critical",`+
			`"site_id":"s","org_id":"o","timestamp":1763900000,"last_seen":1763900000,"count":1}`, i))
	}
	body := `{"topic":"alarms","events":[` + strings.Join(elements, ",") + `]}`
	if code := post(t, p.url+"/mist", "", body); code != http.StatusOK {
		t.Fatalf("the listener answered %d", code)
	}
	p.stop(t, syscall.SIGTERM)
	for limit, want := range map[string]int{"0": alarms, "129": 129, "1000": alarms} {
		if n := len(list[event.Alert](t, "alerts", "--limit", limit, "--data", dir)); n != want {
			t.Errorf("--limit %s lists %d alerts, want %d", limit, n, want)
		}
	}
}

// What is typed stays one part of the query of a list: mistakes are at the
// column where they were typed, nothing reaches out of it, and only a query that
// speaks of resolved alerts lists them.
func TestTypedQueriesStayWithinTheirList(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := start(t, "serve", "--listen", "127.0.0.1:0", "--data", dir)
	alarm := func(id, site, status string, at int) string {
		return fmt.Sprintf(`{"id":%q,"type":"infra_dhcp_failure","group":"infrastructure","severity":"critical","status":%q,`+
			`"site_id":%q,"site_name":%q,"org_id":"o","timestamp":%d,"last_seen":%d,"count":1}`, id, status, site, site, at, at)
	}
	for _, e := range []string{alarm("a", "unresolved-hq", "open", 1763900000), alarm("b", "hq", "open", 1763900000), alarm("b", "hq", "resolved", 1763900060)} {
		if code := post(t, p.url+"/mist", "", `{"topic":"alarms","events":[`+e+`]}`); code != http.StatusOK {
			t.Fatalf("the listener answered %d", code)
		}
	}
	p.stop(t, syscall.SIGTERM)
	all := list[event.Alert](t, "alerts", "--all", "--data", dir)
	resolved := list[event.Alert](t, "alerts", "-q", "resolved", "--data", dir)
	if len(all) != 2 || len(resolved) != 1 {
		t.Fatalf("the test needs 2 alerts, one of them resolved: %+v", all)
	}
	for where, want := range map[string]int{
		"": 1, "site:*unresolved*": 1, "site:*resolved*": 1, `"resolved"`: 1, "state:resolved": 1, "resolved>2020-01-01": 1, "site:nowhere or site:hq": 0, "state:open,resolved": 2,
	} {
		if n := len(list[event.Alert](t, "alerts", "-q", where, "--data", dir)); n != want {
			t.Errorf("alerts -q %q lists %d, want %d", where, n, want)
		}
	}
	for _, tc := range []struct {
		args []string
		want string
	}{
		{[]string{"alerts", "-q", "sevv:x"}, "column 1:"},
		{[]string{"alerts", "-q", "a) or (b"}, "column 2:"},
		{[]string{"ap", "-q", "a) or (b"}, "column 2:"},
		{[]string{"ap", "-q", "sit:x"}, "column 1:"},
		{[]string{"events", "--since", "1h or id>0"}, "--since"},
		{[]string{"events", "--since", "1h) or (id>0"}, "--since"},
	} {
		r := foghorn(t, "", append(tc.args, "--data", dir)...)
		if r.code != exitUsage || !strings.Contains(r.errOut, tc.want) {
			t.Errorf("foghorn %q: exit %d: %s%s", tc.args, r.code, r.out, r.errOut)
		}
	}
}
