package query

import (
	"testing"
	"time"

	"foghorn/journal/event"
)

func matchEvent(t *testing.T, e *event.Event, want bool, queries ...string) {
	t.Helper()
	for _, s := range queries {
		q, err := Parse(s)
		if err != nil {
			t.Errorf("%q: %v", s, err)
			continue
		}
		if got := q.Event(e, base); got != want {
			t.Errorf("event: %q matches %v, want %v", s, got, want)
		}
	}
}

// A MAC that stands only in a sentence is found however it is typed.
func TestMACsInSentences(t *testing.T) {
	e := &event.Event{Source: "acme", ClientMAC: "70ef0071535f", Text: `70:ef:00:71:53:5f left "Mist": roamed to AP 02:00:00:00:0b:02`}
	matchEvent(t, e, true, "0200.0000.0b02", "02-00-00-00-0B-02", "0200-0000-0b02", "02:00:00:00:0b:02", "020000000b02", "020000000B02", "0200.0000", "-0200.0000.0b03", "70ef.0071.535f")
	matchEvent(t, e, false, "0200.0000.0b03", "020000000b03", "-020000000b02", `"020000000b02"`, "02000000.0b02")
}

func TestEvents(t *testing.T) {
	e := &event.Event{
		ID: 7_000_001, Time: base.Add(-30 * time.Minute), Received: base.Add(-29 * time.Minute),
		Source: "acme", Via: event.ViaWebhook, Topic: "device-events", Type: "AP_DISCONNECTED", Severity: event.Warn,
		Site: "Berlin HQ", Device: "ap-07", DeviceType: "ap", DeviceMAC: "5c5b35000001", ClientMAC: "aabbccddeeff",
		Client: "printer", SSID: "100%_free", Text: `lost the cloud: "timeout"`, DeliveryID: 7, Duplicates: 2,
	}
	matchEvent(t, e, true,
		"", "site:ber*", "SITE:berlin*", `site:"BERLIN HQ"`, `site:"berlin "*`, "site:*hq", "site:munich,ber*", "site!=munich",
		"sev>=warn", "sev:w", "sev<critical", "severity:warn,critical", "sev!=info",
		"type:ap_disconnected", "type:~^ap_", "type:~dis.*ed$", "-type:~^sw_",
		"age<1h", "age>29m", "age<=30m", "time>-31m", "time<-29m", "time:2026-11-23", "time:2026-11-23T11:30", "time>2026-11-23T11:00",
		"time>2026-11-23T10:29Z", "time<2026-11-23T10:31:00+00:00", "received>-30m",
		"mac:5c:5b:35:00:00:01", "mac:AA-BB-CC-DD-EE-FF", "mac:5c5b", "device_mac:5c5b.3500.*", "mac:*ff", "client_mac:aa*",
		"mac:00000000-0000-0000-1000-5c5b35000001",
		"rogue or timeout", "time*ut", `"the cloud: "`, `"\"timeout\""`, "100%", "%_f", "5c:5b:35", "5C5B.3500", "5c5b35000001", "aabb", "printer",
		"duplicates>1", "copies>1", "id:7000001", "delivery:7", "delivery:*", "!alert:*", "via:webhook", "ssid:100%*", "ap:ap-07",
		"site>a", "site<c", "!(site:munich or sev:info)", "!acked", "!owner:x",
	)
	matchEvent(t, e, false,
		"site:ber", "site:berlin", `site:"ber*"`, `site:""`, "sev>warn", "type:~^disc", "age<30m", "time>-29m", "time:2026-11-22",
		"time:2026-11-23T11:31", "mac:5c5b36", "client_mac:5c*", "100x", "5c:5c:35", "acked", "duplicates:1", "alert:*",
		"owner:*", "verdict:verified", "resolved:*", "state:open", "site>berlin\\~",
	)
}

