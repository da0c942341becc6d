package mistsim

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// having is the one object of a list that has a member.
func (a answer) having(member string, value any) map[string]any {
	a.t.Helper()
	rows := having(a.rows(), member, value)
	if len(rows) != 1 {
		a.t.Fatalf("%d rows with %s %v in %s", len(rows), member, value, a.body)
	}
	return rows[0]
}

// toldSince are the audits and device events told since it was asked last.
func (d *desk) toldSince(n *int) (audits, events []map[string]any) {
	for _, p := range d.posts.posts[*n:] {
		switch topic, all, _ := p.events(); topic {
		case "audits":
			audits = append(audits, all...)
		case "device-events":
			events = append(events, all...)
		}
	}
	*n = len(d.posts.posts)
	return audits, events
}

func TestAnObjectIsMadeChangedAndRemoved(t *testing.T) {
	t.Parallel()
	d := openDesk(t, nil)
	n := 0
	const list = "/api/v1/sites/SITE/wlans"
	made := d.ask(AdminToken, "POST", list, `{"ssid":"Lab","vlan_id":40,"id":"mine","org_id":"mine"}`).is(200).object()
	org := d.Org()
	if made["id"] == "mine" || made["org_id"] != org.ID || made["site_id"] != org.Sites[0].ID || made["for_site"] != true || made["created_time"] != float64(noon.Unix()) {
		t.Errorf("made: %v", made)
	}
	audits, events := d.toldSince(&n)
	aps := len(org.Sites[0].OfType(AP))
	if len(audits) != 1 || audits[0]["message"] != `Add WLAN "Lab"` || audits[0]["wlan_id"] != made["id"] || audits[0]["site_id"] != org.Sites[0].ID ||
		audits[0]["before"] != nil || !strings.Contains(fmt.Sprint(audits[0]["after"]), `"ssid":"Lab"`) {
		t.Errorf("audits of making it: %v", audits)
	}
	if got := having(events, "type", "AP_CONFIGURED"); len(got) != aps || got[0]["audit_id"] != audits[0]["id"] {
		t.Errorf("%d access points say that they are configured, of %d: %v", len(got), aps, events)
	}

	item := fmt.Sprint(list, "/", made["id"])
	d.clock.Advance(time.Minute)
	changed := d.ask(AdminToken, "PUT", item, `{"vlan_id":41,"ssid":"Lab"}`).is(200).object()
	if changed["vlan_id"] != 41.0 || changed["ssid"] != "Lab" || changed["modified_time"] != made["created_time"].(float64)+60 {
		t.Errorf("changed: %v", changed)
	}
	if audits, _ = d.toldSince(&n); len(audits) != 1 || audits[0]["before"] != `{"vlan_id":40}` || audits[0]["after"] != `{"vlan_id":41}` {
		t.Errorf("audits of changing it: %v", audits)
	}
	d.ask(AdminToken, "PUT", item, `{"vlan_id":41}`).is(200)
	if audits, events = d.toldSince(&n); len(audits) != 1 || audits[0]["after"] != nil || len(events) != 0 {
		t.Errorf("putting what is there: %v, %v", audits, events)
	}

	d.ask(AdminToken, "PUT", item, `{"isolation":true}`).is(200)
	d.toldSince(&n)
	if _, there := d.ask(AdminToken, "PUT", item, `{"-isolation":"","-id":""}`).is(200).object()["isolation"]; there {
		t.Error("a member is not unset")
	}
	if audits, _ = d.toldSince(&n); len(audits) != 1 || audits[0]["before"] != `{"isolation":true}` || audits[0]["after"] != nil {
		t.Errorf("audits of unsetting: %v", audits)
	}
	d.ask(AdminToken, "PUT", item, `{"-ssid":""}`).is(400)

	d.ask(AdminToken, "DELETE", item, "").is(200)
	d.ask(AdminToken, "GET", item, "").is(404)
	audits, _ = d.toldSince(&n)
	if len(having(d.get(list).rows(), "ssid", "Lab")) != 0 || len(audits) != 1 || audits[0]["message"] != `Delete WLAN "Lab"` ||
		!strings.Contains(fmt.Sprint(audits[0]["before"]), `"vlan_id":41`) {
		t.Errorf("removed, it is still there, or the audit is not right: %v", audits)
	}
	if logs := d.get("/api/v1/orgs/ORG/logs/search").results(); len(logs) != 6 || logs[0]["message"] != `Delete WLAN "Lab"` {
		t.Errorf("audit log: %v", logs)
	}
}

