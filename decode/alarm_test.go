package decode

import (
	"testing"
	"time"

	"foghorn/event"
)

func alarm(t *testing.T, element string) event.Event {
	t.Helper()
	return one(t, webhook(deviceBody("alarms", element)))
}

func TestAlarmIsOneConditionByItsID(t *testing.T) {
	first := alarm(t, `{"id":"a1","type":"rogue_ap","severity":"critical","timestamp":1700000000,"last_seen":1700000000,"count":1,"aps":["5c5b35000001"],"ssids":["x"]}`)
	later := alarm(t, `{"id":"a1","type":"rogue_ap","severity":"critical","timestamp":1700000000,"last_seen":1700000600,"count":16,"update":true,"aps":["5c5b35000001"],"ssids":["x","y"]}`)
	if first.Signal.Key != "mist:alarm:a1" || later.Signal.Key != first.Signal.Key || later.Signal.Act != event.States || later.Signal.MistAlarmID != "a1" {
		t.Errorf("signals %+v, %+v", first.Signal, later.Signal)
	}
	if later.Signal.Count != 16 || !later.Signal.Began.Equal(time.Unix(1700000000, 0)) || !later.Signal.LastSeen.Equal(time.Unix(1700000600, 0)) {
		t.Errorf("repeat: %+v", later.Signal)
	}
	if !later.Time.Equal(time.Unix(1700000600, 0)) {
		t.Errorf("the time of a repeat is %s", later.Time)
	}
	if first.Fingerprint == later.Fingerprint {
		t.Error("a repeat with other counts was taken for a copy")
	}
}

func TestAlarmState(t *testing.T) {
	for _, c := range []struct {
		element  string
		resolved bool
	}{
		{`{"id":"a","type":"bad_cable","status":"open"}`, false},
		{`{"id":"a","type":"bad_cable","status":"reoccured"}`, false},
		{`{"id":"a","type":"bad_cable","status":"Resolved"}`, true},
		{`{"id":"a","type":"bad_cable","status":"validated"}`, true},
		{`{"id":"a","type":"bad_cable","details":{"status":"resolved"}}`, true},
		{`{"id":"a","type":"missing_vlan","status":"resolved","details":{"status":"open"}}`, true},
		{`{"id":"a","type":"rogue_ap"}`, false},
		{`{"id":"a","type":"bad_cable","status":["resolved"]}`, false},
		{`{"id":"a","type":"bad_cable","timestamp":1700000000,"last_seen":1700000300,"resolved_time":1700000600}`, true},
		{`{"id":"a","type":"bad_cable","timestamp":1700000000,"last_seen":1700000900,"resolved_time":1700000600}`, false}, // seen since
		{`{"id":"a","type":"bad_cable","timestamp":1700000000,"status":"open","resolved_time":1700000600}`, false},
		{`{"id":"a","type":"bad_cable","timestamp":1700000000,"resolved_time":null}`, false},
		{`{"id":"a","type":"bad_cable","timestamp":1700000000,"resolved_time":0}`, false},
	} {
		if e := alarm(t, c.element); e.Signal.Resolved != c.resolved {
			t.Errorf("%s: resolved %v", c.element, e.Signal.Resolved)
		}
	}
}

// An alarm's own times say when it began and ended, in whatever notation; when it
// was sent says how new the word is.
func TestAlarmTimes(t *testing.T) {
	for _, c := range []struct {
		name, element              string
		began, seen, ended, moment int64
	}{
		{"asked for", `"timestamp":1700000000,"last_seen":1700000600,"count":3`, 1700000000, 1700000600, 0, 1700000600},
		{"sent later than seen", `"timestamp":1700000017.5,"last_seen":"2023-11-14T22:13:20"`, 1700000000, 1700000000, 0, 1700000000},
		{"resolved in milliseconds", `"timestamp":1700000000,"last_seen":1700000100,"status":"resolved","resolved_time":1700006600000`, 1700000000, 1700000100, 1700006600, 1700006600},
		{"resolved in nanoseconds, as text", `"timestamp":"1700000000.5","last_seen":1700000100,"status":"resolved","resolved_time":"1700006600000000000"`, 1700000000, 1700000100, 1700006600, 1700006600},
		{"resolved, sent later", `"timestamp":1700006633.97,"last_seen":"2023-11-14T22:15:00Z","status":"resolved","resolved_time":"2023-11-15T01:03:20.000+01:00"`, 1700000100, 1700000100, 1700006600, 1700006600},
		{"resolved, without saying when", `"timestamp":1700006633,"last_seen":1700000100,"status":"validated"`, 1700000100, 1700000100, 0, 1700006633},
		{"on anew", `"timestamp":1700006633,"last_seen":1700000100,"status":"reoccured"`, 1700000100, 1700006633, 0, 1700006633},
		{"only last seen", `"last_seen":"2023-11-14 22:13:20+0000"`, 1700000000, 1700000000, 0, 1700000000},
	} {
		e := alarm(t, `{"id":"a","type":"bad_cable",`+c.element+`}`)
		s := e.Signal
		ended := int64(0)
		if !s.Ended.IsZero() {
			ended = s.Ended.Unix()
		}
		if s.Began.Unix() != c.began || s.LastSeen.Unix() != c.seen || ended != c.ended || e.Time.Unix() != c.moment {
			t.Errorf("%s: began %d, seen %d, ended %d, moment %d; want %+v", c.name, s.Began.Unix(), s.LastSeen.Unix(), ended, e.Time.Unix(), c)
		}
		if s.Resolved && e.Severity != event.Info {
			t.Errorf("%s: what is over is %s", c.name, e.Severity)
		}
	}
}

