package collector

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"foghorn/collector/lifecycle"
	"foghorn/feeds/observation"
	"foghorn/internal/clock"
	"foghorn/jobs"
	"foghorn/jobs/configs"
	"foghorn/journal/event"
	"foghorn/journal/query"
	"foghorn/mist"
	"foghorn/mist/mistsim"
)

// driftDesk is a collector whose services for changes are driven by hand, beside a
// simulated cloud.
type driftDesk struct {
	*testing.T
	clk    *clock.Fake
	cloud  *mistsim.Cloud
	dir    string
	config string
	seen   map[string]bool // audits that reached the journal

	c    *Collector
	f    *configs.Follower
	stop func()
}

func newDriftDesk(t *testing.T) *driftDesk {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("SKIPPED: git is not installed, so drift was NOT tried: apt-get install git")
	}
	d := &driftDesk{T: t, clk: clock.NewFake(time.Date(2026, 11, 27, 10, 0, 0, 0, time.UTC)), dir: t.TempDir(), seen: map[string]bool{}}
	var err error
	d.cloud, err = mistsim.New(mistsim.Options{Seed: 3, Clock: d.clk, Unposted: true, History: -1,
		Tokens: []mistsim.Token{{Key: mistsim.AdminToken, Name: "Ada Admin", Role: "admin"}}})
	d.must(err)
	api := httptest.NewServer(d.cloud.API())
	t.Cleanup(api.Close)
	d.config = fmt.Sprintf("[[mist]]\nname = \"acme\"\norg_id = %q\ntoken = %q\napi_url = %q\n", d.cloud.Org().ID, mistsim.AdminToken, api.URL)
	d.start()
	t.Cleanup(d.end)
	return d
}

func (d *driftDesk) must(err error) {
	d.Helper()
	if err != nil {
		d.Fatal(err)
	}
}

// start starts a collector that only keeps the journal.
func (d *driftDesk) start() {
	d.c = testCollectorAt(d.T, d.dir, d.config, d.clk)
	keeps := slices.DeleteFunc(d.c.services(), func(s lifecycle.Service) bool {
		return !slices.Contains([]string{"log writer", "view", "projector"}, s.Name)
	})
	var err error
	d.c.runner, err = lifecycle.New(lifecycle.Options{Clock: clock.Real{}}, keeps...)
	d.must(err)
	d.stop = running(d.T, d.c)
	d.f, err = d.c.newFollower(d.Context())
	d.must(err)
}

// restart ends the collector, as kill -9 does for what is driven by hand.
func (d *driftDesk) restart() {
	d.Helper()
	d.end()
	d.start()
}

func (d *driftDesk) end() {
	d.Helper()
	d.f.Close()
	d.c.drift.Close()
	d.stop()
	if err := d.c.Close(); err != nil {
		d.Error(err)
	}
}

// client is the admin's own.
func (d *driftDesk) client() *mist.Client {
	d.Helper()
	org, err := d.c.organization("acme")
	d.must(err)
	return org.Client
}

// backup backs up everything, as fast as the clock, which stands, lets it.
func (d *driftDesk) backup() {
	d.Helper()
	d.c.paces = configPaces{}
	d.must(d.c.backupTask(d.c.jobEnv()).Run(d.Context(), jobs.NewRunning(event.Job{Source: "acme"}, nil, nil, nil)))
	d.clk.Advance(10 * time.Second)
}

// wlan is the id of a WLAN of the organization.
func (d *driftDesk) wlan(ssid string) string {
	d.Helper()
	resp, err := d.client().Do(d.Context(), mist.Request{Path: "/orgs/" + d.cloud.Org().ID + "/wlans"})
	d.must(err)
	var all []struct{ ID, SSID string }
	d.must(json.Unmarshal(resp.Body, &all))
	for _, w := range all {
		if w.SSID == ssid {
			return w.ID
		}
	}
	d.Fatalf("there is no WLAN %s", ssid)
	return ""
}

// admin changes a WLAN in the portal.
func (d *driftDesk) admin(id, body string) {
	d.Helper()
	_, err := d.client().Do(d.Context(), mist.Request{Method: "PUT", Path: "/orgs/" + d.cloud.Org().ID + "/wlans/" + id, Body: []byte(body)})
	d.must(err)
	d.clk.Advance(time.Second)
}

