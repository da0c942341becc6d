package configs

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"foghorn/internal/clock"
	"foghorn/internal/human"
	"foghorn/jobs"
	"foghorn/mist"
)

func whole() Scope { return Scope{Source: "acme", OrgID: org, Urgency: mist.Routine} }

func backUp(t *testing.T, s *Store, c Cloud, scope Scope) *Result {
	t.Helper()
	r, err := s.Backup(t.Context(), c, scope, nil)
	if err != nil {
		t.Fatalf("%v, %v", err, r.Troubles)
	}
	return r
}

func verbs(r *Result) []string {
	var out []string
	for _, c := range r.Changes {
		out = append(out, c.String())
	}
	slices.Sort(out)
	return out
}

func TestABackupOfAnOrganization(t *testing.T) {
	s, c := withGit(t), newCloud(t)
	r := backUp(t, s, c, whole())
	want := []string{"new config_cmd sw1", "new devices sw1", "new info ACME", "new info Vienna", "new setting ACME", "new setting Vienna", "new wlans Guest"}
	if got := verbs(r); !slices.Equal(got, want) {
		t.Errorf("backed up %q, want %q", got, want)
	}
	if n := len(c.made()); n != r.Calls || n != Cost(1, 1) {
		t.Errorf("%d calls, said to be %d, computed as %d", n, r.Calls, Cost(1, 1))
	}

	// Again: nothing changed, and nothing is written.
	before := files(t, s.Dir())
	if r := backUp(t, s, c, whole()); len(r.Changes) != 0 {
		t.Errorf("an unchanged organization: %q", verbs(r))
	}
	for path, was := range files(t, s.Dir()) {
		if before[path] != was {
			t.Errorf("%s was written", path)
		}
	}

	// A WLAN is renamed, a device goes.
	c.set("/sites/"+site+"/wlans", `{"id":"`+guest+`","ssid":"Visitors","vlan_id":10}`)
	c.set("/sites/" + site + "/devices")
	if got, want := verbs(backUp(t, s, c, whole())), []string{"changed wlans Visitors", "deleted devices sw1"}; !slices.Equal(got[:1], want[:1]) || !slices.Contains(got, want[1]) {
		t.Errorf("found %q, want %q", got, want)
	}
	if _, err := s.Read(t.Context(), Path{org, site, "config_cmd", device}); !errors.Is(err, ErrNotFound) {
		t.Errorf("the commands of a device that is gone: %v", err)
	}

	// The site goes, and all of it.
	c.set("/orgs/" + org + "/sites")
	backUp(t, s, c, whole())
	if left, err := s.List(t.Context(), Filter{Level: SiteLevel}); err != nil || len(left) != 0 {
		t.Errorf("left of the site: %v, %v", left, err)
	}
}

func TestNoSecretReachesAFile(t *testing.T) {
	s, c := open(t), newCloud(t)
	secrets := []string{"hunter22", "$6$abc", "bearerX", "webhookX", "tacX", "userX", "queryX", "pskX", "1234567"}
	c.set("/orgs/"+org+"/webhooks", `{"id":"`+guest+`","name":"noc","url":"https://userX:x@h/p?t=queryX","secret":"webhookX","headers":{"Authorization":"bearerX"}}`)
	c.set("/orgs/"+org+"/psks", `{"id":"`+guest+`","name":"kiosk","passphrase":"pskX","old_passphrase":"****","vlan_id":3}`)
	c.set("/orgs/"+org+"/networktemplates", `{"id":"`+guest+`","name":"nt","switch_mgmt":{"tacacs":{"tacplus_servers":[{"host":"h","secret":"tacX"}]}},
		"additional_config_cmds":["set snmp community hunter22 authorization read-only"],"pin_code_password":1234567,"empty":{"secret":""}}`)
	if _, err := s.Backup(t.Context(), c, whole(), nil); err != nil && !errors.Is(err, jobs.ErrPartial) {
		t.Fatal(err)
	}
	for path, content := range files(t, s.Dir()) {
		for _, secret := range secrets {
			if strings.Contains(content, secret) {
				t.Errorf("%s contains %s", path, secret)
			}
		}
	}
	psk := string(read(t, s, Path{org, "", "psks", guest}).JSON)
	if !strings.Contains(psk, `"old_passphrase": "****"`) || !strings.Contains(psk, `"passphrase": "secret:hmac-sha256:`) {
		t.Errorf("the file holds %s", psk)
	}
	if nt := string(read(t, s, Path{org, "", "networktemplates", guest}).JSON); !strings.Contains(nt, `"secret": ""`) || !strings.Contains(nt, "set snmp community secret:hmac-sha256:") {
		t.Errorf("the file holds %s", nt)
	}
	info, err := os.Stat(s.Dir() + ".key")
	if err != nil || info.Mode() != 0o600 {
		t.Errorf("the key is %v, %v", info.Mode(), err)
	}
}

