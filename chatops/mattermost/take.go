package mattermost

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"

	"foghorn/chatops"
	"foghorn/chatops/platform"
	"foghorn/config"
	"foghorn/internal/safetext"
)

const maxURL = 2000

// command takes a slash command, and returns its first answer.
func (s *Mattermost) command(ctx context.Context, form url.Values, right []config.ChatWorkspace, base string) *response {
	call := chatops.Call{
		Platform: s.Name, Channel: form.Get("channel_id"), User: form.Get("user_id"), UserName: form.Get("user_name"),
		Command: form.Get("command"), Text: form.Get("text"), At: s.Clock.Now(), Reply: chatops.Reply{URL: form.Get("response_url")},
	}
	team := form.Get("team_id")
	i := slices.IndexFunc(right, func(w config.ChatWorkspace) bool { return w.TeamID == team && team != "" })
	if i < 0 {
		s.Refused(ctx, call, fmt.Sprintf("the token is not for a workspace with the team %.40q", team))
		return say("foghorn does not know this team. An administrator of foghorn can add a [[chatops.workspace]] to its config.toml, with this team_id and the token of its own slash command: " + safetext.Clip(team, platform.MaxID))
	}
	w := &right[i]
	call.Workspace = w.Name
	id := form.Get("trigger_id")
	if id == "" {
		id = call.Reply.URL
	}
	if err := check(&call, w, id); err != nil {
		s.Refused(ctx, call, err.Error())
		return say("foghorn cannot accept this: " + err.Error() + ".")
	}
	if base != "" {
		s.noteReached(ctx, w, base)
	}
	call.ID = platform.CallID(w, id)
	asClick(&call)
	m, err := s.HandOn(ctx, call)
	switch {
	case err != nil:
		s.Logger.Error("a command from Mattermost was not accepted", "workspace", w.Name, "error", err)
		return say(platform.Failed)
	case m == nil:
		return say(platform.OnWay)
	case m.Follows && !m.Ephemeral && !w.BotToken.IsZero():
		// Only a post of the bot can begin a thread.
		s.answerOnce(call, m)
		return &response{Type: ephemeral}
	}
	s.Shown(&call)
	return s.first(ctx, w, &call, m)
}

// typedClicks are the actions of buttons that people can type as well, because buttons
// need a way from Mattermost to this listener.
var typedClicks = []string{"confirm", "cancel", "take"}

// asClick makes a click of what was typed in place of one: "confirm NONCE".
func asClick(call *chatops.Call) {
	words := strings.Fields(call.Text)
	if len(words) != 2 {
		return
	}
	if action := strings.ToLower(words[0]); slices.Contains(typedClicks, action) {
		call.Text, call.Click = "", &chatops.Click{Action: action, Value: strings.Trim(words[1], "`")}
	}
}

// check reports a call that Mattermost does not make.
func check(call *chatops.Call, w *config.ChatWorkspace, id string) error {
	if id == "" {
		return errors.New("it has no trigger_id")
	}
	for _, one := range []struct{ what, id string }{{"user", call.User}, {"channel", call.Channel}} {
		if !isID(one.id) {
			return fmt.Errorf("the id of the %s, %.40q, is malformed", one.what, one.id)
		}
	}
	if call.Reply.URL == "" {
		return nil
	}
	return responds(w, call.Reply.URL)
}

// isID reports whether a text may be an id, which goes into addresses.
func isID(id string) bool {
	return id != "" && len(id) <= platform.MaxID && !strings.ContainsFunc(id, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9')
	})
}

// responds reports a response_url that is not on the server of a workspace.
func responds(w *config.ChatWorkspace, address string) error {
	u, err := url.Parse(address)
	if err != nil || len(address) > maxURL {
		return errors.New("the response_url is not a URL")
	}
	server, err := url.Parse(w.Server)
	if err != nil || u.User != nil || u.Opaque != "" || u.Scheme != server.Scheme || hostOf(u) != hostOf(server) {
		return fmt.Errorf("the response_url is at %.80q, but server of the workspace is %s: set it to Mattermost's Site URL", u.Scheme+"://"+u.Host, w.Server)
	}
	if path.Clean(u.Path) != u.Path || !strings.HasPrefix(u.Path, server.Path+"/hooks/commands/") {
		return errors.New("the response_url is not that of a command")
	}
	return nil
}

// hostOf is the host of an address with its port.
func hostOf(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"https": "443", "http": "80"}[u.Scheme]
	}
	return strings.ToLower(u.Hostname()) + ":" + port
}

// answerOnce posts the first answer to a call, unless a repeat of it was answered.
func (s *Mattermost) answerOnce(call chatops.Call, m *chatops.Message) {
	s.Once(&call, func(ctx context.Context) error { return s.Answer(ctx, &call, m) })
}
