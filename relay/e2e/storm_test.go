package e2e

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"foghorn/journal/event"
)

var update = flag.Bool("update", false, "write the histories in testdata anew")

// golden compares a text with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	gotLines, wantLines := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	for i := range gotLines {
		if i >= len(wantLines) || gotLines[i] != wantLines[i] {
			t.Fatalf("%s:%d differs (-update writes it anew): %q\n%s", file, i+1, gotLines[i], got)
		}
	}
	if len(gotLines) != len(wantLines) {
		t.Fatalf("%s has %d lines, and not %d", file, len(wantLines), len(gotLines))
	}
}

// apName and mac are those of a site's AP.
func (s site) apName(i int) string { return fmt.Sprintf("%s-ap%d", s.name, i) }

func (s site) mac(i int) int {
	n := i
	for _, r := range s.id[len(s.id)-4:] {
		n += int(r) << 8
	}
	return n
}

// devices says how many APs a site has.
func (d *desk) devices(s site, aps int) {
	d.t.Helper()
	var all []event.Device
	for i := 1; i <= aps; i++ {
		all = append(all, event.Device{Source: "acme", OrgID: orgID, SiteID: s.id, Site: s.name, Type: "ap",
			MAC: event.MAC(fmt.Sprintf("5c5b35%06x", s.mac(i))), Name: s.apName(i), Updated: d.clock.Now()})
	}
	d.must(d.view.PutDevices(d.t.Context(), "acme", all, nil))
}

// goes reports that some of a site's APs go down or come up, one every so long.
func (d *desk) goes(s site, from, to int, down bool, every time.Duration) {
	d.t.Helper()
	for i := from; i <= to; i++ {
		d.ap(s, s.apName(i), s.mac(i), down)
		d.wait(every)
	}
}

// act does what an operator does about an alert.
func (d *desk) act(actor, action string, alert int64, reason string) {
	d.t.Helper()
	rec, err := event.ActivityRecord(event.Activity{Time: d.clock.Now(), Actor: actor, Via: event.ViaTUI, Action: action, Target: event.AlertTarget(alert), Reason: reason})
	d.must(err)
	d.append(rec)
}

// A site loses 14 of its 16 APs within 20 seconds, and another site one in the middle of
// it. Somebody takes it. The APs come back one by one, one goes down again, the last two
// APs of the site go down later, and all is well in the end. testdata has what people
// read in each chat at each point.
func TestAnOutage(t *testing.T) {
	t.Parallel()
	inChats(t, `query = "sev>=warn"`, func(t *testing.T, s *chats) {
		s.devices(berlin, 16)
		s.devices(munich, 3)
		var b strings.Builder
		look := func(what string) {
			fmt.Fprintf(&b, "==== %s: %s\n%s\n", s.clock.Now().Format("15:04:05"), what, s.slack.History())
		}

		s.goes(berlin, 1, 7, true, 1400*time.Millisecond)
		s.goes(munich, 1, 1, true, time.Second)
		s.goes(berlin, 8, 14, true, 1400*time.Millisecond)
		s.wait(10 * time.Second)
		look("14 APs of berlin and one of munich went down")
		s.act("ada", event.ActionAck, 10000, "looking at it")
		s.wait(10 * time.Second)
		look("ada acked one of them")
		for i := range 13 {
			id := int64(i+2) * 10000
			if i+2 > 7 {
				id += 10000 // the eighth record is munich's
			}
			s.act("ada", event.ActionAck, id, "")
		}
		s.wait(20 * time.Second)
		look("ada acked all of berlin")
		s.goes(munich, 2, 2, true, time.Second)
		s.goes(berlin, 1, 13, false, 10*time.Second)
		s.wait(2 * time.Minute)
		look("13 APs of berlin came back")
		s.goes(berlin, 3, 3, true, time.Second)
		s.wait(time.Minute)
		look("one of them went down again")
		s.goes(berlin, 15, 16, true, time.Second)
		s.wait(time.Minute)
		look("two others of berlin went down, too late to join")
		s.goes(berlin, 14, 16, false, time.Second)
		s.goes(berlin, 3, 3, false, time.Second)
		s.wait(time.Minute)
		look("all of berlin came back")
		s.goes(berlin, 14, 14, true, time.Second)
		s.wait(time.Minute)
		look("and one went down again")
		s.goes(berlin, 14, 14, false, time.Second)
		s.goes(munich, 1, 2, false, time.Second)
		s.wait(time.Hour)
		golden(t, "outage.txt", b.String()+"==== what all chats show in the end\n"+s.history())
		s.tidy()
	})
}

