package slack

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"

	"foghorn/chatops"
	"foghorn/chatops/chattest"
	"foghorn/config"
	"foghorn/internal/clock"
	"foghorn/mist/streamtest"
)

const (
	team    = "T0123456789"
	channel = "C0123456789"
	ada     = "U0123456789"
	bob     = "U9999999999"
	signing = "synthetic-signing-secret-0001"
	botTok  = "xoxb-synthetic-bot-token"
	appTok  = "xapp-synthetic-app-token"
	address = "http://127.0.0.1:1" // of the stand-in; nothing listens there
)

// stage is a Slack of ours and the stand-in that it works with, in a bubble where time
// passes at once.
type stage struct {
	t     *testing.T
	slack *chattest.Slack
	ours  *Slack
	o     Options // of ours
	h     *chattest.Handler
	said  []string // by the log
	told  []string // to people at the collector
}

// play tells a story. Whatever happens in it, nothing may break Slack's rules or ring
// anybody.
func play(t *testing.T, change func(*Options), story func(*stage)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		st := &stage{t: t, h: &chattest.Handler{}}
		st.slack = chattest.NewSlack(chattest.SlackConfig{TeamID: team, BotToken: botTok, AppToken: appTok, SigningSecret: signing}, func() string { return address })
		pipes := streamtest.Serve(t, st.slack)
		transport := &http.Transport{DialContext: pipes.Dial}
		t.Cleanup(transport.CloseIdleConnections)
		o := Options{
			Workspaces: []config.ChatWorkspace{workspace()}, Handler: st.h, Clock: clock.Real{}, Logger: chattest.LogTo(&st.said), Say: func(line string) { st.told = append(st.told, line) },
			HTTP: &http.Client{Transport: transport}, Dial: pipes.Dial,
		}
		if change != nil {
			change(&o)
		}
		st.o, st.ours = o, mustNew(t, o)
		chattest.During(t, st.ours.Run, func() { story(st) })
		for _, wrong := range st.slack.Violations() {
			t.Errorf("against Slack's rules: %s", wrong)
		}
		st.nobodyRung()
	})
}

// workspace is one with HTTP only.
func workspace() config.ChatWorkspace {
	return config.ChatWorkspace{Name: "acme", Platform: config.ChatSlack, TeamID: team, SigningSecret: config.NewSecret(signing), BotToken: config.NewSecret(botTok), APIURL: address + "/api/"}
}

// sockets makes the workspace use Socket Mode.
func sockets(o *Options) { o.Workspaces[0].AppToken = config.NewSecret(appTok) }

// nobodyRung fails for what would ring people.
func (st *stage) nobodyRung() {
	st.t.Helper()
	for _, m := range st.slack.Messages(channel) {
		if len(m.Pings) > 0 {
			st.t.Errorf("a message rings %q", m.Pings)
		}
		if m.Hidden {
			st.t.Errorf("Slack hides %q: it came too fast", m.Text)
		}
	}
	for _, m := range st.slack.Shown() {
		if len(m.Message.Pings) > 0 {
			st.t.Errorf("an answer rings %q", m.Message.Pings)
		}
	}
}

// base is where Slack posts to.
const base = "/api/v1/chatops/slack/"

// post delivers a call over HTTP as Slack does, and shows the answer.
func (st *stage) post(c *chattest.SlackCall) *httptest.ResponseRecorder {
	st.t.Helper()
	r, err := st.slack.Request(st.t.Context(), base, c)
	if err != nil {
		st.t.Fatal(err)
	}
	w := chattest.Serve(st.t, st.ours.Endpoints(), r)
	if w.Code == http.StatusOK && strings.Contains(r.URL.Path, "commands") {
		st.slack.Answered(c, w.Body.Bytes())
	}
	synctest.Wait()
	return w
}

// command is a slash command of a user that is posted.
func (st *stage) command(user, text string) *chattest.SlackCall {
	c := st.slack.Command(channel, user, "/foghorn", text)
	st.post(c)
	return c
}

// answer posts a later answer to the last call.
func (st *stage) answer(m *chatops.Message) {
	st.t.Helper()
	if err := st.ours.Answer(st.t.Context(), st.h.Last(st.t), m); err != nil {
		st.t.Error(err)
	}
}

// want holds what was shown besides posts against lines, one a message: how it came, who
// sees it, and its text.
func (st *stage) want(lines ...string) {
	st.t.Helper()
	var got []string
	for _, m := range st.slack.Shown() {
		who := "channel"
		switch {
		case m.Replaces:
			who = "replaces"
		case m.Ephemeral:
			who = "only " + m.User
		}
		got = append(got, m.By+", "+who+": "+m.Message.Text)
	}
	if g, w := strings.Join(got, "\n"), strings.Join(lines, "\n"); g != w {
		st.t.Errorf("shown:\n%s\nwant:\n%s", g, w)
	}
}

// posts holds the messages of the channel against lines: replies in threads begin with >.
func (st *stage) posts(lines ...string) {
	st.t.Helper()
	var got []string
	for _, m := range st.slack.Messages(channel) {
		text := m.Text
		if m.Thread != "" {
			text = "> " + text
		}
		got = append(got, text)
	}
	if g, w := strings.Join(got, "\n"), strings.Join(lines, "\n"); g != w {
		st.t.Errorf("posted:\n%s\nwant:\n%s", g, w)
	}
}

func privately(s string) *chatops.Message {
	return &chatops.Message{Ephemeral: true, Sections: []chatops.Section{{Text: s}}}
}
