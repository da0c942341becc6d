package mattermost

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"foghorn/chatops/chattest"
	"foghorn/chatops/platform"
	"foghorn/config"
	"foghorn/relay/relaytest"
)

// says writes in the channel, by name.
func (st *stage) says(user, text string) relaytest.MattermostPost {
	return st.server.Say(chattest.MattermostSaid{Channel: channel, User: user, Text: text, Type: "O"})
}

func (st *stage) writes(user, text string) relaytest.MattermostPost {
	return st.server.Say(chattest.MattermostSaid{Channel: st.server.Direct(user), User: user, Text: text, Type: directMessage})
}

// Who names the bot is answered in the thread, and who writes to it in the conversation.
func TestWhatIsSaidToTheBot(t *testing.T) {
	play(t, noCommand, func(st *stage) {
		st.h.Answers(chattest.Says("ap1 is up"))
		p := st.says(ada, "@foghorn status ap1")
		call := st.last()
		if call.ID != "noc/"+p.ID || call.Text != "status ap1" || call.Command != "@foghorn" || call.User != ada || call.UserName != "ada" || call.Reply.Thread != p.ID || call.Channel != channel {
			t.Errorf("%+v", call)
		}
		st.writes(ada, "/foghorn status ap1")
		if call := st.last(); call.Text != "status ap1" || call.Reply.Thread != "" {
			t.Errorf("%+v", call)
		}
		st.posts("> ap1 is up", st.server.Direct(ada)+": ap1 is up")
		if st := st.ours.Status(); len(st) != 1 || st[0].Sockets != 1 || st[0].HTTP || st[0].Wanted != 1 {
			t.Errorf("%+v", st)
		}
	})
}

func TestATypedConfirmation(t *testing.T) {
	play(t, noCommand, func(st *stage) {
		st.h.Answers(proposal())
		st.says(ada, "@foghorn restart ap-17")
		st.posts("> **🟠 Restart ap-17?**\n3 clients are on it.\n\nConfirm: type `@foghorn confirm NONCE1`\nCancel: type `@foghorn cancel NONCE1`")
		st.says(bob, "@foghorn confirm NONCE1")
		if call := st.last(); call.Click == nil || call.Click.Value != "NONCE1" || call.User != bob {
			t.Errorf("%+v", call)
		}
	})
}

// What is not for the bot, or not from a person, is nobody's business.
func TestWhatIsNotForTheBot(t *testing.T) {
	play(t, nil, func(st *stage) {
		for _, s := range []chattest.MattermostSaid{
			{Text: "I asked @foghorn about it"}, {Text: "@foghornish status"}, {Text: "status ap1"},
			{Text: "@foghorn status", User: chattest.MattermostBotID}, {Text: "@foghorn status", PostType: "system_join_channel"},
			{Text: "@foghorn status", Props: map[string]any{"from_bot": "true"}}, {Text: "@foghorn status", Props: map[string]any{"from_webhook": "true"}},
		} {
			s.Channel, s.Type = channel, "O"
			if s.User == "" {
				s.User = ada
			}
			st.server.Say(s)
		}
		if calls := st.calls(); len(calls) > 0 {
			t.Errorf("%+v", calls)
		}
		st.server.Say(chattest.MattermostSaid{Channel: channel, User: ada, Text: "@foghorn status", Type: "O", Team: other})
		if calls := st.calls(); len(calls) > 0 || len(st.h.Refusals()) != 1 || !strings.Contains(st.h.Refusals()[0], "the team "+other) {
			t.Errorf("%+v %q", calls, st.h.Refusals())
		}
	})
}

// A post that is told twice is the same call, and answered once.
func TestAPostThatIsToldTwice(t *testing.T) {
	play(t, nil, func(st *stage) {
		st.h.Answers(chattest.Says("yes"))
		p := st.says(ada, "@foghorn status ap1")
		st.server.Again(&p, chattest.MattermostSaid{Channel: channel, User: ada, Text: "@foghorn status ap1", Type: "O"})
		if calls := st.calls(); len(calls) != 2 || calls[0].ID != calls[1].ID {
			t.Errorf("%+v", calls)
		}
		st.posts("> yes")
	})
}

