package main

import (
	"strconv"
	"strings"
	"syscall"
	"testing"

	"foghorn/journal/event"
)

// An id of another kind is told what it is and which command shows it; none is an
// error of the database.
func TestAnIDOfAnotherKindIsExplained(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := start(t, "serve", "--listen", "127.0.0.1:0", "--data", dir)
	for _, topic := range []string{"client-join", "alarms"} {
		must(t, "send", topic, "--to", p.url+"/mist", "--data", dir)
	}
	eventually(t, "the alert is there", func() bool { return len(list[event.Alert](t, "alerts", "--data", dir)) > 0 })
	alert := list[event.Alert](t, "alerts", "--data", dir)[0]
	joins := list[event.Event](t, "events", "-q", "topic:client-join", "--data", dir)
	if len(joins) == 0 {
		t.Fatal("no client joined")
	}
	seq, _ := event.SplitID(joins[0].ID)
	delivery, join, short := strconv.FormatInt(seq, 10), event.ShortID(joins[0].ID), event.ShortID(alert.ID)
	must(t, "alerts", "ack", short, "--note", "mine", "--data", dir)
	p.stop(t, syscall.SIGTERM)
	// The acknowledgement is the newest record.
	newest := int64(0)
	for n := seq; ; n++ {
		r := foghorn(t, "", "deliveries", "show", strconv.FormatInt(n, 10), "--data", dir)
		if strings.Contains(r.errOut, "there never was one") {
			break
		}
		if strings.Contains(r.errOut, "is an activity (ack by ada)") {
			newest = n
			if !strings.Contains(r.errOut, ": foghorn alerts show "+short) {
				t.Errorf("an activity: %s", r.errOut)
			}
		}
	}
	if newest == 0 {
		t.Error("no record is said to be the acknowledgement")
	}
	for _, c := range []struct{ line, says string }{
		{"deliveries show 99999", "no delivery 99999: there never was one, or retention has removed it"},
		{"events show a99999.3", "no event a99999.3: there never was one"},
		{"alerts show a99999", "no alert a99999: there never was one"},
		{"alerts ack a99999", "no alert a99999: there never was one"},
		{"alerts show " + join, join + " is an event ("},
		{"alerts ack " + join, "foghorn events show " + join},
		{"alerts show " + delivery, delivery + " is a delivery: foghorn deliveries show " + delivery},
		{"events show " + delivery, delivery + " is a delivery: foghorn deliveries show " + delivery},
		{"events show a" + delivery + ".77", "its record has no event 77: record " + delivery + " is a delivery: foghorn deliveries show " + delivery},
		{"deliveries show " + strconv.FormatInt(joins[0].ID, 10), "foghorn events show " + join},
	} {
		r := foghorn(t, "", append(strings.Fields(c.line), "--data", dir)...)
		if r.code != exitProblem || !strings.Contains(r.errOut, c.says) || strings.Contains(r.errOut, "log.db") || strings.Contains(r.errOut, "kind ") {
			t.Errorf("foghorn %s: exit %d\n%s%s", c.line, r.code, r.out, r.errOut)
		}
	}
}
