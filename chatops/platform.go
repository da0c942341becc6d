package chatops

import "context"

// Platform sends answers to one kind of chat.
type Platform interface {
	// Answer posts an answer to a call, in its thread where there is one.
	Answer(ctx context.Context, call *Call, m *Message) error
	// Post posts to a channel of a workspace, beyond any call: a notification.
	Post(ctx context.Context, workspace, channel string, m *Message) error
}

// Handler takes calls. A platform's room calls Accept before it acknowledges to the
// platform, and shows the message that it returns as the first answer: within the
// three seconds that platforms give. A nil message says that an answer follows by
// Platform.Answer. An error means that the call was not accepted, and that the
// platform should repeat it.
type Handler interface {
	Accept(ctx context.Context, call Call) (*Message, error)
	// Refused audits what the platform's room turned away: a bad signature, a stale
	// timestamp, a malformed body.
	Refused(ctx context.Context, call Call, why string)
}
