package main

import (
	"fmt"
	"strings"
	"testing"

	"foghorn/journal/event"
	"foghorn/junos"
	"foghorn/junos/agent"
)

// junosConfigFile is a configuration with one Junos source.
func junosConfigFile(t *testing.T, more string) string {
	t.Helper()
	return configFile(t, "[[junos]]\nname = \"core\"\nsecret_env = \"SECRET\"\n"+more)
}

func TestJunosAgentIsPrintedWithTheChecksumThatTheConfigurationNames(t *testing.T) {
	if got := must(t, "junos", "agent"); got != string(agent.Script()) {
		t.Error("what is printed is not the script")
	}
	sum := strings.TrimSpace(must(t, "junos", "agent", "--checksum"))
	text := must(t, "junos", "config", "--config", junosConfigFile(t, ""), "--url", "http://192.0.2.10:8484/junos/core")
	for _, want := range []string{
		"set event-options event-script file junos-agent.py checksum sha-256 " + sum, "checksum sha-256 " + sum + ";", "must print " + sum,
		"set system scripts language python3", "python-script-user admin", "\ncommit check\n", "commit synchronize scripts",
		`set event-options policy FOGHORN then event-script junos-agent.py arguments secret "` + testSecret + `"`,
		"generate-event FOGHORN_HEARTBEAT time-interval 300", "within 60 trigger until", `attributes-match SYSTEM.message matches "[Aa]larm (set|cleared)"`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("not in the configuration: %s", want)
		}
	}
}

func TestJunosConfigForms(t *testing.T) {
	file := junosConfigFile(t, "heartbeat = \"2m\"\n[priority.junos]\nUI_COMMIT = 4\n")
	base := []string{"junos", "config", "--config", file, "--url", "https://hooks.example.com/junos/core"}
	set := must(t, append(base, "--form", "set", "--no-secret", "--user", "netops")...)
	if strings.Contains(set, "{") || strings.Contains(set, testSecret) || !strings.Contains(set, `arguments secret "SECRET"`) || !strings.Contains(set, "python-script-user netops") {
		t.Error(set)
	}
	if !strings.Contains(set, "time-interval 120") || strings.Contains(set, "events UI_COMMIT\n") {
		t.Errorf("the heartbeat, or what is ignored, is not as configured:\n%s", set)
	}
	curly := must(t, append(base, "--form", "curly", "--no-heartbeat", "--events", "UI_COMMIT,MY_OWN")...)
	if strings.Contains(curly, "\nset ") || strings.Contains(curly, "HEARTBEAT") || !strings.Contains(curly, "UI_COMMIT MY_OWN") {
		t.Error(curly)
	}
}

func TestJunosConfigMistakes(t *testing.T) {
	t.Parallel()
	file, good := junosConfigFile(t, ""), "http://192.0.2.10/junos/core"
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"--config", file}, "--url is missing"},
		{[]string{"--config", file, "--url", "192.0.2.10"}, "begins with http"},
		{[]string{"--config", file, "--url", "http://192.0.2.10/mist/core"}, "path of a Mist source"},
		{[]string{"--config", file, "--url", "http://192.0.2.10/junos/other"}, "/junos/core"},
		{[]string{"--config", file, "--url", "http://u:p@192.0.2.10/junos/core"}, "plain URL"},
		{[]string{"--config", file, "--url", "HTTP://192.0.2.10/junos/core"}, "in lower case"},
		{[]string{"--config", file, "--url", good + "\x1b"}, "an ESC"},
		{[]string{"--config", configFile(t, "[[junos]]\nname = \"core\"\nsecret = \"a\\tb-not-to-be-printed\"\n"), "--url", good}, "control character"},
		{[]string{"--config", configFile(t, "[[junos]]\nname = \"core\"\nsecret = \"'x'\"\n"), "--url", good}, "make another: openssl rand"},
		{[]string{"--config", file, "--url", good, "--form", "xml"}, "set, curly or both"},
		{[]string{"--config", file, "--url", good, "--events", "UI_COMMIT_PROGRESS,EVENTD_POLICY_LIMIT_EXCEEDED"}, "hook UI_COMMIT_COMPLETED"},
		{[]string{"--config", file, "--url", good, "--source", "edge"}, "there is core"},
		{[]string{"--config", file, "--url", good, "--user", "a b"}, "not a valid user name"},
		{[]string{"--config", configFile(t, ""), "--url", good}, "no Junos source is configured"},
		{[]string{"--config", configFile(t, "[[junos]]\nname = \"core\"\n"), "--url", good}, "has no secret"},
		{[]string{"--config", configFile(t, "[[junos]]\nname = \"a\"\n[[junos]]\nname = \"b\"\n"), "--url", good}, "a, b; choose one with --source"},
	} {
		r := foghorn(t, "", append([]string{"junos", "config"}, c.args...)...)
		if r.code != exitUsage || !strings.Contains(r.errOut, c.want) || r.out != "" || strings.Contains(r.errOut, "not-to-be-printed") {
			t.Errorf("%v: exit %d\n%s%s\nwant %q", c.args, r.code, r.out, r.errOut, c.want)
		}
	}
}

