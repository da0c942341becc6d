package tui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
)

// On a slow line the name arrives together with the R that asks for it: it is for the
// prompt, and no letter of it acts on the row.
func TestWhatIsTypedBeforeAPromptIsReadyIsForThePrompt(t *testing.T) {
	onCloud(t, 100, 30, func(*Options, *fakeCloud, *testJournal) {}, func(s *screen, _ *fakeCloud) {
		acts := len(s.activities())
		s.press("1")
		for _, key := range []string{"R", "ctrl+u", "a", "z", "q", "X"} { // without waiting for the answer
			s.send(keyPress(key))
		}
		s.settle()
		s.sees(" to: azqX")
		s.press("esc")

		for _, key := range []string{"R", "a", "esc", "j"} { // given up before it came up
			s.send(keyPress(key))
		}
		s.settle()
		s.misses(" to: ")
		if s.m.current().Nav().Cursor() != 1 {
			t.Error("keys do not work after a prompt that was given up")
		}
		if n := len(s.activities()); n != acts || s.m.input.menu != nil {
			t.Errorf("a letter of the name acted on the row: %d activities", n-acts)
		}
	})
}

// A paste with line breaks is one line with blanks in every prompt but that of a note,
// which keeps them, and runs nothing.
func TestAPasteRunsNothingAndJoinsNoWords(t *testing.T) {
	onScreen(t, 80, 24, func(s *screen) {
		acts := len(s.activities())
		s.press("1")
		for _, open := range []string{"/", ":", "A", "?/"} {
			for _, key := range open {
				s.press(string(key))
			}
			between := " "
			if open == "A" {
				between = "\n"
			}
			for _, content := range []string{"sev>=warn\nq", "sev>=warn\r\nq\r", "sev>=warn\rq\n"} {
				s.m.input.prompt.input.SetValue("")
				s.send(tea.PasteMsg{Content: content})
				s.settle()
				if p := s.m.input.prompt; p == nil || strings.TrimSpace(p.input.Value()) != "sev>=warn"+between+"q" {
					t.Fatalf("%q in %s became %q", content, open, p.input.Value())
				}
			}
			s.m.input.prompt.input.SetValue("")
			s.write("warn")
			s.press("ctrl+j", "q") // a line break from a terminal without bracketed paste
			if got := s.m.input.prompt.input.Value(); got != "warn"+between+"q" {
				t.Errorf("%s: %q", open, got)
			}
			s.press("esc")
		}
		s.press("esc") // the help
		s.send(tea.PasteMsg{Content: "a\nQ\n"})
		s.settle()
		if n := len(s.activities()); n != acts || s.m.panes.shown != 1 {
			t.Errorf("a paste did something: %d activities, pane %d", n-acts, s.m.panes.shown)
		}
	})
}
