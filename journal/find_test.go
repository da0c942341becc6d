package journal

import (
	"errors"
	"strings"
	"testing"

	"foghorn/journal/event"
)

// networkOf is a journal of two organizations with devices, webhooks and sites.
func networkOf(t *testing.T) *Journal {
	t.Helper()
	j := journalOf(t, start)
	ctx := t.Context()
	device := func(source, mac, name, siteID, site string) event.Device {
		return event.Device{Source: source, MAC: event.MAC(mac), Name: name, SiteID: siteID, Site: site, Type: "ap"}
	}
	acme := []event.Device{
		device("acme", "5c5b35000001", "lobby-ap1", "s1", "Berlin HQ"),
		device("acme", "5c5b35000002", "lobby-ap2", "s1", "Berlin HQ"),
		device("acme", "5c5b35000003", "Lobby-AP2", "s2", "Bern"),
		device("acme", "5c5b35000004", "twin", "s1", "Berlin HQ"),
		device("acme", "5c5b35000005", "twin", "s2", "Bern"),
		device("acme", "5c5b35000006", "\x1b[31mred", "s2", "Bern"),
	}
	webhooks := []event.Webhook{
		{Source: "acme", ID: "7f2c18ff-91a9-4e0c-a3b7-74ea2ce4ea37", Name: "noc"},
		{Source: "acme", ID: "11111111-91a9-4e0c-a3b7-74ea2ce4ea37", Name: "siem"},
		{Source: "acme", ID: "22222222-91a9-4e0c-a3b7-74ea2ce4ea37", Name: "siem", SiteID: "s1", Site: "Berlin HQ"},
	}
	if err := errors.Join(
		j.view.PutDevices(ctx, "acme", acme, nil),
		j.view.PutDevices(ctx, "Acme", []event.Device{device("Acme", "5c5b35000011", "lobby-ap9", "s9", "Zug")}, nil),
		j.view.PutWebhooks(ctx, "acme", webhooks),
		j.view.PutScores(ctx, []event.SLEScore{{Source: "acme", SiteID: "s3", Site: "Basel", Metric: "coverage", Value: 0.9, Time: start}}),
	); err != nil {
		t.Fatal(err)
	}
	return j
}

// found checks what a look-up found, or the one line that says why nothing.
func found(t *testing.T, typed, got string, err error, want, problem string) {
	t.Helper()
	switch {
	case problem == "" && (err != nil || got != want):
		t.Errorf("%q: found %q, %v; want %q", typed, got, err, want)
	case problem != "" && (err == nil || err.Error() != problem):
		t.Errorf("%q: found %q, error\n%v; want\n%s", typed, got, err, problem)
	}
	if e := (*LookupError)(nil); err != nil && (!errors.As(err, &e) || e.Typed != typed) {
		t.Errorf("%q: the error is %#v", typed, err)
	}
}

func TestFindDevice(t *testing.T) {
	j := networkOf(t)
	for _, c := range []struct{ name, source, typed, want, problem string }{
		{"by name", "acme", "lobby-ap1", "5c5b35000001", ""},
		{"of any source", "", "lobby-ap9", "5c5b35000011", ""},
		{"by MAC in any notation", "acme", "5C-5B-35-00-00-04", "5c5b35000004", ""},
		{"by the last digits of the MAC", "acme", "0004", "5c5b35000004", ""},
		{"with separators", "acme", "00:00:06", "5c5b35000006", ""},
		{"too few digits", "acme", "004", "", `no device "004" in acme; foghorn devices lists them`},
		{"digits of none", "acme", "beef", "", `no device "beef" in acme; foghorn devices lists them`},
		{"the exact name before another case", "acme", "lobby-ap2", "5c5b35000002", ""},
		{"another case when there is but one", "acme", "LOBBY-AP1", "5c5b35000001", ""},
		{"several in another case", "acme", "LOBBY-AP2", "", `"LOBBY-AP2" matches 2 devices in acme: 5c:5b:35:00:00:02 (Berlin HQ), 5c:5b:35:00:00:03 (Bern); give the MAC`},
		{"several of one name", "acme", "twin", "", `"twin" matches 2 devices in acme: 5c:5b:35:00:00:04 (Berlin HQ), 5c:5b:35:00:00:05 (Bern); give the MAC`},
		{"a slip", "acme", "lobyb-ap1", "", `no device "lobyb-ap1" in acme; did you mean lobby-ap1?`},
		{"a part", "acme", "lobby", "", `no device "lobby" in acme; did you mean lobby-ap1, lobby-ap2, Lobby-AP2?`},
		{"of a source that differs in case", "Acme", "twin", "", `no device "twin" in Acme; foghorn devices lists them`},
		{"unknown", "", "core-sw-77", "", `no device "core-sw-77"; foghorn devices lists them`},
		{"a hostile name is neutralized", "acme", "red", "", `no device "red" in acme; did you mean \x1b[31mred?`},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, err := FindDevice(t.Context(), j, c.source, c.typed, start)
			found(t, c.typed, string(d.MAC), err, c.want, c.problem)
		})
	}
}

