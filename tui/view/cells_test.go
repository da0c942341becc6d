package view

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"foghorn/internal/human"
	"foghorn/journal/event"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func testEnv() pane.Context {
	return pane.Context{Context: draw.Context{Theme: draw.NewTheme(draw.BackgroundUnknown, false), Now: noon, Zone: time.UTC}}
}

func ago(d time.Duration) time.Time { return noon.Add(-d) }

// lineOf is a row as text, without the extra columns of wide windows.
func lineOf(cols []draw.Column, cells []draw.Cell) string {
	var out []draw.Cell
	for i, c := range cells {
		if cols[i].Extra == 0 {
			out = append(out, c)
		}
	}
	return pane.LineOf(out)
}

func TestAlertRows(t *testing.T) {
	e := testEnv()
	for name, c := range map[string]struct {
		alert event.Alert
		want  string
	}{
		"open and down": {event.Alert{Kind: "device_down", Severity: event.Critical, Title: "AP is disconnected", Site: "hq", Device: "lobby-ap3",
			Opened: ago(6*time.Minute + 12*time.Second)}, "●  C  6m  hq  lobby-ap3  AP is disconnected"},
		"resolved says how long": {event.Alert{Kind: "device_down", Severity: event.Critical, Title: "AP ap was down 6m12s; restarted: power cycle", Device: "ap",
			Opened: ago(10 * time.Minute), Resolved: new(ago(3*time.Minute + 48*time.Second))}, "✓  C  6m12s  ap  was down 6m12s; restarted: power cycle"},
		"resolved names what was": {event.Alert{Severity: event.Warn, Title: `Gateway gw: BGP neighbor 2001:db8::1 was down 1m00s`, Device: "gw",
			Opened: ago(2 * time.Minute), Resolved: new(ago(time.Minute))}, "✓  W  1m00s  gw  BGP neighbor 2001:db8::1 was down 1m00s"},
		"open begins with the object": {event.Alert{Severity: event.Warn, Title: "sw1: ge-0/0/5 down", Device: "sw1", Opened: ago(2 * time.Minute)},
			"●  W  2m  sw1  ge-0/0/5 down"},
		"leaves before the note": {event.Alert{Severity: event.Warn, Title: "AP x restarted", Device: "x", Count: 1, Note: "ticket 1",
			Opened: ago(2 * time.Minute), Expires: new(noon.Add(time.Hour))}, "●  W  2m  x  restarted; happened once, leaves 13:00  [ticket 1]"},
		"acked by a person": {event.Alert{Kind: "rogue_ap", Severity: event.Warn, Title: "Rogue AP", Device: "ap", Opened: ago(2 * time.Hour),
			Owner: "jane.doe", AckedAt: new(ago(5 * time.Minute)), Count: 3, Note: "ticket 1"}, "◐  W  2h  ap  Rogue AP  [ticket 1]  3x  jane.doe 5m"},
		"snoozed tells until when": {event.Alert{Severity: event.Info, Title: "x", Opened: ago(time.Minute), SnoozedUntil: new(noon.Add(time.Hour))},
			"☾  I  1m  x  z13:00"},
		"a snooze that is over": {event.Alert{Severity: event.Info, Title: "x", Opened: ago(time.Minute), SnoozedUntil: new(ago(time.Second)), State: event.Snoozed},
			"●  I  1m  x"},
		"flapping": {event.Alert{Severity: event.Debug, Title: "x", Opened: noon, Flaps: 7, Count: 9}, "●  d  now  x  7 flaps"},
		"a device without a name": {event.Alert{Severity: event.Warn, Title: "x", DeviceMAC: "5c5b35000001", Opened: noon},
			"●  W  now  5c:5b:35:00:00:01  x"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := lineOf(alertColumns(e, 0), alertCells(e, c.alert)); got != c.want {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

func TestDeliveryRows(t *testing.T) {
	e := testEnv()
	for name, c := range map[string]struct {
		delivery event.Delivery
		want     string
	}{
		"verified": {event.Delivery{Received: noon, Verdict: event.Verified, Status: 200, Source: "acme", Topic: "alarms", Events: 3, Size: 1300, DurationMS: 2.25},
			"now  ok v2  200  acme  alarms  3  1.3 KiB  2.2ms"},
		"junos": {event.Delivery{Received: noon, Verdict: event.Verified, Via: event.ViaJunos, Status: 200, Source: "core", Topic: "x", Events: 1, DurationMS: 12.4},
			"now  ok junos  200  core  x  1  0 B  12ms"},
		"bad signature": {event.Delivery{Received: noon, Verdict: event.Failed, Status: 401, Path: "/mist/acme", Cause: "signature does not match"},
			"now  BAD SIG  401  /mist/acme  0  0 B  -  signature does not match"},
		"warning": {event.Delivery{Received: noon, Verdict: event.VerifiedV1, Status: 200, Topic: "x", Events: 1, Warning: "timeout before"},
			"now  ok v1  200  x  1  0 B  -  warning: timeout before"},
		"known already": {event.Delivery{Received: noon, Verdict: event.Unsigned, Status: 200, Topic: "x", Events: 2, Duplicates: 2},
			"now  unsigned  200  x  dup  0 B  -  2 of 2 events known already"},
		"a verdict from the future": {event.Delivery{Received: noon, Verdict: "blessed\x1b[2J", Status: 200, Topic: "x"},
			`now  blessed\x1b[2J  200  x  0  0 B  -`},
	} {
		t.Run(name, func(t *testing.T) {
			if got := lineOf(deliveryColumns(e, 0), deliveryCells(e, c.delivery)); got != c.want {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

func TestEventRows(t *testing.T) {
	e := testEnv()
	base := event.Event{Time: ago(30 * time.Second), Severity: event.Warn, Site: "hq", Device: "ap1", DeviceType: "ap", Topic: "device-updowns",
		Type: "AP_DISCONNECTED", Text: "AP disconnected", Duplicates: 2}
	if got, want := lineOf(logColumns(e, 0), logCells(e, base)), "30s  W  device-updowns  hq  ap1  AP disconnected"; got != want {
		t.Errorf("log: got %q, want %q", got, want)
	}
	for typ, want := range map[string]string{
		"AP_DISCONNECTED": "▼ down", "AP_CONNECTED": "▲ up", "AP_RESTARTED": "boot", "SNMP_TRAP_LINK_DOWN": "▼ down", "SNMP_TRAP_LINK_UP": "▲ up",
	} {
		ev := base
		ev.Type = typ
		if got, want := lineOf(upDownColumns(e, 0), upDownCells(e, ev)), "30s  "+want+"  hq  ap1  AP disconnected"; got != want {
			t.Errorf("up/down: got %q, want %q", got, want)
		}
	}
	client := event.Event{Time: noon, Topic: "client-join", ClientMAC: "5c5b35000002", SSID: "Corp", Type: "client-join", Device: "ap1"}
	if got, want := lineOf(clientColumns(e, 0), clientCells(e, clientRow{Event: client})), "now  d  join  5c:5b:35:00:00:02  Corp  ap1  client-join"; got != want {
		t.Errorf("clients: got %q, want %q", got, want)
	}
}

func TestScoresWorstFirst(t *testing.T) {
	rows := bySite([]event.SLEScore{
		{SiteID: "a", Site: "fine", Metric: "coverage", Value: 0.99, Time: noon},
		{SiteID: "b", Site: "poor", Metric: "capacity", Value: 0.97, Time: noon}, {SiteID: "b", Site: "poor", Metric: "coverage", Value: 0.5, Time: noon},
		{SiteID: "c", Metric: "roaming", Value: 0.85, Time: noon},
	})
	want := []string{"C  poor  50.0%  coverage  capacity 97.0%  now", "W  c  85.0%  roaming  now", "fine  99.0%  coverage  now"}
	for i, w := range want {
		if got := pane.LineOf(sleCells(testEnv(), rows[i])); got != w {
			t.Errorf("row %d: got %q, want %q", i, got, w)
		}
	}
}

func TestAgesStepTogetherAndNeverBelowAMinuteOnceThere(t *testing.T) {
	e := testEnv()
	for _, c := range []struct {
		now  time.Time
		t    time.Time
		want string
	}{
		{noon, noon.Add(5 * time.Second), "now"}, {noon, ago(9 * time.Second), "now"}, {noon, ago(10 * time.Second), "10s"},
		{noon.Add(9 * time.Second), ago(10 * time.Second), "10s"}, {noon.Add(59 * time.Second), noon.Add(-4 * time.Second), "1m"},
		{noon, ago(119 * time.Second), "1m"}, {noon, ago(26 * time.Hour), "1d"}, {noon, time.Time{}, "never"},
	} {
		e.Now = c.now
		if got := e.Age(c.t); got != c.want {
			t.Errorf("age of %s at %s is %q, want %q", c.t, c.now, got, c.want)
		}
	}
}

func TestSentencesDoNotRepeatTheirDevice(t *testing.T) {
	for text, want := range map[string]string{
		"AP ap-7 down": "down", "ap-7: ge-0/0/3 down": "ge-0/0/3 down", "ap-77 down": "ap-77 down",
		"Bad cable: Switch ap-7 ge-0/0/9, Marvis suggests x": "Bad cable: ge-0/0/9, Marvis suggests x",
		"Device offline: AP ap-7, 2 times (infrastructure)":  "Device offline, 2 times (infrastructure)",
		"Rogue AP: ap-7 (security)":                          "Rogue AP (security)",
		`Rogue AP: SSID "x" seen by AP ap-7, 5 times`:        `Rogue AP: SSID "x", 5 times`,
		`Rogue AP: SSID "x" seen by ap-77`:                   `Rogue AP: SSID "x" seen by ap-77`,
		"Authentication failure: WLAN Corp":                  "Authentication failure: WLAN Corp",
		"VPN Peer Down: Gateway ap-7: peer hub down":         "VPN Peer Down: peer hub down",
	} {
		if got := withoutDevice(text, "ap-7", "5c5b35000001"); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	if got := withoutDevice("AP 5c:5b:35:00:00:01 down", "", "5c5b35000001"); got != "down" {
		t.Errorf("by its MAC: %q", got)
	}
}

func TestSentencesDoNotRepeatTheirColumns(t *testing.T) {
	for _, c := range []struct {
		text string
		told []string
		want string
	}{
		{"ap-7 is down", []string{"ap-7"}, "is down"}, {"ap-77 is down", []string{"ap-7"}, "ap-77 is down"}, {"ap-7", []string{"ap-7"}, "ap-7"},
		{"anna 5c:5b:35:00:00:01 joined", []string{"anna", "5c:5b:35:00:00:01"}, "joined"}, {"srx: : commit", []string{"srx"}, "commit"},
		{"is down", []string{""}, "is down"},
	} {
		if got := withoutColumns(c.text, c.told...); got != c.want {
			t.Errorf("%q without %q is %q, want %q", c.text, c.told, got, c.want)
		}
	}
}

func TestInitials(t *testing.T) {
	for name, want := range map[string]string{"jane.doe": "JD", "root": "RO", "J. Doe-Smith": "JD", "max@noc1": "MA", "": "", "x": "X", "über.öl": "ÜÖ"} {
		if got := initials(name); got != want {
			t.Errorf("initials of %q are %q, want %q", name, got, want)
		}
	}
}

// A copy is read later: it has each time once, with the date.
func TestACopiedAlertHasItsTimeOnce(t *testing.T) {
	e := testEnv()
	e.Mode, e.Dated = human.UTC, true
	ended := e.Now.Add(-time.Minute)
	a := event.Alert{ID: 3450000, State: event.Open, Severity: event.Warn, Opened: e.Now.Add(-3 * time.Minute), Title: "ap-1 down", Device: "ap-1"}
	if got, want := pane.LineOf(alertCells(e, a)), e.Theme.Glyph.States[event.Open]+"  W  "+e.Exact(a.Opened)+"  ap-1  down  a345"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	a.State, a.Resolved = event.Resolved, &ended
	if got, want := pane.LineOf(alertCells(e, a)), "W  "+e.Exact(a.Opened)+"  ap-1  down  a345  2m00s"; !strings.HasSuffix(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// Who is on it is a name where there is room: two people may have the same initials.
func TestAnOwnerHasANameWhereThereIsRoom(t *testing.T) {
	e := testEnv()
	at := e.Now.Add(-5 * time.Minute)
	a := event.Alert{ID: 1, State: event.Acked, Owner: "jane.doe", AckedAt: &at, Opened: at, Title: strings.Repeat("long ", 30), Device: "ap-1"}
	for width, want := range map[int]string{80: "… JD 5m\n", 120: "… jane.doe 5m a0.1"} {
		table := draw.NewTable(alertColumns(e, width))
		cells := alertCells(e, a)
		table.Add(cells)
		row := ansi.Strip(e.Theme.Row(cells, table.Columns, table.Widths(width), width, false, false)) + "\n"
		if !strings.Contains(row, want) {
			t.Errorf("at %d: %q, want %q", width, row, want)
		}
	}
}

func TestColumnsFillTheWidthExactlyAndDropByRank(t *testing.T) {
	e := testEnv()
	for _, cols := range [][]draw.Column{alertColumns(e, 0), logColumns(e, 0), upDownColumns(e, 0), clientColumns(e, 0), deliveryColumns(e, 0), sleColumns(e, 0)} {
		for w := range 260 {
			widths := draw.Layout(cols, w)
			row := e.Theme.Row(make([]draw.Cell, len(cols)), cols, widths, w, false, false)
			if got := ansi.StringWidth(row); w >= 30 && got != w {
				t.Fatalf("a row is %d cells wide on %d: %v", got, w, widths)
			}
		}
	}
}

func TestTimesInAllFormats(t *testing.T) {
	e := testEnv()
	e.Zone = time.FixedZone("CET", 3600)
	for mode, want := range map[human.Format]string{human.Relative: "5m", human.Local: "12:55:00", human.UTC: "11:55:00Z"} {
		e.Mode = mode
		got := e.When(ago(5 * time.Minute))
		if got != want {
			t.Errorf("%v: %q, want %q", mode, got, want)
		}
		if n := e.TimeColumn().Width; draw.TextWidth(e.When(ago(72*time.Hour))) > n || draw.TextWidth(got) > n {
			t.Errorf("%v: does not fit its column of %d", mode, n)
		}
	}
}

func TestAnEventThatCameLateSaysSo(t *testing.T) {
	e := testEnv()
	ev := event.Event{Time: ago(8 * time.Minute), Received: noon, Severity: event.Warn, Device: "ap1", Topic: "device-updowns", Type: "AP_CONNECTED", Text: "ap1 connected"}
	for name, cells := range map[string][]draw.Cell{"log": logCells(e, ev), "up/down": upDownCells(e, ev), "clients": clientCells(e, clientRow{Event: ev})} {
		if got := pane.LineOf(cells); !strings.HasPrefix(got, "8m late") || !strings.Contains(got, "connected (arrived 8m00s late)") {
			t.Errorf("%s: %q", name, got)
		}
	}
	ev.Received = ev.Time.Add(time.Minute) // as long as a batch may take
	if got := pane.LineOf(logCells(e, ev)); strings.Contains(got, "late") {
		t.Errorf("%q came as soon as usual", got)
	}
	for _, mode := range []human.Format{human.Relative, human.Local, human.UTC} {
		e.Mode = mode
		ev.Time, ev.Received = ago(300*24*time.Hour), noon
		if n := eventTimeColumn(e).Max; draw.TextWidth(eventTime(e, ev)) > n {
			t.Errorf("%q does not fit its column of %d", eventTime(e, ev), n)
		}
	}
}

func TestAnAlertOfASiteNamesItInEveryWindow(t *testing.T) {
	for w := pane.LeastWidth; w < 130; w++ {
		e := testEnv()
		e.Width = w
		a := event.Alert{Site: "plant-graz", Severity: event.Warn, Title: "DHCP failures", Opened: noon}
		cols := alertColumns(e, w)
		table := draw.NewTable(cols)
		table.Add(alertCells(e, a))
		table.Add(alertCells(e, event.Alert{Site: "hq", Device: strings.Repeat("a", w/2), Title: "other", Opened: noon}))
		row := e.Theme.Row(alertCells(e, a), cols, table.Widths(w), w, false, false)
		if n := strings.Count(row, "plant-"); n != 1 {
			t.Fatalf("on %d cells the site stands there %d times: %q", w, n, row)
		}
	}
}

func TestClientsDoNotRepeatWhatHasAColumn(t *testing.T) {
	for text, want := range map[string]string{
		`anna joined "Corp" on 5 GHz`:                                                    "on 5 GHz",
		`anna joined "Corp" on ap-7, 6 GHz, -72 dBm`:                                     "6 GHz, -72 dBm",
		`anna (iPhone) left "Corp" on ap-7 after 10m49s: roamed to AP ac:23:16:11:4c:57`: "(iPhone) after 10m49s: roamed to AP ac:23:16:11:4c:57",
		`anna joined "Corp" on ap-77, 6 GHz`:                                             "on ap-77, 6 GHz",
		`anna left "Corp"`:                                                               `left "Corp"`,
		`anna was permitted on "Corp" at ap-7`:                                           `was permitted on "Corp" at ap-7`,
	} {
		ev := event.Event{Time: noon, Received: noon, Topic: "client-join", Client: "anna", SSID: "Corp", Device: "ap-7", Text: text}
		if got := clientText(ev); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// "for now" means something else than how long it has lasted.
func TestWhatHasJustBegunDoesNotLastForNow(t *testing.T) {
	e := testEnv()
	c := event.LiveClient{MAC: "5c5b35000009", APName: "ap-1", RSSI: -50, Since: e.Now, Updated: e.Now}
	client, _ := clientDetail(e, &DetailData{Client: &c}, 78)
	for what, got := range map[string]string{
		"client":   strings.Join(client, "\n"),
		"device":   deviceSentence(e, event.Device{Status: event.DeviceConnected, Since: e.Now}),
		"followed": (&FollowSheet{client: &c, read: true, here: true}).standing(e, 78),
	} {
		if got = ansi.Strip(got); !strings.Contains(got, "for 10s") || strings.Contains(got, "for now") {
			t.Errorf("%s: %q", what, got)
		}
	}
}
