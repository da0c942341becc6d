package tui

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
)

// longNote is longer than a prompt's line in any of the windows.
const longNote = "The PSU of the second switch in the rack is dead. A spare is on its way from Graz and arrives on Tuesday before noon; until then its APs run from the first switch."

func TestALongNoteIsReadableWhileItIsTyped(t *testing.T) {
	for _, size := range few([]struct{ w, h int }{{80, 24}, {60, 15}}...) {
		t.Run(fmt.Sprintf("%dx%d", size.w, size.h), func(t *testing.T) {
			onScreen(t, size.w, size.h, func(s *screen) {
				s.press("1", "A")
				s.write(longNote)
				if got := strings.Join(strings.Fields(s.frame()), " "); !strings.Contains(got, longNote) {
					t.Errorf("the note is not on the screen whole:\n%s", s.frame())
				}
				s.golden()
				c := s.m.window.cursor
				if c == nil || !strings.HasSuffix(s.lines()[c.Y][:c.X], "switch.") {
					t.Errorf("the cursor %+v is not behind the note", c)
				}
				s.press("esc")
				s.misses("until then")
			})
		})
	}
}

func TestALongNoteIsEditedByRowsAndKeepsItsLines(t *testing.T) {
	onScreen(t, 80, 24, func(s *screen) {
		s.press("1", "A")
		s.send(tea.PasteMsg{Content: longNote})
		s.press("up", "up", "home", "ctrl+k")
		s.write("ended")
		s.press("enter")
		if got := s.alertAt("lobby-ap3").Note; got != "ended" {
			t.Fatalf("noted %q", got)
		}
		inLines := strings.Replace(longNote, " A spare", "\nA spare", 1)
		s.press("c", "ctrl+u")
		s.send(tea.PasteMsg{Content: strings.Replace(inLines, "\n", "\r\n", 1)})
		s.sees("in the rack is dead. ", "\n A spare is on its way")
		s.press("enter")
		if got := s.alertAt("lobby-ap3").Note; got != inLines {
			t.Fatalf("noted %q", got)
		}
		s.misses(`dead.\nA`)
		s.press("enter")
		s.sees("rack is dead.  ", "A spare is on its way")
		s.press("G")
		s.sees("noted: The PSU")
		s.misses(`\nA`)
		s.fits()
		s.press("esc", "c", "alt+b", "ctrl+w")
		if got := s.m.input.prompt.input.Value(); !strings.HasSuffix(got, "from the switch.") {
			t.Errorf("the words at the end: %q", got)
		}
		s.press("ctrl+p", "ctrl+p") // what was typed before, from any row
		s.sees(": ended")
		s.press("down") // one row: down goes on in the history
		if got := s.m.input.prompt.input.Value(); got != inLines {
			t.Errorf("the history gave %q", got)
		}
		c := s.m.window.cursor
		if c == nil || !strings.HasSuffix(s.lines()[c.Y][:c.X], "switch.") {
			t.Errorf("the cursor %+v is not behind the note", c)
		}
	})
}

func TestANoteBesideItsQuestionLooksLikeAnyPrompt(t *testing.T) {
	onScreen(t, 80, 24, func(s *screen) {
		s.press("1", "A")
		label := s.m.input.prompt.label
		room := 80 - len(label) - 2
		s.write(strings.Repeat("x", room))
		s.sees(label + strings.Repeat("x", room))
		s.write("y")
		s.misses(label + "x")
		s.sees(strings.Repeat("x", room) + "y")
	})
}

func TestAHostileNoteIsSafeToLookAtAndKeptAsItIs(t *testing.T) {
	for _, size := range few([]struct{ w, h int }{{60, 15}, {80, 24}, {200, 40}}...) {
		onScreen(t, size.w, size.h, func(s *screen) {
			for _, text := range nasty {
				s.press("1", "A", "ctrl+u")
				for range 3 {
					s.send(tea.PasteMsg{Content: "note " + text + " "})
					s.settle()
					clean(t, s.m.window.frame)
					s.fits()
				}
				for _, k := range []string{"left", "up", "ctrl+w", "backspace", "alt+b", "delete"} {
					s.press(k)
					clean(t, s.m.window.frame)
					s.fits()
				}
				s.press("esc")
			}
			s.press("A")
			s.send(tea.PasteMsg{Content: "family 👨‍👩‍👧‍👦 क्षि"})
			s.press("enter")
			if got := s.alertAt("lobby-ap3").Note; got != "family 👨‍👩‍👧‍👦 क्षि" {
				t.Errorf("noted %q", got)
			}
		})
	}
}
