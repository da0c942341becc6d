package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"foghorn/relay/relaytest"
)

// chats are stand-ins of all chats, and the desk that has a relay to each.
type chats struct {
	*desk
	slack, slackHook           *relaytest.Slack
	mattermost, mattermostHook *relaytest.Mattermost
	teams                      *relaytest.Teams
}

// inChats tells a story in the time of a bubble, with a relay to each chat, each with these
// lines in its table.
func inChats(t *testing.T, lines string, story func(t *testing.T, s *chats)) {
	t.Helper()
	c := &bubbleClock{}
	s := &chats{
		slack: relaytest.NewSlack(slackToken, c.seen), slackHook: relaytest.NewSlack(slackToken, c.seen),
		mattermost: relaytest.NewMattermost(c.seen), mattermostHook: relaytest.NewMattermost(c.seen), teams: relaytest.NewTeams(c.seen),
	}
	at := func(h http.Handler) string {
		server := httptest.NewServer(h)
		t.Cleanup(server.Close)
		// While a connection is open, time stands still in the bubble.
		server.Config.SetKeepAlivesEnabled(false)
		return server.URL
	}
	tables := fmt.Sprintf(`
[[relay]]
name = "slack"
kind = "slack"
token = %q
channel = "C0123456789"
url = "%s/api/"
%s
[[relay]]
name = "slack-hook"
kind = "slack"
url = "%s%s"
%s
[[relay]]
name = "mattermost"
kind = "mattermost"
server = "%s"
token = "bottokenbottokenbottokenbo"
channel = "cnetworkalertscnetworkaler"
%s
[[relay]]
name = "mattermost-hook"
kind = "mattermost"
url = "%s/hooks/xxx-generatedkey-xxx"
%s
[[relay]]
name = "teams"
kind = "teams"
url = "%s/workflows/1/triggers/manual/paths/invoke?sig=made-up-signature"
%s
`, slackToken, at(s.slack), lines, at(s.slackHook), relaytest.SlackHook, lines, at(s.mattermost), lines, at(s.mattermostHook), lines, at(s.teams), lines)
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(began))
		s.desk = newDesk(t, c, tables)
		story(t, s)
	})
}

const slackToken = "xoxb-1-2-abcdefghijklmnop"

// history is what all chats show.
func (s *chats) history() string {
	return "Slack, a bot\n" + s.slack.History() + "\nSlack, an incoming webhook\n" + s.slackHook.History() +
		"\nMattermost, a bot\n" + mattermostHistory(s.mattermost) + "\nMattermost, an incoming webhook\n" + mattermostHistory(s.mattermostHook) +
		"\nTeams\n" + teamsHistory(s.teams)
}

// mattermostHistory is what Mattermost shows, threads below their posts.
func mattermostHistory(m *relaytest.Mattermost) string {
	var b strings.Builder
	posts := m.Posts()
	for i := range posts {
		if posts[i].RootID != "" {
			continue
		}
		writePost(&b, "  ", &posts[i])
		for k := range posts {
			if posts[k].RootID == posts[i].ID {
				writePost(&b, "    > ", &posts[k])
			}
		}
	}
	return b.String()
}

func writePost(b *strings.Builder, indent string, p *relaytest.MattermostPost) {
	fmt.Fprintf(b, "%s%s", indent, p.Created.UTC().Format("15:04:05"))
	if p.Edits > 0 {
		fmt.Fprintf(b, ", edits: %d", p.Edits)
	}
	if len(p.Mentions) > 0 {
		fmt.Fprintf(b, " PINGS %q", p.Mentions)
	}
	lines := strings.Split(p.Message, "\n")
	for _, a := range p.Attachments() {
		text, _ := a["text"].(string)
		lines = append(lines, strings.Split(strings.TrimSpace(text), "\n")...)
		var facts []string
		fields, _ := a["fields"].([]any)
		for _, f := range fields {
			if f, ok := f.(map[string]any); ok {
				facts = append(facts, fmt.Sprintf("%v: %v", f["title"], f["value"]))
			}
		}
		if len(facts) > 0 {
			lines = append(lines, strings.Join(facts, "; "))
		}
	}
	b.WriteString("\n")
	for _, line := range lines {
		fmt.Fprintf(b, "%s  %s\n", strings.ReplaceAll(indent, ">", " "), line)
	}
}

// teamsHistory is what Teams shows.
func teamsHistory(t *relaytest.Teams) string {
	var b strings.Builder
	for _, c := range t.Cards() {
		fmt.Fprintf(&b, "  %s\n", c.At.UTC().Format("15:04:05"))
		body, _ := c.Card["body"].([]any)
		writeElements(&b, body)
	}
	for _, why := range t.Lost() {
		fmt.Fprintf(&b, "  LOST %s\n", why)
	}
	return b.String()
}

func writeElements(b *strings.Builder, list []any) {
	for _, v := range list {
		e, _ := v.(map[string]any)
		if text, ok := e["text"].(string); ok {
			fmt.Fprintf(b, "    %s\n", text)
		}
		if items, ok := e["items"].([]any); ok {
			writeElements(b, items)
		}
		if facts, ok := e["facts"].([]any); ok {
			text, _ := json.Marshal(facts)
			fmt.Fprintf(b, "    %s\n", strings.NewReplacer(`{"title":"`, "", `","value":"`, ": ", `"},`, "; ", `"}`, "", "[", "", "]", "").Replace(string(text)))
		}
	}
}
