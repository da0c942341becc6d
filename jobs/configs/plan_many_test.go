package configs

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"foghorn/journal/event"
)

// Ids of the objects of a site that is restored.
const (
	tagID     = "11111111-0000-0000-0000-000000000001"
	ruleID    = "11111111-0000-0000-0000-000000000002"
	rogueID   = "11111111-0000-0000-0000-000000000003"
	zoneID    = "11111111-0000-0000-0000-000000000004"
	pskID     = "11111111-0000-0000-0000-000000000005"
	portalID  = "11111111-0000-0000-0000-000000000006"
	keyID     = "11111111-0000-0000-0000-000000000007"
	otherSite = "22222222-0000-0000-0000-000000000001"
)

// brokenSite is a site that somebody took apart after a moment.
func brokenSite(t *testing.T) (*Store, *fakeCloud, Moment) {
	t.Helper()
	s, c := withGit(t), newCloud(t)
	at := time.Date(2026, 11, 27, 10, 0, 0, 0, time.UTC)
	in := "/sites/" + site
	c.set(in+"/wxtags", `{"id":"`+tagID+`","name":"Kids","values":["`+guest+`"]}`)
	c.set(in+"/wxrules", `{"id":"`+ruleID+`","name":"block","order":1,"src_wxtags":["`+tagID+`"],"apply_wlans":{"`+guest+`":true}}`)
	c.set("/orgs/"+org+"/pskportals", `{"id":"`+portalID+`","name":"Keys","wxtag_id":"`+tagID+`"}`)
	c.set("/orgs/"+org+"/psks", `{"id":"`+keyID+`","name":"Printer","passphrase":"hunter22"}`)
	backUp(t, s, c, Scope{OrgID: org, By: Commit{Time: at, Message: "before"}})

	made := at.Add(time.Hour).Unix()
	c.set(in+"/wlans", fmt.Sprintf(`{"id":%q,"ssid":"Rogue","created_time":%d}`, rogueID, made))
	c.set(in + "/wxtags")
	c.set(in+"/wxrules", `{"id":"`+ruleID+`","name":"block","order":1,"sticky":1,"src_wxtags":[]}`)
	c.set(in+"/psks", fmt.Sprintf(`{"id":%q,"name":"k","wlan_id":%q,"created_time":%d}`, pskID, rogueID, made))
	c.set(in+"/zones", fmt.Sprintf(`{"id":%q,"name":"Lobby","created_time":%d}`, zoneID, at.Unix()-5))
	c.set(in + "/devices")
	c.set("/orgs/" + org + "/psks")
	c.single[in+"/setting"] = `{"id":"x","vars":{"psk_guest":"hunter22","vlan":"99"},"wids":{"on":true}}`
	c.set("/orgs/"+org+"/sites", `{"id":"`+site+`","name":"Vienna"}`, fmt.Sprintf(`{"id":%q,"name":"Graz","created_time":%d}`, otherSite, made))
	c.single["/sites/"+otherSite+"/setting"] = "{}"
	backUp(t, s, c, Scope{OrgID: org, By: Commit{Time: at.Add(time.Hour), Message: "after"}})
	c.made()
	return s, c, Moment{Time: at.Add(time.Minute)}
}

