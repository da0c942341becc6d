package slack

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"foghorn/chatops"
	"foghorn/chatops/chattest"
	"foghorn/chatops/platform"
	"foghorn/relay/relaytest"
)

func TestLaterAnswersGoToTheResponseURL(t *testing.T) {
	play(t, nil, func(st *stage) {
		st.command(ada, "ping ap1")
		chattest.Pass(10 * time.Second)
		st.answer(chattest.Says("ap1: 5 of 5"))
		st.answer(privately("only you"))
		st.want("ack, only "+ada+": "+platform.OnWay, "response_url, channel: ap1: 5 of 5", "response_url, only "+ada+": only you")
		st.posts()
	})
}

// Five answers within half an hour; then the Web API.
func TestAResponseURLTakesFiveAnswers(t *testing.T) {
	play(t, nil, func(st *stage) {
		st.command(ada, "ping ap1")
		for i := range 7 {
			st.answer(chattest.Says(fmt.Sprint("answer ", i)))
		}
		st.answer(privately("private"))
		st.posts("answer 5", "answer 6")
		if got := st.slack.Shown(); len(got) != 7 || got[6].By != "postEphemeral" || got[6].User != ada {
			t.Errorf("%+v", got)
		}
	})
}

func TestAResponseURLLastsHalfAnHour(t *testing.T) {
	play(t, nil, func(st *stage) {
		st.command(ada, "backup berlin")
		chattest.Pass(29 * time.Minute)
		st.answer(chattest.Says("half of it is done"))
		chattest.Pass(2 * time.Minute)
		st.answer(chattest.Says("backup done"))
		st.want("ack, only "+ada+": "+platform.OnWay, "response_url, channel: half of it is done")
		st.posts("backup done")
		// People did not see who asked, and for what.
		if lines := strings.Join(st.slack.Messages(channel)[0].Lines, "\n"); !strings.Contains(lines, "ada: /foghorn backup berlin") {
			t.Error(lines)
		}
	})
}

// A job's result hangs on its beginning.
func TestAJobRepliesInTheThread(t *testing.T) {
	play(t, nil, func(st *stage) {
		st.h.Answers(&chatops.Message{Title: "Job 12 is queued", Follows: true})
		st.command(ada, "backup acme")
		chattest.Pass(time.Second)
		st.posts("Job 12 is queued")
		chattest.Pass(40 * time.Minute)
		st.answer(chattest.Says("Job 12 is done"))
		st.posts("Job 12 is queued", "> Job 12 is done")
		st.want()
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
		st.posts("Job 12 is queued", "> Job 12 is done")
		st.want()
	})
}

func TestAMentionIsAnsweredInItsThread(t *testing.T) {
	play(t, nil, func(st *stage) {
		st.h.Answers(chattest.Says("up"))
		st.command(ada, "status ap1") // to have a message to reply to
		st.answer(chattest.Says("root"))
		if err := st.ours.Post(st.t.Context(), "acme", channel, chattest.Says("AP ap1 is down")); err != nil {
			t.Fatal(err)
		}
		root := st.slack.Messages(channel)[0].TS
		st.post(st.slack.Mention(channel, ada, "Ev1", root, "status ap1"))
		chattest.Pass(5 * time.Second)
		st.h.Answers(privately("You may not do that."))
		st.post(st.slack.Mention(channel, bob, "Ev2", root, "restart ap1"))
		chattest.Pass(5 * time.Second)
		st.posts("AP ap1 is down", "> up")
		shown := st.slack.Shown()
		if last := shown[len(shown)-1]; last.By != "postEphemeral" || last.User != bob {
			t.Errorf("a refusal is for %+v", last)
		}
	})
}

