package chattest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"foghorn/relay/relaytest"
)

// SlackConfig is the workspace and the app that a stand-in for Slack has.
type SlackConfig struct {
	TeamID        string // T0123456789
	BotToken      string
	AppToken      string
	SigningSecret string
	Now           func() time.Time // the machine's
}

// Slack is a stand-in for Slack as an app sees it: the Web API under /api/, Socket Mode,
// response_urls, uploads of files, and the commands, clicks and mentions of people, sent by
// socket or over HTTP with a signature. Messages and channels are relaytest.Slack's. What an
// app does against Slack's rules is refused as Slack refuses it, and listed by Violations.
type Slack struct {
	*relaytest.Slack
	service
	c SlackConfig

	shown     []SlackShown
	files     []*SlackFile
	sockets   []*SlackSocket
	tickets   map[string]bool
	envelopes map[string]*SlackEnvelope
	opened    int
	deaf      bool
	acked     func(envelope string)
}

// SlackShown is a message that arrived by an acknowledgement, by a response_url, or for one
// person only.
type SlackShown struct {
	By        string // ack, response_url or postEphemeral
	Channel   string
	User      string // of an ephemeral one
	Ephemeral bool
	Replaces  bool
	Message   relaytest.SlackMessage
	Raw       []byte
}

// Buttons are the buttons of a message.
func (m *SlackShown) Buttons() []SlackButton { return buttonsIn(m.Raw) }

// SlackButton is a button that a person can press.
type SlackButton struct{ Label, Action, Value, URL string }

// SlackFile is a file that was shared.
type SlackFile struct {
	ID, Name, Title string
	Channel, Thread string // once it is shared
	Content         []byte
	length          int
}

// NewSlack makes a stand-in. address returns where it is served, as http://127.0.0.1:1234.
func NewSlack(c SlackConfig, address func() string) *Slack {
	if c.Now == nil {
		c.Now = time.Now
	}
	s := &Slack{Slack: relaytest.NewSlack(c.BotToken, c.Now), c: c, tickets: map[string]bool{}, envelopes: map[string]*SlackEnvelope{}}
	s.init(address, c.Now)
	s.Scopes = []string{"chat:write", "commands", "app_mentions:read", "im:history", "im:write", "files:write"}
	return s
}

// ServeHTTP answers as Slack does.
func (s *Slack) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	own := map[string]http.HandlerFunc{
		"/api/apps.connections.open": s.openConnection, "/api/chat.postEphemeral": s.postEphemeral, "/api/conversations.open": s.openConversation,
		"/api/files.getUploadURLExternal": s.getUploadURL, "/api/files.completeUploadExternal": s.completeUpload, "/link": s.serveSocket,
	}
	serve := own[r.URL.Path]
	switch {
	case serve != nil:
	case strings.HasPrefix(r.URL.Path, "/commands/"), strings.HasPrefix(r.URL.Path, "/actions/"):
		serve = s.respond
	case strings.HasPrefix(r.URL.Path, "/upload/"):
		serve = s.upload
	default:
		s.Slack.ServeHTTP(w, r)
		return
	}
	s.Through(w, r, serve)
}

// Shown lists what was shown besides the messages that were posted.
func (s *Slack) Shown() []SlackShown {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.shown)
}

// Files lists the files that were shared.
func (s *Slack) Files() []SlackFile {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []SlackFile
	for _, f := range s.files {
		if f.Channel != "" {
			out = append(out, *f)
		}
	}
	return out
}

// responseURL makes the address for the answers to a call.
func (s *Slack) responseURL(kind, channel, user string) string {
	return s.offer(fmt.Sprintf("/%s/%s/%d/secretofthis", kind, s.c.TeamID, s.number()), channel, user)
}

// show keeps a message that was found in order, or notes what is wrong with it.
func (s *Slack) show(by, channel, user string, raw []byte) (problem string) {
	var body struct {
		Type     string `json:"response_type"`
		Replaces bool   `json:"replace_original"`
	}
	if json.Unmarshal(raw, &body) != nil {
		return "invalid_payload"
	}
	m, problem, details := relaytest.JudgeSlack(raw)
	if problem == "" && body.Type != "" && body.Type != "ephemeral" && body.Type != "in_channel" {
		problem = "invalid_response_type"
	}
	if problem != "" {
		s.wrong("a message by %s: %s %v", by, problem, details)
		return problem
	}
	shown := SlackShown{By: by, Channel: channel, User: user, Ephemeral: body.Type != "in_channel" && !body.Replaces, Replaces: body.Replaces, Message: *m, Raw: slices.Clone(raw)}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shown = append(s.shown, shown)
	return ""
}

// buttonsIn finds the buttons in the JSON of a message.
func buttonsIn(raw []byte) (out []SlackButton) {
	var m struct {
		Blocks []struct {
			Type     string `json:"type"`
			Elements []struct {
				Action string          `json:"action_id"`
				Value  string          `json:"value"`
				URL    string          `json:"url"`
				Text   json.RawMessage `json:"text"`
			} `json:"elements"`
		} `json:"blocks"`
	}
	if json.Unmarshal(raw, &m) != nil {
		return nil
	}
	for _, b := range m.Blocks {
		if b.Type != "actions" {
			continue
		}
		for _, e := range b.Elements {
			var label struct {
				Text string `json:"text"`
			}
			_ = json.Unmarshal(e.Text, &label) // a button without a label was refused before
			out = append(out, SlackButton{Label: label.Text, Action: e.Action, Value: e.Value, URL: e.URL})
		}
	}
	return out
}
