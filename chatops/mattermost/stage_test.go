package mattermost

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
	"foghorn/relay/relaytest"
)

const (
	team    = "tsb8crrn5tgqtedpkt81b4tcya"
	other   = "tother0crrn5tgqtedpkt81b4t"
	channel = "cnetworkalertscnetworkaler" // of the stand-in
	ada     = "uadauadauadauadauadauadaua"
	bob     = "ubobubobubobubobubobubobub"
	token   = "nezum4kpu3faiec7r7c5zt6tfy"
	botTok  = "botbotbotbotbotbotbotbotbo"
	address = "http://127.0.0.1:1" // of the stand-in; nothing listens there
	ourHost = "foghorn.example.net"
)

// stage is a Mattermost of ours and the stand-in that it works with, in a bubble where time
// passes at once.
type stage struct {
	t      *testing.T
	server *chattest.Mattermost
	ours   *Mattermost
	o      Options // of ours
	h      *chattest.Handler
	told   []string
}

// workspace is a team with a slash command and a bot.
func workspace() config.ChatWorkspace {
	return config.ChatWorkspace{Name: "noc", Platform: config.ChatMattermost, Server: address, TeamID: team, CommandToken: config.NewSecret(token), BotToken: config.NewSecret(botTok)}
}

// play tells a story. Whatever happens in it, nothing may break Mattermost's rules or ring
// anybody.
func play(t *testing.T, change func(*Options), story func(*stage)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		st := &stage{t: t, h: &chattest.Handler{}}
		st.server = chattest.NewMattermost(chattest.MattermostConfig{TeamID: team, CommandToken: token, BotToken: botTok}, func() string { return address })
		pipes := streamtest.Serve(t, st.server)
		transport := &http.Transport{DialContext: pipes.Dial}
		t.Cleanup(transport.CloseIdleConnections)
		o := Options{Workspaces: []config.ChatWorkspace{workspace()}, Handler: st.h, Clock: clock.Real{}, HTTP: &http.Client{Transport: transport}, Dial: pipes.Dial,
			Say: func(line string) { st.told = append(st.told, line) }}
		if change != nil {
			change(&o)
		}
		st.o = o
		st.open()
		chattest.During(t, st.ours.Run, func() { story(st) })
		for _, wrong := range st.server.Violations() {
			t.Errorf("against Mattermost's rules: %s", wrong)
		}
	})
}

// open makes ours, which knows only what is in its store.
func (st *stage) open() {
	st.t.Helper()
	ours, err := New(st.o)
	if err != nil {
		st.t.Fatal(err)
	}
	st.ours = ours
}

// noBot and noCommand take away one way in.
func noBot(o *Options)     { o.Workspaces[0].BotToken = config.Secret{} }
func noCommand(o *Options) { o.Workspaces[0].CommandToken = config.Secret{} }

// calls are those that were handed on.
func (st *stage) calls() []chatops.Call {
	synctest.Wait()
	return st.h.Calls()
}

// serve hands a request to the endpoint of its path.
func (st *stage) serve(r *http.Request) *httptest.ResponseRecorder {
	st.t.Helper()
	w := chattest.Serve(st.t, st.ours.Endpoints(), r)
	synctest.Wait()
	return w
}

// post delivers a slash command, and shows its answer.
func (st *stage) post(c *chattest.MattermostCommand) *httptest.ResponseRecorder {
	st.t.Helper()
	r, err := st.server.Request(st.t.Context(), "https://"+ourHost+basePath+commandPath, c)
	if err != nil {
		st.t.Fatal(err)
	}
	r.Header.Set("X-Forwarded-Proto", "https")
	w := st.serve(r)
	if w.Code == http.StatusOK {
		st.server.Answered(c, w.Body.Bytes())
	}
	return w
}

// command is a slash command of a user that is posted.
func (st *stage) command(user, text string) *httptest.ResponseRecorder {
	st.t.Helper()
	return st.post(st.server.Command(channel, user, "/foghorn", text))
}

// last is the call that was handed on last.
func (st *stage) last() *chatops.Call {
	st.t.Helper()
	synctest.Wait()
	return st.h.Last(st.t)
}

// answer posts a later answer to the last call.
func (st *stage) answer(m *chatops.Message) {
	st.t.Helper()
	if err := st.ours.Answer(st.t.Context(), st.last(), m); err != nil {
		st.t.Error(err)
	}
	synctest.Wait()
}

// want holds the answers to commands against lines, one an answer.
func (st *stage) want(lines ...string) {
	st.t.Helper()
	var got []string
	for _, m := range st.server.Shown() {
		who := "channel"
		if m.Ephemeral {
			who = "only " + m.User
		}
		got = append(got, m.By+", "+who+": "+m.Text)
	}
	if g, w := strings.Join(got, "\n"), strings.Join(lines, "\n"); g != w {
		st.t.Errorf("shown:\n%s\nwant:\n%s", g, w)
	}
}

// posts holds what foghorn posted against lines: where, > for replies, and the text.
func (st *stage) posts(lines ...string) {
	st.t.Helper()
	synctest.Wait()
	var got []string
	for _, p := range st.server.Posts() {
		if p.ByPerson {
			continue
		}
		text := p.Message
		for _, a := range p.Attachments() {
			s, _ := a["text"].(string)
			text = strings.Trim(text+"\n"+s, "\n")
		}
		if p.RootID != "" {
			text = "> " + text
		}
		if p.ChannelID != channel {
			text = p.ChannelID + ": " + text
		}
		got = append(got, text)
	}
	if g, w := strings.Join(got, "\n"), strings.Join(lines, "\n"); g != w {
		st.t.Errorf("posted:\n%s\nwant:\n%s", g, w)
	}
}

func allOf(w ...config.ChatWorkspace) []config.ChatWorkspace { return w }

// rings are the words of a text that ring people.
func rings(text string) []string { return relaytest.MattermostMentions(text) }
