package slack

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"foghorn/chatops"
	"foghorn/chatops/chattest"
	"foghorn/chatops/platform"
)

// A request that is repeated has the id of the first, so that it runs once; and a request
// without one is named by its signature.
func TestRepeatedRequestsHaveOneID(t *testing.T) {
	play(t, nil, func(st *stage) {
		c := st.slack.Command(channel, ada, "/foghorn", "status ap1")
		st.post(c)
		chattest.Pass(time.Minute)
		st.post(c)
		calls := st.h.Calls()
		if len(calls) != 2 || calls[0].ID != calls[1].ID {
			t.Errorf("%+v", calls)
		}
		v, _ := url.ParseQuery(bodies()["commands"])
		v.Del("trigger_id")
		r := signed(base+"commands", signing, v.Encode())
		chattest.Serve(st.t, st.ours.Endpoints(), r)
		if id := st.h.Last(st.t).ID; id != "acme/"+r.Header.Get(headerSignature) {
			t.Errorf("the id is %q", id)
		}
		v.Set("trigger_id", strings.Repeat("9", 2000))
		chattest.Serve(st.t, st.ours.Endpoints(), signed(base+"commands", signing, v.Encode()))
		if id := st.h.Last(st.t).ID; len(id) > platform.MaxID || !strings.HasPrefix(id, "acme/") || strings.Contains(id, "999999999999") {
			t.Errorf("the id is %q", id)
		}
	})
}

func TestACommandIsAnsweredWithinThreeSeconds(t *testing.T) {
	for name, c := range map[string]struct {
		answer func(ctx context.Context, _ *chatops.Call) (*chatops.Message, error)
		want   string
	}{
		"at once": {func(context.Context, *chatops.Call) (*chatops.Message, error) { return chattest.Says("ap1 is up"), nil }, "ack, channel: ap1 is up"},
		"to one":  {func(context.Context, *chatops.Call) (*chatops.Message, error) { return privately("no"), nil }, "ack, only " + ada + ": no"},
		"later":   {func(context.Context, *chatops.Call) (*chatops.Message, error) { return nil, nil }, "ack, only " + ada + ": " + platform.OnWay},
		"busy":    {func(context.Context, *chatops.Call) (*chatops.Message, error) { return nil, errors.New("disk full") }, "ack, only " + ada + ": " + platform.Failed},
		"too slow": {func(ctx context.Context, _ *chatops.Call) (*chatops.Message, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}, "ack, only " + ada + ": " + platform.Failed},
	} {
		t.Run(name, func(t *testing.T) {
			play(t, nil, func(st *stage) {
				st.h.Does(c.answer)
				st.command(ada, "status ap1")
				st.want(c.want)
			})
		})
	}
}

// Events and clicks that were not accepted are Slack's to repeat.
func TestWhatIsNotAcceptedSlackShallRepeat(t *testing.T) {
	play(t, nil, func(st *stage) {
		st.h.Fails(errors.New("disk full"))
		for _, path := range []string{"events", "interactions"} {
			w := chattest.Serve(st.t, st.ours.Endpoints(), signed(base+path, signing, bodies()[path]))
			if w.Code != http.StatusServiceUnavailable || w.Header().Get("X-Slack-No-Retry") != "" || len(st.h.Refusals()) > 0 {
				t.Errorf("%s: %d, refused %q", path, w.Code, st.h.Refusals())
			}
		}
		w := chattest.Serve(st.t, st.ours.Endpoints(), signed(base+"events", signing, `{"type":"event_callback","team_id":"`+team+`","event":{"type":"app_mention","user":"U1","channel":"C1"}}`))
		if w.Code != 400 || w.Header().Get("X-Slack-No-Retry") != "1" {
			t.Errorf("what will never be accepted: %d %v", w.Code, w.Header())
		}
	})
}

// Slack repeats an event at once, after a minute and after five, with a number or without.
func TestARepeatedEventIsAnsweredOnce(t *testing.T) {
	play(t, nil, func(st *stage) {
		st.h.Answers(chattest.Says("ap1 is up"))
		event := st.slack.Mention(channel, ada, "Ev0123", "", "status ap1")
		for i, wait := range []time.Duration{0, time.Minute, 4 * time.Minute, time.Second} {
			chattest.Pass(wait)
			r, err := st.slack.Request(st.t.Context(), base, event)
			if err != nil {
				t.Fatal(err)
			}
			if i > 0 && i < 3 {
				r.Header.Set("X-Slack-Retry-Num", strconv.Itoa(i))
				r.Header.Set("X-Slack-Retry-Reason", "http_timeout")
			}
			if w := chattest.Serve(st.t, st.ours.Endpoints(), r); w.Code != 200 || w.Body.Len() > 0 {
				t.Errorf("%d %q", w.Code, w.Body)
			}
		}
		chattest.Pass(time.Second)
		for _, call := range st.h.Calls() {
			if call.ID != "acme/Ev0123" || call.Text != "status ap1" {
				t.Errorf("%+v", call)
			}
		}
		if n := len(st.h.Calls()); n != 4 {
			t.Errorf("%d were handed on; whether one ran is the handler's to know", n)
		}
		st.posts("ap1 is up")
	})
}

func TestOnlyWhatPeopleSayToTheBotIsACall(t *testing.T) {
	said := func(change string) string {
		return strings.Replace(bodies()["events"], `"ts":"1.2"`, `"ts":"1.2"`+change, 1)
	}
	for name, c := range map[string]struct {
		body string
		text string // of the call; empty for none
	}{
		"mention":      {bodies()["events"], "help"},
		"direct":       {strings.Replace(said(`,"channel_type":"im"`), "app_mention", "message", 1), "help"},
		"in a channel": {strings.Replace(said(`,"channel_type":"channel"`), "app_mention", "message", 1), ""},
		"a bot":        {said(`,"bot_id":"B1"`), ""},
		"an edit":      {said(`,"subtype":"message_changed"`), ""},
		"a reaction":   {strings.Replace(bodies()["events"], "app_mention", "reaction_added", 1), ""},
		"nobody":       {strings.Replace(bodies()["events"], ada, "", 1), ""},
		"uninstalled":  {`{"type":"event_callback","team_id":"` + team + `","event_id":"Ev2","event":{"type":"app_uninstalled"}}`, ""},
		"limited":      {`{"type":"app_rate_limited","team_id":"` + team + `"}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			play(t, nil, func(st *stage) {
				if w := chattest.Serve(st.t, st.ours.Endpoints(), signed(base+"events", signing, c.body)); w.Code != 200 {
					t.Errorf("%d", w.Code)
				}
				calls := st.h.Calls()
				if c.text == "" && len(calls) > 0 || c.text != "" && (len(calls) != 1 || calls[0].Text != c.text || calls[0].Reply.Thread != "1.2") {
					t.Errorf("%+v", calls)
				}
				if name == "uninstalled" && !strings.Contains(strings.Join(st.said, "\n"), "install it again") {
					t.Errorf("nobody is told: %q", st.said)
				}
			})
		})
	}
}
