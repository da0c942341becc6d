package mistsim

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"foghorn/mist"
)

// signals says a delivery in short: one word per event, topic and type.
func signals(posts []got) []string {
	var out []string
	for _, g := range posts {
		if g.path == "/junos/core" {
			var p struct{ Event, Message string }
			if json.Unmarshal([]byte(g.body), &p) != nil {
				p.Event = "?"
			}
			if _, after, ok := strings.Cut(p.Message, "changed state "); ok {
				p.Event += " " + strings.Join(strings.Fields(after)[:4], " ")
			}
			out = append(out, "junos "+p.Event)
			continue
		}
		topic, events, ok := g.events()
		if !ok {
			out = append(out, "not JSON")
			continue
		}
		for _, e := range events {
			word := topic
			for _, k := range []string{"type", "message", "status", "count"} {
				if v, there := e[k]; there && (k != "count" || e["update"] == true) {
					word += fmt.Sprintf(" %v", v)
				}
			}
			out = append(out, word)
		}
	}
	return out
}

// inOrder reports the first of want that does not follow the ones before it.
func inOrder(have, want []string) (missing string, ok bool) {
	for _, w := range want {
		i := slices.IndexFunc(have, func(h string) bool { return strings.HasPrefix(h, w) })
		if i < 0 {
			return w, false
		}
		have = have[i+1:]
	}
	return "", true
}

func TestStoriesAreToldInOrder(t *testing.T) {
	t.Parallel()
	scripts := map[string][]string{
		"rogue-ap":      {"alarms rogue_ap", "alarms rogue_ap", "alarms rogue_ap", "alarms rogue_ap"},
		"bad-signature": {"device-events AP_CONFIGURED", "device-events AP_CONFIGURED"},
		"ap-flap": {
			"device-updowns AP_DISCONNECTED", "device-updowns AP_CONNECTED", "device-updowns AP_DISCONNECTED",
			"device-updowns AP_CONNECTED", "device-updowns AP_DISCONNECTED", "device-updowns AP_CONNECTED", "device-updowns AP_RESTARTED",
		},
		"duplicate": {"device-events AP_CONFIG_CHANGED_BY_RRM", "device-events AP_CONFIG_CHANGED_BY_RRM", "audits Update Device", "audits Update Device"},
		"core-router": {
			"junos UI_COMMIT", "junos UI_COMMIT_COMPLETED", "junos SNMP_TRAP_LINK_DOWN", "junos RPD_BGP_NEIGHBOR_STATE_CHANGED from Established to Idle",
			"junos RTPERF_CPU_THRESHOLD_EXCEEDED", "junos SNMP_TRAP_LINK_UP", "junos RPD_BGP_NEIGHBOR_STATE_CHANGED from OpenConfirm to Established", "junos RTPERF_CPU_USAGE_OK",
		},
		"switch-outage": {
			"device-updowns SW_DISCONNECTED", "device-updowns AP_DISCONNECTED", "device-updowns AP_DISCONNECTED", "site-sle",
			"device-updowns SW_CONNECTED", "device-updowns SW_RESTARTED", "device-updowns AP_CONNECTED", "device-updowns AP_RESTARTED", "site-sle",
		},
		"hostile-names":        {"client-join", "client-info", "alarms honeypot_ssid", "client-sessions"},
		"dhcp-failure":         {"alarms infra_dhcp_failure", "client-join", "client-sessions", "alarms infra_dhcp_failure", "alarms infra_dhcp_success", "client-info", "alarms infra_dhcp_failure resolved"},
		"header-error":         {"device-events AP_CONFIGURED"},
		"garbage":              {"not JSON", "not JSON", "floor-robot-events ROBOT_STUCK"},
		"audit-before-trouble": {`audits Update WLAN "Corp"`, "device-events AP_CONFIG_CHANGED_BY_USER", "nac-events NAC_CLIENT_DENY", "alarms authentication_failure open", `audits Update WLAN "Corp"`, "alarms authentication_failure validated"},
		"bad-cable":            {"device-events SW_PORT_DOWN", "device-events SW_PORT_UP", "alarms bad_cable open", "device-events SW_PORT_DOWN", "device-events SW_PORT_UP", "alarms bad_cable validated"},
		"wan-outage":           {"device-updowns GW_DISCONNECTED", "device-updowns SW_DISCONNECTED", "device-updowns AP_DISCONNECTED", "device-updowns AP_DISCONNECTED", "site-sle", "device-updowns GW_CONNECTED", "device-updowns AP_CONNECTED", "site-sle"},
	}
	for _, s := range Scenarios() {
		t.Run(s.Name, func(t *testing.T) {
			want, ok := scripts[s.Name]
			if !ok || s.About == "" {
				t.Fatalf("story %q has no script here, or says nothing about itself", s.Name)
			}
			have := signals(play(t, s.Name))
			if missing, ok := inOrder(have, want); !ok {
				t.Errorf("no %q after the ones before it in\n%s", missing, strings.Join(have, "\n"))
			}
		})
	}
}

// A site outage is there to be read and acted on: it lasts about two minutes.
func TestTheSiteOutageLastsTwoMinutes(t *testing.T) {
	t.Parallel()
	at := map[any]float64{}
	for _, g := range play(t, "wan-outage") {
		topic, events, _ := g.events()
		if topic == "device-updowns" {
			at[events[0]["type"]] = events[0]["timestamp"].(float64)
		}
	}
	if d := at["GW_CONNECTED"] - at["GW_DISCONNECTED"]; d < 105 || d > 125 {
		t.Fatalf("the gateway was away for %v seconds", d)
	}
}

