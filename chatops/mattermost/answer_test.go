package mattermost

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"foghorn/chatops"
	"foghorn/chatops/chattest"
	"foghorn/chatops/platform"
	"foghorn/relay/relaytest"
)

// Later answers go to the response_url, five within half an hour; then the bot posts.
func TestLaterAnswers(t *testing.T) {
	play(t, nil, func(st *stage) {
		st.command(ada, "ping ap1")
		chattest.Pass(10 * time.Second)
		for i := range 6 {
			st.answer(chattest.Says(fmt.Sprint("answer ", i)))
		}
		st.answer(privately("only you"))
		lines := []string{"command, only " + ada + ": " + platform.OnWay}
		for i := range 5 {
			lines = append(lines, fmt.Sprintf("response_url, channel: > ada: /foghorn ping ap1\n\nanswer %d", i))
		}
		st.want(lines...)
		st.posts("> ada: /foghorn ping ap1\n\nanswer 5", "duadauadauadauadauadauadau: only you")
	})
}

func TestAResponseURLLastsHalfAnHour(t *testing.T) {
	play(t, nil, func(st *stage) {
		st.command(ada, "backup berlin")
		chattest.Pass(30 * time.Minute)
		st.answer(chattest.Says("backup done"))
		st.posts("> ada: /foghorn backup berlin\n\nbackup done")
	})
}

// A job's result hangs on its beginning.
func TestAJobRepliesInTheThread(t *testing.T) {
	play(t, nil, func(st *stage) {
		m := chattest.Says("Job 12: backup of berlin. The result follows here.")
		m.Follows = true
		st.h.Answers(m)
		st.command(ada, "backup berlin")
		st.answer(chattest.Says("done"))
		st.want()
		st.posts("> ada: /foghorn backup berlin\n\nJob 12: backup of berlin. The result follows here.", "> done")
	})
}

// A job may end before it is announced.
func TestTheResultOfAQuickJobWaitsForItsAnnouncement(t *testing.T) {
	play(t, nil, func(st *stage) {
		m := chattest.Says("Job 12 is queued")
		m.Follows = true
		var result sync.WaitGroup
		st.h.Does(func(ctx context.Context, call *chatops.Call) (*chatops.Message, error) {
			ended := *call
			result.Go(func() {
				if err := st.ours.Answer(st.t.Context(), &ended, chattest.Says("Job 12 is done")); err != nil {
					st.t.Error(err)
				}
			})
			synctest.Wait() // it would be posted by now
			return m, nil
		})
		st.command(ada, "backup berlin")
		result.Wait()
		chattest.Pass(5 * time.Second)
		st.posts("> ada: /foghorn backup berlin\n\nJob 12 is queued", "> Job 12 is done")
		st.want()
	})
}

// Without a bot, everything goes to the response_url.
func TestWithoutABot(t *testing.T) {
	play(t, noBot, func(st *stage) {
		m := chattest.Says("Job 12: backup of berlin.")
		m.Follows = true
		st.h.Answers(m)
		st.command(ada, "backup berlin")
		st.answer(privately("done"))
		st.want("command, channel: > ada: /foghorn backup berlin\n\nJob 12: backup of berlin.", "response_url, only "+ada+": done")
		if got := st.server.Opened(); len(got) != 0 {
			t.Errorf("sockets were opened: %q", got)
		}
		call := *st.last()
		call.Reply.URL = ""
		if err := st.ours.Answer(st.t.Context(), &call, chattest.Says("late")); err == nil || !isRefusal(err) {
			t.Errorf("%v", err)
		}
	})
}

// A call may come from the disk, where anything may stand.
func TestAStoredResponseURLIsCheckedAgain(t *testing.T) {
	play(t, noBot, func(st *stage) {
		st.command(ada, "ping ap1")
		call := *st.last()
		call.Reply.URL = "http://169.254.169.254/hooks/commands/x"
		if err := st.ours.Answer(st.t.Context(), &call, chattest.Says("late")); err == nil || !strings.Contains(err.Error(), "the response_url is at") {
			t.Errorf("%v", err)
		}
	})
}

