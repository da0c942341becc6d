package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"foghorn/chatops/platform"
	"foghorn/config"
	"foghorn/internal/safetext"
)

// apiError is a refusal of the Web API.
type apiError struct {
	method string
	Code   string `json:"error"`
	Needed string `json:"needed"`
}

// advice says what to do about the refusals that people can mend.
var advice = map[string]string{
	"not_in_channel":                   "invite the app to the channel (/invite)",
	"channel_not_found":                "the channel does not exist, or the app is not in it: /invite it",
	"is_archived":                      "the channel is archived",
	"invalid_auth":                     "the token is wrong: copy it again",
	"not_authed":                       "the token is missing",
	"account_inactive":                 "the app was removed: install it again",
	"token_revoked":                    "the token was revoked: install the app again",
	"token_expired":                    "the token expired: use one without rotation",
	"not_allowed_token_type":           "this is another kind of token: bot_token begins with xoxb-, app_token with xapp-",
	"method_not_supported_for_channel": "this kind of channel takes no files",
	"app_level_token_required":         "app_token begins with xapp-",
}

func (e *apiError) Error() string {
	text := e.method + ": Slack answered " + safetext.Line(safetext.Clip(e.Code, 100))
	if e.Code == "missing_scope" {
		return text + ": add the scope " + safetext.Line(safetext.Clip(e.Needed, 100)) + " under OAuth & Permissions, and install the app again"
	}
	if do := advice[e.Code]; do != "" {
		return text + ": " + do
	}
	return text
}

// statusError is an answer that is none of the Web API's.
type statusError struct {
	what   string
	status int
	text   string
}

func (e *statusError) Error() string {
	text := fmt.Sprintf("%s: Slack answered %d", e.what, e.status)
	if e.text != "" {
		text += " " + e.text
	}
	return text
}

// isRefusal reports whether Slack did not do what it was asked, for sure.
func isRefusal(err error) bool {
	_, api := errors.AsType[*apiError](err)
	status, ok := errors.AsType[*statusError](err)
	return api || ok && status.status < http.StatusInternalServerError || errors.Is(err, platform.ErrNoURL)
}

// call calls a method of the Web API. Arguments that are url.Values go as a form, which
// all methods take; others as JSON.
func (s *Slack) call(ctx context.Context, at origin, token config.Secret, method string, args, out any) error {
	body, kind, err := encoded(args)
	if err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	header := http.Header{"Content-Type": {kind}, "Authorization": {"Bearer " + token.Reveal()}}
	a, err := s.Send(ctx, &platform.Request{What: method, URL: string(at) + method, Header: header, Body: body, Patient: true})
	if err != nil {
		return err
	}
	if a.Status != http.StatusOK {
		return &statusError{what: method, status: a.Status}
	}
	return read(method, a.Body, out)
}

// read reads an answer of the Web API.
func read(method string, answer []byte, out any) error {
	var r struct {
		OK bool `json:"ok"`
		apiError
	}
	if err := json.Unmarshal(answer, &r); err != nil {
		return fmt.Errorf("%s: the answer is not JSON: a proxy may have answered instead of Slack", method)
	}
	if !r.OK {
		r.method = method
		return &r.apiError
	}
	if out != nil {
		if err := json.Unmarshal(answer, out); err != nil {
			return fmt.Errorf("%s: read the answer: %w", method, err)
		}
	}
	return nil
}

func encoded(args any) (body []byte, kind string, err error) {
	if form, ok := args.(url.Values); ok {
		return []byte(form.Encode()), "application/x-www-form-urlencoded", nil
	}
	body, err = platform.JSON(args)
	return body, platform.JSONType, err
}

// post is a message as chat.postMessage and chat.postEphemeral take it.
type post struct {
	Channel  string `json:"channel"`
	User     string `json:"user,omitempty"`
	ThreadTS string `json:"thread_ts,omitempty"`
	message
	Parse       string `json:"parse"`
	UnfurlLinks bool   `json:"unfurl_links"`
	UnfurlMedia bool   `json:"unfurl_media"`
}

// errPaced means that a message was not posted, because ctx ends before its turn.
var errPaced = errors.New("too many messages wait for the channel")

// post posts a message, not faster than Slack shows them, and returns its ts.
func (s *Slack) post(ctx context.Context, w *config.ChatWorkspace, method string, p *post) (string, error) {
	p.Parse = "none"
	if err := s.pace.wait(ctx, w.TeamID+" "+p.Channel); err != nil {
		return "", fmt.Errorf("%s: %w: %w", method, errPaced, err)
	}
	var out struct {
		TS string `json:"ts"`
	}
	err := s.call(ctx, originOf(w), w.BotToken, method, p, &out)
	return out.TS, err
}
