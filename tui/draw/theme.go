package draw

import (
	"strings"

	"charm.land/lipgloss/v2"

	"foghorn/journal/event"
	"foghorn/tui/jsonview"
)

// Role names what a piece of text means; the theme decides how that looks.
// Nothing may be shown by a role alone: severity has its letter, states their
// glyph, the selected row its pointer.
type Role uint8

const (
	Plain Role = iota
	Dim
	Strong
	Title
	Critical
	Warn
	Info
	OK
	Accent
	Banner
	Key
	Match
	roleCount
)

// paint is a style that was worked out once: what to write before and after.
type paint struct{ pre, post string }

func (p paint) on(s string) string {
	if s == "" || p.pre == "" {
		return s
	}
	return p.pre + s + p.post
}

// Theme is every color of the program. There is one per background, made when
// the terminal reports its background, so that no style is built while drawing.
type Theme struct {
	normal   [roleCount]paint
	selected [roleCount]paint
	Glyph    glyphs
}

// Background is what is known about the terminal's background.
type Background uint8

const (
	BackgroundUnknown Background = iota // colors that read on both
	BackgroundDark
	BackgroundLight
)

// palette holds 256-color numbers, or for coarse terminals those of the first
// eight; an empty one is the terminal's own foreground.
type palette struct {
	dim, critical, warn, info, ok, accent string
	selection                             string // empty: reverse video
	bannerText, banner                    string
}

func paletteFor(b Background) palette {
	switch b {
	case BackgroundDark:
		return palette{dim: "245", critical: "203", warn: "214", info: "75", ok: "114", accent: "80",
			selection: "237", bannerText: "231", banner: "124"}
	case BackgroundLight:
		return palette{dim: "242", critical: "160", warn: "130", info: "25", ok: "28", accent: "30",
			selection: "253", bannerText: "231", banner: "160"}
	default:
		return palette{dim: "244", critical: "160", warn: "136", info: "32", ok: "28", accent: "30",
			bannerText: "231", banner: "160"}
	}
}

// coarsePalette is for 16 colors and fewer. The nearest of them is no choice:
// it would make warnings red, and gray white on white. What is dim elsewhere
// has the plain foreground, as none of the grays can be read everywhere.
func coarsePalette(b Background) palette {
	if b == BackgroundLight { // yellow, green and cyan cannot be read on white
		return palette{critical: "1", warn: "5", info: "4", accent: "4"}
	}
	return palette{critical: "1", warn: "3", info: "6", ok: "2", accent: "6"}
}

// NewTheme works all styles out. coarse is set for terminals of 16 colors or
// none, where a gray selection would vanish: they get reverse video.
func NewTheme(b Background, coarse bool) *Theme {
	p := paletteFor(b)
	if coarse {
		p = coarsePalette(b)
	}
	base := lipgloss.NewStyle()
	fg := func(c string) lipgloss.Style {
		if c == "" {
			return base
		}
		return base.Foreground(lipgloss.Color(c))
	}
	styles := [roleCount]lipgloss.Style{
		Plain:    base,
		Dim:      fg(p.dim),
		Strong:   base.Bold(true),
		Title:    fg(p.accent).Bold(true),
		Critical: fg(p.critical).Bold(true),
		Warn:     fg(p.warn),
		Info:     fg(p.info),
		OK:       fg(p.ok),
		Accent:   fg(p.accent),
		Banner:   fg(p.bannerText).Background(lipgloss.Color(p.banner)).Bold(true),
		Key:      base.Bold(true),
		Match:    base.Reverse(true),
	}
	if coarse {
		styles[Banner] = base.Reverse(true).Bold(true)
	}
	t := &Theme{Glyph: theGlyphs()}
	for r, s := range styles {
		t.normal[r] = compile(s)
		t.selected[r] = compile(onSelection(s, base, p))
	}
	return t
}

func onSelection(s, base lipgloss.Style, p palette) lipgloss.Style {
	if p.selection == "" {
		return base.Reverse(true).Bold(s.GetBold())
	}
	return s.Background(lipgloss.Color(p.selection))
}

// compile renders a style around a mark and keeps what surrounds it.
func compile(s lipgloss.Style) paint {
	pre, post, _ := strings.Cut(s.Render("\x00"), "\x00")
	return paint{pre, post}
}

func (t *Theme) On(r Role, s string) string { return t.normal[r].on(s) }

func SeverityRole(s event.Severity) Role {
	switch s {
	case event.Critical:
		return Critical
	case event.Warn:
		return Warn
	case event.Info:
		return Info
	default:
		return Dim
	}
}

// SeverityLetter says the severity without color.
func SeverityLetter(s event.Severity) string {
	switch s {
	case event.Critical:
		return "C"
	case event.Warn:
		return "W"
	case event.Info:
		return "I"
	default:
		return "d"
	}
}

// glyphs are the few signs beyond ASCII; all of them are one cell wide.
type glyphs struct {
	States           map[event.State]string
	Pointer, Mark    string
	Down, Up, Later  string
	Rule, Bar        string
	Times, Dot, More string
	Waits, Refused   string // an ack: pending, refused by Mist
	Becomes          string
}

// In ASCII mode the whole frame goes through safetext.ASCII, which spells them
// ! o z . v ^ and so on.
func theGlyphs() glyphs {
	return glyphs{
		States:  map[event.State]string{event.Open: "●", event.Acked: "◐", event.Snoozed: "☾", event.Resolved: "✓"},
		Pointer: "›", Mark: "*", Down: "▼", Up: "▲", Later: "↓", Rule: "─", Bar: "│",
		Times: "×", Dot: "·", More: "…", Waits: "↑", Refused: "✗", Becomes: "→",
	}
}

// JSONStyles are the theme's styles for the JSON view.
func (t *Theme) JSONStyles() jsonview.Styles {
	on := func(r Role) jsonview.Paint { return t.normal[r].on }
	return jsonview.Styles{
		Key: on(Accent), Number: on(Info), Word: on(Info), Punctuation: on(Dim), Note: on(Warn),
		Match: on(Match), Cursor: t.selected[Plain].on,
	}
}
