package decode

import (
	"fmt"
	"strings"

	"foghorn/internal/safetext"
	"foghorn/journal/condition"
	"foghorn/journal/event"
	"foghorn/junos"
)

// JunosTopic is the topic of all events of the Junos agent.
const JunosTopic = "junos"

// junosDelivery makes the one event of a post of the Junos agent.
//
// Severity: level 1 is critical when service is certainly affected and a warning
// otherwise, 2 a warning, 3 info, chatter and 4 debug. Good news is info: a step towards
// the end of a condition, that end, and whatever works; so is an interface that a person
// disabled. Events that the catalogue does not list are at level 1, as in the reference
// plugin.
func (o Options) junosDelivery(d *event.Delivery) Decoded {
	p, err := junos.Parse(d.Body)
	if err != nil {
		return Decoded{Problem: "the body cannot be read: " + err.Error()}
	}
	device := p.Hostname
	if !o.EnginesApart[d.Source] {
		device = junos.Device(device)
	}
	e := event.Event{
		ID: event.ID(d.ID, 0), Time: d.Received, Received: d.Received, Source: d.Source, Via: d.Via,
		Topic: JunosTopic, Type: p.Event, Device: device, DeviceType: JunosTopic, DeliveryID: d.ID, Duplicates: 1, Test: p.Test,
		Fingerprint: junosFingerprint(d, &p),
	}
	if t, origin := p.When(); origin != junos.Nobody {
		e.Time = t
	}
	entry, listed := junos.Lookup(p.Event)
	c := condition.Junos(p.Event, p.Message, p.Attributes)
	if listed || entry.Level != junos.DefaultLevel {
		e.Rank.Level = int(entry.Level)
	}
	calm := c.Direction == condition.Ends || c.Direction == condition.Transient
	e.Rank.Harmless = calm || c.Deliberate || c.Direction == condition.NoDirection && junos.GoodNews(p.Event)
	e.Severity = junosSeverity(entry, e.Rank.Harmless)
	text, detail := junosText(&p, entry)
	if c.Kind != nil && c.Kind.State != "" && (c.Direction == condition.Begins || c.Direction == condition.Ends) {
		e.Rank.Text = text // rules name parts of the message, which the sentence leaves out
		says := conditionText(c.Kind, clipObject(c.Object), c.Direction == condition.Begins, text, "")
		e.Text, text = joinNonEmpty("; ", says.text, detail), says.title
	} else {
		e.Text = joinNonEmpty("; ", text, detail)
	}
	e.Signal = junosSignal(&e, text, c)
	if e.Signal != nil {
		if e.Signal.Type == event.Resolve {
			e.Signal.Over = c.Kind.Over(clipObject(c.Object))
		}
		e.Signal.Detail = safetext.Clip(detail, maxText)
	}
	e.Change = changeOf(&e)
	clipTexts(&e)
	return Decoded{Events: []event.Event{e}}
}

func junosSeverity(entry junos.Entry, calm bool) event.Severity {
	switch {
	case entry.Chatter, entry.Level == 4:
		return event.Debug
	case calm, entry.Level == 3:
		return event.Info
	case entry.Level == 1 && entry.Hard:
		return event.Critical
	}
	return event.Warn
}

// junosText is the message without the id it begins with, and the detail, which an
// alert of level 1 shows and one of level 2 does not.
func junosText(p *junos.Payload, entry junos.Entry) (text, detail string) {
	text = junos.Plain(p.Event, p.Message)
	if text == "" {
		text = joinNonEmpty(": ", p.Event, entry.Meaning)
	}
	var top []string
	for _, pr := range p.Processes {
		top = append(top, fmt.Sprintf("%s %s %%", safetext.Clip(pr.Command, maxID), number(pr.CPU)))
	}
	return text, joinNonEmpty("; ", strings.TrimSpace(p.Detail), prefixed("busiest: ", strings.Join(top, ", ")))
}

// junosSignal raises or resolves the condition of the object that a message names. What
// matters but belongs to no condition is a one-shot.
func junosSignal(e *event.Event, text string, c condition.Post) *event.Signal {
	host := e.Device
	if host == "" {
		host = "unknown" // devices that leave out their name are treated as one
	}
	base := "junos:" + e.Source + ":" + safetext.Clip(host, maxName) + ":"
	if e.Test {
		base = "test:" + base // it neither begins nor ends anything real
	}
	s := &event.Signal{Severity: e.Severity, Began: e.Time, LastSeen: e.Time}
	switch {
	case c.Direction == condition.Begins || c.Direction == condition.Ends:
		s.Key, s.Kind, s.Type = base+c.Kind.Part, c.Kind.Name, event.Raise
		if c.Direction == condition.Ends {
			s.Type = event.Resolve
		}
		object := ""
		if !c.Kind.HasNoObjects() {
			object = clipObject(c.Object)
			s.SetObject(s.Key, object)
		}
		s.Title = host + ": " + junosTitle(c.Kind, object, text)
	case e.Severity < event.Warn || e.Rank.Harmless:
		return nil
	default:
		s.Key, s.Type, s.Distinct = base+e.Type, event.OneShot, true // the agent sends none twice
		s.Kind, s.Title = strings.ToLower(strings.ReplaceAll(e.Type, " ", "_")), host+": "+text
	}
	return s
}

// junosTitle is the sentence of a condition; for one that is in no table, the device's
// own text and the object.
func junosTitle(k *condition.Kind, object, text string) string {
	if k.State != "" {
		return text // is the sentence
	}
	if sentence := k.Sentence(object); sentence != "" {
		return sentence
	}
	said := strings.ToLower(text)
	for word := range strings.FieldsFuncSeq(strings.ToLower(object), func(r rune) bool { return strings.ContainsRune(" (),", r) }) {
		if !strings.Contains(said, word) {
			return text + " [" + object + "]"
		}
	}
	return text
}

// junosFingerprint distinguishes posts. A link that flaps sends the same text twice
// within a second: if the second DOWN were a duplicate, the UP in between would leave
// the alert resolved while the link is down. So each post is an event of its own,
// unless the agent numbered it (id), as ours does: then host and number identify it,
// however late it is sent again. For one without a number the listener says whether it
// repeats the one right before it (ReplayOf); then it is a duplicate of that.
func junosFingerprint(d *event.Delivery, p *junos.Payload) uint64 {
	what := fmt.Sprintf("record %d", d.ID)
	switch {
	case p.ID != "":
		what = "id " + p.ID
	case d.ReplayOf != 0:
		what = fmt.Sprintf("record %d", d.ReplayOf)
	}
	return max(1, hashText([]byte(strings.Join([]string{JunosTopic, d.Source, p.Hostname, p.Event, what}, "\x00"))))
}