// hostile is text that would act if it were not escaped.
const hostile = "@all @channel <!channel> **x** [a](http://evil.example) `@here` ```\n@all\n``` # x\n=====\n| a | b |\n|---|---|\n:rotating_light: \\@all"

// list is a message with many rows.
func list(rows int) *chatops.Message {
	m := &chatops.Message{Title: "Devices", Severity: "warn", Sections: []chatops.Section{{Title: "Switches " + hostile, Text: hostile, Fields: []chatops.Field{{Label: hostile, Value: hostile}, {Label: "State"}},
		Head: []string{"NAME", "MAC", "STATE", "SITE"}}, {Code: hostile}}}
	for i := range rows {
		m.Sections[0].Rows = append(m.Sections[0].Rows, []string{fmt.Sprintf("sw-%04d @all ```", i), "5c:5b:35:00:00:01", "connected", "berlin mitte, third floor"})
	}
	return m
}

// Text of any length is shown, and rings nobody: the stand-in judges both.
func TestAnswersFit(t *testing.T) {
	for _, c := range []struct {
		rows         int
		posts, files int
	}{{0, 1, 0}, {200, 2, 0}, {2000, 1, 1}} {
		play(t, nil, func(st *stage) {
			st.command(ada, "status all")
			for range 5 {
				st.answer(privately("x")) // uses the response_url up
			}
			st.answer(list(c.rows))
			chattest.Pass(2 * time.Second)
			posts := st.server.Posts()
			if c.files > 0 {
				last := posts[len(posts)-1]
				if len(last.FileIDs) != 1 || !strings.Contains(posts[0].Message+posts[0].Attachments()[0]["text"].(string), "The whole answer follows as a file") {
					t.Errorf("%d rows: %+v", c.rows, last)
				}
				posts = posts[:len(posts)-1]
			}
			if len(posts) != c.posts || len(st.server.Files()) != c.files {
				t.Errorf("%d rows: %d posts, %d files", c.rows, len(posts), len(st.server.Files()))
			}
			for i, p := range posts {
				if (p.RootID != "") != (i > 0) {
					t.Errorf("page %d hangs on %q", i+1, p.RootID)
				}
			}
			for _, f := range st.server.Files() {
				if f.Channel != channel || f.Name != "devices.txt" || !strings.Contains(string(f.Content), fmt.Sprintf("sw-%04d", c.rows-1)) {
					t.Errorf("%s in %s", f.Name, f.Channel)
				}
			}
		})
	}
}

// Every row of every length is there, by command and by response_url.
func TestEveryRowIsShown(t *testing.T) {
	play(t, noBot, func(st *stage) {
		st.h.Answers(list(1000))
		st.command(ada, "status all")
		st.answer(list(1000))
		for _, by := range []string{"command", "response_url"} {
			var all strings.Builder
			for _, m := range st.server.Shown() {
				if m.By == by {
					all.WriteString(m.Text)
				}
			}
			for i := range 1000 {
				if !strings.Contains(all.String(), fmt.Sprintf("sw-%04d", i)) {
					t.Fatalf("%s: row %d is missing", by, i)
				}
			}
		}
	})
}

// Where files are off, the pages follow.
func TestWhereFilesAreOff(t *testing.T) {
	play(t, nil, func(st *stage) {
		st.server.NoFiles()
		st.h.Answers(list(2000))
		st.command(ada, "status all")
		chattest.Pass(5 * time.Second)
		var all strings.Builder
		for _, p := range st.server.Posts() {
			for _, a := range p.Attachments() {
				fmt.Fprint(&all, a["text"])
			}
		}
		if !strings.Contains(all.String(), "sw-1999") {
			t.Errorf("the last row is missing in %d posts", len(st.server.Posts()))
		}
	})
}

// What only one person may see goes to them alone, as a file too.
func TestAFileForOne(t *testing.T) {
	play(t, nil, func(st *stage) {
		m := list(2000)
		m.Ephemeral = true
		st.h.Answers(m)
		st.command(ada, "status all")
		chattest.Pass(5 * time.Second)
		if f := st.server.Files(); len(f) != 1 || f[0].Channel != st.server.Direct(ada) {
			t.Errorf("%d files", len(f))
		}
	})
}

