package tui

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"foghorn/internal/clock"
	"foghorn/journal/event"
	"foghorn/journal/query"
	"foghorn/tui/pane"
)

// screen drives the program as a person would: it sends messages, runs the
// commands that come back, and looks at the frame. It lives in a synctest
// bubble, where time passes only when everything waits for it.
type screen struct {
	t    *testing.T
	m    *Model
	j    *testJournal
	w    *world
	msgs chan tea.Msg
	quit bool
}

// onScreen runs a story on a window of this size with a world in the journal.
func onScreen(t *testing.T, width, height int, story func(s *screen)) {
	t.Helper()
	withOptions(t, width, height, nil, story)
}

// withOptions is onScreen with other options; edit may also empty the journal.
func withOptions(t *testing.T, width, height int, edit func(o *Options, j *testJournal), story func(s *screen)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		j := newTestJournal(t)
		w := whole(j, time.Now())
		j.makeTemplate()
		opt := Options{Journal: j, Actions: (&fakeCloud{}).on(j), Clock: clock.Real{}, Actor: "max.muster", Version: "test", Zone: time.UTC,
			Address: "127.0.0.1:8484", Hints: []string{"Point a webhook here:", "  POST https://your-host/mist/acme"}}
		if edit != nil {
			edit(&opt, j)
		}
		j.open()
		defer j.close()
		s := &screen{t: t, j: j, w: w, m: New(t.Context(), opt), msgs: make(chan tea.Msg, 4096)}
		defer s.m.jobs.close()
		s.run(s.m.Init())
		s.send(tea.WindowSizeMsg{Width: width, Height: height})
		s.settle()
		story(s)
	})
}

// send hands a message to the program and runs what comes back.
func (s *screen) send(msg tea.Msg) {
	_, cmd := s.m.Update(msg)
	s.run(cmd)
}

func (s *screen) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	go func() {
		switch msg := cmd().(type) {
		case nil:
		case tea.BatchMsg:
			for _, c := range msg {
				s.run(c)
			}
		default:
			if v := reflect.ValueOf(msg); v.Kind() == reflect.Slice && v.Type().Elem() == reflect.TypeFor[tea.Cmd]() {
				for i := range v.Len() { // a sequence; order does not matter to these stories
					s.run(v.Index(i).Interface().(tea.Cmd))
				}
				return
			}
			s.msgs <- msg
		}
	}()
}

// settle lets everything happen that does not need time to pass.
func (s *screen) settle() {
	for {
		synctest.Wait()
		select {
		case msg := <-s.msgs:
			s.Take(msg)
		default:
			return
		}
	}
}

func (s *screen) Take(msg tea.Msg) {
	if _, ok := msg.(tea.QuitMsg); ok {
		s.quit = true
		return
	}
	s.send(msg)
}

// pass lets time go by.
func (s *screen) pass(d time.Duration) {
	end := time.After(d)
	for {
		s.settle()
		select {
		case msg := <-s.msgs:
			s.Take(msg)
		case <-end:
			s.settle()
			return
		}
	}
}

// press types keys as they are named, "ctrl+d" or "enter" or "x", one after the other.
func (s *screen) press(keys ...string) {
	for _, k := range keys {
		s.send(keyPress(k))
		s.settle()
	}
	s.pass(pullGap) // what a movement put off comes within the pace
}

// write types a text letter by letter.
func (s *screen) write(text string) {
	for _, r := range text {
		s.press(string(r))
	}
}

var namedKeys = map[string]rune{
	"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft,
	"right": tea.KeyRight, "home": tea.KeyHome, "end": tea.KeyEnd, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown,
	"backspace": tea.KeyBackspace, "space": tea.KeySpace, "f1": tea.KeyF1, "f5": tea.KeyF5, "delete": tea.KeyDelete,
}

