package mistsim

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"foghorn/mist"
)

// beyond lists fields that Mist sends but its sample of the topic does not show;
// where each is known from stands beside it.
var beyond = map[string][]string{
	"alarms":          {"servers", "vlans", "impacted_entities.entity_id", "resolved_time"},                            // fields of alarm_defs
	"audits":          {"admin_id", "user_agent", "before", "after", "wlan_id"},                                        // docs/mist-api.md, Webhook topics
	"device-updowns":  {"device_name"},                                                                                 // docs/mist-api.md, Webhook topics; mac of an AP and a gateway likewise
	"nac-events":      {"text"},                                                                                        // in the event search of the API
	"mxedge-events":   {"service"},                                                                                     // const/mxedge_events
	"device-events":   {"band", "channel", "pre_channel", "bandwidth", "pre_bandwidth", "port_id", "model", "version"}, // const/device_events
	"client-sessions": {},
}

// receivers lists fields that programs written against the live cloud read of
// every element, although some of Mist's samples have them in another spelling.
var receivers = map[string][]string{
	"alarms":         {"site_name"},
	"device-updowns": {"mac", "device_name", "site_name"},
	"device-events":  {"mac", "device_name", "site_name"},
}

// sometimes lists fields of samples that only some events of the topic have.
var sometimes = map[string][]string{
	"alarms":               nil, // a type each: compared by the list of all fields only
	"audits":               {"device_id"},
	"client-sessions":      {"next_ap"},
	"device-events":        {"audit_id", "ap", "ap_name", "reason", "text"},
	"device-updowns":       {"ap", "ap_name", "mac", "reason", "model", "device_type", "text", "version", "audit_id", "fixed_version"},
	"guest-authorizations": {"carrier", "field1", "field2", "field3", "field4", "mobile", "sms_gateway", "sponsor_email"},
	"location":             {"id", "name", "ibeacon_uuid", "ibeacon_major", "ibeacon_minor", "eddystone_uid_namespace", "eddystone_uid_instance", "eddystone_url_url", "mfg_company_id", "mfg_data", "battery_voltage", "wifi_beacon_extended_info"},
	"mxedge-events":        {"audit_id"},
	"nac-events":           {"dryrun_nacrule_id", "dryrun_nacrule_matched", "idp_id", "idp_role", "nacrule_id", "resp_attrs"},
	"zone":                 {"id", "name", "asset_id"},
}

// shape is what a topic's sample shows: each field's kind, by path.
func sampleShape(t *testing.T, topic string) map[string]string {
	t.Helper()
	fields := map[string]string{}
	for _, name := range []string{topic, topic + ".variants"} {
		body, ok := mist.Sample(name)
		if !ok {
			continue
		}
		var e struct{ Events []map[string]any }
		if err := json.Unmarshal(body, &e); err != nil {
			t.Fatal(err)
		}
		for _, x := range e.Events {
			addShape(fields, "", x)
		}
	}
	return fields
}

func addShape(into map[string]string, prefix string, v map[string]any) {
	for k, x := range v {
		path := prefix + k
		into[path] = kindOf(x)
		if l, ok := x.([]any); ok && len(l) > 0 {
			into[path] = "list of " + kindOf(l[0])
			if o, ok := l[0].(map[string]any); ok {
				addShape(into, path+".", o)
			}
		}
		if o, ok := x.(map[string]any); ok && k != "sle" {
			addShape(into, path+".", o)
		}
	}
}

func kindOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "bool"
	case float64:
		return "number"
	case string:
		return "text"
	case []any:
		return "list"
	}
	return fmt.Sprintf("%T", v)
}

