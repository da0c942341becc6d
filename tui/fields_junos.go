package tui

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"foghorn/journal/event"
	"foghorn/junos"
)

// junosPost reads what the agent of a Junos device sent beside what every event
// has; nil for what did not come that way, and while it is not read.
func junosPost(f *facts) *junos.Payload {
	raw := f.post
	if f.event != nil && f.event.Via == event.ViaJunos && f.bodyNote == "" {
		raw = f.body
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

// junosRaw is the post that says most about an alert: the newest that tells of
// trouble, else the newest. Without it the alert is shown as it is.
func junosRaw(ctx context.Context, j Journal, events []event.Event) []byte {
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
	return ", when it arrived: the agent tells no time"
}

// junosFields are the fields of a post.
func junosFields(e env, p *junos.Payload) []field {
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
	return []field{
		{"process", e.ext(process), rolePlain},
		{"facility", e.ext(priority), rolePlain},
		{"agent", e.ext(agent), roleDim},
		{"detail", e.ext(p.Detail), rolePlain},
	}
}

// maxAttributes bounds the attributes that are shown; the JSON has them all.
const maxAttributes = 24

// junosTables are the attributes of the message and the busiest processes.
func junosTables(e env, p *junos.Payload, w int) []string {
	if p == nil {
		return nil
	}
	var out []string
	if len(p.Attributes) > 0 {
		out = append(out, "", e.th.on(roleTitle, "Attributes"))
		names := make([]string, 0, len(p.Attributes))
		for n := range p.Attributes {
			names = append(names, n)
		}
		slices.Sort(names)
		for _, n := range names[:min(len(names), maxAttributes)] {
			for _, l := range wrap(e.ext(n)+" = "+e.ext(p.Attributes[n]), max(10, w)) {
				out = append(out, e.th.on(rolePlain, l))
			}
		}
	}
	if len(p.Processes) > 0 {
		out = append(out, "", e.th.on(roleTitle, "Busiest processes"), e.th.on(roleDim, fmt.Sprintf("%6s  %-7s %-10s %s", "CPU", "PID", "USER", "COMMAND")))
		for _, r := range p.Processes {
			line := fmt.Sprintf("%5.1f%%  %-7s %-10s %s", r.CPU, e.ext(r.PID), e.ext(r.User), e.ext(r.Command))
			out = append(out, e.th.on(rolePlain, e.th.fit(line, max(1, w), false)))
		}
	}
	return out
}
