package chattest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"foghorn/relay/relaytest"
)

// MattermostConfig is the team, the slash command and the bot that a stand-in has.
type MattermostConfig struct {
	TeamID       string
	CommandToken string
	BotToken     string
	Now          func() time.Time
}

// Mattermost is a stand-in for a Mattermost server as a bot and a slash command see it:
// the API, the WebSocket, response_urls, files, and the commands, posts and clicks of
// people. Posts and channels are relaytest.Mattermost's. What is done against the rules is
// refused as Mattermost refuses it, and listed by Violations.
type Mattermost struct {
	*relaytest.Mattermost
	service
	c MattermostConfig

	shown   []MattermostShown
	files   []MattermostFile
	sockets []*MattermostSocket
	streams map[string]*mattermostStream
	opened  []string // queries of sockets
	deaf    bool
	noFiles bool
}

// MattermostShown is an answer that arrived with the answer to a command, or by a
// response_url.
type MattermostShown struct {
	By        string // command or response_url
	User      string // who called
	Ephemeral bool
	Text      string // with that of the attachments
	Buttons   []MattermostButton
}

// MattermostButton is a button that a person can press.
type MattermostButton struct {
	Name        string `json:"name"`
	ID          string `json:"id"`
	Type        string `json:"type"`
	Integration struct {
		URL     string          `json:"url"`
		Context json.RawMessage `json:"context"`
	} `json:"integration"`
}

// MattermostFile is a file that was uploaded.
type MattermostFile struct {
	ID, Channel, Name string
	Content           []byte
}

// The bot of the stand-in.
const (
	MattermostBotID   = "ufoghornufoghornufoghornuf"
	MattermostBotName = "foghorn"
)

// mattermostMaxPost is how many characters a post has at most.
const mattermostMaxPost = 16_383

// NewMattermost makes a stand-in. address returns where it is served.
func NewMattermost(c MattermostConfig, address func() string) *Mattermost {
	if c.Now == nil {
		c.Now = time.Now
	}
	m := &Mattermost{Mattermost: relaytest.NewMattermost(c.Now), c: c, streams: map[string]*mattermostStream{}}
	m.init(address, c.Now)
	m.Set(func(s *relaytest.MattermostSettings) { s.Token = c.BotToken })
	return m
}

// ServeHTTP answers as Mattermost does.
func (m *Mattermost) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	own := map[string]http.HandlerFunc{"/api/v4/websocket": m.serveSocket, "/api/v4/files": m.upload, "/api/v4/channels/direct": m.openDirect}
	serve := own[r.URL.Path]
	switch {
	case serve != nil:
	case strings.HasPrefix(r.URL.Path, "/hooks/commands/"):
		serve = m.respond
	default:
		m.Mattermost.ServeHTTP(w, r)
		return
	}
	m.Through(w, r, serve)
}

// Violations lists what was done against the rules, mentions that ring people among it.
func (m *Mattermost) Violations() []string {
	out := m.service.Violations()
	for _, p := range m.Posts() {
		if len(p.Mentions) > 0 && !p.ByPerson {
			out = append(out, fmt.Sprintf("a post rings %q", p.Mentions))
		}
	}
	return out
}

// Shown lists the answers to commands.
func (m *Mattermost) Shown() []MattermostShown {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.shown)
}

// Files lists the files that were uploaded.
func (m *Mattermost) Files() []MattermostFile {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.files)
}

// NoFiles makes the server refuse files, as where an administrator turned them off.
func (m *Mattermost) NoFiles() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.noFiles = true
}

func refuseMattermost(w http.ResponseWriter, status int, id, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"id": id, "message": message, "status_code": status})
}

// authorized reports whether a request has the bot's token; it has answered if not.
func (m *Mattermost) authorized(w http.ResponseWriter, r *http.Request) bool {
	if m.c.BotToken == "" || r.Header.Get("Authorization") != "Bearer "+m.c.BotToken {
		refuseMattermost(w, http.StatusUnauthorized, "api.context.session_expired.app_error", "Invalid or expired session, please login again.")
		return false
	}
	return true
}

func (m *Mattermost) openDirect(w http.ResponseWriter, r *http.Request) {
	var ids []string
	if !m.authorized(w, r) {
		return
	}
	if json.NewDecoder(r.Body).Decode(&ids) != nil || len(ids) != 2 || ids[0] != MattermostBotID {
		refuseMattermost(w, http.StatusBadRequest, "api.context.invalid_body_param.app_error", "Invalid or missing user_ids in request body.")
		return
	}
	id := m.Direct(ids[1])
	w.WriteHeader(http.StatusCreated)
	_ = json.NewEncoder(w).Encode(map[string]any{"id": id, "type": "D"})
}

