package sql

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"foghorn/config"
	"foghorn/journal/event"
	"foghorn/relay"
	"foghorn/relay/relaytest"
)

// hostile are texts that some database, terminal or driver does not take.
var hostile = []string{
	"nul \x00 in the middle", "\x00", "broken \xff\xfe utf-8 \xc3", "'; DROP TABLE foghorn_events; --", `back\slash \' "quotes" ` + "`ticks`", "$1 ? :x %s",
	"\x1b[2J escape", "line\nbreak\r\n\ttab", "emoji 🍕 and \U0010ffff", "bidi \u202e \u2066", "\ufeff bom", "é combining e\u0301",
	strings.Repeat("x", 100_000), strings.Repeat("🍕", 30_000), strings.Repeat("\x00", 5_000), "lone \xed\xa0\x80 surrogate", "",
}

// hostileRaw are elements that some database refuses as JSON.
var hostileRaw = []string{
	`{"a":"\u0000"}`, `{"\u0000":1}`, `{"a":"\ud800"}`, `{"a":"\udc00\ud800"}`, `{"a":1e400}`, `{"a":-1e999999999}`, `{"a":1e-400}`, `{"a":1e-99999}`,
	`{"a":` + strings.Repeat("9", 5000) + `}`, `{"a":0.` + strings.Repeat("1", 400) + `}`, strings.Repeat("[", 5000) + strings.Repeat("]", 5000),
	strings.Repeat(`{"a":`, 40) + "1" + strings.Repeat("}", 40), strings.Repeat(`[`, 23) + "1" + strings.Repeat("]", 23), `{"` + strings.Repeat("k", 100_000) + `":1}`,
	`{"a":"` + strings.Repeat("v", 300_000) + `"}`, `{"a":"` + strings.Repeat("v", maxRaw) + `"}`, `{"a":1,"a":2}`, "{\"a\":\"\xff\"}", `{"a":`, `not json`, `"text"`, `12`, `null`,
	`{} {}`, `{"a":"'; DROP TABLE x; --\\"}`, "{\"a\":\"\x00\"}", `{"a":9007199254740993,"b":18446744073709551616,"c":-0.0,"d":1E+10}`, `[]`, " {\n} ",
}

var badTimes = []time.Time{{}, time.Unix(1<<40, 0), time.Date(-44, 3, 15, 0, 0, 0, 0, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 999_999_999, time.UTC), time.Unix(0, 0)}

// Whatever strangers write into names and elements, a row comes of it, and nothing that
// a statement would act on.
func TestHostileTextIsStored(t *testing.T) {
	onEach(t, func(t *testing.T, db *installed) {
		own := db.relayOf(t, config.Relay{})
		reference := db.relayOf(t, config.Relay{Columns: "network-assistant"})
		var all []relay.Item
		for i := range max(len(hostile), len(hostileRaw)) {
			s, at := hostile[i%len(hostile)], badTimes[i%len(badTimes)]
			e := &event.Event{ID: int64(i) * event.MaxEventsPerRecord, Time: at, Received: at, Source: s, Via: event.Via(s), Topic: s, Type: s, Severity: 99,
				OrgID: s, SiteID: s, Site: s, DeviceMAC: event.MAC(s), Device: s, DeviceType: s, ClientMAC: event.MAC(s), Client: s, SSID: s, Text: s,
				Duplicates: 1 << 40, Raw: json.RawMessage(hostileRaw[i%len(hostileRaw)])}
			all = append(all, relay.Item{Event: e})
			junos := *e
			junos.ID++
			junos.Topic = "junos"
			all = append(all, relay.Item{Event: &junos})
		}
		for _, d := range []*Destination{own, reference} {
			for i := range all { // each alone, so that the one at fault is named
				if v := send(t, d, all[i]); v.Outcome != relay.Sent {
					t.Errorf("%s %.40q, raw %.40q: %+v", d.shape.tables[0].name, all[i].Event.Device, all[i].Event.Raw, v)
				}
			}
			sent(t, d, all...)
		}
		if got, want := db.one(t, "SELECT count(*) FROM foghorn_events"), fmt.Sprint(len(all)); got != want {
			t.Errorf("%s rows, want %s", got, want)
		}
		if got := db.one(t, "SELECT device FROM foghorn_events WHERE id = 0"); got != `nul \x00 in the middle` {
			t.Errorf("device %q", got)
		}
		if got := db.one(t, "SELECT max(char_length(device)) FROM foghorn_events"); got != "255" {
			t.Errorf("longest device %s, want 255", got)
		}
		if got := db.one(t, "SELECT device FROM foghorn_events WHERE id = 30000"); got != hostile[3] {
			t.Errorf("device %q, want %q", got, hostile[3])
		}
	})
}

