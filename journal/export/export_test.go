package export

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"foghorn/internal/safetext"
	"foghorn/internal/safetext/hostile"
	"foghorn/journal/event"
)

var at = time.Date(2026, 3, 1, 15, 3, 7, 250_700_000, time.FixedZone("CET", 3600))

func events() []event.Event {
	return []event.Event{
		{
			ID: 7_000_000, Time: at, Received: at.Add(time.Second).Truncate(time.Second), Source: "acme", Via: event.ViaWebhook,
			Topic: "device-updowns", Type: "AP_DISCONNECTED", Severity: event.Critical, Site: "hq-berlin",
			DeviceMAC: "5c5b35000001", Device: "lobby-ap3", Text: "lobby-ap3 lost its cloud connection", DeliveryID: 7, Duplicates: 1,
			Raw: json.RawMessage(`{"b": 1.50, "a": [1, 2]}`),
		},
		{
			ID: 8_000_001, Time: at.Add(time.Minute), Source: "acme", Via: event.ViaWebhook, Topic: "client-join", Type: "client-join",
			Severity: event.Info, Site: "=HYPERLINK(1)", ClientMAC: "a0b1c2d3e4f5", SSID: "Free|Wi\x1b[2JFi", Text: "joined, \"at last\"", DeliveryID: 8, Duplicates: 2,
		},
	}
}

