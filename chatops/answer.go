package chatops

import (
	"context"
	"errors"

	"foghorn/actions"
	"foghorn/config"
	"foghorn/journal/event"
)

// request is a call whose caller is known.
type request struct {
	*Core
	call   *Call
	dir    *Directory
	person *Person
	line
	job    int64 // that it started
	failed bool  // some of it failed
}

// refused is an error: this person may not do that.
type refused struct{ text string }

func (e *refused) Error() string { return e.text }

// outcome is the result of a call.
type outcome struct {
	outcome string // event.ChatSuccess ...
	message *Message
	person  string
	job     int64
}

// answer identifies the caller, checks their rights, and does what they ask.
func (c *Core) answer(ctx context.Context, call *Call) *Message {
	dir := c.directory()
	r := &request{Core: c, call: call, dir: dir, person: dir.person(call.Workspace, call.User)}
	if r.person == nil {
		return c.finish(ctx, call, outcome{outcome: event.ChatUnauthorized, message: dir.refusal(call)})
	}
	o := outcome{outcome: event.ChatSuccess, person: r.person.Person}
	m, err := r.run(ctx)
	o.job = r.job
	switch {
	case err == nil && r.failed:
		o.outcome, o.message = event.ChatError, m
	case err == nil:
		o.message = m
	case errors.Is(err, errUsage):
		o.outcome, o.message = event.ChatError, m
	case isRefusal(err):
		o.outcome, o.message = event.ChatUnauthorized, problem(err.Error())
	case ctx.Err() != nil:
		o.outcome, o.message = event.ChatError, problem("foghorn did not finish this: it took too long, or foghorn is stopping. Check what has happened before you ask again.")
	default:
		o.outcome, o.message = event.ChatError, problem(err.Error())
	}
	return c.finish(ctx, call, o)
}

func isRefusal(err error) bool {
	_, no := errors.AsType[*refused](err)
	_, role := errors.AsType[*actions.RoleError](err)
	return no || role || errors.Is(err, actions.ErrReadOnly)
}

// problem makes an answer that only the caller sees.
func problem(text string) *Message {
	return &Message{Ephemeral: true, Severity: "warn", Sections: []Section{{Text: text}}}
}

// run checks where the call comes from, and does what it asks.
func (r *request) run(ctx context.Context) (*Message, error) {
	if err := r.dir.takesCommands(r.call); err != nil {
		return nil, err
	}
	if r.call.Click != nil {
		return r.click(ctx)
	}
	return r.command(ctx, r.call.Text)
}

// command does what somebody typed.
func (r *request) command(ctx context.Context, text string) (*Message, error) {
	var err error
	if r.line, err = split(text); err != nil {
		return nil, err
	}
	cmd, err := find(r.word)
	if err != nil {
		return nil, err
	}
	if r.person.Role < cmd.role {
		return nil, &refused{cmd.name + " needs the role " + cmd.role.String() + "; you have " + r.person.Role.String() + "."}
	}
	if n := len(r.args); n < cmd.min || cmd.max >= 0 && n > cmd.max {
		return cmd.usage(r.dir.Command), errUsage
	}
	return cmd.run(ctx, r)
}

// takesCommands reports why a channel takes no commands; nil when it does.
func (d *Directory) takesCommands(call *Call) error {
	ch := d.Channel(call.Workspace, call.Channel)
	if ch != nil && ch.Commands || ch == nil && d.Channels != config.ChannelsListed {
		return nil
	}
	return &refused{"foghorn takes no commands in this channel (" + call.Channel + "). An administrator of foghorn can allow them with a [[chatops.channel]] that has commands = true."}
}
