package config

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// relays loads one relay of each line, named a, b, c and so on.
func relays(t *testing.T, bodies ...string) []Relay {
	t.Helper()
	var w strings.Builder
	for i, body := range bodies {
		w.WriteString("[[relay]]\nname = \"" + string(rune('a'+i)) + "\"\n" + body + "\n")
	}
	return load(t, w.String(), map[string]string{"S": "hunter2", "U": "https://hooks.example.net/x", "DSN": "postgres://db.example.net/events"}).Relays
}

const (
	aSlack   = "kind = \"slack\"\nurl_env = \"U\"\n"
	aDatadog = "kind = \"datadog\"\nsite = \"datadoghq.eu\"\napi_key_env = \"S\"\n"
)

// What a relay sends, how it groups and how long it tries follow from its kind.
func TestRelayDefaults(t *testing.T) {
	const minute, hour, day = time.Minute, time.Hour, 24 * time.Hour
	for _, c := range []struct {
		body, send, group string
		window, drop      time.Duration
		max               int
	}{
		{aSlack, "alerts", "site", 5 * minute, 7 * day, 20},
		{aSlack + "group_window = \"1m\"\nmax_per_minute = 3\ndrop_after = \"2h\"", "alerts", "site", minute, 2 * hour, 3},
		{aSlack + `group = "none"`, "alerts", "none", 0, 7 * day, 20},
		{aSlack + `send = "events"`, "events", "none", 0, 7 * day, 0},
		{"kind = \"mattermost\"\nurl_env = \"U\"", "alerts", "site", 5 * minute, 7 * day, 20},
		{"kind = \"teams\"\nurl_env = \"U\"", "alerts", "site", 5 * minute, 7 * day, 20},
		{aDatadog, "events", "none", 0, 18 * hour, 0},
		{aDatadog + "restamp = true", "events", "none", 0, 7 * day, 0},
		{"kind = \"splunk\"\nurl_env = \"U\"\ntoken_env = \"S\"", "events", "none", 0, 7 * day, 0},
		{"kind = \"servicenow\"\nurl_env = \"U\"\ntoken_env = \"S\"", "alerts", "none", 0, 7 * day, 0},
		{"kind = \"webhook\"\nurl_env = \"U\"", "alerts", "none", 0, 7 * day, 0},
		{"kind = \"command\"\ncommand = [\"true\"]", "alerts", "none", 0, 7 * day, 0},
		{"kind = \"syslog\"\naddress = \"udp://127.0.0.1:514\"", "events", "none", 0, 7 * day, 0},
		{"kind = \"file\"\npath = \"x\"", "events", "none", 0, 7 * day, 0},
		{"kind = \"sql\"\ndsn_env = \"DSN\"", "events", "none", 0, 7 * day, 0},
	} {
		r := relays(t, c.body)[0]
		if r.Send != c.send || r.Group != c.group || time.Duration(r.GroupWindow) != c.window || time.Duration(r.DropAfter) != c.drop || r.MaxPerMinute != c.max {
			t.Errorf("%s: send %s, group %s within %v, drop after %v, %d a minute", c.body, r.Send, r.Group, r.GroupWindow, r.DropAfter, r.MaxPerMinute)
		}
		if time.Duration(r.Timeout) != 15*time.Second {
			t.Errorf("%s: timeout %v", c.body, r.Timeout)
		}
	}
}

// Each key belongs to some kind, and the kinds name no key that does not exist.
func TestKeysOfKinds(t *testing.T) {
	if !slices.IsSorted(RelayKinds()) || len(RelayKinds()) != 11 {
		t.Errorf("kinds: %v", RelayKinds())
	}
	used := map[string]bool{}
	for i := range relayKinds {
		keys := relayKinds[i].all()
		for j, key := range keys {
			if _, ok := relayKeys[key]; !ok {
				t.Errorf("%s takes %s, which is no key", relayKinds[i].name, key)
			}
			if slices.Contains(keys[:j], key) {
				t.Errorf("%s takes %s twice", relayKinds[i].name, key)
			}
			used[key] = true
		}
	}
	for _, key := range sorted(relayKeys) {
		if !used[key] {
			t.Errorf("no kind takes %s", key)
		}
	}
}

