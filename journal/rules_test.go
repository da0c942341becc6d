package journal

import (
	"math"
	"testing"
	"time"

	"foghorn/journal/event"
	"foghorn/journal/query"
)

func TestSLESeverity(t *testing.T) {
	for rate, want := range map[float64]event.Severity{
		1: event.Debug, 0.90: event.Debug, 0.899: event.Warn, 0.80: event.Warn, 0.799: event.Critical, 0: event.Critical,
		-1: event.Debug, math.Inf(-1): event.Debug,
	} {
		if got := SLESeverity(rate); got != want {
			t.Errorf("%v is %s, want %s", rate, got, want)
		}
	}
	if got := SLESeverity(math.NaN()); got != event.Debug {
		t.Errorf("no value is %s", got)
	}
}

func TestSLEFamily(t *testing.T) {
	for want, scores := range map[string][]event.SLEScore{
		event.FamilyWiFi:  {{Metric: "coverage"}, {Metric: "ap-health"}, {Metric: "switch-health", Family: event.FamilyWiFi}},
		event.FamilyWired: {{Metric: "switch-health"}, {Metric: "coverage", Family: event.FamilyWired}},
		event.FamilyWAN:   {{Metric: "gateway-health"}, {Metric: "wan-link-health"}, {Metric: "application-health"}},
	} {
		for _, s := range scores {
			if got := SLEFamily(s); got != want {
				t.Errorf("%+v is of %s, want %s", s, got, want)
			}
		}
	}
}

func TestRSSISeverity(t *testing.T) {
	for rssi, want := range map[int]event.Severity{
		0: event.Debug, -40: event.Debug, -67: event.Debug, -68: event.Warn, -75: event.Warn, -76: event.Critical, -95: event.Critical,
	} {
		if got := RSSISeverity(rssi); got != want {
			t.Errorf("%d dBm is %s, want %s", rssi, got, want)
		}
	}
}

func TestDirectionOf(t *testing.T) {
	for want, types := range map[Direction][]string{
		Down:    {"AP_DISCONNECTED", "SNMP_TRAP_LINK_DOWN", "device_down", "switch_offline", "ME_DISCONNECTED"},
		Up:      {"AP_CONNECTED", "SNMP_TRAP_LINK_UP", "switch_online", "ME_CONNECTED"},
		Restart: {"AP_RESTARTED", "", "AP_CONFIGURED"},
	} {
		for _, typ := range types {
			if got := DirectionOf(event.Event{Type: typ}); got != want {
				t.Errorf("%s is %d, want %d", typ, got, want)
			}
		}
	}
}

// An up or down is listed under whichever topic it came first, and a changed
// configuration is not.
func TestUpDownMatchesEveryTopicOfIt(t *testing.T) {
	for _, e := range []event.Event{
		{Topic: "device-updowns", Type: "AP_DISCONNECTED"}, {Topic: "device-events", Type: "AP_DISCONNECTED"}, {Topic: "device-events", Type: "SW_RESTARTED"},
		{Topic: event.TopicDeviceStatus, Type: event.TopicDeviceStatus}, {Topic: "mxedge-events", Type: "ME_CONNECTED"}, {Topic: "junos", Type: "SNMP_TRAP_LINK_DOWN"},
	} {
		if !UpDown.Event(&e, start) {
			t.Errorf("%s %s is not listed", e.Topic, e.Type)
		}
	}
	if UpDown.Event(&event.Event{Topic: "device-events", Type: "AP_CONFIGURED"}, start) {
		t.Error("a changed configuration is listed")
	}
}

// Resolved alerts are listed only while they are recent, or when the typed query
// is about resolved ones; text that merely contains the word does not count.
func TestAlertsBase(t *testing.T) {
	at := func(d time.Duration) *time.Time { when := start.Add(-d); return &when }
	open := event.Alert{Opened: start.Add(-time.Hour), State: event.Open}
	fresh, old := open, open
	fresh.Resolved, fresh.State = at(9*time.Minute), event.Resolved
	old.Resolved, old.State = at(11*time.Minute), event.Resolved
	for _, c := range []struct {
		typed            string
		recent           time.Duration
		open, fresh, old bool
	}{
		{"", 0, true, false, false},
		{"", 10 * time.Minute, true, true, false},
		{"site:unresolved-hq or sev>=info", 10 * time.Minute, true, true, false},
		{"state:resolved or sev>=info", 0, true, true, true},
		{"resolved", 10 * time.Minute, true, true, true},
	} {
		typed, err := query.Parse(c.typed)
		if err != nil {
			t.Fatal(err)
		}
		base := AlertsBase(typed, c.recent)
		for _, a := range []struct {
			name string
			a    event.Alert
			want bool
		}{{"open", open, c.open}, {"just resolved", fresh, c.fresh}, {"resolved", old, c.old}} {
			if got := base.Empty() || base.Alert(&a.a, start); got != a.want {
				t.Errorf("%q, recent %s: listing an alert that is %s is %v", c.typed, c.recent, a.name, got)
			}
		}
	}
}

// The worst alert of a device is the first one listed, unless somebody has it
// and another is open.
func TestAlertsByDevice(t *testing.T) {
	alert := func(id int64, mac event.MAC, state event.State) event.Alert {
		return event.Alert{ID: id, DeviceMAC: mac, State: state}
	}
	got := AlertsByDevice([]event.Alert{
		alert(1, "a", event.Acked), alert(2, "a", event.Open), alert(3, "a", event.Open),
		alert(4, "b", event.Open), alert(5, "b", event.Acked),
		alert(6, "c", event.Acked), alert(7, "c", event.Snoozed),
		alert(8, "", event.Open),
	})
	for mac, want := range map[event.MAC]struct {
		count int
		worst int64
	}{"a": {3, 2}, "b": {2, 4}, "c": {2, 6}} {
		if d := got[mac]; d.Count != want.count || d.Worst == nil || d.Worst.ID != want.worst {
			t.Errorf("device %s: %+v, want %+v", mac, d, want)
		}
	}
	if len(got) != 3 {
		t.Errorf("%d devices", len(got))
	}
}

// A client's events at one access point are one stay, whatever came in between
// that names none; coming back is another.
func TestClientPath(t *testing.T) {
	ago := func(m int) time.Time { return start.Add(-time.Duration(m) * time.Minute) }
	at := func(ap string, m int) event.Event {
		return event.Event{Device: ap, DeviceMAC: event.MAC(ap), Time: ago(m)}
	}
	path := ClientPath([]event.Event{at("b", 1), at("b", 3), {Time: ago(4)}, at("b", 5), at("a", 6), at("b", 9)})
	want := []Stay{{"b", "b", ago(5), ago(1)}, {"a", "a", ago(6), ago(6)}, {"b", "b", ago(9), ago(9)}}
	if len(path) != len(want) {
		t.Fatalf("the path is %+v", path)
	}
	for i := range want {
		if path[i] != want[i] {
			t.Errorf("stay %d is %+v, want %+v", i, path[i], want[i])
		}
	}
}
