package slack

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"unicode/utf8"

	"foghorn/chatops/platform"
	"foghorn/config"
)

// maxBody bounds a request. A click brings the whole message along that it was made on.
const maxBody = 1 << 20

// Endpoints are what Slack posts to: each below slack/ and, as newer set-ups have it, below
// slack/webhook/.
func (s *Slack) Endpoints() []platform.Endpoint {
	var out []platform.Endpoint
	for _, base := range []string{"/api/v1/chatops/slack/", "/api/v1/chatops/slack/webhook/"} {
		out = append(out,
			s.endpoint(base+"commands", "command", s.serveCommand),
			s.endpoint(base+"events", "event", s.serveEvent),
			s.endpoint(base+"interactions", "click", s.serveInteraction),
		)
	}
	return out
}

// request is one that was found to be Slack's.
type request struct {
	*http.Request
	body   []byte
	signed []config.ChatWorkspace // whose secret signed it
	unique string                 // names it when nothing in it does
}

// endpoint verifies what comes before it hands it on.
func (s *Slack) endpoint(path, what string, serve func(http.ResponseWriter, *request)) platform.Endpoint {
	return platform.Endpoint{Path: path, Handler: s.Endpoint(platform.Takes{What: what, Most: maxBody}, func(w http.ResponseWriter, r *http.Request, body []byte) {
		signed, err := verify(r.Header, body, s.All(), s.Clock.Now())
		if err != nil {
			s.Refuse(r.Context(), w, http.StatusUnauthorized, fmt.Sprintf("a %s: %v", what, err))
			return
		}
		serve(w, &request{Request: r, body: body, signed: signed, unique: r.Header.Get(headerSignature)})
	})}
}

// form reads the body of a form; false when it was refused, because it is none.
func (s *Slack) form(w http.ResponseWriter, r *request) (url.Values, bool) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" {
		s.Refuse(r.Context(), w, http.StatusUnsupportedMediaType, fmt.Sprintf("the body is signed, but its Content-Type %.64q is not that of a form", r.Header.Get("Content-Type")))
		return nil, false
	}
	values, err := url.ParseQuery(string(r.body))
	if err != nil || !utf8.Valid(r.body) {
		s.Refuse(r.Context(), w, http.StatusBadRequest, "the body is signed, but is not a form")
		return nil, false
	}
	return values, true
}

func (s *Slack) serveCommand(w http.ResponseWriter, r *request) {
	values, ok := s.form(w, r)
	if !ok || values.Get("ssl_check") == "1" { // a probe: 200, and nothing
		return
	}
	c := command{
		TeamID: values.Get("team_id"), EnterpriseID: values.Get("enterprise_id"), ChannelID: values.Get("channel_id"),
		UserID: values.Get("user_id"), UserName: values.Get("user_name"), Command: values.Get("command"), Text: values.Get("text"),
		ResponseURL: values.Get("response_url"), TriggerID: values.Get("trigger_id"),
	}
	answer, err := s.command(r.Context(), &c, r.signed, r.unique)
	if err != nil {
		s.refuseCall(r.Context(), err)
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	if answer == nil {
		return
	}
	platform.WriteJSON(w, answer)
}

func (s *Slack) serveInteraction(w http.ResponseWriter, r *request) {
	values, ok := s.form(w, r)
	if !ok {
		return
	}
	if values.Get("ssl_check") == "1" {
		return
	}
	s.done(w, r, s.interaction(r.Context(), []byte(values.Get("payload")), r.signed, r.unique))
}

func (s *Slack) serveEvent(w http.ResponseWriter, r *request) {
	var e struct {
		Type      string `json:"type"`
		Challenge string `json:"challenge"`
	}
	if err := json.Unmarshal(r.body, &e); err != nil {
		s.Refuse(r.Context(), w, http.StatusBadRequest, "an event is signed, but is not JSON")
		return
	}
	if e.Type == "url_verification" {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		_, _ = io.WriteString(w, e.Challenge)
		return
	}
	s.done(w, r, s.event(r.Context(), r.body, r.signed))
}

// done acknowledges without an answer. What was not accepted Slack shall send again; what
// never will be it shall not.
func (s *Slack) done(w http.ResponseWriter, r *request, err error) {
	switch later := (*notAccepted)(nil); {
	case err == nil:
	case errors.As(err, &later):
		s.Logger.Error("a call from Slack was not accepted", "error", err)
		w.WriteHeader(http.StatusServiceUnavailable)
	default:
		w.Header().Set("X-Slack-No-Retry", "1")
		s.refuseCall(r.Context(), err)
		w.WriteHeader(http.StatusBadRequest)
	}
}
