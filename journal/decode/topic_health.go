package decode

import (
	"strings"
	"time"

	"foghorn/internal/safetext"
	"foghorn/journal/event"
)

// checks are the conditions of foghorn's own health, and of the configuration that it backs up. Events can be lost unseen while
// they last, so those about what comes in are critical, but for the certificate's first
// warning. A relay loses nothing before its drop age.
var checks = map[string]struct {
	kind     string
	severity event.Severity
	failed   string // the sentence about the source or the name
	over     string
}{
	event.CheckRefused:     {"deliveries_refused", event.Critical, "Deliveries of %s are refused", "Deliveries of %s are accepted again"},
	event.CheckWebhook:     {"webhook_disabled", event.Critical, "Webhook %s is disabled in Mist", "Webhook %s is enabled in Mist again"},
	event.CheckRelay:       {"relay_failing", event.Warn, "Relay %s gets nothing through", "Relay %s gets through again"},
	event.CheckRule:        {"config_violation", event.Warn, "%s breaks a rule", "%s no longer breaks the rule"},
	event.CheckTemplate:    {"template_drift", event.Info, "%s differs from its template", "%s matches its template again"},
	event.CheckStale:       {"backup_stale", event.Warn, "%s needs a backup", "%s is backed up again"},
	event.CheckCertificate: {"certificate_expires", event.Warn, "The listener's TLS certificate", "The listener's TLS certificate is valid again"},
}

// readHealth reads that something keeps foghorn from seeing events, or no longer does.
// While it lasts it may be reported again with another count and cause; it stays one
// alert.
//
//	Deliveries of acme are refused: secret differs
func readHealth(el *element, e *event.Event) {
	name, cause, check := safetext.Clip(el.text("name"), maxName), safetext.Clip(el.text("cause"), maxText), safetext.Clip(el.text("check"), maxID)
	if name == "" {
		name = e.Source
	}
	c, known := checks[check]
	if !known {
		c.kind, c.severity, c.failed, c.over = "health", event.Warn, "Something is wrong with %s", "%s is healthy again"
	}
	e.Type = check + phase(el, e.Topic)
	s := &event.Signal{Type: event.Raise, Kind: c.kind, Key: event.HealthKey(check, e.Source, safetext.Clip(el.text("about"), maxID)),
		Severity: c.severity, LastSeen: e.Time, Began: e.Time}
	if given, err := event.ParseSeverity(el.text("severity")); err == nil {
		s.Severity = given
	}
	if urgent, _ := el.flag("urgent"); urgent {
		s.Severity = event.Critical
	}
	if since, ok := el.time("since"); ok && since.Before(e.Time) {
		s.Began = since
	}
	if n, ok := el.number("count"); ok && n >= 1 && n < 1e9 {
		s.Count = int(n)
	}
	brief := safetext.Clip(el.text("brief"), maxName)
	filled := func(sentence string) string { return strings.Replace(sentence, "%s", name, 1) }
	failed := filled(c.failed)
	rule, object, one := strings.Cut(safetext.Clip(el.text("about"), maxID), "/")
	if check == event.CheckRule && object != "" {
		c.over = "%s no longer breaks rule " + rule
	}
	// A narrow screen shows the beginning: the object and what is wrong with it. What many
	// objects break has a sentence of its own.
	if brief != "" && (check == event.CheckRule || check == event.CheckTemplate && !one) {
		failed = name
	}
	s.Title = joinNonEmpty(": ", failed, brief)
	e.Severity, e.Text = s.Severity, joinNonEmpty(": ", failed, cause)
	if over, _ := el.flag("over"); over {
		s.Type, s.Began, s.Count = event.Resolve, e.Time, 0
		e.Severity, e.Text = event.Info, joinNonEmpty(": ", filled(c.over), cause)
	}
	e.Signal = s
}

// phase tells the beginning of a condition of configuration, whose type is its check alone,
// from its changes and its end: only the beginning is news to a channel.
func phase(el *element, topic string) string {
	if topic != event.TopicConfigs {
		return ""
	}
	if over, _ := el.flag("over"); over {
		return "_over"
	}
	if again, _ := el.flag("again"); again {
		return "_changed"
	}
	return ""
}

// readUncollected reads that no collector ran for a while:
//
//	Nothing was collected for 25s, 13:09:40 to 13:10:05 UTC
func readUncollected(el *element, e *event.Event) {
	from, ok := el.time("start")
	if !ok || from.After(e.Time) {
		e.Text = "Nothing was collected for a while"
		return
	}
	long := e.Time.Sub(from)
	if long >= time.Minute {
		e.Severity = event.Warn
	}
	form := time.TimeOnly
	if from.UTC().Format(time.DateOnly) != e.Time.UTC().Format(time.DateOnly) {
		form = time.DateTime
	}
	e.Text = "Nothing was collected" + prefixed(" for ", durationText(long.Seconds())) + ", " + from.UTC().Format(form) + " to " + e.Time.UTC().Format(form) + " UTC"
}
