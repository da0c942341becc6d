package chattest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"foghorn/relay/relaytest"
)

// MattermostCommand is a slash command that somebody typed.
type MattermostCommand struct {
	User string
	Form url.Values
}

// Command is a slash command.
func (m *Mattermost) Command(channel, user, command, text string) *MattermostCommand {
	n := m.number()
	at := m.offer(fmt.Sprintf("/hooks/commands/%026d", n), channel, user)
	return &MattermostCommand{User: user, Form: url.Values{
		"token": {m.c.CommandToken}, "team_id": {m.c.TeamID}, "team_domain": {"noc"}, "channel_id": {channel}, "channel_name": {"network-alerts"}, "user_id": {user}, "user_name": {"ada"},
		"command": {command}, "text": {text}, "response_url": {at}, "trigger_id": {fmt.Sprintf("trigger%d", n)}}}
}

// Request makes the request of a command as Mattermost makes it.
func (m *Mattermost) Request(ctx context.Context, to string, c *MattermostCommand) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to, strings.NewReader(c.Form.Encode()))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Accept", "application/json")
	r.Header.Set("Authorization", "Token "+c.Form.Get("token"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r, nil
}

// Answered shows the answer to a command.
func (m *Mattermost) Answered(c *MattermostCommand, body []byte) { m.show("command", c.User, body) }

// Click makes the request of a click on a button of a post.
func (m *Mattermost) Click(ctx context.Context, channel, user, postID string, b *MattermostButton) (*http.Request, error) {
	raw, err := json.Marshal(map[string]any{"user_id": user, "user_name": "ada", "channel_id": channel, "channel_name": "network-alerts", "team_id": m.c.TeamID,
		"team_domain": "noc", "post_id": postID, "trigger_id": fmt.Sprintf("trigger%d", m.number()), "type": "", "data_source": "", "context": b.Integration.Context})
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, b.Integration.URL, bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	return r, nil
}

// ButtonsOf are the buttons of a post.
func ButtonsOf(p *relaytest.MattermostPost) (out []MattermostButton) {
	for _, a := range p.Attachments() {
		raw, err := json.Marshal(a["actions"])
		var some []MattermostButton
		if err == nil && json.Unmarshal(raw, &some) == nil {
			out = append(out, some...)
		}
	}
	return out
}

// MattermostSaid is what somebody writes.
type MattermostSaid struct {
	Channel, User, Root, Text string
	Type                      string // of the channel: O, P, G, or D for a direct message
	Props                     map[string]any
	PostType                  string
	Team                      string // another than the stand-in's; "" in direct messages
}

// Say writes a post, and tells the sockets of it.
func (m *Mattermost) Say(s MattermostSaid) relaytest.MattermostPost {
	p := m.Write(s.Channel, s.Root, s.Text)
	m.Emit("posted", m.postedData(&p, s))
	return p
}

// Again tells the sockets of a post that they know.
func (m *Mattermost) Again(p *relaytest.MattermostPost, s MattermostSaid) {
	m.Emit("posted", m.postedData(p, s))
}

func (m *Mattermost) postedData(p *relaytest.MattermostPost, s MattermostSaid) map[string]any {
	post, _ := json.Marshal(map[string]any{"id": p.ID, "channel_id": s.Channel, "root_id": s.Root, "user_id": s.User, "type": s.PostType, "message": s.Text, "props": s.Props}) // of texts
	team := s.Team
	if team == "" && s.Type != "D" {
		team = m.c.TeamID
	}
	return map[string]any{"channel_type": s.Type, "channel_name": "network-alerts", "sender_name": "@ada", "team_id": team, "mentions": `["` + MattermostBotID + `"]`, "post": string(post)}
}
