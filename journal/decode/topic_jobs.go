package decode

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"foghorn/internal/safetext"
	"foghorn/journal/event"
)

// maxJobAbout bounds what a job's alert is about: a target and arguments.
const maxJobAbout = 1000

// jobFailed are how jobs end badly, for the title of an alert.
var jobFailed = map[event.JobState]string{
	event.JobFailed:      " failed",
	event.JobPartial:     " was only partly done",
	event.JobInterrupted: " was interrupted",
}

// readJob reads that a job has ended. One that failed on a schedule begins a condition,
// which ends when the same is done, whoever asks for it: nobody looks at a schedule, while
// whoever asked for a job is told.
//
//	Backup of acme: failed after 12s: 401: the token is wrong
func readJob(el *element, e *event.Event) {
	state := event.JobState(safetext.Clip(el.text("state"), maxID))
	what := sentence(safetext.Clip(el.text("what"), maxName))
	brief, _, _ := strings.Cut(strings.TrimSpace(el.text("error", "result")), "\n")
	brief = safetext.Clip(brief, maxText)
	again := ""
	if is, _ := el.flag("again"); is {
		again = " again"
	}
	e.Type = state.EventType()
	if again != "" {
		e.Type += event.JobAgain
	}
	ended := string(state) + again
	if seconds, ok := el.number("seconds"); ok {
		ended += prefixed(" after ", durationText(seconds))
	}
	e.Text = joinNonEmpty(": ", what, ended, brief)
	s := &event.Signal{Kind: "job_failed", Severity: event.Warn, LastSeen: e.Time, Began: e.Time,
		Key: "job:" + safetext.Clip(el.text("kind"), maxID) + ":" + e.Source + ":" + safetext.Clip(el.text("about"), maxJobAbout)}
	s.Title = joinNonEmpty(": ", what+jobFailed[state], brief)
	switch {
	case state == event.JobDone:
		s.Type = event.Resolve
	case state.Bad():
		s.Type, e.Severity = event.Raise, event.Warn
		if el.text("via") != string(event.ViaSchedule) {
			return
		}
	default:
		return
	}
	e.Signal = s
}

// sentence begins with a capital letter.
func sentence(s string) string {
	if s == "" {
		return ""
	}
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}