func TestLimitsOfAPage(t *testing.T) {
	m, err := New(Options{Handler: &chattest.Handler{}, Clock: fixed{}})
	if err != nil {
		t.Fatal(err)
	}
	w := workspace()
	for name, text := range map[string]string{
		"one long word": strings.Repeat("$", 100_000), "many lines": strings.Repeat("a\n", 50_000), "wide": strings.Repeat("界", 60_000), "fences": strings.Repeat("```", 30_000), "blank": " \n\n\n ",
	} {
		for kind, msg := range map[string]*chatops.Message{
			"text": {Sections: []chatops.Section{{Text: text}}}, "title": {Title: text}, "section": {Sections: []chatops.Section{{Title: text}}}, "code": {Sections: []chatops.Section{{Code: text}}},
			"field": {Sections: []chatops.Section{{Fields: []chatops.Field{{Label: text, Value: text}}}}},
			"rows":  {Sections: []chatops.Section{{Head: []string{text, text}, Rows: [][]string{{text, text}, {"a", "b"}}}}},
			"label": {Severity: "warn", Buttons: []chatops.Button{{Label: text, Action: "confirm", Value: "ABC"}, {Label: "x", URL: "https://example.net/" + text}}},
		} {
			r := m.render(t.Context(), &w, &chatops.Call{UserName: text, Command: text, Text: text, Reply: chatops.Reply{URL: "x"}}, msg, text)
			for i := range r.pages {
				p := r.post(i)
				texts := []string{p.Message, r.summary}
				for _, a := range p.Props.Attachments {
					texts = append(texts, a.Text)
				}
				for _, s := range texts {
					if n := utf8.RuneCountInString(s); n > 16_383 || !utf8.ValidString(s) {
						t.Errorf("%s of %s: page %d has %d characters", kind, name, i+1, n)
					}
				}
			}
		}
	}
}

// fixed is a clock that stands.
type fixed struct{}

func (fixed) Now() time.Time                                     { return time.Unix(1_800_000_000, 0) }
func (fixed) NewTicker(time.Duration) (<-chan time.Time, func()) { return nil, func() {} }

// proposal asks for a click.
func proposal() *chatops.Message {
	return &chatops.Message{Title: "Restart ap-17?", Severity: "warn", Sections: []chatops.Section{{Text: "3 clients are on it."}},
		Buttons: []chatops.Button{{Label: "Confirm", Action: "confirm", Value: "NONCE1", Danger: true}, {Label: "Cancel", Action: "cancel", Value: "NONCE1"}}}
}

// press presses a button of the only post.
func (st *stage) press(user string, p *relaytest.MattermostPost, b *chattest.MattermostButton) (int, clickAnswer) {
	st.t.Helper()
	r, err := st.server.Click(st.t.Context(), channel, user, p.ID, b)
	if err != nil {
		st.t.Fatal(err)
	}
	w := st.serve(r)
	var a clickAnswer
	if w.Code == http.StatusOK {
		if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
			st.t.Fatal(err)
		}
	}
	return w.Code, a
}

