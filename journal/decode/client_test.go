package decode

import (
	"testing"

	"foghorn/journal/event"
)

func TestSentencesOfClients(t *testing.T) {
	for _, c := range []struct{ name, topic, element, text string }{
		{"whose key it was", "client-join", `{"ap":"5c5b35000001","client_ip":"198.51.100.90","mac":"020000000c06","psk_name":"morgan@example.com","ssid":"Residents"}`,
			`morgan@example.com 02:00:00:00:0c:06 joined "Residents" on AP 5c:5b:35:00:00:01, 198.51.100.90`},
		{"a key beside a hostname", "client-join", `{"ap_name":"hall","mac":"020000000c06","hostname":"laptop-7","psk_name":"morgan","client_username":"kim","ssid":"R"}`,
			`laptop-7 02:00:00:00:0c:06 joined "R" on hall, kim, key of morgan`},
		{"went nowhere", "client-sessions", `{"ap_name":"hall","mac":"020000000c01","next_ap":"000000000000","termination_reason":1,"duration":60,"ssid":"S"}`,
			`02:00:00:00:0c:01 left "S" on hall after 1m00s: disassociated`},
		{"went nowhere, with colons", "client-sessions", `{"ap_name":"hall","mac":"020000000c01","next_ap":"00:00:00:00:00:00","termination_reason":2,"ssid":"S","psk_name":"morgan","client_ip":"10.0.0.9"}`,
			`morgan 02:00:00:00:0c:01 left "S" on hall: went inactive, 10.0.0.9`},
		{"roamed", "client-sessions", `{"ap_name":"hall","mac":"020000000c01","next_ap":"5c5b35000002","termination_reason":3,"ssid":"S"}`,
			`02:00:00:00:0c:01 left "S" on hall: roamed to AP 5c:5b:35:00:00:02`},
		{"wired, by MAC", "nac-events", `{"type":"NAC_CLIENT_DENY","client_type":"wired","auth_type":"mab","mac":"020000000c03","username":"020000000c03","device_mac":"020000000a01","ap":"000000000000","port_id":["ge-0/0/12"],"text":"no rule"}`,
			`02:00:00:00:0c:03 was denied at Switch 02:00:00:00:0a:01 ge-0/0/12 (mab): no rule`},
		{"wired, without a type", "nac-events", `{"client_type":"wired","auth_type":"eap-tls","mac":"020000000c04","username":"host/pc-7","device_mac":"020000000a01","device_name":"sw-1","port_id":"ge-0/0/13","text":"Client authenticated"}`,
			`host/pc-7 02:00:00:00:0c:04 at sw-1 ge-0/0/13 (eap-tls): Client authenticated`},
		{"of somebody else's switch", "nac-events", `{"type":"NAC_CLIENT_PERMIT","client_type":"wired","mac":"020000000c04","username":"kim","nas_ip":"198.51.100.7","client_ip":"10.0.0.7"}`,
			`kim 02:00:00:00:0c:04 was permitted (10.0.0.7, asked for by 198.51.100.7)`},
		{"accounting", "nac-accounting", `{"type":"NAC_ACCOUNTING_STOP","ap":"5c5b35000001","mac":"020000000c05","username":"anna","client_ip":"10.0.0.7","ssid":"Corp","terminate_cause":"User-Request","rx_pkts":1,"tx_pkts":2}`,
			`anna 02:00:00:00:0c:05 ended a session on "Corp" at AP 5c:5b:35:00:00:01 (10.0.0.7): User Request, 1 packets received, 2 sent`},
	} {
		if e := one(t, webhook(deviceBody(c.topic, c.element))); e.Text != c.text {
			t.Errorf("%s:\n got %s\nwant %s", c.name, e.Text, c.text)
		}
	}
}

func TestAWiredClientIsAtItsSwitch(t *testing.T) {
	e := one(t, webhook(deviceBody("nac-events", `{"type":"NAC_CLIENT_DENY","client_type":"wired","mac":"020000000c03","ap":"000000000000","device_mac":"0200.0000.0a01"}`)))
	if e.DeviceMAC != "020000000a01" || e.DeviceType != "switch" || e.Severity != event.Warn {
		t.Errorf("%+v", e)
	}
}

// All zeros name no device, in whatever field and notation.
func TestAMACOfZerosIsNone(t *testing.T) {
	for topic, element := range map[string]string{
		"client-join":   `{"ap":"00:00:00:00:00:00","mac":"000000000000","ssid":"x"}`,
		"device-events": `{"type":"AP_X","mac":"0000.0000.0000","device_id":"00000000-0000-0000-1000-000000000000"}`,
		"alarms":        `{"id":"a","type":"rogue_ap","aps":["000000000000"],"client_macs":["00-00-00-00-00-00"]}`,
		"quantum":       `{"mac":"000000000000","ap":"000000000000"}`,
	} {
		if e := one(t, webhook(deviceBody(topic, element))); e.DeviceMAC != "" || e.ClientMAC != "" {
			t.Errorf("%s: device %q, client %q", topic, e.DeviceMAC, e.ClientMAC)
		}
	}
}