// Paths count from the folder of the file, as everywhere.
func TestPathsOfRelays(t *testing.T) {
	path := write(t, "[[relay]]\nname = \"a\"\nkind = \"webhook\"\nurl_env = \"U\"\nca_file = \"~/ca.pem\"\ntemplate_file = \"t.tmpl\"\n"+
		"[[relay]]\nname = \"b\"\nkind = \"file\"\npath = \"../events.ndjson\"\n")
	c, err := Load(path, Options{SecretsLater: true, Getenv: func(string) string { return "/home/kim" }})
	if err != nil {
		t.Fatal(err)
	}
	dir := regexp.MustCompile(`/[^/]+$`).ReplaceAllString(path, "")
	above := regexp.MustCompile(`/[^/]+$`).ReplaceAllString(dir, "")
	if a, b := c.Relays[0], c.Relays[1]; a.CAFile != "/home/kim/ca.pem" || a.TemplateFile != dir+"/t.tmpl" || b.Path != above+"/events.ndjson" {
		t.Errorf("%s, %s, %s", a.CAFile, a.TemplateFile, b.Path)
	}
}

// Show prints the keys of the kind alone, no secret, and can be read again.
func TestShowRelays(t *testing.T) {
	env := map[string]string{"S": "hunter2"}
	c := load(t, "[[relay]]\nname = \"chat\"\nkind = \"slack\"\nquery = \"sev>=warn text:\\\"a b\\\"\"\nhold = \"2m\"\nurl = \"https://hooks.example.net/hunter2\"\n"+
		"[[relay]]\nname = \"logs\"\nkind = \"datadog\"\nsite = \"datadoghq.eu\"\napi_key_env = \"S\"\ntags = [\"env:prod\"]\n"+
		"[[relay]]\nname = \"disk\"\nkind = \"file\"\npath = \"/x\"\nmax_size = \"1MiB\"\n", env)
	text, err := Show(c)
	if err != nil {
		t.Fatal(err)
	}
	_, got, _ := strings.Cut(text, "\n[[relay]]\n")
	got, _, _ = strings.Cut(got, "\n[retention]")
	want := `name = "chat"
kind = "slack"
send = "alerts"
query = "sev>=warn text:\"a b\""
hold = "2m"
group = "site"
group_window = "5m"
max_per_minute = 20
drop_after = "7d"
timeout = "15s"
url = "<secret>"  # from the configuration

[[relay]]
name = "logs"
kind = "datadog"
send = "events"
drop_after = "18h"
timeout = "15s"
api_key = "<secret>"  # from the variable S
site = "datadoghq.eu"
escape = false
tags = ["env:prod"]
restamp = false

[[relay]]
name = "disk"
kind = "file"
send = "events"
drop_after = "7d"
timeout = "15s"
path = "/x"
max_size = "1MiB"
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	again := load(t, strings.Replace(text, `"<secret>"  # from the configuration`, `"https://hooks.example.net/y"`, 1), nil)
	for i := range again.Relays {
		a, b := again.Relays[i], c.Relays[i]
		for _, secret := range slices.Concat(a.Secrets(), b.Secrets()) {
			*secret = Secret{}
		}
		a.file = b.file
		if !reflect.DeepEqual(a, b) {
			t.Errorf("read again: %+v\nwant %+v", a, b)
		}
	}
}

