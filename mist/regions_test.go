package mist

import (
	"strings"
	"testing"
)

func TestLookupRegion(t *testing.T) {
	for in, want := range map[string]string{
		"global-01": "https://api.mist.com", "Global 01": "https://api.mist.com", "EMEA03": "https://api.ac6.mist.com",
		"apac_03": "https://api.gc7.mist.com", "api.eu.mist.com": "https://api.eu.mist.com",
		"https://manage.gc1.mist.com": "https://api.gc1.mist.com",
	} {
		if r, err := LookupRegion(in); err != nil || r.API != want {
			t.Errorf("LookupRegion(%q) = %q, %v; want %q", in, r.API, err, want)
		}
	}
	for in, want := range map[string]string{
		"global-1": `did you mean "global-01"?`,
		"emea-1":   `did you mean "emea-01"?`,
		"emae-02":  `did you mean "emea-02"?`,
		"apac-04":  `did you mean "apac-01"?`,
		"europe":   "the regions are global-01, global-02",
		"":         "the regions are global-01, global-02",
	} {
		if _, err := LookupRegion(in); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("LookupRegion(%q) error %v, want one with %q", in, err, want)
		}
	}
}

func TestRegionsFollowOnePattern(t *testing.T) {
	rs := Regions()
	if len(rs) != 12 {
		t.Fatalf("%d regions, want 12", len(rs))
	}
	for _, r := range rs {
		domain := strings.TrimPrefix(r.API, "https://api.")
		if r.Stream != "wss://api-ws."+domain || r.Portal != "https://manage."+domain || len(r.WebhookIPs) == 0 {
			t.Errorf("%+v", r)
		}
	}
	rs[0].WebhookIPs[0] = "changed"
	if Regions()[0].WebhookIPs[0] == "changed" {
		t.Error("a caller could change the table")
	}
}
