package decode

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"

	"foghorn/journal/event"
	"foghorn/junos"
	"foghorn/mist"
)

var received = time.Date(2026, 3, 1, 10, 0, 3, 0, time.UTC)

func webhook(body string) *event.Delivery {
	return &event.Delivery{ID: 7, Received: received, Source: "acme", Via: event.ViaWebhook, Body: []byte(body), Events: 1}
}

func fromJunos(body string) *event.Delivery {
	return &event.Delivery{ID: 7, Received: received, Source: "core", Via: event.ViaJunos, Body: []byte(body), Events: 1}
}

// one decodes a body that holds one event.
func one(t *testing.T, d *event.Delivery) event.Event {
	t.Helper()
	got := Delivery(d)
	if len(got.Events) != 1 || got.Problem != "" {
		t.Fatalf("%d events, problem %q", len(got.Events), got.Problem)
	}
	return got.Events[0]
}

// TestEverySampleIsRead holds what every sample of Mist and of the Junos agent
// becomes: time, site, device, client, severity, sentence and signal.
func TestEverySampleIsRead(t *testing.T) {
	var b strings.Builder
	for _, n := range mist.SampleNames() {
		body, _ := mist.Sample(n)
		write(&b, n, Delivery(webhook(string(body))))
	}
	for _, n := range junos.Samples() {
		body, _ := junos.Sample(n)
		write(&b, "junos "+n, Delivery(fromJunos(string(body))))
	}
	golden.RequireEqual(t, b.String())
}

func write(b *strings.Builder, name string, d Decoded) {
	fmt.Fprintf(b, "== %s: %d events, %d unknown %s\n", name, len(d.Events), d.Unknown, d.Problem)
	for _, e := range d.Events {
		fmt.Fprintf(b, "%s %s %s %s\n  %s\n", e.Time.Format(time.RFC3339Nano), e.Topic, e.Type, e.Severity, e.Text)
		for _, p := range [][2]string{
			{"org", e.OrgID},
			{"site", joinNonEmpty(" ", e.SiteID, e.Site)},
			{"device", joinNonEmpty(" ", e.DeviceType, e.DeviceMAC.String(), e.Device)},
			{"client", joinNonEmpty(" ", e.ClientMAC.String(), e.Client)},
			{"ssid", e.SSID},
		} {
			if p[1] != "" {
				fmt.Fprintf(b, "  %s: %s\n", p[0], p[1])
			}
		}
		if s := e.Signal; s != nil {
			fmt.Fprintf(b, "  %s %s %s: %s; resolved %v, count %d, %s to %s, %q\n", acts[s.Type], s.Severity, s.Kind, s.Title,
				s.Resolved, s.Count, s.Began.Format(time.RFC3339), s.LastSeen.Format(time.RFC3339), s.MistAlarmID)
			fmt.Fprintf(b, "    %s\n", s.Key)
		}
		if e.SLE != nil {
			fmt.Fprintf(b, "  scores: %v\n", e.SLE)
		}
	}
	for _, n := range d.Names {
		fmt.Fprintf(b, "  name of %s %s: %s\n", n.Kind, n.ID, n.Name)
	}
}

var acts = map[event.SignalType]string{event.Raise: "opens", event.Resolve: "closes", event.Report: "states", event.OneShot: "happens",
	event.Restart: "restarts"}

func TestEveryTopicIsInTheTable(t *testing.T) {
	for _, n := range mist.Topics() {
		if topics[n] == nil {
			t.Errorf("no entry for topic %s", n)
		}
	}
	for _, n := range mist.SampleNames() {
		body, _ := mist.Sample(n)
		d := Delivery(webhook(string(body)))
		if d.Unknown != 0 || d.Problem != "" {
			t.Errorf("%s: %d unknown, problem %q", n, d.Unknown, d.Problem)
		}
		for place, e := range d.Events {
			if e.ID != event.ID(7, place) || e.DeliveryID != 7 || e.Source != "acme" || e.Via != event.ViaWebhook || e.Duplicates != 1 || e.Raw != nil {
				t.Errorf("%s place %d: %+v", n, place, e)
			}
		}
	}
}
