package main

import (
	"fmt"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// An admin changes a WLAN in the cloud: it is a commit of theirs, shows in configs diff, and
// is told in the channel that wants to know of drift.
func TestAChangeInTheCloudIsACommitAndToldInTheChat(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("SKIPPED: git is not installed, so drift in a chat was NOT tried: apt-get install git")
	}
	const alerts = "C0123456789" // which the bot is in
	c := newChattingOrganization(t, 0, fmt.Sprintf("\n[[chatops.channel]]\nworkspace = \"noc\"\nid = %q\nnotify_drift_detected = true\n", alerts))
	ada, channel := chatRoles[2], c.channel(false)
	if got := c.onSlack(t, "slash_commands", c.slack.Command(channel, ada.slack, "/foghorn", "backup acme")); !strings.Contains(got.text, "The result follows here") {
		t.Fatalf("backup: %s", got.text)
	}
	soon(t, "the backup is done", func() bool { return strings.Contains(c.history(channel, true), "Job 1: backup of") })
	if all := c.history(channel, true); !strings.Contains(all, "done") {
		t.Fatalf("the backup: %s", all)
	}

	id, ssid, _ := strings.Cut(strings.TrimSpace(c.run(t, "api", "GET", "/orgs/:org/wlans", "--jq", `.[0] | .id + " " + .ssid`).out), " ")
	c.changeWLAN(t, "token-of-ada", id, `{"vlan_id":77}`)
	object := "wlans/" + ssid
	type commit struct{ Author, Message string }
	var log []commit
	eventually(t, "the change is a commit", func() bool {
		log = list[commit](t, "configs", "log", object, "--data", c.dir, "--config", c.config)
		return len(log) == 2
	})
	if want := fmt.Sprintf("Update WLAN %q", ssid); log[0].Author != "ada" || log[0].Message != want {
		t.Errorf("the commit is %+v, want ada: %s", log[0], want)
	}
	if r := c.run(t, "configs", "diff", object); r.code != exitProblem || !strings.Contains(r.out, "vlan_id") || !strings.Contains(r.out, "77") || !strings.Contains(r.out, "ada") {
		t.Errorf("configs diff: exit %d\n%s%s", r.code, r.out, r.errOut)
	}
	soon(t, "the channel is told", func() bool { return strings.Contains(c.history(alerts, false), "vlan_id") })
	told := c.history(alerts, false)
	for _, want := range []string{"ada", ssid, "77"} {
		if !strings.Contains(told, want) {
			t.Errorf("the channel is told without %q: %s", want, told)
		}
	}
	if n := strings.Count(told, "vlan_id"); n != 1 && len(c.slack.Messages(alerts)) != 1 {
		t.Errorf("it is told %d times: %s", n, told)
	}
	if other := c.history(channel, false); strings.Contains(other, "vlan_id") {
		t.Errorf("a channel that did not ask is told: %s", other)
	}
	c.inOrder(t)
}

// history is what a channel of Slack shows, or what its threads do.
func (c *chattingOrganization) history(channel string, threads bool) string {
	var out []string
	for _, m := range c.slack.Messages(channel) {
		if (m.Thread != "") == threads {
			out = append(out, strings.Join(append([]string{m.Text}, m.Lines...), "\n"))
		}
	}
	return strings.Join(out, "\n")
}

// changeWLAN changes a WLAN of the organization in the cloud, by the token of somebody.
func (c *chattingOrganization) changeWLAN(t *testing.T, token, id, change string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, c.url+"/api/v1/orgs/"+c.Org().ID+"/wlans/"+id, strings.NewReader(change))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Token "+token)
	r.Header.Set("Content-Type", "application/json")
	res, err := (&http.Client{Timeout: time.Minute}).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Fatalf("the cloud answers %s", res.Status)
	}
}
