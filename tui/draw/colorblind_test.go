package draw

import (
	"testing"

	"github.com/lucasb-eyer/go-colorful"
)

// sights are how people see colors: all of them, and without one kind of cones, by the
// matrices of Machado, Oliveira and Fernandes (2009) on linear RGB.
var sights = map[string][3][3]float64{
	"all colors": {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
	"no red":     {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}},
	"no green":   {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}},
	"no blue":    {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}},
}

// seen is a color as somebody sees it.
func seen(t *testing.T, color string, by [3][3]float64) colorful.Color {
	t.Helper()
	c, err := colorful.Hex(color)
	if err != nil {
		t.Fatal(err)
	}
	r, g, b := c.LinearRgb()
	row := func(i int) float64 { return max(0, min(1, by[i][0]*r+by[i][1]*g+by[i][2]*b)) }
	return colorful.LinearRgb(row(0), row(1), row(2))
}

// basicHex gives the first eight colors the values xterm has for them, and no color
// that of the foreground. Terminals differ here, so themes for 16 colors are held to less.
func basicHex(foreground string) func(string) string {
	return func(c string) string {
		return map[string]string{"": foreground, "1": "#cd0000", "2": "#00cd00", "3": "#cdcd00", "4": "#0000ee", "5": "#cd00cd", "6": "#00cdcd"}[c]
	}
}

// The roles that carry meaning stay apart, whichever colors somebody sees. A difference
// of 0.02 (CIEDE2000) is just noticed side by side; 0.1 is another color at a glance.
func TestMeaningsStayApartForTheColorBlind(t *testing.T) {
	for name, c := range map[string]struct {
		p     palette
		hex   func(string) string
		least float64
	}{
		"dark":                 {paletteFor(BackgroundDark), hex, 0.1},
		"light":                {paletteFor(BackgroundLight), hex, 0.1},
		"unknown":              {paletteFor(BackgroundUnknown), hex, 0.1},
		"high contrast, dark":  {contrastPalette(BackgroundDark), hex, 0.1},
		"high contrast, light": {contrastPalette(BackgroundLight), hex, 0.1},
		"16 colors, dark":      {coarsePalette(BackgroundDark), basicHex("#e5e5e5"), 0.08},
		"16 colors, light":     {coarsePalette(BackgroundLight), basicHex("#000000"), 0.08},
	} {
		roles := []struct{ name, color string }{{"critical", c.p.critical}, {"warn", c.p.warn}, {"info", c.p.info}, {"ok", c.p.ok}}
		for sight, by := range sights {
			for i, a := range roles {
				for _, b := range roles[i+1:] {
					if d := seen(t, c.hex(a.color), by).DistanceCIEDE2000(seen(t, c.hex(b.color), by)); d < c.least {
						t.Errorf("%s: who sees %s sees a difference of %.3f between %s and %s, less than %.2f", name, sight, d, a.name, b.name, c.least)
					}
				}
			}
		}
	}
}