func TestHostileAlertsAreStored(t *testing.T) {
	onEach(t, func(t *testing.T, db *installed) {
		d := db.relayOf(t, config.Relay{Send: "alerts"})
		for i, s := range hostile {
			n := notice(1, relay.Why(s), s, nil)
			a := &n.Notice.Alerts[0]
			a.ID, a.Opened, a.Resolved, a.Count = int64(i), badTimes[i%len(badTimes)], &badTimes[i%len(badTimes)], -1<<40
			a.Source, a.Kind, a.Title, a.State, a.Object, a.Site, a.Device, a.Owner, a.Note, a.ClosedBy, a.CloseReason, a.MistAlarmID = s, s, s, event.State(s), s, s, s, s, s, s, s, s
			n.Notice.Actor, n.Notice.Reason, n.Notice.Link = s, s, s
			if v := send(t, d, n); v.Outcome != relay.Sent {
				t.Errorf("%.40q: %+v", s, v)
			}
		}
		if got, want := db.one(t, "SELECT count(*) FROM foghorn_alerts"), fmt.Sprint(len(hostile)); got != want {
			t.Errorf("%s rows, want %s", got, want)
		}
	})
}

// The hostile items that all destinations are tried with.
func TestHostileItemsOfAllDestinations(t *testing.T) {
	onEach(t, func(t *testing.T, db *installed) {
		of := map[bool]*Destination{true: db.relayOf(t, config.Relay{}), false: db.relayOf(t, config.Relay{Send: "alerts"})}
		for _, item := range relaytest.Hostile() {
			if v := send(t, of[item.Event != nil], item); v.Outcome != relay.Sent {
				t.Errorf("%s: %+v", item.ID(), v)
			}
		}
	})
}

// JSON that we call plain is taken by every database: random nestings of the worst.
func TestPlainJSONIsTakenEverywhere(t *testing.T) {
	onEach(t, func(t *testing.T, db *installed) {
		d := db.relayOf(t, config.Relay{})
		r := rand.New(rand.NewPCG(1, 2))
		parts := []string{`1`, `-0.0e-5`, `1e299`, `1e-299`, `"\u0001\u007f\ud83c\udf55"`, `"\u0000"`, `"\ud800"`, `true`, `null`, `""`, `"` + strings.Repeat("x", 70_000) + `"`, `123456789012345678901234567890`}
		var build func(depth int) string
		build = func(depth int) string {
			p := parts[r.IntN(len(parts))]
			switch {
			case depth == 0:
				return p
			case r.IntN(2) == 0:
				return "[" + build(depth-1) + "," + p + "]"
			}
			return `{"k` + fmt.Sprint(r.IntN(3)) + `":` + build(depth-1) + `,"":` + p + "}"
		}
		var all []relay.Item
		plain := 0
		for i := range 200 {
			e := outage(int64(i))
			e.Raw = json.RawMessage(build(r.IntN(maxDepth + 2)))
			if plainJSON(e.Raw) {
				plain++
			}
			all = append(all, relay.Item{Event: e})
		}
		sent(t, d, all...)
		if plain < 20 || plain > 180 {
			t.Errorf("%d of 200 are plain: the test says little", plain)
		}
	})
}

func TestPlainJSON(t *testing.T) {
	for raw, want := range map[string]bool{
		`{"a":1}`: true, ` [1, "\ud83c\udf55"] `: true, `"x"`: true, `12`: true, `{"a":1,"a":2}`: true, `1e299`: true,
		`{"a":"\u0000"}`: false, `{"\u0000":1}`: false, `"\ud800"`: false, "\"\xff\"": false, `1e300`: false, `1e-300`: false, `{} {}`: false, `{`: false, ``: false,
		strings.Repeat("[", maxDepth) + strings.Repeat("]", maxDepth):     true,
		strings.Repeat("[", maxDepth+1) + strings.Repeat("]", maxDepth+1): false,
		`{"` + strings.Repeat("k", maxKey+1) + `":1}`:                     false,
		`{"a":"` + strings.Repeat("v", maxKey+1) + `"}`:                   true,
	} {
		if got := plainJSON([]byte(raw)); got != want {
			t.Errorf("%.60q: %v, want %v", raw, got, want)
		}
	}
}