// Headers are no secrets, but their values can be: they are masked as such.
func TestCredentialsInHeaders(t *testing.T) {
	var fetched []string
	path := write(t, "[[relay]]\nname = \"a\"\nkind = \"webhook\"\nurl_env = \"U\"\nheaders = [\"X-Team: noc\", \"Authorization: Bearer hunter2\", \"x-api-key:hunter3\"]\n")
	c, err := Load(path, Options{SecretsLater: true, Fetched: func(s string) { fetched = append(fetched, s) }})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"Bearer hunter2", "hunter2", "hunter3"}; !slices.Equal(fetched, want) {
		t.Errorf("told as secrets: %q, want %q", fetched, want)
	}
	const want = `headers = ["X-Team: noc", "Authorization: <secret>", "x-api-key: <secret>"]`
	if shown, err := Show(c); err != nil || strings.Contains(shown, "hunter") || !strings.Contains(shown, want) {
		t.Errorf("%v\n%s", err, shown)
	}
	if got := advice(t, "[[relay]]\nname = \"a\"\nkind = \"webhook\"\nurl = \"http://127.0.0.1\"\n", 0o640, t.TempDir()+"/none"); !strings.Contains(got, "holds a secret") {
		t.Errorf("a url is a secret: %q", got)
	}
	if c.Relays[0].Headers[1] != "Authorization: Bearer hunter2" {
		t.Errorf("what is sent is masked: %q", c.Relays[0].Headers)
	}
	c.sources = nil
	if !c.holdsSecrets() {
		t.Error("a file with a credential in a header holds no secret")
	}
}

// An address is checked wherever it comes from, and is in no message.
func TestAddressesOfServices(t *testing.T) {
	for url, want := range map[string]string{
		"https://hooks.example.net/services/hunter2?sig=x": "",
		"http://127.0.0.1:8080/hunter2":                    "",
		"http://localhost/hunter2":                         "",
		"http://[::1]:1/hunter2":                           "",
		"http://10.1.2.3:8088/hunter2":                     "warning: credentials and messages would cross the network in clear text; use https://",
		"http://[fd00::1]/hunter2":                         "warning: credentials and messages would cross the network in clear text; use https://",
		"http://192.0.2.1/hunter2":                         "credentials and messages would cross the network in clear text; use https:// (",
		"http://splunk/hunter2":                            "credentials and messages would cross the network in clear text; use https:// (",
		"https://ada:hunter2@example.net/":                 "must not contain a user or password",
		"https://example.net/hunter2#x":                    "must not contain #",
		"ftp://example.net/hunter2":                        "is not an address that begins with https://",
		"https://:443/hunter2":                             "is not an address that begins with https://",
		"hunter2":                                          "is not an address that begins with https://",
		"https://example.net/%zzhunter2":                   "is not an address that begins with https://",
	} {
		for key, text := range map[string]string{"url": url, "url_env": "U"} {
			c, err := Load(write(t, "[[relay]]\nname = \"a\"\nkind = \"webhook\"\n"+key+" = \""+text+"\"\n"), Options{Getenv: func(string) string { return url }})
			got := ""
			switch {
			case err != nil:
				got = err.Error()
			case len(c.Warnings) > 0:
				got = strings.ReplaceAll(strings.Join(c.Warnings, "\n"), "relay."+key+": ", "relay."+key+": warning: ")
			}
			if want == "" && got != "" || !strings.Contains(got, want) || got != "" && !strings.Contains(got, "config.toml:4:1: relay."+key+": ") {
				t.Errorf("%s = %s: %q, want %q", key, url, got, want)
			}
			if strings.Contains(got, "hunter2") {
				t.Errorf("%s = %s: the message holds the address: %s", key, url, got)
			}
		}
	}
}

// Whoever can change the configuration would choose what a relay runs.
func TestNoRelayRunsAProgramForAFileThatOthersMayChange(t *testing.T) {
	dir := t.TempDir()
	const text = "[[relay]]\nname = \"a\"\nkind = \"command\"\ncommand = [\"true\"]\n"
	if _, err := Load(fileOf(t, dir, "private.toml", text, 0o600), Options{Getenv: noEnv}); err != nil {
		t.Errorf("a private file: %v", err)
	}
	path := fileOf(t, dir, "open.toml", text, 0o666)
	const want = "open.toml:4:1: relay.command: foghorn runs no program for this configuration: "
	if _, err := Load(path, Options{Getenv: noEnv}); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("a file that all may change: %v", err)
	}
	c, err := Load(path, Options{Getenv: noEnv, SecretsLater: true})
	if err != nil || c.Relays[0].MayRun() == nil {
		t.Errorf("later: %v", err)
	}
	if _, err := Load(fileOf(t, dir, "other.toml", aDatadogAlone, 0o666), Options{Getenv: func(string) string { return "hunter2" }}); err != nil {
		t.Errorf("a relay without a program: %v", err)
	}
}

