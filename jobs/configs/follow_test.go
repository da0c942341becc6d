package configs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"foghorn/internal/clock"
	"foghorn/journal/event"
	"foghorn/journal/query"
)

// journal is a journal of events in memory.
type journal struct {
	events []event.Event
	raw    map[int64]string
}

func (j *journal) Events(_ context.Context, p query.Page) ([]event.Event, error) {
	var out []event.Event
	for _, ev := range j.events {
		if ev.ID > p.After && (p.Before == 0 || ev.ID < p.Before) && p.Where.Event(&ev, p.Now) && len(out) < p.Limit {
			out = append(out, ev)
		}
	}
	return out, nil
}

func (j *journal) Raw(_ context.Context, id int64) (json.RawMessage, error) {
	return json.RawMessage(j.raw[id]), nil
}

func (j *journal) add(ev event.Event, element string) {
	ev.ID, ev.Source, ev.OrgID, ev.SiteID = int64(len(j.events)+1), "acme", org, site
	ev.Time = time.Unix(1_795_000_000+ev.ID, 0)
	j.events = append(j.events, ev)
	if j.raw == nil {
		j.raw = map[int64]string{}
	}
	j.raw[ev.ID] = element
}

func audited(j *journal, element string) { j.add(event.Event{Topic: "audits"}, element) }

// following is a follower of a journal, whose organization was backed up.
func following(t *testing.T) (*Follower, *Store, *fakeCloud, *journal, *clock.Fake) {
	t.Helper()
	s, c, j, clk := withGit(t), newCloud(t), &journal{}, clock.NewFake(time.Unix(1_796_000_000, 0))
	backUp(t, s, c, whole())
	c.made()
	f, err := NewFollower(FollowOptions{Dir: s.Dir(), Events: j, Clock: clk, Logger: slog.New(slog.DiscardHandler), Cursor: filepath.Join(t.TempDir(), "cursor"),
		Find: func(source string) (Organization, error) {
			if source != "acme" {
				return Organization{}, errors.New("no such organization")
			}
			return Organization{Cloud: c, OrgID: org}, nil
		}}, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Close)
	return f, s, c, j, clk
}

