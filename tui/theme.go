package tui

import (
	"image/color"
	"strings"

	"charm.land/lipgloss/v2"

	"foghorn/journal/event"
)

// role names what a piece of text means; the theme decides how that looks.
// Nothing may be told by a role alone: severity has its letter, states their
// glyph, the selected row its pointer.
type role uint8

const (
	rolePlain role = iota
	roleDim
	roleStrong
	roleTitle
	roleCritical
	roleWarn
	roleInfo
	roleOK
	roleAccent
	roleBanner
	roleKey
	roleMatch
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

// theme is every colour of the program. There is one per background, made when
// the terminal tells which it has, so that no style is built while drawing.
type theme struct {
	normal   [roleCount]paint
	selected [roleCount]paint
	glyph    glyphs
}

// background is what is known about the terminal's background.
type background uint8

const (
	backgroundUnknown background = iota // colours that read on both
	backgroundDark
	backgroundLight
)

// palette holds 256-colour numbers, or for coarse terminals those of the first
// eight; an empty one is the terminal's own foreground.
type palette struct {
	dim, critical, warn, info, ok, accent string
	selection                             string // empty: reverse video
	bannerText, banner                    string
}

func paletteFor(b background) palette {
	switch b {
	case backgroundDark:
		return palette{dim: "245", critical: "203", warn: "214", info: "75", ok: "114", accent: "80",
			selection: "237", bannerText: "231", banner: "124"}
	case backgroundLight:
		return palette{dim: "242", critical: "160", warn: "130", info: "25", ok: "28", accent: "30",
			selection: "253", bannerText: "231", banner: "160"}
	default:
		return palette{dim: "244", critical: "160", warn: "136", info: "32", ok: "28", accent: "30",
			bannerText: "231", banner: "160"}
	}
}

// coarsePalette is for 16 colours and fewer. The nearest of them is no choice:
// it would make warnings red, and grey white on white. What is dim elsewhere
// has the plain foreground, as none of the greys can be read everywhere.
func coarsePalette(b background) palette {
	if b == backgroundLight { // yellow, green and cyan cannot be read on white
		return palette{critical: "1", warn: "5", info: "4", accent: "4"}
	}
	return palette{critical: "1", warn: "3", info: "6", ok: "2", accent: "6"}
}

// newTheme works all styles out. coarse is set for terminals of 16 colours or
// none, where a grey selection would vanish: they get reverse video.
func newTheme(b background, coarse bool) *theme {
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
		rolePlain:    base,
		roleDim:      fg(p.dim),
		roleStrong:   base.Bold(true),
		roleTitle:    fg(p.accent).Bold(true),
		roleCritical: fg(p.critical).Bold(true),
		roleWarn:     fg(p.warn),
		roleInfo:     fg(p.info),
		roleOK:       fg(p.ok),
		roleAccent:   fg(p.accent),
		roleBanner:   fg(p.bannerText).Background(lipgloss.Color(p.banner)).Bold(true),
		roleKey:      base.Bold(true),
		roleMatch:    base.Reverse(true),
	}
	if coarse {
		styles[roleBanner] = base.Reverse(true).Bold(true)
	}
	t := &theme{glyph: theGlyphs()}
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
	return s.Background(color.Color(lipgloss.Color(p.selection)))
}

// compile renders a style around a mark and keeps what surrounds it.
func compile(s lipgloss.Style) paint {
	pre, post, _ := strings.Cut(s.Render("\x00"), "\x00")
	return paint{pre, post}
}

func (t *theme) on(r role, s string) string { return t.normal[r].on(s) }

func severityRole(s event.Severity) role {
	switch s {
	case event.Critical:
		return roleCritical
	case event.Warn:
		return roleWarn
	case event.Info:
		return roleInfo
	default:
		return roleDim
	}
}

// severityLetter says the severity without colour.
func severityLetter(s event.Severity) string {
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
	states           map[event.State]string
	pointer, mark    string
	down, up, later  string
	rule, bar        string
	times, dot, more string
	waits, refused   string // how an ack stands with Mist
	becomes          string
}

// In ASCII mode the whole frame goes through safetext.ASCII, which spells them
// ! o z . v ^ and so on.
func theGlyphs() glyphs {
	return glyphs{
		states:  map[event.State]string{event.Open: "●", event.Acked: "◐", event.Snoozed: "☾", event.Resolved: "✓"},
		pointer: "›", mark: "*", down: "▼", up: "▲", later: "↓", rule: "─", bar: "│",
		times: "×", dot: "·", more: "…", waits: "↑", refused: "✗", becomes: "→",
	}
}
