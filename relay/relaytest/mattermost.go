package relaytest

import (
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// What a Mattermost server takes.
const (
	mattermostMaxChars = 16_383
	mattermostMaxProps = 800_000
	mattermostMaxBody  = 1 << 20
	mattermostRepeats  = 30 * time.Second // how long a pending_post_id is remembered
)

// MattermostPost is a post in the stand-in.
type MattermostPost struct {
	ID        string
	ChannelID string
	RootID    string
	Message   string
	Props     map[string]any
	FileIDs   []string
	Username  string // shown, by way of a hook
	ByPerson  bool
	Created   time.Time
	Edits     int
	Deleted   bool
	// Mentions are the words that would have rung somebody.
	Mentions []string
}

// Attachments returns the attachments of the post.
func (p *MattermostPost) Attachments() (out []map[string]any) {
	list, _ := p.Props["attachments"].([]any)
	for _, a := range list {
		if m, ok := a.(map[string]any); ok {
			out = append(out, m)
		}
	}
	return out
}

// Mattermost stands in for a Mattermost server: incoming webhooks at /hooks/KEY, and the
// part of /api/v4 that a bot needs. It enforces lengths, the token, channels, threads and
// the time in which a post may be edited, knows repeats by pending_post_id, and looks
// for mentions as the server does. Where the server would split a long post, it
// refuses it, so that a test sees who did not cut.
type Mattermost struct {
	Faults
	now func() time.Time

	mu    sync.Mutex
	posts []*MattermostPost
	seen  map[string]*MattermostPost
	times []time.Time // of requests, for the limit
	set   MattermostSettings
}

// MattermostSettings is what an administrator decides.
type MattermostSettings struct {
	Hook        string // the key of the webhook; empty when it was deleted
	HooksOff    bool
	HookLocked  bool              // to its own channel
	Channels    map[string]string // ids by name; the first of a hook is "town-square"
	Archived    bool              // all channels
	Users       []string          // whom a hook may write to
	Token       string
	BotIsMember bool
	EditTime    time.Duration // after which a post cannot be edited; 0 for never
	GoneStatus  int           // how an update of a deleted post is answered: 404, or 403 as by newer servers
	PerSecond   int           // requests; 0 for any number
}

// NewMattermost returns a server with a hook, a bot and two channels.
func NewMattermost(now func() time.Time) *Mattermost {
	return &Mattermost{now: now, seen: map[string]*MattermostPost{}, set: MattermostSettings{
		Hook: "xxx-generatedkey-xxx", Token: "bottokenbottokenbottokenbo", BotIsMember: true, GoneStatus: http.StatusNotFound,
		Channels: map[string]string{"town-square": "ctownsquarectownsquarectow", "network-alerts": "cnetworkalertscnetworkaler"},
		Users:    []string{"ada"},
	}}
}

// Set changes the settings.
func (m *Mattermost) Set(change func(*MattermostSettings)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	change(&m.set)
}

// Posts returns all posts in order, those that were deleted included.
func (m *Mattermost) Posts() (out []MattermostPost) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, p := range m.posts {
		out = append(out, *p)
	}
	return out
}

// Write posts as a person does.
func (m *Mattermost) Write(channelID, rootID, message string) MattermostPost {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := &MattermostPost{ChannelID: channelID, RootID: rootID, Message: message, Props: map[string]any{}, ByPerson: true}
	_ = m.add(p) // what people type fits
	return *p
}

// Delete deletes a post, as a person does.
func (m *Mattermost) Delete(id string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if p := m.find(id); p != nil {
		p.Deleted = true
	}
}

func (m *Mattermost) find(id string) *MattermostPost {
	for _, p := range m.posts {
		if p.ID == id {
			return p
		}
	}
	return nil
}

// ServeHTTP answers as Mattermost does.
func (m *Mattermost) ServeHTTP(w http.ResponseWriter, r *http.Request) { m.Through(w, r, m.serve) }

// mattermostError is an answer of Mattermost that refuses.
type mattermostError struct {
	status      int
	id, message string
}

