package chattext

import (
	"strings"
	"testing"
	"time"

	"foghorn/journal/event"
	"foghorn/relay"
)

func junos(title string, s event.Severity) *relay.Notice {
	opened := time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)
	return &relay.Notice{
		Alerts: []event.Alert{{ID: 3450000, Title: title, Severity: s, Site: "berlin", Device: "sw1", Opened: opened}},
		Event:  &event.Event{Text: "CPU exceeds its threshold; busiest: rpd 91 %, snmpd 5 %; of 4"}, Now: opened,
	}
}

// The titles are what journal/priority makes of an event with detail at levels 1 and 2.
func TestTheDetailFollowsTheLevel(t *testing.T) {
	one := junos("sw1: CPU exceeds its threshold; busiest: rpd 91 %, snmpd 5 %; of 4", event.Warn)
	two := junos("sw1: CPU exceeds its threshold", event.Warn)
	bad := junos("sw1: CPU exceeds its threshold", event.Critical)
	for _, c := range []struct {
		d    Detail
		n    *relay.Notice
		full bool
		head string
	}{
		{"", one, true, one.Title()}, {ByLevel, one, true, one.Title()}, {InFull, one, true, one.Title()},
		{InShort, one, false, "sw1: CPU exceeds its threshold"},
		{"", two, false, two.Title()}, {ByLevel, two, false, two.Title()}, {InFull, two, true, two.Title()}, {InShort, two, false, two.Title()},
		{ByLevel, bad, true, bad.Title()}, {InShort, bad, false, bad.Title()},
	} {
		if full, head := c.d.Full(c.n), c.d.Headline(c.n.Title(), c.n); full != c.full || head != c.head {
			t.Errorf("%q of %q: %v %q", c.d, c.n.Title(), full, head)
		}
	}
	if Sentence(one) != "" || Sentence(two) != two.Event.Text {
		t.Error("the sentence is told where the title does not end in it")
	}
}

func TestSeveralAlertsHaveNoDetailOfOne(t *testing.T) {
	n := junos("x; y", event.Warn)
	n.Event.Text = "x; y"
	n.Alerts = append(n.Alerts, n.Alerts[0])
	if ByLevel.Full(n) || Sentence(n) != "" {
		t.Error("several alerts are told by the first one's event")
	}
}

func TestFactsInShort(t *testing.T) {
	var labels []string
	for _, f := range Brief(junos("x", event.Warn)) {
		labels = append(labels, f.Label)
	}
	if got := strings.Join(labels, " "); got != "Site Device Since" {
		t.Error(got)
	}
	e := &event.Event{Device: "ap", DeviceMAC: "5c5b35000001", SSID: "Guest", Type: "X", Severity: event.Critical}
	if short, full := EventFacts(e, false), EventFacts(e, true); len(short) != 2 || len(full) != 5 {
		t.Errorf("%v\n%v", short, full)
	}
	if !ByLevel.FullEvent(e) || InShort.FullEvent(e) || InFull.FullEvent(&event.Event{}) == ByLevel.FullEvent(&event.Event{}) {
		t.Error("events are told in full when they are critical")
	}
}
