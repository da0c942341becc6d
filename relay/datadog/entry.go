package datadog

import (
	"encoding/json"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"foghorn/internal/safetext"
	"foghorn/journal/event"
	"foghorn/relay"
)

// relayEntry is an entry of the reference relay, with its order of keys.
type relayEntry struct {
	Source  string `json:"ddsource"`
	Tags    string `json:"ddtags"`
	Host    string `json:"hostname"`
	Message string `json:"message"`
	Service string `json:"service"`
}

// readmeEntry is an entry as the reference relay's page describes it.
type readmeEntry struct {
	Source  string `json:"ddsource"`
	Tags    string `json:"ddtags"`
	Service string `json:"service"`
	Message string `json:"message"`
}

// jsonEntry has what Datadog reads of a log, and the item as an attribute of its own:
// the item has a status too, and Datadog would take it for the log's.
type jsonEntry struct {
	Source    string          `json:"ddsource"`
	Tags      string          `json:"ddtags"`
	Host      string          `json:"hostname"`
	Service   string          `json:"service"`
	Time      string          `json:"timestamp"`
	Status    string          `json:"status"`
	Severity  string          `json:"severity"`
	Message   string          `json:"message"`
	Truncated bool            `json:"truncated,omitempty"`
	Item      json.RawMessage `json:"foghorn"`
}

// Bounds of texts, in runes.
const (
	maxMessage = 20_000
	maxHost    = 255
	maxTag     = 200
)

// entry is an item as Datadog gets it, within maxEntry.
func (d *destination) entry(item *relay.Item, now time.Time) ([]byte, error) {
	if e := item.Event; e != nil && d.format != jsonFormat {
		if p, ok := pairsOf(e.Raw); ok {
			return d.formatted(e, p)
		}
	}
	return d.jsonEntry(item, now)
}

// formatted is an event in the format relay or readme.
func (d *destination) formatted(e *event.Event, p *pairs) ([]byte, error) {
	const mist = "mist" // of a Junos device too: it is the format's own word
	service := d.service
	if service == "" {
		service = mist
	}
	topic := "topic:" + safetext.Clip(e.Topic, maxTagBytes)
	site, hasSite := p.site()
	build := func(message string) any {
		return readmeEntry{mist, d.tagged(tagIf(hasSite, "site:"+site), topic), service, message}
	}
	if d.format == relayFormat {
		p.set("topic", e.Topic)
		build = func(message string) any {
			return relayEntry{mist, d.tagged(topic, tagIf(hasSite, "site:"+site)), mist, message, service}
		}
	}
	message := p.message(d.escape)
	entry, err := relay.Compact(build(message))
	if over := len(entry) - maxEntry; err == nil && over > 0 {
		// A byte of the message is at least one of the entry.
		entry, err = relay.Compact(build(safetext.Clip(message, len(message)-over-len(safetext.Ellipsis)) + safetext.Ellipsis))
	}
	return entry, err
}

// maxTagBytes bounds the texts beside the message, so that cutting the message is enough.
const maxTagBytes = 16 << 10

func tagIf(has bool, tag string) string {
	if !has {
		return ""
	}
	return tag
}

// tagged joins the tags that are not empty, and those of the configuration.
func (d *destination) tagged(tags ...string) string {
	var out []string
	for _, tag := range append(tags, d.tags...) {
		if tag != "" {
			out = append(out, tag)
		}
	}
	return strings.Join(out, ",")
}

// jsonEntry is an item with its attributes. An item that is too large loses the element
// as it came, and one that still is keeps only its name beside the message.
func (d *destination) jsonEntry(item *relay.Item, now time.Time) ([]byte, error) {
	entry := d.attributes(item)
	entry.Time = stamp(item, now).UTC().Format("2006-01-02T15:04:05.000Z")
	for _, form := range []func() ([]byte, error){item.JSON, smaller(item).JSON} {
		if text, err := form(); err == nil && len(text) <= maxItem {
			entry.Item = text
			return relay.Compact(entry)
		}
		entry.Truncated = true // what is no JSON is left out as well
	}
	entry.Item = json.RawMessage(`{"id":"` + item.ID() + `"}`) // ids are made of letters, digits, dots and slashes
	return relay.Compact(entry)
}

// maxItem leaves room for the attributes, whose texts are bounded, within maxEntry.
const maxItem = maxEntry - 150_000

// smaller is an item without the element as it came, and with few of its alerts.
func smaller(item *relay.Item) *relay.Item {
	out := *item
	if item.Event != nil {
		e := *item.Event
		e.Raw = nil
		out.Event = &e
		return &out
	}
	n := *item.Notice
	n.Event, n.Alerts = nil, n.Alerts[:min(len(n.Alerts), 50)]
	out.Notice = &n
	return &out
}

// attributes are what Datadog reads of an item, without its time.
func (d *destination) attributes(item *relay.Item) jsonEntry {
	out := jsonEntry{Source: "mist", Service: d.service, Host: d.host}
	if out.Service == "" {
		out.Service = "foghorn"
	}
	if e := item.Event; e != nil {
		out.Source = sourceOf(e.Via)
		out.Tags = d.tagged(tag("topic", e.Topic), tag("site", e.Site), tag("type", e.Type))
		out.Host = hostOf(e.Device, e.DeviceMAC, d.host)
		out.Severity, out.Status = e.Severity.String(), e.Severity.String()
		out.Message = text(event.Marked(e.Text, e.Test), maxMessage)
		return out
	}
	n := item.Notice
	a := &n.Alerts[0]
	if strings.HasPrefix(a.Key, "junos:") {
		out.Source = sourceOf(event.ViaJunos)
	}
	out.Tags = d.tagged(tag("kind", a.Kind), tag("site", a.Site), tag("why", string(n.Why)))
	if len(n.Alerts) == 1 {
		out.Host = hostOf(a.Device, a.DeviceMAC, d.host)
	}
	out.Severity, out.Status = n.Severity().String(), n.Severity().String()
	if n.Over() {
		out.Status = "ok"
	}
	message := n.Rung()
	if !n.Why.Rings() {
		message += ": " + n.Status()
	}
	out.Message = text(message, maxMessage)
	return out
}

// sourceOf is the technology that an event is from, which chooses Datadog's pipeline.
func sourceOf(via event.Via) string {
	switch via {
	case event.ViaJunos:
		return "junos"
	case event.ViaLocal:
		return "foghorn"
	}
	return "mist"
}

func hostOf(device string, mac event.MAC, other string) string {
	if device != "" {
		return text(device, maxHost)
	}
	if mac != "" {
		return string(mac)
	}
	return other
}

// text is a text from outside in one line, bounded.
func text(s string, runes int) string {
	return relay.Cut(safetext.Line(safetext.Clip(s, runes*utf8.UTFMax)), runes)
}

// tag is one tag: commas part tags, and Datadog turns blanks into underscores anyway.
func tag(name, value string) string {
	if value == "" {
		return ""
	}
	return name + ":" + strings.Map(func(r rune) rune {
		if r == ',' || unicode.IsSpace(r) {
			return '_'
		}
		return r
	}, text(value, maxTag))
}

// stamp is the date of an entry: when the item happened, or else when it was received,
// or else now. Datadog accepts an entry whose date it does not bear, and throws it away
// later without a word. The item keeps its own time.
func stamp(item *relay.Item, now time.Time) time.Time {
	dates := []time.Time{item.Time()}
	if item.Event != nil {
		dates = append(dates, item.Event.Received)
	}
	for _, at := range dates {
		if now.Sub(at) <= maxAge-onTheWay && at.Sub(now) <= maxAhead {
			return at
		}
	}
	return now
}
