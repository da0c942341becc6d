package mistsim

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"foghorn/mist/openapitest"
)

// Every route is called once, in an organization where much has happened, and
// what comes back is what the vendor's document says.
func TestEveryRouteAnswersAsTheDocumentSays(t *testing.T) {
	t.Parallel()
	d := openDesk(t, nil)
	check := openapitest.Check(t)
	d.api = check.Handler(d.API())
	for _, s := range Scenarios() {
		if err := d.Play(t.Context(), s.Name); err != nil {
			t.Fatal(err)
		}
	}
	org := d.Org()
	hook := d.ask(AdminToken, "POST", "/api/v1/orgs/ORG/webhooks", `{"name":"other","url":"http://other/x","topics":["alarms"]}`).is(200).object()["id"]
	siteHook := d.ask(AdminToken, "POST", "/api/v1/sites/SITE/webhooks", `{"name":"site","url":"http://other/y","topics":["site-sle"]}`).is(200).object()["id"]
	alarm := d.get("/api/v1/orgs/ORG/alarms/search").results()[0]
	made := d.oneOfEachType()
	// Things that end something come last.
	late := func(r route) bool {
		return r.method == "DELETE" || strings.HasPrefix(r.path, "/log") || strings.HasSuffix(r.path, "two_factor")
	}
	all := routes()
	slices.SortStableFunc(all, func(a, b route) int { return strings.Compare(fmt.Sprint(late(a)), fmt.Sprint(late(b))) })
	for _, r := range all {
		if strings.HasSuffix(r.path, "/show_bgp_summary") {
			continue // what the document spells as show_bgp_rummary
		}
		path := strings.NewReplacer(
			"{org_id}", org.ID, "{site_id}", org.Sites[0].ID, "{device_id}", org.Sites[0].OfType(Switch)[0].ID, "{client_mac}", connected(org.Sites[0]),
			"{alarm_id}", fmt.Sprint(alarm["id"]), "{scope}", "site", "{scope_id}", org.Sites[0].ID, "{metric}", "coverage", "{classifier}", "weak-signal",
		).Replace(r.path)
		if strings.HasPrefix(r.path, "/orgs") {
			path = strings.Replace(path, "{webhook_id}", fmt.Sprint(hook), 1)
		}
		path = strings.Replace(path, "{webhook_id}", fmt.Sprint(siteHook), 1)
		if id := made[r.path]; id != "" {
			path = path[:strings.LastIndex(path, "/")+1] + id
		}
		body, given := bodies[r.method+" "+r.path]
		if !given && made[r.path] != "" && r.method == "PUT" {
			body = `{"name":"y"}`
		}
		if !given && r.method == "POST" {
			body = objectBodies[path[strings.LastIndex(path, "/")+1:]]
		}
		if strings.HasPrefix(r.path, "/sites/{site_id}/alarms/") {
			path = strings.Replace(path, org.Sites[0].ID, fmt.Sprint(alarm["site_id"]), 1)
		}
		if a := d.ask(AdminToken, r.method, "/api/v1"+path, strings.ReplaceAll(body, "{alarm_id}", fmt.Sprint(alarm["id"]))); a.status != http.StatusOK {
			t.Errorf("%s %s: %d %s", r.method, path, a.status, a.body)
		}
	}
	if n := len(check.Seen()); n < len(all)-2 {
		t.Errorf("%d of %d routes were checked: %v", n, len(all), check.Seen())
	}
}

// bodies are what the routes want that take something.
var bodies = map[string]string{
	"POST /orgs/{org_id}/alarms/ack":                        `{"alarm_ids":["{alarm_id}"],"note":"x"}`,
	"POST /orgs/{org_id}/alarms/unack":                      `{"alarm_ids":["{alarm_id}"]}`,
	"POST /sites/{site_id}/alarms/ack":                      `{"alarm_ids":["{alarm_id}"],"note":"x"}`,
	"POST /sites/{site_id}/alarms/unack":                    `{"alarm_ids":["{alarm_id}"]}`,
	"POST /orgs/{org_id}/webhooks":                          `{"name":"n","url":"http://other/x"}`,
	"POST /sites/{site_id}/webhooks":                        `{"name":"n","url":"http://other/x"}`,
	"POST /sites/{site_id}/devices/{device_id}/bounce_port": `{"ports":["ge-0/0/1"]}`,
	"PUT /orgs/{org_id}":                                    `{"name":"Acme"}`,
	"PUT /orgs/{org_id}/setting":                            `{"ui_idle_timeout":30}`,
	"PUT /sites/{site_id}":                                  `{"name":"hq"}`,
	"PUT /sites/{site_id}/setting":                          `{"vars":{"a":"b"}}`,
	"POST /login":                                           `{"email":"mara.lindt@example.com","password":"` + Password + `"}`,
	"POST /login/lookup":                                    `{"email":"mara.lindt@example.com"}`,
	"POST /login/two_factor":                                `{"two_factor":"` + TwoFactorCode + `"}`,
}

// objectBodies are new objects, as small as they may be.
var objectBodies = map[string]string{
	"alarmtemplates": `{"name":"x","delivery":{"enabled":true},"rules":{}}`,
	"deviceprofiles": `{"name":"x","type":"ap"}`,
	"mxedges":        `{"name":"x","model":"ME-X5"}`,
	"wlans":          `{"ssid":"x"}`,
	"wxrules":        `{"order":2}`,
	"psks":           `{"name":"x","ssid":"Scanner","passphrase":"12345678"}`,
	"pskportals":     `{"name":"x","ssid":"Scanner"}`,
	"usermacs":       `{"mac":"020000000001"}`,
	"assets":         `{"name":"x","mac":"020000000001"}`,
}

// oneOfEachType makes an object of every type, and returns their ids by the
// paths of their routes.
func (d *desk) oneOfEachType() map[string]string {
	d.t.Helper()
	out := map[string]string{}
	for ofSite, level := range owners {
		for _, t := range objectTypes {
			if t.single || ofSite && !t.site || !ofSite && !t.org {
				continue
			}
			if objectBodies[t.name] == "" {
				objectBodies[t.name] = `{"name":"x"}`
			}
			list := level + "/" + t.name
			path := strings.NewReplacer("{org_id}", "ORG", "{site_id}", "SITE").Replace(list)
			id, _ := d.ask(AdminToken, "POST", "/api/v1"+path, objectBodies[t.name]).is(200).object()["id"].(string)
			out[list+"/{"+t.idField()+"}"] = id
		}
	}
	return out
}

func connected(s *Site) string {
	for _, c := range s.Clients {
		if c.AP != "" {
			return c.MAC
		}
	}
	return ""
}