func TestADigestShowsAChangeAndConfirmsNothing(t *testing.T) {
	s := open(t)
	digest := func(p Path, value string) string { return s.digester(p)("psk", value) }
	a, b := Path{org, site, "wlans", guest}, Path{org, site, "wlans", device}
	if first := digest(a, "hunter22"); digest(a, "hunter22") != first || digest(a, "hunter23") == first {
		t.Error("a change does not show")
	}
	if digest(a, "hunter22") == digest(b, "hunter22") {
		t.Error("who may write one object can confirm a guess about another")
	}
	if other := open(t); other.digester(a)("psk", "hunter22") == digest(a, "hunter22") {
		t.Error("the digest has no key")
	}
}

func TestMistRefusesHalfOfABackup(t *testing.T) {
	s, c := open(t), newCloud(t)
	if _, err := s.Backup(t.Context(), c, whole(), nil); err != nil && !errors.Is(err, jobs.ErrPartial) {
		t.Fatal(err)
	}
	c.answers("/sites/"+site+"/wlans", http.StatusForbidden)
	c.answers("/orgs/"+org+"/psks", http.StatusForbidden)
	c.answers("/orgs/"+org+"/evpn_topologies", http.StatusNotFound) // not offered: no trouble
	r, err := s.Backup(t.Context(), c, whole(), nil)
	if !errors.Is(err, jobs.ErrPartial) {
		t.Fatalf("half refused: %v", err)
	}
	var named []string
	for _, trouble := range r.Troubles {
		named = append(named, trouble.What)
	}
	if want := []string{"the organization, psks", "site Vienna, wlans"}; !slices.Equal(named, want) && s.Git() == nil {
		t.Errorf("refused: %q, want %q", named, want)
	}
	if o := read(t, s, Path{org, site, "wlans", guest}); o.Name != "Guest" {
		t.Error("what was refused is not kept")
	}
	c.answers("/orgs/"+org+"/sites", http.StatusForbidden)
	if r, err := s.Backup(t.Context(), c, whole(), nil); !errors.Is(err, jobs.ErrPartial) || len(r.Changes) != 0 {
		t.Errorf("without the list of sites: %q, %v", verbs(r), err)
	}
}

func TestABadObjectCostsItselfAlone(t *testing.T) {
	s, c := open(t), newCloud(t)
	c.set("/sites/"+site+"/wlans", `{"id":"../../x","ssid":"Evil"}`, `{"id":"`+guest+`","ssid":"Guest"}`, `7`)
	r, err := s.Backup(t.Context(), c, Scope{OrgID: org, SiteID: site}, nil)
	if !errors.Is(err, jobs.ErrPartial) || len(r.Troubles) < 2 {
		t.Fatalf("%v, %v", err, r.Troubles)
	}
	if o := read(t, s, Path{org, site, "wlans", guest}); o.Name != "Guest" {
		t.Error("the good object is not there")
	}
}

func TestOneSiteOneDeviceOneObject(t *testing.T) {
	s, c := withGit(t), newCloud(t)
	if got := verbs(backUp(t, s, c, Scope{OrgID: org, SiteID: site})); len(got) != 5 {
		t.Errorf("a site: %q", got)
	}
	c.made()
	if got := verbs(backUp(t, s, c, Scope{OrgID: org, SiteID: site, DeviceID: device})); len(got) != 0 {
		t.Errorf("a device that did not change: %q", got)
	}
	if got := c.made(); len(got) != 2 {
		t.Errorf("a switch takes %q", got)
	}
	c.set("/sites/"+site+"/wlans", `{"id":"`+guest+`","ssid":"Guest","vlan_id":99}`)
	p := Path{org, site, "wlans", guest}
	scope := Scope{OrgID: org, Object: &p, By: Commit{Author: "Jane Doe", Message: `Update WLAN "Guest"`}}
	if got := verbs(backUp(t, s, c, scope)); !slices.Equal(got, []string{"changed wlans Guest"}) {
		t.Errorf("an object: %q", got)
	}
	if got := c.made(); len(got) != 1 {
		t.Errorf("an object takes %q", got)
	}
	c.set("/sites/" + site + "/wlans")
	if got := verbs(backUp(t, s, c, scope)); !slices.Equal(got, []string{"deleted wlans Guest"}) {
		t.Errorf("an object that is gone: %q", got)
	}
	versions, err := s.History(t.Context(), p)
	if err != nil || len(versions) != 3 || versions[0].Author != "Jane Doe" {
		t.Errorf("the history is %+v, %v", versions, err)
	}
}

