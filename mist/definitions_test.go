package mist

import "testing"

func TestDisplayUsesMistsOwnNames(t *testing.T) {
	for in, want := range map[string]string{
		"AP_DISCONNECTED":           "AP Disconnected",
		"GW_DISCONNECTED":           "WAN Edge Disconnected",
		"SW_RECONFIGURED":           "Switch Reconfigured",
		"ME_CONFIG_CHANGED_BY_USER": "ME Config changed by user",
		"GW_PORT_RG_ST_CHANGED":     "WAN Edge Port RG State Changed",
		"rogue_ap":                  "Rogue AP detected",
		"rogue-ap-detected":         "Rogue AP detected",
		"device-down":               "Device offline",
		"AP_OFFLINE":                "Offline",
		"AP_NEW_IN_2030":            "",
		"":                          "",
	} {
		if got, ok := Display(in); got != want || ok != (want != "") {
			t.Errorf("Display(%q) = %q, %v; want %q", in, got, ok, want)
		}
	}
}

func TestPair(t *testing.T) {
	for _, c := range []struct {
		in, name      string
		opens, closes bool
	}{
		{"AP_DISCONNECTED", "AP_DISCONNECTED", true, false},
		{"AP_CONNECTED", "AP_DISCONNECTED", false, true},
		{"GW_CONFIG_LOCK_FAILED", "GW_CONFIG", true, false},
		{"GW_RECONFIGURED", "GW_CONFIG", false, true},
		{"TT_PORT_FIRST_JOIN_LACP", "TT_PORT_LACP", false, true},
		{"AP_RESTARTED", "", false, false},
	} {
		name, opens, closes := Pair(c.in)
		if name != c.name || opens != c.opens || closes != c.closes {
			t.Errorf("Pair(%s) = %q, %v, %v", c.in, name, opens, closes)
		}
	}
}

func TestDefinitionsAreAllThere(t *testing.T) {
	if n := len(alarmDefs); n != 73 {
		t.Errorf("%d alarm definitions, want 73", n)
	}
	if n := len(eventDefs); n != 160 { // 123 and 46, less one and eight told again
		t.Errorf("%d event definitions, want 160", n)
	}
	if d, ok := AlarmDef("rogue_ap"); !ok || d.Group != "security" || d.Severity != "critical" {
		t.Errorf("rogue_ap: %+v", d)
	}
	if d, ok := EventDef("AP_DISCONNECTED"); !ok || d.Description != "AP lost connection to cloud" {
		t.Errorf("AP_DISCONNECTED: %+v", d)
	}
}