// tidy checks that nothing is hidden, pings anybody or waits.
func (s *chats) tidy() {
	s.t.Helper()
	for _, bad := range []string{"HIDDEN", "PINGS", "LOST"} {
		if strings.Contains(s.history(), bad) {
			s.t.Errorf("%s in\n%s", bad, s.history())
		}
	}
	for name := range s.running {
		if r := s.state(name); r.State != event.RelayIdle || r.Queued+int64(r.Parked)+int64(r.Dead)+r.Failed+r.Dropped+r.Repeated != 0 {
			s.t.Errorf("%+v", r)
		}
	}
}

// 300 alerts at once at 60 sites, and the gateway of one of them: six messages a minute
// at the most, the worst first. They recover, one later than the others.
func TestAStormOverManySites(t *testing.T) {
	t.Parallel()
	inChats(t, "query = \"sev>=warn\"\nmax_per_minute = 6", func(t *testing.T, s *chats) {
		at := func(i int) site {
			return site{fmt.Sprintf("978c48e6-6ef6-11e6-8bbf-%012d", i), fmt.Sprintf("site-%02d", i)}
		}
		all := func(down bool) (events []map[string]any) {
			for i := range 300 {
				events = append(events, s.updown(at(i%60), fmt.Sprintf("ap%d-%02d", i/60, i%60), 1000+i, down))
			}
			return events
		}
		gateway := func(what string) map[string]any {
			e := s.updown(at(42), "gw-42", 5000, true)
			e["type"], e["device_type"] = what, "gateway"
			return e
		}
		s.post("device-updowns", append(all(true), gateway("GW_DISCONNECTED"))...)
		s.wait(2 * time.Minute)
		s.post("device-updowns", append(all(false)[:299], gateway("GW_CONNECTED"))...)
		s.wait(7 * time.Minute)
		s.post("device-updowns", all(false)[299])
		s.wait(time.Hour)
		golden(t, "storm.txt", s.history())
		s.tidy()
	})
}

// alarm is an alarm of Mist at berlin.
func (d *desk) alarm(id, kind, severity string) map[string]any {
	now := d.clock.Now().Unix()
	return map[string]any{"id": id, "type": kind, "group": "infrastructure", "severity": severity, "site_id": berlin.id, "site_name": berlin.name,
		"org_id": orgID, "timestamp": now, "last_seen": now, "count": 1}
}

// Alerts of one kind that come one by one: the first that joins is told soon, and each
// after it within its time, which does not run away. People close two of them.
func TestAlertsThatJoinSlowly(t *testing.T) {
	t.Parallel()
	inChats(t, `query = "sev>=warn"`, func(t *testing.T, s *chats) {
		for i := range 6 {
			a := s.alarm(fmt.Sprintf("11111111-1111-1111-1111-11111111111%d", i), "bad_cable", "warn")
			a["switches"], a["hostnames"] = []string{fmt.Sprintf("5c5b35aaaa0%d", i)}, []string{fmt.Sprintf("sw%d", i)}
			s.post("alarms", a)
			s.wait(12 * time.Second)
		}
		s.wait(2 * time.Minute)
		s.act("bob", event.ActionClose, 10000, "replaced the cable")
		s.wait(time.Minute)
		before := s.slack.History()
		for i := range 5 {
			s.act("bob", event.ActionClose, int64(i+2)*10000, "replaced the cable")
		}
		s.wait(6 * time.Minute)
		golden(t, "joins.txt", before+s.history())
		s.tidy()
	})
}

// Devices of several types, an alarm that becomes worse, reminders of what nobody or not
// everybody has taken, and a snooze.
func TestOtherAlerts(t *testing.T) {
	t.Parallel()
	inChats(t, "query = \"sev>=warn\"\nremind = \"30m\"", func(t *testing.T, s *chats) {
		device := func(what, name, kind string, mac int) map[string]any {
			e := s.updown(berlin, name, mac, true)
			e["type"], e["device_type"] = what, kind
			return e
		}
		s.post("alarms", s.alarm("11111111-1111-1111-1111-111111111111", "infra_dhcp_failure", "warn"))
		s.wait(20 * time.Second)
		s.post("alarms", s.alarm("11111111-1111-1111-1111-111111111111", "infra_dhcp_failure", "critical"))
		s.wait(20 * time.Second)
		s.post("device-updowns", device("SW_DISCONNECTED", "sw1", "switch", 5001))
		s.goes(berlin, 1, 2, true, time.Second)
		s.wait(time.Minute)
		s.post("device-updowns", device("GW_DISCONNECTED", "gw1", "gateway", 5002))
		s.wait(10 * time.Minute)
		s.act("ada", event.ActionAck, 40000, "")
		s.wait(25 * time.Minute)
		s.post("device-updowns", device("SW_CONNECTED", "sw1", "switch", 5001), device("GW_CONNECTED", "gw1", "gateway", 5002))
		s.wait(10 * time.Minute)
		s.goes(berlin, 1, 2, false, time.Second)
		s.wait(time.Minute)
		golden(t, "others.txt", s.history())
		s.tidy()
	})
}
