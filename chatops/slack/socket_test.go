package slack

import (
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"foghorn/chatops"
	"foghorn/chatops/chattest"
	"foghorn/chatops/platform"
	"foghorn/chatops/recall"
	"foghorn/config"
)

// up fails unless so many sockets are up, on both sides.
func (st *stage) up(n int) []*chattest.SlackSocket {
	st.t.Helper()
	open := st.slack.Sockets()
	if got := st.ours.Status()[0].Sockets; len(open) != n || got != n {
		st.t.Fatalf("%d sockets are open, and Status says %d; want %d", len(open), got, n)
	}
	return open
}

func TestTwoSocketsAreOpenAndTakeEachTypeOfCall(t *testing.T) {
	play(t, sockets, func(st *stage) {
		open := st.up(2)
		st.h.Answers(chattest.Says("ap1 is up"))
		id := open[0].Send("", "slash_commands", st.slack.Command(channel, ada, "/foghorn", "status ap1"))
		synctest.Wait()
		if e := st.slack.Envelope(id); e.Acks != 1 || !strings.Contains(string(e.Payload), "ap1 is up") {
			t.Errorf("%+v", e)
		}
		if got := st.h.Last(st.t); got.Workspace != "acme" || got.Text != "status ap1" || got.User != ada || got.Reply.URL == "" {
			t.Errorf("%+v", got)
		}
		st.h.Answers(privately("You may not."))
		id = open[1].Send("", "interactive", st.slack.Click(channel, bob, "1.2", chattest.SlackButton{Action: "ack#0", Value: "a1"}))
		synctest.Wait()
		if e := st.slack.Envelope(id); e.Acks != 1 || e.Payload != nil {
			t.Errorf("a click takes no answer along: %+v", e)
		}
		st.h.Answers(chattest.Says("help is here"))
		open[1].Send("", "events_api", st.slack.Mention(channel, ada, "Ev7", "", "help"))
		chattest.Pass(time.Second)
		st.want("ack, channel: ap1 is up", "response_url, only "+bob+": You may not.")
		st.posts("help is here")
		if n := len(st.h.Calls()); n != 3 {
			t.Errorf("%d calls", n)
		}
		chattest.Pass(24 * time.Hour) // pings keep them up
		if st.up(2); st.slack.Opened() != 2 {
			t.Errorf("opened %d", st.slack.Opened())
		}
	})
}

