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
	} {
		if e := alarm(t, c.element); e.Signal.Resolved != c.resolved {
			t.Errorf("%s: resolved %v", c.element, e.Signal.Resolved)
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
	if one.Signal.Act != event.Closes || one.Signal.Key != "mist:device:o:5c5b35000001:connection" {
		t.Errorf("exactly one device: %+v", one.Signal)
	}
	for name, element := range map[string]string{
		"two devices": `{"id":"a","type":"device_reconnected","org_id":"o","aps":["5c5b35000001","5c5b35000002"]}`,
		"no device":   `{"id":"a","type":"switch_reconnected","org_id":"o"}`,
		"DHCP":        `{"id":"a","type":"infra_dhcp_success","org_id":"o","aps":["5c5b35000001"]}`,
	} {
		if e := alarm(t, element); e.Signal.Act != event.Happens || e.Signal.Severity != event.Info {
			t.Errorf("%s: %+v", name, e.Signal)
		}
	}
}

func TestAlarmNamesADeviceOnlyWhenThereIsNoDoubt(t *testing.T) {
	for _, c := range []struct{ element, mac, device, text string }{
		{`{"id":"a","type":"device_down","aps":["5c5b35000001"],"hostnames":["lobby"]}`,
			"5c5b35000001", "lobby", "Device offline: AP lobby (infrastructure)"},
		{`{"id":"a","type":"device_down","aps":["5c5b35000001"],"hostnames":["lobby","hall"]}`,
			"5c5b35000001", "", "Device offline: 1 AP (infrastructure)"},
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
