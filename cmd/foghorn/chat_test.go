package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"foghorn/chatops/chattest"
	"foghorn/journal/event"
	"foghorn/mist/mistsim"
	"foghorn/relay/relaytest"
)

// The workspaces of the tests, and what their platforms know them by.
const (
	slackTeam        = "T0123456789"
	slackBot         = "xoxb-synthetic-bot-token"
	slackApp         = "xapp-synthetic-app-token"
	mattermostTeam   = "tsb8crrn5tgqtedpkt81b4tcya"
	mattermostBot    = "botbotbotbotbotbotbotbotbo"
	mattermostSecret = "nezum4kpu3faiec7r7c5zt6tfy"
)

// chatRole is a role, with who has it on each platform.
type chatRole struct{ name, person, slack, mattermost string }

// chatRoles are the roles that people have in a chat. The last is a person whom foghorn does
// not know. Ada is one of two admins, so that what disrupts takes two people.
var chatRoles = []chatRole{
	{"viewer", "vera", "U0VIEWER01", "uverauverauverauverauverau"},
	{"operator", "otto", "U0OPERATOR", "uottouottouottouottouottou"},
	{"admin", "ada", "U0ADMIN001", "uadauadauadauadauadauadaua"},
	{"unmapped", "", "U0STRANGER", "ustrangerustrangerustrange"},
}

const secondAdmin = "\n[[chatops.user]]\nworkspace = %q\nid = %q\nperson = \"abe\"\nrole = \"admin\"\n"

// chattingOrganization is an organization in the cloud whose people run foghorn from Slack,
// by Socket Mode, and from Mattermost, by its slash command.
type chattingOrganization struct {
	*organizationInTheCloud
	slack      *chattest.Slack
	mattermost *chattest.Mattermost
	alarms     []string // alarms of the cloud, each an alert
	env        []string
	n          int
}

// newChattingOrganization starts stand-ins, a small cloud in which nothing happens by
// itself, and a collector that knows the people. extra follows in its configuration.
func newChattingOrganization(t *testing.T, alarms int, extra string) *chattingOrganization {
	t.Helper()
	c := &chattingOrganization{env: environment(t)}
	var slackServer, mattermostServer *httptest.Server
	c.slack = chattest.NewSlack(chattest.SlackConfig{TeamID: slackTeam, BotToken: slackBot, AppToken: slackApp, SigningSecret: testSecret}, func() string { return slackServer.URL })
	c.mattermost = chattest.NewMattermost(chattest.MattermostConfig{TeamID: mattermostTeam, CommandToken: mattermostSecret, BotToken: mattermostBot}, func() string { return mattermostServer.URL })
	slackServer, mattermostServer = httptest.NewServer(c.slack), httptest.NewServer(c.mattermost)
	t.Cleanup(slackServer.Close)
	t.Cleanup(mattermostServer.Close)

	var more strings.Builder
	fmt.Fprintf(&more, "\n[[chatops.workspace]]\nname = \"noc\"\nplatform = \"slack\"\nteam_id = %q\nbot_token = %q\napp_token = %q\nsigning_secret_env = \"SECRET\"\napi_url = %q\norgs = [\"acme\"]\n",
		slackTeam, slackBot, slackApp, slackServer.URL+"/api/")
	fmt.Fprintf(&more, "\n[[chatops.workspace]]\nname = \"team\"\nplatform = \"mattermost\"\nteam_id = %q\nbot_token = %q\ncommand_token = %q\nserver = %q\norgs = [\"acme\"]\n",
		mattermostTeam, mattermostBot, mattermostSecret, mattermostServer.URL)
	var tokens []mistsim.Token
	for _, r := range chatRoles {
		if r.person == "" {
			continue
		}
		for workspace, id := range map[string]string{"noc": r.slack, "team": r.mattermost} {
			fmt.Fprintf(&more, "\n[[chatops.user]]\nworkspace = %q\nid = %q\nperson = %q\nrole = %q\ntoken = \"token-of-%s\"\n", workspace, id, r.person, r.name, r.person)
		}
		tokens = append(tokens, mistsim.Token{Key: "token-of-" + r.person, Name: r.person, Role: "admin"})
	}
	fmt.Fprintf(&more, secondAdmin+secondAdmin, "noc", "U0ADMIN002", "team", "uabeuabeuabeuabeuabeuabeua")
	more.WriteString(extra)
	c.organizationInTheCloud = startOrganization(t, organizationOptions{
		env: c.env, dir: t.TempDir(), config: filepath.Join(t.TempDir(), "config.toml"), more: more.String(),
		cloud: mistsim.Options{Speed: still, Sites: 1, Devices: 10, Clients: 8, Tokens: tokens},
		ready: func(o *organizationInTheCloud) { c.alarms = raiseAlarms(t, o, alarms) },
	})
	eventually(t, "the sockets are up", func() bool { return len(c.slack.Sockets()) == 2 && len(c.mattermost.Sockets()) == 1 })
	return c
}

// raiseAlarms raises alarms in the cloud, and tells the collector of each as one of its own.
func raiseAlarms(t *testing.T, o *organizationInTheCloud, n int) []string {
	t.Helper()
	if n == 0 {
		return nil
	}
	ids, org := o.RaiseAlarms(n), o.Org()
	var elements []any
	for i, id := range ids {
		elements = append(elements, map[string]any{"id": id, "type": "rogue_ap", "group": "security", "severity": "warn", "count": 1, "org_id": org.ID, "site_id": org.Sites[0].ID,
			"timestamp": time.Now().Unix() - int64(i), "last_seen": time.Now().Unix(), "bssids": []string{id[:8]}})
	}
	body, err := json.Marshal(map[string]any{"topic": "alarms", "events": elements})
	if err != nil {
		t.Fatal(err)
	}
	if status := post(t, o.collector.url+"/mist/acme", testSecret, string(body)); status != http.StatusOK {
		t.Fatalf("the alarms are answered with %d", status)
	}
	return ids
}

