package syslog

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"
	"go.uber.org/goleak"

	"foghorn/config"
	"foghorn/internal/safetext/hostile"
	"foghorn/journal/event"
	"foghorn/relay"
	"foghorn/relay/relaytest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// made is a relay called logs, of a machine called noc1.
func made(t *testing.T, c config.Relay) *Destination {
	t.Helper()
	c.Name = "logs"
	d, err := New(c, relay.Env{Host: "noc1.example.net"})
	if err != nil {
		t.Fatal(err)
	}
	made := d.(*Destination)
	t.Cleanup(func() {
		if err := made.Close(); err != nil {
			t.Error(err)
		}
	})
	return made
}

func TestMessages(t *testing.T) {
	junos := relaytest.APDisconnected()
	junos.Event.Topic, junos.Event.Type, junos.Event.Severity, junos.Event.Test = "junos", "", event.Debug, true
	d := made(t, config.Relay{Address: "udp://127.0.0.1:514", Facility: "daemon", AppName: "mist"})
	r, err := d.Encode(&relay.Work{Items: []relay.Item{relaytest.APDisconnected(), junos, relaytest.APDown(), relaytest.APAcked(), relaytest.APUp(), several()}})
	if err != nil {
		t.Fatal(err)
	}
	golden.RequireEqual(t, append(r.Body, '\n'))
}

// several is a notice about two alerts, one of which is over.
func several() relay.Item {
	item, over := relaytest.APDown(), relaytest.APUp().Notice.Alerts[0]
	n := item.Notice
	n.Why, n.Summary, n.N = relay.Worse, "berlin: 2 of 16 APs down", 4
	n.Alerts = append(n.Alerts, over)
	return item
}

func TestFramesHaveTheirLength(t *testing.T) {
	d := made(t, config.Relay{Address: "tcp://127.0.0.1:514"})
	r, err := d.Encode(&relay.Work{Items: []relay.Item{relaytest.APDown(), relaytest.APUp()}})
	if err != nil {
		t.Fatal(err)
	}
	golden.RequireEqual(t, r.Body)
}

// Whatever the items hold, each message is RFC 5424, safe to show, and short enough.
func TestHostileTextMakesValidMessages(t *testing.T) {
	for _, scheme := range []string{"udp", "tcp"} {
		d := made(t, config.Relay{Address: scheme + "://127.0.0.1:514"})
		d.format.host, d.format.process = name(strings.Repeat("h\u00fc ", 200), 255), name(strings.Repeat("p", 300), 128)
		for _, item := range relaytest.Hostile() {
			raw := d.format.message(&item, d.size)
			m, err := relaytest.ParseSyslog(string(raw))
			if err != nil || len(raw) > d.size {
				t.Fatalf("%d bytes: %v: %q", len(raw), err, raw)
			}
			if err := hostile.Check(m.Text, false); err != nil {
				t.Errorf("%v: %.200q", err, m.Text)
			}
			data := m.Data[sdID]
			if len(m.Data) != 1 || data["id"] != item.ID() || data["severity"] == "" {
				t.Errorf("%v", m.Data)
			}
			for key, value := range data {
				if err := hostile.Check(value, false); err != nil {
					t.Errorf("%s: %v: %.200q", key, err, value)
				}
			}
		}
	}
}

func TestRequestsAreBounded(t *testing.T) {
	var items []relay.Item
	for range 50 {
		items = append(items, relaytest.Hostile()[:12]...)
	}
	for scheme, most := range map[string]int{"udp": maxDatagrams, "tcp": maxFrames} {
		d := made(t, config.Relay{Address: scheme + "://127.0.0.1:514"})
		r, err := d.Encode(&relay.Work{Items: items})
		if err != nil || r.Items > most || len(r.Body) > maxBytes || r.Items < 10 {
			t.Errorf("%s: %d items, %d bytes, %v", scheme, r.Items, len(r.Body), err)
		}
	}
}

func TestSeverities(t *testing.T) {
	d := made(t, config.Relay{Address: "udp://127.0.0.1:514"})
	for sev, want := range map[event.Severity]string{event.Critical: "<130>", event.Warn: "<132>", event.Info: "<134>", event.Debug: "<135>"} {
		item := relaytest.APDown()
		item.Notice.Alerts[0].Severity = sev
		if got := string(d.format.message(&item, d.size)); !strings.HasPrefix(got, want) {
			t.Errorf("%v: %.10s, want %s", sev, got, want)
		}
		item = relaytest.APUp()
		item.Notice.Alerts[0].Severity = sev
		if want = map[string]string{"<130>": "<133>", "<132>": "<133>"}[want]; want != "" {
			if got := string(d.format.message(&item, d.size)); !strings.HasPrefix(got, want) {
				t.Errorf("the end of %v: %.10s, want %s", sev, got, want)
			}
		}
	}
}

func TestTimes(t *testing.T) {
	for want, at := range map[string]time.Time{
		"-":                           {},
		"2026-11-27T03:02:11.123456Z": time.Date(2026, 11, 27, 4, 2, 11, 123456789, time.FixedZone("", 3600)),
	} {
		if got := stamp(at); got != want {
			t.Errorf("%v: %s, want %s", at, got, want)
		}
	}
	if got := stamp(time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)); got != "-" {
		t.Error(got)
	}
}

func TestNew(t *testing.T) {
	for _, c := range []config.Relay{
		{}, {Address: "127.0.0.1:514"}, {Address: "http://127.0.0.1:514"}, {Address: "udp://127.0.0.1"}, {Address: "udp://:514"},
		{Address: "tcp://ada@127.0.0.1:514"}, {Address: "tcp://127.0.0.1:514/path"}, {Address: "tcp://127.0.0.1:514", CAFile: "ca.pem"},
		{Address: "udp://127.0.0.1:514", Facility: "local8"}, {Address: "udp://127.0.0.1:514", Facility: "-"},
	} {
		if _, err := New(c, relay.Env{}); err == nil {
			t.Errorf("%+v passes", c)
		}
	}
	for facility, number := range map[string]int{"kern": 0, "ftp": 11, "local0": 16, "local7": 23, "": 16} {
		if d := made(t, config.Relay{Address: "tls://[::1]:6514", Facility: facility}); d.format.facility != number || d.name != "::1" {
			t.Errorf("%s is %d", facility, d.format.facility)
		}
	}
	if l := made(t, config.Relay{Address: "udp://127.0.0.1:514"}).Limits(); len(l.Rates) != 1 || l.Items != maxDatagrams || l.Keeps || l.Groups {
		t.Errorf("%+v", l)
	}
}
