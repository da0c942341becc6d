package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"foghorn/chatops"
	"foghorn/chatops/platform"
	"foghorn/config"
	"foghorn/internal/safetext"
)

// notAccepted is the error of a call that should be repeated.
type notAccepted struct{ error }

func (e *notAccepted) Unwrap() error { return e.error }

// malformed is the error of a call that Slack does not make.
type malformed struct {
	call chatops.Call
	why  string
}

func (e *malformed) Error() string { return e.why }

// refuseCall audits what made no call.
func (s *Slack) refuseCall(ctx context.Context, err error) {
	var call chatops.Call
	if bad, ok := errors.AsType[*malformed](err); ok {
		call = bad.call
	}
	s.Refused(ctx, call, err.Error())
}

// command is what somebody typed, as a form or as JSON.
type command struct {
	TeamID       string `json:"team_id"`
	EnterpriseID string `json:"enterprise_id"`
	ChannelID    string `json:"channel_id"`
	UserID       string `json:"user_id"`
	UserName     string `json:"user_name"`
	Command      string `json:"command"`
	Text         string `json:"text"`
	ResponseURL  string `json:"response_url"`
	TriggerID    string `json:"trigger_id"`
}

// typed undoes what Slack escapes in what people type.
var typed = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")

// command takes a command, and returns its first answer. The error is about a command that
// is none.
func (s *Slack) command(ctx context.Context, c *command, of []config.ChatWorkspace, unique string) (*response, error) {
	call := chatops.Call{
		Platform: s.Name, Channel: c.ChannelID, User: c.UserID, UserName: c.UserName,
		Command: c.Command, Text: typed.Replace(c.Text), At: s.Clock.Now(), Reply: chatops.Reply{URL: c.ResponseURL},
	}
	w := workspaceOf(of, c.TeamID, c.EnterpriseID)
	if w == nil {
		s.Refused(ctx, call, unknownTeam(c.TeamID))
		return say("foghorn does not know this workspace, " + safetext.Line(safetext.Clip(c.TeamID, platform.MaxID)) +
			". An administrator of foghorn can add a [[chatops.workspace]] with this team_id to its config.toml."), nil
	}
	call.Workspace = w.Name
	if err := check(w, &call); err != nil {
		return nil, err
	}
	call.ID = callID(w, c.TriggerID, unique)
	m, err := s.accept(ctx, call)
	switch {
	case err != nil:
		s.Logger.Error("a command from Slack was not accepted", "workspace", w.Name, "error", err)
		return say(platform.Failed), nil
	case m == nil:
		return say(platform.OnWay), nil
	case m.Follows && !m.Ephemeral:
		// Only a message that is posted can begin a thread.
		s.answerOnce(call, m)
		return nil, nil
	}
	return s.first(ctx, &call, m), nil
}

// unknownTeam says of what is not configured, or not with the secret or token it came by.
func unknownTeam(team string) string {
	return fmt.Sprintf("the secret is not for a workspace with the team %.40q", team)
}

// workspaceOf finds the workspace that a call is for among those that its secret is for.
func workspaceOf(of []config.ChatWorkspace, ids ...string) *config.ChatWorkspace {
	for _, id := range ids {
		for i := range of {
			if id != "" && of[i].TeamID == id {
				return &of[i]
			}
		}
	}
	return nil
}

// callID names a call by what Slack calls it or, without that, by what is unique.
func callID(w *config.ChatWorkspace, id, unique string) string {
	if id == "" {
		id = unique
	}
	return platform.CallID(w, id)
}

// check reports a call that Slack does not make.
func check(w *config.ChatWorkspace, call *chatops.Call) error {
	for what, id := range map[string]string{"user": call.User, "channel": call.Channel} {
		if id == "" || len(id) > platform.MaxID || strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r > '~' }) {
			return &malformed{*call, fmt.Sprintf("the id of the %s, %.40q, is malformed", what, id)}
		}
	}
	if call.Reply.URL == "" {
		return nil
	}
	if err := originOf(w).responds(call.Reply.URL); err != nil {
		return &malformed{*call, err.Error()}
	}
	return nil
}

