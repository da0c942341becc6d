package mattermost

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"foghorn/chatops"
	"foghorn/chatops/platform"
	"foghorn/config"
	"foghorn/relay/chattext/markdown"
)

// action is a button of an attachment. Mattermost keeps the integration to itself: nobody
// who reads the post sees it.
type action struct {
	ID          string      `json:"id"`
	Name        string      `json:"name"`
	Type        string      `json:"type"`
	Style       string      `json:"style,omitempty"`
	Integration integration `json:"integration"`
}

type integration struct {
	URL     string  `json:"url"`
	Context pressed `json:"context"`
}

// pressed is what a button stands for.
type pressed struct {
	Workspace string `json:"workspace"`
	Action    string `json:"action"`
	Value     string `json:"value"`
	Code      string `json:"code"` // proves that foghorn made the button
}

const (
	maxButtons = 20
	maxLabel   = 60
)

// code is what only foghorn can make: a click has no token of Mattermost's.
func (p *pressed) code(token string) string {
	text, _ := json.Marshal([]string{"foghorn click", p.Workspace, p.Action, p.Value}) // of texts
	h := hmac.New(sha256.New, []byte(token))
	h.Write(text)
	return hex.EncodeToString(h.Sum(nil))
}

// addresses is the kind of what is remembered of workspaces: where Mattermost reaches this
// listener, as the last slash command showed.
const addresses = "addresses"

const (
	// addressKept is how long a listener is taken to be reached where it was.
	addressKept = 7 * 24 * time.Hour
	// addressFresh is how long an address is not written again.
	addressFresh = 24 * time.Hour
)

// reachedAt is an address that was seen at a time.
type reachedAt struct {
	Base string    `json:"base"`
	At   time.Time `json:"at"`
}

// noteReached remembers where Mattermost reaches this listener.
func (s *Mattermost) noteReached(ctx context.Context, w *config.ChatWorkspace, base string) {
	var old reachedAt
	now := s.Clock.Now()
	if s.Recall(ctx, addresses, w.Name, &old) && old.Base == base && now.Sub(old.At) < addressFresh {
		return
	}
	if err := s.Remember(ctx, addresses, w.Name, reachedAt{base, now}, addressKept); err != nil {
		s.Logger.Warn("where Mattermost reaches foghorn is not remembered: there are no buttons", "workspace", w.Name, "error", err)
	}
}

// buttons are those of a message: what can be pressed where Mattermost reaches this
// listener, and lines of what can be typed in place of that. command is what people begin
// such a line with.
func (s *Mattermost) buttons(ctx context.Context, w *config.ChatWorkspace, command string, all []chatops.Button) (actions []action, lines []string) {
	var at reachedAt
	reached := len(all) > 0 && s.Recall(ctx, addresses, w.Name, &at)
	tokens, left := w.CommandTokens(), 0
	for i := range all {
		b := &all[i]
		if b.URL != "" {
			if line := linkTo(b); line != "" {
				lines = append(lines, line)
			}
			continue
		}
		pressable := reached && len(tokens) > 0 && len(actions) < maxButtons
		if pressable {
			p := pressed{Workspace: w.Name, Action: b.Action, Value: b.Value}
			p.Code = p.code(tokens[0])
			a := action{ID: "b" + strconv.Itoa(i), Name: markdown.Plain(b.Label, maxLabel), Type: "button", Integration: integration{at.Base + actionPath, p}}
			if b.Danger {
				a.Style = "danger"
			}
			actions = append(actions, a)
		}
		line := typedLine(command, b)
		if line != "" {
			lines = append(lines, line)
		} else if !pressable {
			left++
		}
	}
	if left > 0 {
		lines = append(lines, strconv.Itoa(left)+" of the buttons cannot be shown here")
	}
	return actions, lines
}

// typedLine says what to type in place of pressing a button; empty where nothing can be.
func typedLine(command string, b *chatops.Button) string {
	text := ""
	for _, word := range typedClicks {
		if b.Action == word && isID(b.Value) {
			text = word + " " + b.Value
		}
	}
	if b.Action == "run" && b.Value != "" && !strings.ContainsFunc(b.Value, func(r rune) bool { return r == '`' || r < ' ' }) {
		text = b.Value
	}
	if text == "" {
		return ""
	}
	return markdown.Text(b.Label, maxLabel) + ": type `" + command + " " + text + "`"
}

