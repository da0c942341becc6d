package slack

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"foghorn/chatops"
	"foghorn/chatops/platform"
	"foghorn/config"
	"foghorn/internal/safetext"
)

// callback is an event, as far as it matters here.
type callback struct {
	Type         string    `json:"type"`
	TeamID       string    `json:"team_id"`
	EnterpriseID string    `json:"enterprise_id"`
	EventID      string    `json:"event_id"`
	Event        eventBody `json:"event"`
}

// eventBody is what happened.
type eventBody struct {
	Type        string `json:"type"`
	Subtype     string `json:"subtype"`
	User        string `json:"user"`
	BotID       string `json:"bot_id"`
	Text        string `json:"text"`
	Channel     string `json:"channel"`
	ChannelType string `json:"channel_type"`
	TS          string `json:"ts"`
	ThreadTS    string `json:"thread_ts"`
}

// mentioned is Call.Command of what was said to the bot by name, where slash commands
// cannot be typed: in threads.
const mentioned = "@foghorn"

// event takes an event. Slack repeats one with the same event_id.
func (s *Slack) event(ctx context.Context, payload []byte, of []config.ChatWorkspace) error {
	var e callback
	if err := json.Unmarshal(payload, &e); err != nil {
		return errors.New("an event is not valid JSON")
	}
	if e.Type != "event_callback" {
		return nil
	}
	w := workspaceOf(of, e.TeamID, e.EnterpriseID)
	said := &e.Event
	switch {
	case w == nil:
		s.Refused(ctx, chatops.Call{Channel: said.Channel, User: said.User}, unknownTeam(e.TeamID))
		return nil
	case said.Type == "app_uninstalled" || said.Type == "tokens_revoked":
		s.Logger.Error("Slack says that the app was removed from a workspace; install it again", "workspace", w.Name, "event", said.Type)
		return nil
	case !said.forUs():
		return nil
	case e.EventID == "":
		return errors.New("an event has no event_id")
	}
	thread := said.ThreadTS
	if thread == "" {
		thread = said.TS
	}
	call := chatops.Call{
		Platform: s.Name, ID: callID(w, e.EventID, ""), Workspace: w.Name, Channel: said.Channel, User: said.User,
		Command: mentioned, Text: typed.Replace(withoutMention(said.Text)), At: s.Clock.Now(), Reply: chatops.Reply{Thread: safetext.Clip(thread, platform.MaxID)},
	}
	if err := check(w, &call); err != nil {
		return err
	}
	return s.acceptThenAnswer(ctx, call)
}

// forUs reports whether a person said something to the bot. What bots say, this one too,
// would be answered without end.
func (said *eventBody) forUs() bool {
	if said.BotID != "" || said.Subtype != "" || said.User == "" {
		return false
	}
	return said.Type == "app_mention" || said.Type == "message" && said.ChannelType == "im"
}

// withoutMention is a text without the name of the bot at its beginning.
func withoutMention(text string) string {
	text = strings.TrimSpace(text)
	if rest, ok := strings.CutPrefix(text, "<@"); ok {
		if _, after, ok := strings.Cut(rest, ">"); ok {
			return strings.TrimSpace(after)
		}
	}
	return text
}
