package slack

import (
	"context"
	"encoding/json"
	"errors"

	"foghorn/chatops"
	"foghorn/chatops/platform"
)

// ack acknowledges an envelope, with an answer where it takes one.
type ack struct {
	Envelope string    `json:"envelope_id"`
	Payload  *response `json:"payload,omitempty"`
}

// envelope takes what an envelope bears, and acknowledges it once it was accepted. Slack
// sends one again that it saw no acknowledgement of.
func (k *socket) envelope(ctx context.Context, f *frame) {
	l := k.l
	answer, err := l.unwrap(ctx, f)
	if later := (*notAccepted)(nil); errors.As(err, &later) {
		l.Logger.Error("a call from Slack was not accepted", "error", err)
		return // so that Slack repeats it
	}
	if err != nil {
		l.refuseCall(ctx, err)
	}
	a := ack{Envelope: f.Envelope}
	if f.Accepts {
		a.Payload = answer
	}
	// Of two answers to one envelope people would see both. It is answered again only when
	// the socket of the first answer is gone, and the answer perhaps with it.
	if !l.answers.Take(f.Envelope, k, l.Clock.Now(), platform.Repeats, (*socket).gone) {
		a.Payload = nil
	}
	if err := k.conn.Send(a); err != nil {
		l.Logger.Warn("an envelope of Slack could not be acknowledged; Slack sends it again", "error", err)
	}
}

// unwrap takes the payload of an envelope.
func (l *link) unwrap(ctx context.Context, f *frame) (*response, error) {
	of := l.links.Workspaces(l.app)
	switch f.Type {
	case "slash_commands":
		var c command
		if err := json.Unmarshal(f.Payload, &c); err != nil {
			return nil, errors.New("the payload of a command is not valid JSON")
		}
		answer, err := l.command(ctx, &c, of, f.Envelope)
		if answer != nil && !f.Accepts {
			call := chatops.Call{At: l.Clock.Now(), Reply: chatops.Reply{URL: c.ResponseURL}}
			l.Later("answer a command", func(ctx context.Context) error { return l.respond(ctx, l.app.at, &call, answer) })
		}
		return answer, err
	case "interactive":
		return nil, l.interaction(ctx, f.Payload, of, f.Envelope)
	case "events_api":
		return nil, l.event(ctx, f.Payload, of)
	}
	return nil, nil // acknowledged, so that it does not come again
}
