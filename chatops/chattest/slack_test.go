package chattest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"go.uber.org/goleak"
)

// TestMain fails the package when a test leaves a goroutine behind.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// app speaks to a stand-in as an app does.
type app struct {
	t     *testing.T
	slack *Slack
	url   string
	now   time.Time
}

func newApp(t *testing.T) *app {
	a := &app{t: t, now: time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)}
	a.slack = NewSlack(SlackConfig{TeamID: "T0123456789", BotToken: "xoxb-t", AppToken: "xapp-t", SigningSecret: "s", Now: func() time.Time { return a.now }}, func() string { return a.url })
	server := httptest.NewServer(a.slack)
	t.Cleanup(server.Close)
	a.url = server.URL
	return a
}

// post makes a request, and returns the answer.
func (a *app) post(at, token, kind, body string) string {
	a.t.Helper()
	r, err := http.NewRequest(http.MethodPost, at, strings.NewReader(body))
	if err != nil {
		a.t.Fatal(err)
	}
	r.Header.Set("Content-Type", kind)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(r)
	if err != nil {
		a.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, _ := io.ReadAll(resp.Body)
	return strings.TrimSpace(string(text))
}

func (a *app) form(method string, args url.Values) string {
	return a.post(a.url+"/api/"+method, "xoxb-t", "application/x-www-form-urlencoded", args.Encode())
}

// violated fails unless the stand-in noted exactly one violation, with a text.
func (a *app) violated(want string) {
	a.t.Helper()
	if got := a.slack.Violations(); len(got) != 1 || !strings.Contains(got[0], want) {
		a.t.Errorf("violations %q, want %q", got, want)
	}
	a.slack.Forgive()
}

func TestAResponseURLTakesFiveAnswersInHalfAnHour(t *testing.T) {
	a := newApp(t)
	at := a.slack.responseURL("commands", "C0123456789", "U1")
	for range 5 {
		if got := a.post(at, "", "application/json", `{"text":"t"}`); got != "ok" {
			t.Fatal(got)
		}
	}
	if got := a.post(at, "", "application/json", `{"text":"t"}`); got != "used_url" {
		t.Error(got)
	}
	a.violated("used_url")
	at = a.slack.responseURL("commands", "C0123456789", "U1")
	a.now = a.now.Add(30*time.Minute + time.Second)
	if got := a.post(at, "", "application/json", `{"text":"t"}`); got != "expired_url" {
		t.Error(got)
	}
	a.violated("expired_url")
	a.post(a.url+"/commands/T/9/x", "", "application/json", `{"text":"t"}`)
	a.violated("no_such_url")
	at = a.slack.responseURL("actions", "C0123456789", "U1")
	for body, want := range map[string]string{`{}`: "no_text", `{"text":"t","response_type":"loud"}`: "invalid_response_type", `{"text":"t","blocks":[{"type":"blink"}]}`: "invalid_blocks"} {
		if got := a.post(at, "", "application/json", body); got != want {
			t.Errorf("%s: %s", body, got)
		}
		a.violated(want)
	}
	at = a.slack.responseURL("actions", "C0123456789", "U1")
	a.post(at, "xoxb-t", "application/json", `{"text":"t"}`)
	a.violated("a token was sent")
}

func TestFilesTakeThreeSteps(t *testing.T) {
	a := newApp(t)
	if got := a.post(a.url+"/api/files.getUploadURLExternal", "xoxb-t", "application/json", `{"filename":"a.txt","length":3}`); !strings.Contains(got, "invalid_arguments") {
		t.Error(got)
	}
	got := a.form("files.getUploadURLExternal", url.Values{"filename": {"a.txt"}, "length": {"3"}})
	_, id, _ := strings.Cut(got, `"file_id":"`)
	id, _, _ = strings.Cut(id, `"`)
	files := url.Values{"files": {`[{"id":"` + id + `","title":"a"}]`}, "channel_id": {"C0123456789"}}
	if got := a.form("files.completeUploadExternal", files); !strings.Contains(got, "file_not_found") {
		t.Error(got)
	}
	a.post(a.url+"/upload/"+id, "", "application/octet-stream", "abcd")
	a.violated("not of the length")
	if got := a.post(a.url+"/upload/"+id, "", "application/octet-stream", "abc"); got != "OK - 3" {
		t.Error(got)
	}
	if len(a.slack.Files()) > 0 {
		t.Error("it is shared before it is complete")
	}
	files.Set("thread_ts", "1.2")
	if got := a.form("files.completeUploadExternal", files); !strings.Contains(got, "invalid_thread_ts") {
		t.Error(got)
	}
	files.Del("thread_ts")
	if got := a.form("files.completeUploadExternal", files); !strings.Contains(got, `"ok":true`) || len(a.slack.Files()) != 1 {
		t.Error(got)
	}
	a.slack.Invite("C0123456789", false)
	if got := a.form("files.completeUploadExternal", files); !strings.Contains(got, "not_in_channel") {
		t.Error(got)
	}
}

func TestTokensAndScopes(t *testing.T) {
	a := newApp(t)
	a.slack.Scopes = nil
	for _, c := range []struct{ method, token, want string }{
		{"apps.connections.open", "xoxb-t", "not_allowed_token_type"}, {"apps.connections.open", "xapp-u", "invalid_auth"}, {"apps.connections.open", "", "not_authed"},
		{"apps.connections.open", "xapp-t", `"ok":true`}, {"chat.postEphemeral", "xoxb-t", `"needed":"chat:write"`}, {"conversations.open", "xoxb-t", `"needed":"im:write"`},
		{"files.getUploadURLExternal", "xoxb-t", `"needed":"files:write"`}, {"files.completeUploadExternal", "xapp-t", "not_allowed_token_type"},
	} {
		if got := a.post(a.url+"/api/"+c.method, c.token, "application/json", "{}"); !strings.Contains(got, c.want) {
			t.Errorf("%s with %q: %s", c.method, c.token, got)
		}
	}
}

func TestASocketIsOpenedOnceAndEnvelopesAreHeldToTheirRules(t *testing.T) {
	a := newApp(t)
	got := a.post(a.url+"/api/apps.connections.open", "xapp-t", "application/json", "{}")
	_, at, _ := strings.Cut(got, `"url":"`)
	at, _, _ = strings.Cut(strings.ReplaceAll(at, `\u0026`, "&"), `"`)
	conn, _, err := websocket.DefaultDialer.Dial(at, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, raw, err := conn.ReadMessage(); err != nil || !strings.Contains(string(raw), `"hello"`) {
		t.Fatalf("%s %v", raw, err)
	}
	if _, _, err := websocket.DefaultDialer.Dial(at, nil); err == nil {
		t.Error("an address works twice")
	}
	tell := func(want string, frames ...string) {
		t.Helper()
		for _, f := range frames {
			if err := conn.WriteMessage(websocket.TextMessage, []byte(f)); err != nil {
				t.Fatal(err)
			}
		}
		// The stand-in reads in order, and answers a ping after what came before.
		pong := false
		conn.SetPongHandler(func(string) error { pong = true; return conn.SetReadDeadline(time.Now()) })
		if err := conn.SetReadDeadline(time.Now().Add(5 * time.Second)); err != nil {
			t.Fatal(err)
		}
		if err := conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(time.Second)); err != nil {
			t.Fatal(err)
		}
		if _, _, _ = conn.NextReader(); !pong {
			t.Fatal("no pong")
		}
		a.violated(want)
	}
	tell("never sent", `{"envelope_id":"unknown"}`)
	_ = conn.Close()
	<-a.slack.sockets[0].done

	e := &SlackEnvelope{ID: "e1", Sent: a.now, Accepts: true}
	a.slack.envelopes["e1"], a.slack.envelopes["e2"] = e, &SlackEnvelope{ID: "e2", Sent: a.now}
	a.slack.ack("e1", []byte(`{"text":"t"}`))
	a.slack.ack("e1", nil) // acknowledged again, and not answered
	if v := a.slack.Violations(); len(v) > 0 || e.Acks != 2 {
		t.Errorf("%q %+v", v, e)
	}
	a.slack.ack("e1", []byte(`{"text":"t"}`))
	a.violated("answered twice")
	a.slack.ack("e2", []byte(`{"text":"t"}`))
	a.violated("takes no answer")
	a.now = a.now.Add(4 * time.Second)
	a.slack.ack("e2", nil)
	a.violated("after 4s")
}

func TestRequestsAreSignedAsSlackSigns(t *testing.T) {
	a := newApp(t)
	c := a.slack.Command("C0123456789", "U1", "/foghorn", "status <ap1> & co")
	r, err := a.slack.Request(t.Context(), "http://127.0.0.1/x/", c)
	if err != nil || r.URL.Path != "/x/commands" || len(r.Header.Get("X-Slack-Signature")) != 67 || r.Header.Get("X-Slack-Request-Timestamp") != "1795780800" {
		t.Errorf("%v %+v", err, r)
	}
	if v, err := url.ParseQuery(c.Body()); err != nil || v.Get("text") != "status &lt;ap1&gt; &amp; co" {
		t.Errorf("%v %s", err, c.Body())
	}
}
