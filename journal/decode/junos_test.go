package decode

import (
	"strings"
	"testing"
	"time"

	"foghorn/journal/event"
	"foghorn/junos"
)

// Only "foghorn junos test" marks a post. What a device sends cannot become the mark,
// and what a test begins or ends is nothing real.
func TestTestsAreMarked(t *testing.T) {
	x, _ := junos.ExampleOf("SNMP_TRAP_LINK_DOWN")
	for name, c := range map[string]struct {
		body string
		want bool
	}{
		"junos test":         {string(x.Post(junos.Sender{Hostname: "sw1", Test: true})), true},
		"a device":           {string(x.Post(junos.Sender{Hostname: "sw1"})), false},
		"a text":             {`{"event":"SNMP_TRAP_LINK_DOWN","hostname":"sw1","message":"ifName ge-0/0/1","test":"true"}`, false},
		"a number":           {`{"event":"SNMP_TRAP_LINK_DOWN","hostname":"sw1","message":"ifName ge-0/0/1","test":1}`, false},
		"an attribute":       {`{"event":"SNMP_TRAP_LINK_DOWN","hostname":"sw1","message":"ifName ge-0/0/1","attributes":{"test":true}}`, false},
		"within the message": {`{"event":"SNMP_TRAP_LINK_DOWN","hostname":"sw1","message":"ifName ge-0/0/1 \"test\": true"}`, false},
	} {
		e := one(t, fromJunos(c.body))
		if e.Test != c.want || strings.HasPrefix(e.Signal.Key, "test:") != c.want || strings.HasPrefix(e.Signal.Scope, "test:") != c.want {
			t.Errorf("%s: test %v, key %q, scope %q", name, e.Test, e.Signal.Key, e.Signal.Scope)
		}
	}
}

func TestJunosPosts(t *testing.T) {
	const link = `SNMP_TRAP_LINK_DOWN: ifIndex 515, ifAdminStatus up(1), ifOperStatus down(2), ifName ge-0/0/1`
	for _, c := range []struct {
		name, body, text string
		severity         event.Severity
		act              event.SignalType
		key              string
	}{
		{"link down", `{"event":"SNMP_TRAP_LINK_DOWN","hostname":"sw1","message":"` + link + `"}`,
			"ge-0/0/1 down", event.Warn, event.Raise, "junos:core:sw1:link:ge-0/0/1"},
		{"switched off by somebody", `{"event":"SNMP_TRAP_LINK_DOWN","hostname":"sw1","message":"ifAdminStatus down(2), ifOperStatus down(2), ifName ge-0/0/1"}`,
			"ge-0/0/1 down (disabled by an admin)", event.Info, event.Raise, "junos:core:sw1:link:ge-0/0/1"},
		{"link up", `{"event":"SNMP_TRAP_LINK_UP","hostname":"sw1","message":"SNMP_TRAP_LINK_UP: ifOperStatus up(1), ifName ge-0/0/1"}`,
			"ge-0/0/1 up", event.Info, event.Resolve, "junos:core:sw1:link:ge-0/0/1"},
		{"BGP lost", `{"event":"RPD_BGP_NEIGHBOR_STATE_CHANGED","hostname":"mx","message":"BGP peer 192.0.2.9 (External AS 64530) changed state from Established to Idle (event HoldTime) (instance master)"}`,
			"BGP neighbor 192.0.2.9 down (hold time expired); BGP peer 192.0.2.9 (External AS 64530) changed state from Established to Idle (event HoldTime) (instance master)", event.Critical, event.Raise, "junos:core:mx:bgp:192.0.2.9 (instance master)"},
		{"BGP on its way", `{"event":"RPD_BGP_NEIGHBOR_STATE_CHANGED","hostname":"mx","message":"BGP peer 192.0.2.9 (External AS 64530) changed state from Idle to Connect (event Start) (instance master)"}`,
			"BGP peer 192.0.2.9 (External AS 64530) changed state from Idle to Connect (event Start) (instance master)", event.Info, 0, ""},
		{"level 2 without a pair", `{"event":"LICENSE_EXPIRED","hostname":"srx","message":"LICENSE_EXPIRED: gone"}`,
			"gone", event.Warn, event.OneShot, "junos:core:srx:LICENSE_EXPIRED"},
		{"level 1, hard", `{"event":"SYSTEM_ABNORMAL_SHUTDOWN","hostname":"srx"}`,
			"SYSTEM_ABNORMAL_SHUTDOWN: the system stopped unclean", event.Critical, event.OneShot, "junos:core:srx:SYSTEM_ABNORMAL_SHUTDOWN"},
		{"level 3", `{"event":"UI_COMMIT","hostname":"srx","message":"UI_COMMIT: User 'j'"}`, "User 'j'", event.Info, 0, ""},
		{"commit finished", `{"event":"UI_COMMIT_COMPLETED","hostname":"srx","message":"UI_COMMIT_COMPLETED:  : commit complete"}`,
			"commit complete", event.Info, 0, ""},
		{"commit not confirmed", `{"event":"UI_COMMIT_NOT_CONFIRMED","hostname":"srx","message":"commit was not confirmed; automatic rollback complete"}`,
			"commit was not confirmed; automatic rollback complete", event.Warn, event.OneShot, "junos:core:srx:UI_COMMIT_NOT_CONFIRMED"},
		{"an unlisted end of something", `{"event":"MY_OWN_CLEARED","hostname":"srx","message":"x"}`, "x", event.Info, event.Resolve, "junos:core:srx:my_own:?"},
		{"level 4", `{"event":"UI_COMMIT_PROGRESS","hostname":"srx","message":"x"}`, "x", event.Debug, 0, ""},
		{"not listed, id with blanks", `{"event":"FPC 3 PIC 1","hostname":"srx","message":"FPC 3 PIC 1: hot","detail":"more"}`,
			"hot; more", event.Warn, event.OneShot, "junos:core:srx:FPC 3 PIC 1"},
		{"pair without its object", `{"event":"SNMP_TRAP_LINK_DOWN","hostname":"sw1","message":"somewhere"}`,
			"Interface down; somewhere", event.Warn, event.Raise, "junos:core:sw1:link:?"},
		{"no host name", `{"event":"LICENSE_EXPIRED"}`, "LICENSE_EXPIRED: license expired", event.Warn, event.OneShot, "junos:core:unknown:LICENSE_EXPIRED"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := one(t, fromJunos(c.body))
			if e.Text != c.text || e.Severity != c.severity || e.Topic != "junos" || e.DeviceType != "junos" {
				t.Errorf("%q %s %s %s\nwant %q %s", e.Text, e.Severity, e.Topic, e.DeviceType, c.text, c.severity)
			}
			var act event.SignalType
			key := ""
			if e.Signal != nil {
				act, key = e.Signal.Type, e.Signal.Key
			}
			if act != c.act || key != c.key {
				t.Errorf("signal %v %q, want %v %q", act, key, c.act, c.key)
			}
		})
	}
}