// A template reaches the devices of the sites that have chosen it.
func TestATemplateReachesWhereItIsChosen(t *testing.T) {
	t.Parallel()
	d := openDesk(t, nil)
	n := 0
	old := d.get("/api/v1/orgs/ORG/networktemplates").having("name", "access")
	fresh := d.ask(AdminToken, "POST", "/api/v1/orgs/ORG/networktemplates", `{"name":"core","networks":{"voice":{"vlan_id":"{{voice_vlan}}"}}}`).is(200).object()
	if _, events := d.toldSince(&n); len(events) != 0 {
		t.Errorf("nobody has chosen it, yet: %v", events)
	}
	d.ask(AdminToken, "PUT", "/api/v1/sites/SITE", fmt.Sprintf(`{"networktemplate_id":%q}`, fresh["id"])).is(200)
	d.toldSince(&n)
	site := d.Org().Sites[0]
	for template, want := range map[string]int{fmt.Sprint(fresh["id"]): len(site.OfType(Switch)), fmt.Sprint(old["id"]): 0} {
		d.ask(AdminToken, "PUT", "/api/v1/orgs/ORG/networktemplates/"+template, `{"ntp_servers":["10.0.8.3"]}`).is(200)
		_, events := d.toldSince(&n)
		if here := having(having(events, "site_id", site.ID), "type", "SW_CONFIGURED"); len(here) != want {
			t.Errorf("template %s: %d switches of the site are configured, want %d", template, len(here), want)
		}
	}
	d.ask(AdminToken, "PUT", "/api/v1/sites/SITE/setting", `{"vars":{"voice_vlan":"60"}}`).is(200)
	sw := "/api/v1/sites/SITE/devices/" + site.OfType(Switch)[0].ID
	d.ask(AdminToken, "PUT", sw, `{"port_config":{"ge-0/0/7":{"usage":"ap","description":"lobby"}}}`).is(200)
	lines := d.get(sw + "/config_cmd?sort=true").object()["cli"].([]any)
	for _, want := range []string{
		"set system host-name " + site.OfType(Switch)[0].Name, "set system ntp server 10.0.8.3", "set vlans voice vlan-id 60",
		"set interfaces ge-0/0/7 apply-groups ap", `set interfaces ge-0/0/7 description "lobby"`,
	} {
		if !slices.Contains(lines, any(want)) {
			t.Errorf("no %q in %v", want, lines)
		}
	}
	d.get("/api/v1/sites/SITE/devices/" + site.OfType(Gateway)[0].ID + "/config_cmd")
	d.ask(AdminToken, "GET", "/api/v1/sites/SITE/devices/"+site.OfType(AP)[0].ID+"/config_cmd", "").is(404)
}

