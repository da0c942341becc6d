package tui

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"foghorn/internal/human"
	"foghorn/journal/event"
)

// field is one named line of a detail view.
type field struct {
	name, value string
	role        role
}

// labelWidth is the column of the names.
const labelWidth = 11

// wideFacts is the width from which what belongs to a record stands beside it.
const wideFacts = 110

// factLines tells everything about a record in lines of at most w cells: a
// sentence first, then its fields, then what belongs to it.
func factLines(e env, f *facts, w int) []string {
	var facts func(e env, f *facts, w int) (own, others []string)
	switch {
	case f.alert != nil:
		facts = alertFacts
	case f.event != nil:
		facts = eventFacts
	case f.delivery != nil:
		facts = deliveryFacts
	case f.device != nil:
		facts = deviceFacts
	case f.client != nil:
		facts = clientFacts
	default:
		return nil
	}
	if w < wideFacts {
		own, others := facts(e, f, w)
		return append(own, others...)
	}
	half := w / 2
	own, others := facts(e, f, half-1)
	n := max(len(own), len(others))
	own, others = padLines(own, half+1, n), padLines(others, w-half-1, n)
	for i := range own {
		own[i] += others[i]
	}
	return own
}

func eventFacts(e env, f *facts, w int) (own, others []string) {
	ev, post := f.event, junosPost(f)
	out := []string{""}
	out = append(out, headline(e.drawContext, strings.ToUpper(ev.Severity.String()), severityRole(ev.Severity), e.ext(eventText(*ev)), w)...)
	copies := ""
	if ev.Duplicates > 1 {
		copies = fmt.Sprintf("told %d times", ev.Duplicates)
	}
	late := ""
	if d := ev.Received.Sub(ev.Time); d > time.Second {
		late = "  (" + human.Duration(d) + " after it happened)"
	}
	out = append(out, fieldLines(e.drawContext, w, []field{
		{"type", e.ext(ev.Type), roleStrong},
		{"topic", e.ext(ev.Topic), rolePlain},
		{"site", named(e, ev.Site, ev.SiteID), rolePlain},
		{"device", named(e, ev.Device, ev.DeviceMAC.String()) + deviceHint(ev.DeviceMAC), rolePlain},
		{"device type", e.ext(ev.DeviceType), rolePlain},
		{"client", named(e, ev.Client, ev.ClientMAC.String()), rolePlain},
		{"ssid", e.ext(ev.SSID), rolePlain},
		{"happened", e.exact(ev.Time) + "  (" + e.ago(ev.Time) + whoSaysWhen(post) + ")", rolePlain},
		{"received", e.exact(ev.Received) + late, rolePlain},
		{"copies", copies, rolePlain},
		{"source", e.ext(ev.Source) + " by " + e.ext(string(ev.Via)), rolePlain},
		{"alert", idText(ev.AlertID) + keyHint(ev.AlertID, "o"), rolePlain},
		{"delivery", idText(ev.DeliveryID) + keyHint(ev.DeliveryID, "w"), rolePlain},
	})...)
	out = append(out, fieldLines(e.drawContext, w, junosFields(e, post))...)
	out = append(out, junosTables(e, post, w)...)
	title := "Of the same device or client, newest first"
	if ev.AlertID != 0 {
		title = "Of the same alert, newest first"
	}
	rest := slices.DeleteFunc(slices.Clone(f.events), func(o event.Event) bool { return o.ID == ev.ID })
	return out, eventLines(e, title, rest, w)
}

func deliveryFacts(e env, f *facts, w int) (own, others []string) {
	d := f.delivery
	verdict, r := verdictText(e, *d)
	text := "accepted"
	if d.Cause != "" {
		text = e.ext(d.Cause)
	} else if d.Warning != "" {
		text = "accepted, but: " + e.ext(d.Warning)
	} else if d.Ignored > 0 {
		text = "accepted; " + ignoredText(*d) + " by " + e.ext(d.IgnoredBy)
	}
	out := append([]string{""}, headline(e.drawContext, verdict, r, text, w)...)
	size := human.Bytes(d.Size)
	if d.Truncated {
		size += fmt.Sprintf(", of which %s were kept", human.Bytes(int64(len(d.Body))))
	}
	events := strconv.Itoa(d.Events)
	if d.Duplicates > 0 {
		events += fmt.Sprintf(", %d of them known already", d.Duplicates)
	}
	out = append(out, fieldLines(e.drawContext, w, []field{
		{"request", e.ext(d.Method + " " + d.Path), roleStrong},
		{"answer", fmt.Sprintf("%d after %s", d.Status, tookText(d.DurationMS)), rolePlain},
		{"received", e.exact(d.Received) + "  (" + e.ago(d.Received) + ")", rolePlain},
		{"from", e.ext(d.Remote), rolePlain},
		{"source", e.ext(d.Source), rolePlain},
		{"topic", e.ext(d.Topic), rolePlain},
		{"events", events, rolePlain},
		{"size", size, rolePlain},
		{"verdict", e.ext(string(d.Verdict)), rolePlain},
		{"warning", e.ext(d.Warning), roleWarn},
		{"replay of", idText(d.ReplayOf), rolePlain},
		{"ignored by", e.ext(d.IgnoredBy), rolePlain},
	})...)
	others = eventLines(e, "Events in it", f.events, w)
	return out, append(others, headerLines(e, d.Headers, w)...)
}

