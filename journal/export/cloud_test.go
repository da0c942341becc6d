package export

import (
	"strings"
	"testing"

	"foghorn/journal/event"
)

// The state of the cloud is exported in the same formats as what happened, and
// what strangers chose in it is as harmless there.
func TestCloudRows(t *testing.T) {
	device := event.Device{
		Source: "acme", MAC: "5c5b35000001", Name: "lobby\x1b[2J", Type: "ap", Site: "=hq", Status: "disconnected", Since: at, UptimeS: 7200,
		Radios: []event.Radio{{Band: "5", Channel: 36, Utilization: 41}, {Band: "6"}},
	}
	expect(t, write(t, Table, []event.Device{device}, Options{}), ""+
		"STATUS        SINCE                 SOURCE  SITE  NAME          MAC                TYPE  UPTIME  CHANNELS\n"+
		"disconnected  2026-03-01 14:03:07Z  acme    =hq   lobby\\x1b[2J  5c:5b:35:00:00:01  ap     2h00m  5:36 41%\n")
	csv := write(t, CSV, []event.Device{device}, Options{})
	if !strings.Contains(csv, `'=hq`) || strings.Contains(csv, "\x1b") || !strings.Contains(csv, `""channel"":36`) {
		t.Errorf("CSV of a device:\n%s", csv)
	}
	hook := event.Webhook{Source: "acme", ID: "w1", Name: "noc", Enabled: true, URL: "https://x", Topics: []string{"alarms", "audits"}}
	if got := write(t, Table, []event.Webhook{hook}, Options{}); !strings.Contains(got, "org acme  noc   yes      no") || !strings.Contains(got, "alarms audits") {
		t.Errorf("table of a webhook:\n%s", got)
	}
	if got := write(t, CSV, []event.Webhook{hook}, Options{}); !strings.Contains(got, "alarms audits") {
		t.Errorf("CSV of a webhook:\n%s", got)
	}
	score := event.SLEScore{Site: "hq", Metric: "coverage", Value: 0.9999, Time: at}
	if got := write(t, Table, []event.SLEScore{score}, Options{}); !strings.Contains(got, "99.9%") {
		t.Errorf("table of a score hides what was degraded:\n%s", got)
	}
	client := event.LiveClient{MAC: "a0b1c2d3e4f5", Username: "jane", APName: "lobby", RSSI: -67, SNR: 25}
	if got := write(t, Table, []event.LiveClient{client}, Options{}); !strings.Contains(got, "jane") || !strings.Contains(got, "-67  25") {
		t.Errorf("table of a client:\n%s", got)
	}
}
