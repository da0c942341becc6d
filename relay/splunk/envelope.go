package splunk

import (
	"bytes"
	"encoding/json"
	"strconv"
	"time"

	"foghorn/internal/safetext"
	"foghorn/journal/event"
	"foghorn/relay"
)

// envelope is what the collector wants around each event (docs/integrations.md, Splunk HEC).
type envelope struct {
	Time       json.Number       `json:"time,omitempty"` // epoch seconds
	Host       string            `json:"host,omitempty"`
	Source     string            `json:"source"`
	SourceType string            `json:"sourcetype"`
	Index      string            `json:"index,omitempty"`
	Event      json.RawMessage   `json:"event"`
	Fields     map[string]string `json:"fields,omitempty"` // indexed, flat
}

// Bounds of the texts about an item, in runes. Indexed fields cost Splunk most.
const (
	maxField = 200
	maxText  = 10_000 // of an item that is sent in short
)

// envelope writes one item. It always fits a batch: one that is too large leaves its raw
// element out, or else everything but its sentence.
func (d *destination) envelope(item *relay.Item) ([]byte, error) {
	e := envelope{Time: seconds(item.Time()), SourceType: d.kind, Index: d.index}
	if item.Event != nil {
		d.describeEvent(&e, item.Event)
	} else {
		d.describeNotice(&e, item.Notice)
	}
	e.Fields["foghorn_id"] = item.ID()
	text, err := item.JSON()
	if err != nil {
		return nil, err
	}
	out, err := e.with(text)
	if err != nil || len(out) <= maxBody {
		return out, err
	}
	e.Fields["shortened"] = "true"
	if text, err = withoutRaw(item).JSON(); err != nil {
		return nil, err
	}
	if out, err = e.with(text); err != nil || len(out) <= maxBody {
		return out, err
	}
	if text, err = relay.Compact(sentence(item)); err != nil {
		return nil, err
	}
	return e.with(text)
}

// with is the envelope around a JSON text. Bytes that are no UTF-8 would make Splunk
// refuse the whole event.
func (e envelope) with(text []byte) ([]byte, error) {
	e.Event = bytes.ToValidUTF8(text, []byte("\uFFFD"))
	return relay.Compact(e)
}

func (d *destination) describeEvent(e *envelope, ev *event.Event) {
	e.Host = d.hostOf(ev.Device, ev.DeviceMAC)
	switch ev.Via {
	case event.ViaJunos:
		e.Source = "junos:agent"
	case event.ViaLocal:
		e.Source = "foghorn:" + short(ev.Topic)
	default:
		e.Source = "mist:" + short(ev.Topic)
	}
	e.Fields = fields("topic", ev.Topic, "type", ev.Type, "severity", ev.Severity.String(), "site", ev.Site)
}

func (d *destination) describeNotice(e *envelope, n *relay.Notice) {
	a := &n.Alerts[0]
	e.Host = d.hostOf(a.Device, a.DeviceMAC)
	e.Source = "foghorn:alerts"
	e.Fields = fields("type", a.Kind, "severity", n.Severity().String(), "site", a.Site, "why", string(n.Why), "state", string(a.State))
}

// hostOf names the host of an item as Splunk means it: what the event is about.
func (d *destination) hostOf(device string, mac event.MAC) string {
	switch {
	case device != "":
		return short(device)
	case mac != "":
		return mac.String()
	}
	return d.host
}

// fields are pairs of a name and a text; empty texts are left out.
func fields(pairs ...string) map[string]string {
	out := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		if text := short(pairs[i+1]); text != "" {
			out[pairs[i]] = text
		}
	}
	return out
}

func short(s string) string {
	return relay.Cut(safetext.Line(safetext.Clip(s, 4*maxField)), maxField)
}

// seconds is a time as the collector wants it: epoch seconds, with milliseconds where there
// are any. A time that is no time of an event is left out; Splunk then takes its own.
func seconds(t time.Time) json.Number {
	ms := t.UnixMilli()
	if ms <= 0 || t.Year() > 9999 {
		return ""
	}
	out := strconv.FormatInt(ms/1000, 10)
	if ms %= 1000; ms != 0 {
		out += "." + strconv.FormatInt(1000+ms, 10)[1:]
	}
	return json.Number(out)
}

// withoutRaw is the item without the element that it came from.
func withoutRaw(item *relay.Item) *relay.Item {
	out := relay.Item{}
	if item.Event != nil {
		e := *item.Event
		e.Raw, e.Text = nil, relay.Cut(e.Text, maxText)
		out.Event = &e
		return &out
	}
	n := *item.Notice
	n.Event = nil
	out.Notice = &n
	return &out
}

// sentence is what is left of an item whose texts alone are too large.
func sentence(item *relay.Item) any {
	type short struct {
		ID    string `json:"id"`
		Kind  string `json:"kind"`
		Title string `json:"title"`
	}
	if item.Event != nil {
		return short{item.ID(), "event", relay.Cut(item.Event.Text, maxText)}
	}
	return short{item.ID(), "alert", relay.Cut(item.Notice.Title(), maxText)}
}