func TestACallThatIsNotAcceptedIsSaidToTheOneWhoAsked(t *testing.T) {
	play(t, nil, func(st *stage) {
		st.h.Fails(errors.New("disk full"))
		st.says(ada, "@foghorn status ap1")
		st.posts(st.server.Direct(ada) + ": " + platform.Failed)
	})
}

// In a thread, the answer goes to its root.
func TestAThread(t *testing.T) {
	play(t, nil, func(st *stage) {
		root := st.server.Write(channel, "", "ap1 is down")
		st.h.Answers(chattest.Says("yes"))
		st.server.Say(chattest.MattermostSaid{Channel: channel, User: ada, Root: root.ID, Text: "@foghorn status ap1", Type: "O"})
		st.posts("> yes")
		if p := st.server.Posts(); p[len(p)-1].RootID != root.ID {
			t.Errorf("%+v", p)
		}
	})
}

// A bot of several teams asks which one is meant, where it cannot know.
func TestABotOfSeveralTeams(t *testing.T) {
	rights := map[string]string{"lab " + ada: "all", "noc " + bob: "all", "lab " + bob: "all"}
	play(t, func(o *Options) {
		second := workspace()
		second.Name, second.TeamID = "lab", other
		o.Workspaces = append(o.Workspaces, second)
		o.Rights = func(w, user string) string { return rights[w+" "+user] }
	}, func(st *stage) {
		if n := len(st.server.Opened()); n != 1 {
			t.Errorf("%d sockets for one bot", n)
		}
		st.writes(ada, "status ap1")
		if call := st.last(); call.Workspace != "lab" {
			t.Errorf("%+v", call)
		}
		st.writes(bob, "status ap1")
		if calls := st.calls(); len(calls) != 1 || len(st.h.Refusals()) != 1 {
			t.Errorf("%+v %q", calls, st.h.Refusals())
		}
		st.posts(st.server.Direct(bob) + ": foghorn knows you in several teams. Write to it in a channel of the team that you mean.")
		st.writes("ueveueveueveueveueveueveue", "status ap1")
		if call := st.last(); call.Workspace != "noc" || call.User != "ueveueveueveueveueveueveue" {
			t.Errorf("%+v", call)
		}
	})
}

// A lost socket takes up where it was: what was written meanwhile is answered.
func TestALostSocketTakesUp(t *testing.T) {
	play(t, nil, func(st *stage) {
		st.says(ada, "@foghorn status ap1")
		st.server.Sockets()[0].Cut()
		st.says(ada, "@foghorn status ap2")
		chattest.Pass(5 * time.Second)
		calls := st.calls()
		if len(calls) != 2 || calls[1].Text != "status ap2" {
			t.Errorf("%+v", calls)
		}
		if opened := st.server.Opened(); len(opened) != 2 || !strings.Contains(opened[1], "sequence_number=2") {
			t.Errorf("%q", opened)
		}
		st.says(ada, "@foghorn status ap3")
		if got := st.last().Text; got != "status ap3" {
			t.Error(got)
		}
	})
}

// An event that is lost on the way is asked for.
func TestAGapIsFilled(t *testing.T) {
	play(t, nil, func(st *stage) {
		st.server.LoseSaid(chattest.MattermostSaid{Channel: channel, User: ada, Text: "@foghorn status lost", Type: "O"})
		st.says(ada, "@foghorn status ap2")
		chattest.Pass(5 * time.Second)
		var texts []string
		for _, call := range st.calls() { // both are taken at once
			texts = append(texts, call.Text)
		}
		if slices.Sort(texts); !slices.Equal(texts, []string{"status ap2", "status lost"}) {
			t.Errorf("%q", texts)
		}
	})
}

