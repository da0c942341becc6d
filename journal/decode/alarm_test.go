package decode

import (
	"testing"
	"time"

	"foghorn/journal/event"
)

func alarm(t *testing.T, element string) event.Event {
	t.Helper()
	return one(t, webhook(deviceBody("alarms", element)))
}

func TestAlarmIsOneConditionByItsID(t *testing.T) {
	first := alarm(t, `{"id":"a1","type":"rogue_ap","severity":"critical","timestamp":1700000000,"last_seen":1700000000,"count":1,"aps":["5c5b35000001"],"ssids":["x"]}`)
	later := alarm(t, `{"id":"a1","type":"rogue_ap","severity":"critical","timestamp":1700000000,"last_seen":1700000600,"count":16,"update":true,"aps":["5c5b35000001"],"ssids":["x","y"]}`)
	if first.Signal.Key != "mist:alarm:a1" || later.Signal.Key != first.Signal.Key || later.Signal.Type != event.Report || later.Signal.MistAlarmID != "a1" {
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

// alarms decodes an alarm that tells of several.
func alarms(t *testing.T, element string) []event.Event {
	t.Helper()
	d := Delivery(webhook(deviceBody("alarms", element)))
	if d.Problem != "" || len(d.Events) == 0 {
		t.Fatalf("%d events, problem %q", len(d.Events), d.Problem)
	}
	return d.Events
}

func TestAlarmOfARecovery(t *testing.T) {
	lobby := alarm(t, `{"id":"a","type":"device_reconnected","org_id":"o","aps":["5c5b35000001"],"hostnames":["lobby"]}`)
	if lobby.Signal.Type != event.Resolve || lobby.Signal.Key != ofDevice+"connection" || lobby.Signal.MistAlarmID != "" {
		t.Errorf("exactly one device: %+v", lobby.Signal)
	}
	doubt := alarm(t, `{"id":"a","type":"device_reconnected","org_id":"o","aps":["5c5b35000001"],"hostnames":["lobby","hall"]}`)
	if doubt.Signal.Type != event.Resolve || doubt.Signal.Key != ofDevice+"connection" || doubt.Device != "" {
		t.Errorf("two names, one AP: %+v", doubt.Signal)
	}
	for name, element := range map[string]string{
		"two devices":     `{"id":"a","type":"device_reconnected","org_id":"o","aps":["5c5b35000001","5c5b35000002"],"count":2}`,
		"an AP, a switch": `{"id":"a","type":"device_reconnected","org_id":"o","aps":["5c5b35000001"],"switches":["5c5b35000002"]}`,
	} {
		both := alarms(t, element)
		if len(both) != 2 || both[0].Signal.Type != event.Resolve || both[1].Signal.Key != "mist:device:o:5c5b35000002:connection" {
			t.Errorf("%s: %+v", name, both)
		}
	}
	for name, element := range map[string]string{
		"no device":          `{"id":"a","type":"switch_reconnected","org_id":"o"}`,
		"no id":              `{"type":"switch_reconnected","org_id":"o"}`,
		"neither nor a site": `{"id":"a","type":"wan_link_recovered","org_id":"o"}`,
		"all is well":        `{"id":"a","type":"TUNNEL_OK","org_id":"o"}`,
		"a new member":       `{"id":"a","type":"vc_member_added","org_id":"o","switches":["5c5b35000001"]}`,
	} {
		if e := alarm(t, element); e.Signal != nil {
			t.Errorf("%s: %+v", name, e.Signal)
		}
	}
}

// Each VLAN and server of a site fails and recovers by itself.
func TestAlarmOfASitesService(t *testing.T) {
	down := alarm(t, `{"id":"a","type":"infra_dhcp_failure","org_id":"o","site_id":"s","severity":"critical","vlans":["30"],"servers":["198.51.100.67"],"ssids":["Staff"],"hostnames":["ap-1"],"incident_count":20}`)
	if s := down.Signal; s.Type != event.Raise || s.Scope != "mist:site:o:s:infra_dhcp" || s.Object != "VLAN 30 (server 198.51.100.67)" || s.Kind != "infra_dhcp_failure" ||
		s.MistAlarmID != "a" || s.Title != "DHCP Failure: VLAN 30 (server 198.51.100.67)" {
		t.Errorf("%+v", s)
	}
	if want := `DHCP Failure: SSID "Staff" seen by ap-1, VLAN 30, server 198.51.100.67, 20 times (infrastructure)`; down.Text != want {
		t.Errorf("%s, want %s", down.Text, want)
	}
	up := alarm(t, `{"id":"b","type":"infra_dhcp_success","org_id":"o","site_id":"s","vlans":["20"],"servers":["198.51.100.66"]}`)
	if s := up.Signal; s.Type != event.Resolve || s.Scope != down.Signal.Scope || s.Object != "VLAN 20 (server 198.51.100.66)" || s.MistAlarmID != "" || up.Severity != event.Info {
		t.Errorf("%+v", s)
	}
	two := alarms(t, `{"id":"a","type":"infra_arp_failure","org_id":"o","site_id":"s","vlans":[30,40],"servers":["10.0.0.1"]}`)
	if len(two) != 2 || two[0].Signal.Object != "server 10.0.0.1 (VLAN 30)" || two[1].Signal.Object != "server 10.0.0.1 (VLAN 40)" {
		t.Errorf("%+v, %+v", two[0].Signal, two[1].Signal)
	}
	if none := alarm(t, `{"id":"a","type":"infra_dns_failure","org_id":"o","site_id":"s","aps":["5c5b35000001"]}`); none.Signal.Object != "" || none.Signal.Key != "mist:site:o:s:infra_dns:?" {
		t.Errorf("%+v", none.Signal)
	}
}

// What one type of alarm begins another ends, by the device and what of it is meant;
// a device's own events tell of the same.
func TestAlarmsOfPairs(t *testing.T) {
	const sw = `"id":"a","org_id":"o","site_id":"s","switches":["5c5b35000001"],"hostnames":["core"]`
	for _, c := range []struct{ down, up, scope, object, title string }{
		{`"type":"sw_bgp_neighbor_down","reasons":["BGP peer 192.0.2.7 (External AS 64530) changed state from Established to Idle"]`,
			`"type":"sw_bgp_neighbor_up","reasons":["BGP peer 192.0.2.7 (External AS 64530) changed state from OpenConfirm to Established"]`,
			"bgp", "192.0.2.7", "Switch core: BGP neighbor 192.0.2.7 down"},
		{`"type":"sw_bgp_neighbor_state_changed","reasons":["BGP peer 2001:db8::7 (External AS 64530) changed state from Established to Idle"]`,
			`"type":"sw_bgp_neighbor_state_changed","reasons":["BGP peer 2001:db8::7 (External AS 64530) changed state from OpenConfirm to Established"]`,
			"bgp", "2001:db8::7", "Switch core: BGP neighbor 2001:db8::7 down"},
		{`"type":"sw_alarm_chassis_psu","reasons":["PEM 0 Not Powered"]`, `"type":"sw_alarm_chassis_psu_clear","reasons":["PEM 0 Not Powered"]`,
			"alarm_psu", "PSU 0 (of pem 0)", "Switch core: Switch Power Supply Alarm: PEM 0 Not Powered"},
		{`"type":"sw_alarm_chassis_psu","reasons":["PSU Sensor too Warm"]`, `"type":"sw_alarm_chassis_psu_clear","reasons":["PSU Sensor OK"]`,
			"alarm_psu", "of psu sensor", "Switch core: Switch Power Supply Alarm: PSU Sensor too Warm"},
		{`"type":"sw_critical_port_down","port_ids":["ge-0/0/47"]`, `"type":"sw_critical_port_up","port_ids":["ge-0/0/47"]`,
			"port", "ge-0/0/47", "Switch core: ge-0/0/47 down"},
		{`"type":"vpn_peer_down","reasons":["peer CSQA_Hub01 down"]`, `"type":"vpn_peer_up","reasons":["peer CSQA_Hub01 up"]`, "vpn_peer", "csqa_hub01", "Switch core: VPN peer csqa_hub01 down"},
		{`"type":"sw_chassis_thing_failed","reasons":["so it is"]`, `"type":"sw_chassis_thing_recovered"`, "sw_chassis_thing", "", ""},
	} {
		down, up := alarm(t, "{"+sw+","+c.down+"}"), alarm(t, "{"+sw+","+c.up+"}")
		d, u := down.Signal, up.Signal
		if d == nil || d.Type != event.Raise || d.Scope != ofDevice+c.scope || d.Object != c.object || d.MistAlarmID != "a" || c.title != "" && d.Title != c.title {
			t.Errorf("%s: %+v", c.down, d)
			continue
		}
		if u == nil || u.Type != event.Resolve || u.Key != d.Key || u.MistAlarmID != "" || up.Severity != event.Info {
			t.Errorf("%s: %+v", c.up, u)
		}
	}
	step := alarm(t, "{"+sw+`,"type":"sw_bgp_neighbor_state_changed","reasons":["BGP peer 192.0.2.7 changed state from Idle to Connect"]}`)
	if step.Signal != nil || step.Severity != event.Info {
		t.Errorf("a step on the way: %+v", step.Signal)
	}
	resolved := alarm(t, "{"+sw+`,"type":"sw_critical_port_down","port_ids":["ge-0/0/47"],"status":"resolved","timestamp":1700000000,"resolved_time":1700000600}`)
	if s := resolved.Signal; s.Type != event.Resolve || s.Object != "ge-0/0/47" || s.MistAlarmID != "a" || s.LastSeen.Unix() != 1700000600 {
		t.Errorf("resolved by its own word: %+v", s)
	}
	open := alarm(t, "{"+sw+`,"type":"sw_bgp_neighbor_up","status":"open"}`)
	if open.Signal.Type != event.Resolve {
		t.Errorf("an up that a search lists as open: %+v", open.Signal)
	}
	parts := alarms(t, "{"+sw+`,"type":"sw_alarm_chassis_partition","reasons":["RE 0 /var partition usage is high","FPC 1 /var partition usage is high"]}`)
	if len(parts) != 2 || parts[0].Signal.Object == parts[1].Signal.Object || parts[0].Fingerprint == parts[1].Fingerprint {
		t.Errorf("two reasons of one device: %+v", parts)
	}
	two := alarms(t, `{"id":"a","org_id":"o","type":"sw_bgp_neighbor_down","switches":["5c5b35000001","5c5b35000002"],"reasons":["peer 10.0.0.1 down","peer 10.0.0.2 down"]}`)
	if len(two) != 2 || two[0].Signal.Object != "" || two[0].Signal.Scope != ofDevice+"bgp" {
		t.Errorf("nobody says whose reason is whose: %+v", two)
	}
}

// An alarm that lists several devices is an event, and an outage, of each.
func TestAlarmOfSeveralDevices(t *testing.T) {
	three := alarms(t, `{"id":"a","type":"device_down","org_id":"o","count":3,"timestamp":1700000000,"last_seen":1700000100,"aps":["5c5b35000001","5c5b35000002","5c5b35000001","5c5b35000003"],"hostnames":["x","y","x","z"]}`)
	if len(three) != 3 {
		t.Fatalf("%d events", len(three))
	}
	for i, e := range three {
		s := e.Signal
		if e.ID != event.ID(7, i) || s.Type != event.Raise || s.Key != "mist:device:o:5c5b3500000"+string(rune('1'+i))+":connection" || !s.Aggregated || s.Count != 0 || e.Device != string(rune('x'+i)) ||
			e.Text != "Device offline: AP "+e.Device+", one of 3 (infrastructure)" || s.Title != "AP "+e.Device+" down" {
			t.Errorf("%d: %q, %+v", i, e.Text, s)
		}
	}
	again := alarms(t, `{"id":"a","type":"device_down","org_id":"o","count":5,"timestamp":1700000000,"last_seen":1700000100,"aps":["5c5b35000001","5c5b35000002"]}`)
	if again[0].Signal.Aggregated {
		t.Error("one of two was seen again, and the alarm explains it away")
	}
	const ten = `"aps":["5c5b35000001","5c5b35000002","5c5b35000003","5c5b35000004","5c5b35000005","5c5b35000006","5c5b35000007","5c5b35000008","5c5b35000009","5c5b3500000a"]`
	twelve := alarms(t, `{"id":"a","type":"device_down","org_id":"o","count":12,"timestamp":1700000000,`+ten+`}`)
	if len(twelve) != 11 || !twelve[0].Signal.Aggregated {
		t.Fatalf("%d events", len(twelve))
	}
	if rest := twelve[10]; rest.Signal.Type != event.OneShot || rest.DeviceMAC != "" || rest.Text != "Device offline: up to 2 APs more that the alarm does not list (infrastructure)" {
		t.Errorf("the rest: %q, %+v", rest.Text, rest.Signal)
	}
	if back := alarms(t, `{"id":"b","type":"device_reconnected","org_id":"o","count":12,"timestamp":1700000000,`+ten+`}`); len(back) != 10 {
		t.Errorf("%d events of those that are back", len(back))
	}
	named := alarms(t, `{"id":"a","type":"switch_down","org_id":"o","hostnames":["core-1","core-2"]}`)
	if len(named) != 2 || named[1].Signal.Key != "mist:device:o:core-2:connection" {
		t.Errorf("by names alone: %+v", named)
	}
	raw, err := Raw(webhook(deviceBody("alarms", `{"id":"a","type":"device_down","aps":["5c5b35000001","5c5b35000002"]},{"id":"b","type":"rogue_ap"}`)))
	if err != nil || len(raw) != 3 || string(raw[0]) != string(raw[1]) || string(raw[2]) != `{"id":"b","type":"rogue_ap"}` {
		t.Errorf("raw %s, %v", raw, err)
	}
	odd := alarms(t, `{"type":"device_down","org_id":"o","aps":["5c5b35000001","5c5b35000002"]}`)
	if odd[0].Fingerprint == odd[1].Fingerprint {
		t.Error("two devices of an alarm without an id are one")
	}
}

// Alarms that Mist never ends leave by time, unless Mist says that they are over.
func TestAlarmsThatNobodyEnds(t *testing.T) {
	for _, kind := range []string{"rogue_ap", "sw_bad_optics", "vc_master_changed", "gw_dhcp_pool_exhausted", "license_expired"} {
		if s := alarm(t, `{"id":"a","type":"`+kind+`","org_id":"o"}`).Signal; s.Type != event.Report || s.ExpiresAfter <= 0 || s.MistAlarmID != "a" {
			t.Errorf("%s: %+v", kind, s)
		}
	}
	for _, kind := range []string{"bad_cable", "AP_OFFLINE", "switch_stp_loop"} {
		if s := alarm(t, `{"id":"a","type":"`+kind+`","org_id":"o"}`).Signal; s.Type != event.Report || s.ExpiresAfter != 0 {
			t.Errorf("%s: %+v", kind, s)
		}
	}
}

func TestAlarmOfAnOutageIsThatOfTheEvents(t *testing.T) {
	event1 := one(t, webhook(deviceBody("device-updowns", `{"type":"SW_DISCONNECTED","org_id":"o","mac":"5c5b35000001","device_name":"core"}`)))
	for _, c := range []struct {
		name, element string
		act           event.SignalType
		began, seen   int64
		count         int
	}{
		{"first told", `"count":1,"timestamp":1700000010,"last_seen":1700000010`, event.Raise, 1700000010, 1700000010, 1},
		{"raised after it was seen", `"count":2,"timestamp":1700000010,"last_seen":1700000004`, event.Raise, 1700000004, 1700000004, 2},
		{"seen again", `"count":3,"timestamp":1700000010,"last_seen":1700000600,"update":true`, event.Raise, 1700000010, 1700000600, 3},
		{"not counted, so not seen again", `"timestamp":1700000010,"last_seen":1700000600`, event.Raise, 1700000010, 1700000010, 0},
		{"over", `"count":3,"timestamp":1700000010,"last_seen":1700000600,"status":"resolved"`, event.Resolve, 1700000010, 1700000600, 0},
		{"over at a time of its own", `"timestamp":1700000010,"last_seen":1700000600,"status":"resolved","resolved_time":1700000500`, event.Resolve, 1700000010, 1700000500, 0},
	} {
		s := alarm(t, `{"id":"a","type":"switch_down","org_id":"o","severity":"warn","switches":["5c5b35000001"],"hostnames":["core"],`+c.element+`}`).Signal
		if s.Key != event1.Signal.Key || s.Kind != event1.Signal.Kind || s.Title != event1.Signal.Title || s.MistAlarmID != "a" || s.Severity != event.Warn {
			t.Errorf("%s: %+v is not about the same as %+v", c.name, s, event1.Signal)
		}
		if s.Type != c.act || s.Began.Unix() != c.began || s.LastSeen.Unix() != c.seen || s.Count != c.count || s.Resolved {
			t.Errorf("%s: %+v", c.name, s)
		}
	}
	nobody := alarm(t, `{"id":"a","type":"switch_down","org_id":"o"}`)
	if nobody.Signal.Type != event.Report || nobody.Signal.Key != "mist:alarm:a" {
		t.Errorf("of nobody in particular: %+v", nobody.Signal)
	}
}

func TestAlarmOfARestart(t *testing.T) {
	single := alarm(t, `{"id":"a","type":"device_restarted","org_id":"o","aps":["5c5b35000001"],"hostnames":["lobby"],"reasons":["power_cycle"]}`)
	if s := single.Signal; s.Type != event.Restart || s.Key != ofDevice+"connection" || s.Title != "AP lobby restarted: power cycle" {
		t.Errorf("one device: %+v", s)
	}
	several := alarm(t, `{"id":"a","type":"device_restarted","org_id":"o","aps":["5c5b35000001","5c5b35000002"],"reasons":["power_cycle"]}`)
	if s := several.Signal; s.Type != event.OneShot || s.Key != "mist:alarm:a" || s.ExpiresAfter != restartsExpireAfter {
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
		{`{"id":"a","type":"loop_detected_by_ap","aps":["5c5b35000001","5c5b35000002"],"hostnames":["lobby","hall"],"count":2}`,
			"", "", "Loop detected (by AP): lobby, hall, 2 times (infrastructure)"},
		{`{"id":"a","type":"loop_detected_by_ap","aps":["5c5b35000001","5c5b35000002","5c5b35000003","5c5b35000004","5c5b35000005","5c5b35000006","5c5b35000007","5c5b35000008","5c5b35000009","5c5b3500000a"]}`,
			"", "", "Loop detected (by AP): 10 or more APs (infrastructure)"},
		{`{"id":"a","type":"bad_cable","impacted_entities":[{"entity_type":"switch","entity_mac":"5c5b35000001","entity_name":"core","port_id":"ge-0/0/1"},{"entity_type":"switch","entity_mac":"5c5b35000001","entity_name":"core","port_id":"ge-0/0/2"}]}`,
			"5c5b35000001", "core", "Bad cable: Switch core ge-0/0/1 and 1 more (Marvis)"},
		{`{"id":"a","type":"bad_cable","impacted_entities":[{"entity_type":"switch","entity_mac":"5c5b35000001"},{"entity_type":"switch","entity_mac":"5c5b35000002"}]}`,
			"", "", "Bad cable: Switch 5c:5b:35:00:00:01 and 1 more (Marvis)"},
	} {
		e := alarm(t, c.element)
		if string(e.DeviceMAC) != c.mac || e.Device != c.device || e.Text != c.text {
			t.Errorf("%s:\n%q %q %q\nwant %q %q %q", c.element, e.DeviceMAC, e.Device, e.Text, c.mac, c.device, c.text)
		}
	}
}

func TestAlarmWithoutAnIDIsAOneOff(t *testing.T) {
	e := alarm(t, `{"type":"rogue_ap","site_id":"s"}`)
	if e.Signal.Type != event.OneShot || e.Signal.Key != "mist:alarm:s:rogue_ap" || e.Signal.MistAlarmID != "" {
		t.Errorf("%+v", e.Signal)
	}
}