func (m *Mattermost) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mattermostMaxBody))
	m.mu.Lock()
	defer m.mu.Unlock()
	var answer any
	status := http.StatusOK
	refusal := m.limit()
	key, isHook := strings.CutPrefix(r.URL.Path, "/hooks/")
	path, isAPI := strings.CutPrefix(r.URL.Path, "/api/v4")
	switch {
	case refusal != nil:
	case err != nil:
		refusal = &mattermostError{http.StatusRequestEntityTooLarge, "api.context.request_body_too_large.app_error", "the request body is too large"}
	case isHook && r.Method == http.MethodPost:
		refusal = m.hook(key, r, body)
	case isAPI:
		status, answer, refusal = m.api(path, r, body)
	default:
		refusal = notThere()
	}
	w.Header().Set("X-Request-Id", "requestrequestrequestreque")
	switch {
	case refusal != nil:
		writeJSON(w, refusal.status, map[string]any{"id": refusal.id, "message": refusal.message, "status_code": refusal.status, "request_id": "requestrequestrequestreque"})
	case isHook:
		w.Header().Set("Content-Type", "text/plain")
		_, _ = io.WriteString(w, "ok")
	default:
		writeJSON(w, status, answer)
	}
}

func notThere() *mattermostError {
	return &mattermostError{http.StatusNotFound, "api.context.404.app_error", "Sorry, we could not find the page."}
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	if status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", "1")
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // a test that hung up sees it
}

// limit counts a request against the server's limit, where it has one.
func (m *Mattermost) limit() *mattermostError {
	if m.set.PerSecond == 0 {
		return nil
	}
	now := m.now()
	m.times = slices.DeleteFunc(m.times, func(t time.Time) bool { return now.Sub(t) >= time.Second })
	if len(m.times) >= m.set.PerSecond {
		return &mattermostError{http.StatusTooManyRequests, "api.context.rate_limit.app_error", "limit exceeded"}
	}
	m.times = append(m.times, now)
	return nil
}

func (m *Mattermost) hook(key string, r *http.Request, body []byte) *mattermostError {
	var req struct {
		Text        string `json:"text"`
		Attachments []any  `json:"attachments"`
		Channel     string `json:"channel"`
		Username    string `json:"username"`
	}
	bad := func(id, message string) *mattermostError {
		return &mattermostError{http.StatusBadRequest, "web.incoming_webhook." + id + ".app_error", message}
	}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case m.set.HooksOff:
		return &mattermostError{http.StatusNotImplemented, "web.incoming_webhook.disabled.app_error", "Incoming webhooks have been disabled by the system admin."}
	case kind != "application/json" || json.Unmarshal(body, &req) != nil:
		return bad("parse", "Unable to parse incoming data.")
	case req.Text == "" && len(req.Attachments) == 0:
		return bad("text", "No text specified.")
	case m.set.Hook == "" || key != m.set.Hook:
		return bad("invalid", "Invalid webhook.")
	}
	channel := "town-square"
	if name, isUser := strings.CutPrefix(req.Channel, "@"); isUser {
		if !slices.Contains(m.set.Users, name) {
			return bad("user", "Couldn't find the user.")
		}
		channel = "town-square" // a direct message; the stand-in keeps them there
	} else if req.Channel != "" {
		channel = strings.TrimPrefix(req.Channel, "#")
	}
	id, there := m.set.Channels[channel]
	switch {
	case !there:
		return &mattermostError{http.StatusNotFound, "web.incoming_webhook.channel.app_error", "Couldn't find the channel."}
	case m.set.HookLocked && channel != "town-square":
		return &mattermostError{http.StatusForbidden, "web.incoming_webhook.channel_locked.app_error", "This webhook is not permitted to post to the requested channel."}
	}
	p := &MattermostPost{ChannelID: id, Message: slackText(req.Text), Username: req.Username, Props: map[string]any{}}
	if len(req.Attachments) > 0 {
		p.Props["attachments"] = slackAttachments(req.Attachments)
	}
	return m.add(p)
}

// add checks the lengths of a post, and keeps it.
func (m *Mattermost) add(p *MattermostPost) *mattermostError {
	if e := tooLong(p); e != nil {
		return e
	}
	p.ID, p.Created, p.Mentions = fmt.Sprintf("p%025d", len(m.posts)+1), m.now(), mentions(p)
	m.posts = append(m.posts, p)
	return nil
}

func tooLong(p *MattermostPost) *mattermostError {
	texts := []string{p.Message}
	for _, a := range p.Attachments() {
		text, _ := a["text"].(string)
		texts = append(texts, text)
	}
	for _, t := range texts {
		if utf8.RuneCountInString(t) > mattermostMaxChars {
			return &mattermostError{http.StatusBadRequest, "model.post.is_valid.message_length.app_error", "Post Message property is longer than the maximum permitted length."}
		}
	}
	props, err := json.Marshal(p.Props)
	if err != nil || utf8.RuneCount(props) > mattermostMaxProps {
		return &mattermostError{http.StatusBadRequest, "model.post.is_valid.props.app_error", "Invalid props."}
	}
	return nil
}