func TestAnUnknownStoryIsAnErrorThatListsThem(t *testing.T) {
	t.Parallel()
	err := mustNew(t, (&recorder{}).options(1)).Play(t.Context(), "ap-flop")
	if err == nil || !strings.Contains(err.Error(), `"ap-flop"`) || !strings.Contains(err.Error(), "ap-flap, duplicate") {
		t.Errorf("error %v", err)
	}
}

// The demo's promise: something on the screen within five seconds, every story
// within ninety, in the order of the list.
func TestARoundTellsEveryStoryInTime(t *testing.T) {
	t.Parallel()
	posts := listen(t, 95*time.Second, nil)
	early := map[string]bool{}
	for _, g := range posts {
		if topic, _, ok := g.events(); ok && g.after < 5*time.Second {
			early[topic] = true
		}
	}
	for _, topic := range []string{"alarms", "audits", "client-join", "client-sessions", "device-events", "device-updowns", "site-sle"} {
		if !early[topic] {
			t.Errorf("no %s within five seconds", topic)
		}
	}
	var live []got
	for _, g := range posts {
		if g.after > 0 {
			live = append(live, g)
		}
	}
	have := signals(live)
	if missing, ok := inOrder(have, []string{
		"alarms rogue_ap", "device-updowns AP_DISCONNECTED", "junos UI_COMMIT", "device-updowns SW_DISCONNECTED", "alarms honeypot_ssid",
		"alarms infra_dhcp_failure", "not JSON", "floor-robot-events", `audits Update WLAN "Corp"`, "alarms infra_dhcp_success",
		"alarms authentication_failure open", "device-updowns GW_DISCONNECTED", "alarms authentication_failure validated", "alarms bad_cable validated",
	}); !ok {
		t.Errorf("no %q in its place in\n%s", missing, strings.Join(have, "\n"))
	}
	if last := live[len(live)-1].after; last > 95*time.Second {
		t.Errorf("last post after %v", last)
	}
}

// Rounds after the first tell the stories again, with others in the parts.
func TestLaterRoundsVary(t *testing.T) {
	t.Parallel()
	aps := map[any]bool{}
	n := 0
	for _, g := range listen(t, 10*time.Minute, nil) {
		topic, events, _ := g.events()
		for _, e := range events {
			if topic == "device-updowns" && e["type"] == "AP_DISCONNECTED" && g.after > 0 {
				aps[e["ap"]] = true
				n++
			}
		}
	}
	if n < 12 || len(aps) < 8 {
		t.Errorf("%d access points went down %d times in ten minutes", len(aps), n)
	}
}

func TestTheSameSeedTellsTheSameStory(t *testing.T) {
	t.Parallel()
	digest := func(seed uint64, rate float64) [32]byte {
		h := sha256.New()
		for _, g := range listen(t, 2*time.Minute, func(o *Options, _ *recorder) { o.Seed, o.Rate = seed, rate }) {
			if !strings.Contains(g.body, `"mac":"f2`) { // the load has a rhythm of its own
				fmt.Fprintf(h, "%s %s %s\n", g.path, g.body, g.header.Get(mist.HeaderV2))
			}
		}
		return [32]byte(h.Sum(nil))
	}
	first := digest(7, 0)
	if first != digest(7, 0) {
		t.Error("two runs with one seed differ")
	}
	if first != digest(7, 50) {
		t.Error("extra load changes the story")
	}
	if first == digest(8, 0) {
		t.Error("two seeds tell the same")
	}
}

// The state behind the events is consistent: nobody joins an AP that is down,
// and every session ends the join it began with.
func TestClientsAndAccessPointsAgree(t *testing.T) {
	t.Parallel()
	type span struct{ from, to float64 }
	off := map[any][]span{}
	type join struct{ ap, ssid any }
	joins := map[string]join{}
	posts := listen(t, 10*time.Minute, nil)
	for _, g := range posts {
		topic, events, _ := g.events()
		for _, e := range events {
			switch {
			case topic == "device-updowns" && e["type"] == "AP_DISCONNECTED":
				off[e["ap"]] = append(off[e["ap"]], span{e["timestamp"].(float64) + 1, math.Inf(1)})
			case topic == "device-updowns" && e["type"] == "AP_CONNECTED":
				s := off[e["ap"]]
				s[len(s)-1].to = e["timestamp"].(float64)
			case topic == "client-join":
				joins[fmt.Sprint(e["mac"], e["connect_float"])] = join{e["ap"], e["ssid"]}
			}
		}
	}
	known, first := 0, 0
	for _, g := range posts {
		topic, events, _ := g.events()
		for _, e := range events {
			switch topic {
			case "client-join":
				for _, s := range off[e["ap"]] {
					if at := e["connect_float"].(float64); at > s.from && at < s.to {
						t.Errorf("%v joined %v at %f, which was down from %f to %f", e["mac"], e["ap_name"], at, s.from, s.to)
					}
				}
			case "client-sessions":
				if e["ssid"] == "Acme Guest" && e["client_family"] == "Phone" {
					continue // the hostile client, which lies about its SSID
				}
				j, ok := joins[fmt.Sprint(e["mac"], e["connect_float"])]
				switch {
				case !ok:
					first++ // was there before the story began
				case j.ap != e["ap"] || j.ssid != e["ssid"]:
					t.Errorf("session %v does not match its join %v", e, j)
				default:
					known++
				}
				if e["duration"].(float64) < 0 || (e["next_ap"] != nil) != (e["termination_reason"].(float64) == endRoamed) {
					t.Errorf("session makes no sense: %v", e)
				}
			}
		}
	}
	if known < 200 || first > 320 {
		t.Errorf("%d sessions with a join, %d without", known, first)
	}
	if len(off) < 8 {
		t.Errorf("only %d access points ever went down", len(off))
	}
}