// Slash commands work where the bot is not; then only the response_url is left.
func TestABotThatIsNotInTheChannelAnswersNevertheless(t *testing.T) {
	play(t, nil, func(st *stage) {
		st.slack.Invite(channel, false)
		st.slack.AddChannel(ada, "of-ada")
		st.h.Answers(&chatops.Message{Title: "Job 3 is queued", Follows: true})
		st.command(ada, "backup acme")
		chattest.Pass(2 * time.Second)
		st.want("response_url, channel: Job 3 is queued")
		chattest.Pass(time.Hour)
		st.answer(privately("The job failed."))
		if got := st.slack.Messages(ada); len(got) != 1 || got[0].Text != "The job failed." {
			t.Errorf("to ada: %+v", got)
		}
		if err := st.ours.Answer(st.t.Context(), st.h.Last(st.t), chattest.Says("done")); err == nil || !strings.Contains(err.Error(), "/invite") {
			t.Errorf("%v", err)
		}
	})
}

func TestAClickIsAcknowledgedAndAnsweredBesides(t *testing.T) {
	play(t, nil, func(st *stage) {
		st.command(ada, "alerts")
		st.h.Answers(&chatops.Message{Title: "Alert a1 is acked by ada", Replace: true})
		ack := chattest.SlackButton{Action: "ack#3", Value: "a1"}
		if w := st.post(st.slack.Click(channel, ada, "1760000000.000200", ack)); w.Code != 200 || w.Body.Len() > 0 {
			t.Errorf("%d %q", w.Code, w.Body)
		}
		if got := st.h.Last(st.t); got.Click == nil || *got.Click != (chatops.Click{Action: "ack", Value: "a1"}) || got.Reply.Thread != "1760000000.000200" || got.Text != "" {
			t.Errorf("%+v", got)
		}
		st.h.Answers(privately("bob may not do that."))
		st.post(st.slack.Click(channel, bob, "", ack))
		if got := st.h.Last(st.t); got.User != bob || got.Reply.Thread != "" {
			t.Errorf("a click of bob's became %+v", got)
		}
		st.post(st.slack.Click(channel, ada, "", chattest.SlackButton{Action: ":link#0", Value: ""}))
		st.want("ack, only "+ada+": "+platform.OnWay, "response_url, replaces: Alert a1 is acked by ada", "response_url, only "+bob+": bob may not do that.")
		if n := len(st.h.Calls()); n != 3 {
			t.Errorf("%d calls: a button that opens a page is none", n)
		}
	})
}

func TestWhatSlackRefusesIsSaidWithAdvice(t *testing.T) {
	for name, c := range map[string]struct {
		fault func(*chattest.Slack)
		want  string
	}{
		"token":    {func(s *chattest.Slack) { s.Token = "xoxb-another" }, "invalid_auth: the token is wrong"},
		"scope":    {func(s *chattest.Slack) { s.Scopes = nil }, "add the scope chat:write"},
		"archived": {func(s *chattest.Slack) { s.Archive(channel, true) }, "the channel is archived"},
		"down":     {func(s *chattest.Slack) { s.Fail(1, 503, nil, "") }, "chat.postMessage: Slack answered 503"},
		"a page":   {func(s *chattest.Slack) { s.Fail(1, 200, nil, "<html>log in</html>") }, "not JSON: a proxy"},
		"cut":      {func(s *chattest.Slack) { s.Add(1, relaytest.Fault{}) }, "chat.postMessage: "},
		"redirect": {func(s *chattest.Slack) { s.Fail(1, 302, http.Header{"Location": {"http://169.254.169.254/"}}, "") }, "Slack answered 302"},
		"too much": {func(s *chattest.Slack) { s.Fail(5, 429, http.Header{"Retry-After": {"2"}}, "") }, "Slack answered 429"},
	} {
		t.Run(name, func(t *testing.T) {
			play(t, nil, func(st *stage) {
				c.fault(st.slack)
				err := st.ours.Post(st.t.Context(), "acme", channel, chattest.Says("hello"))
				if err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("%v; want %q", err, c.want)
				}
				if err != nil && (strings.Contains(err.Error(), botTok) || strings.Contains(err.Error(), "http://")) {
					t.Errorf("%v says too much", err)
				}
			})
		})
	}
}

