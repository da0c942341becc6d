package decode

import (
	"strings"
	"testing"

	"foghorn/journal/event"
	"foghorn/mist"
)

// A topic is understood in the spelling of a vendor's page: its events are those
// of the topic as Mist sends it.
func TestTopicsInTheSpellingsOfVendorPages(t *testing.T) {
	for _, name := range mist.Topics() {
		body, _ := mist.Sample(name)
		written := strings.ReplaceAll(strings.TrimSuffix(name, "s"), "-", "_")
		want, got := Delivery(webhook(string(body))), Delivery(webhook(strings.Replace(string(body), `"`+name+`"`, `"`+written+`"`, 1)))
		if got.Unknown != 0 || got.Problem != "" || len(got.Events) != len(want.Events) {
			t.Errorf("%s: %d events, %d unknown, %q", written, len(got.Events), got.Unknown, got.Problem)
			continue
		}
		for i := range got.Events {
			if a, b := got.Events[i], want.Events[i]; a.Topic != name || a.Text != b.Text || a.Fingerprint != b.Fingerprint {
				t.Errorf("%s: %q of %s, want %q", written, a.Text, a.Topic, b.Text)
			}
		}
	}
}

func TestAnAlarmUnderItsTypeAsTopic(t *testing.T) {
	e := one(t, webhook(deviceBody("rogue-ap-detected", `{"id":"a1","org_id":"o","site_id":"s","aps":["5c5b35000001"],"ssids":["x"],"timestamp":1700000000}`)))
	if e.Topic != "alarms" || e.Type != "rogue_ap" || e.Severity != event.Critical || e.Signal == nil || e.Signal.MistAlarmID != "a1" {
		t.Errorf("%+v, signal %+v", e, e.Signal)
	}
}

func TestAnUnknownTopicNamesItsNearest(t *testing.T) {
	d := Delivery(webhook(`{"topic":"device-evnts","events":[{"type":"AP_DISCONNECTED","ap":"5c5b35000001"}]}`))
	if d.Unknown != 1 || len(d.Events) != 1 || !strings.Contains(d.Problem, `"device-events"`) || !strings.HasPrefix(d.Events[0].Text, `Unknown topic "device-evnts", like device-events: `) {
		t.Errorf("%+v", d)
	}
	if far := Delivery(webhook(`{"topic":"quantum-links","events":[{"x":1}]}`)); far.Problem != "" || strings.Contains(far.Events[0].Text, "like") {
		t.Errorf("%+v", far)
	}
	if own := Delivery(webhook(`{"topic":"device_status","events":[{"mac":"5c5b35000001","status":"disconnected"}]}`)); own.Unknown != 1 || own.Events[0].Signal != nil {
		t.Errorf("a webhook passed for an observation: %+v", own)
	}
}
