package drift

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"foghorn/jobs/configs"
	"foghorn/journal/event"
)

const (
	org   = "2818e386-8dec-2562-9ede-5b8a0fbbdc71"
	site  = "4ac1dcf4-9d8b-7211-65c4-057819f0862b"
	other = "4ac1dcf4-9d8b-7211-65c4-000000000000"
	corp  = "be22bba7-8e22-e1cf-5185-b880816fe2cf"
	guest = "be22bba7-8e22-e1cf-5185-000000000000"
	ap1   = "00000000-0000-0000-1000-5c5b350e01c7"
)

var at = time.Date(2026, 11, 27, 10, 0, 0, 0, time.UTC)

// entry is an audit of ten minutes before the change was found.
func entry(t *testing.T, message, members string) Audit {
	t.Helper()
	raw := fmt.Sprintf(`{"id":"a-%x","admin_name":"Ada Admin ada@example.com","org_id":%q,"message":%q%s}`, message, org, message, members)
	a, ok := ReadAudit("acme", at.Add(-10*time.Minute), []byte(raw))
	if !ok {
		a.Time = time.Time{}
	}
	return a
}

func changedWLAN() *Change {
	return &Change{Path: configs.Path{OrgID: org, SiteID: site, Type: "wlans", ID: corp}, Name: "Corp", Was: "Corp", Verb: configs.Modified,
		Settings: []event.ChangedSetting{{Path: "vlan_id", Before: "10", After: "20"}}, From: at.Add(-time.Hour), To: at,
		Taken: func(name string) bool { return name == "Guest" }}
}

func TestWhatAnAuditExplains(t *testing.T) {
	device := func(c *Change) { c.Path = configs.Path{OrgID: org, SiteID: site, Type: "devices", ID: ap1} }
	inSite := `,"site_id":"` + site + `"`
	for i, c := range []struct {
		message, members string
		change           func(*Change)
		want             fit
	}{
		{`Update WLAN "Corp"`, inSite + `,"wlan_id":"` + corp + `"`, nil, yes},
		{`Update WLAN "Guest"`, inSite + `,"wlan_id":"` + guest + `"`, nil, no},
		// The audit log of the API has no id of the object.
		{`Update WLAN "Corp"`, inSite, nil, yes},
		{`Update WLAN "Guest"`, inSite, nil, no},
		{`Update WLAN "Corp-old"`, inSite, func(c *Change) { c.Was = "Corp-old" }, yes},
		{`Update WLAN "what nobody knows"`, inSite, nil, yes},
		{`Update WLAN "Corp"`, `,"site_id":"` + other + `"`, nil, no},
		{`Update WLAN "Corp"`, ``, nil, no},
		{`Update Site Settings`, inSite, nil, no},
		{`Update Site Settings`, inSite, func(c *Change) { c.Path.Type, c.Path.ID = "setting", site }, yes},
		{`Login with Role Admin`, ``, nil, no},
		// Words that are new to foghorn.
		{`Import WLANs`, inSite, nil, yes}, {`Import all WLANs`, inSite, nil, perhaps},
		{`Import all WLANs`, `,"site_id":"` + other + `"`, nil, no},
		{`Frobnicate everything of Corp`, ``, nil, perhaps},
		{`Invite Admin "Bo"`, ``, nil, no},
		{`Assign 3 devices to Site "Vienna"`, inSite, device, perhaps},
		{`Upgrade Device "ap-1"`, inSite + `,"mac":"5c5b350e01c7"`, device, yes},
		// What follows from a change of something else.
		{`Delete Device Profile "lobby"`, `,"deviceprofile_id":"` + guest + `"`, func(c *Change) {
			device(c)
			c.Settings = []event.ChangedSetting{{Path: "deviceprofile_id", Before: guest}}
		}, yes},
		{`Update Device Profile "lobby"`, `,"deviceprofile_id":"` + guest + `"`, device, no},
		{`Delete Site "Vienna"`, inSite, func(c *Change) { c.Verb = configs.Deleted }, yes},
		{`Update Site "Vienna"`, inSite, nil, no},
		// An object that only refers to this one.
		{`Update Device "ap-1"`, inSite + `,"device_id":"` + ap1 + `","after":"{\"wlan\":\"` + corp + `\"}"`, nil, no},
		// When, and how often.
		{`Update WLAN "Corp"`, inSite, func(c *Change) { c.From = at.Add(-7 * time.Minute) }, no},
		{`Update WLAN "Corp"`, inSite, func(c *Change) { c.From = at.Add(-9 * time.Minute) }, yes},
		{`Update WLAN "Corp"`, inSite, func(c *Change) { c.To = at.Add(-13 * time.Minute) }, no},
		{`Update WLAN "Corp"`, inSite, func(c *Change) { c.Used = map[string]bool{fmt.Sprintf("a-%x", `Update WLAN "Corp"`): true} }, no},
	} {
		change := changedWLAN()
		if c.change != nil {
			c.change(change)
		}
		a := entry(t, c.message, c.members)
		if got := a.fits(change); got != c.want {
			t.Errorf("%d, %s%s on %s: %d, want %d", i, c.message, c.members, change.Path, got, c.want)
		}
	}
}

