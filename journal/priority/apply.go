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

// Apply ranks an event and changes its severity and its signal accordingly. An event
// without a rank stays as it is. One at level Ignore is not stored, unless it ends an
// alert: its signal is then all that is left of it.
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

// makeAlert makes sure that the event is an alert. At level 1 it keeps the severity of
// its type, at level 2 it is a warning. Good news and intended changes make no alert:
// they only count in the alert of their condition.
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

// removeRaise removes a signal that would open an alert and keeps one that ends it.
func removeRaise(e *event.Event) {
	s := e.Signal
	switch {
	case s == nil:
	case !isEnd(s):
		e.Signal = nil
	case s.Type == event.Report:
		// A resolve ends the alert if there is one, and makes none.
		s.Type = event.Resolve
	}
}

// isEnd reports whether a signal says that a condition is over.
func isEnd(s *event.Signal) bool {
	return s != nil && (s.Type == event.Resolve || s.Type == event.Report && s.Resolved)
}

// newSignal makes the signal of an event that has none by itself.
func newSignal(e *event.Event) *event.Signal {
	about := e.Device
	if e.DeviceMAC != "" && e.Topic != junosTopic { // a Junos device is identified by its name
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
