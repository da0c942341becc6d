package mattermost

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

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

// recorder is a handler that notes what it is given, and answers as the test says.
type recorder struct {
	mu     sync.Mutex
	calls  []chatops.Call
	whys   []string
	turned []chatops.Call
	answer func(ctx context.Context, call *chatops.Call) (*chatops.Message, error)
}

func (h *recorder) Accept(ctx context.Context, call chatops.Call) (*chatops.Message, error) {
	h.mu.Lock()
	h.calls = append(h.calls, call)
	answer := h.answer
	h.mu.Unlock()
	if answer == nil {
		return nil, nil
	}
	return answer(ctx, &call)
}

func (h *recorder) Refused(_ context.Context, call chatops.Call, why string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.turned, h.whys = append(h.turned, call), append(h.whys, why)
}

// stage is a Mattermost of ours and the stand-in that it works with, in a bubble where time
// passes at once.
type stage struct {
	t      *testing.T
	server *chattest.Mattermost
	ours   *Mattermost
	h      *recorder
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
		st := &stage{t: t, h: &recorder{}}
		st.server = chattest.NewMattermost(chattest.MattermostConfig{TeamID: team, CommandToken: token, BotToken: botTok}, func() string { return address })
		pipes := streamtest.Serve(t, st.server)
		transport := &http.Transport{DialContext: pipes.Dial}
		t.Cleanup(transport.CloseIdleConnections)
		o := Options{Workspaces: []config.ChatWorkspace{workspace()}, Handler: st.h, Clock: clock.Real{}, HTTP: &http.Client{Transport: transport}, Dial: pipes.Dial,
			Say: func(line string) { st.told = append(st.told, line) }}
		if change != nil {
			change(&o)
		}
		ours, err := New(o)
		if err != nil {
			t.Fatal(err)
		}
		st.ours = ours
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- st.ours.Run(ctx) }()
		synctest.Wait()
		story(st)
		synctest.Wait()
		stop()
		if err := <-ended; err != nil {
			t.Errorf("Run ended with %v", err)
		}
		for _, wrong := range st.server.Violations() {
			t.Errorf("against Mattermost's rules: %s", wrong)
		}
	})
}

// noBot and noCommand take away one way in.
func noBot(o *Options)     { o.Workspaces[0].BotToken = config.Secret{} }
func noCommand(o *Options) { o.Workspaces[0].CommandToken = config.Secret{} }

// answers says what the handler answers with.
func (st *stage) answers(m *chatops.Message) {
	st.h.mu.Lock()
	defer st.h.mu.Unlock()
	st.h.answer = func(context.Context, *chatops.Call) (*chatops.Message, error) { return m, nil }
}

// fails says what the handler fails with.
func (st *stage) fails(err error) {
	st.h.mu.Lock()
	defer st.h.mu.Unlock()
	st.h.answer = func(context.Context, *chatops.Call) (*chatops.Message, error) { return nil, err }
}

// calls are those that were handed on.
func (st *stage) calls() []chatops.Call {
	synctest.Wait()
	st.h.mu.Lock()
	defer st.h.mu.Unlock()
	return slices.Clone(st.h.calls)
}

// refusals are the reasons of what was turned away.
func (st *stage) refusals() []string {
	st.h.mu.Lock()
	defer st.h.mu.Unlock()
	return slices.Clone(st.h.whys)
}

// serve hands a request to the endpoint of its path, as the listener does.
func (st *stage) serve(r *http.Request) *httptest.ResponseRecorder {
	st.t.Helper()
	w := httptest.NewRecorder()
	for _, e := range st.ours.Endpoints() {
		if e.Path == r.URL.Path {
			began := time.Now()
			e.ServeHTTP(w, r)
			if took := time.Since(began); took > 3*time.Second {
				st.t.Errorf("answered after %s", took)
			}
			synctest.Wait()
			return w
		}
	}
	st.t.Fatalf("nothing is served at %s", r.URL.Path)
	return nil
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
	all := st.calls()
	if len(all) == 0 {
		st.t.Fatalf("no call was handed on; refused: %q", st.refusals())
	}
	return &all[len(all)-1]
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

func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// says is a message of one text.
func says(s string) *chatops.Message {
	return &chatops.Message{Sections: []chatops.Section{{Text: s}}}
}

func allOf(w ...config.ChatWorkspace) []config.ChatWorkspace { return w }

// rings are the words of a text that ring people.
func rings(text string) []string { return relaytest.MattermostMentions(text) }
