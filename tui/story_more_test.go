package tui

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"foghorn/journal/event"
	"foghorn/tui/view"
)

func TestIdleScreenChangesNothingWithinAStep(t *testing.T) {
	onScreen(t, 80, 24, func(s *screen) {
		s.pass(3 * time.Minute) // all ages are minutes by now
		s.pass(time.Until(time.Now().Truncate(time.Minute).Add(time.Minute)))
		before := s.m.View()
		s.pass(59 * time.Second)
		if after := s.m.View(); after.Content != before.Content || after.WindowTitle != before.WindowTitle {
			t.Fatalf("the idle screen was written to:\n%s\n%s", before.Content, after.Content)
		}
		s.pass(time.Second)
		if s.m.View().Content == before.Content {
			t.Fatal("the clock stands still")
		}
	})
}

func TestABusyJournalIsAskedAtMostTenTimesASecond(t *testing.T) {
	onScreen(t, 80, 24, func(s *screen) {
		s.press("9")
		s.pass(time.Second)
		s.j.eventReads()
		for range 200 {
			s.w.step(time.Now())
			s.pass(5 * time.Millisecond)
		}
		if n := len(s.j.eventReads()); n < 5 || n > 10 {
			t.Fatalf("asked %d times in a second", n)
		}
	})
}

func TestAnAnswerNobodyWaitsForIsDropped(t *testing.T) {
	onScreen(t, 80, 24, func(s *screen) {
		number := s.m.pull.number
		s.send(snapshotMsg{number: number - 1, apply: []func(){func() { t.Fatal("a stale answer was put on the screen") }}})
		log := s.m.panes.byID[view.LogID]
		stale, err := log.Fetch(time.Now())(s.t.Context(), s.j)
		if err != nil {
			t.Fatal(err)
		}
		if err := log.SetFilter("nothing-like-that"); err != nil {
			t.Fatal(err)
		}
		stale.Apply()
		if log.Nav().Len() != 0 {
			t.Fatal("rows of the old filter were shown under the new one")
		}
	})
}

func TestPauseCountsWhatComesIn(t *testing.T) {
	onScreen(t, 80, 24, func(s *screen) {
		s.press("9", "p")
		before := s.selected()
		for range 12 {
			s.w.step(time.Now())
		}
		s.pass(time.Second)
		s.sees("PAUSED: 12 events came in since")
		if s.selected() != before {
			t.Fatal("a paused screen moved")
		}
		s.press("p")
		s.misses("PAUSED")
		if s.selected() == before {
			t.Fatal("the screen did not go on")
		}
	})
}

func TestTheHeaderTellsWhoCollectsAndWhenTheyAreGone(t *testing.T) {
	onScreen(t, 100, 24, func(s *screen) {
		s.sees("by serve pid 4123 on noc1", "acme up: webhooks 3.2/s, last event now", "core up: 0/s, last event 6m ago", "00:00")
		s.pass(11 * time.Second)
		s.sees("COLLECTOR GONE since 00:00:00 (10s)")
		s.pass(20 * time.Second)
		s.sees("COLLECTOR GONE since 00:00:00 (30s)")
		s.j.collector.Heartbeat = time.Now()
		s.j.collector.Problem = "journal not writable: no space left on device"
		s.j.save()
		s.pass(pullGap)
		s.misses("GONE")
		s.sees("Journal not writable: no space left on device")
		s.j.collector.Note = "simulated"
		s.j.feeds[0].State, s.j.feeds[0].Detail = event.FeedDown, "address already in use"
		s.j.stopProjector()
		defer s.j.startProjector()
		s.j.appendActivities(make([]event.Activity, 5000)...)
		s.j.save()
		s.pass(pullGap)
		s.sees("simulated", "acme DOWN address already in use")
		s.j.save()
		s.pass(2 * time.Second)
		s.j.save()
		s.pass(pullGap)
		s.sees("The view is 5,000 records behind the log")
	})
}

func TestQuitAsksWhenTheListenerIsHere(t *testing.T) {
	withOptions(t, 80, 24, func(o *Options, _ *testJournal) { o.Collecting = true }, func(s *screen) {
		s.sees("listener: in this window")
		s.press("q")
		s.sees("The listener runs in this window")
		s.press("n", "ctrl+c")
		s.sees("ctrl+c again quits and stops the listener")
		if s.quit {
			t.Fatal("it quit without being asked")
		}
		s.press("ctrl+c")
		if !s.quit {
			t.Fatal("the second ctrl+c did not quit")
		}
	})
}

func TestPaletteRunsEveryCommandByNameOrKey(t *testing.T) {
	onScreen(t, 80, 24, func(s *screen) {
		for text, want := range map[string]string{
			":log": "─ 9 Log", ":6": "─ 6 Inspector", ":sev warn": "warn+", ":sort newest": "by newest", ":resolved": "with resolved",
			":keys": "Keys of all panes", ":frobnicate": "No command :frobnicate", ":view nothing": "No saved view nothing", ":1": "─ 1 Alerts",
			":fold": "does not work here", ":list-next": "works in Clients, Clients: connected now", ":filter site:lab": "/site:lab",
		} {
			s.press("esc", "esc", "esc", "1", ":")
			s.write(strings.TrimPrefix(text, ":"))
			s.press("enter")
			s.sees(want)
			s.fits()
		}
	})
}

func TestHelpIsSearchable(t *testing.T) {
	onScreen(t, 80, 24, func(s *screen) {
		s.press("1", "?")
		s.sees("Help: Alerts", ":ack", "2 flaps", "came back 2 times", "lines 1-20 of ")
		s.press("/")
		s.write("snooze")
		s.press("enter")
		s.sees("z ", "snooze for a while")
		s.misses("next row")
		s.press("q")
		s.sees("─ 1 Alerts")
	})
}

