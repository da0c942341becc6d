package teams

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"foghorn/config"
	"foghorn/internal/clock"
	"foghorn/journal/event"
	"foghorn/relay"
	"foghorn/relay/relaytest"
)

var update = flag.Bool("update", false, "write the golden files anew")

var noon = time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)

// server is a stand-in with a clock that a test sets.
type server struct {
	*relaytest.Teams
	url   string
	clock *clock.Fake
	do    relaytest.Do
}

func start(t *testing.T) *server {
	t.Helper()
	s := &server{clock: clock.NewFake(noon)}
	s.Teams = relaytest.NewTeams(s.clock.Now)
	h := httptest.NewServer(s)
	t.Cleanup(h.Close)
	s.url, s.do = h.URL+"/workflows/1/triggers/manual/paths/invoke?sig=made-up-signature", relaytest.HTTP(h.Client(), s.clock.Now)
	return s
}

func build(t *testing.T, c config.Relay) relay.Destination {
	t.Helper()
	d, err := New(c, relay.Env{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// send drives the items through, and returns the work as it is then.
func (s *server) send(t *testing.T, detail string, items ...relay.Item) (*relay.Work, []relaytest.Turn) {
	t.Helper()
	work := &relay.Work{Items: items, Now: s.clock.Now()}
	turns, err := relaytest.Drive(t.Context(), build(t, config.Relay{URL: config.NewSecret(s.url), Detail: detail}), work, s.do)
	if err != nil {
		t.Fatal(err)
	}
	return work, turns
}

func down(why relay.Why) relay.Item {
	opened := noon.Add(-10 * time.Minute)
	a := event.Alert{
		ID: event.ID(345, 0), Source: "acme", Kind: "device_down", Severity: event.Critical, State: event.Open, Title: "AP lobby-ap3 is down",
		Site: "berlin", Device: "lobby-ap3", DeviceMAC: "5c5b35de0001", Opened: opened, Count: 2,
	}
	n := &relay.Notice{Why: why, Steps: 1, N: 1, Step: "opened", Time: opened, Link: "https://manage.mist.com/admin/?org_id=org#!ap/detail/1", Now: noon,
		Event: &event.Event{Time: opened, Text: "AP lobby-ap3 lost its connection to the cloud"}}
	if why == relay.Resolved {
		end := noon.Add(-time.Minute)
		a.Resolved, a.State, a.Title = &end, event.Resolved, "AP lobby-ap3 was down for 9m"
	}
	n.Alerts = []event.Alert{a}
	return relay.Item{Notice: n}
}

// cpu is an alert of a Junos device, as the levels 1 and 2 of the priorities leave it.
func cpu(level int) relay.Item {
	const says, detail = "FPC 0 PIC 0 CPU utilization exceeds threshold", "; busiest: rpd 91 %, snmpd 5 %"
	i := down(relay.First)
	a := &i.Notice.Alerts[0]
	a.Title, a.Device, a.DeviceMAC, a.Severity, a.Kind = "sw1: "+says, "sw1", "", event.Warn, "cpu_high"
	if level == 1 {
		a.Title += detail
	}
	i.Notice.Event.Text, i.Notice.Link = says+detail, ""
	return i
}

func storm(n int) relay.Item {
	i := down(relay.Worse)
	first := i.Notice.Alerts[0]
	i.Notice.Alerts, i.Notice.Summary = nil, fmt.Sprintf("berlin: %d of %d APs down", n, n+2)
	for k := range n {
		a := first
		a.ID, a.Device = event.ID(345, k), fmt.Sprintf("ap_%02d", k)
		i.Notice.Alerts = append(i.Notice.Alerts, a)
	}
	return i
}

func arrival() relay.Item {
	return relay.Item{Event: &event.Event{
		ID: event.ID(400, 0), Time: noon, Source: "acme", Topic: "device-events", Type: "AP_DISCONNECTED", Severity: event.Warn,
		Site: "berlin", Device: "lobby-ap3", DeviceMAC: "5c5b35de0001", Text: "AP lobby-ap3 lost its connection to the cloud",
	}}
}

// golden compares a card with a file, where it is indented so that people can read it.
func golden(t *testing.T, name string, body []byte) {
	t.Helper()
	var b bytes.Buffer
	if err := json.Indent(&b, body, "", " "); err != nil {
		t.Fatal(err)
	}
	relaytest.Golden(t, *update, name, []byte(strings.ReplaceAll(b.String(), "\u200b", "<hidden>")+"\n"))
}