// The recorded frames: what is sent is what Slack's documents say.
func TestRecordedFrames(t *testing.T) {
	text, err := os.ReadFile("testdata/slack-socket-mode.frames.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	h := &chattest.Handler{}
	h.Does(func(_ context.Context, call *chatops.Call) (*chatops.Message, error) {
		if call.Click != nil {
			return nil, nil
		}
		return privately("looking up router1"), nil
	})
	s := mustNew(t, Options{Handler: h, Clock: testClock(), Workspaces: []config.ChatWorkspace{{Name: "acme", Platform: "slack", TeamID: "T0123456789", AppToken: config.NewSecret(appTok)}}})
	l := s.newLink(app{slackAPI, appTok})
	acks := map[string]ack{}
	seen := 0
	for line := range strings.Lines(string(text)) {
		var recorded struct {
			Direction string
			Frame     json.RawMessage
		}
		if err := json.Unmarshal([]byte(line), &recorded); err != nil {
			t.Fatal(err)
		}
		if recorded.Direction == "recv" {
			var f frame
			if err := json.Unmarshal(recorded.Frame, &f); err != nil {
				t.Fatal(err)
			}
			if f.Envelope == "" {
				continue
			}
			answer, err := l.unwrap(t.Context(), &f)
			if err != nil {
				t.Error(err)
			}
			if !f.Accepts {
				answer = nil
			}
			acks[f.Envelope] = ack{f.Envelope, answer}
			continue
		}
		var want ack
		if err := json.Unmarshal(recorded.Frame, &want); err != nil {
			t.Fatal(err)
		}
		got := acks[want.Envelope]
		seen++
		if want.Payload == nil != (got.Payload == nil) || want.Payload != nil && (got.Payload.Text != want.Payload.Text || got.Payload.Type != want.Payload.Type) {
			t.Errorf("%s: %s", want.Envelope, jsonOf(t, got))
		}
	}
	calls := h.Calls()
	if seen != 2 || len(calls) != 2 || calls[0].Text != "status router1" || calls[1].Click.Action != "ack_alarm" || calls[1].Click.Value != "alarm:6f0b2a54-0000-4000-8000-0000000000aa" {
		t.Errorf("%d, %s", seen, jsonOf(t, calls))
	}
}

func TestAnEnvelopeIsAcknowledgedWithinThreeSeconds(t *testing.T) {
	play(t, sockets, func(st *stage) {
		st.h.Does(func(ctx context.Context, _ *chatops.Call) (*chatops.Message, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		})
		id := st.up(2)[0].Send("", "slash_commands", st.slack.Command(channel, ada, "/foghorn", "status"))
		chattest.Pass(3 * time.Second)
		if e := st.slack.Envelope(id); e.Acks != 1 || e.Took > 3*time.Second {
			t.Errorf("%+v", e)
		}
		st.want("ack, only " + ada + ": " + platform.Failed)
		// Events and clicks stay without one, so that Slack repeats them.
		event := st.up(2)[0].Send("", "events_api", st.slack.Mention(channel, ada, "Ev1", "", "help"))
		chattest.Pass(10 * time.Second)
		if e := st.slack.Envelope(event); e.Acks != 0 {
			t.Errorf("%+v", e)
		}
	})
}

// Slack may send an envelope by both sockets, and again. It is answered once, unless the
// answer may have been lost with its socket.
func TestOneEnvelopeHasOneAnswer(t *testing.T) {
	play(t, sockets, func(st *stage) {
		st.h.Answers(chattest.Says("ap1 is up"))
		open := st.up(2)
		c := st.slack.Command(channel, ada, "/foghorn", "status ap1")
		id := open[0].Send("", "slash_commands", c)
		open[1].Send(id, "slash_commands", c)
		synctest.Wait()
		open[0].Send(id, "slash_commands", c)
		synctest.Wait()
		if e := st.slack.Envelope(id); e.Acks != 3 {
			t.Errorf("%+v", e)
		}
		st.want("ack, channel: ap1 is up")
		ids := map[string]bool{}
		for _, call := range st.h.Calls() {
			ids[call.ID] = true
		}
		if len(ids) != 1 {
			t.Errorf("it has the ids %v, and would run more than once", ids)
		}
	})
	t.Run("lost", func(t *testing.T) {
		k := &socket{ended: make(chan struct{})}
		var answers recall.Memory[*socket]
		now := time.Now()
		first := answers.Take("e1", k, now, platform.Repeats, (*socket).gone)
		second := answers.Take("e1", k, now, platform.Repeats, (*socket).gone)
		close(k.ended)
		third := answers.Take("e1", k, now, platform.Repeats, (*socket).gone)
		if !first || second || !third {
			t.Error(first, second, third)
		}
	})
}

// Slack announces the end of a socket; the next is up before.
func TestASocketThatWillEndIsReplacedFirst(t *testing.T) {
	for _, reason := range []string{"warning", "refresh_requested", "something new"} {
		play(t, sockets, func(st *stage) {
			chattest.Pass(time.Hour)
			old := st.up(2)[0]
			old.Disconnect(reason)
			synctest.Wait()
			if n := len(st.slack.Sockets()); n != 3 || old.Closed() {
				t.Fatalf("%s: %d sockets, the old one closed: %v", reason, n, old.Closed())
			}
			// What still comes by the old one is answered.
			st.h.Answers(chattest.Says("up"))
			id := old.Send("", "slash_commands", st.slack.Command(channel, ada, "/foghorn", "status"))
			synctest.Wait()
			if e := st.slack.Envelope(id); e.Acks != 1 {
				t.Errorf("%s: %+v", reason, e)
			}
			old.Disconnect("refresh_requested") // it says both
			chattest.Pass(time.Second)
			if st.slack.Opened() != 3 {
				t.Errorf("%s: opened %d", reason, st.slack.Opened())
			}
			chattest.Pass(fades)
			if !old.Closed() {
				t.Errorf("%s: the old one stays", reason)
			}
			st.up(2)
		})
	}
}

func TestALinkThatWasDisabledIsNotTriedAgain(t *testing.T) {
	play(t, sockets, func(st *stage) {
		chattest.Pass(time.Minute)
		st.up(2)[0].Disconnect("link_disabled")
		chattest.Pass(24 * time.Hour)
		st.up(0)
		if n := st.slack.Opened(); n != 2 {
			t.Errorf("opened %d", n)
		}
		got := st.ours.Status()[0]
		if !got.Stopped || !strings.Contains(got.Problem, "Socket Mode was turned off") {
			t.Errorf("%+v", got)
		}
		if len(st.told) != 1 || !strings.Contains(st.told[0], "stopped for acme: the app's Socket Mode was turned off") {
			t.Errorf("people are told %q", st.told)
		}
		if log := strings.Join(st.said, "\n"); !strings.Contains(log, "ERROR") || !strings.Contains(log, "acme") || !strings.Contains(log, "turn it on under Settings") {
			t.Errorf("nobody is told: %s", log)
		}
		// HTTP goes on.
		if w := st.post(st.slack.Command(channel, ada, "/foghorn", "help")); w.Code != 200 {
			t.Errorf("%d", w.Code)
		}
	})
}

func TestATokenThatIsRefusedIsNotTriedAgain(t *testing.T) {
	for token, want := range map[string]string{"xapp-wrong": "invalid_auth", botTok: "not_allowed_token_type"} {
		play(t, func(o *Options) { o.Workspaces[0].AppToken = config.NewSecret(token) }, func(st *stage) {
			chattest.Pass(24 * time.Hour)
			st.up(0)
			got := st.ours.Status()[0]
			if !got.Stopped || !strings.Contains(got.Problem, want) || strings.Contains(got.Problem, token) {
				t.Errorf("%+v", got)
			}
			// Mended, it goes on.
			w := workspace()
			w.AppToken = config.NewSecret(appTok)
			st.ours.Use([]config.ChatWorkspace{w})
			synctest.Wait()
			st.up(2)
			// And it ends when Socket Mode is taken out.
			st.ours.Use([]config.ChatWorkspace{workspace()})
			chattest.Pass(time.Minute)
			st.up(0)
		})
	}
}

// A socket can die without a word: then nothing comes, not even answers to pings.
func TestASilentSocketIsReplaced(t *testing.T) {
	play(t, func(o *Options) { sockets(o) }, func(st *stage) {
		chattest.Pass(time.Minute)
		st.slack.Deaf(true)
		for _, k := range st.up(2) {
			k.Cut()
		}
		chattest.Pass(2 * time.Second)
		opened := st.slack.Opened()
		deaf := st.up(2)
		st.slack.Deaf(false)
		chattest.Pass(platform.Silence + 10*time.Second)
		for _, k := range deaf {
			if !k.Closed() {
				t.Error("a silent socket is still there")
			}
		}
		chattest.Pass(time.Minute)
		st.up(2)
		if st.slack.Opened() < opened+2 || !strings.Contains(strings.Join(st.said, "\n"), "silent for 25s") {
			t.Errorf("opened %d of %d, log %q", st.slack.Opened(), opened, st.said)
		}
	})
}

func TestReconnectsAreSpacedAndJittered(t *testing.T) {
	play(t, sockets, func(st *stage) {
		chattest.Pass(time.Minute)
		st.slack.Fail(-1, 503, nil, "")
		for _, k := range st.up(2) {
			k.Cut()
		}
		before := st.slack.Opened()
		chattest.Pass(10 * time.Minute)
		if st.up(0); !strings.Contains(st.ours.Status()[0].Problem, "503") {
			t.Errorf("%+v", st.ours.Status())
		}
		var waits []string
		for _, line := range st.said {
			if _, wait, ok := strings.Cut(line, " in="); ok {
				waits = append(waits, strings.Fields(wait)[0])
			}
		}
		if n := len(waits); n < 30 || n > 120 {
			t.Errorf("tried %d times in 10 minutes", n)
		}
		same := map[string]bool{}
		for _, w := range waits {
			same[w] = true
		}
		if len(same) < len(waits)/2 {
			t.Errorf("the waits are equal: %v", waits)
		}
		st.slack.Heal()
		chattest.Pass(time.Minute)
		st.up(2)
		if st.slack.Opened() != before+2 {
			t.Errorf("opened %d after %d", st.slack.Opened(), before)
		}
	})
}

func TestASocketThatNeverStandsIsNotHurried(t *testing.T) {
	play(t, sockets, func(st *stage) {
		for range 600 {
			for _, k := range st.slack.Sockets() {
				k.Disconnect("refresh_requested")
			}
			chattest.Pass(time.Second)
		}
		if n := st.slack.Opened(); n > 130 {
			t.Errorf("opened %d times in 10 minutes", n)
		}
	})
}