func planMany(t *testing.T, s *Store, c Cloud, name string, when Moment) *Plan {
	t.Helper()
	sel, ok, err := s.Select(t.Context(), Filter{}, name)
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	p, err := s.PlanRestoreMany(t.Context(), c, sel, when)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// steps are what a plan sends, in short.
func steps(p *Plan) []string {
	var out []string
	for _, s := range p.Steps {
		out = append(out, s.Method+" "+s.Path.Type+" "+s.Name)
	}
	return out
}

// A whole site comes back: what is gone is made anew and found by those that refer to it,
// what changed is set, what is new goes. It fails in the middle, and a second plan has
// what is left.
func TestASiteComesBack(t *testing.T) {
	s, c, when := brokenSite(t)
	p := planMany(t, s, c, "site/vienna", when)
	want := []string{"POST wlans Guest", "POST wxtags Kids", "PUT pskportals Keys", "PUT setting Vienna", "PUT wxrules block", "DELETE psks k", "DELETE wlans Rogue"}
	if !slices.Equal(steps(p), want) {
		t.Fatalf("the steps are %q, want %q", steps(p), want)
	}
	if n := len(c.made()); p.Calls() != 2*2+3*5 || n != 1+14 {
		t.Errorf("%d calls to apply it, %d to plan it", p.Calls(), n)
	}
	for i, want := range map[int]string{1: "+ values [\"{new id of wlans Guest}\"]", 2: "~ wxtag_id " + tagID + " → {new id of wxtags Kids}", 3: "- wids {\"on\":true}", 4: "+ apply_wlans {\"{new id of wlans Guest}\":true}"} {
		if !slices.ContainsFunc(p.Steps[i].Settings, func(c event.ChangedSetting) bool { return DescribeSetting(c) == want }) {
			t.Errorf("step %d is %v and lacks %q", i+1, p.Steps[i].Settings, want)
		}
	}
	if want := []string{"devices sw1: no longer exists; claim and assign devices in the portal"}; !slices.Equal(p.NotRestorable, want) {
		t.Errorf("not restorable: %q, want %q", p.NotRestorable, want)
	}
	if want := "zones Lobby existed at that time (it was created on 2026-11-27 09:59Z), but is not in the backup; the restore leaves it alone"; !slices.Equal(p.Notes, []string{want}) {
		t.Errorf("notes: %q, want %q", p.Notes, want)
	}

	c.answers("/sites/"+site+"/wxrules/"+ruleID, 403)
	var failed *StepError
	if err := s.Apply(t.Context(), c, p, Commit{Author: "Ada"}, func(int, string) {}); !errors.As(err, &failed) || failed.Step != 5 {
		t.Fatalf("the failure is %v", err)
	}
	c.answers("/sites/"+site+"/wxrules/"+ruleID, 0)
	p = planMany(t, s, c, "site/Vienna", when)
	if !slices.Equal(steps(p), want[4:]) {
		t.Fatalf("the second plan has %q, want %q", steps(p), want[4:])
	}
	var kept *KeptError
	if err := s.Apply(t.Context(), c, p, Commit{}, func(int, string) {}); !errors.As(err, &kept) || !slices.Equal(kept.What, []string{"sticky of wxrules block"}) {
		t.Errorf("what the cloud did not unset: %v", err)
	}
	rules := c.lists["/sites/"+site+"/wxrules"]
	rules[0] = strings.Replace(rules[0], `,"sticky":1`, "", 1) // a person does it
	if p = planMany(t, s, c, "site/Vienna", when); len(p.Steps) != 0 {
		t.Errorf("the third plan has %q", steps(p))
	}
	made := idOf([]byte(c.lists["/sites/"+site+"/wlans"][0]))
	if rule := c.lists["/sites/"+site+"/wxrules"][0]; made == guest || !strings.Contains(rule, `"`+made+`":true`) {
		t.Errorf("%s does not refer to %s", rule, made)
	}
	if log, err := s.History(t.Context(), Path{org, site, "wlans", made}); err != nil || len(log) != 1 || log[0].Author != "Ada" {
		t.Errorf("the history is %+v, %v", log, err)
	}
	one, err := s.PlanRestore(t.Context(), c, Path{org, site, "wlans", made}, when)
	if err != nil || len(one.Steps) != 0 {
		t.Errorf("the object that was made anew is not the one of then: %+v, %v", one, err)
	}
}

// The whole organization, one type, and a revision instead of a time.
func TestWhatIsSelected(t *testing.T) {
	s, c, when := brokenSite(t)
	if got := planMany(t, s, c, "org", when); len(got.Steps) != 7 || !slices.Contains(got.Notes, "site Graz was created after that time; the restore leaves it alone") {
		t.Errorf("the organization: %q, %q", steps(got), got.Notes)
	} else if want := "psks Printer: no longer exists, and the backup has only a digest of its passphrase; create it by hand"; !slices.Contains(got.NotRestorable, want) {
		t.Errorf("not restorable: %q, want %q", got.NotRestorable, want)
	}
	for name, want := range map[string]string{"Vienna": "info", "site/vienna": "info", "sw1": "devices"} { // not its setting, not its commands
		scope, err := s.Target(t.Context(), c, "acme", org, name)
		if err != nil || scope.SiteID != site || (scope.DeviceID != "") != (want == "devices") {
			t.Errorf("a backup of %s is %+v, %v", name, scope, err)
		}
	}
	want := []string{"POST wlans Guest", "DELETE wlans Rogue"}
	got := planMany(t, s, c, "wlans", when)
	if !slices.Equal(steps(got), want) || !slices.Contains(got.Notes, "psks k refers to wlans Rogue, which is deleted") {
		t.Errorf("one type: %q, %q", steps(got), got.Notes)
	}
	log, err := s.Log(t.Context(), time.Time{}, time.Now().Add(time.Hour*1e5))
	if err != nil {
		t.Fatal(err)
	}
	before := log[len(log)-1].Revision // of the organization; the site's is the next
	if got := planMany(t, s, c, "pskportals", Moment{Revision: before[:9]}); len(got.Steps) != 0 || got.Compared != 1 {
		t.Errorf("a revision: %q", steps(got))
	}
	for name, want := range map[string]string{"site/Linz": "there is no site", "wlans": "two types"} {
		if _, _, err := s.Select(t.Context(), Filter{Type: "psks"}, name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, ok, err := s.Select(t.Context(), Filter{}, "wlans/Guest"); ok || err != nil {
		t.Errorf("an object is a selection: %v, %v", ok, err)
	}
}

func TestWhatAPlanForManyRefuses(t *testing.T) {
	s, c, when := brokenSite(t)
	refused := func(name string, when Moment, want string) {
		t.Helper()
		sel, _, err := s.Select(t.Context(), Filter{}, name)
		if err != nil {
			t.Fatal(err)
		}
		if p, err := s.PlanRestoreMany(t.Context(), c, sel, when); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %+v, %v; want %q", name, p, err, want)
		}
	}
	refused("org", Moment{Time: when.Time.AddDate(-1, 0, 0)}, "had nothing of the organization at that time")
	refused("wlans", Moment{Revision: "0123456"}, "no revision 0123456")
	refused("config_cmd", when, "restore the devices")

	c.answers("/sites/"+site+"/wlans", 403)
	if got := planMany(t, s, c, "wlans", when); len(got.Steps) != 0 || !slices.Equal(got.NotRestorable, []string{"wlans of site Vienna: the token may not read them"}) {
		t.Errorf("a type that may not be read: %q, %q", steps(got), got.NotRestorable)
	}
	c.answers("/sites/"+site+"/wlans", 500)
	refused("wlans", when, "500")
	c.answers("/sites/"+site+"/wlans", 0)

	c.set("/sites/"+site+"/wlans", `{"id":"`+rogueID+`","ssid":"Rogue 2"}`, `{"id":"`+zoneID+`","ssid":"Other"}`)
	refused("site/Vienna", when, "2 objects have changed in the cloud since their last backup")
	refused("site/Vienna", when, "~ ssid Rogue → Rogue 2")

	var sites []string
	for i := range 40 {
		sites = append(sites, fmt.Sprintf(`{"id":"33333333-0000-0000-0000-%012d","name":"s"}`, i))
	}
	c.set("/orgs/"+org+"/sites", sites...)
	c.made()
	refused("org", when, "more than the 500 that one plan may have; ask for less at once: a site")
	if calls := c.made(); len(calls) != 1 {
		t.Errorf("it asked %q", calls)
	}
	refused("site/Vienna", when, "neither creates nor deletes sites")
	if got := planMany(t, s, c, "pskportals", when); len(got.Steps) != 0 {
		t.Errorf("a type without changes: %q", steps(got))
	}
	if got := planMany(t, s, c, "wlans", when); !slices.Equal(got.NotRestorable, []string{"site Vienna with its 2 objects: it no longer exists; create sites in the portal"}) {
		t.Errorf("a site that is gone: %q, %q", steps(got), got.NotRestorable)
	}
}

// A plan that nobody can look through is none.
func TestAPlanHasAnEnd(t *testing.T) {
	s := open(t)
	var entries []*entry
	wlans, _ := FindType("wlans", false)
	for i := range maxPlanSteps + 1 {
		at := Path{OrgID: org, Type: "wlans", ID: fmt.Sprint("w", i)}
		st, err := s.stateOf(wlans, at, []byte(`{"ssid":"a"}`))
		if err != nil {
			t.Fatal(err)
		}
		entries = append(entries, &entry{t: wlans, at: at, was: at, text: []byte(`{"ssid":"b"}`), stored: st.file, live: st})
	}
	err := s.build(t.Context(), &Plan{When: Moment{Time: time.Now()}}, &index{}, entries)
	if _, ok := errors.AsType[*TooManyError](err); !ok {
		t.Errorf("%d changes: %v", len(entries), err)
	}
}

// The log and the files are read in parts where they are long.
func TestManyFilesOfAMoment(t *testing.T) {
	s, _, when := brokenSite(t)
	sel := Selection{OrgID: org}
	all, err := s.manyAt(t.Context(), sel, when)
	if err != nil || len(all) < 8 {
		t.Fatal(len(all), err)
	}
	s.git.most = 1 // the log is longer than one reads at once
	if paged, err := s.manyAt(t.Context(), sel, when); err != nil || !maps.EqualFunc(all, paged, bytes.Equal) {
		t.Errorf("a long log has %d files, %v", len(paged), err)
	}
	s.git.most = maxLog
	var refs []blobRef
	for _, v := range slices.SortedFunc(maps.Keys(all), func(a, b Path) int { return strings.Compare(a.String(), b.String()) }) {
		one, err := s.AtMoment(t.Context(), v, when)
		history, bad := s.History(t.Context(), v)
		if err != nil || bad != nil || !bytes.Equal(one.JSON, all[v]) {
			t.Errorf("%s is %q and alone %q, %v, %v", v, all[v], one.JSON, err, bad)
		}
		refs = append(refs, blobRef{history[len(history)-1].Revision, v})
	}
	s.git.output = 400 // of one file, and not of all
	if long, err := s.blobs(t.Context(), refs); err != nil || len(long) != len(refs) || !bytes.Equal(long[0], all[refs[0].path]) {
		t.Errorf("in smaller parts it reads %d files, %v", len(long), err)
	}
}
