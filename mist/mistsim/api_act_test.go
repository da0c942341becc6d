package mistsim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"foghorn/mist"
)

// told returns the elements of a topic that the listener got, oldest first.
func (d *desk) told(topic string) []map[string]any {
	var out []map[string]any
	for _, p := range d.posts.posts {
		if is, events, ok := p.events(); ok && is == topic {
			out = append(out, events...)
		}
	}
	return out
}

func TestAnAckStaysUntilItIsTakenBack(t *testing.T) {
	t.Parallel()
	d := openDesk(t, nil)
	if err := d.Play(t.Context(), "rogue-ap"); err != nil {
		t.Fatal(err)
	}
	const search = "/api/v1/orgs/ORG/alarms/search?acked="
	id := d.get(search + "false").results()[0]["id"]
	d.ask(AdminToken, "POST", "/api/v1/orgs/ORG/alarms/ack", fmt.Sprintf(`{"alarm_ids":[%q],"note":"on it"}`, id)).is(200)
	acked := d.get(search + "true").results()
	if len(acked) != 1 || acked[0]["ack_admin_name"] != "foghorn" || acked[0]["note"] != "on it" || acked[0]["acked_time"] != float64(noon.Unix()) {
		t.Errorf("acknowledged: %v", acked)
	}
	// The alarm is told again under the same id, and stays acknowledged.
	if err := d.Play(t.Context(), "rogue-ap"); err != nil {
		t.Fatal(err)
	}
	if got := having(d.get(search+"true").results(), "id", id); len(got) != 1 {
		t.Errorf("after a repeat: %v", got)
	}
	d.ask(AdminToken, "POST", "/api/v1/orgs/ORG/alarms/unack", fmt.Sprintf(`{"alarm_ids":[%q]}`, id)).is(200)
	if got := d.get(search + "true").results(); len(got) != 0 {
		t.Errorf("taken back, yet acknowledged: %v", got)
	}
	if d.PortalAck("Teo Varga", "seen", fmt.Sprint(id), "no such") != 1 {
		t.Error("the portal does not know the alarm")
	}
	if got := d.get("/api/v1/orgs/ORG/alarms/search?ack_admin_name=Teo+Varga").results(); len(got) != 1 {
		t.Errorf("acknowledged in the portal: %v", got)
	}
}

func TestAcksThatCannotBe(t *testing.T) {
	t.Parallel()
	d := openDesk(t, nil).unchecked()
	many := `{"alarm_ids":["a"` + strings.Repeat(`,"a"`, maxAcks) + `]}`
	for body, want := range map[string]string{
		`{"alarm_ids":["no such"]}`: "not found", `{"note":"x"}`: "required", many: "at most 1000", `{"alarm_ids":`: "JSON parse error",
	} {
		if a := d.ask(AdminToken, "POST", "/api/v1/orgs/ORG/alarms/ack", body); a.status != 400 || !strings.Contains(a.body, want) {
			t.Errorf("%.40s: %d %s", body, a.status, a.body)
		}
	}
}

func TestANewNameShowsEverywhere(t *testing.T) {
	t.Parallel()
	d := openDesk(t, nil)
	ap := d.Org().Sites[0].OfType(AP)[0]
	path := "/api/v1/sites/SITE/devices/" + ap.ID
	d.clock.Advance(time.Minute)
	if got := d.ask(AdminToken, "PUT", path, `{"name":"ap \"bar\" <1>"}`).is(200).object(); got["mac"] != ap.MAC || got["name"] != `ap "bar" <1>` {
		t.Errorf("the answer is not the whole device: %v", got)
	}
	const name = `ap "bar" <1>`
	for _, at := range []string{"/api/v1/orgs/ORG/inventory?limit=1000", "/api/v1/orgs/ORG/stats/devices?limit=1000", "/api/v1/sites/SITE/devices?name=" + url.QueryEscape(name)} {
		if got := having(d.get(at).rows(), "mac", ap.MAC); len(got) != 1 || got[0]["name"] != name {
			t.Errorf("%s: %v", at, got)
		}
	}
	audits := d.told("audits")
	if len(audits) != 1 || audits[0]["device_id"] != ap.ID || audits[0]["admin_name"] != "foghorn" || !strings.Contains(fmt.Sprint(audits[0]["before"]), ap.Name) {
		t.Errorf("audits told: %v", audits)
	}
	logs := d.get("/api/v1/orgs/ORG/logs/search").results()
	if len(logs) != 1 || logs[0]["id"] != audits[0]["id"] || logs[0]["timestamp"] != audits[0]["timestamp"] || logs[0]["after"].(map[string]any)["name"] != name {
		t.Errorf("audits found: %v", logs)
	}
	// What webhooks tell later carries it too.
	if err := d.Play(t.Context(), "audit-before-trouble"); err != nil {
		t.Fatal(err)
	}
	if got := having(d.told("device-events"), "mac", ap.MAC); len(got) < 2 || got[len(got)-1]["device_name"] != name {
		t.Errorf("events told: %v", got)
	}
}