// A server that was restarted begins anew.
func TestAServerThatForgot(t *testing.T) {
	play(t, nil, func(st *stage) {
		st.server.Forget()
		st.server.Sockets()[0].Cut()
		chattest.Pass(5 * time.Second)
		st.says(ada, "@foghorn status ap1")
		if calls := st.calls(); len(calls) != 1 || st.ours.Status()[0].Sockets != 1 {
			t.Errorf("%+v %+v", calls, st.ours.Status())
		}
	})
}

// A socket that died without a word is replaced.
func TestASilentSocketIsReplaced(t *testing.T) {
	play(t, nil, func(st *stage) {
		chattest.Pass(10 * time.Minute)
		if n := len(st.server.Opened()); n != 1 {
			t.Fatalf("%d sockets: a quiet one was replaced", n)
		}
		st.server.Deaf(true)
		st.server.Sockets()[0].Cut()
		chattest.Pass(5 * time.Second)
		st.server.Deaf(false)
		chattest.Pass(platform.Silence + 5*time.Second)
		if n := len(st.server.Opened()); n != 3 {
			t.Errorf("%d sockets", n)
		}
	})
}

// Frames that are none do no harm.
func TestBadFrames(t *testing.T) {
	play(t, nil, func(st *stage) {
		k := st.server.Sockets()[0]
		for _, frame := range []string{"", "{", "[]", "null", `{"status":"OK","seq_reply":1}`, `{"seq":"x"}`} {
			k.Say(frame)
		}
		st.server.Emit("posted", map[string]any{"post": "{"})
		st.server.Emit("posted", []int{1})
		st.server.Emit("typing", nil)
		st.server.Emit("posted", map[string]any{"channel_type": "D", "post": `{"id":"../x","user_id":"` + ada + `","channel_id":"` + channel + `","message":"status"}`})
		st.says(ada, "@foghorn status ap1")
		if calls := st.calls(); len(calls) != 1 || len(st.h.Refusals()) != 3 {
			t.Errorf("%+v %q", calls, st.h.Refusals())
		}
	})
}

// A wrong token is a person's turn; it is not tried again and again.
func TestAWrongTokenStops(t *testing.T) {
	play(t, func(o *Options) { o.Workspaces[0].BotToken = config.NewSecret("wrongwrongwrongwrongwrongw") }, func(st *stage) {
		chattest.Pass(time.Hour)
		s := st.ours.Status()[0]
		if s.Sockets != 0 || !s.Stopped || !strings.Contains(s.Problem, "copy the bot's token again") || len(st.told) != 1 || len(st.server.Opened()) != 0 {
			t.Errorf("%+v %q", s, st.told)
		}
		if strings.Contains(s.Problem, "wrongwrong") {
			t.Error("the token is printed")
		}
		w := workspace()
		st.ours.Use([]config.ChatWorkspace{w})
		chattest.Pass(time.Second)
		if s := st.ours.Status()[0]; s.Sockets != 1 || s.Stopped {
			t.Errorf("%+v", s)
		}
		st.ours.Use(nil)
		chattest.Pass(time.Second)
		if n := len(st.server.Sockets()); n != 0 {
			t.Errorf("%d sockets of a workspace that was removed", n)
		}
	})
}

// A server that is down is tried again, less and less often.
func TestAServerThatIsDown(t *testing.T) {
	play(t, nil, func(st *stage) {
		st.server.Fail(relaytest.Forever, http.StatusBadGateway, nil, "<html>")
		st.server.Sockets()[0].Cut()
		chattest.Pass(time.Hour)
		if s := st.ours.Status()[0]; s.Sockets != 0 || s.Stopped || !strings.Contains(s.Problem, "502") {
			t.Errorf("%+v", s)
		}
		st.server.Heal()
		chattest.Pass(time.Minute)
		st.says(ada, "@foghorn status ap1")
		if calls := st.calls(); len(calls) != 1 || st.ours.Status()[0].Sockets != 1 {
			t.Errorf("%+v", calls)
		}
	})
}
