package mistsim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"foghorn/mist"
)

var sampleNow = time.Date(2026, 3, 4, 9, 30, 15, 250_000_000, time.UTC)

func sampleEvents(t *testing.T, topic string, set map[string]string, n int) []map[string]any {
	t.Helper()
	body, err := SampleBody(topic, sampleNow, set, n)
	if err != nil {
		t.Fatalf("%s: %v", topic, err)
	}
	var e struct {
		Topic  string
		Events []map[string]any
	}
	if err := json.Unmarshal(body, &e); err != nil {
		t.Fatalf("%s: %v in %s", topic, err, body)
	}
	if want, _, _ := strings.Cut(topic, "."); e.Topic != want || len(e.Events) == 0 {
		t.Errorf("%s: topic %q with %d events", topic, e.Topic, len(e.Events))
	}
	return e.Events
}

func TestSampleBodiesOfEveryTopic(t *testing.T) {
	t.Parallel()
	for _, topic := range mist.SampleNames() {
		t.Run(topic, func(t *testing.T) {
			raw, _ := mist.Sample(topic)
			var old struct{ Events []map[string]any }
			if err := json.Unmarshal(raw, &old); err != nil {
				t.Fatal(err)
			}
			events := sampleEvents(t, topic, nil, 0)
			for i, e := range events {
				have, want := map[string]string{}, map[string]string{}
				addShape(have, "", e)
				addShape(want, "", old.Events[i])
				if !maps.Equal(have, want) {
					t.Errorf("shape %v, want %v", have, want)
				}
				checkTimes(t, e, old.Events[i])
			}
			first, err := SampleBody(topic, sampleNow, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			if again, _ := SampleBody(topic, sampleNow, nil, 0); !bytes.Equal(first, again) {
				t.Error("the same arguments give another body")
			}
		})
	}
}

// checkTimes wants every time within the last half hour and none in the future
// but for what is to expire.
func checkTimes(t *testing.T, e, old map[string]any) {
	t.Helper()
	for k, v := range e {
		if list, ok := v.([]any); ok {
			for i, x := range list {
				if o, ok := x.(map[string]any); ok {
					checkTimes(t, o, old[k].([]any)[i].(map[string]any))
				}
			}
		}
		if !slices.Contains(timeKeys, k) {
			continue
		}
		f, ok := v.(float64)
		if s, text := v.(string); text {
			_, err := fmt.Sscan(s, &f)
			ok = err == nil
		}
		now := floatSeconds(sampleNow)
		if !ok || f < now-3000 || f > now && k != "authorized_expiring_time" {
			t.Errorf("%s is %v, now is %v", k, v, now)
		}
		if was, isNumber := old[k].(float64); isNumber && was == float64(int64(was)) && f != float64(int64(f)) {
			t.Errorf("%s is %v, in the sample it is whole: %v", k, v, old[k])
		}
	}
}

// Copies of one moment are events of their own, also where the topic has
// neither an id nor a time.
func TestCopiesAreDistinct(t *testing.T) {
	t.Parallel()
	for _, topic := range mist.Topics() {
		seen := map[string]int{}
		for n := range 50 {
			for i, e := range sampleEvents(t, topic, nil, n) {
				key := fmt.Sprint(i, e)
				if other, there := seen[key]; there {
					t.Fatalf("%s: copies %d and %d are the same: %s", topic, other, n, key)
				}
				seen[key] = n
			}
		}
	}
}

func TestASampleKeepsWhatBelongsTogether(t *testing.T) {
	t.Parallel()
	s := sampleEvents(t, "client-sessions", nil, 0)[0]
	if s["connect"] != float64(int64(s["connect_float"].(float64))) || s["timestamp"] != s["disconnect"] || s["disconnect_float"] != floatSeconds(sampleNow) {
		t.Errorf("times do not agree: %v", s)
	}
	for i, a := range sampleEvents(t, "alarms.variants", nil, 3) {
		if id, there := a["alert_id"]; there && id != a["id"] {
			t.Errorf("alarm %d: id %v, alert_id %v", i, a["id"], id)
		}
	}
	if a := sampleEvents(t, "alarms", nil, 0)[0]; a["last_seen"].(float64)-a["timestamp"].(float64) != 1549068720-1549068202 {
		t.Errorf("an alarm's length changed: %v", a)
	}
}

func TestSampleOverrides(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		topic, path, value string
		want               func(e map[string]any) any
		is                 string
	}{
		{"device-updowns", "ap_name", "Lobby 1", func(e map[string]any) any { return e["ap_name"] }, "Lobby 1"},
		{"device-updowns", "type", "AP_DISCONNECTED", func(e map[string]any) any { return e["type"] }, "AP_DISCONNECTED"},
		{"client-join", "rssi", "-71", func(e map[string]any) any { return e["rssi"] }, "-71"},
		{"client-join", "rssi", `"-71"`, func(e map[string]any) any { return fmt.Sprintf("%T", e["rssi"]) }, "string"},
		{"alarms", "update", "false", func(e map[string]any) any { return e["update"] }, "false"},
		{"alarms", "ssids", `["one", "two"]`, func(e map[string]any) any { return e["ssids"] }, "[one two]"},
		{"alarms", "ssids.1", "two", func(e map[string]any) any { return e["ssids"].([]any)[1] }, "two"},
		{"audits", "site_id", "null", func(e map[string]any) any { return e["site_id"] }, "<nil>"},
		{"audits", "message", `Update "x`, func(e map[string]any) any { return e["message"] }, `Update "x`},
		{"audits", "message", `1 2`, func(e map[string]any) any { return e["message"] }, `1 2`},
		{"audits", "message", ``, func(e map[string]any) any { return e["message"] }, ``},
		{"site-sle", "sle.ap-availability", "0.25", func(e map[string]any) any { return e["sle"].(map[string]any)["ap-availability"] }, "0.25"},
		{"site-sle", "extra.deep.field", "1", func(e map[string]any) any {
			return e["extra"].(map[string]any)["deep"].(map[string]any)["field"]
		}, "1"},
		{"occupancy-alerts", "site_name", "x", func(e map[string]any) any { return e["site_name"] }, "x"},
		{"occupancy-alerts", "zone_name", "Dock", func(e map[string]any) any {
			return e["alert_events"].([]any)[2].(map[string]any)["zone_name"]
		}, "Dock"},
		{"occupancy-alerts", "alert_events.1.type", "COMPLIANCE-OK", func(e map[string]any) any {
			return e["alert_events"].([]any)[1].(map[string]any)["type"]
		}, "COMPLIANCE-OK"},
		{"occupancy-alerts", "alert_events.type", "COMPLIANCE-OK", func(e map[string]any) any {
			return e["alert_events"].([]any)[0].(map[string]any)["type"]
		}, "COMPLIANCE-OK"},
	} {
		for _, e := range sampleEvents(t, c.topic, map[string]string{c.path: c.value}, 0) {
			if got := fmt.Sprint(c.want(e)); got != c.is {
				t.Errorf("%s --set %s=%s: got %s, want %s", c.topic, c.path, c.value, got, c.is)
			}
		}
	}
	// An id that is set stays, so that a copy can be a copy on purpose.
	set := map[string]string{"id": "same", "timestamp": "1800000000"}
	if e := sampleEvents(t, "audits", set, 5)[0]; e["id"] != "same" || e["timestamp"] != 1.8e9 {
		t.Errorf("overrides do not hold: %v", e)
	}
}

func TestSampleMistakesAreExplained(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ topic, path, says string }{
		{"client-joins", "", `no sample of topic "client-joins"; there are alarms, `},
		{"audits", ".message", "not a field path"},
		{"audits", "message.text", "inside a plain value"},
		{"alarms", "ssids.9", "no index 9"},
		{"alarms", "ssids.-1", "no index -1"},
	} {
		set := map[string]string{}
		if c.path != "" {
			set[c.path] = "x"
		}
		if body, err := SampleBody(c.topic, sampleNow, set, 0); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s %s: %v (%s)", c.topic, c.path, err, body)
		}
	}
}

func FuzzSampleOverride(f *testing.F) {
	f.Add("occupancy-alerts", "alert_events.0.type", "x", 1)
	f.Add("alarms", "details..status", `{"a":[1`, -4)
	f.Add("site-sle", "sle", "1e999", 0)
	f.Fuzz(func(t *testing.T, topic, path, value string, n int) {
		body, err := SampleBody(topic, sampleNow, map[string]string{path: value}, n)
		if err == nil && !json.Valid(body) {
			t.Errorf("%s %s=%s: not JSON: %s", topic, path, value, body)
		}
	})
}
