package tui

import (
	"strings"
	"time"
	"unicode"

	"foghorn/internal/human"
	"foghorn/journal/event"
	"foghorn/tui/draw"
)

// env is a drawing context and what a pane may say about the feeds: where events
// come from, and why some may be missing.
type env struct {
	draw.Context
	address string
	hints   []string
	status  *event.Status // nil before the first one was read
	tokens  []string      // the sources with an API token
	trouble []string      // why the screen may not show what happens
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
		return e.When(ev.Time) + "*"
	}
	return e.When(ev.Time)
}

// arrived explains the star, behind the event's sentence.
func arrived(ev event.Event) string {
	if d := late(ev); d > 0 {
		return " (arrived " + human.Duration(d) + " late)"
	}
	return ""
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
