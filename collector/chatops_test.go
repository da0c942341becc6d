package collector

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"foghorn/chatops"
	"foghorn/journal/event"
)

const chatConfigFile = fullConfig + `
[[chatops.workspace]]
name = "noc"
platform = "slack"
team_id = "T0123456789"
bot_token = "xoxb-1"
signing_secret = "0123456789abcdef0123456789abcdef"
orgs = ["acme"]

[[chatops.user]]
workspace = "noc"
id = "U0123456789"
person = "ada"
role = "viewer"
`

// asked asks as a user, of a core that runs.
func asked(t *testing.T, c *Collector, user, text string) string {
	t.Helper()
	m, err := c.chat.core.Accept(t.Context(), chatops.Call{Platform: "slack", ID: rand.Text(), Workspace: "noc", Channel: "C0123456789", User: user, Command: "/foghorn", Text: text})
	if err != nil || m == nil {
		t.Fatalf("%q: %v, %v", text, m, err)
	}
	out, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// runChat runs the calls of a collector, and nothing else of it.
func runChat(t *testing.T, c *Collector) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- c.chat.core.Run(ctx) }()
	return func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// What the file says of people, and what other processes manage, is taken over while the
// collector runs.
func TestPeopleOfChatChangeWhileItRuns(t *testing.T) {
	c := testCollector(t, chatConfigFile)
	stop := runChat(t, c)
	defer stop()
	if got := asked(t, c, "U9876543210", "help"); !strings.Contains(got, "does not know you") {
		t.Error(got)
	}
	managed := chatops.NewSettings(c.Dir, c.outbox, func(context.Context, event.Activity) error { return nil })
	if _, err := managed.Put(t.Context(), c.Config, "user", map[string]any{"workspace": "noc", "id": "U9876543210", "person": "lee", "role": "viewer"}, event.Activity{Actor: "ada"}); err != nil {
		t.Fatal(err)
	}
	c.reapplyChat(t.Context())
	if got := asked(t, c, "U9876543210", "help"); !strings.Contains(got, "can do for you") {
		t.Error(got)
	}
	if err := os.WriteFile(c.ConfigPath, []byte(strings.Replace(chatConfigFile, `id = "U0123456789"`, `id = "U1111111111"`, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	without, err := c.Load()
	if err != nil {
		t.Fatal(err)
	}
	c.applyChat(t.Context(), without)
	if got := asked(t, c, "U0123456789", "help"); !strings.Contains(got, "does not know you") {
		t.Error(got)
	}
}
