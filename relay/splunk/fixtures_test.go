package splunk

import (
	"encoding/json"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"foghorn/config"
	"foghorn/journal/event"
	"foghorn/relay"
	"foghorn/relay/relaytest"
)

var at = time.Date(2026, 11, 27, 3, 2, 11, 250e6, time.UTC)

const token = "0f1e2d3c-0000-4000-8000-00000000abcd"

// collectorOf serves a stand-in, and returns a destination for it and a way to send.
func collectorOf(t *testing.T, s *relaytest.Splunk, set func(*config.Relay)) (*destination, relaytest.Do) {
	t.Helper()
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return newOf(t, server.URL, set), relaytest.HTTP(server.Client(), func() time.Time { return at })
}

func newOf(t *testing.T, url string, set func(*config.Relay)) *destination {
	t.Helper()
	c := config.Relay{Name: "logs", Kind: "splunk", URL: config.NewSecret(url), Token: config.NewSecret(token)}
	if set != nil {
		set(&c)
	}
	d, err := New(c, relay.Env{Host: "noc-1", Version: "1.0"})
	if err != nil {
		t.Fatal(err)
	}
	return d.(*destination)
}

func anEvent(n int) relay.Item {
	return relay.Item{Event: &event.Event{
		ID: event.ID(345, n), Time: at.Add(time.Duration(n) * time.Second), Received: at.Add(2 * time.Second), Source: "acme", Via: event.ViaWebhook,
		Topic: "alarms", Type: "switch_down", Severity: event.Critical, SiteID: "s1", Site: "Tokyo", DeviceMAC: "5c5b350e0001", Device: "ex-sw-07",
		DeviceType: "switch", Text: "Switch ex-sw-07 is down", Duplicates: 1,
		Raw: json.RawMessage(`{"type":"switch_down","site_name":"Tokyo","hostnames":["ex-sw-07"],"note":"<b> & \"q\""}`),
	}}
}

func events(n int) []relay.Item {
	items := make([]relay.Item, n)
	for i := range items {
		items[i] = anEvent(i)
	}
	return items
}

func aNotice(why relay.Why) relay.Item {
	a := event.Alert{
		ID: event.ID(345, 0), Key: "mist:device:o1:5c5b350e0001:connection", Source: "acme", Kind: "device_down", Severity: event.Critical, State: event.Open,
		Title: "Switch ex-sw-07 is down", SiteID: "s1", Site: "Tokyo", DeviceMAC: "5c5b350e0001", Device: "ex-sw-07", Opened: at, LastSeen: at, Count: 1, Events: 1,
	}
	n := &relay.Notice{Why: why, Steps: 1, N: 1, Step: "opened", Time: at, Now: at.Add(time.Minute), Event: anEvent(0).Event}
	if why == relay.Resolved {
		end := at.Add(4 * time.Minute)
		a.State, a.Resolved, a.Title = event.Resolved, &end, "Switch ex-sw-07 was down for 4m"
		n.N, n.Step, n.Time, n.Now = 2, "resolved", end, end
	}
	n.Alerts = []event.Alert{a}
	return relay.Item{Notice: n}
}

// hostile are texts that strangers choose.
func hostile() []string {
	return []string{
		`"quotes" and \backslashes\`, "two\nlines\r\n\ttab", "<!channel> @all @here <b>&amp;</b>", "\x00\x07\x1b[31mred\x1b[0m\u202e", "no \xff\xfe UTF-8",
		"\u2028\u2029", strings.Repeat("x", 100_000), strings.Repeat("\x01", 100_000), strings.Repeat("é", 100_000), "}{\"event\":1}", "",
	}
}

// withText is an event and a notice that have a text everywhere.
func withText(text string) []relay.Item {
	e := *anEvent(1).Event
	raw, _ := json.Marshal(map[string]string{"text": text})
	e.Topic, e.Type, e.Site, e.Device, e.Text, e.Raw = text, text, text, text, text, raw
	n := *aNotice(relay.First).Notice
	a := n.Alerts[0]
	a.Kind, a.Title, a.Site, a.Device, a.Note, a.Owner = text, text, text, text, text, text
	n.Alerts, n.Actor, n.Reason, n.Summary, n.Link = []event.Alert{a}, text, text, text, text
	return []relay.Item{{Event: &e}, {Notice: &n}}
}

func steps(turns []relaytest.Turn) string {
	var out []string
	for _, turn := range turns {
		out = append(out, turn.Request.Step+" "+strconv.Itoa(turn.Request.Items))
	}
	return strings.Join(out, ", ")
}
