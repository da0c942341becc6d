package view

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"foghorn/internal/human"
	"foghorn/journal/event"
)

// An alert that nobody ever ends says when it leaves, in its row and on its page,
// and of one that left that time ended it.
func TestAnAlertSaysWhenItLeaves(t *testing.T) {
	soon, past, resolved := noon.Add(133*time.Minute), noon.Add(-time.Hour), noon.Add(-2*time.Hour)
	night, tomorrow := noon.Add(20*time.Hour), noon.Add(25*time.Hour)
	for name, c := range map[string]struct {
		alert     event.Alert
		row, page string
	}{
		"once":             {event.Alert{Count: 1, Expires: &soon}, "; happened once, leaves 14:13", "happened once, leaves 14:13 unless it is reported again"},
		"a lasting one":    {event.Alert{Count: 1, Expires: &soon, Signal: event.Report}, "; leaves 14:13", "leaves 14:13 unless"},
		"a test":           {event.Alert{Count: 1, Expires: &soon, Signal: event.Raise, Test: true}, "; leaves 14:13", "leaves 14:13: it is a test"},
		"told again":       {event.Alert{Count: 4, Expires: &soon}, "; leaves 14:13", "unless it is reported again"},
		"within a day":     {event.Alert{Count: 1, Expires: &night}, "; happened once, leaves 08:00", "leaves 2 Mar 08:00"},
		"on another day":   {event.Alert{Count: 1, Expires: &tomorrow}, "leaves 2 Mar 13:00", "happened once"},
		"left":             {event.Alert{Count: 1, Expires: &past, Resolved: &past}, "", "by time: nothing reports its end"},
		"ended by a word":  {event.Alert{Count: 1, Resolved: &resolved}, "", ", after"},
		"closed":           {event.Alert{Count: 1, Resolved: &past, ClosedAt: &past, ClosedBy: "jd", CloseReason: "test alert"}, "", `closed by jd: "test alert"`},
		"closed, and over": {event.Alert{Count: 1, Resolved: &past, ClosedAt: &resolved, ClosedBy: "jd", CloseReason: "test"}, "", `; closed by jd: "test" 2026-`},
		"ends otherwise":   {event.Alert{Count: 1}, "", "still going on"},
	} {
		c.alert.Title = "Switch core: bad optics"
		row, _ := alertLeaves(testEnv(), c.alert)
		own, _ := alertDetail(testEnv(), &DetailData{Alert: &c.alert}, 200)
		page := ansi.Strip(strings.Join(own, "\n"))
		if c.row == "" && row != "" || !strings.HasSuffix(row, c.row) || !strings.Contains(page, c.page) {
			t.Errorf("%s: row %q, want %q; page, want %q:\n%s", name, row, c.row, c.page, page)
		}
	}
}

// The page of an alert says which object it is about, and why an end that came
// has not ended it.
func TestAnAlertTellsOfAnEndThatMayBeAnothers(t *testing.T) {
	at := noon.Add(-time.Minute)
	for name, c := range map[string]struct {
		alert event.Alert
		want  string
	}{
		"of two":             {event.Alert{Object: "10.0.0.1", UnclearEnd: &at, UnclearAmong: 2}, "two are open, so it ended neither"},
		"of many":            {event.Alert{Object: "10.0.0.1", UnclearEnd: &at, UnclearAmong: 5}, "5 are open, so it ended none of them"},
		"of an unknown one":  {event.Alert{UnclearEnd: &at, UnclearAmong: 1}, "this alert may cover several outages"},
		"of a later raise":   {event.Alert{Object: "10.0.0.1", UnclearEnd: &at, UnclearAmong: 1}, "it ended nothing"},
		"that is over":       {event.Alert{Object: "10.0.0.1", UnclearEnd: &at, UnclearAmong: 2, Resolved: &noon}, ""},
		"that was all clear": {event.Alert{Object: "10.0.0.1"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			c.alert.Title = "BGP session is down"
			own, _ := alertDetail(testEnv(), &DetailData{Alert: &c.alert}, 200)
			page := ansi.Strip(strings.Join(own, "\n"))
			if c.want == "" && strings.Contains(page, "unclear") || !strings.Contains(page, c.want) {
				t.Errorf("page:\n%s\nwant %q", page, c.want)
			}
			if c.want != "" && !strings.Contains(page, "11:59") {
				t.Errorf("the page does not say when the end came:\n%s", page)
			}
			if c.alert.Object != "" && !strings.Contains(page, "object") {
				t.Errorf("the page does not say what it is about:\n%s", page)
			}
		})
	}
}

