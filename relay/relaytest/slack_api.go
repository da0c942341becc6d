package relaytest

import (
	"encoding/json"
	"io"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// slackPayload is what a request may bring.
type slackPayload struct {
	Channel   string            `json:"channel"`
	TS        string            `json:"ts"`
	ThreadTS  string            `json:"thread_ts"`
	Text      string            `json:"text"`
	Blocks    []json.RawMessage `json:"blocks"`
	Parse     string            `json:"parse"`
	LinkNames bool              `json:"link_names"`
}

// slackMaxText is where Slack refuses a text; it advises to stay below a tenth of it.
const slackMaxText = 40_000

// slackMaxRequest is far above what a message can have.
const slackMaxRequest = 1 << 20

// serveAPI answers a call of the Web API.
func (s *Slack) serveAPI(w http.ResponseWriter, r *http.Request, method string) {
	handlers := map[string]func(http.ResponseWriter, *slackPayload) map[string]any{
		"auth.test": s.authTest, "chat.postMessage": s.postMessage, "chat.update": s.update,
	}
	handler := handlers[method]
	if handler == nil {
		slackRefuse(w, "unknown_method", map[string]any{"req_method": method})
		return
	}
	if r.Method != http.MethodPost {
		http.Error(w, "", http.StatusMethodNotAllowed)
		return
	}
	token, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	w.Header().Set("X-OAuth-Scopes", strings.Join(s.Scopes, ","))
	switch {
	case !bearer || token == "":
		slackRefuse(w, "not_authed", nil)
		return
	case token != s.Token:
		slackRefuse(w, "invalid_auth", nil)
		return
	}
	p, problem, warning := slackRead(r)
	if problem != "" {
		slackRefuse(w, problem, nil)
		return
	}
	if answer := handler(w, p); answer != nil {
		if warning != "" {
			answer["warning"] = warning
			answer["response_metadata"] = map[string]any{"warnings": []string{warning}}
		}
		answer["ok"] = true
		slackAnswer(w, answer)
	}
}

// slackRead reads the payload of a call of the Web API.
func slackRead(r *http.Request) (p *slackPayload, problem, warning string) {
	body, err := io.ReadAll(io.LimitReader(r.Body, slackMaxRequest))
	if err != nil {
		return nil, "request_timeout", ""
	}
	p = &slackPayload{}
	if len(body) == 0 {
		return p, "", ""
	}
	if r.Header.Get("Content-Type") == "" {
		return nil, "missing_post_type", ""
	}
	kind, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return nil, "invalid_post_type", ""
	}
	switch charset := strings.ToLower(parameters["charset"]); charset {
	case "utf-8":
	case "":
		warning = "missing_charset"
	default:
		return nil, "invalid_charset", ""
	}
	if !utf8.Valid(body) || json.Unmarshal(body, p) != nil {
		return nil, "invalid_json", ""
	}
	return p, "", warning
}

func slackAnswer(w http.ResponseWriter, answer map[string]any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(answer)
}

func slackRefuse(w http.ResponseWriter, problem string, more map[string]any) {
	answer := map[string]any{"ok": false, "error": problem}
	maps.Copy(answer, more)
	slackAnswer(w, answer)
}

func (s *Slack) authTest(http.ResponseWriter, *slackPayload) map[string]any {
	return map[string]any{"url": "https://acme.slack.com/", "team": "Acme", "user": "foghorn", "team_id": "T0123456789", "user_id": "U0123456789", "bot_id": "B0123456789"}
}

// postMessage takes a message. It returns nil when it has answered with a refusal.
func (s *Slack) postMessage(w http.ResponseWriter, p *slackPayload) map[string]any {
	c := s.open(w, p)
	if c == nil {
		return nil
	}
	if c.archived {
		slackRefuse(w, "is_archived", nil)
		return nil
	}
	m := slackMessage(w, p)
	if m == nil {
		return nil
	}
	m.By = "bot"
	shown := map[string]any{"type": "message", "text": p.Text}
	if p.ThreadTS != "" {
		// A reply to a message that is gone is shown outside of any thread.
		if parent := c.find(p.ThreadTS); parent != nil {
			m.Thread = parent.TS
			if parent.Thread != "" {
				m.Thread = parent.Thread
			}
			shown["thread_ts"] = m.Thread
		}
	}
	s.post(c, m)
	shown["ts"] = m.TS
	return map[string]any{"channel": c.id, "ts": m.TS, "message": shown}
}

