package compliance

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"foghorn/config"
	"foghorn/jobs/configs"
	"foghorn/journal/event"
	"foghorn/mist"
	"foghorn/mist/mistsim"
)

var now = time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)

// backup is a store with objects: "org/wlans/w1" or "s1/wlans/w1", and their JSON.
func backup(t *testing.T, objects map[string]string) *configs.Store {
	t.Helper()
	s, err := configs.Open(filepath.Join(t.TempDir(), "configs"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	var changes []configs.Change
	for at, text := range objects {
		p, err := configs.ParsePath("o1/" + at)
		if err != nil {
			t.Fatal(err)
		}
		changes = append(changes, configs.Change{Object: configs.Object{OrgID: p.OrgID, SiteID: p.SiteID, Type: p.Type, ID: p.ID, JSON: []byte(text)}})
	}
	if n, err := s.Write(t.Context(), changes, configs.Commit{}); n != len(objects) {
		t.Fatal(n, err)
	}
	return s
}

func check(t *testing.T, cfg config.Configs, in Input) *Result {
	t.Helper()
	c, err := New(&cfg)
	if err != nil {
		t.Fatal(err)
	}
	in.Source, in.OrgID = "acme", "o1"
	if in.Now.IsZero() {
		in.Now = now
	}
	r, err := c.Check(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func lines(vs []Violation) []string {
	var out []string
	for i := range vs {
		out = append(out, vs[i].Line())
	}
	return out
}

func expect(t *testing.T, what string, got []Violation, want ...string) {
	t.Helper()
	if g := lines(got); !slices.Equal(g, want) {
		t.Errorf("%s:\n got %q\nwant %q", what, g, want)
	}
}

func TestReadyMadeRules(t *testing.T) {
	s := backup(t, map[string]string{
		"s1/info/s1":              `{"name":"Vienna","networktemplate_id":"t1","sitegroup_ids":["g1"]}`,
		"s1/setting/s1":           `{"vars":{"vlan":"10"}}`,
		"s2/info/s2":              `{"name":"Graz","networktemplate_id":"t2","sitegroup_ids":["g1"]}`,
		"s2/setting/s2":           `{"vars":{"vlan":"20","dns":"192.0.2.1","corp":"3"}}`,
		"org/networktemplates/t1": `{"name":"Access","networks":{"lan":{"vlan_id":"{{vlan}}"}},"dns_servers":["{{ dns }}"]}`,
		"org/networktemplates/t2": `{"name":"access"}`,
		"org/templates/x1":        `{"name":"Corp","applies":{"sitegroup_ids":["g1"]},"exceptions":{"site_ids":[]}}`,
		"org/wlans/w0":            `{"ssid":"Corp","template_id":"x1","vlan_id":"{{corp}}","auth":{"type":"eap"},"portal":{"sms_message_format":"{{code}}"}}`,
		"s1/wlans/w1":             `{"ssid":"Guest","enabled":true,"auth":{"type":"open"}}`,
		"s1/wlans/w2":             `{"ssid":"Portal","enabled":true,"auth":{"type":"open"},"portal":{"enabled":true}}`,
		"s1/wlans/w3":             `{"ssid":"Off","enabled":false}`,
		"s1/wlans/w4":             `{"ssid":"MAC","auth":{"type":"open","enable_mac_auth":true}}`,
		"org/webhooks/h1":         `{"name":"noc","enabled":true,"url":"https://noc.example.net/"}`,
		"org/webhooks/h2":         `{"name":"signed","enabled":true,"url":"https://noc.example.net/","secret":"x"}`,
		"org/webhooks/h3":         `{"name":"cloud","enabled":true,"type":"google-pubsub"}`,
		"org/webhooks/h4":         `{"name":"off","enabled":false}`,
		"s1/devices/d1":           `{"name":"sw1","type":"switch","vars":{"uplink":"ge-0/0/0"},"notes":"{{uplink}} {{rack}}"}`,
		"s2/devices/00000000-0000-0000-1000-5c5b35000002": `{"name":"SW1","type":"switch"}`,
	})
	r := check(t, config.Configs{}, Input{Store: s, Short: func(context.Context) ([]event.Device, error) {
		return []event.Device{{ID: "d9", SiteID: "s1", Name: "ap-lobby"}}, nil
	}})
	expect(t, "found", r.Violations,
		"info Vienna (Vienna): does not define {{rack}}, which devices sw1 uses; does not define {{dns}}, which networktemplates Access uses; does not define {{corp}}, which wlans Corp uses, rule undefined-variable",
		"devices ap-lobby (Vienna): gets less PoE power than it needs, rule poe-power",
		"networktemplates Access: has the same name as t2, rule duplicate-name",
		"networktemplates access: has the same name as t1, rule duplicate-name",
		"devices sw1 (Vienna): has the same name as 5c:5b:35:00:00:02 (Graz), rule duplicate-name",
		"devices SW1 (Graz): has the same name as d1 (Vienna), rule duplicate-name",
		"wlans Guest (Vienna): is open and has no portal, rule open-wlan",
		"webhooks noc: has no secret: nobody can tell its deliveries from forged ones, rule webhook-secret")
	if len(r.Troubles) != 0 || r.Objects != 18 {
		t.Errorf("%+v", r.Troubles)
	}

	// Without a connection one rule is in trouble, and the others are checked.
	r = check(t, config.Configs{Disable: []string{"duplicate-name", "undefined-variable"}}, Input{Store: s})
	if len(r.Violations) != 2 || len(r.Troubles) != 1 || r.Troubles[0].Rule != "poe-power" {
		t.Errorf("%+v", r)
	}
}

func TestRulesOfTheConfiguration(t *testing.T) {
	s := backup(t, map[string]string{
		"s1/info/s1":    `{"name":"Vienna"}`,
		"s1/wlans/w1":   `{"ssid":"Corp","enabled":true,"auth":{"type":"psk"}}`,
		"s1/wlans/w2":   `{"ssid":"Old","enabled":false}`,
		"s1/devices/d1": `{"name":"vie-sw-01"}`,
		"s1/devices/d2": `{"name":"switch vie-sw-02"}`,
	})
	devices := func(context.Context) ([]event.Device, error) {
		return []event.Device{
			{ID: "d3", SiteID: "s1", Name: "ap1", Type: "ap", Model: "AP45", Version: "0.9.100"},
			{ID: "d4", SiteID: "s1", Name: "ap2", Type: "ap", Model: "AP45", Version: "0.14.29633"},
			{ID: "d5", SiteID: "s1", Name: "ap3", Type: "ap", Model: "AP12", Version: "0.9.100"},
			{ID: "d6", SiteID: "s1", Name: "sw", Type: "switch", Model: "AP45", Version: "0.1"},
			{ID: "d7", SiteID: "s1", Name: "new", Type: "ap", Model: "AP45"},
		}, nil
	}
	rules := func(rs ...config.ObjectRule) config.Configs {
		return config.Configs{Disable: config.ReadyRules(), Rules: rs}
	}
	r := check(t, rules(
		config.ObjectRule{Name: "jq", Type: "wlans", Expression: `select(.enabled and .auth.type != "eap") | "uses \(.auth.type)"`, Severity: "critical"},
		config.ObjectRule{Name: "true", Type: "wlans", Expression: `.enabled | not`},
		config.ObjectRule{Name: "name", Type: "devices", Naming: "[a-z]{3}-sw-[0-9]{2}"},
		config.ObjectRule{Name: "set", Settings: []string{`auth.type = "eap"`, `isolation=true`}},
		config.ObjectRule{Name: "fw", Type: "ap", Model: "ap4*", Firmware: "0.14.29633"},
	), Input{Store: s, Devices: devices})
	expect(t, "found", r.Violations,
		"wlans Corp (Vienna): uses psk, rule jq",
		"wlans Old (Vienna): breaks the rule, rule true",
		"devices switch vie-sw-02 (Vienna): has a name that does not match [a-z]{3}-sw-[0-9]{2}, rule name",
		`wlans Corp (Vienna): auth.type is "psk", must be "eap"; isolation is not set, must be true, rule set`,
		"devices ap1 (Vienna): runs 0.9.100, older than 0.14.29633, rule fw")
	if r.Violations[0].Severity != event.Critical || r.Violations[1].Severity != event.Warn {
		t.Errorf("%+v", r.Violations[:2])
	}
}

// A rule that is wrong, or never ends, costs only itself.
func TestAnExpressionIsBounded(t *testing.T) {
	s := backup(t, map[string]string{"s1/wlans/w1": `{"ssid":"Corp"}`})
	for expression, want := range map[string]string{
		`{a: 1}`:                     "returns object",
		`range(1000) | "x"`:          "more than 20 results",
		`[range(infinite)] | length`: "takes longer than",
		`last(range(infinite))`:      "takes longer than",
		`.ssid + 1`:                  "cannot add",
		`env | length > 0`:           "",
		`error("bad\u001bthing")`:    "bad",
	} {
		rule := config.ObjectRule{Name: "jq", Type: "wlans", Expression: expression}
		after := config.ObjectRule{Name: "after", Type: "wlans", Expression: "true"}
		r := check(t, config.Configs{Disable: config.ReadyRules(), Rules: []config.ObjectRule{rule, after}}, Input{Store: s})
		if want == "" && len(r.Troubles) == 0 && len(r.Violations) == 1 {
			continue
		}
		if len(r.Troubles) != 1 || !strings.Contains(r.Troubles[0].String(), want) || strings.Contains(r.Troubles[0].String(), "\x1b") || len(r.Violations) != 1 || r.Violations[0].Rule != "after" {
			t.Errorf("%s: %v, %q", expression, r.Troubles, lines(r.Violations))
		}
	}
}

// An exception lets one object break one rule until it ends.
func TestAnException(t *testing.T) {
	s := backup(t, map[string]string{"s1/wlans/w1": `{"ssid":"Museum","auth":{"type":"open"}}`, "s1/wlans/w2": `{"ssid":"Guest","auth":{"type":"open"}}`})
	for _, object := range []string{"Museum", "wlans/museum", "w1", "o1/s1/wlans/w1", "o1/s1/wlans/w1.json"} {
		cfg := config.Configs{Exceptions: []config.RuleException{{Rule: "open-wlan", Object: object, Owner: "jane", Until: "2026-12-31T00:00:00Z"}}}
		r := check(t, cfg, Input{Store: s, Rule: "open-wlan"})
		if len(r.Violations) != 1 || r.Violations[0].Name != "Guest" || len(r.Excepted) != 1 || r.Excepted[0].Owner != "jane" {
			t.Errorf("%s: %q, excepted %q", object, lines(r.Violations), lines(r.Excepted))
		}
		if r := check(t, cfg, Input{Store: s, Rule: "open-wlan", Now: now.AddDate(0, 2, 0)}); len(r.Violations) != 2 {
			t.Errorf("%s, after its end: %q", object, lines(r.Violations))
		}
		cfg.Exceptions[0].Source = "beta"
		if r := check(t, cfg, Input{Store: s, Rule: "open-wlan"}); len(r.Violations) != 2 {
			t.Errorf("%s, of another organization: %q", object, lines(r.Violations))
		}
	}
}

func TestCompareVersions(t *testing.T) {
	inOrder := []string{"0.9", "0.14.29632", "0.14.29633", "21.4R3", "23.4R1.9", "23.4R2", "23.4R2-S3", "23.4R2-S10"}
	for i, a := range inOrder {
		for j, b := range inOrder {
			if got := compareVersions(a, b); got < 0 != (i < j) || got > 0 != (i > j) {
				t.Errorf("%s and %s: %d", a, b, got)
			}
		}
	}
}

// The configuration knows the types that a rule may be about.
func TestTheTypesOfTheConfiguration(t *testing.T) {
	var want []string
	for _, typ := range configs.Types() {
		if !slices.Contains(want, typ.Name) {
			want = append(want, typ.Name)
		}
	}
	got := config.ObjectTypes()
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// The simulated cloud has one, and answers as the vendor's document says.
func TestTheSimulatedCloudIsAskedForPower(t *testing.T) {
	cloud, err := mistsim.New(mistsim.Options{Seed: 1, Unposted: true, History: -1, StatsEvery: -1})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(cloud.API())
	defer srv.Close()
	client, err := mist.NewClient(mist.WithBaseURL(srv.URL), mist.WithToken(mistsim.AdminToken), mist.WithHTTPClient(srv.Client()))
	if err != nil {
		t.Fatal(err)
	}
	got, err := ShortOfPower(t.Context(), client, cloud.Org().ID)
	if err != nil || len(got) != 1 || got[0].Name != "ap-cgn-01" || got[0].SiteID != cloud.Org().Sites[7].ID || got[0].MAC == "" {
		t.Errorf("%+v, %v", got, err)
	}
}

// A cloud that does not know the question answers with all devices.
func TestWhichAreShortOfPower(t *testing.T) {
	asked := ""
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = r.URL.Path + "?" + r.URL.Query().Encode()
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"results":[{"mac":"5c5b350e0001","site_id":"s1","hostname":["ap1","old"],"last_hostname":"ap1","power_constrained":true},{"mac":"5c5b350e0002","power_constrained":false},{"mac":"5c5b350e0003"}],"total":3}`)
	}))
	defer srv.Close()
	client, err := mist.NewClient(mist.WithBaseURL(srv.URL), mist.WithToken("token"), mist.WithHTTPClient(srv.Client()))
	if err != nil {
		t.Fatal(err)
	}
	got, err := ShortOfPower(t.Context(), client, "o1")
	if err != nil || len(got) != 1 || got[0].MAC != "5c5b350e0001" || got[0].Name != "ap1" {
		t.Errorf("%+v, %v", got, err)
	}
	if asked != "/api/v1/orgs/o1/devices/search?limit=1000&power_constrained=true&type=ap" {
		t.Error(asked)
	}
}
