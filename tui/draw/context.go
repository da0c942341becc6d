// Package draw turns values into lines of text: theme, columns and tables, plots,
// sparklines, and the Context that says at what time, in which zone and how wide.
//
// It does no I/O and keeps no state of the screen. Whatever it returns is exactly
// as wide as it was asked to be. Text from outside goes through Context.Cell or
// Context.Text on its way in; nothing else here makes it safe.
package draw

import (
	"math"
	"strconv"
	"strings"
	"time"

	"foghorn/internal/human"
	"foghorn/internal/safetext"
	"foghorn/journal/event"
	"foghorn/tui/jsonview"
)

// Context is what drawing needs beyond the rows: the theme, the time and how
// times are shown. Ages change in steps, so that two frames within a step are the
// same to the byte.
type Context struct {
	Theme *Theme
	Now   time.Time
	Mode  human.Format
	Zone  *time.Location
	Width int  // of the pane that is drawn
	ASCII bool // the frame will be spelled in ASCII
	// Hide replaces names and addresses in text from outside; nil shows them.
	Hide func(string) string
	// Dated has times in full, for text that is read later and elsewhere: copies.
	Dated bool
}

// Steps at which ages change their text.
const (
	AgeStep   = 10 * time.Second
	clockStep = time.Minute
)

// Since is the age of t in the steps of the screen: tens of seconds in the
// first minute, then minutes, all of them turning over at the same moment.
func (e Context) Since(t time.Time) time.Duration {
	d := e.Now.Sub(t)
	if d < time.Minute {
		return max(0, e.Now.Truncate(AgeStep).Sub(t).Truncate(AgeStep))
	}
	return max(time.Minute, e.Now.Truncate(clockStep).Sub(t))
}

// Lasted is how long something has lasted since t: at least a step, for "for now"
// would mean something else.
func (e Context) Lasted(t time.Time) string { return human.Age(max(AgeStep, e.Since(t))) }

// Age is how long ago t was.
func (e Context) Age(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	if e.Dated {
		return e.Exact(t)
	}
	return human.Age(e.Since(t))
}

// Ago is age as the end of a sentence.
func (e Context) Ago(t time.Time) string {
	s := e.Age(t)
	if s == "now" || s == "never" || e.Dated {
		return s
	}
	return s + " ago"
}

// When shows a time the way the operator chose. Other days carry their date.
func (e Context) When(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	if e.Dated {
		return e.Exact(t)
	}
	if e.Mode == human.Relative {
		return e.Age(t)
	}
	return human.When(t, e.Now.In(e.Zone), e.Mode)
}

// Exact is a time in full, for detail views.
func (e Context) Exact(t time.Time) string {
	if e.Mode == human.UTC {
		return human.Stamp(t.UTC())
	}
	return human.Stamp(t.In(e.Zone))
}

// Hour is a time as people say it in a sentence: 14:13, with the date where it is
// another day.
func (e Context) Hour(t time.Time) string { return human.Hour(t, e.Now, e.zone()) }

// Coming is Hour for a time to come in a narrow place: within a day it needs no date.
func (e Context) Coming(t time.Time) string {
	if d := t.Sub(e.Now); d >= 0 && d < 24*time.Hour {
		return human.Hour(t, t, e.zone())
	}
	return e.Hour(t)
}

func (e Context) zone() *time.Location {
	if e.Mode == human.UTC {
		return time.UTC
	}
	return e.Zone
}

// TimeColumn is the column when fills in.
func (e Context) TimeColumn() Column {
	switch e.Mode {
	case human.Local:
		return Column{Title: "TIME", Width: 13}
	case human.UTC:
		return Column{Title: "TIME UTC", Width: 14}
	default:
		return Column{Title: "AGE", Width: 5, Right: true}
	}
}

// CellLimit bounds what is looked at of a text for a cell: more than any window
// is wide. Rows are drawn again and again, and a text may be megabytes long.
const CellLimit = 512

// Cell makes text from outside safe to draw in a row.
func (e Context) Cell(s string) string {
	if e.Hide != nil {
		s = e.Hide(s[:min(len(s), hideLimit)])
	}
	return safetext.Fit(s, CellLimit)
}

// Lines makes a text that people wrote in several lines safe to draw, line by line.
func (e Context) Lines(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = safetext.Line(l)
	}
	return strings.Join(lines, "\n")
}

// OneLine puts the lines of such a text behind each other, for a row.
func OneLine(s string) string { return strings.ReplaceAll(s, "\n", " ") }