func step(t *testing.T, f *Follower) {
	t.Helper()
	if err := f.Step(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestAnAuditBacksUpWhatItNames(t *testing.T) {
	f, s, c, j, _ := following(t)
	c.set("/sites/"+site+"/wlans", `{"id":"`+guest+`","ssid":"Guest","vlan_id":20}`)
	audited(j, `{"id":"8e00","admin_name":"Jane Doe jane@example.com","message":"Update WLAN \"Guest\"","site_id":"`+site+`","wlan_id":"`+guest+`"}`)
	audited(j, `{"message":"Login with Role Admin"}`)
	j.add(event.Event{Topic: "device-events", Type: "AP_CONNECTED", DeviceMAC: "5c5b350e01c7"}, `{}`)
	step(t, f)
	if calls := c.made(); !slices.Equal(calls, []string{"GET /sites/" + site + "/wlans/" + guest}) {
		t.Errorf("it made the calls %q", calls)
	}
	versions, err := s.History(t.Context(), Path{org, site, "wlans", guest})
	if err != nil || len(versions) != 2 {
		t.Fatalf("%+v, %v", versions, err)
	}
	if v := versions[0]; v.Author != "Jane Doe" || v.Email != "jane@example.com" || v.Message != `Update WLAN "Guest"` || v.AuditID != "8e00" || !v.Time.Equal(j.events[0].Time) {
		t.Errorf("the commit is %+v", v)
	}
	step(t, f)
	if calls := c.made(); len(calls) != 0 {
		t.Errorf("the same events again made %q", calls)
	}
}

func TestARestartGoesOnWhereItWas(t *testing.T) {
	f, s, c, j, _ := following(t)
	audited(j, `{"message":"Update Org Settings"}`)
	step(t, f)
	audited(j, `{"message":"Update Site Settings"}`)
	c.made()
	again, err := NewFollower(f.o, 1_000)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	step(t, again)
	if calls := c.made(); !slices.Equal(calls, []string{"GET /sites/" + site + "/setting"}) {
		t.Errorf("after a restart it made %q", calls)
	}
	if err := os.WriteFile(f.o.Cursor, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	fresh, err := NewFollower(f.o, 1_000)
	if err != nil || fresh.after != 1_000 {
		t.Errorf("with a damaged cursor it begins at %d, %v", fresh.after, err)
	}
	_ = s
}

func TestManyEventsAboutOneThingAreOneCall(t *testing.T) {
	f, _, c, j, _ := following(t)
	for range 3 {
		audited(j, `{"message":"Update Org Settings"}`)
		j.add(event.Event{Topic: "device-events", Type: "SW_CONFIGURED", DeviceType: "switch", DeviceMAC: "5c5b350e01c7"}, `{}`)
	}
	for i := range 20 {
		j.add(event.Event{Topic: "device-events", Type: "AP_CONFIGURED", DeviceMAC: event.MAC(fmt.Sprintf("5c5b350000%02x", i))}, `{}`)
	}
	step(t, f)
	want := []string{"GET /orgs/" + org + "/setting", "GET /sites/" + site + "/devices/" + device,
		"GET /sites/" + site + "/devices/" + device + "/config_cmd", "GET /sites/" + site + "/devices"}
	if calls := c.made(); !slices.Equal(calls, want) {
		t.Errorf("it made the calls %q, want %q", calls, want)
	}
}

func TestACloudThatFailsIsAskedAgain(t *testing.T) {
	f, _, c, j, clk := following(t)
	path := "/orgs/" + org + "/setting"
	c.answers(path, http.StatusServiceUnavailable)
	audited(j, `{"message":"Update Org Settings"}`)
	if err := f.Step(t.Context()); err == nil {
		t.Fatal("a failure is not said")
	}
	c.made()
	step(t, f)
	if calls := c.made(); len(calls) != 0 {
		t.Errorf("at once it made %q", calls)
	}
	clk.Advance(followAgain)
	c.answers(path, 0)
	step(t, f)
	if calls := c.made(); !slices.Equal(calls, []string{"GET " + path}) {
		t.Errorf("later it made %q", calls)
	}

	// What is refused for good does not stop the others.
	c.answers(path, http.StatusForbidden)
	audited(j, `{"message":"Update Org Settings"}`)
	audited(j, `{"message":"Update Site Settings"}`)
	step(t, f)
	if calls := strings.Join(c.made(), " "); !strings.Contains(calls, "/sites/"+site+"/setting") {
		t.Errorf("after a refusal it made %q", calls)
	}
}

func TestNobodyIsFollowedWhoWasNotBackedUp(t *testing.T) {
	f, _, c, j, _ := following(t)
	f.o.Dir = filepath.Join(t.TempDir(), "configs")
	audited(j, `{"message":"Update Org Settings"}`)
	step(t, f)
	if calls := c.made(); len(calls) != 0 {
		t.Errorf("it made %q", calls)
	}
	if _, err := os.Stat(f.o.Dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a folder appeared: %v", err)
	}
}

// The event of a new configuration has the id of an audit: its admin is the author.
func TestANewConfigurationHasTheAdminOfItsAudit(t *testing.T) {
	f, s, c, j, _ := following(t)
	audited(j, `{"id":"8e00","admin_name":"Jane Doe jane@example.com","message":"Update Network Template \"Branch\""}`)
	step(t, f)
	for i, id := range []string{"8e00", "unknown"} {
		c.set("/sites/"+site+"/devices", fmt.Sprintf(`{"id":%q,"type":"ap","name":"ap-%d"}`, device, i))
		j.add(event.Event{Topic: "device-events", Type: "AP_CONFIGURED", DeviceMAC: "5c5b350e01c7"}, fmt.Sprintf(`{"audit_id":%q}`, id))
		step(t, f)
	}
	versions, err := s.History(t.Context(), Path{org, site, "devices", device})
	if err != nil || len(versions) < 2 {
		t.Fatalf("%+v, %v", versions, err)
	}
	if v := versions[1]; v.Author != "Jane Doe" || v.AuditID != "8e00" || v.Message != `Update Network Template "Branch"` {
		t.Errorf("%+v", v)
	}
	if v := versions[0]; v.Author != Nobody || v.AuditID != "unknown" || v.Message != "AP_CONFIGURED" {
		t.Errorf("without its audit: %+v", v)
	}
}