// headline is the badge and the sentence, over several lines if need be.
func headline(e drawContext, badge string, r role, text string, w int) []string {
	room := max(10, w-textWidth(badge)-2)
	var out []string
	for i, l := range wrap(text, room) {
		if i == 0 {
			out = append(out, e.th.on(r, badge)+"  "+e.th.on(roleStrong, l))
		} else {
			out = append(out, strings.Repeat(" ", textWidth(badge)+2)+e.th.on(roleStrong, l))
		}
	}
	return append(out, "")
}

// fieldLines leaves out what is empty and breaks what is long.
func fieldLines(e drawContext, w int, fields []field) []string {
	var out []string
	for _, f := range fields {
		if strings.TrimSpace(f.value) == "" {
			continue
		}
		for i, l := range wrap(f.value, max(10, w-labelWidth-1)) {
			name := ""
			if i == 0 {
				name = f.name
			}
			out = append(out, e.th.on(roleDim, e.th.fit(name, labelWidth, false))+" "+e.th.on(f.role, l))
		}
	}
	return out
}

func wrap(s string, w int) []string {
	return strings.Split(ansi.Wrap(s, w, ""), "\n")
}

// maxEventLines bounds the events on the fields' page; the tab has them all.
const maxEventLines = 12

func eventLines(e env, title string, events []event.Event, w int) []string {
	if len(events) == 0 {
		return nil
	}
	out := []string{"", e.th.on(roleTitle, title)}
	for _, ev := range events[:min(len(events), maxEventLines)] {
		head := e.th.fit(e.when(ev.Time), e.timeColumn().width, e.timeColumn().right) + " " + severityLetter(ev.Severity) + " "
		text := e.ext(eventText(ev))
		if c := e.copies(ev.Duplicates); c != "" {
			text += " " + c
		}
		out = append(out, e.th.on(roleDim, head)+e.th.fit(text, max(1, w-textWidth(head)), false))
	}
	if more := len(events) - maxEventLines; more > 0 {
		out = append(out, e.th.on(roleDim, fmt.Sprintf("and %d more in the tab Events: ]", more)))
	}
	return out
}

func activityLines(e env, acts []event.Activity, w int) []string {
	if len(acts) == 0 {
		return nil
	}
	out := []string{"", e.th.on(roleTitle, "What was done")}
	for _, a := range acts {
		head := e.th.fit(e.when(a.Time), e.timeColumn().width, e.timeColumn().right) + " "
		text := e.ext(a.Actor) + " " + actionText(e, a)
		if a.Result != "" && a.Result != "ok" {
			text += "  (" + e.ext(a.Result) + ")"
		}
		out = append(out, e.th.on(roleDim, head)+e.th.fit(text, max(1, w-textWidth(head)), false))
	}
	return out
}

// actionText words an activity on an alert.
func actionText(e env, a event.Activity) string {
	text := map[string]string{
		event.ActionAck: "acknowledged", event.ActionUnack: "took the ack back", event.ActionWake: "ended the snooze",
		event.ActionSnooze: "snoozed", event.ActionNote: "noted",
	}[a.Action]
	if text == "" {
		text = e.ext(a.Action)
	}
	switch {
	case a.Action == event.ActionNote && a.After == "":
		text = "cleared the note"
	case a.Action == event.ActionNote:
		text += ": " + e.ext(a.After)
	case a.Action == event.ActionSnooze:
		if until, err := time.Parse(time.RFC3339, a.After); err == nil {
			text += " until " + until.In(e.zone).Format("Jan _2 15:04")
		}
	}
	if a.Reason != "" {
		text += ": " + e.ext(a.Reason)
	}
	return text
}

func headerLines(e env, headers map[string][]string, w int) []string {
	if len(headers) == 0 {
		return nil
	}
	names := make([]string, 0, len(headers))
	for n := range headers {
		names = append(names, n)
	}
	slices.Sort(names)
	out := []string{"", e.th.on(roleTitle, "Headers")}
	for _, n := range names {
		for _, v := range headers[n] {
			for _, l := range wrap(e.ext(n+": "+v), max(10, w)) {
				out = append(out, e.th.on(rolePlain, l))
			}
		}
	}
	return out
}

// named shows a name with the id it stands for.
func named(e env, name, id string) string {
	switch {
	case name == "":
		return e.ext(id)
	case id == "" || id == name:
		return e.ext(name)
	default:
		return e.ext(name) + "  " + e.ext(id)
	}
}

func idText(id int64) string {
	if id == 0 {
		return ""
	}
	return strconv.FormatInt(id, 10)
}

func deviceHint(mac event.MAC) string { return keyHint(mac.Int64(), "D") }

func keyHint(id int64, key string) string {
	if id == 0 {
		return ""
	}
	return "  (" + key + " opens it)"
}
