package mattermost

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"foghorn/chatops"
	"foghorn/chatops/layout"
	"foghorn/chatops/platform"
	"foghorn/config"
	"foghorn/internal/safetext"
)

const directKept = 24 * time.Hour

var errNoBot = errors.New("the workspace has no bot_token to post with")

// apiError is a refusal of Mattermost's.
type apiError struct {
	what   string
	status int
	ID     string `json:"id"`
	Text   string `json:"message"`
}

func (e *apiError) Error() string {
	text := fmt.Sprintf("%s: Mattermost answered %d", e.what, e.status)
	if e.ID != "" {
		text += ": " + safetext.Line(safetext.Clip(e.Text, 200)) + " (" + safetext.Line(safetext.Clip(e.ID, 120)) + ")"
	}
	switch e.status {
	case http.StatusUnauthorized:
		text += ": the token is wrong, or bots are turned off: copy the bot's token again"
	case http.StatusForbidden:
		text += ": add the bot to the team and to the channel"
	}
	return text
}

// isRefusal reports whether Mattermost did not do what it was asked, for sure.
func isRefusal(err error) bool {
	api, ok := errors.AsType[*apiError](err)
	return ok && (api.status < http.StatusInternalServerError || api.status == http.StatusNotImplemented) || errors.Is(err, platform.ErrNoURL) || errors.Is(err, errNoBot)
}

// request is one to Mattermost.
type request struct {
	what, method, url string
	token             config.Secret
	json              any    // or
	file              []byte // its content
}

// body is what a request sends.
func (q *request) body() (data []byte, kind string, err error) {
	if q.file != nil {
		return q.file, "application/octet-stream", nil
	}
	if q.json == nil {
		return nil, "", nil
	}
	data, err = platform.JSON(q.json)
	return data, platform.JSONType, err
}

// do sends a request, and reads the answer into out.
func (s *Mattermost) do(ctx context.Context, q *request, out any) error {
	data, kind, err := q.body()
	if err != nil {
		return fmt.Errorf("%s: %w", q.what, err)
	}
	header := http.Header{}
	if kind != "" {
		header.Set("Content-Type", kind)
	}
	if !q.token.IsZero() {
		header.Set("Authorization", "Bearer "+q.token.Reveal())
	}
	a, err := s.Send(ctx, &platform.Request{What: q.what, Method: q.method, URL: q.url, Header: header, Body: data, Patient: true})
	switch {
	case err != nil:
		return err
	case a.Status != http.StatusOK && a.Status != http.StatusCreated:
		e := &apiError{}
		_ = json.Unmarshal(a.Body, e) // a proxy's page is none
		e.what, e.status = q.what, a.Status
		return e
	case out == nil:
		return nil
	}
	if err := json.Unmarshal(a.Body, out); err != nil {
		return fmt.Errorf("%s: the answer is not JSON: a proxy may have answered instead of Mattermost", q.what)
	}
	return nil
}

// api calls the API of a workspace's server as its bot.
func (s *Mattermost) api(ctx context.Context, w *config.ChatWorkspace, q *request, out any) error {
	if w.BotToken.IsZero() {
		return errNoBot
	}
	q.url, q.token = w.Server+"/api/v4"+q.url, w.BotToken
	return s.do(ctx, q, out)
}

// post is a post as the API takes it.
type post struct {
	ChannelID string   `json:"channel_id"`
	RootID    string   `json:"root_id,omitempty"`
	FileIDs   []string `json:"file_ids,omitempty"`
	body
}

// post posts, and returns the id.
func (s *Mattermost) post(ctx context.Context, w *config.ChatWorkspace, p *post) (string, error) {
	var out struct {
		ID string `json:"id"`
	}
	err := s.api(ctx, w, &request{what: "post a message", url: "/posts", json: p}, &out)
	return out.ID, err
}

// user is who a token is of.
type user struct {
	ID   string `json:"id"`
	Name string `json:"username"`
}

func (s *Mattermost) me(ctx context.Context, w *config.ChatWorkspace) (u user, err error) {
	err = s.api(ctx, w, &request{what: "log in", method: http.MethodGet, url: "/users/me"}, &u)
	if err == nil && !isID(u.ID) {
		err = errors.New("log in: Mattermost did not say who the bot is")
	}
	return u, err
}

// directChannel is the bot's own conversation with a user.
func (s *Mattermost) directChannel(ctx context.Context, w *config.ChatWorkspace, userID string) (string, error) {
	key := w.Name + " " + userID
	if id, ok := s.direct.Get(key, s.Clock.Now()); ok {
		return id, nil
	}
	me, err := s.me(ctx, w)
	if err != nil {
		return "", err
	}
	var out struct {
		ID string `json:"id"`
	}
	if err := s.api(ctx, w, &request{what: "open a direct message", url: "/channels/direct", json: []string{me.ID, userID}}, &out); err != nil {
		return "", err
	}
	s.direct.Set(key, out.ID, s.Clock.Now(), directKept)
	return out.ID, nil
}

// attach posts the whole of a message as a file: where the message is or, when only one
// person may see it, in the bot's conversation with them. Where Mattermost takes no file,
// its pages follow in place of it.
func (s *Mattermost) attach(ctx context.Context, w *config.ChatWorkspace, call *chatops.Call, m *chatops.Message, thread string) error {
	channel := call.Channel
	if m.Ephemeral {
		var err error
		if channel, err = s.directChannel(ctx, w, call.User); err != nil {
			return err
		}
		if channel != call.Channel {
			thread = ""
		}
	}
	err := s.upload(ctx, w, channel, thread, m)
	if err == nil || !isRefusal(err) {
		return err
	}
	s.Logger.Warn("an answer could not be attached as a file; its pages are posted instead", "workspace", w.Name, "error", err)
	r := s.render(ctx, w, call, m, "")
	r.bound(false)
	_, err = s.postPages(ctx, w, channel, thread, r)
	return err
}

// upload puts a file into a channel.
func (s *Mattermost) upload(ctx context.Context, w *config.ChatWorkspace, channel, thread string, m *chatops.Message) error {
	file := layout.FileOf(m)
	var out struct {
		Files []struct {
			ID string `json:"id"`
		} `json:"file_infos"`
	}
	where := url.Values{"channel_id": {channel}, "filename": {file.Name}}
	if err := s.api(ctx, w, &request{what: "upload a file", url: "/files?" + where.Encode(), file: file.Content}, &out); err != nil {
		return err
	}
	if len(out.Files) == 0 {
		return errors.New("upload a file: Mattermost did not take it")
	}
	_, err := s.post(ctx, w, &post{ChannelID: channel, RootID: thread, FileIDs: []string{out.Files[0].ID}, body: body{Message: "The whole answer:"}})
	return err
}
