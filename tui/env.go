package tui

import (
	"strconv"
	"strings"
	"time"
	"unicode"

	"foghorn/internal/human"
	"foghorn/internal/safetext"
	"foghorn/journal/event"
)

// drawContext is what drawing needs beyond the rows: the theme, the time and how
// times are shown. Ages change in steps, so that two frames within a step are the
// same to the byte.
type drawContext struct {
	th    *theme
	now   time.Time
	mode  human.Format
	zone  *time.Location
	width int  // of the pane that is drawn
	ascii bool // the frame will be spelled in ASCII
}

// env is a drawing context and what a pane may say about the feeds: where events
// come from, and why some may be missing.
type env struct {
	drawContext
	address string
	hints   []string
	status  *event.Status // nil before the first one was read
	tokens  []string      // the sources with an API token
	trouble []string      // why the screen may not show what happens
}

// Steps at which ages change their text.
const (
	ageStep   = 10 * time.Second
	clockStep = time.Minute
)

// since is the age of t in the steps of the screen: tens of seconds in the
// first minute, then minutes, all of them turning over at the same moment.
func (e drawContext) since(t time.Time) time.Duration {
	d := e.now.Sub(t)
	if d < time.Minute {
		return max(0, e.now.Truncate(ageStep).Sub(t).Truncate(ageStep))
	}
	return max(time.Minute, e.now.Truncate(clockStep).Sub(t))
}

// age tells how long ago t was.
func (e drawContext) age(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return human.Age(e.since(t))
}

// ago is age as the end of a sentence.
func (e drawContext) ago(t time.Time) string {
	s := e.age(t)
	if s == "now" || s == "never" {
		return s
	}
	return s + " ago"
}

// when shows a time the way the operator chose. Other days carry their date.
func (e drawContext) when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	if e.mode == human.Relative {
		return e.age(t)
	}
	return human.When(t, e.now.In(e.zone), e.mode)
}

// lateAfter is how much later than it happened an event may arrive without
// being marked: Mist sends most of them within seconds, and batches each minute.
const lateAfter = 2 * time.Minute

// late is how much later than it happened an event came; 0 when that is as usual.
func late(ev event.Event) time.Duration {
	if d := ev.Received.Sub(ev.Time); !ev.Time.IsZero() && d >= lateAfter {
		return d
	}
	return 0
}

// happened shows the time of an event. Lists are in the order of arrival: a
// star marks an event that is older than its place tells.
func happened(e env, ev event.Event) string {
	if late(ev) > 0 {
		return e.when(ev.Time) + "*"
	}
	return e.when(ev.Time)
}

// arrived explains the star, behind the event's sentence.
func arrived(ev event.Event) string {
	if d := late(ev); d > 0 {
		return " (arrived " + human.Duration(d) + " late)"
	}
	return ""
}

// exact is a time in full, for detail views.
func (e drawContext) exact(t time.Time) string {
	if e.mode == human.UTC {
		return human.Stamp(t.UTC())
	}
	return human.Stamp(t.In(e.zone))
}

// hour is a time as people say it in a sentence: 14:13, with the date where it is
// another day.
func (e drawContext) hour(t time.Time) string {
	zone := e.zone
	if e.mode == human.UTC {
		zone = time.UTC
	}
	t, now := t.In(zone), e.now.In(zone)
	if t.YearDay() != now.YearDay() || t.Year() != now.Year() {
		return t.Format("2 Jan 15:04")
	}
	return t.Format("15:04")
}

// timeColumn is the column when fills in.
func (e drawContext) timeColumn() column {
	switch e.mode {
	case human.Local:
		return column{title: "TIME", width: 13}
	case human.UTC:
		return column{title: "TIME UTC", width: 14}
	default:
		return column{title: "AGE", width: 5, right: true}
	}
}

// cellLimit bounds what is looked at of a text for a cell: more than any window
// is wide. Rows are drawn again and again, and a text may be megabytes long.
const cellLimit = 512

// cell makes text from outside safe to draw in a row.
func (e drawContext) cell(s string) string { return safetext.Fit(s, cellLimit) }

// ext makes text from outside safe to draw on one line, all of it.
func (e drawContext) ext(s string) string {
	return safetext.Line(s)
}

// device names a device: its name, else its MAC.
func (e drawContext) device(name string, mac event.MAC) string {
	if name != "" {
		return e.cell(name)
	}
	return e.cell(mac.String())
}

// without takes from the start of a sentence what the row's columns tell
// already: "ap-7 is down" beside a column with ap-7 is just "is down".
func without(text string, told ...string) string {
	rest := text
	for again := true; again; {
		again = false
		for _, t := range told {
			cut, ok := strings.CutPrefix(rest, t)
			if ok && t != "" && strings.HasPrefix(strings.TrimLeft(cut, ":"), " ") {
				rest, again = strings.TrimLeft(cut, ": "), true
			}
		}
	}
	if rest == "" {
		return text
	}
	return rest
}

// copies shows how often an event was told.
func (e drawContext) copies(n int) string {
	if n < 2 {
		return ""
	}
	return e.th.glyph.times + strconv.Itoa(n)
}

// initials shortens an owner's name: "jane.doe" is JD, "root" is RO.
func initials(name string) string {
	name, _, _ = strings.Cut(name, "@")
	words := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	out := ""
	for _, w := range words[:min(2, len(words))] {
		r := []rune(w)
		if len(words) == 1 {
			return strings.ToUpper(string(r[:min(2, len(r))]))
		}
		out += strings.ToUpper(string(r[:1]))
	}
	return out
}
