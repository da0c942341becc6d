package mist_test

import (
	"strings"
	"testing"

	"foghorn/mist"
	"foghorn/mist/mistsim"
)

// A device pings a host, and what it prints comes back whole, in pieces first.
func TestADevicePingsAHost(t *testing.T) {
	w := newWorld(t)
	c := w.as(mistsim.AdminToken)
	var site, up string
	for _, d := range w.sim.Org().Sites[0].Devices {
		if d.Connected {
			site, up = d.SiteID, d.ID
		}
	}
	pieces := 0
	u := mist.Utility{
		StreamURL: "ws" + strings.TrimPrefix(w.url, "http"), Site: site, Device: up, Verb: "ping", Body: map[string]any{"host": "192.0.2.7", "count": 3},
		Over:    func(out string) bool { return strings.Contains(out, "packets received") },
		Printed: func(string) { pieces++ },
	}
	out, err := c.RunUtility(t.Context(), u)
	if err != nil || !strings.HasPrefix(out, "PING 192.0.2.7") || strings.Count(out, "64 bytes from") != 3 || !strings.Contains(out, "3 packets received") || pieces < 4 {
		t.Errorf("%d pieces, %q, %v", pieces, out, err)
	}
	u.Device = "00000000-0000-0000-1000-ffffffffffff"
	if out, err = c.RunUtility(t.Context(), u); err == nil || out != "" {
		t.Errorf("an unknown device prints %q, %v", out, err)
	}
	u.StreamURL = "://"
	if _, err = c.RunUtility(t.Context(), u); err == nil {
		t.Error("an address that is none is taken")
	}
	if _, err := w.as("none").RunUtility(t.Context(), mist.Utility{StreamURL: "ws" + strings.TrimPrefix(w.url, "http"), Site: site, Device: up, Verb: "ping"}); err == nil {
		t.Error("a token that is none is taken")
	}
}
