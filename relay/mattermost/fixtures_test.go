package mattermost

import (
	"encoding/json"
	"flag"
	"net/http"
	"net/http/httptest"
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
	*relaytest.Mattermost
	url   string
	clock *clock.Fake
	do    relaytest.Do
}

func start(t *testing.T) *server {
	t.Helper()
	s := &server{clock: clock.NewFake(noon)}
	s.Mattermost = relaytest.NewMattermost(s.clock.Now)
	h := httptest.NewServer(s)
	t.Cleanup(h.Close)
	s.url, s.do = h.URL, relaytest.HTTP(h.Client(), s.clock.Now)
	return s
}

func (s *server) hook() config.Relay {
	return config.Relay{Name: "chat", Kind: "mattermost", URL: config.NewSecret(s.url + "/hooks/xxx-generatedkey-xxx")}
}

func (s *server) bot() config.Relay {
	return config.Relay{Name: "chat", Kind: "mattermost", Server: s.url + "/", Token: config.NewSecret("bottokenbottokenbottokenbo"), Channel: "cnetworkalertscnetworkaler"}
}

func build(t *testing.T, c config.Relay) relay.Destination {
	t.Helper()
	d, err := New(c, relay.Env{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// send drives the items through, from a handle, and returns the work as it is then.
func (s *server) send(t *testing.T, c config.Relay, handle []byte, items ...relay.Item) (*relay.Work, []relaytest.Turn) {
	t.Helper()
	work := &relay.Work{Items: items, Handle: handle, Now: s.clock.Now()}
	turns, err := relaytest.Drive(t.Context(), build(t, c), work, s.do)
	if err != nil {
		t.Fatal(err)
	}
	return work, turns
}

// down is an alert about an access point, n steps into its life.
func down(why relay.Why, n int) relay.Item {
	opened := noon.Add(-10 * time.Minute)
	a := event.Alert{
		ID: event.ID(345, 0), Source: "acme", Kind: "device_down", Severity: event.Critical, State: event.Open, Title: "AP lobby-ap3 is down",
		OrgID: "org", Site: "berlin", Device: "lobby-ap3", DeviceMAC: "5c5b35de0001", Opened: opened, LastSeen: opened, Count: 2,
	}
	e := &event.Event{ID: event.ID(345, 0), Time: opened, Text: "AP lobby-ap3 lost its connection to the cloud", Raw: json.RawMessage(`{"type":"AP_DISCONNECTED"}`)}
	item := &relay.Notice{Why: why, Steps: 1, N: n, Step: "opened", Time: opened, Event: e, Link: "https://manage.mist.com/admin/?org_id=org#!ap/detail/1", Now: noon}
	if why == relay.Resolved {
		end := noon.Add(-time.Minute)
		a.Resolved, a.State, a.Title, item.Step, item.Time = &end, event.Resolved, "AP lobby-ap3 was down for 9m", "resolved", end
	}
	item.Alerts = []event.Alert{a}
	return relay.Item{Notice: item}
}

func acked(n int) relay.Item {
	i := down(relay.Update, n)
	a := &i.Notice.Alerts[0]
	a.State, a.Owner, i.Notice.Step, i.Notice.Actor, i.Notice.Reason = event.Acked, "ada", "acked", "ada", "on my way"
	return i
}

// storm is many alerts of one site, told as one.
func storm(n int) relay.Item {
	i := down(relay.Worse, 1)
	first := i.Notice.Alerts[0]
	i.Notice.Alerts, i.Notice.Summary = nil, "berlin: 14 of 16 APs down"
	for k := range n {
		a := first
		a.ID, a.Device = event.ID(345, k), "ap-"+string(rune('a'+k%26))+"_1"
		i.Notice.Alerts = append(i.Notice.Alerts, a)
	}
	return i
}

// failedBackup is the end of a job, with an error that tries to ring somebody.
func failedBackup() relay.Item {
	return relay.Item{Event: &event.Event{ID: event.ID(412, 0), Time: noon, Received: noon, Source: "acme", Topic: event.TopicJobs, Type: "JOB_PARTIAL", Severity: event.Warn,
		Text: "Backup of acme: partial after 1m41s: 2 of 3 sites: some of it failed",
		Raw:  json.RawMessage(`{"job":7,"state":"partial","via":"cli","actor":"kim","error":"2 of 3 sites: some of it failed\nvienna: 403 @all\n*berlin*: no answer"}`)}}
}

func violation(of string) relay.Item {
	return relay.Item{Event: &event.Event{ID: event.ID(413, 0), Time: noon, Received: noon, Source: "acme", Topic: event.TopicConfigs, Type: "rule", Severity: event.Warn, Site: "berlin",
		Text: of + ": is open and has no portal, rule open-wlan"}}
}

func arrival(k int) relay.Item {
	return relay.Item{Event: &event.Event{
		ID: event.ID(400+int64(k), 0), Time: noon, Received: noon, Source: "acme", Topic: "device-events", Type: "AP_DISCONNECTED", Severity: event.Warn,
		Site: "berlin", Device: "lobby-ap3", DeviceMAC: "5c5b35de0001", Text: "AP lobby-ap3 lost its connection to the cloud",
	}}
}

// golden compares the bytes of a request with a file.
func golden(t *testing.T, name string, r *relay.Request) {
	t.Helper()
	got := append([]byte(r.Method+" "+r.Step+"\n"), r.Body...)
	if r.Method == "" {
		got = append([]byte(http.MethodPost+" "+r.Step+"\n"), r.Body...)
	}
	relaytest.Golden(t, *update, name, append(got, '\n'))
}