// A proposal is confirmed by a button, or by typing.
func TestAProposalIsConfirmed(t *testing.T) {
	play(t, nil, func(st *stage) {
		m := proposal()
		m.Follows = true
		st.h.Answers(m)
		st.command(ada, "restart ap-17")
		st.posts("> ada: /foghorn restart ap-17\n**🟠 Restart ap-17?**\n3 clients are on it.\n\nConfirm: type `/foghorn confirm NONCE1`\nCancel: type `/foghorn cancel NONCE1`")
		post := st.server.Posts()[0]
		buttons := chattest.ButtonsOf(&post)
		if len(buttons) != 2 || buttons[0].Integration.URL != "https://"+ourHost+basePath+actionPath {
			t.Fatalf("%+v", buttons)
		}
		st.h.Answers(&chatops.Message{Title: "Restart ap-17", Replace: true, Sections: []chatops.Section{{Text: "done"}}})
		code, a := st.press(bob, &post, &buttons[0])
		if call := st.last(); code != 200 || a.Update == nil || a.Update.Message != "**Restart ap-17**\n\ndone" || *call.Click != (chatops.Click{Action: "confirm", Value: "NONCE1"}) ||
			call.User != bob || call.Reply.Thread != post.ID || call.Workspace != "noc" {
			t.Errorf("%d %+v %+v", code, a, call)
		}
		st.h.Answers(privately("You asked for it yourself."))
		if code, a = st.press(ada, &post, &buttons[0]); code != 200 || a.Update != nil || a.EphemeralText != "You asked for it yourself." {
			t.Errorf("%d %+v", code, a)
		}
		st.h.Answers(chattest.Says("Canceled."))
		if code, a = st.press(ada, &post, &buttons[1]); code != 200 || a.Update != nil || a.EphemeralText != "" {
			t.Errorf("%d %+v", code, a)
		}
		if p := st.server.Posts(); len(p) != 2 || p[1].RootID != post.ID || p[1].Message != "Canceled." {
			t.Errorf("%+v", p)
		}
		st.command(bob, "confirm NONCE1")
		if call := st.last(); call.Click == nil || call.Click.Value != "NONCE1" {
			t.Errorf("%+v", call)
		}
	})
}

// A click that foghorn did not offer does nothing, and is audited.
func TestForgedClicks(t *testing.T) {
	play(t, func(o *Options) {
		second := workspace()
		second.Name, second.TeamID = "lab", other
		o.Workspaces = append(o.Workspaces, second)
	}, func(st *stage) {
		genuine := pressed{Workspace: "noc", Action: "confirm", Value: "NONCE1"}
		genuine.Code = genuine.code(token)
		send := func(p pressed) int {
			b := &chattest.MattermostButton{}
			b.Integration.URL = "https://" + ourHost + basePath + actionPath
			b.Integration.Context, _ = json.Marshal(p)
			code, _ := st.press(ada, &relaytest.MattermostPost{ID: "x"}, b)
			return code
		}
		if send(genuine) != http.StatusOK {
			t.Fatalf("a genuine click is refused: %q", st.h.Refusals())
		}
		for name, change := range map[string]func(*pressed){
			"another value":     func(p *pressed) { p.Value = "NONCE2" },
			"another action":    func(p *pressed) { p.Action = "run" },
			"another workspace": func(p *pressed) { p.Workspace = "lab" },
			"no workspace":      func(p *pressed) { p.Workspace = "nowhere" },
			"no code":           func(p *pressed) { p.Code = "" },
			"other team's": func(p *pressed) {
				p.Workspace = "lab"
				p.Code = p.code(token)
			},
		} {
			p := genuine
			change(&p)
			if code := send(p); code != http.StatusUnauthorized {
				t.Errorf("%s: %d", name, code)
			}
		}
		if len(st.calls()) != 1 || len(st.h.Refusals()) != 6 {
			t.Errorf("%d calls, refused %q", len(st.calls()), st.h.Refusals())
		}
	})
}

// A notification is posted by the bot.
func TestPost(t *testing.T) {
	play(t, nil, func(st *stage) {
		if err := st.ours.Post(st.t.Context(), "noc", channel, list(3)); err != nil {
			t.Error(err)
		}
		if p := st.server.Posts(); len(p) != 1 || p[0].Message != "**🟠 Devices**" || p[0].Attachments()[0]["color"] != "#f0ad4e" {
			t.Errorf("%+v", p)
		}
		if err := st.ours.Post(st.t.Context(), "noc", "cnowherecnowherecnowherecn", chattest.Says("x")); err == nil || !strings.Contains(err.Error(), "add the bot to the team and to the channel") {
			t.Errorf("%v", err)
		}
		if err := st.ours.Post(st.t.Context(), "elsewhere", channel, chattest.Says("x")); err == nil {
			t.Error("an unknown workspace is posted to")
		}
	})
}
