package view

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"foghorn/internal/human"
	"foghorn/journal/event"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
)

// wideDetail is the width from which related records are shown beside a record.
const wideDetail = 110

// DetailLines shows everything about a record in lines of at most w cells: a
// sentence first, then its fields, then what belongs to it.
func DetailLines(e pane.Context, f *DetailData, w int) []string {
	var page func(e pane.Context, f *DetailData, w int) (own, others []string)
	switch {
	case f.Alert != nil:
		page = alertDetail
	case f.Event != nil:
		page = eventDetail
	case f.delivery != nil:
		page = deliveryDetail
	case f.Device != nil:
		page = deviceDetail
	case f.Client != nil:
		page = clientDetail
	default:
		return nil
	}
	own, others := page(e, f, partWidth(w))
	return joinParts(own, others, w)
}

// partWidth is how wide a page's own lines and those of what belongs to it are: in a
// wide window they are beside each other.
func partWidth(w int) int {
	if w < wideDetail {
		return w
	}
	return w/2 - 1
}

// joinParts puts what belongs to a page beside what is its own, or below it.
func joinParts(own, others []string, w int) []string {
	if w < wideDetail {
		return append(own, others...)
	}
	half, n := w/2, max(len(own), len(others))
	own, others = draw.Pad(own, half+1, n), draw.Pad(others, w-half-1, n)
	for i := range own {
		own[i] += others[i]
	}
	return own
}

func eventDetail(e pane.Context, f *DetailData, w int) (own, others []string) {
	ev, post := f.Event, junosPost(f)
	out := []string{""}
	out = append(out, draw.Headline(e.Context, strings.ToUpper(ev.Severity.String()), draw.SeverityRole(ev.Severity), e.Text(eventText(*ev)), w)...)
	out = append(out, changeLines(e, f, w)...)
	duplicates := ""
	if ev.Duplicates > 1 {
		duplicates = fmt.Sprintf("reported %d times", ev.Duplicates)
	}
	late := ""
	if d := ev.Received.Sub(ev.Time); d > time.Second {
		late = "  (" + human.Duration(d) + " after it happened)"
	}
	out = append(out, draw.Fields(e.Context, w, []draw.Field{
		{Name: "type", Value: e.Text(ev.Type), Role: draw.Strong},
		{Name: "topic", Value: e.Text(ev.Topic), Role: draw.Plain},
		{Name: "site", Value: WithID(e, ev.Site, ev.SiteID) + siteHint(ev.SiteID), Role: draw.Plain},
		{Name: "device", Value: WithID(e, ev.Device, ev.DeviceMAC.String()) + deviceHint(ev.DeviceMAC), Role: draw.Plain},
		{Name: "device type", Value: e.Text(ev.DeviceType), Role: draw.Plain},
		{Name: "client", Value: WithID(e, ev.Client, ev.ClientMAC.String()), Role: draw.Plain},
		{Name: "ssid", Value: e.Text(ev.SSID), Role: draw.Plain},
		{Name: "happened", Value: e.Exact(ev.Time) + "  (" + e.Ago(ev.Time) + whoSaysWhen(post) + ")", Role: draw.Plain},
		{Name: "received", Value: e.Exact(ev.Received) + late, Role: draw.Plain},
		{Name: "duplicates", Value: duplicates, Role: draw.Plain},
		{Name: "source", Value: e.Text(ev.Source) + " by " + e.Text(string(ev.Via)), Role: draw.Plain},
		{Name: "alert", Value: shortID(ev.AlertID) + keyHint(ev.AlertID, "L"), Role: draw.Plain},
		{Name: "delivery", Value: idText(ev.DeliveryID) + keyHint(ev.DeliveryID, "w"), Role: draw.Plain},
	})...)
	out = append(out, relayChips(e, f.marks, w)...)
	out = append(out, draw.Fields(e.Context, w, junosFields(e, post))...)
	out = append(out, junosTables(e, post, w)...)
	title := "Of the same device or client, newest first"
	if ev.AlertID != 0 {
		title = "Of the same alert, newest first"
	}
	rest := slices.DeleteFunc(slices.Clone(f.events), func(o event.Event) bool { return o.ID == ev.ID })
	return out, eventLines(e, title, rest, w)
}

