package syslog

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"foghorn/internal/safetext"
	"foghorn/journal/event"
	"foghorn/relay"
)

// sdID names our structured data. An organization without a number of its own uses the one
// that RFC 5612 keeps for documentation; no names but those of the IANA may do without.
const sdID = "foghorn@32473"

// bom says that the text is UTF-8 (RFC 5424, 6.4).
const bom = "\ufeff"

// maxParameter bounds a value of the structured data in characters, and maxText the
// text before it is cut to the message's size.
const (
	maxParameter = 128
	maxText      = maxFrame
)

// format is what all messages of a relay have in common.
type format struct {
	facility           int
	host, app, process string
}

// Severities of RFC 5424, 6.2.1.
const (
	sevCritical = 2
	sevWarning  = 4
	sevNotice   = 5
	sevInfo     = 6
	sevDebug    = 7
)

func severityOf(s event.Severity) int {
	switch s {
	case event.Critical:
		return sevCritical
	case event.Warn:
		return sevWarning
	case event.Info:
		return sevInfo
	}
	return sevDebug
}

// parameter is a name and a value of structured data.
type parameter struct{ name, value string }

// content is what an item fills into a message.
type content struct {
	severity   int
	kind, text string
	data       []parameter
}

// message is an item as a message of at most size bytes. The header and half of the rest
// at most are left to the structured data; parameters that do not fit are left out, the
// last ones first.
func (f *format) message(item *relay.Item, size int) []byte {
	var c content
	if item.Event != nil {
		c = ofEvent(item.Event, item.ID())
	} else {
		c = ofNotice(item.Notice, item.ID())
	}
	b := append(make([]byte, 0, 512), '<')
	b = strconv.AppendInt(b, int64(f.facility*8+c.severity), 10)
	b = append(b, ">1 "...)
	b = append(b, stamp(item.Time())...)
	for _, field := range []string{f.host, f.app, f.process, name(c.kind, 32)} {
		b = append(append(b, ' '), field...)
	}
	b = append(b, " ["...)
	b = append(b, sdID...)
	room := len(b) + (size-len(b))/2
	for _, p := range c.data {
		if p.value == "" {
			continue
		}
		value := relay.Cut(clean(p.value, maxParameter), maxParameter)
		if len(b)+len(p.name)+2*len(value)+5 <= room { // each character may need a backslash
			b = appendParameter(b, p.name, value)
		}
	}
	b = append(b, "] "+bom...)
	return append(b, cut(clean(c.text, maxText), size-len(b))...)
}

func appendParameter(b []byte, name, value string) []byte {
	b = append(append(append(b, ' '), name...), `="`...)
	for i := range len(value) {
		if c := value[i]; c == '"' || c == '\\' || c == ']' {
			b = append(b, '\\')
		}
		b = append(b, value[i])
	}
	return append(b, '"')
}

func ofEvent(e *event.Event, id string) content {
	kind := e.Type
	if kind == "" {
		kind = e.Topic
	}
	return content{severityOf(e.Severity), kind, event.Marked(e.Text, e.Test), []parameter{
		{"id", id}, {"item", "event"}, {"severity", e.Severity.String()}, {"source", e.Source}, {"site", e.Site}, {"device", e.Device},
		{"mac", e.DeviceMAC.String()}, {"topic", e.Topic}, {"type", e.Type}, {"deviceType", e.DeviceType}, {"client", e.Client},
		{"clientMac", e.ClientMAC.String()}, {"ssid", e.SSID}, {"orgId", e.OrgID}, {"siteId", e.SiteID}, {"test", flag(e.Test)}}}
}

func ofNotice(n *relay.Notice, id string) content {
	a := &n.Alerts[0]
	c := content{severity: severityOf(n.Severity()), kind: a.Kind, text: n.Rung()}
	if n.Over() {
		c.severity = max(sevNotice, c.severity) // an end is no trouble
	}
	if !n.Why.Rings() {
		c.text = n.Title() + " (" + n.Status() + ")"
	}
	several := ""
	if len(n.Alerts) > 1 {
		several = strconv.Itoa(len(n.Alerts))
	}
	c.data = []parameter{
		{"id", id}, {"item", "alert"}, {"alert", event.ShortID(a.ID)}, {"why", string(n.Why)}, {"state", string(a.State)},
		{"severity", n.Severity().String()}, {"kind", a.Kind}, {"source", a.Source}, {"site", a.Site}, {"device", a.Device}, {"mac", a.DeviceMAC.String()},
		{"opened", stamp(a.Opened)}, {"owner", a.Owner}, {"actor", n.Actor}, {"reason", n.Reason}, {"alerts", several}, {"orgId", a.OrgID},
		{"siteId", a.SiteID}, {"link", n.Link}, {"test", flag(n.Test || a.Test)}}
	return c
}

func flag(set bool) string {
	if set {
		return "true"
	}
	return ""
}

// clean makes a text from outside safe. It is clipped before, so that megabytes cost
// nothing.
func clean(text string, runes int) string {
	return safetext.Line(safetext.Clip(text, utf8.UTFMax*runes))
}

// cut shortens a text to so many bytes by whole characters.
func cut(text string, room int) string {
	if len(text) <= room {
		return text
	}
	return safetext.Clip(text, room-len(safetext.Ellipsis)) + safetext.Ellipsis
}

// stamp is a time as RFC 5424, 6.2.3 wants it: at most six decimals, and a year of four
// digits. There is a sign for times that are not known.
func stamp(t time.Time) string {
	t = t.UTC()
	if t.IsZero() || t.Year() < 0 || t.Year() > 9999 {
		return "-"
	}
	return t.Format("2006-01-02T15:04:05.000000Z")
}

// name is a field of the header: printable ASCII without a blank, at most so long. There
// is a sign for one that is empty.
func name(text string, length int) string {
	if text == "" {
		return "-"
	}
	return strings.Map(func(r rune) rune {
		if r <= ' ' || r > '~' {
			return '_'
		}
		return r
	}, relay.Cut(safetext.Clip(text, utf8.UTFMax*length), length))
}