func TestAlerts(t *testing.T) {
	soon, past := base.Add(time.Minute), base.Add(-time.Minute)
	open := &event.Alert{ID: 1, Title: "AP ap-07 is down", Kind: "device_down", Severity: event.Critical, Opened: base.Add(-2 * time.Hour), Site: "Berlin", DeviceMAC: "5c5b35000001", State: event.Resolved}
	acked, snoozed, woken, resolved := *open, *open, *open, *open
	acked.AckedAt, acked.Owner = &past, "kim"
	snoozed.AckedAt, snoozed.SnoozedUntil = &past, &soon
	woken.SnoozedUntil = &past
	resolved.AckedAt, resolved.SnoozedUntil, resolved.Resolved = &past, &soon, &past
	for _, c := range []struct {
		name  string
		alert *event.Alert
		yes   []string
		no    []string
	}{
		{"open", open, []string{"open", "OPEN", "state:open", "!acked", "type:device_*", "text:*down", "age>1h", "down", "5c:5b:35:00:00:01", "time<-1h", "!resolved:*"},
			[]string{`"open"`, "acked", "state:acked,snoozed", "resolved:*", "owner:*", "resolved<2030-01-01", "topic:*"}},
		{"acked", &acked, []string{"acked", "owner:KIM", "acked_at>-2m", "state:open,acked"}, []string{"open", "snoozed", `owner:""`}},
		{"snoozed", &snoozed, []string{"snoozed", "!acked", "snoozed_until<+2m", "!leaves:*"}, []string{"open", "acked", "leaves<+1h"}},
		{"a snooze that ended", &woken, []string{"open"}, []string{"snoozed"}},
		{"resolved", &resolved, []string{"resolved", "resolved>-2m", "resolved:*"}, []string{"open", "acked", "snoozed"}},
	} {
		for _, want := range []bool{true, false} {
			queries := c.no
			if want {
				queries = c.yes
			}
			for _, s := range queries {
				q, err := Parse(s)
				if err != nil {
					t.Errorf("%q: %v", s, err)
				} else if got := q.Alert(c.alert, base); got != want {
					t.Errorf("%s: %q matches %v, want %v", c.name, s, got, want)
				}
			}
		}
		derived := *c.alert
		derived.Derive(base)
		if got := stateAt(subject{row: c.alert, now: base}); got != derived.State {
			t.Errorf("%s: stands at %s, but Derive says %s", c.name, got, derived.State)
		}
	}
}

func TestDeliveries(t *testing.T) {
	d := &event.Delivery{ID: 9, Received: base.Add(-time.Second), Source: "acme", Via: event.ViaWebhook, Remote: "203.0.113.9:4711", Method: "POST",
		Path: "/mist/acme", Size: 9000, Verdict: event.Failed, Cause: "the signature is of another secret", Status: 401, DurationMS: 1.5, Topic: "alarms", Events: 3}
	for s, want := range map[string]bool{
		"verdict:failed": true, "verdict:verified": false, "verdict:verif*": false, "verdict:f*": true,
		"status>=400": true, "status:200": false, "status:200,401": true, "size>8KiB": true, "size<8kb": false,
		"duration>1": true, "took<2ms": true, "took>=1s": false, "age<2s": true, "time>-2s": true, "events:3": true, "dups:0": true,
		"signature": true, "203.0.113.9": true, "ip:203.0.113.*": true, "/mist/": true, "method:post": true, "open": false,
		"sev:debug": false, "!sev:debug": true, "replay_of:*": false, "cause:~secret$": true,
	} {
		q, err := Parse(s)
		if err != nil {
			t.Errorf("%q: %v", s, err)
		} else if got := q.Delivery(d, base); got != want {
			t.Errorf("%q matches %v, want %v", s, got, want)
		}
	}
}