// alerts waits until each alarm is an alert, and returns their short ids.
func (c *chattingOrganization) alerts(t *testing.T) []string {
	t.Helper()
	var out []string
	eventually(t, "the alarms are alerts", func() bool {
		out = nil
		for _, a := range list[event.Alert](t, "alerts", "-q", "kind:rogue_ap", "--limit", "0", "--data", c.dir, "--config", c.config) {
			out = append(out, event.ShortID(a.ID))
		}
		return len(out) == len(c.alarms)
	})
	return out
}

// chatAnswer is what people see of a call.
type chatAnswer struct {
	text    string
	private bool // only the one who called sees it
	// buttons are those of a proposal, confirm and cancel: in Slack they are clicked, in
	// Mattermost the values are typed.
	buttons map[string]chattest.SlackButton
}

// soon looks often: what it waits for happens in this process.
func soon(t *testing.T, what string, ok func() bool) {
	t.Helper()
	again := time.NewTicker(2 * time.Millisecond)
	defer again.Stop()
	for deadline := time.Now().Add(patience); !ok(); <-again.C {
		if time.Now().After(deadline) {
			t.Fatalf("not within %s: %s", patience, what)
		}
	}
}

// channel makes a channel for a call, on a platform, so that what arrives there is its
// answer.
func (c *chattingOrganization) channel(mattermost bool) string {
	c.n++
	name := fmt.Sprintf("channel-%d", c.n)
	if mattermost {
		id := fmt.Sprintf("c%025d", c.n)
		c.mattermost.Set(func(s *relaytest.MattermostSettings) { s.Channels[name] = id })
		return id
	}
	id := fmt.Sprintf("C%010d", c.n)
	c.slack.AddChannel(id, name)
	return id
}

// onSlack makes a call by a socket, and returns the first answer to it.
func (c *chattingOrganization) onSlack(t *testing.T, kind string, call *chattest.SlackCall) chatAnswer {
	t.Helper()
	id := c.slack.Sockets()[0].Send("", kind, call)
	var got chatAnswer
	soon(t, "an answer in Slack", func() bool {
		for _, m := range c.slack.Shown() {
			if m.Channel == call.Channel {
				got = chatAnswer{text: strings.Join(append([]string{m.Message.Text}, m.Message.Lines...), "\n"), private: m.Ephemeral, buttons: map[string]chattest.SlackButton{}}
				for _, b := range m.Buttons() {
					got.buttons[strings.ToLower(b.Label)] = b
				}
				return true
			}
		}
		for _, m := range c.slack.Messages(call.Channel) {
			got = chatAnswer{text: strings.Join(append([]string{m.Text}, m.Lines...), "\n")}
			return true
		}
		return false
	})
	soon(t, "one acknowledgement", func() bool { return c.slack.Envelope(id).Acks == 1 })
	return got
}

var typedClick = regexp.MustCompile(`/foghorn (confirm|cancel) ([A-Z2-7]+)`)

// onMattermost types a slash command, and returns the first answer to it.
func (c *chattingOrganization) onMattermost(t *testing.T, channel, user, text string) chatAnswer {
	t.Helper()
	cmd := c.mattermost.Command(channel, user, "/foghorn", text)
	r, err := c.mattermost.Request(t.Context(), c.collector.url+"/api/v1/chatops/mattermost/commands", cmd)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d %s, %v", text, res.StatusCode, body, err)
	}
	before := len(c.mattermost.Shown())
	c.mattermost.Answered(cmd, body)
	var got chatAnswer
	soon(t, "an answer in Mattermost", func() bool {
		if shown := c.mattermost.Shown(); len(shown) > before {
			got = chatAnswer{text: shown[before].Text, private: shown[before].Ephemeral}
			return true
		}
		for _, text := range c.posts(channel) {
			got = chatAnswer{text: text}
			return true
		}
		return false
	})
	got.buttons = map[string]chattest.SlackButton{}
	for _, m := range typedClick.FindAllStringSubmatch(got.text, -1) {
		got.buttons[m[1]] = chattest.SlackButton{Action: m[1], Value: m[2]}
	}
	return got
}

// posts are the texts of what was posted in a channel of Mattermost.
func (c *chattingOrganization) posts(channel string) (out []string) {
	for _, p := range c.mattermost.Posts() {
		if p.ChannelID != channel {
			continue
		}
		text := p.Message
		for _, a := range p.Attachments() {
			text += "\n" + fmt.Sprint(a["text"])
		}
		out = append(out, text)
	}
	return out
}

// inOrder fails for what was done against the rules of the platforms, and for what rang
// people.
func (c *chattingOrganization) inOrder(t *testing.T) {
	t.Helper()
	for _, wrong := range append(c.slack.Violations(), c.mattermost.Violations()...) {
		t.Errorf("against the platform's rules: %s", wrong)
	}
	for _, m := range c.slack.Shown() {
		if len(m.Message.Pings) > 0 {
			t.Errorf("an answer rings %q", m.Message.Pings)
		}
	}
}

// audited is a row of the audit, as the command prints it.
type audited struct {
	Outcome, Platform, User, Person, Command, Text string
	Job                                            *int64
}

// audit returns the audit, oldest first.
func (c *chattingOrganization) audit(t *testing.T) []audited {
	t.Helper()
	rows := list[audited](t, "chatops", "audit", "--limit", "1000", "--data", c.dir, "--config", c.config)
	for i, j := 0, len(rows)-1; i < j; i, j = i+1, j-1 {
		rows[i], rows[j] = rows[j], rows[i]
	}
	return rows
}
