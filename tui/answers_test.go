package tui

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"foghorn/journal/event"
	"foghorn/journal/query"
	"foghorn/tui/clip"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
	"foghorn/tui/view"
)

func TestEveryAnswerIsSafeToDraw(t *testing.T) {
	for _, text := range nasty {
		onScreen(t, 80, 24, func(s *screen) {
			for name, answer := range map[string]func(){
				"what commands bring back": func() { s.send(noticeMsg{draw.OK, text}) },
				"an error of an action":    func() { s.send(actedMsg{err: errors.New(text)}) },
				"a file not kept":          func() { s.send(keptMsg{errors.New(text)}) },
				"a filter given by name":   func() { s.run(s.m.applyFilter(s.m.panes.byID[view.AlertsID], "site:"+text+" (")) },
				"a filter at the start":    func() { s.m.startFilter("site:" + text + " (") },
				"an unknown command":       func() { s.run(s.m.runCommand("no" + text)) },
			} {
				answer()
				s.settle()
				s.m.draw()
				if clean(t, s.m.window.frame); s.m.toast.text == "" {
					t.Fatalf("%s: no answer to %q", name, text)
				}
				s.fits()
			}
			s.press("9", "/")
			s.m.input.prompt.complain("x", errors.New(text)) // of no kind the prompt knows
			s.m.draw()
			clean(t, s.m.window.frame)
		})
	}
}

func TestSentencesBeginWithAWholeLetter(t *testing.T) {
	for in, want := range map[string]string{"": "", "a": "A", "ärger": "Ärger", "日本": "日本", "éa": "Éa", "\u01c6": "\u01c4"} {
		if got := draw.Capital(in); got != want || !utf8.ValidString(got) {
			t.Errorf("capital(%q) is %q, want %q", in, got, want)
		}
	}
	onScreen(t, 80, 24, func(s *screen) {
		s.j.collector.Problem = "ölstand: zu niedrig"
		s.j.save()
		s.pass(time.Second)
		s.sees("Ölstand: zu niedrig")
	})
}

func TestACopyThatMayNotHaveWorkedIsNoSuccess(t *testing.T) {
	onScreen(t, 80, 24, func(s *screen) {
		for _, c := range []struct {
			done clip.Done
			want draw.Role
		}{
			{clip.Done{Bytes: 3, Sent: true, File: "/home/max/clipboard.txt"}, draw.OK},
			{clip.Done{Bytes: 3, Sent: true, Err: errors.New("disk full")}, draw.Warn},
			{clip.Done{Bytes: clip.Limit + 1, File: "/home/max/clipboard.txt"}, draw.Warn},
			{clip.Done{Bytes: clip.Limit + 1, Err: errors.New("disk full")}, draw.Warn},
			{clip.Done{}, draw.Warn},
		} {
			if s.send(c.done); s.m.toast.role != c.want {
				t.Errorf("%q has role %d, want %d", c.done, s.m.toast.role, c.want)
			}
		}
	})
}

func TestTimesInAnAlertsJSONHaveThreeDecimals(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 123456789, time.UTC)
	onScreen(t, 80, 24, func(s *screen) {
		s.j.putAlert(event.Alert{ID: event.ID(7000, 0), Severity: event.Critical, Title: "exact", Opened: at, LastSeen: at})
		f, err := view.ReadDetail(s.t.Context(), s.j, pane.RecordRef{Kind: pane.AlertRecord, ID: event.ID(7000, 0)}, query.Page{Now: at}, nil)
		if err != nil {
			t.Fatal(err)
		}
		s.j.add(nil, []event.Event{{ID: event.ID(9000, 0), Time: at, Received: at, Text: "without a delivery"}})
		g, err := view.ReadDetail(s.t.Context(), s.j, pane.RecordRef{Kind: pane.EventRecord, ID: event.ID(9000, 0)}, query.Page{Now: at}, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, body := range [][]byte{f.Body, g.Body} {
			if !strings.Contains(string(body), `"2026-03-01T12:00:00.123Z"`) || !json.Valid(body) {
				t.Errorf("the times have other decimals: %s", body)
			}
		}
	})
}

func TestARowLooksOnlyAtWhatItCanShow(t *testing.T) {
	e := pane.Context{}
	if got := e.Cell(strings.Repeat("ä", 1<<20)); len(got) > 4*draw.CellLimit {
		t.Errorf("a cell of %d bytes", len(got))
	}
}
