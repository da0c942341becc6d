package priority

import (
	"strings"

	"foghorn/internal/safetext"
	"foghorn/journal/event"
)

// maxTitle and maxKey bound, in bytes, an alert's sentence and its key.
const (
	maxTitle = 1024
	maxKey   = 512
)

// Apply ranks an event and changes it accordingly: its severity, and whether and
// how it tells of a condition. An event that nobody ranked stays as it is. One at
// level Ignore is not for the journal, unless it ends an alert: its signal is
// then all that is left of it.
func (r *Rules) Apply(e *event.Event) Ruling {
	ruling := r.Rule(e)
	if ruling.Ruled || ruling.Level == Ignore {
		switch ruling.Level {
		case Detail, Summary:
			makeAlert(e, ruling.Level)
		case Journal:
			e.Severity = min(e.Severity, event.Info)
			removeRaise(e)
		case Ignore:
			e.Severity = event.Debug
			removeRaise(e)
		}
	}
	if s := e.Signal; s != nil && ruling.Level == Detail && s.Detail != "" {
		s.Title = safetext.Clip(s.Title+"; "+s.Detail, maxTitle)
	}
	return ruling
}

// raise makes sure that the event is an alert. At level 1 it keeps the severity
// that its sort has by itself, at level 2 it is a warning. What says that all is
// well, or that somebody wanted it so, is not made an alarm of: only its place in
// the alert of its condition counts.
func makeAlert(e *event.Event, l Level) {
	if e.Rank.Harmless || isEnd(e.Signal) {
		return
	}
	severity := max(e.Severity, event.Warn)
	if l == Summary {
		severity = event.Warn
	}
	e.Severity = severity
	if e.Signal == nil {
		e.Signal = newSignal(e)
	}
	e.Signal.Severity = severity
}

// quiet takes from an event what would open an alert, and leaves what ends one.
func removeRaise(e *event.Event) {
	s := e.Signal
	switch {
	case s == nil:
	case !isEnd(s):
		e.Signal = nil
	case s.Type == event.Report:
		// Told as an end alone, it closes the alert if there is one and makes none.
		s.Type = event.Resolve
	}
}

// ends reports whether a signal says that a condition is over.
func isEnd(s *event.Signal) bool {
	return s != nil && (s.Type == event.Resolve || s.Type == event.Report && s.Resolved)
}

// once makes an alert of an event that tells of no condition by itself.
func newSignal(e *event.Event) *event.Signal {
	about := e.Device
	if e.DeviceMAC != "" && e.Topic != junosTopic { // there the name is what the sender gives
		about = string(e.DeviceMAC)
	}
	if about == "" {
		about = e.SiteID
	}
	title := e.Text
	if e.Topic == junosTopic && e.Device != "" {
		title = e.Device + ": " + title
	}
	return &event.Signal{
		Key:  safetext.Clip(strings.Join([]string{"ranked", e.Topic, e.Source, e.OrgID, about, Name(e)}, ":"), maxKey),
		Kind: strings.ToLower(strings.ReplaceAll(Name(e), " ", "_")), Type: event.OneShot,
		Title: safetext.Clip(title, maxTitle), Began: e.Time, LastSeen: e.Time, Distinct: e.Topic == junosTopic,
	}
}