func TestAWebhookMadeThroughTheAPIGetsItsTopics(t *testing.T) {
	t.Parallel()
	d := openDesk(t, nil)
	own := d.get("/api/v1/orgs/ORG/webhooks").rows()
	if len(own) != 1 || own[0]["url"] != "http://listener/mist/acme" || own[0]["name"] != "foghorn" || own[0]["secret"] == nil {
		t.Fatalf("the webhook of the options is not listed: %v", own)
	}
	made := d.ask(AdminToken, "POST", "/api/v1/orgs/ORG/webhooks", `{"name":"siem","url":"http://siem/in","secret":"s3","topics":["alarms"]}`).is(200).object()
	if made["enabled"] != true || made["verify_cert"] != true || made["site_id"] != noSite {
		t.Errorf("defaults: %v", made)
	}
	play := func(story string) (siem []got) {
		t.Helper()
		before := len(d.posts.posts)
		if err := d.Play(t.Context(), story); err != nil {
			t.Fatal(err)
		}
		return slices.DeleteFunc(slices.Clone(d.posts.posts[before:]), func(g got) bool { return g.path != "/in" })
	}
	posts := play("rogue-ap")
	if len(posts) != 4 {
		t.Fatalf("%d posts for the new webhook, want the 4 of the story", len(posts))
	}
	for _, p := range posts {
		if !strings.HasPrefix(p.body, `{"topic":"alarms"`) || !mist.CheckV2([]byte("s3"), []byte(p.body), p.header.Get(mist.HeaderV2)) {
			t.Errorf("not its topic, or not signed with its secret: %s", p.body)
		}
	}
	item := fmt.Sprint("/api/v1/orgs/ORG/webhooks/", made["id"])
	d.ask(AdminToken, "PUT", item, `{"enabled":false}`).is(200)
	if posts := play("rogue-ap"); len(posts) != 0 {
		t.Errorf("switched off, it still gets %d posts", len(posts))
	}
	d.ask(AdminToken, "DELETE", item, "").is(200)
	d.ask(AdminToken, "GET", item, "").is(404)
	if posts := play("rogue-ap"); len(posts) != 0 {
		t.Errorf("deleted, it still gets %d posts", len(posts))
	}
}

func TestASitesWebhookHearsOfItsSiteOnly(t *testing.T) {
	t.Parallel()
	d := openDesk(t, nil)
	site := d.Org().Sites[0].ID
	d.ask(AdminToken, "POST", "/api/v1/sites/SITE/webhooks", `{"url":"http://site/in","topics":["site-sle","device-events"],"single_event_per_message":true}`).is(200)
	for _, story := range []string{"switch-outage", "audit-before-trouble", "dhcp-failure"} {
		if err := d.Play(t.Context(), story); err != nil {
			t.Fatal(err)
		}
	}
	here, events := 0, 0
	for _, p := range d.posts.posts {
		var in struct {
			Topic  string
			Events []map[string]any
		}
		if p.path == "/mist/acme" {
			if topic, all, _ := p.events(); topic == "device-events" || topic == "site-sle" {
				events += len(having(all, "site_id", site))
			}
			continue
		}
		if json.Unmarshal([]byte(p.body), &in) != nil || p.path != "/in" {
			continue
		}
		if here += len(in.Events); len(having(in.Events, "site_id", site)) != len(in.Events) || in.Topic == "device-events" && len(in.Events) != 1 {
			t.Errorf("not its own, or not one by one: %s", p.body)
		}
	}
	if here != events {
		t.Errorf("the site's webhook heard %d events, the organization's %d of that site", here, events)
	}
}