// audits brings the audits that are new to the journal.
func (d *driftDesk) audits() {
	d.Helper()
	var fresh []json.RawMessage
	for a, err := range d.client().SearchAudits(d.Context(), d.cloud.Org().ID, mist.AuditQuery{Sort: "timestamp"}) {
		d.must(err)
		if !d.seen[a.ID] {
			d.seen[a.ID] = true
			fresh = append(fresh, slices.Clone(a.Raw))
		}
	}
	d.append(fresh...)
}

// append brings audits to the journal.
func (d *driftDesk) append(audits ...json.RawMessage) {
	d.Helper()
	records, err := observation.Records("acme", event.ViaPoll, event.TopicAudits, d.clk.Now(), audits...)
	d.must(err)
	_, err = d.c.log.Append(d.Context(), records...)
	d.must(err)
	d.settled()
}

// settled waits until the view has all of the log.
func (d *driftDesk) settled() {
	d.Helper()
	eventually(d.T, "the view has the log", func() bool {
		d.clk.Advance(10 * time.Millisecond)
		end, err := d.c.log.Last(d.Context())
		at, err2 := d.c.view.Position(d.Context())
		return err == nil && err2 == nil && at == end
	})
}

// drift looks for drift, a while later.
func (d *driftDesk) drift() {
	d.Helper()
	d.clk.Advance(3 * time.Minute)
	d.must(d.c.drift.Step(d.Context()))
	d.settled()
}

// want holds the events of drift and its alerts against texts, the oldest first.
func (d *driftDesk) want(events, alerts string) {
	d.Helper()
	var got, open []string
	list, err := d.c.view.Events(d.Context(), query.Page{Where: query.MustParse("topic:configuration type:drift,drift_over"), Now: d.clk.Now(), OldestFirst: true, Limit: 100})
	d.must(err)
	for _, e := range list {
		got = append(got, fmt.Sprintf("%s: %s", e.Severity, e.Text))
		if e.Duplicates > 1 {
			got = append(got, fmt.Sprintf("reported %d times", e.Duplicates))
		}
	}
	rows, err := d.c.view.Alerts(d.Context(), query.Page{Where: query.MustParse("kind:config_drift"), Now: d.clk.Now(), OldestFirst: true, Limit: 100})
	d.must(err)
	for _, a := range rows {
		open = append(open, fmt.Sprintf("%s: %s", map[bool]string{true: "open", false: "over"}[a.Resolved == nil], strings.Split(a.Title, ";")[0]))
	}
	if text := strings.Join(got, "\n"); text != strings.TrimSpace(events) {
		d.Errorf("events:\n%s\nwant:\n%s", text, events)
	}
	if text := strings.Join(open, "\n"); text != strings.TrimSpace(alerts) {
		d.Errorf("alerts:\n%s\nwant:\n%s", text, alerts)
	}
}

func (d *driftDesk) follow(ctx context.Context) {
	d.Helper()
	d.must(d.f.Step(ctx))
}

// The life of a WLAN: changed by an admin, changed past the audit log, changed back,
// changed while no collector ran. Nothing is told twice and nothing is lost.
func TestDrift(t *testing.T) {
	d := newDriftDesk(t)
	d.drift()
	d.backup() // what it finds is no change, but what changes after it is one

	guest := d.wlan("Acme Guest")
	d.admin(guest, `{"vlan_id": 91}`)
	d.audits()
	d.follow(t.Context())
	d.must(d.c.drift.Step(t.Context()))
	d.settled()
	told := `info: Ada Admin changed wlans Acme Guest: vlan_id 90 → 91 (audit: Update WLAN "Acme Guest")`
	d.want(told, "")

	d.must(d.cloud.ChangeUnaudited("wlans", "", "Acme Guest", map[string]any{"vlan_id": 666}))
	d.backup()
	d.must(d.c.drift.Step(t.Context())) // an audit may be on its way
	d.want(told, "")
	before, err := os.ReadFile(filepath.Join(d.c.Dir, configsDrift))
	d.must(err)
	d.restart()
	d.drift()
	const outside = "wlans Acme Guest changed outside of the audit log: vlan_id 91 → 666"
	told += "\nwarn: " + outside
	d.want(told, "open: "+outside)
	d.timely()

	// Killed after the event was in the log, and before that was remembered.
	d.must(os.WriteFile(filepath.Join(d.c.Dir, configsDrift), before, 0o600))
	d.restart()
	d.drift()
	d.want(told+"\nreported 2 times", "open: "+outside)
	told += "\nreported 2 times"

	d.must(d.cloud.ChangeUnaudited("wlans", "", "Acme Guest", map[string]any{"vlan_id": 91}))
	d.backup()
	d.drift()
	told += "\ninfo: wlans Acme Guest is back to its previous state"
	d.want(told, "over: "+outside)

	// Only the cloud knows who it was.
	d.admin(guest, `{"vlan_id": 92}`)
	d.backup()
	d.drift()
	told += "\n" + `info: Ada Admin changed wlans Acme Guest: vlan_id 91 → 92 (audit: Update WLAN "Acme Guest")`
	d.want(told, "over: "+outside)
	d.timely()
}

