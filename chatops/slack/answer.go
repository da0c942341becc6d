package slack

import (
	"context"
	"errors"
	"time"

	"foghorn/chatops"
	"foghorn/chatops/layout"
	"foghorn/chatops/platform"
	"foghorn/config"
)

const (
	ephemeral = "ephemeral"
	inChannel = "in_channel"
	// maxPages is how many pages people turn; a longer answer becomes a file.
	maxPages = 8
)

// response is an answer as commands and response_urls take it.
type response struct {
	Type            string `json:"response_type,omitempty"`
	ReplaceOriginal *bool  `json:"replace_original,omitempty"`
	message
}

// say is an answer of this room's own, which only the one who asked sees.
func say(s string) *response {
	no := false
	return &response{Type: ephemeral, ReplaceOriginal: &no, message: message{Text: s, Blocks: []block{section(plain(s))}}}
}

// first is the answer that goes with the acknowledgement of a command.
func (s *Slack) first(ctx context.Context, call *chatops.Call, m *chatops.Message) *response {
	l := s.lay(ctx, call, m, "")
	if l.file != nil {
		if w, err := s.Named(call.Workspace); err == nil { // it is, unless it was removed just now
			s.attachLater(w, call, m, l, afterFirst)
		}
	}
	return l.response(m)
}

// laid is a message that is ready to be posted.
type laid struct {
	*rendered
	message // its first page
	file    *layout.File
	user    string // who may turn its pages
}

func (l *laid) response(m *chatops.Message) *response {
	no := false
	r := &response{Type: inChannel, ReplaceOriginal: &no, message: l.message}
	if m.Ephemeral {
		r.Type = ephemeral
	}
	return r
}

// lay makes a message ready: one page, several, or one with a file that follows.
func (s *Slack) lay(ctx context.Context, call *chatops.Call, m *chatops.Message, asked string) *laid {
	l := &laid{rendered: render(m, asked), user: call.User}
	if len(l.pages) <= maxPages {
		var err error
		if l.message, err = s.paged(ctx, l.rendered, call.Workspace, l.user); err == nil {
			return l
		}
		s.Logger.Error("the pages of an answer cannot be kept; it becomes a file", "workspace", call.Workspace, "error", err)
	}
	l.file = layout.FileOf(m)
	l.message = l.page(0, contextLine("This is only the beginning. The whole answer follows as a file."))
	return l
}

// Answer implements chatops.Platform: it posts an answer besides the first.
func (s *Slack) Answer(ctx context.Context, call *chatops.Call, m *chatops.Message) error {
	w, err := s.Named(call.Workspace)
	if err != nil {
		return err
	}
	if !m.Follows {
		s.AwaitFirst(ctx, call)
	}
	thread := s.Thread(ctx, call)
	asked := ""
	if thread == "" && !m.Ephemeral && call.Click == nil {
		asked = quoted(call)
	}
	l := s.lay(ctx, call, m, asked)
	return s.orLater(ctx, "answer a call", func(ctx context.Context) error {
		err := s.deliver(ctx, w, call, m, l, thread)
		if err == nil {
			s.attachLater(w, call, m, l, 0)
		}
		return err
	})
}

// orLater posts now or, when too many messages wait for the channel, later.
func (s *Slack) orLater(ctx context.Context, what string, do func(context.Context) error) error {
	err := do(ctx)
	if errors.Is(err, errPaced) {
		s.Later(what, do)
		return nil
	}
	return err
}

// attachLater attaches the file that a message announced, if it did. Nobody waits for it:
// files take longer than messages.
func (s *Slack) attachLater(w *config.ChatWorkspace, call *chatops.Call, m *chatops.Message, l *laid, after time.Duration) {
	if l.file == nil {
		return
	}
	s.After(after, "attach a file", func(ctx context.Context) error { return s.attach(ctx, w, call, m, l) })
}

// quoted says what an answer is to, where people did not see the question.
func quoted(call *chatops.Call) string {
	if call.Command+call.Text == "" { // it is not known any more
		return ""
	}
	return platform.Question(call, maxText)
}

// deliver posts a message by the first way that Slack takes.
func (s *Slack) deliver(ctx context.Context, w *config.ChatWorkspace, call *chatops.Call, m *chatops.Message, l *laid, thread string) error {
	r := l.response(m)
	byURL := func() error { return s.respond(ctx, originOf(w), call, r) }
	var ways []func() error
	switch {
	case m.Replace && call.Click != nil:
		yes := true
		replacing := *r
		replacing.ReplaceOriginal = &yes
		ways = append(ways, func() error { return s.respond(ctx, originOf(w), call, &replacing) })
		if m.Ephemeral {
			break
		}
		fallthrough
	case !m.Ephemeral:
		post := func() error { return s.postFor(ctx, w, call, m, l, thread) }
		if thread != "" || m.Follows {
			ways = append(ways, post, byURL)
		} else {
			ways = append(ways, byURL, post)
		}
	default:
		ways = append(ways, byURL, func() error {
			_, err := s.post(ctx, w, "chat.postEphemeral", &post{Channel: call.Channel, User: call.User, ThreadTS: call.Reply.Thread, message: l.message})
			return err
		}, func() error { // the app's own conversation with the user
			_, err := s.post(ctx, w, "chat.postMessage", &post{Channel: call.User, message: l.message})
			return err
		})
	}
	return platform.FirstWay(isRefusal, ways...)
}

// postFor posts an answer that the channel sees, and keeps it as the root of a thread.
func (s *Slack) postFor(ctx context.Context, w *config.ChatWorkspace, call *chatops.Call, m *chatops.Message, l *laid, thread string) error {
	ts, err := s.post(ctx, w, "chat.postMessage", &post{Channel: call.Channel, ThreadTS: thread, message: l.message})
	if err == nil && thread == "" && m.Follows {
		s.SetThread(ctx, call, ts)
	}
	return err
}

// Post implements chatops.Platform: it posts beyond any call.
func (s *Slack) Post(ctx context.Context, workspace, channel string, m *chatops.Message) error {
	w, err := s.Named(workspace)
	if err != nil {
		return err
	}
	call := &chatops.Call{Platform: s.Name, Workspace: workspace, Channel: channel}
	l := s.lay(ctx, call, m, "")
	return s.orLater(ctx, "post a message", func(ctx context.Context) error {
		ts, err := s.post(ctx, w, "chat.postMessage", &post{Channel: channel, message: l.message})
		if err == nil {
			call.Reply.Thread = ts
			s.attachLater(w, call, m, l, 0)
		}
		return err
	})
}