func TestAnInterruptedBackupContinues(t *testing.T) {
	s, c := open(t), newCloud(t)
	var sites []string
	for i := range 5 {
		id := fmt.Sprintf("10000000-0000-0000-0000-00000000000%d", i)
		sites = append(sites, `{"id":"`+id+`","name":"S`+fmt.Sprint(i)+`"}`)
		c.single["/sites/"+id+"/setting"] = `{}`
	}
	c.set("/orgs/"+org+"/sites", sites...)
	ctx, cancel := context.WithCancel(t.Context())
	at := 0
	_, err := s.Backup(ctx, c, whole(), func(done, total int, doing string) {
		if at = done; done == 3 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) || at != 3 {
		t.Fatalf("interrupted at %d: %v", at, err)
	}
	scope := whole()
	scope.Done = at
	var doing []string
	if _, err := s.Backup(t.Context(), c, scope, func(_, _ int, what string) { doing = append(doing, what) }); err != nil && !errors.Is(err, jobs.ErrPartial) {
		t.Fatal(err)
	}
	if want := []string{"the organization", "site S2", "site S3", "site S4", ""}; !slices.Equal(doing, want) {
		t.Errorf("it did %q, want %q", doing, want)
	}
	if list, _ := s.List(t.Context(), Filter{Type: "setting", Level: SiteLevel}); len(list) != 5 {
		t.Errorf("%d sites are there", len(list))
	}
}

// The figures of docs/CONFIGS.md.
func TestReconciliationStaysWithinItsShare(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const limit = 5000
		p := NewPace(limit, Share, clock.Real{})
		start := time.Now()
		var made []time.Time
		for range Cost(100, 500) {
			if err := p.wait(t.Context(), func(time.Time) {}); err != nil {
				t.Fatal(err)
			}
			made = append(made, time.Now())
		}
		for i := range made {
			n, _ := slices.BinarySearchFunc(made, made[i].Add(time.Hour), time.Time.Compare)
			if n-i > limit*Share/100 {
				t.Fatalf("%d calls in the hour after %s", n-i, made[i].Sub(start))
			}
		}
		if took, said := time.Since(start), Duration(Cost(100, 500), limit, Share); (took - said).Abs() > time.Minute {
			t.Errorf("it took %s, computed as %s", took, said)
		}
	})
}

func TestTheFiguresOfTheDocs(t *testing.T) {
	docs, err := os.ReadFile("../../docs/CONFIGS.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ sites, wired int }{{1, 5}, {100, 500}, {1000, 5000}} {
		calls := Cost(c.sites, c.wired)
		row := fmt.Sprintf("| %s | %s | %s | %s |", human.Count(int64(c.sites)), human.Count(int64(c.wired)), human.Count(int64(calls)),
			human.Duration(Duration(calls, 5000, Share).Round(time.Minute)))
		if !strings.Contains(string(docs), row) {
			t.Errorf("the docs lack the row\n%s", row)
		}
	}
}

func TestTheBudgetIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, err := Open(t.TempDir() + "/configs")
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		s.git.missing = ErrNoGit
		resets := time.Now().Add(20 * time.Minute)
		c := &refusing{resets: resets}
		scope := Scope{OrgID: org, Object: &Path{org, "", "info", org}}
		var said []string
		r, err := s.Backup(t.Context(), c, scope, func(_, _ int, doing string) { said = append(said, doing) })
		if err != nil || r.Objects != 1 || len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "install git") {
			t.Fatalf("%+v, %v", r, err)
		}
		if time.Now().Before(resets) || !strings.Contains(strings.Join(said, "\n"), "waits for the API budget until") {
			t.Errorf("it did not wait, and said %q", said)
		}
	})
}

// Between calls that are spread over the hour it must not look stuck.
func TestABackupWithinItsShareSaysThatItIsSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var said []string
		b := &backup{scope: Scope{Clock: clock.Real{}}, progress: func(_, _ int, doing string) { said = append(said, doing) }}
		pace := NewPace(5000, Share, clock.Real{})
		b.step("site Vienna")
		for range paceBurst + 1 {
			if err := pace.wait(t.Context(), b.waits); err != nil {
				t.Fatal(err)
			}
		}
		if got := strings.Join(said, "|"); got != "site Vienna|site Vienna, slowly, within its share of the API budget" {
			t.Errorf("it said %q", got)
		}
	})
}

// refusing is a cloud whose budget is used up until it resets.
type refusing struct {
	Cloud
	resets time.Time
}

func (c *refusing) Do(context.Context, mist.Request) (*mist.Response, error) {
	if time.Now().Before(c.resets) {
		return nil, &mist.BudgetError{Resets: c.resets}
	}
	return &mist.Response{Status: 200, Body: []byte(`{"name":"ACME"}`)}, nil
}
