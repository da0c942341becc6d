package configs

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// restoring is a WLAN that was changed, and the time before it.
func restoring(t *testing.T, before, after string) (*Store, *fakeCloud, Path, time.Time) {
	t.Helper()
	s, c := withGit(t), newCloud(t)
	p := Path{org, site, "wlans", guest}
	list := "/sites/" + site + "/wlans"
	at := time.Date(2026, 11, 27, 10, 0, 0, 0, time.UTC)
	set := func(object string, when time.Time) {
		if c.set(list); object != "" {
			c.set(list, object)
		}
		backUp(t, s, c, Scope{OrgID: org, Object: &p, By: Commit{Time: when, Message: "test"}})
	}
	if before != "" {
		set(before, at)
	} else {
		backUp(t, s, c, Scope{OrgID: org, SiteID: site, By: Commit{Time: at}})
		c.set(list)
		backUp(t, s, c, Scope{OrgID: org, Object: &p, By: Commit{Time: at}})
	}
	set(after, at.Add(time.Hour))
	c.made()
	return s, c, p, at.Add(time.Minute)
}

func plan(t *testing.T, s *Store, c Cloud, p Path, when time.Time) *Plan {
	t.Helper()
	out, err := s.PlanRestore(t.Context(), c, p, Moment{Time: when})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func said(p *Plan) []string {
	var out []string
	for _, s := range p.Steps {
		for _, c := range s.Settings {
			out = append(out, s.Method+" "+DescribeSetting(c))
		}
		if len(s.Settings) == 0 {
			out = append(out, s.Method)
		}
	}
	return append(out, p.NotRestorable...)
}

func TestAPlanBringsBackWhatChanged(t *testing.T) {
	s, c, p, when := restoring(t,
		`{"id":"`+guest+`","ssid":"Guest","vlan_id":10,"auth":{"type":"psk","psk":"hunter22"},"big":9007199254740993}`,
		`{"id":"`+guest+`","ssid":"Guest","vlan_id":99,"auth":{"type":"psk","psk":"hunter22","eap":true},"isolation":true,"big":9007199254740993}`)
	got := plan(t, s, c, p, when)
	want := []string{"PUT - auth.eap true", "PUT - isolation true", "PUT ~ vlan_id 99 → 10"}
	if !slices.Equal(said(got), want) {
		t.Errorf("the plan is %q, want %q", said(got), want)
	}
	if calls := c.made(); !slices.Equal(calls, []string{"GET /sites/" + site + "/wlans/" + guest}) {
		t.Errorf("planning made the calls %q", calls)
	}
	if err := s.Apply(t.Context(), c, got, Commit{Author: "Ada"}, func(int, string) {}); err != nil {
		t.Fatal(err)
	}
	if calls := c.made(); len(calls) != got.Calls() {
		t.Errorf("%q are not %d calls", calls, got.Calls())
	}
	if now := c.lists["/sites/"+site+"/wlans"][0]; !strings.Contains(now, `"vlan_id":10`) || !strings.Contains(now, `"psk":"hunter22"`) || strings.Contains(now, "eap") || strings.Contains(now, "isolation") {
		t.Errorf("the cloud has %s", now)
	}
}

func TestARevisionIsExact(t *testing.T) {
	s, c, p, _ := restoring(t, `{"id":"`+guest+`","ssid":"Guest","vlan_id":10}`, `{"id":"`+guest+`","ssid":"Guest","vlan_id":20}`)
	versions, err := s.History(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.PlanRestore(t.Context(), c, p, Moment{Revision: versions[1].Revision[:8]})
	if want := []string{"PUT ~ vlan_id 20 → 10"}; err != nil || !slices.Equal(said(got), want) {
		t.Errorf("%q, %v; want %q", said(got), err, want)
	}
	if _, err := s.PlanRestore(t.Context(), c, p, Moment{Revision: "0123456"}); err == nil || !strings.Contains(err.Error(), "no revision") {
		t.Errorf("a revision that is none: %v", err)
	}
}

func TestWhatCannotBeRestoredIsNamed(t *testing.T) {
	s, c, p, when := restoring(t,
		`{"id":"`+guest+`","ssid":"Guest","vlan_id":10,"auth":{"psk":"old"},"portal":{"password":"****","a":1}}`,
		`{"id":"`+guest+`","ssid":"Guest","vlan_id":10,"auth":{"psk":"new"},"portal":{"password":"****","a":2}}`)
	got := plan(t, s, c, p, when)
	want := []string{"auth.psk: this secret has changed since, and the backup has only a digest of it", "portal.password: the cloud showed only ****"}
	if len(got.Steps) != 0 || !slices.Equal(got.NotRestorable, want) {
		t.Errorf("the plan is %q, want %q", said(got), want)
	}
}

// What foghorn masks in the answers that it gets must not be sent as a value.
func TestAMaskIsNotSent(t *testing.T) {
	for _, c := range []struct{ before, after string }{
		{`"url":"https://h/<secret>"`, `"url":"https://h/other"`},
		{`"auth":{"psk":"<secret>","a":1}`, `"auth":{"psk":"<secret>","a":2}`},
	} {
		s, cloud, p, when := restoring(t, `{"id":"`+guest+`","ssid":"Guest",`+c.before+`}`, `{"id":"`+guest+`","ssid":"Guest",`+c.after+`}`)
		got := plan(t, s, cloud, p, when)
		if len(got.Steps) != 0 || len(got.NotRestorable) != 1 || !strings.Contains(got.NotRestorable[0], "foghorn's own secrets") {
			t.Errorf("%s: %q", c.before, said(got))
		}
	}
}

func TestAPlanRefusesWhatChangedMeanwhile(t *testing.T) {
	s, c, p, when := restoring(t, `{"id":"`+guest+`","ssid":"Guest","vlan_id":10}`, `{"id":"`+guest+`","ssid":"Guest","vlan_id":20}`)
	good := plan(t, s, c, p, when)
	c.set("/sites/"+site+"/wlans", `{"id":"`+guest+`","ssid":"Guest","vlan_id":30}`)
	_, err := s.PlanRestore(t.Context(), c, p, Moment{Time: when})
	var changed *LiveChangedError
	if !errors.As(err, &changed) || !strings.Contains(err.Error(), "vlan_id 20 → 30") {
		t.Errorf("a cloud that is ahead: %v", err)
	}
	c.made()
	if err := s.Apply(t.Context(), c, good, Commit{}, func(int, string) {}); !errors.Is(err, errChangedMeanwhile) {
		t.Errorf("a plan that is behind: %v", err)
	}
	if calls := c.made(); len(calls) != 1 {
		t.Errorf("it made %q", calls)
	}
}

func TestACreatedObjectTakesItsReferencesAlong(t *testing.T) {
	s, c, p, when := restoring(t, `{"id":"`+guest+`","ssid":"Guest","org_id":"`+org+`","auth":{"type":"psk","psk":"hunter22"}}`, "")
	rule := strings.Replace(guest, "be", "aa", 1)
	c.set("/sites/"+site+"/wxrules", `{"id":"`+rule+`","name":"block","apply_tags":["`+guest+`","x"]}`)
	backUp(t, s, c, Scope{OrgID: org, SiteID: site})
	got := plan(t, s, c, p, when)
	if len(got.Steps) != 2 || got.Steps[0].Method != "POST" || got.Steps[1].Path.ID != rule || !strings.Contains(string(got.Steps[1].Body), newIDOf(guest)) {
		t.Fatalf("the steps are %+v", got.Steps)
	}
	if body := string(got.Steps[0].Body); strings.Contains(body, "digest") || strings.Contains(body, "secret") || strings.Contains(body, "org_id") || strings.Contains(body, `"id"`) {
		t.Errorf("it sends %s", body)
	}
	if want := "auth.psk: the backup has only a digest of this secret; set it again"; !slices.Equal(got.NotRestorable, []string{want}) {
		t.Errorf("not restorable: %q", got.NotRestorable)
	}
	if err := s.Apply(t.Context(), c, got, Commit{Author: "Ada"}, func(int, string) {}); err != nil {
		t.Fatal(err)
	}
	made := idOf([]byte(c.lists["/sites/"+site+"/wlans"][0]))
	if now := c.lists["/sites/"+site+"/wxrules"][0]; made == guest || !strings.Contains(now, made) || strings.Contains(now, guest) {
		t.Errorf("%s does not refer to %s", now, made)
	}
}

func TestAnObjectThatWasNotThereIsDeleted(t *testing.T) {
	at := time.Date(2026, 11, 27, 9, 0, 0, 0, time.UTC)
	s, c, p, _ := restoring(t, "", fmt.Sprintf(`{"id":%q,"ssid":"Guest","created_time":%d}`, guest, at.Unix()+1))
	got := plan(t, s, c, p, at)
	if len(got.Steps) != 1 || got.Steps[0].Method != "DELETE" {
		t.Fatalf("the steps are %+v", got.Steps)
	}
	if err := s.Apply(t.Context(), c, got, Commit{Author: "Ada"}, func(int, string) {}); err != nil {
		t.Fatal(err)
	}
	if left := c.lists["/sites/"+site+"/wlans"]; len(left) != 0 {
		t.Errorf("the cloud has %q", left)
	}
}

// The backup began later than the object: that it is not in the history is no proof.
func TestWhatIsOlderThanTheBackupStays(t *testing.T) {
	for made, want := range map[string]string{
		`,"created_time":1}`: "wlans Guest existed at that time (it was created on 1970-01-01 00:00Z), but is not in the backup; the restore leaves it alone",
		`}`:                  "wlans Guest is not in the backup of that time, and the cloud does not say when it was created; the restore leaves it alone",
	} {
		s, c, p, _ := restoring(t, "", `{"id":"`+guest+`","ssid":"Guest"`+made)
		if got := plan(t, s, c, p, time.Date(2026, 11, 27, 9, 0, 0, 0, time.UTC)); len(got.Steps) != 0 || !slices.Equal(got.Notes, []string{want}) {
			t.Errorf("%s: %+v", made, got)
		}
	}
}

func TestTheFirstFailureEndsIt(t *testing.T) {
	s, c, p, when := restoring(t, `{"id":"`+guest+`","ssid":"Guest"}`, "")
	for i, kind := range []string{"wxrules", "psks"} {
		id := strings.Replace(guest, "be", []string{"aa", "bb"}[i], 1)
		c.set("/sites/"+site+"/"+kind, `{"id":"`+id+`","name":"n","wlan_id":"`+guest+`"}`)
	}
	backUp(t, s, c, Scope{OrgID: org, SiteID: site})
	got := plan(t, s, c, p, when)
	if len(got.Steps) != 3 {
		t.Fatalf("the steps are %+v", got.Steps)
	}
	c.answers(got.Steps[1].APIPath, 403)
	var done []string
	err := s.Apply(t.Context(), c, got, Commit{Author: "Ada"}, func(_ int, what string) { done = append(done, what) })
	var step *StepError
	if !errors.As(err, &step) || step.Step != 2 || len(done) != 1 {
		t.Errorf("%v after %q", err, done)
	}
}

func TestWhatIsNotRestorableAtAll(t *testing.T) {
	s, c := withGit(t), newCloud(t)
	backUp(t, s, c, whole())
	if _, err := s.PlanRestore(t.Context(), c, Path{org, site, "config_cmd", device}, Moment{Time: time.Now()}); err == nil || !strings.Contains(err.Error(), "follows from") {
		t.Errorf("set commands: %v", err)
	}
	c.set("/sites/" + site + "/devices")
	backUp(t, s, c, whole())
	if _, err := s.PlanRestore(t.Context(), c, Path{org, site, "devices", device}, Moment{Time: time.Now().Add(-time.Hour)}); err != nil {
		t.Errorf("a device that neither was nor is there: %v", err)
	}
}

func TestCompare(t *testing.T) {
	for _, c := range []struct {
		before, after string
		want          []string
	}{
		{`{"a":1}`, `{"a":1}`, nil},
		{`{"a":1,"b":"x","c":true}`, `{"a":2,"c":true,"d":""}`, []string{"~ a 1 → 2", "- b x", `+ d ""`}},
		{`{"l":[{"h":"1"},{"h":"2"}]}`, `{"l":[{"h":"2"}]}`, []string{`- l[0] {"h":"1"}`}},
		{`{"p":"` + digestPrefix + `aa"}`, `{"p":"` + digestPrefix + `bb"}`, []string{"~ p (secret) changed"}},
		{`{"a":9007199254740992,"l":[9007199254740992,1]}`, `{"a":9007199254740993,"l":[9007199254740993,1]}`,
			[]string{"~ a 9007199254740992 → 9007199254740993", "~ l[0] 9007199254740992 → 9007199254740993"}},
		{`{"a":18446744073709551616.5,"b":{"c":1e400}}`, `{"a":18446744073709551616.5,"b":{"c":1e400}}`, nil},
		{``, `{"a/b":{"c":1}}`, []string{`+ a/b {"c":1}`}},
	} {
		changes, err := Compare([]byte(c.before), []byte(c.after))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, change := range changes {
			got = append(got, DescribeSetting(change))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s to %s is %q, want %q", c.before, c.after, got, c.want)
		}
	}
	diff := CompareCommands([]byte(`{"cli":["set a","set b"]}`), []byte(`{"cli":["set a","set c"]}`), "sw1", "sw2")
	if want := "--- sw1\n+++ sw2\n@@ -1,2 +1,2 @@\n set a\n-set b\n+set c\n"; diff != want {
		t.Errorf("set commands differ by\n%s, want\n%s", diff, want)
	}
}
