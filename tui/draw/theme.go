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

// The themes that people can choose. Auto goes by the terminal's background, and so
// does HighContrast.
const (
	Auto         = "auto"
	Dark         = "dark"
	Light        = "light"
	HighContrast = "high-contrast"
)

// Themes are the names of the themes, in the order in which the key steps through them.
func Themes() []string { return []string{Auto, Dark, Light, HighContrast} }

// ThemeOf returns the theme of a name for a terminal that reported a background.
// coarse is set for terminals of 16 colors or none.
func ThemeOf(name string, reported Background, coarse bool) *Theme {
	switch name {
	case Dark:
		return NewTheme(BackgroundDark, coarse)
	case Light:
		return NewTheme(BackgroundLight, coarse)
	case HighContrast:
		if coarse {
			reported = BackgroundUnknown // what its colors look like is up to the terminal
		}
		return newTheme(contrastPalette(reported))
	}
	return NewTheme(reported, coarse)
}

// palette holds 256-color numbers, or for coarse terminals those of the first
// eight; an empty one is the terminal's own foreground.
type palette struct {
	dim, critical, warn, info, ok, accent string
	selection                             string // empty: reverse video
	bannerText, banner                    string // empty: reverse video
}

// paletteFor are colors that stay apart for people who see no red, no green or no blue,
// and that can be read on their background. A test holds both.
func paletteFor(b Background) palette {
	switch b {
	case BackgroundDark:
		return palette{dim: "245", critical: "210", warn: "227", info: "74", ok: "122", accent: "80",
			selection: "237", bannerText: "231", banner: "124"}
	case BackgroundLight:
		return palette{dim: "242", critical: "124", warn: "130", info: "26", ok: "23", accent: "24",
			selection: "255", bannerText: "231", banner: "124"}
	default:
		return palette{dim: "243", critical: "167", warn: "94", info: "104", ok: "30", accent: "30",
			bannerText: "231", banner: "124"}
	}
}

// contrastPalette has a contrast of at least 7. No color has that on white and on
// black: on an unknown background the terminal's own foreground has to do.
func contrastPalette(b Background) palette {
	switch b {
	case BackgroundDark:
		return palette{dim: "252", critical: "210", warn: "227", info: "110", ok: "122", accent: "231", bannerText: "231", banner: "88"}
	case BackgroundLight:
		return palette{dim: "238", critical: "124", warn: "91", info: "17", ok: "23", accent: "16", bannerText: "231", banner: "88"}
	default:
		return palette{}
	}
}

// coarsePalette is for 16 colors and fewer. The nearest of them is no choice:
// it would make warnings red, and gray white on white. What is dim elsewhere
// has the plain foreground, as none of the grays can be read everywhere, and so
// has what is well: some people cannot tell its green from red.
func coarsePalette(b Background) palette {
	if b == BackgroundLight { // yellow, green and cyan cannot be read on white
		return palette{critical: "1", warn: "5", info: "4", accent: "4"}
	}
	return palette{critical: "1", warn: "3", info: "6", accent: "6"}
}

// NewTheme works all styles out. On terminals of 16 colors or none (coarse) a gray
// selection would vanish: they get reverse video.
func NewTheme(b Background, coarse bool) *Theme {
	if coarse {
		return newTheme(coarsePalette(b))
	}
	return newTheme(paletteFor(b))
}

func newTheme(p palette) *Theme {
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
		Banner:   base.Reverse(true).Bold(true),
		Key:      base.Bold(true),
		Match:    base.Reverse(true),
	}
	if p.banner != "" {
		styles[Banner] = fg(p.bannerText).Background(lipgloss.Color(p.banner)).Bold(true)
	}
	if p.critical == "" { // no colors at all
		styles[Critical], styles[Warn] = base.Reverse(true).Bold(true), base.Bold(true)
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
	States          map[event.State]string
	Pointer, Mark   string
	Down, Up, Later string
	Rule, Bar       string
	Dot, More       string
	Waits, Refused  string // an ack: pending, refused by Mist
	Becomes         string
}

// In ASCII mode the whole frame goes through safetext.ASCII, which spells them
// ! o z . v ^ and so on.
func theGlyphs() glyphs {
	return glyphs{
		States:  map[event.State]string{event.Open: "●", event.Acked: "◐", event.Snoozed: "☾", event.Resolved: "✓"},
		Pointer: "›", Mark: "*", Down: "▼", Up: "▲", Later: "↓", Rule: "─", Bar: "│",
		Dot: "·", More: "…", Waits: "↑", Refused: "✗", Becomes: "→",
	}
}

// jsonStyles are the theme's styles for the JSON view.
func (t *Theme) jsonStyles() jsonview.Styles {
	on := func(r Role) jsonview.Paint { return t.normal[r].on }
	return jsonview.Styles{
		Key: on(Accent), Number: on(Info), Word: on(Info), Punctuation: on(Dim), Note: on(Warn),
		Match: on(Match), Cursor: t.selected[Plain].on,
	}
}
