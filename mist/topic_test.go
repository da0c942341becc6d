package mist

import (
	"strings"
	"testing"
)

func TestTopicsInTheSpellingsOfOthers(t *testing.T) {
	for written, want := range map[string]string{
		"device_events": "device-events", "device-event": "device-events", "deviceEvents": "device-events", "DEVICE-EVENTS": "device-events",
		"device-updown": "device-updowns", "device_updowns": "device-updowns", "device-up-downs": "device-updowns",
		"asset-raw": "asset-raw", "asset_raw": "asset-raw", "assets-raw": "asset-raw", "asset-raw-rssi": "asset-raw-rssi", "asset_raw_rssi": "asset-raw-rssi",
		"rssi-zone": "rssizone", "rssi_zones": "rssizone", "rssizones": "rssizone", "zones": "zone", "vbeacons": "vbeacon", "v-beacon": "vbeacon",
		"alarm": "alarms", "audit": "audits", "Audits": "audits", "audit logs": "audits", "client-session": "client-sessions", "client_join": "client-join", "client-joins": "client-join",
		"mxedge_events": "mxedge-events", "mx-edge-events": "mxedge-events", "mist-edge-event": "mxedge-events", "nac_accounting": "nac-accounting", "nac-event": "nac-events",
		"occupancy_alert": "occupancy-alerts", "site_sle": "site-sle", "guest-authorization": "guest-authorizations", "discovered_raw_rssi": "discovered-raw-rssi",
		"wifi_unconn_raw": "wifi-unconn-raw", "sdkclient_scan_data": "sdkclient-scan-data", "sdk-client-scan-data": "sdkclient-scan-data", "pings": "ping",
		"quantum-links": "quantum-links", "device": "device", "": "", "location_asset": "location-asset",
	} {
		if got := TopicKey(written); got != want {
			t.Errorf("%q is read as %q, want %q", written, got, want)
		}
	}
	for _, name := range Topics() {
		for _, written := range []string{name, strings.ReplaceAll(name, "-", "_"), strings.ToUpper(name), strings.ReplaceAll(name, "-", " ")} {
			if got := TopicKey(written); got != name {
				t.Errorf("%q is read as %q, want %q", written, got, name)
			}
		}
	}
	if long := strings.Repeat("x-", MaxTopic); TopicKey(long) != long {
		t.Error("a long name was changed")
	}
}