func TestDevices(t *testing.T) {
	d := &event.Device{Source: "acme", OrgID: "o1", Site: "Hamburg", MAC: "5c5b35000001", Name: "ap-lobby", Type: "ap", Model: "AP45", Version: "0.14.29",
		IP: "10.1.2.3", Status: event.DeviceDisconnected, Since: base.Add(-10 * time.Minute), LastSeen: base.Add(-11 * time.Minute), Clients: 0, CPU: 80.5, UptimeS: 90}
	for s, want := range map[string]bool{
		"lobby": true, "5c:5b:35": true, "name:ap-*": true, "device:ap-lobby": true, "site:ham*": true, "type:ap": true, "type:switch": false,
		"status:disconnected": true, "status!=connected": true, "status:200": false, "status:200,disconnected": true, "model:ap45": true,
		"ip:10.1.*": true, "mac:5c5b35": true, "device_mac:5c-5b-35-00-00-01": true, "clients>0": false, "clients:0": true, "cpu>80": true, "cpu<80.5%": false,
		"since>-1h": true, "age<1h": true, "last_seen<-10m": true, "source:acme": true, "org:o1": true, "version:0.14*": true, "uptime<2000": true,
		"sev>=info": false, "rssi:0": false, "verdict:failed": false,
	} {
		if q, err := Parse(s); err != nil {
			t.Errorf("%q: %v", s, err)
		} else if got := q.Device(d, base); got != want {
			t.Errorf("%q matches %v, want %v", s, got, want)
		}
	}
}

func TestLiveClients(t *testing.T) {
	c := &event.LiveClient{Source: "acme", Site: "Hamburg", MAC: "70ef0071535f", Hostname: "laptop-7", Username: "kim", IP: "10.9.9.9", SSID: "corp",
		AP: "5c5b35000001", APName: "ap-lobby", Band: "5", Channel: 36, RSSI: -71, SNR: 22, Since: base.Add(-time.Minute), Roams: 2}
	for s, want := range map[string]bool{
		"laptop": true, "70:ef:00:71:53:5f": true, "kim": true, "client:laptop*": true, "hostname:laptop-7": true, "user:kim": true, "ssid:corp": true,
		"ap:ap-lobby": true, "device_mac:5c5b35000001": true, "mac:70ef00": true, "client_mac:5c5b35": false, "band:5": true, "channel:36": true,
		"rssi<-70": true, "rssi>=-70": false, "snr>20": true, "roams>1": true, "age<2m": true, "ip:10.9.*": true, "status:connected": false,
	} {
		if q, err := Parse(s); err != nil {
			t.Errorf("%q: %v", s, err)
		} else if got := q.LiveClient(c, base); got != want {
			t.Errorf("%q matches %v, want %v", s, got, want)
		}
	}
}

// A nil query is the one that says nothing.
func TestNilMatchesEverything(t *testing.T) {
	var q *Query
	if !q.Event(&event.Event{}, base) || !q.Alert(&event.Alert{}, base) || !q.Delivery(&event.Delivery{}, base) {
		t.Error("a nil query leaves rows out")
	}
	if q.String() != "" || !q.Empty() || q.SQL(Alerts, base).Where != "1" {
		t.Error("a nil query says something")
	}
	if (&Query{}).SQL(Table(9), base).Where != "1" {
		t.Error("a table that is none has a condition")
	}
}

// Dates are read on the operator's clock, summer time included: the day the
// clocks go back has 25 hours.
func TestDatesFollowTheZoneOfNow(t *testing.T) {
	q, err := Parse("time:2026-10-25")
	if err != nil {
		t.Fatal(err)
	}
	first := time.Date(2026, 10, 24, 22, 0, 0, 0, time.UTC)
	for offset, want := range map[time.Duration]bool{-1: false, 0: true, 24*time.Hour + 59*time.Minute: true, 25 * time.Hour: false} {
		if got := q.Event(&event.Event{Time: first.Add(offset)}, base); got != want {
			t.Errorf("%v into the day: %v, want %v", offset, got, want)
		}
	}
}

func BenchmarkMatch(b *testing.B) {
	e := &event.Event{Time: base.Add(-time.Minute), Source: "acme", Topic: "device-events", Type: "AP_DISCONNECTED", Severity: event.Warn,
		Site: "Berlin HQ", Device: "ap-07", DeviceMAC: "5c5b35000001", Text: "ap-07 lost the cloud for 3 minutes and came back by itself"}
	for _, s := range []string{"site:berlin*", "rogue", "sev>=warn type:~ap_ age<1h !(site:munich or ssid:guest)"} {
		b.Run(s, func(b *testing.B) {
			q, err := Parse(s)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				q.Event(e, base)
			}
		})
	}
}
