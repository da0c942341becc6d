package chattest

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// SlackCall is what somebody did: a command, a click, or a mention of the app.
type SlackCall struct {
	Channel, User string
	path          string
	payload       any
	body          string
	form          bool
}

// escapeTyped is what Slack does to what people type.
var escapeTyped = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// Command is a slash command.
func (s *Slack) Command(channel, user, command, text string) *SlackCall {
	fields := map[string]string{
		"token": "deprecatedverificationtoken", "team_id": s.c.TeamID, "team_domain": "acme", "channel_id": channel, "channel_name": "alerts", "user_id": user, "user_name": "ada",
		"command": command, "text": escapeTyped.Replace(text), "api_app_id": "A0123456789", "is_enterprise_install": "false",
		"response_url": s.responseURL("commands", channel, user), "trigger_id": s.trigger(),
	}
	form := url.Values{}
	for name, value := range fields {
		form.Set(name, value)
	}
	return &SlackCall{Channel: channel, User: user, path: "commands", payload: fields, body: form.Encode(), form: true}
}

// Click is a click on a button of a message in a channel; ts is "" for an ephemeral one.
func (s *Slack) Click(channel, user, ts string, b SlackButton) *SlackCall {
	payload := map[string]any{
		"type": "block_actions", "team": map[string]any{"id": s.c.TeamID, "domain": "acme"}, "user": map[string]any{"id": user, "username": "ada", "team_id": s.c.TeamID},
		"channel": map[string]any{"id": channel, "name": "alerts"}, "container": map[string]any{"type": "message", "message_ts": ts, "channel_id": channel, "is_ephemeral": ts == ""},
		"trigger_id": s.trigger(), "response_url": s.responseURL("actions", channel, user),
		"actions": []any{map[string]any{"type": "button", "action_id": b.Action, "value": b.Value, "block_id": "b", "action_ts": "1.2"}},
	}
	raw, _ := json.Marshal(payload) // of texts
	return &SlackCall{Channel: channel, User: user, path: "interactions", payload: payload, body: url.Values{"payload": {string(raw)}}.Encode(), form: true}
}

// Mention is a message that names the app, with an event id of its own, or that of a
// message that is told again.
func (s *Slack) Mention(channel, user, eventID, thread, text string) *SlackCall {
	ts := fmt.Sprintf("%d.%06d", s.c.Now().Unix(), s.number())
	event := map[string]any{"type": "app_mention", "user": user, "text": "<@U0FOGHORN> " + escapeTyped.Replace(text), "channel": channel, "ts": ts}
	if thread != "" {
		event["thread_ts"] = thread
	}
	payload := map[string]any{"type": "event_callback", "team_id": s.c.TeamID, "event_id": eventID, "event": event}
	raw, _ := json.Marshal(payload) // of texts
	return &SlackCall{Channel: channel, User: user, path: "events", payload: payload, body: string(raw)}
}

func (s *Slack) trigger() string { return fmt.Sprintf("13345224609.738474920.%d", s.number()) }

// Body is what is posted of a call.
func (c *SlackCall) Body() string { return c.body }

// Request makes the request that Slack would make to an app at a base address, such as
// http://127.0.0.1:8080/api/v1/chatops/slack/.
func (s *Slack) Request(ctx context.Context, base string, c *SlackCall) (*http.Request, error) {
	kind := "application/json"
	if c.form {
		kind = "application/x-www-form-urlencoded"
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, base+c.path, strings.NewReader(c.body))
	if err != nil {
		return nil, err
	}
	stamp := strconv.FormatInt(s.c.Now().Unix(), 10)
	h := hmac.New(sha256.New, []byte(s.c.SigningSecret))
	h.Write([]byte("v0:" + stamp + ":" + c.body))
	r.Header.Set("Content-Type", kind)
	r.Header.Set("User-Agent", "Slackbot 1.0 (+https://api.slack.com/robots)")
	r.Header.Set("X-Slack-Request-Timestamp", stamp)
	r.Header.Set("X-Slack-Signature", "v0="+hex.EncodeToString(h.Sum(nil)))
	return r, nil
}

// Answered shows the answer that came with the acknowledgement of a command over HTTP.
func (s *Slack) Answered(c *SlackCall, body []byte) {
	if len(body) > 0 {
		s.show("ack", c.Channel, c.User, body)
	}
}