// serveAction takes a click.
func (s *Mattermost) serveAction(w http.ResponseWriter, r *http.Request, body []byte) {
	var in struct {
		UserID    string  `json:"user_id"`
		UserName  string  `json:"user_name"`
		ChannelID string  `json:"channel_id"`
		TeamID    string  `json:"team_id"`
		PostID    string  `json:"post_id"`
		TriggerID string  `json:"trigger_id"`
		Context   pressed `json:"context"`
	}
	if err := json.Unmarshal(body, &in); err != nil {
		s.Refuse(r.Context(), w, http.StatusBadRequest, "the body of a click is not valid JSON")
		return
	}
	call := chatops.Call{Platform: s.Name, Channel: in.ChannelID, User: in.UserID, UserName: in.UserName, At: s.Clock.Now(),
		Click: &chatops.Click{Action: in.Context.Action, Value: in.Context.Value}}
	ws, err := s.pressedIn(&in.Context, in.TeamID)
	if err != nil {
		s.Refused(r.Context(), chatops.Call{Channel: in.ChannelID, User: in.UserID}, "a click: "+err.Error())
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	call.Workspace = ws.Name
	if isID(in.PostID) {
		call.Reply.Thread = in.PostID
	}
	if err := check(&call, ws, in.TriggerID); err != nil {
		s.Refused(r.Context(), call, err.Error())
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	call.ID = platform.CallID(ws, in.TriggerID)
	platform.WriteJSON(w, s.clicked(r.Context(), ws, call))
}

// pressedIn finds the workspace of a button, whose code must be right.
func (s *Mattermost) pressedIn(p *pressed, team string) (*config.ChatWorkspace, error) {
	for _, w := range s.All() {
		tokens := w.CommandTokens()
		if w.Name != p.Workspace || len(tokens) == 0 {
			continue
		}
		if !slices.ContainsFunc(tokens, func(token string) bool { return same(p.code(token), p.Code) }) {
			return nil, errors.New("its code is wrong: foghorn did not make the button, or its command_token has been removed since")
		}
		if team != "" && team != w.TeamID { // a direct message has none
			return nil, fmt.Errorf("the button belongs to the team %s, and was pressed in %.40q", w.TeamID, team)
		}
		return &w, nil
	}
	return nil, fmt.Errorf("the workspace %.40q has no buttons", p.Workspace)
}

// clickAnswer is the answer to a click.
type clickAnswer struct {
	Update        *update `json:"update,omitempty"`
	EphemeralText string  `json:"ephemeral_text,omitempty"`
	// SkipSlackParsing keeps Mattermost from reading the text as Slack's.
	SkipSlackParsing bool `json:"skip_slack_parsing,omitempty"`
}

// update replaces the post that was clicked.
type update struct {
	Message string `json:"message"`
	Props   props  `json:"props"`
}

func (s *Mattermost) clicked(ctx context.Context, w *config.ChatWorkspace, call chatops.Call) *clickAnswer {
	m, err := s.HandOn(ctx, call)
	switch {
	case err != nil:
		s.Logger.Error("a click in Mattermost was not accepted", "workspace", w.Name, "error", err)
		return &clickAnswer{EphemeralText: platform.Failed}
	case m == nil:
		return &clickAnswer{EphemeralText: platform.OnWay}
	}
	r := s.render(ctx, w, &call, m, "")
	switch {
	case m.Replace && !m.Ephemeral && len(r.pages) == 1:
		s.Shown(&call)
		p := r.post(0)
		return &clickAnswer{Update: &update{p.Message, *p.Props}}
	case m.Ephemeral || w.BotToken.IsZero():
		s.Shown(&call)
		return &clickAnswer{EphemeralText: r.flat(), SkipSlackParsing: true}
	}
	s.answerOnce(call, m)
	return &clickAnswer{}
}
