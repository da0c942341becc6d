package config

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"foghorn/journal/event"
)

const toldChannels = managedBase + `
[[chatops.workspace]]
name = "team"
platform = "mattermost"
server = "https://chat.example.net"
team_id = "tsb8crrn5tgqtedpkt81b4tcya"
command_token = "nezum4kpu3faiec7r7c5zt6tfy"
orgs = ["core"]
[[chatops.channel]]
workspace = "noc"
id = "C0000000001"
[[chatops.channel]]
workspace = "noc"
id = "C0000000002"
notify_job_completion = true
notify_job_failure = false
notify_compliance_violations = true
notify_drift_detected = true
[[chatops.channel]]
workspace = "noc"
id = "C0000000003"
notify_job_failure = false
[[chatops.channel]]
workspace = "team"
id = "cnetworkalertscnetworkaler"
notify_drift_detected = true
`

// A channel whose flags ask for something is a relay that sends just that, of the
// workspace's organizations. A channel that nothing can be posted to is none.
func TestChannelsBecomeRelays(t *testing.T) {
	c := load(t, toldChannels, managedEnv)
	if w := fmt.Sprint(c.Warnings); strings.Count(w, "has no bot_token to post with") != 1 {
		t.Errorf("warnings %v", w)
	}
	events := []event.Event{
		{Topic: "jobs", Type: "JOB_DONE"}, {Topic: "jobs", Type: "JOB_FAILED"}, {Topic: "jobs", Type: "JOB_PARTIAL"}, {Topic: "jobs", Type: "JOB_INTERRUPTED"},
		{Topic: "jobs", Type: "JOB_CANCELED"}, {Topic: "jobs", Type: "JOB_FAILED_AGAIN"}, {Topic: "configuration", Type: "rule"}, {Topic: "configuration", Type: "rule_over"},
		{Topic: "configuration", Type: "stale"}, {Topic: "configuration", Type: "drift"}, {Topic: "audits", Type: "JOB_DONE"},
	}
	want := map[string]string{
		"chat:noc/C0000000001": "JOB_FAILED JOB_PARTIAL JOB_INTERRUPTED",
		"chat:noc/C0000000002": "JOB_DONE rule drift",
	}
	all := c.ChatRelays()
	if len(all) != len(want) {
		t.Fatalf("%d relays: %+v", len(all), all)
	}
	for i := range all {
		r := &all[i]
		where, err := r.Where()
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range events {
			if e.Source = "beta"; where.Event(&e, time.Now()) {
				t.Errorf("%s is told of another organization: %+v", r.Name, e)
			}
			if e.Source = "core"; where.Event(&e, time.Now()) {
				got = append(got, e.Type)
			}
		}
		if strings.Join(got, " ") != want[r.Name] || r.Kind != "slack" || r.Send != SendEvents || !strings.HasSuffix(r.Name, r.Channel) || r.DropAfter == 0 || r.Timeout == 0 {
			t.Errorf("%s sends %v: %+v", r.Name, got, r)
		}
	}
	r, ok, err := c.ChatRelay(t.Context(), "chat:noc/C0000000001")
	if err != nil || !ok || r.Token.Reveal() != "xoxb-1" {
		t.Errorf("its token: %v, %v", ok, err)
	}
	if _, ok, err := c.ChatRelay(t.Context(), "chat:noc/C0000000003"); ok || err != nil {
		t.Errorf("no flag asks for it: %v, %v", ok, err)
	}
	if slices.Contains(RelayKinds(), "chat") || namePattern.MatchString(r.Name) {
		t.Error("a [[relay]] could have this name")
	}
}
