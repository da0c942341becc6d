package slack

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"foghorn/chatops"
	"foghorn/chatops/chattest"
	"foghorn/config"
)

func TestFramesThatAreNone(t *testing.T) {
	play(t, sockets, func(st *stage) {
		chattest.Pass(time.Minute)
		k := st.up(2)[0]
		for _, text := range []string{"", "hello", "[]", "{}", `{"type":"brand_new"}`, `{"type":"hello"}`, `{"type":7}`} {
			k.Say(text)
		}
		synctest.Wait()
		for _, kind := range []string{"slash_commands", "interactive", "events_api", "brand_new"} {
			k.Say(`{"envelope_id":"nonsense-` + kind + `","type":"` + kind + `","payload":["\u001b[2J"],"accepts_response_payload":true}`)
		}
		synctest.Wait()
		if st.up(2)[0] != k || len(st.h.Calls()) > 0 {
			t.Error("nonsense ended the socket, or became a call")
		}
		if got := st.h.Refusals(); len(got) != 3 {
			t.Errorf("audited: %q", got)
		}
		if got := st.slack.Violations(); len(got) != 4 { // the stand-in did not send them by Send
			t.Errorf("%q", got)
		}
		st.slack.Forgive()
		k.Say(`{"type":"x","payload":"` + strings.Repeat("x", maxFrame) + `"}`)
		chattest.Pass(time.Minute)
		if !k.Closed() {
			t.Error("a frame of any size is taken")
		}
		st.up(2)
	})
}

// Socket Mode brings payloads of another team only by mistake.
func TestACallOfAnotherTeamComesToNothing(t *testing.T) {
	play(t, func(o *Options) { sockets(o); o.Workspaces[0].TeamID = "T9999999999" }, func(st *stage) {
		st.up(2)[0].Send("", "slash_commands", st.slack.Command(channel, ada, "/foghorn", "status"))
		synctest.Wait()
		if got := st.h.Refusals(); len(st.h.Calls()) > 0 || len(got) != 1 {
			t.Errorf("%q", got)
		}
	})
}

func TestSeveralWorkspacesOfOneAppShareItsSockets(t *testing.T) {
	second := workspace()
	second.Name, second.TeamID, second.AppToken = "second", "T2", config.NewSecret(appTok)
	play(t, func(o *Options) { sockets(o); o.Workspaces = append(o.Workspaces, second) }, func(st *stage) {
		st.up(2)
		for _, got := range st.ours.Status() {
			if got.Sockets != 2 || got.Wanted != 2 || !got.HTTP {
				t.Errorf("%+v", got)
			}
		}
	})
}

func TestAnAddressThatIsNoSocketIsNotDialed(t *testing.T) {
	for _, at := range []string{"", "http://127.0.0.1:1/link", "ws://evil.example/link", "wss://user:x@slack.com/", "wss://", "%"} {
		body, err := json.Marshal(map[string]any{"ok": true, "url": at})
		if err != nil {
			t.Fatal(err)
		}
		play(t, func(o *Options) {}, func(st *stage) {
			st.slack.Fail(1, 200, http.Header{}, string(body))
			if _, err := st.ours.newLink(app{address + "/api/", appTok}).open(st.t.Context()); err == nil || !strings.Contains(err.Error(), "no address") {
				t.Errorf("%q: %v", at, err)
			}
		})
	}
}

func TestAPanicOfTheHandlerIsNotTheEnd(t *testing.T) {
	play(t, sockets, func(st *stage) {
		st.h.Does(func(context.Context, *chatops.Call) (*chatops.Message, error) { panic("spilled") })
		st.up(2)[0].Send("", "slash_commands", st.slack.Command(channel, ada, "/foghorn", "status"))
		synctest.Wait()
		st.h.Fails(errors.New("no"))
		st.up(2)
		if !strings.Contains(strings.Join(st.said, "\n"), "spilled") {
			t.Error("nobody is told")
		}
	})
}