// Good news raises nothing, whatever id it comes under.
func TestGoodNewsOfJunosRaisesNothing(t *testing.T) {
	for _, id := range []string{"UI_COMMIT_COMPLETED", "DOT1XD_USR_AUTHENTICATED", "MY_OWN_INSERTION_EVENT", "MY_OWN_SUCCESS", "MY_OWN_LIMIT_RESET", "MY_OWN_NORMAL", "MY_OWN_NBRUP", "FOO_TEST_COMPLETED"} {
		e := one(t, fromJunos(`{"event":"`+id+`","hostname":"srx","message":"x"}`))
		if e.Severity != event.Info || e.Signal != nil && e.Signal.Type != event.Resolve {
			t.Errorf("%s: %s, %+v", id, e.Severity, e.Signal)
		}
	}
	denied := one(t, fromJunos(`{"event":"DOT1XD_USR_ACCESS_DENIED","hostname":"sw","message":"Dot1x User pc-8 access denied"}`))
	if denied.Severity != event.Warn || denied.Signal.Type != event.OneShot || !denied.Signal.Distinct || denied.Signal.ExpiresAfter != 0 {
		t.Errorf("%+v", denied.Signal)
	}
}

// The title of what no table has is what the device said, and it names the object.
func TestTitlesOfJunosNameTheObject(t *testing.T) {
	for body, want := range map[string]string{
		`{"event":"FOO_DOWN","hostname":"mx","message":"FOO_DOWN: foo on ge-0/0/1.7 is down"}`:                  "mx: foo on ge-0/0/1.7 is down",
		`{"event":"FOO_DOWN","hostname":"mx","message":"down","attributes":{"peer":"192.0.2.1"}}`:               "mx: down [192.0.2.1]",
		`{"event":"SYSTEM","hostname":"mx","message":" Major alarm set, FPC 1 Major Errors"}`:                   "mx: Alarm: FPC 1 Major Errors",
		`{"event":"IKE_VPN_DOWN_ALARM_USER","hostname":"fw","message":"VPN waw-1 from 203.0.113.129 is down."}`: "fw: VPN waw-1 203.0.113.129 down",
		`{"event":"SNMP_TRAP_LINK_DOWN","hostname":"sw1","message":"somewhere"}`:                                "sw1: Interface down",
	} {
		e := one(t, fromJunos(body))
		if e.Signal == nil || e.Signal.Title != want {
			t.Errorf("%s:\n%+v\nwant %q", body, e.Signal, want)
		}
	}
}

func TestJunosTime(t *testing.T) {
	if e := one(t, fromJunos(`{"event":"A"}`)); !e.Time.Equal(received) {
		t.Errorf("without a time of its own: %s", e.Time)
	}
	for _, body := range []string{`{"event":"A","generation_time":1760000000}`, `{"event":"A","generation_time":"2025-10-09 08:53:20 UTC"}`} {
		if e := one(t, fromJunos(body)); !e.Time.Equal(time.Unix(1760000000, 0)) {
			t.Errorf("%s: %s", body, e.Time)
		}
	}
}

func TestJunosRaw(t *testing.T) {
	body, _ := junos.Sample("bgp-down")
	d := fromJunos(string(body))
	if raw, err := Raw(d); err != nil || len(raw) != 1 || string(raw[0]) != string(body) {
		t.Errorf("Raw = %s, %v", raw, err)
	}
}

func TestRoutingEnginesAreOneDeviceUnlessTheyAreSetApart(t *testing.T) {
	d := fromJunos(`{"event":"SNMP_TRAP_LINK_DOWN","hostname":"re1.edge01","message":"ifName ge-0/0/1"}`)
	if e := one(t, d); e.Device != "edge01" || e.Signal.Key != "junos:core:edge01:link:ge-0/0/1" || e.Signal.Title != "edge01: ge-0/0/1 down" {
		t.Errorf("%+v %+v", e, e.Signal)
	}
	if raw, err := Raw(d); err != nil || !strings.Contains(string(raw[0]), "re1.edge01") {
		t.Errorf("the raw post: %s, %v", raw, err)
	}
	apart := Options{EnginesApart: map[string]bool{"core": true}}.Delivery(d)
	if e := apart.Events[0]; e.Device != "re1.edge01" || e.Signal.Key != "junos:core:re1.edge01:link:ge-0/0/1" {
		t.Errorf("apart: %+v %+v", e, e.Signal)
	}
}
