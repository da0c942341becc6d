package decode

import (
	"strings"
	"testing"

	"foghorn/journal/event"
)

func TestCallDevice(t *testing.T) {
	for _, c := range []struct{ name, topic, element, device, text, title string }{
		{"a plain name", "device-updowns", `{"type":"AP_DISCONNECTED","org_id":"o","ap":"5c5b35000001"}`,
			"lobby", "AP lobby down, no reason given", "AP lobby down"},
		{"a name that says its sort", "device-updowns", `{"type":"AP_DISCONNECTED","org_id":"o","ap":"5c5b35000001"}`,
			"ap-zrh-03", "ap-zrh-03 down, no reason given", "ap-zrh-03 down"},
		{"inside a sentence", "alarms", `{"type":"rogue_ap","id":"a","aps":["5c5b35000001"]}`,
			"lobby", "Rogue AP: lobby (security)", "Rogue AP: lobby"},
		{"where a client is", "client-join", `{"mac":"70ef00000001","ssid":"x","ap":"5c5b35000001"}`,
			"lobby", `70:ef:00:00:00:01 joined "x" on lobby`, ""},
		{"a name there already", "device-updowns", `{"type":"AP_DISCONNECTED","org_id":"o","ap":"5c5b35000001","ap_name":"hall"}`,
			"lobby", "AP hall down, no reason given", "AP hall down"},
		{"no name known", "device-updowns", `{"type":"AP_DISCONNECTED","org_id":"o","ap":"5c5b35000001"}`,
			"", "AP 5c:5b:35:00:00:01 down, no reason given", "AP 5c:5b:35:00:00:01 down"},
		{"a name that is the MAC's own words", "device-updowns", `{"type":"AP_DISCONNECTED","org_id":"o","ap":"5c5b35000001"}`,
			"AP 5c:5b:35:00:00:01", "AP 5c:5b:35:00:00:01 down, no reason given", "AP 5c:5b:35:00:00:01 down"},
	} {
		e := one(t, webhook(deviceBody(c.topic, c.element)))
		SetDeviceName(&e, c.device)
		title := ""
		if e.Signal != nil {
			title = e.Signal.Title
		}
		if e.Text != c.text || title != c.title {
			t.Errorf("%s: %q, %q\nwant %q, %q", c.name, e.Text, title, c.text, c.title)
		}
	}
}

// TestCallDeviceIsAsIfItHadComeNamed: an alert that one event opens by name and
// another by MAC alone keeps its title only if both say the same.
func TestCallDeviceIsAsIfItHadComeNamed(t *testing.T) {
	for _, typ := range []string{"AP_DISCONNECTED", "SW_DISCONNECTED", "GW_RESTARTED", "AP_CONFIG_FAILED", "SW_PORT_DOWN"} {
		for _, name := range []string{"lobby", "ap7", "Switch 3", "édge"} {
			named := one(t, webhook(deviceBody("device-events", `{"type":"`+typ+`","org_id":"o","mac":"5c5b35000001","device_name":"`+name+`"}`)))
			learned := one(t, webhook(deviceBody("device-events", `{"type":"`+typ+`","org_id":"o","mac":"5c5b35000001"}`)))
			SetDeviceName(&learned, name)
			if learned.Text != named.Text || learned.Device != name {
				t.Errorf("%s of %s: %q, want %q", typ, name, learned.Text, named.Text)
			}
			if named.Signal != nil && learned.Signal.Title != named.Signal.Title {
				t.Errorf("%s of %s: title %q, want %q", typ, name, learned.Signal.Title, named.Signal.Title)
			}
		}
	}
}

func TestCallClient(t *testing.T) {
	e := one(t, webhook(deviceBody("client-sessions", `{"mac":"70ef00000001","ssid":"x","ap_name":"lobby","client_family":"Android"}`)))
	if e.Client != "" || e.Text != `70:ef:00:00:00:01 (Android) left "x" on lobby` {
		t.Errorf("without a name: %q, %q", e.Client, e.Text)
	}
	SetClientName(&e, "laptop-7")
	SetClientName(&e, "another")
	if e.Client != "laptop-7" || e.Text != `laptop-7 70:ef:00:00:00:01 (Android) left "x" on lobby` {
		t.Errorf("named: %q, %q", e.Client, e.Text)
	}
}

func TestNamingKeepsToTheBounds(t *testing.T) {
	mac := event.MAC("5c5b35000001")
	e := event.Event{DeviceMAC: mac, ClientMAC: mac, Text: strings.Repeat(mac.String()+" ", 50)}
	SetClientName(&e, strings.Repeat("ü", 500))
	SetDeviceName(&e, strings.Repeat("ü", 500))
	if len(e.Text) > maxText || len(e.Device) > maxName || len(e.Client) > maxName || strings.ToValidUTF8(e.Text, "") != e.Text {
		t.Errorf("%d, %d and %d bytes", len(e.Text), len(e.Device), len(e.Client))
	}
}