func TestAPingArrivesSignedAndIsInTheLog(t *testing.T) {
	t.Parallel()
	d := openDesk(t, nil)
	id := d.get("/api/v1/orgs/ORG/webhooks").rows()[0]["id"]
	item := fmt.Sprint("/api/v1/orgs/ORG/webhooks/", id)
	if a := d.ask(AdminToken, "POST", item+"/ping", "").is(200); a.body != "" {
		t.Errorf("the answer says %q, want nothing", a.body)
	}
	pings := d.told("ping")
	if len(pings) != 1 || pings[0]["id"] != id || pings[0]["name"] != "foghorn" || pings[0]["timestamp"] != float64(noon.Unix()) {
		t.Fatalf("pings: %v", pings)
	}
	if p := d.posts.posts[0]; !mist.CheckV2(mistKey, []byte(p.body), p.header.Get(mist.HeaderV2)) {
		t.Error("the ping is not signed with the webhook's secret")
	}
	d.posts.status = func(int) int { return http.StatusUnauthorized }
	d.clock.Advance(time.Second)
	d.ask(AdminToken, "POST", item+"/ping", "").is(200)
	rows := d.get(item + "/events/search?topic=ping").results()
	if len(rows) != 2 || rows[0]["status"] != "failure" || rows[0]["status_code"] != float64(401) || rows[1]["status"] != "success" {
		t.Fatalf("log: %v", rows)
	}
	var header http.Header
	if err := json.Unmarshal([]byte(fmt.Sprint(rows[1]["req_headers"])), &header); err != nil || header.Get("User-Agent") != mist.UserAgent {
		t.Errorf("request headers %v: %v", rows[1]["req_headers"], err)
	}
	if rows[1]["req_payload"] != d.posts.posts[0].body || rows[1]["resp_body"] != "{}" {
		t.Errorf("payloads: %v", rows[1])
	}
	if got := d.get(item + "/events/count?distinct=status").results(); len(got) != 2 || got[0]["failure"] != nil || got[0]["count"] != 1.0 {
		t.Errorf("count: %v", got)
	}
}

func TestWebhooksThatCannotBe(t *testing.T) {
	t.Parallel()
	d := openDesk(t, nil).unchecked()
	d.ask(AdminToken, "POST", "/api/v1/sites/SITE/webhooks", `{"url":"http://x/y","topics":["asset-raw-rssi"]}`).is(200)
	for body, want := range map[string]string{
		`{"url":"ftp://x/y"}`:                                                   "url",
		`{"url":"http://x/y","topics":["no-such"]}`:                             "no-such",
		`{"url":"http://x/y","topics":["ping"]}`:                                "not a topic",
		`{"url":"http://x/y","topics":["asset-raw-rssi"]}`:                      "already configured",
		`{"url":"http://x/y","topics":["wifi-conn-raw","discovered-raw-rssi"]}`: "Only one location topic",
		`{"url":7}`: "url",
	} {
		if a := d.ask(AdminToken, "POST", "/api/v1/sites/SITE/webhooks", body); a.status != 400 || !strings.Contains(a.body, want) {
			t.Errorf("%s: %d %s", body, a.status, a.body)
		}
	}
	d.ask(AdminToken, "POST", "/api/v1/orgs/ORG/webhooks", `{"url":"http://x/y","topics":["zone"]}`).is(400)
	// Wrong headers are taken, and every delivery says so.
	d.ask(AdminToken, "POST", "/api/v1/orgs/ORG/webhooks", `{"url":"http://bad/headers","topics":"alarms","headers":{"X-Num":7}}`).is(200)
	if err := d.Play(t.Context(), "rogue-ap"); err != nil {
		t.Fatal(err)
	}
	last := d.posts.posts[slices.IndexFunc(d.posts.posts, func(g got) bool { return g.path == "/headers" })]
	if got := last.header.Get(mist.HeaderError); got != "header[X-Num] not a string" {
		t.Errorf("X-Mist-Error %q", got)
	}
}

// A listener that answers its ping by asking the cloud must not wait for itself.
func TestAListenerMayAskBackWhileItIsPosted(t *testing.T) {
	t.Parallel()
	d := openDesk(t, nil)
	asked := 0
	back := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		asked += len(d.Org().Sites)
	}))
	defer back.Close()
	c := mustNew(t, Options{Clock: d.clock, MistURL: back.URL, Client: back.Client()})
	d.Cloud, d.api = c, c.API()
	ap := c.Org().Sites[0].OfType(AP)[0]
	d.ask(AdminToken, "PUT", "/api/v1/sites/SITE/devices/"+ap.ID, `{"name":"new"}`).is(200)
	if asked == 0 {
		t.Error("nothing was posted")
	}
}