func TestAWaitThatSlackAsksForIsKept(t *testing.T) {
	play(t, nil, func(st *stage) {
		st.slack.Fail(2, 429, http.Header{"Retry-After": {"7"}}, "")
		began := time.Now()
		if err := st.ours.Post(st.t.Context(), "acme", channel, chattest.Says("hello")); err != nil {
			t.Error(err)
		}
		if took := time.Since(began); took < 14*time.Second || took > 15*time.Second {
			t.Errorf("posted after %s", took)
		}
		st.posts("hello")
	})
}

// More than a message a second Slack hides.
func TestMessagesAreSpaced(t *testing.T) {
	play(t, nil, func(st *stage) {
		for i := range 5 {
			if err := st.ours.Post(st.t.Context(), "acme", channel, chattest.Says(fmt.Sprint(i))); err != nil {
				t.Error(err)
			}
		}
		st.posts("0", "1", "2", "3", "4")
	})
}

// Whoever posts has little time; what waits for its turn is posted nevertheless.
func TestABurstIsPostedAsSlackTakesIt(t *testing.T) {
	play(t, nil, func(st *stage) {
		for i := range 20 {
			ctx, cancel := context.WithTimeout(st.t.Context(), time.Second)
			if err := st.ours.Post(ctx, "acme", channel, chattest.Says(fmt.Sprint("job ", i, " failed"))); err != nil {
				t.Error(err)
			}
			cancel()
		}
		chattest.Pass(time.Minute)
		if n := len(st.slack.Messages(channel)); n != 20 {
			t.Errorf("%d of 20 were posted", n)
		}
	})
}

// The end of a job that was started before a restart is told without what was asked: the
// job does not know it.
func TestAnAnswerToAnUnknownQuestionQuotesNone(t *testing.T) {
	play(t, nil, func(st *stage) {
		call := &chatops.Call{Platform: "slack", ID: "acme/1", Workspace: "acme", Channel: channel, User: ada, At: time.Now().Add(-time.Hour)}
		if err := st.ours.Answer(st.t.Context(), call, chattest.Says("Job 1 is done")); err != nil {
			t.Error(err)
		}
		if got := st.slack.Messages(channel)[0].Lines; len(got) != 1 {
			t.Errorf("%q", got)
		}
	})
}

func TestAnAnswerThatMayHaveArrivedIsNotRepeated(t *testing.T) {
	play(t, nil, func(st *stage) {
		st.command(ada, "ping ap1")
		st.slack.Add(1, relaytest.Fault{Taken: true}) // it arrives, and we are not told
		if err := st.ours.Answer(st.t.Context(), st.h.Last(st.t), chattest.Says("once")); err == nil {
			t.Error("the answer is lost, and nobody is told")
		}
		st.posts()
	})
}

func TestACallOfAWorkspaceThatIsGoneIsNotAnswered(t *testing.T) {
	play(t, nil, func(st *stage) {
		st.command(ada, "ping ap1")
		st.ours.Use(nil)
		if err := st.ours.Answer(st.t.Context(), st.h.Last(st.t), chattest.Says("late")); err == nil || !strings.Contains(err.Error(), "not configured") {
			t.Error(err)
		}
		if w := st.post(st.slack.Command(channel, ada, "/foghorn", "help")); w.Code != 401 {
			t.Errorf("%d", w.Code)
		}
	})
}

// A call may come back from the disk; its response_url is checked again.
func TestAStoredResponseURLIsCheckedAgain(t *testing.T) {
	play(t, nil, func(st *stage) {
		call := &chatops.Call{Platform: "slack", Workspace: "acme", Channel: channel, User: ada, At: time.Now(), Reply: chatops.Reply{URL: "http://169.254.169.254/x"}}
		if err := st.ours.respond(st.t.Context(), slackAPI, call, say("x")); !errors.Is(err, platform.ErrNoURL) || !strings.Contains(err.Error(), "only") {
			t.Error(err)
		}
		if err := st.ours.Answer(st.t.Context(), call, chattest.Says("done")); err != nil {
			t.Error(err)
		}
		st.want()
		st.posts("done")
	})
}
