package config

import (
	"testing"
	"time"
)

func TestDurations(t *testing.T) {
	for in, want := range map[string]time.Duration{
		"90s": 90 * time.Second, "1h30m": 90 * time.Minute, "1d": 24 * time.Hour, "2w": 14 * 24 * time.Hour, "250ms": 250 * time.Millisecond,
		"forever": 0, "1m5ms": time.Minute + 5*time.Millisecond,
	} {
		var d Duration
		if err := d.UnmarshalText([]byte(in)); err != nil || time.Duration(d) != want {
			t.Errorf("%s: %v, %v", in, time.Duration(d), err)
		}
		var again Duration
		if err := again.UnmarshalText([]byte(d.String())); err != nil || again != d {
			t.Errorf("%s prints as %s, which is %v (%v)", in, d, again, err)
		}
	}
	for _, in := range []string{"", "5", "s", "0s", "-1s", "1.5h", "5 s", "1y", "99999999999999999999s", "9999999999s9999999999s", "40000d", "1H"} {
		var d Duration
		if err := d.UnmarshalText([]byte(in)); err == nil {
			t.Errorf("%q is taken as %v", in, d)
		}
	}
}

func TestMoments(t *testing.T) {
	day := time.Date(2027, 1, 1, 0, 0, 0, 0, time.Local)
	for text, want := range map[string]time.Time{
		"2026-12-31": day, "2026-12-31T18:00:00Z": time.Date(2026, 12, 31, 18, 0, 0, 0, time.UTC),
		"2026-12-31T18:00:00+02:00": time.Date(2026, 12, 31, 16, 0, 0, 0, time.UTC),
		"31.12.2026":                {}, "2026-13-01": {}, "2026-12-31 18:00": {}, "": {}, "tomorrow": {},
	} {
		var m Moment
		if err := m.UnmarshalText([]byte(text)); (err != nil) != want.IsZero() || !m.Time().Equal(want) {
			t.Errorf("%q: %v, %v; want %v", text, m.Time(), err, want)
		}
	}
}

func TestSizes(t *testing.T) {
	for in, want := range map[string]Size{
		"8MiB": 8 << 20, "512KiB": 512 << 10, "1GiB": 1 << 30, "2TiB": 2 << 40, "100MB": 1e8, "5kB": 5000, "4096": 4096, "7B": 7, "unlimited": 0,
	} {
		var s Size
		if err := s.UnmarshalText([]byte(in)); err != nil || s != want {
			t.Errorf("%s: %d, %v", in, s, err)
		}
		var again Size
		if err := again.UnmarshalText([]byte(s.String())); err != nil || again != s {
			t.Errorf("%s prints as %s, which is %d (%v)", in, s, again, err)
		}
	}
	for _, in := range []string{"", "MiB", "0", "0MiB", "-1MiB", "1.5GiB", "8 MiB", "8mib", "9999999999GiB", "99999999999999999999"} {
		var s Size
		if err := s.UnmarshalText([]byte(in)); err == nil {
			t.Errorf("%q is taken as %d", in, s)
		}
	}
}

// Which group a topic belongs to: the one that names it, then the longest glob.
func TestRetentionGroups(t *testing.T) {
	r := defaultRetention()
	r.Groups["loud"] = Group{Topics: []string{"location-sdk", "a*", "*"}, Age: 1, Size: 2}
	r.Groups["most"] = Group{Topics: []string{"ab*c", "audits"}}
	for topic, want := range map[string]string{
		"location": "location", "location-asset": "location", "location-sdk": "loud", "asset-raw": "location", "asset-raw-rssi": "location",
		"discovered-raw-rssi": "location", "wifi-conn-raw": "location", "wifi-unconn-raw": "location", "sdkclient-scan-data": "location",
		"rssizone": "location", "zone": "location", "vbeacon": "location", "alarms": "loud", "abxc": "most", "abx": "loud", "audits": "most",
		"refused": "refused", "activity": "activity",
	} {
		if got := r.GroupOf(topic); got != want {
			t.Errorf("%s is kept with %s, want %s", topic, got, want)
		}
	}
	r = defaultRetention()
	for _, topic := range []string{"alarms", "device-events", "occupancy-alerts", "nac-events", "", "raw", "something-new", "device-status", "stream-gap", "inventory", "silence"} {
		if got := r.GroupOf(topic); got != DefaultGroup {
			t.Errorf("%s is kept with %s", topic, got)
		}
	}
	if age, size := r.Limits("activity"); age != 0 || size != 0 {
		t.Errorf("activities are kept for %v, %v", age, size)
	}
	if age, size := r.Limits(DefaultGroup); age.String() != "30d" || size.String() != "8GiB" {
		t.Errorf("the rest is kept for %v, %v", age, size)
	}
}