func keyPress(name string) tea.KeyPressMsg {
	k := tea.KeyPressMsg{}
	for {
		mod, rest, ok := strings.Cut(name, "+")
		if !ok || mod == "" || rest == "" {
			break
		}
		k.Mod |= map[string]tea.KeyMod{"ctrl": tea.ModCtrl, "shift": tea.ModShift, "alt": tea.ModAlt}[mod]
		name = rest
	}
	if code, ok := namedKeys[name]; ok {
		k.Code = code
		if name == "space" {
			k.Text = " "
		}
		return k
	}
	k.Code = []rune(name)[0]
	if k.Mod == 0 {
		k.Text = name
	}
	return k
}

// alerts are those of the view, by id.
func (s *screen) alerts() []event.Alert {
	s.t.Helper()
	alerts, err := s.j.Journal.Alerts(context.Background(), query.Page{OldestFirst: true, Limit: 1000})
	s.j.must(err)
	return alerts
}

// activities are those of the view, oldest first.
func (s *screen) activities() []event.Activity {
	s.t.Helper()
	acts, err := s.j.Journal.Activities(context.Background(), "", 1000)
	s.j.must(err)
	slices.Reverse(acts)
	return acts
}

// frame is what stands on the screen, without styles.
func (s *screen) frame() string { return ansi.Strip(s.m.window.frame) }

func (s *screen) lines() []string { return strings.Split(s.frame(), "\n") }

// sees fails unless every text is on the screen.
func (s *screen) sees(texts ...string) {
	s.t.Helper()
	for _, text := range texts {
		if !strings.Contains(s.frame(), text) {
			s.t.Fatalf("the screen does not show %q:\n%s", text, s.frame())
		}
	}
}

// misses fails if any of the texts is on the screen.
func (s *screen) misses(texts ...string) {
	s.t.Helper()
	for _, text := range texts {
		if strings.Contains(s.frame(), text) {
			s.t.Fatalf("the screen shows %q:\n%s", text, s.frame())
		}
	}
}

// selected is the line with the pointer, without the pointer.
func (s *screen) selected() string {
	s.t.Helper()
	for _, l := range s.lines() {
		if strings.HasPrefix(l, "›") {
			return strings.TrimRight(l[len("›"):], " ")
		}
	}
	s.t.Fatalf("no row is selected:\n%s", s.frame())
	return ""
}

// rows are the rows that a pane has loaded.
func rows[T any](s *screen, id pane.ID) []T {
	s.t.Helper()
	p, ok := s.m.panes.byID[id].(interface{ Rows() []T })
	if !ok {
		s.t.Fatalf("the rows of pane %d are of another type", id)
	}
	return p.Rows()
}

// row is the selected row of a pane.
func row[T any](s *screen, id pane.ID) T {
	s.t.Helper()
	p, ok := s.m.panes.byID[id].(interface{ Selected() (T, bool) })
	if !ok {
		s.t.Fatalf("the rows of pane %d are of another type", id)
	}
	r, ok := p.Selected()
	if !ok {
		s.t.Fatalf("no row of pane %d is selected", id)
	}
	return r
}

// golden compares the frame with the one kept for this test, and checks that
// it fills the window exactly.
func (s *screen) golden() {
	s.t.Helper()
	s.fits()
	golden.RequireEqual(s.t, s.frame())
}

// fits fails unless the frame has the window's size to the cell.
func (s *screen) fits() {
	s.t.Helper()
	lines := s.lines()
	if s.m.window.height > 0 && s.m.window.width > 0 && len(lines) != s.m.window.height {
		s.t.Fatalf("%d lines on a window of %d:\n%s", len(lines), s.m.window.height, s.frame())
	}
	for i, l := range lines {
		if w := ansi.StringWidth(l); w > s.m.window.width || w < s.m.window.width && s.m.window.width >= pane.LeastWidth {
			s.t.Fatalf("line %d has %d cells on a window of %d: %q\n%s", i+1, w, s.m.window.width, l, s.frame())
		}
	}
}