// A new user tries the way in: every event of the catalogue is taken, all are
// found again, and what began and ended is resolved.
func TestJunosTestGoesThroughTheCatalogue(t *testing.T) {
	t.Parallel()
	file, data := junosConfigFile(t, ""), t.TempDir()
	p := start(t, "serve", "--config", file, "--data", data, "--listen", "127.0.0.1:0")
	url := p.url + "/junos/core"
	out := must(t, "junos", "test", "--config", file, "--source", "core", "--url", url)
	want := len(junos.Examples()) + len(junos.ExampleEnds())
	ignored := 0
	for _, entry := range junos.Catalogue() {
		if entry.Level == 4 {
			ignored++
		}
	}
	if !strings.Contains(out, fmt.Sprintf("%d of %d posts of foghorn-test were accepted", want, want)) {
		t.Fatal(out)
	}
	eventually(t, "all events are in the view", func() bool {
		return len(list[event.Event](t, "events", "--config", file, "--data", data, "-q", "via:junos device:foghorn-test", "--limit", "500")) == want-ignored
	})
	noise := list[event.Delivery](t, "deliveries", "--config", file, "--data", data, "-q", "ignored:1", "--limit", "500")
	if len(noise) != ignored || ignored < 3 || !strings.HasPrefix(noise[0].IgnoredBy, "catalogue: ") {
		t.Errorf("ignored: %+v", noise)
	}
	for _, a := range list[event.Alert](t, "alerts", "--config", file, "--data", data, "--all", "--limit", "500") {
		ended := map[string]bool{"link_down": true, "bgp_down": true, "ospf_down": true, "isis_down": true, "ldp_down": true, "rsvp_down": true, "pim_down": true, "lldp_neighbor_lost": true,
			"bfd_down": true, "lag_member_down": true, "mac_limit": true, "chassisd_fru": true, "chassisd_fru_power": true, "vc_link_down": true, "cpu_high": true, "lsp_down": true, "vpn_down": true, "ddos_violation": true, "chassis_alarm": true}
		if ended[a.Kind] != (a.State == event.Resolved) {
			t.Errorf("%s (%s) is %s", a.Title, a.Kind, a.State)
		}
	}
	if r := foghorn(t, "", "junos", "test", "--config", configFile(t, "[[junos]]\nname = \"core\"\nsecret_env = \"WRONG\"\n"), "--url", url, "--events", "UI_COMMIT"); r.code != exitRefused ||
		!strings.Contains(r.out, "401  UI_COMMIT") || strings.Contains(r.out+r.errOut, "not-the-secret") {
		t.Errorf("with a wrong secret: exit %d\n%s%s", r.code, r.out, r.errOut)
	}
	if r := foghorn(t, "", "junos", "test", "--config", file, "--url", url, "--events", "NO_SUCH"); r.code != exitUsage {
		t.Errorf("an unknown event: exit %d", r.code)
	}
	if r := foghorn(t, "", "junos", "test", "--config", file, "--url", "http://127.0.0.1:1/junos/core"); r.code != exitProblem || !strings.Contains(r.errOut, "is foghorn listening there?") {
		t.Errorf("nobody there: exit %d\n%s", r.code, r.errOut)
	}
}
