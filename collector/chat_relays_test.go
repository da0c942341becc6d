package collector

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"foghorn/chatops"
	"foghorn/journal/event"
	"foghorn/journal/store"
	"foghorn/relay/relaytest"
)

const toldConfig = `
[[mist]]
name = "acme"
org_id = "2818e386-8dec-2562-9ede-5b8a0fbbdc71"
webhook_secret = "fog-over-the-harbour"
[[mist]]
name = "beta"
org_id = "2818e386-8dec-2562-9ede-5b8a0fbbdc72"
webhook_secret = "fog-over-the-harbour"
[configs]
disable = ["poe-power"]
[[chatops.workspace]]
name = "noc"
platform = "slack"
team_id = "T0123456789"
api_url = "SLACK/api/"
signing_secret = "synthetic-signing-secret-0001"
bot_token = "xoxb-synthetic-bot-token"
orgs = ["acme"]
[[chatops.workspace]]
name = "team"
platform = "mattermost"
server = "MATTERMOST"
team_id = "tsb8crrn5tgqtedpkt81b4tcya"
command_token = "nezum4kpu3faiec7r7c5zt6tfy"
bot_token = "bottokenbottokenbottokenbo"
orgs = ["beta"]
[[chatops.user]]
workspace = "noc"
id = "U0123456789"
person = "ada"
role = "operator"
[[chatops.channel]]
workspace = "noc"
id = "C0123456789"
[[chatops.channel]]
workspace = "noc"
id = "C0000000001"
notify_job_completion = true
notify_job_failure = false
[[chatops.channel]]
workspace = "team"
id = "cnetworkalertscnetworkaler"
`

// chats are the chats that people are told in.
type chats struct {
	t          *testing.T
	dir, text  string
	slack      *relaytest.Slack
	mattermost *relaytest.Mattermost
}

func newChats(t *testing.T) *chats {
	t.Helper()
	x := &chats{t: t, dir: t.TempDir(), slack: relaytest.NewSlack("xoxb-synthetic-bot-token", time.Now), mattermost: relaytest.NewMattermost(time.Now)}
	x.slack.AddChannel("C0000000001", "done")
	x.slack.AddChannel("C0000000002", "rules")
	x.text = strings.NewReplacer("SLACK", x.serve(x.slack), "MATTERMOST", x.serve(x.mattermost)).Replace(toldConfig)
	return x
}

func (x *chats) serve(h http.Handler) string {
	s := httptest.NewServer(h)
	x.t.Cleanup(s.Close)
	return s.URL
}

// start starts a collector; end ends it as a restart does.
func (x *chats) start() (c *Collector, end func()) {
	x.t.Helper()
	c = testCollectorIn(x.t, x.dir, x.text)
	stop := running(x.t, c)
	return c, func() {
		x.t.Helper()
		stop()
		if err := c.Close(); err != nil {
			x.t.Error(err)
		}
	}
}

// has waits until a channel of Slack has messages that begin so, and no others.
func (x *chats) has(channel string, begin ...string) {
	x.t.Helper()
	lines := func() (out []string) {
		for _, m := range x.slack.Messages(channel) {
			if len(m.Pings) > 0 || m.Hidden {
				x.t.Errorf("a message rings or is hidden: %+v", m)
			}
			out = append(out, strings.Join(m.Lines, " / "))
		}
		return out
	}
	eventually(x.t, fmt.Sprintf("%s has %q", channel, begin), func() bool { return len(lines()) >= len(begin) })
	if got := lines(); !slices.EqualFunc(got, begin, strings.HasPrefix) {
		x.t.Fatalf("%s has\n%s\nwant\n%s", channel, strings.Join(got, "\n"), strings.Join(begin, "\n"))
	}
}

// Channels are told what their flags ask for of the organizations that they may see: once,
// whatever happens in between, and not where it was told in a thread.
func TestChannelsAreTold(t *testing.T) {
	x := newChats(t)
	c, end := x.start()
	eventually(t, "the relays have begun", func() bool {
		all, err := c.outbox.Relays(t.Context())
		return err == nil && len(all) == 3 && all[0].Name == "chat:noc/C0000000001"
	})
	x.slack.Fail(relaytest.Forever, http.StatusServiceUnavailable, nil, "down")
	failed := scheduledBackup(event.JobFailed)
	failed.Error = "401: the token of <!channel> is wrong\nask @here for another"
	over(t, c, failed)
	eventually(t, "Slack was tried", func() bool {
		r, err := c.outbox.Relay(t.Context(), "chat:noc/C0123456789")
		return err == nil && r.Failed > 0
	})
	end()
	x.slack.Heal()
	c, end = x.start()
	defer func() { end() }()
	managed := chatops.NewSettings(c.Dir, c.outbox, func(context.Context, event.Activity) error { return nil })
	if _, err := managed.Put(t.Context(), c.Config, "channel", map[string]any{"workspace": "noc", "id": "C0000000002", "notify_compliance_violations": true}, event.Activity{Actor: "ada"}); err != nil {
		t.Fatal(err)
	}
	reply, err := json.Marshal(chatops.Call{Platform: "slack", ID: "1", Workspace: "noc", Channel: "C0000000001", User: "U0123456789", At: time.Now(), Reply: chatops.Reply{Thread: "1.1"}})
	if err != nil {
		t.Fatal(err)
	}
	over(t, c, event.Job{Kind: "ping", Target: "sw-1", Actor: "ada", Via: event.ViaChat, State: event.JobDone, Result: "5 packets", Reply: string(reply)})
	over(t, c, event.Job{Kind: "ping", Target: "sw-2", Actor: "kim", Via: event.ViaCLI, State: event.JobDone, Result: "5 packets"})
	over(t, c, event.Job{Kind: "backup", Source: "beta", Actor: "kim", Via: event.ViaCLI, State: event.JobPartial, Error: "Mist refused half of it"})
	eventually(t, "the managed channel's relay has begun", func() bool {
		_, err := c.outbox.Relay(t.Context(), "chat:noc/C0000000002")
		return err == nil && c.checks.ready()
	})
	c.checks.checked("acme", result("open-wlan", 7))
	// What is managed cannot be read for a while: no relay ends, and what waits for it stays.
	broken := store.Managed{Kind: "workspace", Key: "beta", Data: []byte(`{"name":"beta","bot_token":"sealed:"}`)}
	if err := c.outbox.PutManaged(t.Context(), broken); err != nil {
		t.Fatal(err)
	}
	eventually(t, "it cannot be read", c.chat.failed)
	c.relaying.mu.Lock()
	if n := len(c.relaying.channels); n != 4 {
		t.Errorf("%d channels have relays", n)
	}
	c.relaying.mu.Unlock()

	x.has("C0000000002", "🟠 ")
	if m := x.slack.Messages("C0000000002")[0]; strings.Count(strings.Join(m.Lines, "\n"), "wlans WLAN ") != 7 {
		t.Errorf("a batch is told as %q", m.Lines)
	}
	x.has("C0123456789", "🟠 Backup of acme: failed after 12s: 401: the token of ")
	x.has("C0000000001", "🔵 Job 2: ping of sw-1", "🔵 Ping of sw-2 (acme): done after 12s: 5 packets")
	eventually(t, "beta is told", func() bool { return len(x.mattermost.Posts()) > 0 })
	if p := x.mattermost.Posts(); len(p) != 1 || len(p[0].Mentions) > 0 || !strings.HasPrefix(p[0].Message, "**Backup of beta: partial after 12s: Mist refused half of it") {
		t.Errorf("beta is told %+v", p)
	}
}