func TestTheLastOfSeveralExplains(t *testing.T) {
	inSite := `,"site_id":"` + site + `"`
	unsure, first, last := entry(t, "Import all WLANs", inSite), entry(t, `Update WLAN "Corp"`, inSite), entry(t, `Modify WLAN "Corp"`, inSite)
	last.Time, unsure.Time = at.Add(-time.Minute), at
	x, ok := Explain(changedWLAN(), []Audit{last, unsure, first})
	if !ok || x.Message != `Modify WLAN "Corp"` || len(x.IDs) != 2 || x.Perhaps {
		t.Errorf("%+v", x)
	}
	if x, ok := Explain(changedWLAN(), []Audit{unsure}); !ok || !x.Perhaps {
		t.Errorf("%+v", x)
	}
	if x, ok := Explain(changedWLAN(), nil); ok {
		t.Errorf("%+v", x)
	}
	by := Audit{ID: activityID + "7", Time: at, Object: changedWLAN().Path.String()}
	if _, ok := Explain(changedWLAN(), []Audit{by}); !ok {
		t.Error("a restore explains nothing")
	}
}

// What Mist changes by itself, and what only the token's view has changed, is no drift. No
// secret is in an event.
func TestWhatCounts(t *testing.T) {
	const digest = "secret:hmac-sha256:0123456789abcdef"
	for _, c := range []struct{ kind, before, after, want string }{
		{"wlans", `{"vlan_id":10}`, `{"vlan_id":20}`, "vlan_id 10 → 20"},
		{"wlans", `{"psk":"` + digest + `"}`, `{"psk":"****"}`, ""},
		{"wlans", `{"psk":"****"}`, `{"psk":"` + digest + `"}`, ""},
		{"wlans", `{"psk":"` + digest + `0"}`, `{"psk":"` + digest + `1"}`, "psk changed"},
		{"wlans", `{"psk":"` + digest + `"}`, `{"psk":"open"}`, "psk changed"},
		{"devices", `{"x":1,"y":2,"name":"ap-1"}`, `{"x":3,"y":4,"name":"ap-2"}`, "name ap-1 → ap-2"},
		{"devices", `{"x":1}`, `{"x":3}`, ""},
		{"wlans", `{"a":1,"b":1,"c":1,"d":1,"e":1}`, `{}`, "a 1 → none, b 1 → none, c 1 → none, 2 more"},
	} {
		change := &Change{Path: configs.Path{OrgID: org, SiteID: site, Type: c.kind, ID: corp}, Verb: configs.Modified, Before: []byte(c.before), After: []byte(c.after)}
		counts, err := change.compare()
		if err != nil || counts != (c.want != "") || change.brief() != c.want {
			t.Errorf("%s → %s: %v, %q, %v; want %q", c.before, c.after, counts, change.brief(), err, c.want)
		}
		el := change.element(Org{}, &configs.Entry{}, event.DriftUnexplained, at)
		if raw, err := el.encode(); err != nil || strings.Contains(string(raw), "hmac") {
			t.Errorf("%s, %v", raw, err)
		}
	}
}

