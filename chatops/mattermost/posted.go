package mattermost

import (
	"context"
	"encoding/json"
	"strings"

	"foghorn/chatops"
	"foghorn/chatops/platform"
	"foghorn/config"
	"foghorn/internal/safetext"
)

// posted is the data of an event about a new post. Some of its values are JSON in a text.
type posted struct {
	ChannelType string `json:"channel_type"`
	TeamID      string `json:"team_id"` // empty in direct messages
	SenderName  string `json:"sender_name"`
	Mentions    string `json:"mentions"`
	Post        string `json:"post"`
}

// said is a post, as far as it matters here.
type said struct {
	ID        string         `json:"id"`
	ChannelID string         `json:"channel_id"`
	RootID    string         `json:"root_id"`
	UserID    string         `json:"user_id"`
	Type      string         `json:"type"`
	Message   string         `json:"message"`
	Props     map[string]any `json:"props"`
}

const directMessage = "D"

// posted takes a post that is for the bot.
func (l *link) posted(ctx context.Context, data json.RawMessage) {
	var e posted
	var p said
	if json.Unmarshal(data, &e) != nil || json.Unmarshal([]byte(e.Post), &p) != nil {
		l.Refused(ctx, chatops.Call{}, "an event about a post has no post")
		return
	}
	text, ours := l.forUs(&e, &p)
	if !ours {
		return
	}
	call := chatops.Call{Platform: l.Name, Channel: p.ChannelID, User: p.UserID, UserName: strings.TrimPrefix(e.SenderName, "@"),
		Command: "@" + l.bot.Name, Text: text, At: l.Clock.Now(), Reply: chatops.Reply{Thread: p.RootID}}
	if p.RootID == "" && e.ChannelType != directMessage {
		call.Reply.Thread = p.ID
	}
	w, problem := l.meant(&e, &p)
	if w == nil {
		l.Refused(ctx, call, problem)
		return
	}
	call.Workspace = w.Name
	if err := check(&call, w, p.ID); err != nil || !isID(p.ID) || p.RootID != "" && !isID(p.RootID) {
		l.Refused(ctx, call, "a post does not have the form of Mattermost's posts")
		return
	}
	call.ID = platform.CallID(w, p.ID)
	if problem != "" {
		l.Refused(ctx, call, problem)
		l.answerOnce(call, privately("foghorn knows you in several teams. Write to it in a channel of the team that you mean."))
		return
	}
	asClick(&call)
	switch m, err := l.HandOn(ctx, call); {
	case err != nil:
		l.Logger.Error("a post in Mattermost was not accepted", "workspace", w.Name, "error", err)
		l.answerOnce(call, privately(platform.Failed))
	case m != nil:
		l.answerOnce(call, m)
	}
}

func privately(s string) *chatops.Message {
	return &chatops.Message{Ephemeral: true, Sections: []chatops.Section{{Text: s}}}
}

// forUs reports whether a person said something to the bot, and what. What bots say, this
// one too, would be answered without end.
func (l *link) forUs(e *posted, p *said) (text string, ours bool) {
	if p.UserID == l.bot.ID || p.UserID == "" || p.Type != "" || isTrue(p.Props["from_bot"]) || isTrue(p.Props["from_webhook"]) {
		return "", false
	}
	text, named := withoutName(p.Message, l.bot.Name)
	if !named && e.ChannelType != directMessage {
		return "", false
	}
	// People who are used to the slash command type it here as well.
	if strings.HasPrefix(text, "/") {
		_, text, _ = strings.Cut(strings.ReplaceAll(text, "\n", " "), " ")
		text = strings.TrimSpace(text)
	}
	return text, true
}

func isTrue(v any) bool { return v == true || v == "true" }

// withoutName takes the name of the bot off the beginning of a text.
func withoutName(text, bot string) (rest string, named bool) {
	text = strings.TrimSpace(text)
	name := "@" + bot
	if len(text) < len(name) || !strings.EqualFold(text[:len(name)], name) {
		return text, false
	}
	after := text[len(name):]
	if after != "" && !strings.ContainsAny(after[:1], " \t\n,:") {
		return text, false // a longer name
	}
	return strings.TrimLeft(after, " \t\n,:"), true
}

// meant is the workspace that somebody means: that of the channel's team or, in a direct
// message, the one that knows them. A problem without a workspace is nobody's.
func (l *link) meant(e *posted, p *said) (w *config.ChatWorkspace, problem string) {
	of := l.links.Workspaces(l.account)
	if e.TeamID != "" {
		for i := range of {
			if of[i].TeamID == e.TeamID {
				return &of[i], ""
			}
		}
		return nil, "the team " + safetext.Clip(e.TeamID, 40) + " is not a workspace of this bot"
	}
	for i := range of {
		if !l.Known(of[i].Name, p.UserID) {
			continue
		}
		if w != nil {
			return w, "a direct message from someone whom foghorn knows in several teams"
		}
		w = &of[i]
	}
	if w == nil && len(of) > 0 { // they are refused, with what to add
		w = &of[0]
	}
	if w == nil {
		problem = "no workspace uses this bot any longer"
	}
	return w, problem
}