// Text makes text from outside safe to draw on one line, all of it.
func (e Context) Text(s string) string {
	return safetext.Line(e.Hidden(s))
}

// hideLimit bounds what is looked through for a cell, in bytes: more than CellLimit shows.
const hideLimit = 16 * CellLimit

// Hidden is text as others may see it, while the screen is private.
func (e Context) Hidden(s string) string {
	if e.Hide == nil {
		return s
	}
	return e.Hide(s)
}

// JSONStyles are the styles of the JSON view.
func (e Context) JSONStyles() jsonview.Styles {
	s := e.Theme.jsonStyles()
	s.Hide = e.Hide
	return s
}

// Device names a device: its name, else its MAC.
func (e Context) Device(name string, mac event.MAC) string {
	if name != "" {
		return e.Cell(name)
	}
	return e.Cell(mac.String())
}

// Duplicates shows how often an event was reported.
func (e Context) Duplicates(n int) string {
	if n < 2 {
		return ""
	}
	return strconv.Itoa(n) + "x"
}

// ExactAgo is a time in full with its age.
func (e Context) ExactAgo(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return e.Exact(t) + "  (" + e.Ago(t) + ")"
}

// Until is how long it is to a moment, in whole minutes that turn over with
// all the other ages.
func (e Context) Until(t time.Time) string {
	d := t.Sub(e.Now.Truncate(clockStep))
	if t.IsZero() || d <= 0 {
		return "now"
	}
	minutes := int((d + time.Minute - 1) / time.Minute)
	if minutes < 100 {
		return strconv.Itoa(minutes) + "m"
	}
	return human.Age(time.Duration(minutes) * time.Minute)
}

// Clock is a time of day to the second.
func (e Context) Clock(t time.Time) string { return t.In(e.Zone).Format("15:04:05") }

// PerCell is how many dots stand side by side in a cell of a plot.
func (e Context) PerCell() int {
	if e.ASCII {
		return 1
	}
	return 2
}

// DayClock is a time of day with its day of the week.
func (e Context) DayClock(t time.Time) string {
	if e.Mode == human.UTC {
		return t.UTC().Format("Mon 15:04Z")
	}
	return t.In(e.Zone).Format("Mon 15:04")
}

// ZoneName names the zone that times are shown in, where they do not do so themselves.
func (e Context) ZoneName(t time.Time) string {
	if e.Mode == human.UTC {
		return ""
	}
	return t.In(e.Zone).Format(" MST")
}

// Dots is how many values a plot of this width draws side by side.
func (e Context) Dots(width int) int {
	cells := max(1, width-AxisWidth)
	if e.ASCII {
		return cells
	}
	return 2 * cells
}

// Axis is the line below a plot with the times of its ends.
func (e Context) Axis(left, right string, width int) string {
	cells := max(1, width-AxisWidth)
	fill := max(0, cells-TextWidth(left)-TextWidth(right)-2)
	text := left + " " + strings.Repeat(e.Theme.Glyph.Rule, fill) + " " + right
	return e.Theme.On(Dim, strings.Repeat(" ", AxisWidth-1)+"└"+e.Theme.Fit(text, cells, false))
}

// Sparkline draws values in width cells on a scale from low to high, the
// newest at the right. Where there are more values than cells each cell shows
// its lowest one: a dip must not vanish. Values that are not known are dots.
func (e Context) Sparkline(values []float64, width int, low, high float64) string {
	steps := []rune(sparks)
	if e.ASCII {
		steps = []rune(sparksASCII)
	}
	var b strings.Builder
	for _, v := range squeeze(values, width) {
		if math.IsNaN(v) {
			b.WriteString(SparkGap)
			continue
		}
		part := max(0, min(1, (v-low)/(high-low)))
		b.WriteRune(steps[int(math.Round(part*float64(len(steps)-1)))])
	}
	return b.String()
}

// Stale reports whether a report of time t is old. What was never reported is not
// old: it is missing, and shown so.
func (e Context) Stale(t time.Time, after time.Duration) bool {
	return !t.IsZero() && e.Now.Sub(t) >= after
}

// AgeOr is age with another word where there is no time.
func (e Context) AgeOr(t time.Time, none string) string {
	if t.IsZero() {
		return none
	}
	return e.Age(t)
}

// At is a time of day in the zone that is shown, in full in a copy and with the day where it is
// another one.
func (e Context) At(t time.Time) string {
	if e.Dated {
		return e.Exact(t)
	}
	mode := e.Mode
	if mode == human.Relative {
		mode = human.Local
	}
	return human.When(t, e.Now.In(e.Zone), mode)
}