func write[T Row](t *testing.T, f Format, rows []T, o Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, f, rows, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func expect(t *testing.T, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func TestNDJSON(t *testing.T) {
	expect(t, write(t, NDJSON, events(), Options{}),
		`{"id":7000000,"time":"2026-03-01T14:03:07.250Z","received":"2026-03-01T14:03:08.000Z","source":"acme","via":"webhook","topic":"device-updowns","type":"AP_DISCONNECTED","severity":"critical","site":"hq-berlin","device_mac":"5c5b35000001","device":"lobby-ap3","text":"lobby-ap3 lost its cloud connection","delivery_id":7,"duplicates":1,"raw":{"b":1.50,"a":[1,2]}}
{"id":8000001,"time":"2026-03-01T14:04:07.250Z","received":null,"source":"acme","via":"webhook","topic":"client-join","type":"client-join","severity":"info","site":"=HYPERLINK(1)","client_mac":"a0b1c2d3e4f5","ssid":"Free|Wi\u001b[2JFi","text":"joined, \"at last\"","delivery_id":8,"duplicates":2}
`)
}

func TestJSONIsOneArray(t *testing.T) {
	alerts := []event.Alert{{ID: 1, Title: "a", Opened: at, LastSeen: at}, {ID: 2, Title: "b", Opened: at, LastSeen: at, Resolved: &at}}
	expect(t, write(t, JSON, alerts[1:], Options{}), `[
  {
    "id": 2,
    "key": "",
    "source": "",
    "kind": "",
    "severity": "debug",
    "state": "",
    "title": "b",
    "opened": "2026-03-01T14:03:07.250Z",
    "last_seen": "2026-03-01T14:03:07.250Z",
    "resolved": "2026-03-01T14:03:07.250Z",
    "count": 0,
    "flaps": 0,
    "events": 0
  }
]
`)
	var back []event.Alert
	if err := json.Unmarshal([]byte(write(t, JSON, alerts, Options{})), &back); err != nil || len(back) != 2 || back[1].Title != "b" {
		t.Errorf("read back %v, %v", back, err)
	}
	expect(t, write(t, JSON, []event.Alert{}, Options{}), "[]\n")
}

func TestTable(t *testing.T) {
	expect(t, write(t, Table, events(), Options{}), strings.TrimPrefix(`
ID      TIME                  SEV       TOPIC           TYPE             SITE           DEVICE     CLIENT             SSID              TEXT
a700    2026-03-01 14:03:07Z  critical  device-updowns  AP_DISCONNECTED  hq-berlin      lobby-ap3                                       lobby-ap3 lost its cloud connection
a800.1  2026-03-01 14:04:07Z  info      client-join     client-join      =HYPERLINK(1)             a0:b1:c2:d3:e4:f5  Free|Wi\x1b[2JFi  joined, "at last"
`, "\n"))
	expect(t, write(t, Table, events(), Options{Width: 80, Zone: at.Location()}), strings.TrimPrefix(`
ID      TIME                 SEV       DEVICE     TEXT
a700    2026-03-01 15:03:07  critical  lobby-ap3  lobby-ap3 lost its cloud conn…
a800.1  2026-03-01 15:04:07  info                 joined, "at last"
`, "\n"))
	expect(t, write(t, Table, events()[:1], Options{Width: 30}), strings.TrimPrefix(`
ID    SEV       TEXT
a700  critical  lobby-ap3 los…
`, "\n"))
}

// On a terminal what all rows have in common leaves before anything is cut, and a line
// above names it. Where all fits, or nobody reads it in columns, it stays.
func TestATableNamesWhatAllRowsHaveInCommon(t *testing.T) {
	alerts := make([]event.Alert, 3)
	for i := range alerts {
		alerts[i] = event.Alert{ID: event.ID(40769+int64(i), 12), Severity: event.Critical, State: event.Open, Opened: at, Site: "store-munich",
			Device: "ap-muc-first-floor-0" + strconv.Itoa(i), Title: "AP ap-muc-first-floor is down"}
	}
	o := Options{Width: 80, Zone: time.UTC, Now: at.Add(5 * time.Minute)}
	expect(t, write(t, Table, alerts, o), strings.TrimPrefix(`
All: sev critical, state open, site store-munich
ID         LASTED  DEVICE                 TITLE
a40769.12   5m00s  ap-muc-first-floor-00  AP ap-muc-first-floor is down
a40770.12   5m00s  ap-muc-first-floor-01  AP ap-muc-first-floor is down
a40771.12   5m00s  ap-muc-first-floor-02  AP ap-muc-first-floor is down
`, "\n"))
	for _, width := range []int{0, 160} {
		o.Width = width
		if text := write(t, Table, alerts, o); strings.Contains(text, "All:") || strings.Count(text, "store-munich") != 3 {
			t.Errorf("in %d:\n%s", width, text)
		}
	}
	o.Width = 80
	if text := write(t, Table, alerts[:1], o); strings.Contains(text, "All:") {
		t.Errorf("one row:\n%s", text)
	}
}

// An id is typed and a name is told apart by its end: neither is ever cut on a terminal
// of 80 columns.
func TestIDsAndNamesAreWholeOnATerminal(t *testing.T) {
	mac, ap, text := event.MAC("5c5b35aabbcc"), "ap-frankfurt-hall-12-north-07", strings.Repeat("many words ", 30)
	o := Options{Width: 80, Zone: time.UTC, Now: at}
	for name, c := range map[string]struct {
		table string
		whole []string
	}{
		"events": {write(t, Table, []event.Event{{ID: event.ID(900_719_925, 123), Time: at, Site: "site-with-a-name", Device: ap, Client: "laptop-of-somebody", SSID: "Corp",
			Topic: "client-sessions", Type: "client-sessions", Text: text}}, o), []string{"a900719925.123", ap}},
		"alerts": {write(t, Table, []event.Alert{{ID: event.ID(900_719_925, 123), Opened: at, DeviceMAC: mac, Site: "site-with-a-name", Owner: "somebody",
			Note: text, Title: text, State: event.Snoozed, Severity: event.Critical}}, o), []string{"a900719925.123", mac.String()}},
		"deliveries": {write(t, Table, []event.Delivery{{ID: 900_719_925_474, Received: at, Source: "a-long-source", Remote: "[2001:db8::1]:4711", Verdict: event.Malformed,
			Status: 400, Topic: "client-sessions", Cause: text}}, o), []string{"900719925474"}},
		"devices": {write(t, Table, []event.Device{{Name: ap, MAC: mac, Site: "site-with-a-name", Type: "ap", Status: "connected", Since: at, LastSeen: at, Model: "AP45-WW",
			Version: "0.14.29313", IP: "10.10.10.10", Clients: 10}}, o), []string{ap, mac.String()}},
		"clients": {write(t, Table, []event.LiveClient{{Hostname: "laptop-of-somebody", MAC: mac, APName: ap, SSID: "Corporate", Site: "site-with-a-name", RSSI: -70}}, o),
			[]string{"laptop-of-somebody", mac.String(), ap}},
		"webhooks": {write(t, Table, []event.Webhook{{ID: "4ac1dcf4-9d8b-7211-65c4-057819f0862b", Name: "monitoring-of-berlin", Source: "acme", URL: text, Topics: []string{text}}}, o),
			[]string{"monitoring-of-berlin"}},
	} {
		for _, want := range c.whole {
			if !strings.Contains(c.table, want) {
				t.Errorf("%s: %q is cut:\n%s", name, want, c.table)
			}
		}
	}
}

func TestTableNeverExceedsItsWidth(t *testing.T) {
	deliveries := []event.Delivery{{ID: 12, Received: at, Source: "無線", Remote: "[2001:db8::1]:4711", Verdict: event.VerifiedV1, Status: 200, Topic: "alarms", Cause: strings.Repeat("because ", 50)}}
	for width := 1; width < 250; width++ {
		for line := range strings.Lines(write(t, Table, deliveries, Options{Width: width})) {
			if n := safetext.Cells(strings.TrimSuffix(line, "\n")); n > width {
				t.Fatalf("%d cells of %d: %q", n, width, line)
			}
		}
	}
}

func TestAlertsSayHowLongTheyLasted(t *testing.T) {
	end := at.Add(6*time.Minute + 12*time.Second)
	alerts := []event.Alert{{ID: 1, Opened: at, Resolved: &end, Title: "down"}, {ID: 2, Opened: at, Title: "down still"}}
	expect(t, write(t, Table, alerts, Options{Now: at.Add(2*time.Hour + 5*time.Minute)}), strings.TrimPrefix(`
ID    SEV    STATE  OPENED                LASTED  TITLE
a0.1  debug         2026-03-01 14:03:07Z   6m12s  down
a0.2  debug         2026-03-01 14:03:07Z   2h05m  down still
`, "\n"))
	if strings.Contains(write(t, Table, alerts[1:], Options{}), "LASTED") {
		t.Error("without a clock an open alert has no length")
	}
}

// The table says when what nobody ends leaves, and what is only a test.
func TestAlertsSayWhenTheyLeave(t *testing.T) {
	soon := at.Add(70 * time.Minute)
	berlin := time.FixedZone("CET", 3600)
	alerts := []event.Alert{
		{ID: 1, Opened: at, Expires: &soon, Count: 1, Title: "license expired", Signal: event.OneShot},
		{ID: 2, Opened: at, Expires: &soon, Count: 3, Title: "login failed", Signal: event.OneShot},
		{ID: 3, Opened: at, Expires: &soon, Count: 1, Title: "rogue AP", Signal: event.Report},
		{ID: 4, Opened: at, Expires: &soon, Count: 1, Title: "link is down", Signal: event.Raise, Test: true},
		{ID: 5, Opened: at, Expires: &soon, Resolved: &soon, Count: 1, Title: "it left", Signal: event.OneShot, ClosedAt: &soon, ClosedBy: "jd", CloseReason: "test"},
	}
	for _, c := range []struct {
		o    Options
		want []string
	}{
		{Options{Now: at, Zone: berlin}, []string{"license expired; happened once, leaves 16:13", "login failed; leaves 16:13", "rogue AP; leaves 16:13",
			"TEST link is down; leaves 16:13", `it left; closed by jd: "test"`}},
		{Options{Now: at.AddDate(0, 0, 1)}, []string{"leaves 1 Mar 15:13Z", "leaves 1 Mar", "leaves 1 Mar", "TEST", "it left"}},
	} {
		lines := strings.Split(write(t, Table, alerts, c.o), "\n")[1:]
		for i, want := range c.want {
			if !strings.Contains(lines[i], want) {
				t.Errorf("%q, want %q", lines[i], want)
			}
		}
		if strings.Contains(lines[4], "leaves") {
			t.Errorf("it has left: %q", lines[4])
		}
	}
}

func TestMarkdown(t *testing.T) {
	acts := []event.Activity{{ID: 3, Time: at, Actor: "jd", Action: event.ActionNote, Target: "alert:7", After: "see a|b <script> *now*", Result: "ok"}}
	expect(t, write(t, Markdown, acts, Options{}), strings.TrimPrefix(`
| TIME | ACTOR | ACTION | TARGET | RESULT | BEFORE | AFTER | REASON |
| --- | --- | --- | --- | --- | --- | --- | --- |
| 2026-03-01 14:03:07Z | jd | note | alert:a0.7 | ok |  | see a\|b &lt;script> \*now\* |  |
`, "\n"))
}

func TestDeliveryBodies(t *testing.T) {
	for _, c := range []struct {
		body []byte
		want string
	}{
		{nil, ``},
		{[]byte(`{"a":1}`), `,"body":"{\"a\":1}"`},
		{[]byte("\xff\x00"), `,"body_base64":"/wA="`},
	} {
		out := write(t, NDJSON, []event.Delivery{{ID: 1, Headers: map[string][]string{"B": {"2"}, "A": {"1"}}, Body: c.body}}, Options{})
		want := `{"id":1,"received":null,"source":"","via":"","remote":"","method":"","path":"","headers":{"A":["1"],"B":["2"]},"size":0,"verdict":"","status":0,"duration_ms":0,"events":0,"duplicates":0` + c.want + "}\n"
		expect(t, out, want)
	}
}

// TestHostileRows puts every hostile sample into every text of a row: no
// format lets it out, and JSON still says the same.
func TestHostileRows(t *testing.T) {
	for _, s := range hostile.Samples() {
		t.Run(s.Name, func(t *testing.T) {
			raw, _ := json.Marshal(s.Text)
			e := event.Event{Time: at, Source: s.Text, Topic: s.Text, Type: s.Text, Site: s.Text, Device: s.Text, Client: s.Text, SSID: s.Text, Text: s.Text, DeviceMAC: event.MAC(s.Text), Raw: raw}
			d := event.Delivery{Received: at, Remote: s.Text, Path: s.Text, Headers: map[string][]string{s.Text: {s.Text}}, Body: []byte(s.Text), Cause: s.Text}
			for _, f := range Formats() {
				for _, out := range []string{write(t, f, []event.Event{e}, Options{}), write(t, f, []event.Delivery{d}, Options{Width: 80})} {
					if err := hostile.Check(strings.ReplaceAll(out, "\r\n", "\n"), true); err != nil {
						t.Errorf("%s: %v", f, err)
					}
				}
			}
			var back event.Event
			if err := json.Unmarshal([]byte(write(t, NDJSON, []event.Event{e}, Options{})), &back); err != nil || back.SSID != strings.ToValidUTF8(s.Text, "\ufffd") && strings.ToValidUTF8(s.Text, "") == s.Text {
				t.Errorf("JSON reads back %q, %v", back.SSID, err)
			}
		})
	}
}

func TestRawThatIsNoJSONIsText(t *testing.T) {
	for _, raw := range []string{`{"cut": [1, `, "\xff\xfe", `{"a":1} {"b":2}`} {
		out := write(t, NDJSON, []event.Event{{ID: 1, Raw: json.RawMessage(raw)}}, Options{})
		var back struct{ Raw string }
		if err := json.Unmarshal([]byte(out), &back); err != nil || back.Raw != strings.ToValidUTF8(raw, "\ufffd\ufffd") && back.Raw != raw {
			t.Errorf("raw %q printed as %s (%v)", raw, out, err)
		}
	}
	out := write(t, NDJSON, []event.Event{{Raw: json.RawMessage(`{"k":1, "k":2}`)}}, Options{})
	if !strings.Contains(out, `{"k":1,"k":2}`) {
		t.Errorf("a name told twice is not kept: %s", out)
	}
}

// TestWriterFollows has each row out as soon as it is written, in one piece.
func TestWriterFollows(t *testing.T) {
	for _, f := range Formats() {
		var got chunks
		w := NewWriter[event.Event](&got, f, Options{Width: 100})
		for i, e := range events() {
			if err := w.Write(&e); err != nil {
				t.Fatal(err)
			}
			if len(got) != i+1 {
				t.Errorf("%s: %d writes after %d rows", f, len(got), i+1)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if f != Table && strings.Join(got, "") != write(t, f, events(), Options{Width: 100}) {
			t.Errorf("%s followed differs from %s at once", f, f)
		}
	}
}

type chunks []string

func (c *chunks) Write(p []byte) (int, error) { *c = append(*c, string(p)); return len(p), nil }

type broken struct{}

var errBroken = errors.New("broken pipe")

func (broken) Write([]byte) (int, error) { return 0, errBroken }

func TestErrorsOfTheWriterComeBack(t *testing.T) {
	for _, f := range Formats() {
		if err := Write(broken{}, f, events(), Options{}); !errors.Is(err, errBroken) {
			t.Errorf("%s: %v", f, err)
		}
		if err := NewWriter[event.Event](broken{}, f, Options{}).Write(&events()[0]); !errors.Is(err, errBroken) {
			t.Errorf("%s: %v", f, err)
		}
	}
}

func TestParseFormat(t *testing.T) {
	if f, err := ParseFormat("NDJSON"); err != nil || f != NDJSON {
		t.Errorf("%v, %v", f, err)
	}
	if _, err := ParseFormat("yaml"); err == nil || !strings.Contains(err.Error(), "table, json, ndjson, csv, md") {
		t.Errorf("%v", err)
	}
}

func TestLineAndObject(t *testing.T) {
	e := events()[1]
	expect(t, Line(&e, Options{}), `a800.1  2026-03-01 14:04:07Z  info  client-join  client-join  =HYPERLINK(1)  a0:b1:c2:d3:e4:f5  Free|Wi\x1b[2JFi  joined, "at last"`)
	out, err := Object(&event.Activity{ID: 1, Time: at, Actor: "jd"})
	if err != nil {
		t.Fatal(err)
	}
	expect(t, string(out), "{\n  \"id\": 1,\n  \"time\": \"2026-03-01T14:03:07.250Z\",\n  \"actor\": \"jd\",\n  \"action\": \"\",\n  \"target\": \"\"\n}")
}

func BenchmarkWrite(b *testing.B) {
	rows := make([]event.Event, 0, 1000)
	for len(rows) < cap(rows) {
		rows = append(rows, events()...)
	}
	for _, f := range Formats() {
		b.Run(string(f), func(b *testing.B) {
			for b.Loop() {
				if err := Write(&chunks{}, f, rows, Options{Width: 120}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(len(rows)), "µs/row")
		})
	}
}