// open finds the channel that a call is about; nil when it has refused the call.
func (s *Slack) open(w http.ResponseWriter, p *slackPayload) *slackChannel {
	if !slices.Contains(s.Scopes, "chat:write") {
		slackRefuse(w, "missing_scope", map[string]any{"needed": "chat:write", "provided": strings.Join(s.Scopes, ",")})
		return nil
	}
	c := s.find(p.Channel)
	switch {
	case c == nil:
		slackRefuse(w, "channel_not_found", nil)
	case !c.member:
		slackRefuse(w, "not_in_channel", nil)
	default:
		return c
	}
	return nil
}

// slackMessage makes a message of a payload; nil when it has refused it.
func slackMessage(w http.ResponseWriter, p *slackPayload) *SlackMessage {
	m, problem, details := slackJudge(p)
	if problem != "" {
		var more map[string]any
		if len(details) > 0 {
			more = map[string]any{"response_metadata": map[string]any{"messages": details}}
		}
		slackRefuse(w, problem, more)
	}
	return m
}

// slackJudge holds a payload against the limits of a message.
func slackJudge(p *slackPayload) (m *SlackMessage, problem string, details []string) {
	switch {
	case p.Text == "" && len(p.Blocks) == 0:
		return nil, "no_text", nil
	case utf8.RuneCountInString(p.Text) > slackMaxText:
		return nil, "msg_too_long", nil
	}
	lines, size, details := checkBlocks(p.Blocks)
	switch {
	case len(details) > 0:
		return nil, "invalid_blocks", details
	case size > slackMaxBlockText:
		return nil, "msg_blocks_too_long", nil
	}
	return &SlackMessage{Text: p.Text, Lines: lines, Blocks: len(p.Blocks), Pings: slackPings(p)}, "", nil
}

// update edits a message of the bot's own.
func (s *Slack) update(w http.ResponseWriter, p *slackPayload) map[string]any {
	if !s.updates.AllowN(s.now(), 1) {
		w.Header().Set("Retry-After", strconv.Itoa(slackRetryAfter))
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(http.StatusTooManyRequests)
		_, _ = io.WriteString(w, `{"ok":false,"error":"ratelimited"}`)
		return nil
	}
	if c := s.find(p.Channel); c != nil && c.id != p.Channel {
		p.Channel = "" // an edit takes the id of the channel, and not its name
	}
	c := s.open(w, p)
	if c == nil {
		return nil
	}
	m := c.find(p.TS)
	switch {
	case c.archived:
		slackRefuse(w, "is_inactive", nil)
		return nil
	case m == nil:
		slackRefuse(w, "message_not_found", nil)
		return nil
	case m.By != "bot":
		slackRefuse(w, "cant_update_message", nil)
		return nil
	case m.Locked:
		slackRefuse(w, "edit_window_closed", nil)
		return nil
	}
	changed := slackMessage(w, p)
	if changed == nil {
		return nil
	}
	m.Text, m.Lines, m.Blocks = changed.Text, changed.Lines, changed.Blocks
	m.Edits++ // an edit rings nobody, so that m.Pings stays
	return map[string]any{"channel": c.id, "ts": m.TS, "text": p.Text}
}

// serveHook answers a post to the incoming webhook, in words and statuses.
func (s *Slack) serveHook(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != SlackHook {
		slackSay(w, http.StatusNotFound, "no_service")
		return
	}
	if r.Method != http.MethodPost {
		slackSay(w, http.StatusMethodNotAllowed, "")
		return
	}
	p, problem, _ := slackRead(r)
	if problem != "" {
		slackSay(w, http.StatusBadRequest, "invalid_payload")
		return
	}
	m, problem, _ := slackJudge(p)
	if problem != "" {
		slackSay(w, http.StatusBadRequest, problem)
		return
	}
	c := s.channels[0]
	if c.archived {
		slackSay(w, http.StatusGone, "channel_is_archived")
		return
	}
	m.By = "webhook"
	s.post(c, m)
	slackSay(w, http.StatusOK, "ok")
}

func slackSay(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/html")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text)
}
