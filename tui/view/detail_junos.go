package view

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"foghorn/journal/event"
	"foghorn/junos"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
	"foghorn/tui/port"
)

// junosPost reads what the agent of a Junos device sent beside what every event
// has; nil for what did not come that way, and while it is not read.
func junosPost(f *DetailData) *junos.Payload {
	raw := f.post
	if f.Event != nil && f.Event.Via == event.ViaJunos && f.bodyNote == "" {
		raw = f.Body
	}
	if len(raw) == 0 {
		return nil
	}
	p, err := junos.Parse(raw)
	if err != nil {
		return nil
	}
	return &p
}

// junosRaw is the post that says most about an alert: the newest that reports
// trouble, else the newest. Without it the alert is shown as it is.
func junosRaw(ctx context.Context, j port.Journal, events []event.Event) []byte {
	var found *event.Event
	for i := range events {
		if ev := &events[i]; ev.Via == event.ViaJunos && (found == nil || found.Severity < event.Warn && ev.Severity >= event.Warn) {
			found = ev
		}
	}
	if found == nil {
		return nil
	}
	raw, err := j.Raw(ctx, found.ID)
	if err != nil {
		return nil
	}
	return raw
}

// whoSaysWhen says whose clock the time of an event is by, where that is in doubt.
func whoSaysWhen(p *junos.Payload) string {
	if p == nil {
		return ""
	}
	switch _, origin := p.When(); origin {
	case junos.ByEvent:
		return ", by the device's clock"
	case junos.ByAgentID:
		return ", when the agent began to send it"
	}
	return ", when it arrived: the agent sends no time"
}

// junosFields are the fields of a post.
func junosFields(e pane.Context, p *junos.Payload) []draw.Field {
	if p == nil {
		return nil
	}
	process := p.Process
	if p.PID != "" {
		process = strings.TrimSpace(process + "[" + p.PID + "]")
	}
	priority := strings.Trim(p.Facility+"."+p.Severity, ".")
	agent := ""
	if p.AgentVersion != "" {
		agent = "version " + p.AgentVersion + ", post " + p.ID
	}
	return []draw.Field{
		{Name: "process", Value: e.Text(process), Role: draw.Plain},
		{Name: "facility", Value: e.Text(priority), Role: draw.Plain},
		{Name: "agent", Value: e.Text(agent), Role: draw.Dim},
		{Name: "detail", Value: e.Text(p.Detail), Role: draw.Plain},
	}
}

// maxAttributes bounds the attributes that are shown; the JSON has them all.
const maxAttributes = 24

// junosTables are the attributes of the message and the busiest processes.
func junosTables(e pane.Context, p *junos.Payload, w int) []string {
	if p == nil {
		return nil
	}
	var out []string
	if len(p.Attributes) > 0 {
		out = append(out, "", e.Theme.On(draw.Title, "Attributes"))
		names := make([]string, 0, len(p.Attributes))
		for n := range p.Attributes {
			names = append(names, n)
		}
		slices.Sort(names)
		for _, n := range names[:min(len(names), maxAttributes)] {
			for _, l := range draw.Wrap(e.Text(n)+" = "+e.Text(p.Attributes[n]), max(10, w)) {
				out = append(out, e.Theme.On(draw.Plain, l))
			}
		}
	}
	if len(p.Processes) > 0 {
		out = append(out, "", e.Theme.On(draw.Title, "Busiest processes"), e.Theme.On(draw.Dim, fmt.Sprintf("%6s  %-7s %-10s %s", "CPU", "PID", "USER", "COMMAND")))
		for _, r := range p.Processes {
			line := fmt.Sprintf("%5.1f%%  %-7s %-10s %s", r.CPU, e.Text(r.PID), e.Text(r.User), e.Text(r.Command))
			out = append(out, e.Theme.On(draw.Plain, e.Theme.Fit(line, max(1, w), false)))
		}
	}
	return out
}
