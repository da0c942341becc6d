package condition

import (
	"testing"
	"time"
)

func TestPastTellsWhatIsOver(t *testing.T) {
	const d = 6*time.Minute + 12*time.Second
	for _, c := range []struct{ kind, title, device, want string }{
		{"device_down", "AP lobby down", "lobby", "AP lobby was down 6m12s"},
		{"device_down", "AP lobby down; restarted: power cycle", "lobby", "AP lobby was down 6m12s; restarted: power cycle"},
		{"device_down", "AP lobby down: power loss; restarted: power cycle", "lobby", "AP lobby was down 6m12s: power loss; restarted: power cycle"},
		{"device_down", "AP 5c:5b:35:00:00:01 down", "", "AP 5c:5b:35:00:00:01 was down 6m12s"},
		{"device_down", "ap1 is down", "ap1", "ap1 was down 6m12s"},
		{"link_down", "sw1: ge-0/0/3 down", "sw1", "sw1: ge-0/0/3 was down 6m12s"},
		{"port_down", "Switch sw1: ge-0/0/3 down (disabled by an admin)", "sw1", "Switch sw1: ge-0/0/3 was down 6m12s (disabled by an admin)"},
		{"bgp_down", "mx: BGP neighbor 192.0.2.9 (instance blue) down (hold time expired)", "mx", "mx: BGP neighbor 192.0.2.9 (instance blue) was down 6m12s (hold time expired)"},
		{"fpc_offline", "mx: FPC 0 offline", "mx", "mx: FPC 0 was offline 6m12s"},
		{"psu_failed", "mx: PSU 1 failed; busiest: rpd is down 3 %", "mx", "mx: PSU 1 failed for 6m12s; busiest: rpd is down 3 %"},
		{"cpu_high", "mx: CPU of FPC 0 above its threshold", "mx", "mx: CPU of FPC 0 was above its threshold 6m12s"},
		{"link_down", "is down: ge-0/0/1 down", "is down", "is down: ge-0/0/1 was down 6m12s"}, // a name is no verb
		{"occupancy", `Zone "is down: x" overcrowded`, "", `Zone "is down: x" was overcrowded 6m12s`},
		{"chassisd_fru", "mx: Taking FPC 0 offline", "mx", "mx: Taking FPC 0 offline; over after 6m12s"}, // the device's own words
		{"chassisd_fru", "mx: FPC 0 offline; Taking FPC 0 offline", "mx", "mx: FPC 0 was offline 6m12s; Taking FPC 0 offline"},
		{"fan_failed", "mx: fan 1 unplugged", "mx", "mx: fan 1 was unplugged 6m12s"},
		{"isis_down", "mx: IS-IS adjacency with a down (Aged Out: 1.5)", "mx", "mx: IS-IS adjacency with a was down 6m12s (Aged Out: 1.5)"},
		{"x", "Deliveries of acme are refused: secret is wrong", "", "Deliveries of acme were refused for 6m12s: secret is wrong"},
		{"x", "Webhook noc is disabled in Mist", "", "Webhook noc was disabled in Mist for 6m12s"},
		{"x", `Rogue AP: SSID "is down" seen by AP lobby`, "lobby", `Rogue AP: SSID "is down" seen by AP lobby; over after 6m12s`},
	} {
		if got := Past(c.kind, c.title, c.device, d); got != c.want {
			t.Errorf("%q:\n got %q\nwant %q", c.title, got, c.want)
		}
	}
	if got := Past("device_down", "AP lobby down", "lobby", 0); got != "AP lobby was down" {
		t.Errorf("without a duration: %q", got)
	}
}

// Every kind of the tables reads in both tenses, and says something else when it ends.
func TestEveryKindHasAnEnd(t *testing.T) {
	for _, table := range [][]Kind{kinds, junosOnly} {
		for i := range table {
			k := &table[i]
			if k.State == "" {
				continue
			}
			for _, object := range []string{"", "ge-0/0/1"} {
				on, over := k.Sentence(object), k.Over(object)
				past := Past(k.Name, "sw1: "+on, "sw1", time.Minute)
				if over == "" || over == on || past == "sw1: "+on+"; over after 1m00s" || past == "sw1: "+on {
					t.Errorf("%s: %q, %q, %q", k.Name, on, over, past)
				}
			}
		}
	}
}
