package chattest

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"foghorn/relay/relaytest"
)

func answerJSON(w http.ResponseWriter, problem string, more map[string]any) {
	answer := map[string]any{"ok": problem == ""}
	if problem != "" {
		answer["error"] = problem
	}
	maps.Copy(answer, more)
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(answer)
}

// authorized reports whether a call has a token and its scope; it has answered if not.
func (s *Slack) authorized(w http.ResponseWriter, r *http.Request, token, scope string) bool {
	got, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	switch {
	case !bearer || got == "":
		answerJSON(w, "not_authed", nil)
	case got != token && (got == s.c.AppToken || got == s.c.BotToken):
		answerJSON(w, "not_allowed_token_type", nil)
	case got != token:
		answerJSON(w, "invalid_auth", nil)
	case scope != "" && !slices.Contains(s.Scopes, scope):
		answerJSON(w, "missing_scope", map[string]any{"needed": scope, "provided": strings.Join(s.Scopes, ",")})
	default:
		return true
	}
	return false
}

// hasMessage reports whether a channel has a message.
func (s *Slack) hasMessage(channel, ts string) bool {
	return slices.ContainsFunc(s.Messages(channel), func(m relaytest.SlackMessage) bool { return m.TS == ts })
}

// form reads arguments that the newer methods take as a form only.
func (s *Slack) form(w http.ResponseWriter, r *http.Request) (url.Values, bool) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxRequest))
	values, bad := url.ParseQuery(string(body))
	if err != nil || bad != nil || r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" {
		answerJSON(w, "invalid_arguments", nil)
		return nil, false
	}
	return values, true
}

func (s *Slack) postEphemeral(w http.ResponseWriter, r *http.Request) {
	if !s.authorized(w, r, s.c.BotToken, "chat:write") {
		return
	}
	raw, err := io.ReadAll(io.LimitReader(r.Body, maxRequest))
	var p struct{ Channel, User string }
	if err != nil || json.Unmarshal(raw, &p) != nil {
		answerJSON(w, "invalid_json", nil)
		return
	}
	problem := ""
	switch {
	case !s.In(p.Channel):
		problem = "not_in_channel"
	case p.User == "":
		problem = "user_not_in_channel"
	default:
		problem = s.show("postEphemeral", p.Channel, p.User, raw)
	}
	answerJSON(w, problem, map[string]any{"message_ts": strconv.Itoa(s.number())})
}

func (s *Slack) openConversation(w http.ResponseWriter, r *http.Request) {
	if !s.authorized(w, r, s.c.BotToken, "im:write") {
		return
	}
	if values, ok := s.form(w, r); ok {
		answerJSON(w, "", map[string]any{"channel": map[string]any{"id": "D" + strings.TrimPrefix(values.Get("users"), "U")}})
	}
}

func (s *Slack) getUploadURL(w http.ResponseWriter, r *http.Request) {
	if !s.authorized(w, r, s.c.BotToken, "files:write") {
		return
	}
	values, ok := s.form(w, r)
	if !ok {
		return
	}
	length, err := strconv.Atoi(values.Get("length"))
	if err != nil || length < 1 || values.Get("filename") == "" {
		answerJSON(w, "invalid_arguments", nil)
		return
	}
	f := &SlackFile{ID: fmt.Sprintf("F%010d", s.number()), Name: values.Get("filename"), length: length}
	s.mu.Lock()
	s.files = append(s.files, f)
	s.mu.Unlock()
	answerJSON(w, "", map[string]any{"upload_url": s.url() + "/upload/" + f.ID, "file_id": f.ID})
}

// file calls f with a file, if there is one.
func (s *Slack) file(id string, f func(*SlackFile)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, file := range s.files {
		if file.ID == id {
			f(file)
		}
	}
}

func (s *Slack) upload(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "" {
		s.wrong("a token was sent to an upload's address")
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxRequest))
	fits := false
	s.file(strings.TrimPrefix(r.URL.Path, "/upload/"), func(f *SlackFile) {
		if fits = len(body) == f.length; fits {
			f.Content = body
		}
	})
	if err != nil || !fits {
		s.wrong("an upload of %d bytes is not of the length that was said", len(body))
		http.Error(w, "bad upload", http.StatusBadRequest)
		return
	}
	_, _ = fmt.Fprintf(w, "OK - %d", len(body))
}

func (s *Slack) completeUpload(w http.ResponseWriter, r *http.Request) {
	if !s.authorized(w, r, s.c.BotToken, "files:write") {
		return
	}
	values, ok := s.form(w, r)
	if !ok {
		return
	}
	var list []struct{ ID, Title string }
	channel, thread := values.Get("channel_id"), values.Get("thread_ts")
	switch {
	case json.Unmarshal([]byte(values.Get("files")), &list) != nil || len(list) == 0:
		answerJSON(w, "invalid_arguments", nil)
		return
	case !strings.HasPrefix(channel, "D") && !s.In(channel):
		answerJSON(w, "not_in_channel", nil)
		return
	case thread != "" && !s.hasMessage(channel, thread):
		answerJSON(w, "invalid_thread_ts", nil)
		return
	}
	for _, one := range list {
		done := false
		s.file(one.ID, func(f *SlackFile) {
			if done = f.Content != nil; done {
				f.Title, f.Channel, f.Thread = one.Title, channel, thread
			}
		})
		if !done {
			answerJSON(w, "file_not_found", nil)
			return
		}
	}
	answerJSON(w, "", nil)
}

// respond takes an answer at a response_url.
func (s *Slack) respond(w http.ResponseWriter, r *http.Request) {
	at, raw, problem := s.answered(r)
	if problem != "" {
		http.Error(w, problem, http.StatusNotFound)
		return
	}
	if problem = s.show("response_url", at.channel, at.user, raw); problem != "" {
		http.Error(w, problem, http.StatusBadRequest)
		return
	}
	_, _ = io.WriteString(w, "ok")
}
