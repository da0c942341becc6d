package collector

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"foghorn/chatops/chattest"
	"foghorn/journal/event"
)

const slackConfig = `
[[junos]]
name = "core"
secret = "fog-over-the-harbour"
[[chatops.workspace]]
name = "noc"
platform = "slack"
team_id = "T0123456789"
api_url = "%s"
signing_secret = "synthetic-signing-secret-0001"
bot_token = "xoxb-synthetic-bot-token"
app_token = "xapp-synthetic-app-token"
orgs = ["core"]
[[chatops.user]]
workspace = "noc"
id = "U0123456789"
person = "ada"
role = "viewer"
`

// Slack against the whole collector: by socket and through the listener, each call is run
// once and audited.
func TestPeopleCallFromSlack(t *testing.T) {
	var standIn *httptest.Server
	s := chattest.NewSlack(chattest.SlackConfig{TeamID: "T0123456789", BotToken: "xoxb-synthetic-bot-token", AppToken: "xapp-synthetic-app-token",
		SigningSecret: "synthetic-signing-secret-0001"}, func() string { return standIn.URL })
	standIn = httptest.NewServer(s)
	defer standIn.Close()
	c := testCollector(t, fmt.Sprintf(slackConfig, standIn.URL+"/api"))
	defer running(t, c)()
	eventually(t, "two sockets", func() bool { return len(s.Sockets()) == 2 })

	const channel = "C0123456789"
	sockets := s.Sockets()
	call := s.Command(channel, "U0123456789", "/foghorn", "help")
	id := sockets[0].Send("", "slash_commands", call)
	eventually(t, "an acknowledgement", func() bool { return s.Envelope(id).Acks == 1 })
	sockets[1].Send(id, "slash_commands", call)
	eventually(t, "another, without an answer", func() bool { return s.Envelope(id).Acks == 2 })
	if got := string(s.Envelope(id).Payload); !strings.Contains(got, "/foghorn status") {
		t.Errorf("help is %s", got)
	}

	base := "http://" + c.Addr().String() + "/api/v1/chatops/slack/"
	post := func(call *chattest.SlackCall, change func(*http.Request)) (int, string) {
		t.Helper()
		r, err := s.Request(t.Context(), base, call)
		if err != nil {
			t.Fatal(err)
		}
		if change != nil {
			change(r)
		}
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(body)
	}
	if status, body := post(s.Command(channel, "U9999999999", "/foghorn", "alerts"), nil); status != 200 || !strings.Contains(body, `id = \"U9999999999\"`) || !strings.Contains(body, `"ephemeral"`) {
		t.Errorf("a stranger is told %d %s", status, body)
	}
	if status, body := post(s.Command(channel, "U0123456789", "/foghorn", "alerts"), func(r *http.Request) { r.Header.Set("X-Slack-Signature", "v0=00") }); status != 401 || body != "" {
		t.Errorf("a bad signature: %d %s", status, body)
	}
	if status, body := post(s.Command(channel, "U0123456789", "/foghorn", "hepl"), nil); status != 200 || !strings.Contains(body, "did you mean help?") {
		t.Errorf("a near miss: %d %s", status, body)
	}
	wantAudited(t, c, event.ChatError+" ada /foghorn hepl", event.ChatUnauthorized+"  ", event.ChatUnauthorized+"  /foghorn alerts", event.ChatSuccess+" ada /foghorn help")
	if v := s.Violations(); len(v) > 0 {
		t.Errorf("against Slack's rules: %q", v)
	}
}

// wantAudited holds the audit against lines, newest first.
func wantAudited(t *testing.T, c *Collector, want ...string) {
	t.Helper()
	calls, err := c.outbox.Calls(t.Context(), 0, 10)
	if err != nil {
		t.Fatal(err)
	}
	var audited []string
	for _, row := range calls {
		audited = append(audited, row.Outcome+" "+row.Person+" "+row.Command)
	}
	if got := strings.Join(audited, "\n"); got != strings.Join(want, "\n") {
		t.Errorf("audited:\n%s\nwant:\n%s", got, strings.Join(want, "\n"))
	}
}
