package mistsim

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// busyDesk is a desk at which much has happened.
func busyDesk(t *testing.T) *desk {
	t.Helper()
	d := openDesk(t, nil)
	for _, s := range Scenarios() {
		if err := d.Play(t.Context(), s.Name); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

// A search is followed by its cursor: every row once, newest first or oldest
// first, also when something happens in between.
func TestACursorLeadsThroughAllRows(t *testing.T) {
	t.Parallel()
	d := busyDesk(t)
	for _, what := range []string{
		"/api/v1/orgs/ORG/alarms/search?", "/api/v1/orgs/ORG/devices/events/search?device_type=all&", "/api/v1/orgs/ORG/devices/events/search?device_type=all&sort=timestamp&",
	} {
		whole := d.get(what + "limit=1000").results()
		if len(whole) < 10 {
			t.Fatalf("%s: only %d rows", what, len(whole))
		}
		next, rows, pages := what+"limit=7", []map[string]any{}, 0
		for next != "" {
			page := d.get(next)
			rows = append(rows, page.results()...)
			next, _ = page.object()["next"].(string)
			if next != "" && !strings.HasPrefix(next, "/api/v1/orgs/") {
				t.Fatalf("the next page is at %q", next)
			}
			pages++
			d.clock.Advance(time.Minute)
			if err := d.Play(t.Context(), "ap-flap"); err != nil { // newer than the window
				t.Fatal(err)
			}
		}
		if fmt.Sprint(rows) != fmt.Sprint(whole) || pages != (len(whole)+6)/7 {
			t.Errorf("%s: %d rows on %d pages, want the %d of one page", what, len(rows), pages, len(whole))
		}
	}
}

func TestAuditsPageByNumber(t *testing.T) {
	t.Parallel()
	d := busyDesk(t)
	all := d.get("/api/v1/orgs/ORG/logs/search?limit=1000").results()
	second := d.get("/api/v1/orgs/ORG/logs/search?limit=2&page=2").results()
	if len(all) < 3 || len(second) == 0 || second[0]["id"] != all[2]["id"] {
		t.Errorf("%d audits, second page %v", len(all), second)
	}
	if n := len(having(all, "message", `Update WLAN "Corp"`)); n != 2 {
		t.Errorf("%d changes of the WLAN", n)
	}
}

func TestWindowsAndFiltersAreKept(t *testing.T) {
	t.Parallel()
	d := busyDesk(t)
	count := func(query string) int {
		t.Helper()
		return len(d.get("/api/v1/orgs/ORG/alarms/search?limit=1000&" + query).results())
	}
	all := count("")
	open, over := count("status=open"), count("status=resolved")
	if open == 0 || over == 0 || open+over != all {
		t.Errorf("%d open, %d resolved, %d in all", open, over, all)
	}
	if a, b := count("severity=critical"), count("severity=warn,info"); a == 0 || a+b != all {
		t.Errorf("%d critical, %d others, %d in all", a, b, all)
	}
	if n := count("type=device_down"); n < 4 {
		t.Errorf("%d access points that were down", n)
	}
	d.clock.Advance(3 * time.Hour)
	now := d.clock.Now().Unix()
	for query, want := range map[string]int{
		"duration=2h": 0, "duration=1d": all, "start=-4h&end=-2h": all, "start=-1h&end=now": 0,
		fmt.Sprintf("start=%d&end=%d", now-4*3600, now): all,
	} {
		if got := count(query); got != want {
			t.Errorf("%s: %d alarms, want %d", query, got, want)
		}
	}
	for _, query := range []string{"limit=x", "duration=soon", "start=yesterday", "acked=maybe", "start=now&end=-1h", "search_after=x"} {
		d.unchecked().ask(AdminToken, "GET", "/api/v1/orgs/ORG/alarms/search?"+query, "").is(400)
	}
}

// The types that a list shows by default differ, which hides switches and
// gateways from those who do not ask (docs/mist-api.md, Paging).
func TestWhatTheDefaultsHide(t *testing.T) {
	t.Parallel()
	d := openDesk(t, nil)
	site := d.Org().Sites[0]
	aps := len(site.OfType(AP))
	for path, want := range map[string]int{
		"/sites/SITE/devices":                                   aps,
		"/sites/SITE/devices?type=all":                          len(site.Devices),
		"/sites/SITE/devices?type=switch":                       len(site.OfType(Switch)),
		"/sites/SITE/stats/devices":                             aps,
		"/sites/SITE/stats/devices?type=all":                    len(site.Devices),
		"/sites/SITE/stats/devices?type=gateway":                1,
		"/sites/SITE/stats/devices?type=all&status=connected":   len(site.Devices),
		"/sites/SITE/stats/devices?type=all&limit=2&page=2":     2,
		"/orgs/ORG/stats/devices?type=all&site_id=" + site.ID:   len(site.Devices),
		"/orgs/ORG/inventory?site_id=" + site.ID:                len(site.Devices),
		"/orgs/ORG/inventory?type=ap&site_id=" + site.ID:        aps,
		"/orgs/ORG/stats/mxedges":                               2,
		"/sites/SITE/stats/mxedges":                             0,
		"/orgs/ORG/inventory?mac=" + site.Devices[0].MAC:        1,
		"/orgs/ORG/stats/devices?type=all&status=disconnected":  0,
		"/sites/SITE/stats/devices?type=all&limit=100&page=999": 0,
	} {
		if got := len(d.get("/api/v1" + path).rows()); got != want {
			t.Errorf("%s: %d rows, want %d", path, got, want)
		}
	}
}
