package chatops

import (
	"context"
	"strings"
	"unicode/utf8"

	"foghorn/internal/safetext"
	"foghorn/journal/event"
)

// Limits of what the audit keeps of a call, in characters.
const (
	maxCommandKept = 255
	maxTextKept    = 1000
	maxIDKept      = 100
)

// finish audits a call and returns its answer.
func (c *Core) finish(ctx context.Context, call *Call, o outcome) *Message {
	c.audit(ctx, call, o, plain(o.message))
	return o.message
}

// audit records a call and its result.
func (c *Core) audit(ctx context.Context, call *Call, o outcome, text string) {
	row := event.ChatCall{
		Time: c.Clock.Now(), Platform: kept(call.Platform, maxIDKept), Workspace: kept(call.Workspace, maxIDKept), Channel: kept(call.Channel, maxIDKept),
		User: kept(call.User, maxIDKept), Person: o.person, Command: kept(c.Mask(asked(call)), maxCommandKept), Outcome: o.outcome,
		Text: kept(c.Mask(text), maxTextKept), Job: o.job,
	}
	if err := c.Store.AddCall(context.WithoutCancel(ctx), &row); err != nil {
		c.Logger.Error("a call could not be audited", "error", err, "workspace", row.Workspace, "user", row.User, "command", row.Command, "outcome", row.Outcome)
	}
}

// asked is what somebody asked, as the audit has it.
func asked(call *Call) string {
	if call.Click != nil {
		return "click " + call.Click.Action + " " + call.Click.Value
	}
	return strings.TrimSpace(call.Command + " " + call.Text)
}

// kept is a text in one line, cut to so many characters.
func kept(text string, most int) string {
	text = safetext.Line(text)
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most-1]) + "…"
}

// plain is the gist of a message.
func plain(m *Message) string {
	if m == nil {
		return ""
	}
	parts := []string{m.Title}
	for _, s := range m.Sections {
		parts = append(parts, s.Title, s.Text)
		for _, f := range s.Fields {
			parts = append(parts, f.Label+": "+f.Value)
		}
	}
	return strings.Join(strings.Fields(strings.Join(parts, " ")), " ")
}

// Refused implements Handler. A flood of what is refused costs the audit only so many
// rows a second; the rest is in the log.
func (c *Core) Refused(ctx context.Context, call Call, why string) {
	if !c.refusals.AllowN(c.Clock.Now(), 1) {
		c.Logger.Warn("a call was refused and not audited, because there are too many", "platform", call.Platform, "why", why)
		return
	}
	c.audit(ctx, &call, outcome{outcome: event.ChatUnauthorized}, why)
}

// Audit returns calls, newest first: those with an id below before, or all when it is 0.
func (c *Core) Audit(ctx context.Context, before int64, limit int) ([]event.ChatCall, error) {
	return c.Store.Calls(ctx, before, limit)
}
