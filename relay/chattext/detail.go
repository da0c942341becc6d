package chattext

import (
	"strings"

	"foghorn/journal/event"
	"foghorn/relay"
)

// Detail is the key detail: how much a message tells.
type Detail string

// The details. ByLevel, which is also the zero value, tells in full what level 1 of the
// priorities is for, and in short what level 2 is for.
const (
	InFull  Detail = "full"
	InShort Detail = "summary"
	ByLevel Detail = "level"
)

// Full reports whether a notice is told in full. An alert does not say its level, but what
// the level did to it: level 2 makes a warning without the sender's detail, and level 1
// keeps the severity and puts the detail into the title.
func (d Detail) Full(n *relay.Notice) bool {
	switch d {
	case InFull:
		return true
	case InShort:
		return false
	}
	return n.Severity() == event.Critical || tail(n) != ""
}

// FullEvent reports whether an event is told in full.
func (d Detail) FullEvent(e *event.Event) bool {
	return d == InFull || d != InShort && e.Severity == event.Critical
}

// Headline is a sentence about the notice that ends in its title, without the sender's
// detail in a summary.
func (d Detail) Headline(sentence string, n *relay.Notice) string {
	if d == InShort {
		return strings.TrimSuffix(sentence, tail(n))
	}
	return sentence
}

// tail is the sender's detail in the title, with the semicolon before it: the title of an
// alert of level 1 and the text of its event end alike. It is empty when there is none.
func tail(n *relay.Notice) string {
	const by = "; "
	if len(n.Alerts) != 1 || n.Event == nil {
		return ""
	}
	title, text := n.Alerts[0].Title, n.Event.Text
	for i := strings.Index(text, by); i >= 0; {
		if strings.HasSuffix(title, text[i:]) {
			return text[i:]
		}
		next := strings.Index(text[i+1:], by)
		if next < 0 {
			break
		}
		i += 1 + next
	}
	return ""
}

// Sentence is the text of the newest event, where it says more than the title.
func Sentence(n *relay.Notice) string {
	if len(n.Alerts) != 1 || n.Event == nil || strings.HasSuffix(n.Alerts[0].Title, n.Event.Text) {
		return ""
	}
	return n.Event.Text
}

// Brief are the facts of a message in short.
func Brief(n *relay.Notice) (out []relay.Fact) {
	for _, f := range n.Facts() {
		switch f.Label {
		case "Site", "Device", "Since", "Lasted":
			out = append(out, f)
		}
	}
	return out
}

// EventFacts are what people want to read beside the text of an event: all of it, or
// in short.
func EventFacts(e *event.Event, full bool) (out []relay.Fact) {
	add := func(label, value string) {
		if value != "" {
			out = append(out, relay.Fact{Label: label, Value: value})
		}
	}
	out = append(out, ownFacts(e)...)
	add("Site", e.Site)
	add("Device", e.Device)
	add("Time", e.Time.UTC().Format("2006-01-02 15:04:05 UTC"))
	if !full {
		return out
	}
	if e.Device != e.DeviceMAC.String() {
		add("MAC", e.DeviceMAC.String())
	}
	add("Client", e.Client)
	if e.Client != e.ClientMAC.String() {
		add("Client MAC", e.ClientMAC.String())
	}
	add("Network", e.SSID)
	add("Type", e.Type)
	if !event.OwnTopic(e.Topic) {
		add("Source", e.Source)
	}
	return out
}