const aDatadogAlone = "[[relay]]\nname = \"a\"\n" + aDatadog

func TestAdviceOnRelays(t *testing.T) {
	dir := t.TempDir()
	open := fileOf(t, dir, "template", "", 0o666)
	const bot = "kind = \"slack\"\ntoken = \"" + strong + "\"\nchannel = \"C1\"\n"
	const query = "query = \"sev>=warn\"\n"
	for _, c := range []struct{ name, text, want string }{
		{"a bot", bot + query, ""},
		{"everything", bot, ":1:3: relay: has no query, so it sends all alerts"},
		{"every event", bot + "send = \"events\"\n", "has no query, so it sends all events"},
		{"every event into an archive", "kind = \"file\"\npath = \"x\"\n", ""},
		{"an incoming webhook", "kind = \"slack\"\nurl = \"https://a.example\"\n" + query, ":4:1: relay.url: an incoming webhook cannot change its messages, so every change of an alert is posted anew; give token and channel"},
		{"of Mattermost", "kind = \"mattermost\"\nurl = \"https://a.example\"\n" + query, "give server, token and channel to keep one message"},
		{"for events", "kind = \"slack\"\nurl = \"https://a.example\"\nsend = \"events\"\n" + query, ""},
		{"syslog over a network", "kind = \"syslog\"\naddress = \"udp://192.0.2.1:514\"\n", ":4:1: relay.address: what is sent crosses the network in clear text"},
		{"with TLS", "kind = \"syslog\"\naddress = \"tls://192.0.2.1:6514\"\n", ""},
		{"to this machine", "kind = \"syslog\"\naddress = \"tcp://[::1]:514\"\n", ""},
		{"a token for two", bot + query + "[[relay]]\nname = \"b\"\n" + bot + query, ""},
		{"a weak secret", "kind = \"webhook\"\nurl = \"https://a.example\"\nsecret = \"x\"\n", "relay.secret: is easy to guess"},
		{"the secret of a source", "kind = \"webhook\"\nurl = \"https://a.example\"\nsecret = \"" + strong + "\"\n[[junos]]\nname = \"core\"\nsecret = \"" + strong + "\"\n", "is the same secret as junos.secret"},
		{"a template that all may change", "kind = \"webhook\"\nurl = \"https://a.example\"\ntemplate_file = \"" + open + "\"\n", "relay.template_file: everybody on this machine may change " + open},
	} {
		got := advice(t, "[[relay]]\nname = \"a\"\n"+c.text, 0o600, dir+"/none")
		if (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	c := load(t, aDatadogAlone+"drop_after = \"2d\"\n", map[string]string{"S": "x"})
	if len(c.Warnings) != 1 || !strings.Contains(c.Warnings[0], ":6:1: relay.drop_after: Datadog takes nothing that is older than 18h") {
		t.Errorf("warnings: %q", c.Warnings)
	}
	c = load(t, "[[relay]]\nname = \"a\"\nkind = \"mattermost\"\nserver = \"http://10.0.0.1\"\ntoken_env = \"S\"\nchannel = \"4xp9fdt77pncbef59f4k1qe83o\"\n", map[string]string{"S": "x"})
	if len(c.Warnings) != 1 || !strings.Contains(c.Warnings[0], ":4:1: relay.server: credentials and messages would cross the network in clear text") {
		t.Errorf("warnings: %q", c.Warnings)
	}
}
