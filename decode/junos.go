package decode

import (
	"fmt"
	"strings"
	"time"

	"foghorn/event"
	"foghorn/junos"
)

// JunosTopic is the topic of all events of the Junos agent.
const JunosTopic = "junos"

// junosDelivery makes the one event of a post of the Junos agent.
//
// Severity: level 1 is critical when service is surely affected and a warning
// otherwise, 2 a warning, 3 info, chatter and 4 debug; a step on the way to the end
// of a condition, or that end, is info, and so is an interface somebody switched
// off and what is routine: a commit that finished. Events the catalogue does not
// list are at level 1, as the reference plugin has it.
func junosDelivery(d *event.Delivery) Decoded {
	p, err := junos.Parse(d.Body)
	if err != nil {
		return Decoded{Problem: "the body cannot be read: " + err.Error()}
	}
	e := event.Event{
		ID: event.ID(d.ID, 0), Time: d.Received, Received: d.Received, Source: d.Source, Via: d.Via,
		Topic: JunosTopic, Type: p.Event, Device: p.Hostname, DeviceType: JunosTopic, DeliveryID: d.ID, Copies: 1,
		Fingerprint: junosFingerprint(d, &p),
	}
	if t, origin := p.When(); origin != junos.Nobody {
		e.Time = t
	}
	entry, listed := junos.Lookup(p.Event)
	c, known := junos.Judge(p.Event, p.Message, p.Attributes)
	if listed || entry.Level != junos.DefaultLevel {
		e.Rank.Level = int(entry.Level)
	}
	e.Rank.Calm = known && (c.Change != junos.Began || c.Deliberate)
	e.Severity = junosSeverity(entry, c, known)
	text, detail := junosText(&p, entry)
	e.Text = phrase("; ", text, detail)
	e.Signal = junosSignal(&e, text, entry, c, known)
	if e.Signal != nil {
		e.Signal.Detail = clip(detail, maxText)
	}
	bound(&e)
	return Decoded{Events: []event.Event{e}}
}

func junosSeverity(entry junos.Entry, c junos.Condition, known bool) event.Severity {
	switch {
	case known && (c.Change != junos.Began || c.Deliberate):
		return event.Info // for BGP only leaving Established is bad
	case entry.Routine:
		return event.Info
	case entry.Chatter:
		return event.Debug
	case entry.Level == 1 && entry.Hard:
		return event.Critical
	case entry.Level <= 2:
		return event.Warn
	case entry.Level == 3:
		return event.Info
	}
	return event.Debug
}

// junosText is the message without the id it begins with, and the detail, which
// an alert of level 1 tells and one of level 2 does not.
func junosText(p *junos.Payload, entry junos.Entry) (text, detail string) {
	text = junos.Plain(p.Event, p.Message)
	if text == "" {
		text = phrase(": ", p.Event, entry.Meaning)
	}
	var top []string
	for _, pr := range p.Processes {
		top = append(top, fmt.Sprintf("%s %s %%", clip(pr.Command, maxID), number(pr.CPU)))
	}
	return text, phrase("; ", strings.TrimSpace(p.Detail), with("busiest: ", strings.Join(top, ", ")))
}

// routineLasts is how long what is routine stays in the list of alerts.
const routineLasts = 5 * time.Minute

// junosSignal opens or closes the condition a message tells of; what matters but
// belongs to no condition is a one-off, soon over when nothing is wrong.
func junosSignal(e *event.Event, text string, entry junos.Entry, c junos.Condition, known bool) *event.Signal {
	host := e.Device
	if host == "" {
		host = "unknown" // the device left its name out: all such are one to us
	}
	s := &event.Signal{
		Key: "junos:" + e.Source + ":" + clip(host, maxName) + ":", Kind: "junos_event", Act: event.Happens,
		Title: phrase(": ", host, text), Severity: e.Severity, Began: e.Time, LastSeen: e.Time,
	}
	switch {
	case known && c.Change != junos.Passing:
		s.Key += c.Pair + ":" + c.Object
		s.Kind, s.Title, s.Act = c.Kind, host+": "+c.Title, event.Opens
		if c.Change == junos.Over {
			s.Act = event.Closes
		}
	case e.Severity < event.Warn && !entry.Routine:
		return nil
	default:
		s.Key, s.Every = s.Key+e.Type, true // the agent sends none twice
		if entry.Routine {
			s.Lasts = routineLasts
		}
		s.Kind = strings.ToLower(strings.ReplaceAll(e.Type, " ", "_"))
	}
	return s
}

// junosFingerprint tells posts apart. A link that flaps sends the same words within
// a second: taking the second DOWN for a copy would leave the alert closed by the UP
// in between, with the link down. So a post is a happening of its own, unless the
// agent numbered it (id), as ours does: then host and number say which it is, however
// late it is replayed. Of one without a number the listener says whether it repeats
// the one right before it (ReplayOf); then it counts as what it repeats.
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