// Secrets are hidden from those who may only read, on request from everybody,
// and always in audits; and nobody can destroy one by sending the mask back.
func TestSecretsAreMasked(t *testing.T) {
	t.Parallel()
	d := openDesk(t, nil)
	n := 0
	psk := "/api/v1/orgs/ORG/psks/" + fmt.Sprint(d.get("/api/v1/orgs/ORG/psks").having("name", "label-printer")["id"])
	secrets := map[string]string{
		psk: "sim-printer-key-1", "/api/v1/orgs/ORG/wlans": "sim-scanner-key", "/api/v1/sites/SITE/wlans": "sim-radius-secret",
		"/api/v1/orgs/ORG/setting": "Sim-Root-1", "/api/v1/sites/SITE/setting": "Sim-Root-1", "/api/v1/orgs/ORG/networktemplates": "sim-radius-secret",
		"/api/v1/orgs/ORG/webhooks": string(mistKey),
	}
	show := func(token string, want bool) {
		t.Helper()
		desk := d
		if !want {
			desk = d.unchecked() // the document asks for longer secrets than the mask is
		}
		for path, secret := range secrets {
			a := desk.ask(token, "GET", path, "").is(200)
			if strings.Contains(a.body, secret) != want || strings.Contains(a.body, `"****"`) == want {
				t.Errorf("%s of %s: %s", token, path, a.body)
			}
		}
	}
	show(AdminToken, true)
	show(ReadToken, false)
	d.ask(AdminToken, "PUT", psk, `{"passphrase":"another-secret"}`).is(200)
	d.toldSince(&n)
	d.ask(AdminToken, "PUT", psk, `{"passphrase":"sim-printer-key-1"}`).is(200)
	if audits, _ := d.toldSince(&n); len(audits) != 1 || audits[0]["before"] != `{"passphrase":"****"}` || audits[0]["after"] != `{"passphrase":"****"}` {
		t.Errorf("audit of a new secret: %v", audits)
	}
	d.ask(AdminToken, "PUT", "/api/v1/orgs/ORG/setting", `{"api_policy":{"no_reveal":true}}`).is(200)
	show(AdminToken, false)
	loose := d.unchecked()
	for path, body := range map[string]string{
		psk: `{"passphrase":"****"}`, "/api/v1/sites/SITE/setting": `{"switch_mgmt":{"root_password":"****"}}`,
		fmt.Sprint("/api/v1/orgs/ORG/webhooks/", d.get("/api/v1/orgs/ORG/webhooks").rows()[0]["id"]): `{"secret":"****"}`,
	} {
		if a := loose.ask(AdminToken, "PUT", path, body); a.status != http.StatusBadRequest || !strings.Contains(a.body, "not a valid value") {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
}

func TestWebhooksLeaveAudits(t *testing.T) {
	t.Parallel()
	d := openDesk(t, nil)
	n := 0
	id := d.ask(AdminToken, "POST", "/api/v1/orgs/ORG/webhooks", `{"name":"siem","url":"http://siem/in","secret":"s3","topics":["alarms"]}`).is(200).object()["id"]
	item := fmt.Sprint("/api/v1/orgs/ORG/webhooks/", id)
	d.ask(AdminToken, "PUT", item, `{"topics":["audits"],"enabled":false}`).is(200)
	d.ask(AdminToken, "DELETE", item, "").is(200)
	audits, _ := d.toldSince(&n)
	if len(audits) != 3 || audits[0]["webhook_id"] != id || strings.Contains(fmt.Sprint(audits), "s3") ||
		audits[1]["before"] != `{"enabled":true,"topics":["alarms"]}` || audits[1]["after"] != `{"enabled":false,"topics":["audits"]}` || audits[2]["message"] != `Delete Webhook "siem"` {
		t.Errorf("audits: %v", audits)
	}
}

func TestObjectsThatCannotBe(t *testing.T) {
	t.Parallel()
	d := openDesk(t, nil).unchecked()
	wlan := "/api/v1/sites/SITE/wlans/" + fmt.Sprint(d.get("/api/v1/sites/SITE/wlans").rows()[0]["id"])
	for _, c := range []struct {
		token, method, path, body string
		status                    int
	}{
		{AdminToken, "POST", "/api/v1/sites/SITE/wlans", `{"vlan_id":3}`, 400},
		{AdminToken, "POST", "/api/v1/sites/SITE/wlans", `[]`, 400},
		{AdminToken, "POST", "/api/v1/sites/SITE/wlans", `{"ssid":`, 400},
		{AdminToken, "PUT", wlan, `{"ssid":""}`, 400},
		{AdminToken, "PUT", "/api/v1/sites/SITE", `{"name":null}`, 400},
		{AdminToken, "PUT", wlan + "0", `{}`, 404},
		{AdminToken, "DELETE", wlan + "0", ``, 404},
		{AdminToken, "GET", strings.Replace(wlan, "sites/SITE", "orgs/ORG", 1), ``, 404},
		{ReadToken, "PUT", wlan, `{"vlan_id":3}`, 403},
		{SiteToken, "PUT", wlan, `{"vlan_id":3}`, 200},
		{SiteToken, "GET", "/api/v1/orgs/ORG/wlans", ``, 403},
	} {
		if a := d.ask(c.token, c.method, c.path, c.body); a.status != c.status {
			t.Errorf("%s %s %s %s: %d %s", c.token, c.method, c.path, c.body, a.status, a.body)
		}
	}
}

// What the story's audits say was changed is changed.
func TestTheStoryChangesWhatItsAuditsSay(t *testing.T) {
	t.Parallel()
	d := openDesk(t, nil)
	if err := d.Play(t.Context(), "audit-before-trouble"); err != nil {
		t.Fatal(err)
	}
	audits := d.told("audits")
	if len(audits) != 2 {
		t.Fatalf("audits: %v", audits)
	}
	first, last := audits[0], audits[1]
	wlan := d.get(fmt.Sprintf("/api/v1/sites/%s/wlans/%s", last["site_id"], last["wlan_id"])).object()
	if at := wlan["modified_time"].(float64); at != float64(int64(last["timestamp"].(float64))) {
		t.Errorf("modified at %v, the audit is of %v", at, last["timestamp"])
	}
	if first["before"] != last["after"] || first["after"] != last["before"] || !strings.Contains(fmt.Sprint(first["after"]), "10.0.8.40") {
		t.Errorf("there and back: %v", audits)
	}
	if host := wlan["auth_servers"].([]any)[0].(map[string]any)["host"]; host != "10.0.8.4" {
		t.Errorf("in the end it is %v", host)
	}
}

func TestListsOfObjects(t *testing.T) {
	t.Parallel()
	d := openDesk(t, nil)
	for query, want := range map[string]string{"": "lobby", "?type=switch": "access", "?type=all": "lobby access", "?type=gateway": ""} {
		var names []string
		for _, r := range d.get("/api/v1/orgs/ORG/deviceprofiles" + query).rows() {
			names = append(names, fmt.Sprint(r["name"]))
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("profiles%s: %q", query, got)
		}
	}
	for i := range 3 {
		d.ask(AdminToken, "POST", "/api/v1/orgs/ORG/usermacs", fmt.Sprintf(`{"mac":"02000000000%d"}`, i)).is(200)
	}
	page := d.get("/api/v1/orgs/ORG/usermacs/search?limit=3")
	next, _ := page.object()["next"].(string)
	if len(page.results()) != 3 || len(d.get(next).results()) != 1 {
		t.Errorf("pages of addresses: %s, then %s", page.body, next)
	}
	if zones := d.get("/api/v1/sites/SITE/zones").rows(); len(zones) != len(d.Org().Sites[0].Zones) || zones[0]["id"] != d.Org().Sites[0].Zones[0].ID {
		t.Errorf("zones: %v", zones)
	}
}

// What is a name for other ports, or for none, cannot be bounced.
func TestPortsThatCannotBeBounced(t *testing.T) {
	t.Parallel()
	d := openDesk(t, nil)
	bounce := "/api/v1/sites/SITE/devices/" + d.Org().Sites[0].OfType(Switch)[0].ID + "/bounce_port"
	for _, ports := range []string{`["vme"]`, `["ae0"]`, `["ge-0/0/1","irb.20"]`, `[]`} {
		d.ask(AdminToken, "POST", bounce, `{"ports":`+ports+`}`).is(400)
	}
	d.ask(AdminToken, "POST", bounce, `{"ports":["ge-0/0/1"]}`).is(200)
}