// timely holds that a change is not as late as what was found out about it: an alert begins
// when a backup finds it, and an explained change has the time of its audit.
func (d *driftDesk) timely() {
	d.Helper()
	const late = time.Minute // a judgment comes 3 minutes after the backup
	rows, err := d.c.view.Alerts(d.Context(), query.Page{Where: query.MustParse("kind:config_drift"), Now: d.clk.Now(), Limit: 100})
	d.must(err)
	list, err := d.c.view.Events(d.Context(), query.Page{Where: query.MustParse("topic:configuration type:drift"), Now: d.clk.Now(), Limit: 100})
	d.must(err)
	for _, a := range rows {
		if a.LastSeen.Sub(a.Opened) < late {
			d.Errorf("%q began %s, and was found out %s", a.Title, a.Opened, a.LastSeen)
		}
	}
	if e := list[0]; len(rows) == 1 && rows[0].Resolved != nil && e.Received.Sub(e.Time) < late {
		d.Errorf("%q happened %s, and was found out %s", e.Text, e.Time, e.Received)
	}
}

// What could not be checked is said, and checked later. An audit that arrives late ends
// the alert.
func TestDriftThatCannotBeChecked(t *testing.T) {
	d := newDriftDesk(t)
	d.backup()
	d.drift()
	guest := d.wlan("Acme Guest")
	d.cloud.Faults().Order(mistsim.Order{Kind: mistsim.ServerError, Path: "/logs", Times: 20})
	d.admin(guest, `{"vlan_id": 91}`)
	d.backup()
	d.drift()
	told := "warn: wlans Acme Guest changed: vlan_id 90 → 91; foghorn could not check whether the audit log explains it, and tries again: "
	list, err := d.c.view.Events(t.Context(), query.Page{Where: query.MustParse("type:drift"), Now: d.clk.Now(), Limit: 9})
	if err != nil || len(list) != 1 || !strings.HasPrefix("warn: "+list[0].Text, told) {
		t.Fatalf("%+v, %v", list, err)
	}
	told = "warn: " + list[0].Text
	d.want(told, "")
	d.cloud.Faults().Clear()
	d.restart()
	d.drift()
	told += "\n" + `info: Ada Admin changed wlans Acme Guest: vlan_id 90 → 91 (audit: Update WLAN "Acme Guest")`
	d.want(told, "")

	d.must(d.cloud.ChangeUnaudited("wlans", "", "Acme Guest", map[string]any{"vlan_id": 92}))
	d.backup()
	d.drift()
	const outside = "wlans Acme Guest changed outside of the audit log: vlan_id 91 → 92"
	told += "\nwarn: " + outside
	d.want(told, "open: "+outside)
	late := fmt.Sprintf(`{"id":"8e00dd48-b918-4d9b-b40d-b98989ac76a7","admin_name":"Bo Late bo@example.com","message":"Update WLAN \"Acme Guest\"","org_id":%q,"wlan_id":%q,"timestamp":%d}`,
		d.cloud.Org().ID, guest, d.clk.Now().Add(-4*time.Minute).Unix())
	d.append(json.RawMessage(late))
	d.drift()
	told += "\n" + `info: An audit entry explains the change of wlans Acme Guest: Bo Late: Update WLAN "Acme Guest"`
	d.want(told, "over: "+outside)

	// Somebody rewrote the history: what waits and what is open are of commits that are gone.
	gone := strings.Repeat("0123456789", 4)
	state := fmt.Sprintf(`{"commit":%q,"pending":[{"commit":%[1]q,"paths":["a"]}],"open":[{"about":"wlans/gone","objects":[{"path":%q,"commit":%[1]q,"settings":["vlan_id"]}]}],`,
		gone, d.cloud.Org().ID+"/wlans/"+guest+".json")
	text, err := os.ReadFile(filepath.Join(d.c.Dir, configsDrift))
	d.must(err)
	_, rest, _ := strings.Cut(string(text), `"form"`)
	d.must(os.WriteFile(filepath.Join(d.c.Dir, configsDrift), fmt.Appendf(nil, `{"orgs":{%q:%s"form"%s`, d.cloud.Org().ID, state, rest), 0o600))
	d.restart()
	d.drift()
	// A commit of a time when the clock was ahead keeps nothing from being told.
	d.clk.Step(31 * 24 * time.Hour)
	d.must(d.cloud.ChangeUnaudited("wlans", "", "Acme Guest", map[string]any{"vlan_id": 93}))
	d.backup()
	d.clk.Step(-31 * 24 * time.Hour)
	d.drift()
	const ahead = "wlans Acme Guest changed outside of the audit log: vlan_id 92 → 93"
	d.want(told+"\nwarn: "+ahead, "open: "+ahead) // it opened again
}