func TestAlarmSeverity(t *testing.T) {
	for element, want := range map[string]event.Severity{
		`{"id":"a","type":"rogue_ap","severity":"info"}`:          event.Info,     // the element's own
		`{"id":"a","type":"rogue_ap"}`:                            event.Critical, // Mist's definition
		`{"id":"a","type":"rogue-ap-detected","severity":17}`:     event.Critical,
		`{"id":"a","type":"never_heard_of"}`:                      event.Warn,
		`{"id":"a","type":"never_heard_of","severity":"warning"}`: event.Warn,
	} {
		if e := alarm(t, element); e.Severity != want || e.Signal.Severity != want {
			t.Errorf("%s: severity %s, signal %s; want %s", element, e.Severity, e.Signal.Severity, want)
		}
	}
}

func TestAlarmOfARecovery(t *testing.T) {
	one := alarm(t, `{"id":"a","type":"device_reconnected","org_id":"o","aps":["5c5b35000001"],"hostnames":["lobby"]}`)
	if one.Signal.Act != event.Closes || one.Signal.Key != ofDevice+"connection" || one.Signal.MistAlarmID != "" {
		t.Errorf("exactly one device: %+v", one.Signal)
	}
	dhcp := alarm(t, `{"id":"a","type":"infra_dhcp_success","org_id":"o","site_id":"s","servers":["10.0.0.1"]}`)
	if dhcp.Signal.Act != event.Clears || dhcp.Signal.Kind != "infra_dhcp_failure" || dhcp.Signal.MistAlarmID != "" {
		t.Errorf("DHCP: %+v", dhcp.Signal)
	}
	for name, element := range map[string]string{
		"two devices":       `{"id":"a","type":"device_reconnected","org_id":"o","aps":["5c5b35000001","5c5b35000002"]}`,
		"an AP, a switch":   `{"id":"a","type":"device_reconnected","org_id":"o","aps":["5c5b35000001"],"switches":["5c5b35000002"]}`,
		"two names, one AP": `{"id":"a","type":"device_reconnected","org_id":"o","aps":["5c5b35000001"],"hostnames":["lobby","hall"]}`,
		"no device":         `{"id":"a","type":"switch_reconnected","org_id":"o"}`,
		"no id":             `{"type":"switch_reconnected","org_id":"o"}`,
		"never heard of":    `{"id":"a","type":"wan_link_recovered","org_id":"o"}`,
		"all is well":       `{"id":"a","type":"TUNNEL_OK","org_id":"o"}`,
	} {
		if e := alarm(t, element); e.Signal != nil {
			t.Errorf("%s: %+v", name, e.Signal)
		}
	}
}

func TestAlarmOfAnOutageIsThatOfTheEvents(t *testing.T) {
	event1 := one(t, webhook(deviceBody("device-updowns", `{"type":"SW_DISCONNECTED","org_id":"o","mac":"5c5b35000001","device_name":"core"}`)))
	for _, c := range []struct {
		name, element string
		act           event.Act
		began, seen   int64
		count         int
	}{
		{"first told", `"count":1,"timestamp":1700000010,"last_seen":1700000010`, event.Opens, 1700000010, 1700000010, 1},
		{"raised after it was seen", `"count":2,"timestamp":1700000010,"last_seen":1700000004`, event.Opens, 1700000004, 1700000004, 2},
		{"seen again", `"count":3,"timestamp":1700000010,"last_seen":1700000600,"update":true`, event.Opens, 1700000010, 1700000600, 3},
		{"not counted, so not seen again", `"timestamp":1700000010,"last_seen":1700000600`, event.Opens, 1700000010, 1700000010, 0},
		{"over", `"count":3,"timestamp":1700000010,"last_seen":1700000600,"status":"resolved"`, event.Closes, 1700000010, 1700000600, 0},
		{"over at a time of its own", `"timestamp":1700000010,"last_seen":1700000600,"status":"resolved","resolved_time":1700000500`, event.Closes, 1700000010, 1700000500, 0},
	} {
		s := alarm(t, `{"id":"a","type":"switch_down","org_id":"o","severity":"warn","switches":["5c5b35000001"],"hostnames":["core"],`+c.element+`}`).Signal
		if s.Key != event1.Signal.Key || s.Kind != event1.Signal.Kind || s.Title != event1.Signal.Title || s.MistAlarmID != "a" || s.Severity != event.Warn {
			t.Errorf("%s: %+v is not about the same as %+v", c.name, s, event1.Signal)
		}
		if s.Act != c.act || s.Began.Unix() != c.began || s.LastSeen.Unix() != c.seen || s.Count != c.count || s.Resolved {
			t.Errorf("%s: %+v", c.name, s)
		}
	}
	two := alarm(t, `{"id":"a","type":"switch_down","org_id":"o","switches":["5c5b35000001","5c5b35000002"]}`)
	if two.Signal.Act != event.States || two.Signal.Key != "mist:alarm:a" {
		t.Errorf("of two devices: %+v", two.Signal)
	}
}

