package tui

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"foghorn/tui/draw"
)

// roleLetters name the roles below the text of a frame; on the selected row
// they are capitals, and "_" is plain text there. Strong and Key look the same.
var roleLetters = map[draw.Role]string{
	draw.Plain: " ", draw.Dim: "d", draw.Strong: "s", draw.Title: "t", draw.Critical: "c", draw.Warn: "w", draw.Info: "i",
	draw.OK: "o", draw.Accent: "a", draw.Banner: "b", draw.Key: "s", draw.Match: "m",
}

var roleNames = map[draw.Role]string{
	draw.Plain: "plain", draw.Dim: "dim", draw.Strong: "strong", draw.Title: "title", draw.Critical: "critical", draw.Warn: "warn",
	draw.Info: "info", draw.OK: "ok", draw.Accent: "accent", draw.Banner: "banner", draw.Key: "key", draw.Match: "match",
}

// The same text has the same roles on a dark and a light background and with
// ASCII; only colors and signs differ.
func TestRolesOfTheScreen(t *testing.T) {
	for name, keys := range map[string][]string{
		"overview": {"0"}, "alerts": {"1", "j", "a"}, "devices": {"4"}, "log-filter": {"9", "/", "s", "e", "v", ">", "=", "w", "a", "r", "n"},
		"inspector": {"6"}, "event-json": {"9", "enter", "]", "]"}, "help": {"1", "?", "/", "s", "n", "o", "o"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, theme := range few("dark", "light") {
				withOptions(t, 100, 24, func(o *Options, _ *testJournal) { o.Theme = theme }, func(s *screen) {
					s.press(keys...)
					golden.RequireEqual(s.t, s.roles())
				})
			}
		})
		t.Run(name+"-ascii", func(t *testing.T) {
			withOptions(t, 100, 24, func(o *Options, _ *testJournal) { o.Theme, o.ASCII = "dark", true }, func(s *screen) {
				s.press(keys...)
				golden.RequireEqual(s.t, s.roles())
			})
		})
	}
}

// What each role looks like, on each background and with few colors.
func TestColorsOfTheRoles(t *testing.T) {
	var out strings.Builder
	for _, c := range []struct {
		name   string
		b      draw.Background
		coarse bool
	}{
		{"dark", draw.BackgroundDark, false}, {"light", draw.BackgroundLight, false}, {"unknown", draw.BackgroundUnknown, false},
		{"dark, 16 colors", draw.BackgroundDark, true}, {"light, 16 colors", draw.BackgroundLight, true},
	} {
		fmt.Fprintf(&out, "%s\n", c.name)
		theme := draw.NewTheme(c.b, c.coarse)
		for r := draw.Plain; r <= draw.Match; r++ {
			_, styles := cellsOf(theme.On(r, "x"))
			fmt.Fprintf(&out, "  %-9s %s\n", roleNames[r], styles[0])
		}
	}
	golden.RequireEqual(t, out.String())
}

// roles is the frame with a line of role letters below each line of text that
// has more than plain text.
func (s *screen) roles() string {
	s.t.Helper()
	letters := map[look]string{}
	for r := draw.Match; ; r-- { // from the last, so that plain text is a blank
		_, looks := cellsOf(s.m.window.theme.On(r, "x"))
		letters[looks[0]] = roleLetters[r]
		if r == draw.Plain {
			break
		}
	}
	var out strings.Builder
	for line := range strings.SplitSeq(s.m.window.frame, "\n") {
		text, looks := cellsOf(line)
		var marks strings.Builder
		for _, l := range looks {
			letter, known := letters[l]
			if !known {
				l.background = ""
				letter, known = letters[l]
				letter = strings.ReplaceAll(strings.ToUpper(letter), " ", "_")
			}
			if !known {
				s.t.Fatalf("%q has a style that is no role's: %+v", line, l)
			}
			marks.WriteString(letter)
		}
		out.WriteString(strings.TrimRight(text, " ") + "\n")
		if m := strings.TrimRight(marks.String(), " "); m != "" {
			out.WriteString(m + "\n")
		}
	}
	return out.String()
}

// look is how a cell looks.
type look struct {
	foreground, background string
	bold, reverse          bool
}

func (l look) String() string {
	var parts []string
	for _, part := range []struct {
		has  bool
		text string
	}{
		{l.foreground != "", "color " + l.foreground}, {l.background != "", "on " + l.background}, {l.bold, "bold"}, {l.reverse, "reverse"},
	} {
		if part.has {
			parts = append(parts, part.text)
		}
	}
	return cmp.Or(strings.Join(parts, ", "), "the terminal's own")
}

// cellsOf takes a line apart: its text, and how each cell of it looks.
func cellsOf(line string) (text string, looks []look) {
	var now look
	var state byte
	for line != "" {
		seq, width, n, next := ansi.DecodeSequence(line, state, nil)
		line, state = line[n:], next
		if codes, ok := strings.CutPrefix(seq, "\x1b["); ok {
			now.apply(strings.Split(strings.TrimSuffix(codes, "m"), ";"))
			continue
		}
		text += seq
		for range width {
			looks = append(looks, now)
		}
	}
	return text, looks
}

// apply changes a look by the numbers of an SGR sequence.
func (l *look) apply(codes []string) {
	for len(codes) > 0 {
		code, _ := strconv.Atoi(codes[0])
		taken := 1
		switch {
		case code == 0:
			*l = look{}
		case code == 1:
			l.bold = true
		case code == 7:
			l.reverse = true
		case code == 38 && len(codes) > 2:
			l.foreground, taken = codes[2], 3
		case code == 48 && len(codes) > 2:
			l.background, taken = codes[2], 3
		case code >= 30 && code <= 37:
			l.foreground = strconv.Itoa(code - 30)
		case code >= 40 && code <= 47:
			l.background = strconv.Itoa(code - 40)
		default:
			panic(fmt.Sprintf("an SGR code that no role uses: %q", codes))
		}
		codes = codes[taken:]
	}
}
