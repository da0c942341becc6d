package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"foghorn/internal/human"
	"foghorn/journal/event"
	"foghorn/tui/draw"
)

func TestAnEventThatCameLateSaysSo(t *testing.T) {
	e := testEnv()
	ev := event.Event{Time: ago(8 * time.Minute), Received: noon, Severity: event.Warn, Device: "ap1", Topic: "device-updowns", Type: "AP_CONNECTED", Text: "ap1 connected"}
	for name, cells := range map[string][]draw.Cell{"log": logCells(e, ev), "up/down": upDownCells(e, ev), "clients": clientCells(e, clientRow{Event: ev})} {
		if got := lineOf(cells); !strings.HasPrefix(got, "8m*") || !strings.Contains(got, "connected (arrived 8m00s late)") {
			t.Errorf("%s: %q", name, got)
		}
	}
	ev.Received = ev.Time.Add(time.Minute) // as long as a batch may take
	if got := lineOf(logCells(e, ev)); strings.Contains(got, "*") || strings.Contains(got, "late") {
		t.Errorf("%q came as soon as usual", got)
	}
	for _, mode := range []human.Format{human.Relative, human.Local, human.UTC} {
		e.Mode = mode
		ev.Time, ev.Received = ago(300*24*time.Hour), noon
		if n := e.TimeColumn().Width; draw.TextWidth(happened(e, ev)) > n {
			t.Errorf("%q does not fit its column of %d", happened(e, ev), n)
		}
	}
}

func TestAnAlertOfASiteNamesItInEveryWindow(t *testing.T) {
	for w := leastWidth; w < 130; w++ {
		e := testEnv()
		e.Width = w
		a := event.Alert{Site: "plant-graz", Severity: event.Warn, Title: "DHCP failures", Opened: noon}
		cols := alertColumns(e, w)
		row := e.Theme.Row(alertCells(e, a), cols, draw.Layout(cols, w), w, false, false)
		if n := strings.Count(row, "plant-"); n != 1 {
			t.Fatalf("on %d cells the site stands there %d times: %q", w, n, row)
		}
	}
}

func TestClientsDoNotRepeatTheirSSID(t *testing.T) {
	ev := event.Event{Time: noon, Received: noon, Topic: "client-join", Client: "anna", SSID: "Corp", Text: `anna joined "Corp" on 5 GHz`}
	if got, want := lineOf(clientCells(testEnv(), clientRow{Event: ev})), "now  d  join  anna  Corp  on 5 GHz"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTheHeaderWordsWhoCollectsByTheRoomThereIs(t *testing.T) {
	onScreen(t, 80, 24, func(s *screen) {
		s.j.status.Collector.Note = "simulated"
		s.j.signal()
		s.pass(time.Second)
		for w, want := range map[int]string{120: "collector: serve pid 4123 on noc1, simulated", 80: "by serve pid 4123 on noc1, simulated", 60: "by serve, simulated"} {
			s.send(keyWindow(w, 24))
			s.sees(want)
			s.fits()
		}
	})
}

func TestFeedsThatDoNotFitAreCounted(t *testing.T) {
	onScreen(t, 80, 24, func(s *screen) {
		for i := range 5 {
			s.j.status.Feeds = append(s.j.status.Feeds, event.Feed{Name: fmt.Sprintf("tenant-%d", i), Kind: event.FeedMistWebhook, State: event.FeedUp})
		}
		s.j.status.Feeds = append(s.j.status.Feeds, event.Feed{Name: "tls", Kind: event.FeedListener, State: event.FeedError, Detail: "certificate expired"})
		s.j.signal()
		s.pass(time.Second)
		s.sees("tls ERROR certificate expired", "+7 (i)", "serve pid 4123")
		for w := leastWidth; w < 260; w += 7 {
			s.send(keyWindow(w, 24))
			s.sees("tls ERROR certificate expired", "serve")
			s.fits()
		}
	})
}

func TestWithoutACollectorNothingIsCalledUpAndActionsSayWhenTheyShow(t *testing.T) {
	onScreen(t, 80, 24, func(s *screen) {
		s.sees("acme up", "core up")
		s.pass(collectorTTL + draw.AgeStep)
		s.sees("COLLECTOR GONE", "acme off 10s ago", "core off 6m ago")
		s.misses("acme up", "core up", "serve pid")
		s.j.lags = true
		s.press("1", "a")
		s.sees("Pending: it shows once a collector runs.", "U takes it back")
		s.j.status.LogEnd = s.j.status.Position + 1
		s.j.signal()
		s.pass(2 * draw.AgeStep)
		s.sees("lacks 1 record of the log")
		s.fits()
		s.beat()
		s.pass(time.Second)
		s.sees("acme up", "The view is 1 record behind the log and catching up.")
	})
}