func TestDetailLeadsFromEventToDeliveryAndBack(t *testing.T) {
	onScreen(t, 80, 24, func(s *screen) {
		s.press("9", "enter")
		s.sees("─ Event a120", "(w opens it)")
		s.press("w")
		s.sees("─ Delivery 120", "POST /mist/acme", "X-Mist-Signature-V2: <masked>")
		s.press("]", "enter")
		s.sees("─ Event a120")
		s.press("]", "]", "/")
		s.write("list")
		s.press("enter")
		s.sees("/list 1 of 1")
		s.press("v")
		s.sees("raw")
		s.press("esc", "esc", "esc")
		s.sees("─ 9 Log")
	})
}

func TestARecordThatIsGoneSaysSo(t *testing.T) {
	onScreen(t, 80, 24, func(s *screen) {
		s.press("9", "k", "enter")
		s.j.trim()
		s.press("r")
		s.sees("no longer in the journal")
	})
}

func TestSeekFindsWhatWantsAttention(t *testing.T) {
	onScreen(t, 80, 24, func(s *screen) {
		s.press("6", "N")
		if row := s.selected(); !strings.Contains(row, "BAD SIG") {
			t.Fatalf("N went to %q", row)
		}
		s.press("1", "g", "n", "n")
		if row := s.selected(); !strings.Contains(row, "DHCP") {
			t.Fatalf("n went to %q", row)
		}
	})
}

func TestExportSaysWhereTheFileIs(t *testing.T) {
	dir := t.TempDir()
	withOptions(t, 120, 24, func(o *Options, _ *testJournal) { o.Dir = dir }, func(s *screen) {
		s.press("1", "x", "c")
		path := filepath.Join(dir, "exports", "foghorn-alerts-20000101-000000.csv")
		s.sees("Wrote 7 alerts to " + path[:20])
		text, err := os.ReadFile(path)
		if err != nil || !strings.Contains(string(text), "lobby-ap3") {
			t.Fatalf("%v: %s", err, text)
		}
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Fatalf("mode %v, %v", info.Mode(), err)
		}
	})
}

// A demo's data directory is removed at the end: what was exported is kept elsewhere.
func TestExportsOfADirectoryThatDoesNotLastGoElsewhere(t *testing.T) {
	dir, kept := t.TempDir(), t.TempDir()
	withOptions(t, 160, 24, func(o *Options, _ *testJournal) { o.Dir, o.ExportDir = dir, kept }, func(s *screen) {
		s.press("1", "x", "c")
		path := filepath.Join(kept, "foghorn-alerts-20000101-000000.csv")
		s.sees("Wrote 7 alerts to " + path)
		if _, err := os.Stat(path); err != nil {
			t.Fatal(err)
		}
		if files, _ := filepath.Glob(filepath.Join(dir, "exports", "*")); len(files) > 0 {
			t.Fatalf("exports in the data directory: %v", files)
		}
	})
}

func TestSavedViewsAndHistoryOutliveTheProgram(t *testing.T) {
	dir := t.TempDir()
	at := func(o *Options, _ *testJournal) { o.Dir = dir }
	withOptions(t, 80, 24, at, func(s *screen) {
		s.press("6", "/")
		s.write("verdict:failed")
		s.press("enter", ":")
		s.write("view save bad")
		s.press("enter")
		s.sees("Saved")
	})
	withOptions(t, 80, 24, at, func(s *screen) {
		s.press(":")
		s.write("view bad")
		s.press("enter")
		s.sees("─ 6 Inspector", "/verdict:failed", "BAD SIG")
		s.misses("ok v2")
		s.press("esc", "/", "up")
		s.sees("/verdict:failed")
	})
}

func TestCopySaysWhatItDid(t *testing.T) {
	dir := t.TempDir()
	withOptions(t, 80, 24, func(o *Options, _ *testJournal) { o.Dir = dir }, func(s *screen) {
		s.press("6", "y", "c")
		s.sees("by OSC 52", "clipboard.txt")
		text, err := os.ReadFile(filepath.Join(dir, "clipboard.txt"))
		if err != nil || !strings.Contains(string(text), "http://127.0.0.1:8484/mist/acme") {
			t.Fatalf("%v: %s", err, text)
		}
	})
}

func TestTimesAgesLocalAndUTC(t *testing.T) {
	withOptions(t, 80, 24, func(o *Options, _ *testJournal) { o.Zone = time.FixedZone("CET", 3600) }, func(s *screen) {
		s.press("9")
		s.sees("AGE")
		s.press("t")
		s.sees("Times are local: CET", "01:00")
		s.press("t")
		s.sees("Times are UTC", "00:00Z", "TIME UTC")
	})
}

func TestAChordSwitchesTheMouseOn(t *testing.T) {
	onScreen(t, 80, 24, func(s *screen) {
		s.press("ctrl+x", "m")
		if s.m.View().MouseMode == tea.MouseModeNone {
			t.Fatal("the chord did not switch the mouse on")
		}
	})
}

func TestFollowedPreviewShowsTheSelectedRow(t *testing.T) {
	onScreen(t, 200, 50, func(s *screen) {
		s.press("9")
		for range 20 {
			s.w.step(time.Now())
			s.pass(20 * time.Millisecond)
		}
		s.pass(time.Second)
		if row, _ := s.m.recordAtHand(); s.m.preview.data.Subject != row {
			t.Fatalf("the preview is about %v, the cursor on %v", s.m.preview.data.Subject, row)
		}
	})
}