func TestWhenSettingsAreAsTheyWere(t *testing.T) {
	const was = `{"vlan_id":10,"auth":{"type":"psk"},"name":"x"}`
	for now, want := range map[string]string{
		was:                                     "[vlan_id] true, [auth.type] true, [] true",
		`{"vlan_id":20,"auth":{"type":"psk"}}`:  "[vlan_id] false, [auth.type] true, [] false",
		`{"vlan_id":10,"name":"y"}`:             "[vlan_id] true, [auth.type] false, [] false",
		`{"vlan_id":10,"auth":{"type":"open"}}`: "[vlan_id] true, [auth.type] false, [] false",
		`{"vlan_id2":10,"auth":{"type":"psk"}}`: "[vlan_id] false, [auth.type] true, [] false",
		"":                                      "[vlan_id] false, [auth.type] false, [] false",
		`{"vlan_id":10,"auth":{"type":"psk"},"name":"z"}`: "[vlan_id] true, [auth.type] true, [] false",
	} {
		var file []byte
		if now != "" {
			file = []byte(now)
		}
		var got []string
		for _, s := range [][]string{{"vlan_id"}, {"auth.type"}, {}} {
			back, err := reverted(s, []byte(was), file)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, fmt.Sprint(s, " ", back))
		}
		if text := strings.Join(got, ", "); text != want {
			t.Errorf("%s: %s, want %s", now, text, want)
		}
	}
}

// A backup may have fetched an object long before it ended.
func TestSinceWhenAChangeMayBe(t *testing.T) {
	st := &orgState{}
	day := func(n int) time.Time { return at.AddDate(0, 0, n) }
	for _, c := range []struct {
		found, want time.Time
		look        int
	}{{day(1), day(1).Add(-longestBackup), 0}, {day(2), day(1).Add(-longestBackup), 1}, {day(3), day(1), 2}, {day(4), day(2), 3}, {day(4), day(2), 4}} {
		if c.look > 0 {
			st.looked(day(c.look))
		}
		if got := st.from(c.found); !got.Equal(c.want) {
			t.Errorf("after %v, found %s: from %s, want %s", st.Looks, c.found, got, c.want)
		}
	}
}

// What is told last about a change counts.
func TestWhatIsKnownOfACommit(t *testing.T) {
	const one, two = "0123456789abcdef", "fedcba9876543210"
	var a Answers
	for _, told := range []Told{
		{Verdict: event.DriftUnchecked, Commit: one[:shortRevision], Object: "o/wlans/a", about: "a"},
		{Verdict: event.DriftUnexplained, Commit: one[:shortRevision], Object: "o/wlans/a", about: "a"},
		{Verdict: event.DriftExplained, Commit: one[:shortRevision], Object: "o/wlans/b", about: "b", Admin: "Ada"},
		{Verdict: event.DriftExplained, Commit: two[:shortRevision], about: "many", Admin: "Bo"},
		{Verdict: event.DriftOver, Commit: two[:shortRevision], about: "a"},
	} {
		a.Add(told)
	}
	for _, c := range []struct{ revision, object, want string }{
		{one, "o/wlans/a", "unexplained "}, {one, "o/wlans/b", "explained Ada"}, {one, "", "unexplained "}, {two, "", "explained Bo"}, {two, "o/wlans/a", "explained Bo"},
		{"00000000000000", "", " "},
	} {
		got, _ := a.Of(c.revision, c.object)
		if text := fmt.Sprint(got.Verdict, " ", got.Admin); text != c.want {
			t.Errorf("%s of %s: %s, want %s", c.object, c.revision, text, c.want)
		}
	}
	a.Add(Told{Verdict: event.DriftOver, about: "a", Admin: "Cy", Message: "late"})
	if got, _ := a.Of(one, "o/wlans/a"); got.Verdict != event.DriftExplained || got.Admin != "Cy" {
		t.Errorf("explained late: %+v", got)
	}
}