// A narrow column shortens when an alert leaves, then the title, and keeps the
// time; but never so much that the title does not say what it is about. It has all of
// the time or nothing.
func TestANarrowRowKeepsWhenAnAlertLeaves(t *testing.T) {
	soon := noon.Add(133 * time.Minute)
	for name, c := range map[string]struct {
		title, note string
		count       int
		want        map[int]string // by the width of the column
	}{
		"short": {"AP lobby restarted", "", 1, map[int]string{40: "restarted; happened once, leaves 14:13", 38: "restarted; happened once, leaves 14:13", 37: "restarted; leaves 14:13"}},
		"long": {`Rogue AP: SSID "DIRECT-7c-Printer" seen by ap-cgn-04 and by others`, "", 4,
			map[int]string{62: `Rogue AP: SSID "DIRECT-7c-Printer" seen by ap-c…; leaves 14:13`,
				37: `Rogue AP: SSID "DIRECT-7c-Printer" seen by ap-cgn-04 and by others`}},
		"no room": {"AP lobby was restarted by a watchdog", "", 4, map[int]string{42: "was restarted by a watchdog; leaves 14:13", 33: "was restarted by a watchdog"}},
		"noted":   {"AP lobby restarted", "on it", 1, map[int]string{37: "restarted; leaves 14:13  [on it]"}},
	} {
		for width, want := range c.want {
			a := event.Alert{Title: c.title, Device: "lobby", Count: c.count, Note: c.note, Expires: &soon}
			_, fit := alertText(testEnv(), a)
			got := fit(width)
			if got != want {
				t.Errorf("%s at %d: got %q, want %q", name, width, got, want)
			}
		}
	}
}

// What came back is counted as it is said.
func TestHowOftenAnAlertCameBack(t *testing.T) {
	for flaps, want := range map[int]string{1: "came back once", 2: "came back twice", 3: "came back 3 times"} {
		own, _ := alertDetail(testEnv(), &DetailData{Alert: &event.Alert{Title: "x", Flaps: flaps}}, 200)
		if page := ansi.Strip(strings.Join(own, "\n")); !strings.Contains(page, want) {
			t.Errorf("page:\n%s\nwant %q", page, want)
		}
	}
}

// The page of an alert says in full what raised it, where the title does not: the
// list of events cuts off the cause and what to do about it.
func TestAnAlertTellsWhatRaisedIt(t *testing.T) {
	cause := "Deliveries of acme are refused: no secret configured here fits; compare the secret at the sender with the one configured for acme"
	over := event.Event{Severity: event.Info, Text: "Deliveries of acme are accepted again"}
	for name, c := range map[string]struct {
		title  string
		events []event.Event
		want   string
	}{
		"more than the title": {"Deliveries of acme are refused: secret differs", []event.Event{over, {Severity: event.Critical, Text: cause}}, "compare the secret at the sender"},
		"no more than it":     {"AP lobby is down", []event.Event{{Severity: event.Critical, Text: "AP lobby is down"}}, ""},
		"less than it":        {"Gateway gw1: VPN path hub2 is down", []event.Event{{Severity: event.Critical, Text: "VPN path down: Gateway gw1"}}, ""},
		"only its end":        {"AP lobby is down", []event.Event{over}, ""},
	} {
		own, _ := alertDetail(testEnv(), &DetailData{Alert: &event.Alert{Title: c.title, Severity: event.Critical}, events: c.events}, 78)
		page := strings.Join(strings.Fields(ansi.Strip(strings.Join(own, "\n"))), " ")
		if c.want == "" && strings.Contains(page, " told ") || !strings.Contains(page, c.want) {
			t.Errorf("%s: %s\nwant %q", name, page, c.want)
		}
	}
}

// Nobody in the network ends an alert about the configuration or a job, so its page says how.
func TestAnAlertOfFoghornsOwnWorkSaysWhatToDo(t *testing.T) {
	for kind := range toEnd {
		a := event.Alert{Title: "x", Kind: kind, State: event.Open}
		for _, over := range []bool{false, true} {
			if over {
				a.State, a.Resolved = event.Resolved, &time.Time{}
			}
			own, _ := alertDetail(testEnv(), &DetailData{Alert: &a}, 200)
			if page := ansi.Strip(strings.Join(own, "\n")); strings.Contains(page, "what to do  "+toEnd[kind]) == over {
				t.Errorf("%s, over %v:\n%s", kind, over, page)
			}
		}
	}
}

// The row of an alert that a person closed says so before its note.
func TestARowSaysWhoClosedItsAlert(t *testing.T) {
	a := event.Alert{Title: "link down", Note: "vendor case", Resolved: &noon, ClosedAt: &noon, ClosedBy: "jd", CloseReason: "test\nalert"}
	want := `link down  [closed by jd: "test`
	if got, _ := alertText(testEnv(), a); !strings.HasPrefix(got, want) || !strings.HasSuffix(got, "  [vendor case]") || strings.Contains(got, "\n") {
		t.Errorf("row %q", got)
	}
	if got := AlertTitle(a); !strings.HasPrefix(got, want) {
		t.Errorf("title %q", got)
	}
}

// What somebody did about an alert names times as the screen shows them.
func TestTheEndOfASnoozeIsInTheTimesOfTheScreen(t *testing.T) {
	e := testEnv()
	e.Zone = time.FixedZone("CET", 3600)
	for until, want := range map[time.Duration][2]string{
		2 * time.Hour: {"snoozed until 15:00", "snoozed until 14:00"}, 24 * time.Hour: {"snoozed until 2 Mar 13:00", "snoozed until 2 Mar 12:00"},
	} {
		a := event.Activity{Action: event.ActionSnooze, After: noon.Add(until).Format(time.RFC3339)}
		for i, mode := range []human.Format{human.Local, human.UTC} {
			if e.Mode = mode; actionText(e, a) != want[i] {
				t.Errorf("%s: %q, want %q", mode, actionText(e, a), want[i])
			}
		}
	}
}