func TestDeviceByMAC(t *testing.T) {
	j := networkOf(t)
	for _, c := range []struct {
		source string
		mac    event.MAC
		ok     bool
	}{
		{"acme", "5c5b35000001", true},
		{"Acme", "5c5b35000001", false},
		{"acme", "5c5b35000099", false},
		{"acme", "", false},
		{"acme", "no MAC", false},
	} {
		d, ok, err := DeviceByMAC(t.Context(), j, c.source, c.mac, start)
		if err != nil || ok != c.ok || ok && d.MAC != c.mac {
			t.Errorf("%s %q: %v, %v, %v", c.source, c.mac, d, ok, err)
		}
	}
}

func TestFindWebhook(t *testing.T) {
	j := networkOf(t)
	for _, c := range []struct{ typed, want, problem string }{
		{"noc", "7f2c18ff-91a9-4e0c-a3b7-74ea2ce4ea37", ""},
		{"NOC", "7f2c18ff-91a9-4e0c-a3b7-74ea2ce4ea37", ""},
		{"7F2C18FF-91a9-4e0c-a3b7-74ea2ce4ea37", "7f2c18ff-91a9-4e0c-a3b7-74ea2ce4ea37", ""},
		{"siem", "", `"siem" matches 2 webhooks: 11111111-91a9-4e0c-a3b7-74ea2ce4ea37 (org), 22222222-91a9-4e0c-a3b7-74ea2ce4ea37 (Berlin HQ); give the id (foghorn webhooks)`},
		{"sim", "", `no webhook "sim"; did you mean siem?`},
		{"x", "", `no webhook "x"; foghorn webhooks lists them`},
	} {
		h, err := FindWebhook(t.Context(), j, c.typed)
		found(t, c.typed, h.ID, err, c.want, c.problem)
	}
	_, err := FindWebhook(t.Context(), journalOf(t, start), "noc")
	found(t, "noc", "", err, "", `no webhook "noc"; no webhooks are known: a collector with an API token has to run for a minute`)
}

func TestFindSite(t *testing.T) {
	j := networkOf(t)
	for _, c := range []struct{ name, source, typed, want, problem string }{
		{"by name", "acme", "Berlin HQ", "s1", ""},
		{"in another case", "", "berlin hq", "s1", ""},
		{"by glob", "acme", "berl*", "s1", ""},
		{"by id", "acme", "S2", "s2", ""},
		{"with service levels but no devices", "acme", "basel", "s3", ""},
		{"of another source", "acme", "Zug", "", `no site "Zug"; there are Basel, Berlin HQ, Bern (foghorn sle lists them)`},
		{"a glob of several", "acme", "ber*", "", `"ber*" matches 2 sites: Berlin HQ, Bern; give the whole name, or the id`},
		{"a slip", "acme", "Brn", "", `no site "Brn"; did you mean Bern?`},
		{"nothing typed", "acme", "", "", `no site ""; there are Basel, Berlin HQ, Bern (foghorn sle lists them)`},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := FindSite(t.Context(), j, c.source, c.typed)
			found(t, c.typed, s.ID, err, c.want, c.problem)
		})
	}
}

func TestFindSource(t *testing.T) {
	for _, c := range []struct {
		sources              []string
		typed, want, problem string
	}{
		{sources: []string{"acme"}, want: "acme"},
		{sources: []string{"acme"}, typed: "initech", problem: `no organization "initech" with an API token; there is acme`},
		{sources: []string{"acme", "globex"}, typed: "globex", want: "globex"},
		{sources: []string{"acme", "Acme"}, typed: "Acme", want: "Acme"},
		{sources: []string{"acme", "globex"}, typed: "GLOBEX", want: "globex"},
		{sources: []string{"acme", "globex"}, problem: "there are several organizations with an API token: acme, globex; choose one with --source"},
		{sources: []string{"acme", "globex"}, typed: "globx", problem: `no organization "globx" with an API token; did you mean globex?`},
		{sources: []string{"acme", "globex"}, typed: "initech", problem: `no organization "initech" with an API token; there are acme, globex`},
		{typed: "acme", problem: `no organization "acme" with an API token`},
	} {
		got, err := FindSource(c.sources, c.typed)
		found(t, c.typed, got, err, c.want, c.problem)
	}
}

func TestFindJunosSource(t *testing.T) {
	for _, c := range []struct {
		sources              []string
		typed, want, problem string
	}{
		{sources: []string{"core"}, want: "core"},
		{sources: []string{"core", "edge"}, typed: "edge", want: "edge"},
		{sources: []string{"core", "edge"}, problem: "there are several Junos sources: core, edge; choose one with --source"},
		{sources: []string{"core"}, typed: "lab", problem: `no Junos source "lab"; there is core`},
	} {
		got, err := FindJunosSource(c.sources, c.typed)
		found(t, c.typed, got, err, c.want, c.problem)
	}
}

// However many things fit, an error stays one readable line.
func TestALongListIsCut(t *testing.T) {
	e := &LookupError{Kind: "device", Typed: "x", Matches: strings.Split("abcdefgh", "")}
	if got, want := e.Error(), `"x" matches 8 devices: a, b, c, d, e and 3 more`; got != want {
		t.Errorf("%s; want %s", got, want)
	}
}
