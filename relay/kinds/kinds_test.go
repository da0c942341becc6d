package kinds

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"foghorn/config"
	"foghorn/relay"
)

// What the configuration accepts can be made, and nothing else.
func TestKindsAreThoseOfTheConfiguration(t *testing.T) {
	if got := slices.Sorted(maps.Keys(constructors)); !slices.Equal(got, config.RelayKinds()) {
		t.Errorf("kinds: %v, want %v", got, config.RelayKinds())
	}
}

// example loads the example of the configuration with all of its lines switched on and
// secrets filled in.
func example(t *testing.T) []config.Relay {
	t.Helper()
	text := regexp.MustCompile(`(?m)^# (\[\[?[A-Za-z_.-]+\]\]?$|("[^"\n]*"|[A-Za-z0-9_]+) = )`).ReplaceAllString(config.Example(), "$1")
	dir := t.TempDir()
	for name, text := range map[string]string{"config.toml": text, "hook.tmpl": `{"text": {{json .ID}}}`} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, err := config.Load(filepath.Join(dir, "config.toml"), config.Options{SecretsLater: true, Getenv: func(string) string { return dir }})
	if err != nil {
		t.Fatal(err)
	}
	for i := range c.Relays {
		fill(&c.Relays[i])
	}
	return c.Relays
}

// fill sets the secrets that the example of a kind gives.
func fill(r *config.Relay) {
	set := func(s *config.Secret, text string) { *s = config.NewSecret(text) }
	switch r.Kind {
	case "slack":
		set(&r.Token, "xoxb-1-2-abcdefghijklmnop")
	case "mattermost":
		set(&r.Token, "xxxxxxxxxxxxxxxxxxxxxxxxxx")
	case "teams":
		set(&r.URL, "https://prod-1.westeurope.logic.azure.com/workflows/1/triggers/manual/paths/invoke?sig=x")
	case "servicenow":
		set(&r.URL, "https://example.service-now.com")
		set(&r.Password, "hunter2")
	case "datadog":
		set(&r.APIKey, "0123456789abcdef0123456789abcdef")
	case "splunk":
		set(&r.URL, "https://splunk.example.net:8088")
		set(&r.Token, "00000000-0000-0000-0000-000000000000")
	case "webhook":
		set(&r.URL, "https://example.net/hook")
		set(&r.Secret, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	case "sql":
		set(&r.DSN, "postgres://foghorn:hunter2@db.example.net/events")
	}
}

// What the configuration takes, the destinations take: each relay of the example.
func TestEachRelayOfTheExampleIsMade(t *testing.T) {
	for _, c := range example(t) {
		for _, send := range []string{config.SendAlerts, config.SendEvents} {
			c.Send = send
			d, err := New(c, relay.Env{Host: "noc1", Version: "1.0"})
			if err != nil {
				t.Errorf("%s of %s: %v", c.Kind, send, err)
				continue
			}
			if l := d.Limits(); l.Items < 0 || l.Parallel < 0 || l.Wait < 0 {
				t.Errorf("%s of %s: limits %+v", c.Kind, send, l)
			}
			if chat := slices.Contains([]string{"slack", "mattermost", "teams"}, c.Kind); send == config.SendAlerts && d.Limits().Groups != chat {
				t.Errorf("%s: groups %v, but the configuration takes group for chats alone", c.Kind, d.Limits().Groups)
			}
		}
	}
}

// An error names the relay, and there is no destination then, nor a nil one inside.
func TestNoDestinationWithoutItsKeys(t *testing.T) {
	for _, kind := range append(config.RelayKinds(), "pigeon") {
		d, err := New(config.Relay{Name: "night", Kind: kind}, relay.Env{})
		if err == nil || d != nil || !strings.HasPrefix(err.Error(), "relay night: ") {
			t.Errorf("%s: %v, %v", kind, d, err)
		}
	}
}

// Secrets are fetched one by one while foghorn runs, so what guards programs is looked
// at where a destination is made.
func TestNoProgramForAConfigurationThatOthersMayChange(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.toml")
	if err := os.WriteFile(path, []byte("[[relay]]\nname = \"night\"\nkind = \"command\"\ncommand = [\"true\"]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(path, config.Options{SecretsLater: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := New(c.Relays[0], relay.Env{}); err != nil {
		t.Errorf("a private file: %v", err)
	}
	if err := os.Chmod(path, 0o666); err != nil {
		t.Fatal(err)
	}
	if d, err := New(c.Relays[0], relay.Env{}); d != nil || err == nil || !strings.Contains(err.Error(), "relay night: command: foghorn runs no program for this configuration") {
		t.Errorf("a file that all may change: %v, %v", d, err)
	}
}
