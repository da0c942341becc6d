package mattermost

import (
	"context"
	"fmt"
	"strings"

	"foghorn/chatops"
	"foghorn/chatops/platform"
	"foghorn/config"
)

const (
	ephemeral = "ephemeral"
	inChannel = "in_channel"
	// maxPages is how many posts an answer is; a longer one becomes a file.
	maxPages = 4
	// hardPages bounds an answer where there is no way to give a file.
	hardPages = 20
)

// response is an answer as commands and response_urls take it.
type response struct {
	Type        string       `json:"response_type"`
	Text        string       `json:"text"`
	Attachments []attachment `json:"attachments,omitempty"`
	// SkipSlackParsing keeps Mattermost from reading the text as Slack's.
	SkipSlackParsing bool        `json:"skip_slack_parsing,omitempty"`
	More             []*response `json:"extra_responses,omitempty"`
}

// say is an answer of this room's own, which only the one who asked sees.
func say(s string) *response {
	c := &composer{}
	c.texts(s)
	c.turn()
	return &response{Type: ephemeral, Text: strings.Join(c.pages, "\n"), SkipSlackParsing: true}
}

func pageOf(i, n int) string { return fmt.Sprintf("_Page %d of %d_", i+1, n) }

const beginningOnly = "_This is only the beginning. The whole answer follows as a file._"

// bound makes a message ready for where it is shown: all its pages, or the first one when a
// file is to follow.
func (r *rendered) bound(hasBot bool) (file bool) {
	switch n := len(r.pages); {
	case n > maxPages && hasBot:
		r.pages = []string{r.pages[0]}
		r.typed = join("\n\n", r.typed, beginningOnly)
		return true
	case n > hardPages:
		r.pages = r.pages[:hardPages]
		r.typed = join("\n\n", r.typed, fmt.Sprintf("%d more pages are not shown: only a bot can post the whole answer as a file.", n-hardPages))
	}
	return false
}

// response is a message as one answer.
func (r *rendered) response(m *chatops.Message) *response {
	var all []*response
	for i := range r.pages {
		p := r.post(i)
		one := &response{Type: inChannel, Text: p.Message, Attachments: p.Props.Attachments, SkipSlackParsing: true}
		if m.Ephemeral {
			one.Type = ephemeral
		}
		all = append(all, one)
	}
	all[0].More = all[1:]
	return all[0]
}

// first is the answer that goes with the acknowledgement of a command.
func (s *Mattermost) first(ctx context.Context, w *config.ChatWorkspace, call *chatops.Call, m *chatops.Message) *response {
	r := s.render(ctx, w, call, m, askedFor(call, m))
	if r.bound(!w.BotToken.IsZero()) {
		s.After(afterFirst, "attach a file", func(ctx context.Context) error { return s.attach(ctx, w, call, m, s.Thread(ctx, call)) })
	}
	return r.response(m)
}

// askedFor says what an answer is to, where people did not see the question: Mattermost
// shows no slash command to others.
func askedFor(call *chatops.Call, m *chatops.Message) string {
	if m.Ephemeral || call.Reply.URL == "" || call.Text == "" {
		return ""
	}
	return platform.Question(call, 4*maxAsked)
}

// Answer implements chatops.Platform: it posts an answer besides the first.
func (s *Mattermost) Answer(ctx context.Context, call *chatops.Call, m *chatops.Message) error {
	w, err := s.Named(call.Workspace)
	if err != nil {
		return err
	}
	if !m.Follows {
		s.AwaitFirst(ctx, call)
	}
	thread := s.Thread(ctx, call)
	asked := ""
	if thread == "" {
		asked = askedFor(call, m)
	}
	r := s.render(ctx, w, call, m, asked)
	file := r.bound(!w.BotToken.IsZero())
	if err := s.deliver(ctx, w, call, m, r, thread); err != nil || !file {
		return err
	}
	s.Later("attach a file", func(ctx context.Context) error { return s.attach(ctx, w, call, m, s.Thread(ctx, call)) })
	return nil
}

// deliver posts a message by the first way that Mattermost takes.
func (s *Mattermost) deliver(ctx context.Context, w *config.ChatWorkspace, call *chatops.Call, m *chatops.Message, r *rendered, thread string) error {
	byURL := func() error { return s.respond(ctx, w, call, r.response(m)) }
	post := func() error {
		id, err := s.postPages(ctx, w, call.Channel, thread, r)
		if err == nil && thread == "" && m.Follows {
			s.SetThread(ctx, call, id)
		}
		return err
	}
	var ways []func() error
	switch {
	case m.Ephemeral:
		ways = append(ways, byURL, func() error {
			channel, err := s.directChannel(ctx, w, call.User)
			if err != nil {
				return err
			}
			if channel != call.Channel {
				thread = ""
			}
			_, err = s.postPages(ctx, w, channel, thread, r)
			return err
		})
	case thread != "" || m.Follows:
		ways = append(ways, post, byURL)
	default:
		ways = append(ways, byURL, post)
	}
	return platform.FirstWay(isRefusal, ways...)
}

// postPages posts the pages of a message, the first one in a thread where there is one and
// the others after it. It returns the id of the first.
func (s *Mattermost) postPages(ctx context.Context, w *config.ChatWorkspace, channel, thread string, r *rendered) (string, error) {
	first := ""
	for i := range r.pages {
		p := &post{ChannelID: channel, RootID: thread, body: r.post(i)}
		id, err := s.post(ctx, w, p)
		if i == 0 && err != nil && isRefusal(err) && thread != "" {
			// The post is gone, or is a reply itself: the answer stands alone then.
			p.RootID, thread = "", ""
			id, err = s.post(ctx, w, p)
		}
		if err != nil {
			return first, err
		}
		if i == 0 {
			first = id
		}
		if thread == "" {
			thread = id
		}
	}
	return first, nil
}

// respond posts an answer at the response_url of a call.
func (s *Mattermost) respond(ctx context.Context, w *config.ChatWorkspace, call *chatops.Call, r *response) error {
	to, err := s.ResponseURL(call, func(address string) error { return responds(w, address) })
	if err != nil {
		return err
	}
	return s.do(ctx, &request{what: "answer at the response_url", url: to, json: r}, nil)
}

// Post implements chatops.Platform: it posts beyond any call.
func (s *Mattermost) Post(ctx context.Context, workspace, channel string, m *chatops.Message) error {
	w, err := s.Named(workspace)
	if err != nil {
		return err
	}
	call := &chatops.Call{Platform: s.Name, Workspace: workspace, Channel: channel}
	r := s.render(ctx, w, call, m, "")
	file := r.bound(true)
	id, err := s.postPages(ctx, w, channel, "", r)
	if err != nil || !file {
		return err
	}
	return s.attach(ctx, w, call, m, id)
}
