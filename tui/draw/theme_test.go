package draw

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
)

// contrast is how well one color reads on another, from 1 to 21, as WCAG 2.1
// reckons it. Below 3 people begin to miss things.
func contrast(a, b string) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(c string) float64 {
	r, g, b, _ := lipgloss.Color(hex(c)).RGBA()
	lin := func(v uint32) float64 {
		f := float64(v) / 0xffff
		if f <= 0.04045 {
			return f / 12.92
		}
		return math.Pow((f+0.055)/1.055, 2.4)
	}
	return 0.2126*lin(r) + 0.7152*lin(g) + 0.0722*lin(b)
}

// hex gives the colors 16 to 255 the values xterm has for them.
func hex(c string) string {
	n, err := strconv.Atoi(c)
	switch {
	case strings.HasPrefix(c, "#"):
		return c
	case err != nil || n < 16:
		panic("not one of the fixed colors: " + c)
	case n >= 232:
		return fmt.Sprintf("#%02[1]x%02[1]x%02[1]x", 8+10*(n-232))
	}
	level := [...]int{0, 95, 135, 175, 215, 255}
	n -= 16
	return fmt.Sprintf("#%02x%02x%02x", level[n/36], level[n/6%6], level[n%6])
}

func TestColorsCanBeReadOnTheirBackgrounds(t *testing.T) {
	black, white := []string{"#000000", "#1e1e1e"}, []string{"#ffffff"}
	for name, c := range map[string]struct {
		p     palette
		on    []string
		least float64
	}{
		"dark":                 {paletteFor(BackgroundDark), black, 4.5},
		"light":                {paletteFor(BackgroundLight), white, 4.5},
		"unknown":              {paletteFor(BackgroundUnknown), append(black, white...), 2.9},
		"high contrast, dark":  {contrastPalette(BackgroundDark), black, 7},
		"high contrast, light": {contrastPalette(BackgroundLight), white, 7},
	} {
		for what, fg := range map[string]string{"dim": c.p.dim, "critical": c.p.critical, "warn": c.p.warn, "info": c.p.info, "ok": c.p.ok, "accent": c.p.accent} {
			for _, bg := range c.on {
				if got := contrast(fg, bg); got < c.least {
					t.Errorf("%s: %s has a contrast of %.1f on %s, less than %.1f", name, what, got, bg, c.least)
				}
			}
			least := 4.0
			if what == "dim" {
				least = 3
			}
			if c.p.selection != "" && contrast(fg, c.p.selection) < least {
				t.Errorf("%s: %s has a contrast of %.1f on the selected row", name, what, contrast(fg, c.p.selection))
			}
		}
		if got := contrast(c.p.bannerText, c.p.banner); got < max(4.5, c.least) {
			t.Errorf("%s: banners have a contrast of %.1f", name, got)
		}
	}
}

func TestSixteenColorsTellWarnFromCriticalAndNeedNoGray(t *testing.T) {
	for _, b := range []Background{BackgroundUnknown, BackgroundDark, BackgroundLight} {
		th := NewTheme(b, true)
		if th.normal[Warn].pre == th.normal[Critical].pre {
			t.Errorf("background %d: warn and critical look alike", b)
		}
		if got := th.On(Dim, "x"); got != "x" {
			t.Errorf("background %d: dim text is %q", b, got)
		}
		for r, p := range th.normal {
			if strings.Contains(p.pre, "38;5") || strings.Contains(p.pre, "38;2") {
				t.Errorf("background %d: role %d asks for %q", b, r, p.pre)
			}
		}
	}
}

func TestOurOwnSignsAreOneCellWide(t *testing.T) {
	g := theGlyphs()
	signs := []string{g.Pointer, g.Mark, g.Down, g.Up, g.Later, g.Rule, g.Bar, g.Dot, g.More}
	for _, s := range g.States {
		signs = append(signs, s)
	}
	for _, s := range signs {
		if ansi.StringWidth(s) != 1 || ansi.StringWidthWc(s) != 1 {
			t.Errorf("%q is not one cell wide", s)
		}
	}
}
