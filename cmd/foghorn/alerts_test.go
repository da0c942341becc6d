package main

import (
	"fmt"
	"net/http"
	"strings"
	"syscall"
	"testing"

	"foghorn/event"
)

func TestAlertsLimitZeroListsThemAll(t *testing.T) {
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