func TestEveryTopicLooksLikeItsSample(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	for _, g := range listen(t, 3*time.Minute, nil) {
		topic, events, ok := g.events()
		if !ok || topic == "floor-robot-events" {
			continue
		}
		want := sampleShape(t, topic)
		if len(want) == 0 {
			t.Fatalf("topic %q has no sample", topic)
		}
		for _, e := range events {
			seen[topic]++
			for _, path := range receivers[topic] {
				if e[path] == nil || e[path] == "" {
					t.Errorf("%s has no %s, which receivers of the live cloud read: %v", topic, path, e)
				}
			}
			have := map[string]string{}
			addShape(have, "", e)
			for _, path := range slices.Sorted(maps.Keys(have)) {
				kind, known := want[path]
				if !known && !slices.Contains(beyond[topic], path) {
					t.Errorf("%s: field %s is in no sample: %v", topic, path, e)
				}
				if known && kind != have[path] && !(path == "site_id" && have[path] == "null") {
					t.Errorf("%s: field %s is %s, in the sample %s", topic, path, have[path], kind)
				}
			}
			for path := range want {
				if _, there := have[path]; !there && topic != "alarms" && !slices.Contains(sometimes[topic], path) && !strings.Contains(path, ".") {
					t.Errorf("%s: sample has %s, this event has not: %v", topic, path, e)
				}
			}
			if t.Failed() {
				return
			}
		}
	}
	for _, topic := range []string{
		"alarms", "audits", "client-info", "client-join", "client-latency", "client-sessions", "device-events",
		"device-updowns", "guest-authorizations", "location", "mxedge-events", "nac-accounting", "nac-events",
		"occupancy-alerts", "ping", "site-sle", "zone",
	} {
		if seen[topic] == 0 {
			t.Errorf("three minutes told nothing of %s", topic)
		}
	}
}

// Every alarm type and device event type is one that Mist's definitions know.
func TestTypesAreMistsOwn(t *testing.T) {
	t.Parallel()
	n := 0
	for _, g := range listen(t, 3*time.Minute, nil) {
		topic, events, _ := g.events()
		switch topic {
		case "device-events", "device-updowns", "mxedge-events", "alarms":
		default:
			continue
		}
		for _, e := range events {
			n++
			kind, _ := e["type"].(string)
			if _, ok := mist.Display(kind); !ok {
				t.Errorf("%s: type %q is not in Mist's definitions", topic, kind)
			}
		}
	}
	if n < 100 {
		t.Errorf("only %d typed events", n)
	}
}

func TestJunosBodyIsTheAgentsByteForByte(t *testing.T) {
	t.Parallel()
	bgp := junosBody("mx-edge-01", "RPD_BGP_NEIGHBOR_STATE_CHANGED", "rpd",
		"BGP peer 192.0.2.9 (External AS 64530) changed state from Established to Idle (event HoldTime) (instance master)", nil)
	if want := `{"event": "RPD_BGP_NEIGHBOR_STATE_CHANGED", "process": "rpd", "message": "RPD_BGP_NEIGHBOR_STATE_CHANGED: BGP peer 192.0.2.9 (External AS 64530) changed state from Established to Idle (event HoldTime) (instance master)", "hostname": "mx-edge-01", "detail": ""}`; string(bgp) != want {
		t.Errorf("got  %s\nwant %s", bgp, want)
	}
	// The digest of the agent's own body, made with its published secret.
	if got, want := signJunos(junosKey, bgp), "6e918f61a68015ed52136fbeb3a617edcef7139cb8c155757d939309b8b6ceb2"; got != want {
		t.Errorf("signature %s, want %s", got, want)
	}
	cpu := junosBody("srx-branch-01", "RTPERF_CPU_THRESHOLD_EXCEEDED", "PERF_MON", "FPC 0 PIC 0 CPU utilization exceeds threshold, current value=95",
		[]process{{"2345", "root", 71.09, "flowd"}, {"1871", "root", 12.5, "rpd"}, {"1998", "root", 3.03, "mib2d"}, {"2011", "root", 1.12, "sshd: admin"}})
	if got, want := signJunos(junosKey, cpu), "3090b601b2fdb0737b724278186c597c11f17db43ef3fa8be2a8727e74e62eb5"; got != want {
		t.Errorf("signature of %s\n%s, want %s", cpu, got, want)
	}
	odd := string(appendPython(nil, "jörg \"\\\n\x7f😀"))
	if want := `"j\u00f6rg \"\\\n\u007f\ud83d\ude00"`; odd != want {
		t.Errorf("escaped %s, want %s", odd, want)
	}
}