func TestAlarmOfARestart(t *testing.T) {
	single := alarm(t, `{"id":"a","type":"device_restarted","org_id":"o","aps":["5c5b35000001"],"hostnames":["lobby"],"reasons":["power_cycle"]}`)
	if s := single.Signal; s.Act != event.Restarts || s.Key != ofDevice+"connection" || s.Title != "AP lobby restarted: power cycle" {
		t.Errorf("one device: %+v", s)
	}
	several := alarm(t, `{"id":"a","type":"device_restarted","org_id":"o","aps":["5c5b35000001","5c5b35000002"],"reasons":["power_cycle"]}`)
	if s := several.Signal; s.Act != event.Happens || s.Key != "mist:alarm:a" || s.Lasts != restartsLast {
		t.Errorf("two devices: %+v", s)
	}
	asked := alarm(t, `{"id":"a","type":"device_restarted","org_id":"o","aps":["5c5b35000001"],"reasons":["restart by user"]}`)
	if asked.Signal != nil {
		t.Errorf("asked for: %+v", asked.Signal)
	}
}

func TestAlarmNamesADeviceOnlyWhenThereIsNoDoubt(t *testing.T) {
	for _, c := range []struct{ element, mac, device, text string }{
		{`{"id":"a","type":"device_down","aps":["5c5b35000001"],"hostnames":["lobby"]}`,
			"5c5b35000001", "lobby", "Device offline: AP lobby (infrastructure)"},
		{`{"id":"a","type":"device_down","aps":["5c5b35000001"],"hostnames":["lobby","hall"]}`,
			"5c5b35000001", "", "Device offline: AP 5c:5b:35:00:00:01 (infrastructure)"},
		{`{"id":"a","type":"device_down","aps":["5c5b35000001","5c5b35000002"],"hostnames":["lobby","hall"],"count":2}`,
			"", "", "Device offline: lobby, hall, 2 times (infrastructure)"},
		{`{"id":"a","type":"device_down","aps":["1","2","3","4","5","6","7","8","9","10"]}`,
			"", "", "Device offline: 10 or more APs (infrastructure)"},
		{`{"id":"a","type":"bad_cable","impacted_entities":[{"entity_type":"switch","entity_mac":"5c5b35000001","entity_name":"core","port_id":"ge-0/0/1"},{"entity_type":"switch","entity_mac":"5c5b35000001","entity_name":"core","port_id":"ge-0/0/2"}]}`,
			"5c5b35000001", "core", "Bad cable: Switch core ge-0/0/1 and 1 more (marvis)"},
		{`{"id":"a","type":"bad_cable","impacted_entities":[{"entity_type":"switch","entity_mac":"5c5b35000001"},{"entity_type":"switch","entity_mac":"5c5b35000002"}]}`,
			"", "", "Bad cable: Switch 5c:5b:35:00:00:01 and 1 more (marvis)"},
	} {
		e := alarm(t, c.element)
		if string(e.DeviceMAC) != c.mac || e.Device != c.device || e.Text != c.text {
			t.Errorf("%s:\n%q %q %q\nwant %q %q %q", c.element, e.DeviceMAC, e.Device, e.Text, c.mac, c.device, c.text)
		}
	}
}

func TestAlarmWithoutAnIDIsAOneOff(t *testing.T) {
	e := alarm(t, `{"type":"rogue_ap","site_id":"s"}`)
	if e.Signal.Act != event.Happens || e.Signal.Key != "mist:alarm:s:rogue_ap" || e.Signal.MistAlarmID != "" {
		t.Errorf("%+v", e.Signal)
	}
}
