package mistsim

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"foghorn/internal/clock"
	"foghorn/mist/openapitest"
)

// desk is a cloud whose API a test calls, with a clock that the test turns.
type desk struct {
	*Cloud
	t     *testing.T
	clock *clock.Fake
	posts *recorder
	api   http.Handler // with the vendor's document held against it
}

var noon = time.Date(2026, 3, 4, 12, 10, 0, 0, time.UTC)

func openDesk(t *testing.T, change func(*Options)) *desk {
	t.Helper()
	d := &desk{t: t, clock: clock.NewFake(noon), posts: &recorder{}}
	o := d.posts.options(7)
	o.Clock = d.clock
	if change != nil {
		change(&o)
	}
	d.Cloud = mustNew(t, o)
	d.api = openapitest.Check(t).Handler(d.API())
	return d
}

// answer is what came back.
type answer struct {
	t      *testing.T
	status int
	header http.Header
	body   string
}

// unchecked is the same desk without the vendor's document, for requests and
// answers that are wrong on purpose.
func (d *desk) unchecked() *desk {
	o := *d
	o.api = d.API()
	return &o
}

// ask calls the API as a token; the organization's id may be written as ORG and
// the first site's as SITE.
func (d *desk) ask(token, method, path, body string) answer {
	d.t.Helper()
	return d.send(d.request(token, method, path, body))
}

func (d *desk) request(token, method, path, body string) *http.Request {
	org := d.Org()
	path = strings.NewReplacer("ORG", org.ID, "SITE", org.Sites[0].ID).Replace(path)
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		r.Header.Set("Authorization", "Token "+token)
	}
	return r
}

func (d *desk) send(r *http.Request) answer {
	d.t.Helper()
	w := httptest.NewRecorder()
	d.api.ServeHTTP(w, r)
	raw, err := io.ReadAll(w.Result().Body)
	if err != nil {
		d.t.Fatal(err)
	}
	return answer{d.t, w.Code, w.Result().Header, string(raw)}
}

func (d *desk) get(path string) answer {
	d.t.Helper()
	return d.ask(AdminToken, "GET", path, "").is(200)
}

func (a answer) is(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("status %d, want %d: %s", a.status, status, a.body)
	}
	return a
}

func (a answer) rows() []map[string]any {
	a.t.Helper()
	var out []map[string]any
	a.into(&out)
	return out
}

func (a answer) object() map[string]any {
	a.t.Helper()
	var out map[string]any
	a.into(&out)
	return out
}

func (a answer) results() []map[string]any {
	a.t.Helper()
	var out struct{ Results []map[string]any }
	a.into(&out)
	return out.Results
}

func (a answer) into(v any) {
	a.t.Helper()
	if err := json.Unmarshal([]byte(a.body), v); err != nil {
		a.t.Fatalf("%v: %s", err, a.body)
	}
}

// having returns the rows in which a field has a value.
func having(rows []map[string]any, field string, value any) []map[string]any {
	var out []map[string]any
	for _, r := range rows {
		if r[field] == value {
			out = append(out, r)
		}
	}
	return out
}

func TestTheOrganizationCanBeRead(t *testing.T) {
	d := openDesk(t, nil)
	org := d.Org()
	if self := d.get("/api/v1/self").object(); len(self["privileges"].([]any)) != 1 {
		t.Errorf("self: %v", self)
	}
	if sites := d.get("/api/v1/orgs/ORG/sites").rows(); len(sites) != len(org.Sites) || sites[0]["name"] != "hq-berlin" {
		t.Errorf("sites: %v", sites)
	}
	all := d.get("/api/v1/orgs/ORG/inventory").rows()
	if len(having(all, "type", "switch")) == 0 || len(having(all, "type", "gateway")) != len(org.Sites) {
		t.Errorf("inventory hides types: %d rows", len(all))
	}
	page := d.get("/api/v1/orgs/ORG/inventory?limit=10&page=2")
	if rows := page.rows(); len(rows) != 10 || rows[0]["mac"] != all[10]["mac"] || page.header.Get("X-Page-Total") == "" {
		t.Errorf("second page: %v %v", page.header, page.body)
	}
	if got := d.get("/api/v1/orgs/ORG/stats/devices").rows(); len(having(got, "type", "ap")) != len(got) {
		t.Errorf("without a type the stats show more than access points")
	}
	if got := d.get("/api/v1/orgs/ORG/stats/devices?type=all&limit=1000").rows(); len(got) != len(all) || len(having(got, "status", "connected")) != len(all) {
		t.Errorf("%d devices in the stats, %d in the inventory", len(got), len(all))
	}
	if got := d.get("/api/v1/sites/SITE/stats/clients").rows(); len(got) == 0 || got[0]["rssi"].(float64) >= 0 {
		t.Errorf("client stats: %v", got)
	}
	if got := d.get("/below/a/path/api/v1/orgs/ORG").object(); got["name"] != org.Name {
		t.Errorf("below a path: %v", got)
	}
	if n := d.Calls()["GET /api/v1/orgs/{org_id}/inventory"]; n != 2 {
		t.Errorf("%d calls of the inventory counted, want 2", n)
	}
}

func TestWhatAStoryBreaksShows(t *testing.T) {
	d := openDesk(t, nil)
	if err := d.Play(t.Context(), "bad-cable"); err != nil {
		t.Fatal(err)
	}
	rows := d.get("/api/v1/orgs/ORG/alarms/search?type=bad_cable").results()
	if len(rows) != 1 || rows[0]["status"] != "resolved" || rows[0]["ack_admin_name"] != "Teo Varga" {
		t.Fatalf("alarms: %v", rows)
	}
	var told map[string]any
	for _, p := range d.posts.posts {
		if topic, events, _ := p.events(); topic == "alarms" {
			told = events[0]
		}
	}
	for _, k := range []string{"id", "timestamp", "type", "site_id", "last_seen"} {
		if told[k] != rows[0][k] {
			t.Errorf("%s: the webhook says %v, the search %v", k, told[k], rows[0][k])
		}
	}
	if got := d.get("/api/v1/orgs/ORG/devices/events/search").results(); len(got) != 0 {
		t.Errorf("without a device type there are events of a switch: %v", got)
	}
	if got := d.get("/api/v1/orgs/ORG/devices/events/search?device_type=all&type=SW_PORT_DOWN").results(); len(got) != 2 || got[0]["ev_type"] != "warn" {
		t.Errorf("port events: %v", got)
	}
}

// Names that strangers chose reach those who ask, too, while their owners are
// there.
func TestAStrangersNamesAreInTheStats(t *testing.T) {
	d := openDesk(t, nil)
	d.mu.Lock()
	d.settle()
	w, tl := d.world, &timeline{}
	w.later = func(after time.Duration, do func()) { tl.at(tl.now+after, do) }
	w.now = d.clock.Now()
	s, _ := storyNamed("hostile-names")
	w.perform(tl, s, 0, 1)
	tl.pop().do() // the phone joins
	d.mu.Unlock()
	found := 0
	for _, site := range d.Org().Sites {
		for _, row := range having(d.get("/api/v1/sites/"+site.ID+"/stats/clients").rows(), "ssid", hostileSSID) {
			if row["hostname"] != hostileHost {
				t.Errorf("host name %q", row["hostname"])
			}
			found++
		}
	}
	if found != 1 {
		t.Errorf("%d strangers, want one", found)
	}
}