func deliveryDetail(e pane.Context, f *DetailData, w int) (own, others []string) {
	d := f.delivery
	verdict, r := verdictText(e, *d)
	text := "accepted"
	if d.Cause != "" {
		text = e.Text(d.Cause)
	} else if d.Warning != "" {
		text = "accepted, but: " + e.Text(d.Warning)
	} else if d.Ignored > 0 {
		text = "accepted; " + ignoredText(*d) + " by " + e.Text(d.IgnoredBy)
	}
	out := append([]string{""}, draw.Headline(e.Context, verdict, r, text, w)...)
	size := human.Bytes(d.Size)
	if d.Truncated {
		size += fmt.Sprintf(", of which %s were kept", human.Bytes(int64(len(d.Body))))
	}
	events := strconv.Itoa(d.Events)
	if d.Duplicates > 0 {
		events += fmt.Sprintf(", %d of them known already", d.Duplicates)
	}
	out = append(out, draw.Fields(e.Context, w, []draw.Field{
		{Name: "request", Value: e.Text(d.Method + " " + d.Path), Role: draw.Strong},
		{Name: "answer", Value: fmt.Sprintf("%d after %s", d.Status, tookText(d.DurationMS)), Role: draw.Plain},
		{Name: "received", Value: e.Exact(d.Received) + "  (" + e.Ago(d.Received) + ")", Role: draw.Plain},
		{Name: "from", Value: e.Text(d.Remote), Role: draw.Plain},
		{Name: "source", Value: e.Text(d.Source), Role: draw.Plain},
		{Name: "topic", Value: e.Text(d.Topic), Role: draw.Plain},
		{Name: "events", Value: events, Role: draw.Plain},
		{Name: "size", Value: size, Role: draw.Plain},
		{Name: "verdict", Value: e.Text(string(d.Verdict)), Role: draw.Plain},
		{Name: "warning", Value: e.Text(d.Warning), Role: draw.Warn},
		{Name: "replay of", Value: idText(d.ReplayOf), Role: draw.Plain},
		{Name: "ignored by", Value: e.Text(d.IgnoredBy), Role: draw.Plain},
	})...)
	others = eventLines(e, "Events in it", f.events, w)
	return out, append(others, headerLines(e, d.Headers, w)...)
}

// maxEventLines bounds the events on the fields' page; the tab has them all.
const maxEventLines = 12

func eventLines(e pane.Context, title string, events []event.Event, w int) []string {
	if len(events) == 0 {
		return nil
	}
	out := []string{"", e.Theme.On(draw.Title, title)}
	for _, ev := range events[:min(len(events), maxEventLines)] {
		head := e.Theme.Fit(e.When(ev.Time), e.TimeColumn().Width, e.TimeColumn().Right) + " " + draw.SeverityLetter(ev.Severity) + " "
		text := e.Text(eventText(ev))
		if c := e.Duplicates(ev.Duplicates); c != "" {
			text += " " + c
		}
		out = append(out, e.Theme.On(draw.Dim, head)+e.Theme.Fit(text, max(1, w-draw.TextWidth(head)), false))
	}
	if more := len(events) - maxEventLines; more > 0 {
		out = append(out, e.Theme.On(draw.Dim, fmt.Sprintf("and %d more in the tab Events: ]", more)))
	}
	return out
}

func activityLines(e pane.Context, acts []event.Activity, w int) []string {
	if len(acts) == 0 {
		return nil
	}
	out := []string{"", e.Theme.On(draw.Title, "What was done")}
	for _, a := range acts {
		head := e.Theme.Fit(e.When(a.Time), e.TimeColumn().Width, e.TimeColumn().Right) + " "
		text := e.Text(a.Actor) + " " + actionText(e, a)
		if a.Result != "" && a.Result != "ok" {
			text += "  (" + e.Text(a.Result) + ")"
		}
		out = append(out, e.Theme.On(draw.Dim, head)+e.Theme.Fit(text, max(1, w-draw.TextWidth(head)), false))
	}
	return out
}

// actionText words an activity on an alert.
func actionText(e pane.Context, a event.Activity) string {
	text := map[string]string{
		event.ActionAck: "acknowledged", event.ActionUnack: "took the ack back", event.ActionWake: "ended the snooze",
		event.ActionSnooze: "snoozed", event.ActionNote: "noted", event.ActionClose: "closed it",
		event.ActionUndo: "took a change back",
	}[a.Action]
	if text == "" {
		text = e.Text(a.Action)
	}
	switch {
	case a.Action == event.ActionNote && a.After == "":
		text = "cleared the note"
	case a.Action == event.ActionNote:
		text += ": " + e.Text(draw.OneLine(a.After))
	case a.Action == event.ActionSnooze:
		if until, err := time.Parse(time.RFC3339, a.After); err == nil {
			text += " until " + e.Hour(until)
		}
	}
	if a.Reason != "" {
		text += ": " + e.Text(draw.OneLine(a.Reason))
	}
	return text
}

func headerLines(e pane.Context, headers map[string][]string, w int) []string {
	if len(headers) == 0 {
		return nil
	}
	names := make([]string, 0, len(headers))
	for n := range headers {
		names = append(names, n)
	}
	slices.Sort(names)
	out := []string{"", e.Theme.On(draw.Title, "Headers")}
	for _, n := range names {
		for _, v := range headers[n] {
			for _, l := range draw.Wrap(e.Text(n+": "+v), max(10, w)) {
				out = append(out, e.Theme.On(draw.Plain, l))
			}
		}
	}
	return out
}

// WithID shows a name with its id.
func WithID(e pane.Context, name, id string) string {
	switch {
	case name == "":
		return e.Text(id)
	case id == "" || id == name:
		return e.Text(name)
	default:
		return e.Text(name) + "  " + e.Text(id)
	}
}

func idText(id int64) string {
	if id == 0 {
		return ""
	}
	return strconv.FormatInt(id, 10)
}

// shortID writes the id of an event or alert; none is empty.
func shortID(id int64) string {
	if id == 0 {
		return ""
	}
	return event.ShortID(id)
}

func siteHint(id string) string {
	if id == "" {
		return ""
	}
	return "  (S opens it)"
}

func deviceHint(mac event.MAC) string { return keyHint(mac.Int64(), "D") }

func keyHint(id int64, key string) string {
	if id == 0 {
		return ""
	}
	return "  (" + key + " opens it)"
}
