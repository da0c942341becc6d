package collector

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"foghorn/chatops/chattest"
	"foghorn/journal/event"
)

const mattermostConfig = `
[[junos]]
name = "core"
secret = "fog-over-the-harbour"
[[chatops.workspace]]
name = "team"
platform = "mattermost"
server = "STANDIN"
team_id = "tsb8crrn5tgqtedpkt81b4tcya"
command_token = "nezum4kpu3faiec7r7c5zt6tfy"
bot_token = "botbotbotbotbotbotbotbotbo"
orgs = ["core"]
[[chatops.user]]
workspace = "team"
id = "k1x4aqdjy3813c84m771eoc9xo"
person = "ada"
role = "viewer"
`

// Mattermost against the whole collector: by WebSocket and through the listener, each call
// is run once and audited.
func TestPeopleCallFromMattermost(t *testing.T) {
	const (
		channel  = "cnetworkalertscnetworkaler"
		ada      = "k1x4aqdjy3813c84m771eoc9xo"
		stranger = "ustrangerustrangerustrange"
	)
	var standIn *httptest.Server
	m := chattest.NewMattermost(chattest.MattermostConfig{TeamID: "tsb8crrn5tgqtedpkt81b4tcya", CommandToken: "nezum4kpu3faiec7r7c5zt6tfy", BotToken: "botbotbotbotbotbotbotbotbo"},
		func() string { return standIn.URL })
	standIn = httptest.NewServer(m)
	defer standIn.Close()
	c := testCollector(t, strings.Replace(mattermostConfig, "STANDIN", standIn.URL, 1))
	defer running(t, c)()
	eventually(t, "a socket", func() bool { return len(m.Sockets()) == 1 })

	said := chattest.MattermostSaid{Channel: channel, User: ada, Text: "@foghorn alerts", Type: "O"}
	p := m.Say(said)
	m.Again(&p, said)
	eventually(t, "one answer in the thread", func() bool {
		posts := m.Posts()
		return len(posts) == 2 && posts[1].RootID == p.ID && strings.Contains(posts[1].Message, "No alert")
	})
	post := func(user, text, token string) (int, string) {
		t.Helper()
		cmd := m.Command(channel, user, "/foghorn", text)
		cmd.Form.Set("token", token)
		r, err := m.Request(t.Context(), "http://"+c.Addr().String()+"/api/v1/chatops/mattermost/commands", cmd)
		if err != nil {
			t.Fatal(err)
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
		if res.StatusCode == http.StatusOK {
			m.Answered(cmd, body)
		}
		return res.StatusCode, string(body)
	}
	const right = "nezum4kpu3faiec7r7c5zt6tfy"
	if status, body := post(stranger, "alerts", right); status != 200 || !strings.Contains(body, `id = \"`+stranger+`\"`) || !strings.Contains(body, `"ephemeral"`) {
		t.Errorf("a stranger is told %d %s", status, body)
	}
	if status, body := post(ada, "alerts", "wrongwrongwrongwrongwrongw"); status != 401 || body != "" {
		t.Errorf("a wrong token: %d %s", status, body)
	}
	if status, body := post(ada, "hepl", right); status != 200 || !strings.Contains(body, "did you mean help?") {
		t.Errorf("a near miss: %d %s", status, body)
	}
	if status, body := post(ada, "confirm NOSUCHNONCE", right); status != 200 || !strings.Contains(body, "can no longer be confirmed") {
		t.Errorf("a confirmation of nothing: %d %s", status, body)
	}
	if v := m.Violations(); len(v) > 0 {
		t.Errorf("against Mattermost's rules: %q", v)
	}
	wantAudited(t, c, event.ChatUnauthorized+" ada click confirm NOSUCHNONCE", event.ChatError+" ada /foghorn hepl", event.ChatUnauthorized+"  ", event.ChatUnauthorized+"  /foghorn alerts", event.ChatSuccess+" ada @foghorn alerts")
}