// Direct is the bot's conversation with a user.
func (m *Mattermost) Direct(user string) string {
	id := "d" + user[:min(25, len(user))]
	m.Set(func(s *relaytest.MattermostSettings) { s.Channels["@"+user] = id })
	return id
}

func (m *Mattermost) upload(w http.ResponseWriter, r *http.Request) {
	if !m.authorized(w, r) {
		return
	}
	m.mu.Lock()
	off := m.noFiles
	m.mu.Unlock()
	channel, name := r.URL.Query().Get("channel_id"), r.URL.Query().Get("filename")
	content, err := io.ReadAll(io.LimitReader(r.Body, maxRequest))
	switch {
	case off:
		refuseMattermost(w, http.StatusNotImplemented, "api.file.attachments.disabled.app_error", "File attachments have been disabled on this server.")
		return
	case err != nil || channel == "" || name == "" || len(content) == 0:
		refuseMattermost(w, http.StatusBadRequest, "api.file.upload_file.incorrect_params.app_error", "Incorrect file upload parameters.")
		return
	}
	f := MattermostFile{ID: fmt.Sprintf("f%025d", m.number()), Channel: channel, Name: name, Content: content}
	m.mu.Lock()
	m.files = append(m.files, f)
	m.mu.Unlock()
	w.WriteHeader(http.StatusCreated)
	_ = json.NewEncoder(w).Encode(map[string]any{"file_infos": []any{map[string]any{"id": f.ID, "name": f.Name}}})
}

// respond takes an answer at a response_url.
func (m *Mattermost) respond(w http.ResponseWriter, r *http.Request) {
	at, raw, problem := m.answered(r)
	if problem != "" {
		refuseMattermost(w, http.StatusNotFound, "web.command_webhook.invalid.app_error", "Invalid webhook.")
		return
	}
	m.show("response_url", at.user, raw)
	_, _ = io.WriteString(w, "ok")
}

// mattermostAnswer is an answer to a command.
type mattermostAnswer struct {
	Type        string `json:"response_type"`
	Text        string `json:"text"`
	Attachments []struct {
		Text    string             `json:"text"`
		Actions []MattermostButton `json:"actions"`
	} `json:"attachments"`
	More []mattermostAnswer `json:"extra_responses"`
}

// show keeps an answer that was found in order, or notes what is wrong with it.
func (m *Mattermost) show(by, user string, raw []byte) {
	var a mattermostAnswer
	if err := json.Unmarshal(raw, &a); err != nil {
		m.wrong("an answer by %s is not JSON: %.80q", by, raw)
		return
	}
	for _, one := range append([]mattermostAnswer{a}, a.More...) {
		shown := MattermostShown{By: by, User: user, Ephemeral: one.Type != "in_channel", Text: one.Text}
		texts := []string{one.Text}
		for _, at := range one.Attachments {
			texts = append(texts, at.Text)
			shown.Text = strings.TrimPrefix(shown.Text+"\n"+at.Text, "\n")
			shown.Buttons = append(shown.Buttons, at.Actions...)
		}
		for _, text := range texts {
			if utf8.RuneCountInString(text) > mattermostMaxPost {
				m.wrong("an answer by %s is %d characters long", by, utf8.RuneCountInString(text))
			}
			if rung := relaytest.MattermostMentions(text); len(rung) > 0 {
				m.wrong("an answer by %s rings %q", by, rung)
			}
		}
		m.judgeButtons(shown.Buttons)
		if shown.Text == "" && len(shown.Buttons) == 0 { // which Mattermost shows nobody
			continue
		}
		m.mu.Lock()
		m.shown = append(m.shown, shown)
		m.mu.Unlock()
	}
}

// judgeButtons notes buttons that Mattermost would not show.
func (m *Mattermost) judgeButtons(all []MattermostButton) {
	for _, b := range all {
		if b.Name == "" || b.Type != "button" || b.ID == "" || strings.ContainsAny(b.ID, "_-:# ") || !strings.HasPrefix(b.Integration.URL, "http") {
			m.wrong("a button is none: %+v", b)
		}
	}
}
