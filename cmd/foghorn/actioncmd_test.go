package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"foghorn/journal/event"
)

// as runs a command as another person.
func as(t *testing.T, person, dir string, args ...string) result {
	t.Helper()
	return foghornAs(t, person, "", append(args, "--data", dir)...)
}

// shown is an alert as "alerts show" gives it.
func shown(t *testing.T, dir, id string) event.Alert {
	t.Helper()
	var a event.Alert
	if err := json.Unmarshal([]byte(must(t, "alerts", "show", id, "--data", dir)), &a); err != nil {
		t.Fatal(err)
	}
	return a
}

// Whoever acts sees it with the next command, with a collector and without one;
// what is somebody else's is not taken by accident.
func TestWhatWasDoneIsWhatTheNextCommandShows(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := start(t, "serve", "--listen", "127.0.0.1:0", "--data", dir)
	alarms := `{"topic":"alarms","events":[`
	for i := range 3 {
		alarms += fmt.Sprintf(`%s{"id":"alarm-%d","type":"disk %[2]d 95%% d full","group":"infrastructure","severity":"critical","status":"open",`+
			`"site_id":"s","org_id":"o","vlan_id":%[2]d,"timestamp":1763900000,"last_seen":1763900000,"count":1}`, map[bool]string{true: ","}[i > 0], i)
	}
	if code := post(t, p.url+"/mist", "", alarms+"]}"); code != http.StatusOK {
		t.Fatalf("the listener answered %d", code)
	}
	var ids []string
	eventually(t, "the alerts are there", func() bool {
		ids = nil
		for _, a := range list[event.Alert](t, "alerts", "--data", dir) {
			ids = append(ids, strconv.FormatInt(a.ID, 10))
		}
		return len(ids) == 3
	})
	for _, with := range []string{"a collector", "none"} {
		if with == "none" {
			p.stop(t, syscall.SIGTERM)
		}
		for _, step := range []struct {
			who, act string
			args     []string
			code     int
			says     string
			owner    string
			note     string
		}{
			{"ann", "unack", nil, exitProblem, "nobody had ", "", ""},
			{"ann", "ack", []string{"--note", "on it"}, exitOK, "acknowledged: ", "ann", "on it"},
			{"ann", "ack", nil, exitOK, "is already yours", "ann", "on it"},
			{"bob", "ack", nil, exitProblem, "is acknowledged by ann since ", "ann", "on it"},
			{"bob", "ack", []string{"--take-over"}, exitOK, "acknowledged, taken over from ann: ", "bob", "on it"},
			{"ann", "note", []string{"vendor case"}, exitOK, "noted: ", "bob", "vendor case"},
			{"ann", "unack", nil, exitProblem, "is acknowledged by bob since ", "bob", "vendor case"},
			{"ann", "unack", []string{"--take-over"}, exitOK, "un-acknowledged, bob had it: ", "", "vendor case"},
			{"ann", "note", []string{""}, exitOK, "noted: ", "", ""},
		} {
			args := append([]string{"alerts", step.act, ids[0]}, step.args...)
			r := as(t, step.who, dir, args...)
			if r.code != step.code || !strings.Contains(r.out+r.errOut, step.says) || strings.Contains(r.errOut, "pending") {
				t.Fatalf("with %s, %s: %q: exit %d: %s%s", with, step.who, args, r.code, r.out, r.errOut)
			}
			if strings.Contains(r.out+r.errOut, "%!") || !strings.Contains(r.out+r.errOut, "95% d full") && !strings.HasPrefix(step.says, "is acknowledged by") {
				t.Fatalf("%q: the title is not as it is: %s%s", args, r.out, r.errOut)
			}
			if a := shown(t, dir, ids[0]); a.Owner != step.owner || a.Note != step.note || (a.AckedAt != nil) != (step.owner != "") {
				t.Fatalf("with %s, after %q of %s: owner %q, note %q, state %s", with, args, step.who, a.Owner, a.Note, a.State)
			}
		}
		// One that is somebody else's keeps all from being taken.
		as(t, "ann", dir, "alerts", "ack", ids[1])
		if r := as(t, "bob", dir, "alerts", "ack", ids[2], ids[1]); r.code != exitProblem || r.out != "" || shown(t, dir, ids[2]).Owner != "" {
			t.Errorf("with %s: exit %d: %s%s", with, r.code, r.out, r.errOut)
		}
		as(t, "ann", dir, "alerts", "unack", ids[1])
	}
}