// accept hands a call on, and waits for its first answer.
func (s *Slack) accept(ctx context.Context, call chatops.Call) (*chatops.Message, error) {
	m, err := s.HandOn(ctx, call)
	if err != nil {
		return nil, &notAccepted{err}
	}
	return m, nil
}

// interaction is a click, as far as it matters here.
type interaction struct {
	Type string `json:"type"`
	Team struct {
		ID string `json:"id"`
	} `json:"team"`
	Enterprise struct {
		ID string `json:"id"`
	} `json:"enterprise"`
	User struct {
		ID       string `json:"id"`
		UserName string `json:"username"`
	} `json:"user"`
	Channel struct {
		ID string `json:"id"`
	} `json:"channel"`
	Container struct {
		ChannelID string `json:"channel_id"`
		MessageTS string `json:"message_ts"`
		ThreadTS  string `json:"thread_ts"`
		Ephemeral bool   `json:"is_ephemeral"`
	} `json:"container"`
	ResponseURL string `json:"response_url"`
	TriggerID   string `json:"trigger_id"`
	Actions     []struct {
		Type  string `json:"type"`
		ID    string `json:"action_id"`
		Value string `json:"value"`
	} `json:"actions"`
}

// interaction takes a click. Its answer, if any, is posted: an acknowledgement cannot
// bear it.
func (s *Slack) interaction(ctx context.Context, payload []byte, of []config.ChatWorkspace, unique string) error {
	var in interaction
	if err := json.Unmarshal(payload, &in); err != nil {
		return errors.New("an interaction is not valid JSON")
	}
	if in.Type != "block_actions" || len(in.Actions) == 0 {
		return nil // nothing that foghorn offers
	}
	channel := in.Channel.ID
	if channel == "" {
		channel = in.Container.ChannelID
	}
	pressed := in.Actions[0]
	call := chatops.Call{
		Platform: s.Name, Channel: channel, User: in.User.ID, UserName: in.User.UserName, At: s.Clock.Now(),
		Reply: chatops.Reply{URL: in.ResponseURL, Thread: in.thread()},
		Click: &chatops.Click{Action: actionOf(pressed.ID), Value: pressed.Value},
	}
	w := workspaceOf(of, in.Team.ID, in.Enterprise.ID)
	if w == nil {
		s.Refused(ctx, call, unknownTeam(in.Team.ID))
		return nil
	}
	call.Workspace = w.Name
	if err := check(w, &call); err != nil {
		return err
	}
	call.ID = callID(w, in.TriggerID, unique)
	switch call.Click.Action {
	case actionLink: // it opened a page; Slack tells it nevertheless
		return nil
	case actionPage:
		s.Later("turn a page", func(ctx context.Context) error { return s.turn(ctx, &call) })
		return nil
	}
	return s.acceptThenAnswer(ctx, call)
}

// thread is the message that answers to a click hang on; empty where there can be none.
func (in *interaction) thread() string {
	switch {
	case in.Container.Ephemeral:
		return ""
	case in.Container.ThreadTS != "":
		return safetext.Clip(in.Container.ThreadTS, platform.MaxID)
	}
	return safetext.Clip(in.Container.MessageTS, platform.MaxID)
}

// acceptThenAnswer takes a call whose acknowledgement bears no answer.
func (s *Slack) acceptThenAnswer(ctx context.Context, call chatops.Call) error {
	m, err := s.accept(ctx, call)
	if err != nil {
		return err
	}
	if m != nil {
		s.answerOnce(call, m)
	}
	return nil
}

// answerOnce posts the first answer to a call, unless a repeat of it was answered.
func (s *Slack) answerOnce(call chatops.Call, m *chatops.Message) {
	s.Once(&call, func(ctx context.Context) error { return s.Answer(ctx, &call, m) })
}