// write writes objects into the backup, as another process does.
func (d *driftDesk) write(changes ...configs.Change) {
	d.Helper()
	s, err := d.c.OpenConfigs()
	d.must(err)
	defer s.Close()
	n, err := s.Write(d.Context(), changes, configs.Commit{})
	if d.must(err); n != len(changes) {
		d.Fatalf("%d of %d objects are written", n, len(changes))
	}
	d.clk.Advance(time.Second)
}

// Many changes at once are one alert. What a person accepts is as it should be. An object
// that is older than the backup has not changed.
func TestDriftOfManyObjects(t *testing.T) {
	d := newDriftDesk(t)
	wlans := func(vlan int) (out []configs.Change) {
		for i := range 30 {
			out = append(out, configs.Change{Object: configs.Object{Source: "acme", OrgID: d.cloud.Org().ID, Type: "wlans", ID: fmt.Sprintf("w-%08d", i),
				JSON: fmt.Appendf(nil, `{"ssid":"Net %d","vlan_id":%d}`, i, vlan)}})
		}
		return out
	}
	d.write(wlans(1)...)
	text, err := json.Marshal(map[string]time.Time{d.cloud.Org().ID: d.clk.Now()})
	d.must(err)
	d.must(os.WriteFile(filepath.Join(d.c.Dir, ConfigsDir+".last"), text, 0o600))
	d.drift()

	d.write(wlans(2)...)
	d.drift()
	const many = "30 objects of acme, 30 wlans changed outside of the audit log"
	told := "warn: " + many
	d.want(told, "open: "+many)
	d.write(wlans(1)[1:]...)
	d.drift()
	d.want(told, "open: "+many)
	d.write(wlans(1)[0])
	d.drift()
	told += "\ninfo: 30 objects of acme, 30 wlans are back to their previous state"
	d.want(told, "over: "+many)

	// Accepted; then the same object changes again, and back to what was accepted.
	d.write(wlans(3)[7])
	d.drift()
	const first = "wlans Net 7 changed outside of the audit log: vlan_id 1 → 3"
	told += "\nwarn: " + first
	d.want(told, "over: "+many+"\nopen: "+first)
	d.accept("config_drift")
	d.drift()
	d.clk.Advance(time.Hour)
	d.write(wlans(4)[7])
	d.drift()
	const second = "wlans Net 7 changed outside of the audit log: vlan_id 3 → 4"
	told += "\nwarn: " + second
	d.want(told, "over: "+many+"\nover: "+first+"\nopen: "+second)
	d.write(wlans(3)[7])
	d.drift()
	told += "\ninfo: wlans Net 7 is back to its previous state"
	d.want(told, "over: "+many+"\nover: "+first+"\nover: "+second)

	// An object of the cloud that the token could not read before.
	d.write(configs.Change{Object: configs.Object{Source: "acme", OrgID: d.cloud.Org().ID, Type: "wlans", ID: d.wlan("Acme Guest"), JSON: []byte(`{"ssid":"Acme Guest"}`)}})
	d.drift()
	told += "\ninfo: wlans Acme Guest is backed up for the first time; it is older than the previous backup"
	d.want(told, "over: "+many+"\nover: "+first+"\nover: "+second)
}

// accept closes the open alerts of a kind.
func (d *driftDesk) accept(kind string) {
	d.Helper()
	rows, err := d.c.view.Alerts(d.Context(), query.Page{Where: query.MustParse("!state:resolved kind:" + kind), Now: d.clk.Now(), Limit: 10})
	d.must(err)
	for _, a := range rows {
		r, err := event.ActivityRecord(event.Activity{Time: d.clk.Now(), Actor: "ada", Action: event.ActionClose, Target: event.AlertTarget(a.ID), Reason: "agreed"})
		d.must(err)
		_, err = d.c.log.Append(d.Context(), r)
		d.must(err)
	}
	d.settled()
}
