package config

import (
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// write puts a configuration into a folder of its own.
func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func load(t *testing.T, text string, env map[string]string) *Config {
	t.Helper()
	c, err := Load(write(t, text), Options{Regions: regions, Getenv: func(k string) string { return env[k] }})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

const whole = `
data_dir = "journal"
read_only = true
[listen]
address = "0.0.0.0:8484"
tls_cert_file = "~/cert.pem"
tls_key_file = "/etc/key.pem"
max_body = "16MiB"
trusted_proxies = ["10.1.2.3/8", "2001:db8::1"]
idle_timeout = "2m"
[[mist]]
name = "acme"
region = "emea-01"
org_id = "2818e386-8dec-2562-9ede-5b8a0fbbdc71"
token_env = "TOKEN"
sites = ["Berlin*"]
webhook_secret = "one"
previous_webhook_secret_env = "OLD"
previous_webhook_secret_until = "2026-12-31T18:00:00Z"
require_v2 = true
[[junos]]
name = "core"
allow_unsigned = true
[retention]
age = "2w"
[retention.groups.location]
age = "2h"
[retention.groups.loud]
topics = ["alarms"]
size = "1GB"
[screen]
theme = "light"
ascii = true
time = "utc"
mouse = true
`

func TestAWholeConfiguration(t *testing.T) {
	path := write(t, whole)
	env := map[string]string{"HOME": "/home/kim", "TOKEN": "t0ken\n", "OLD": "zero"}
	c, err := Load(path, Options{Regions: regions, Getenv: func(k string) string { return env[k] }})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := c.DataDir, filepath.Join(filepath.Dir(path), "journal"); got != want || !c.ReadOnly {
		t.Errorf("data_dir is %s, want %s; read_only %v", got, want, c.ReadOnly)
	}
	wantListen := Listen{
		Address: "0.0.0.0:8484", TLSCertFile: "/home/kim/cert.pem", TLSKeyFile: "/etc/key.pem", MaxBody: 16 << 20,
		TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8::1/128")},
		HeaderTimeout:  Duration(5 * time.Second), BodyTimeout: Duration(15 * time.Second), IdleTimeout: Duration(2 * time.Minute),
		ReplayAfter: Duration(24 * time.Hour),
	}
	if !reflect.DeepEqual(c.Listen, wantListen) {
		t.Errorf("listen:\ngot  %+v\nwant %+v", c.Listen, wantListen)
	}
	m := c.Mist[0]
	if m.Token.Reveal() != "t0ken" || m.WebhookSecret.Reveal() != "one" || m.PreviousWebhookSecret.Reveal() != "zero" {
		t.Error("the secrets are not what the file and the environment say")
	}
	if !m.PreviousUntil.Time().Equal(time.Date(2026, 12, 31, 18, 0, 0, 0, time.UTC)) {
		t.Errorf("the previous secret ends %v", m.PreviousUntil.Time())
	}
	if m.Name != "acme" || m.Region != "emea-01" || !m.RequireV2 || !slices.Equal(m.Sites, []string{"Berlin*"}) {
		t.Errorf("mist: %+v", m)
	}
	if j := c.Junos[0]; j.Name != "core" || !j.AllowUnsigned || !j.Secret.IsZero() {
		t.Errorf("junos: %+v", j)
	}
	if want := (Screen{Theme: "light", ASCII: true, Time: "utc", Mouse: true}); c.Screen != want {
		t.Errorf("screen: %+v", c.Screen)
	}
	loud := Group{Topics: []string{"alarms"}, Age: Duration(14 * 24 * time.Hour), Size: 1e9}
	if got := c.Retention.Groups["loud"]; !reflect.DeepEqual(got, loud) {
		t.Errorf("a new group takes what it does not say from [retention]: %+v", got)
	}
	if g := c.Retention.Groups["location"]; g.Age != Duration(2*time.Hour) || g.Size != 512<<20 || len(g.Topics) != 7 {
		t.Errorf("a group that is there by default keeps what the file does not say: %+v", g)
	}
	if len(c.Warnings) != 0 {
		t.Errorf("warnings: %q", c.Warnings)
	}
}

// Where the file is looked for, and what happens when it is not there.
func TestWhereTheFileIs(t *testing.T) {
	dir := t.TempDir()
	there := filepath.Join(dir, "foghorn", "config.toml")
	if err := os.MkdirAll(filepath.Dir(there), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(there, []byte("read_only = true"), 0o600); err != nil {
		t.Fatal(err)
	}
	other := write(t, "")
	for name, c := range map[string]struct {
		flag, path string
		env        map[string]string
		missing    bool
		readOnly   bool
	}{
		"the flag comes first":         {flag: other, path: other, env: map[string]string{"FOGHORN_CONFIG": there}},
		"then the variable":            {path: there, env: map[string]string{"FOGHORN_CONFIG": there}, readOnly: true},
		"then the XDG folder":          {path: there, env: map[string]string{"XDG_CONFIG_HOME": dir, "HOME": "/nowhere"}, readOnly: true},
		"then the home folder":         {path: "/nowhere/.config/foghorn/config.toml", env: map[string]string{"HOME": "/nowhere"}},
		"a relative XDG folder is not": {path: "/nowhere/.config/foghorn/config.toml", env: map[string]string{"HOME": "/nowhere", "XDG_CONFIG_HOME": "x"}},
		"a flag to nowhere":            {flag: "/nowhere/c.toml", path: "/nowhere/c.toml", missing: true},
		"a variable to nowhere":        {path: "/nowhere/c.toml", env: map[string]string{"FOGHORN_CONFIG": "/nowhere/c.toml"}, missing: true},
		"~ in the flag":                {flag: "~/c.toml", path: "/nowhere/c.toml", env: map[string]string{"HOME": "/nowhere"}, missing: true},
	} {
		getenv := func(k string) string { return c.env[k] }
		path, err := Path(c.flag, getenv)
		if err != nil || path != c.path {
			t.Errorf("%s: path %s (%v), want %s", name, path, err, c.path)
		}
		cfg, err := Load(c.flag, Options{Getenv: getenv})
		if c.missing {
			if !errors.Is(err, os.ErrNotExist) {
				t.Errorf("%s: want an error, got %v", name, err)
			}
			continue
		}
		if err != nil || cfg.ReadOnly != c.readOnly {
			t.Errorf("%s: loaded %+v, %v", name, cfg, err)
		}
	}
	if _, err := Path("", noEnv); err == nil {
		t.Error("without a home there is no default place")
	}
	if _, err := Load(dir, Options{}); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("a folder as configuration: %v", err)
	}
}

func TestDataDirectory(t *testing.T) {
	env := map[string]string{"HOME": "/home/kim"}
	none, err := Load("", Options{Getenv: func(k string) string { return env[k] }})
	if err != nil {
		t.Fatal(err)
	}
	set := load(t, `data_dir = "/srv/foghorn"`, nil)
	wd, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		cfg        *Config
		flag, want string
	}{
		{none, "", "/home/kim/.local/state/foghorn"},
		{none, "~/x", "/home/kim/x"},
		{none, "x", filepath.Join(wd, "x")},
		{set, "", "/srv/foghorn"},
		{set, "/tmp/x", "/tmp/x"},
	} {
		if got, err := c.cfg.DataDirectory(c.flag); err != nil || got != c.want {
			t.Errorf("--data %q: %s (%v), want %s", c.flag, got, err, c.want)
		}
	}
	env["XDG_STATE_HOME"] = "/state"
	if got, _ := none.DataDirectory(""); got != "/state/foghorn" {
		t.Errorf("with $XDG_STATE_HOME: %s", got)
	}
}

// The example is the same in both places, valid, and means nothing but the
// defaults; with every line switched on it is valid too and names every key.
func TestExample(t *testing.T) {
	outside, err := os.ReadFile("../config.example.toml")
	if err != nil {
		t.Fatal(err)
	}
	if string(outside) != Example() {
		t.Error("config.example.toml and config/example.toml differ; copy one over the other")
	}
	c := load(t, Example(), nil)
	want := Default()
	if !reflect.DeepEqual(c.Listen, want.Listen) || !reflect.DeepEqual(c.Retention, want.Retention) || c.Screen != want.Screen || len(c.Mist)+len(c.Junos)+len(c.Relays) > 0 {
		t.Errorf("the example is not the defaults: %+v", c)
	}
	all := regexp.MustCompile(`(?m)^# (\[\[?[A-Za-z_.-]+\]\]?$|("[^"\n]*"|[A-Za-z0-9_]+) = )`).ReplaceAllString(Example(), "$1")
	full, err := Load(write(t, all), Options{Regions: regions, SecretsLater: true, Getenv: func(string) string { return "/home/kim" }})
	if err != nil {
		t.Fatalf("with every line switched on:\n%v", err)
	}
	if full.Retention.Age != want.Retention.Age || !reflect.DeepEqual(full.Retention, want.Retention) || full.Listen.MaxBody != want.Listen.MaxBody {
		t.Errorf("the example shows other defaults than there are: %+v", full)
	}
	for _, key := range keysOf(reflect.TypeFor[Config]()) {
		if !regexp.MustCompile(`\b` + key + `\b|\b` + key + `_(env|file|command) = `).MatchString(Example()) {
			t.Errorf("the example does not tell of %s", key)
		}
	}
}

// The example has a relay of each kind, and among them each key.
func TestExampleOfRelays(t *testing.T) {
	_, text, _ := strings.Cut(Example(), "# One [[relay]]")
	text, _, _ = strings.Cut(text, "# How much events matter")
	if n := strings.Count(text, "\n"); n > 120 {
		t.Errorf("the section has %d lines", n)
	}
	var kinds []string
	for _, m := range regexp.MustCompile(`(?m)^# kind = "(.*)"$`).FindAllStringSubmatch(text, -1) {
		kinds = append(kinds, m[1])
	}
	slices.Sort(kinds)
	if !slices.Equal(kinds, RelayKinds()) {
		t.Errorf("kinds: %v", kinds)
	}
	for _, key := range sorted(relayKeys) {
		if n := len(regexp.MustCompile(`(?m)^# `+key+`(_env|_file|_command)? = `).FindAllString(text, -1)); n == 0 {
			t.Errorf("no relay of the example has %s", key)
		} else if n > 1 && !slices.Contains([]string{"name", "kind", "url", "token", "channel"}, key) {
			t.Errorf("%s is told %d times", key, n)
		}
	}
}

func keysOf(t reflect.Type) (keys []string) {
	for field := range t.Fields() {
		key := field.Tag.Get("toml")
		if key == "" || key == "-" || key == "groups" {
			continue
		}
		keys = append(keys, key)
		f := field.Type
		if f.Kind() == reflect.Slice {
			f = f.Elem()
		}
		if f.Kind() == reflect.Struct && f != reflect.TypeFor[Secret]() && f != reflect.TypeFor[netip.Prefix]() {
			keys = append(keys, keysOf(f)...)
		}
	}
	return keys
}

// What Show prints can be read again and means the same; secrets are not in it.
func TestShow(t *testing.T) {
	c := load(t, `
[listen]
address = "[::1]:1"
trusted_proxies = ["10.0.0.0/8"]
[[mist]]
name = "acme"
region = "emea-01"
org_id = "2818e386-8dec-2562-9ede-5b8a0fbbdc71"
token_env = "TOKEN"
webhook_secret = "hunter2"
[[junos]]
name = "core"
secret_command = ["echo", "hunter4"]
[retention.groups.loud]
topics = ["alarms"]
age = "forever"
`, map[string]string{"TOKEN": "hunter3"})
	text, err := Show(c)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(strings.ReplaceAll(text, `"hunter4"`, ""), "hunter") {
		t.Errorf("a secret is in it:\n%s", text)
	}
	for _, line := range []string{
		`token = "<secret>"  # from the variable TOKEN`,
		`webhook_secret = "<secret>"  # from the configuration`,
		`secret = "<secret>"  # from the program echo`,
		`max_body = "8MiB"`, `sites = ["*"]`, `age = "30d"`,
	} {
		if !strings.Contains(text, line+"\n") {
			t.Errorf("%s is missing in\n%s", line, text)
		}
	}
	again := load(t, text, nil)
	if !reflect.DeepEqual(again.Listen, c.Listen) || !reflect.DeepEqual(again.Retention, c.Retention) || again.Screen != c.Screen || again.Mist[0].Name != "acme" || again.Junos[0].Name != "core" {
		t.Errorf("what it shows means something else:\n%s\n%+v", text, again)
	}
}

// A listener that speaks in clear text to the network is allowed, with a warning.
func TestClearTextOnTheNetworkIsAWarning(t *testing.T) {
	c := load(t, "[listen]\naddress = \":8484\"\n", nil)
	if len(c.Warnings) != 1 || !strings.Contains(c.Warnings[0], "config.toml:2:1: listen.address: what is posted crosses the network in clear text") {
		t.Errorf("warnings: %q", c.Warnings)
	}
}

func TestASourceWithoutSecretBehindAProxyIsUnwise(t *testing.T) {
	c := load(t, "[listen]\ntrusted_proxies = [\"127.0.0.1\"]\n[[mist]]\nname = \"acme\"\n[[junos]]\nname = \"core\"\nsecret_env = \"S\"\n", map[string]string{"S": "long enough"})
	if len(c.Warnings) != 1 || !strings.Contains(c.Warnings[0], "mist.webhook_secret: is missing while listen.trusted_proxies is set") {
		t.Errorf("warnings: %q", c.Warnings)
	}
}

func TestAPreviousSecretWithoutEndIsUnwise(t *testing.T) {
	c := load(t, "[[mist]]\nname = \"acme\"\nwebhook_secret_env = \"S\"\nprevious_webhook_secret_env = \"S\"\n", map[string]string{"S": "long enough"})
	if len(c.Warnings) != 1 || !strings.Contains(c.Warnings[0], "config.toml:4:1: mist.previous_webhook_secret_env: has no end") {
		t.Errorf("warnings: %q", c.Warnings)
	}
}

func FuzzLoad(f *testing.F) {
	files, err := filepath.Glob("testdata/*.toml")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(Example()))
	f.Add([]byte("a.\"b\\\"c\".'d' = '''x''''\n[[e]]\n[e.f]\nb = [[[{c={d=1}}]]] # x\nm = \"\"\"a\\\"\"\"\"\"\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := parse("config.toml", text, Options{Regions: regions, Getenv: noEnv, SecretsLater: true})
		if err != nil {
			var problems Problems
			if !errors.As(err, &problems) || len(problems) == 0 {
				t.Fatalf("not Problems: %v", err)
			}
			for _, p := range problems {
				if p.Line < 1 || p.Col < 1 || p.Msg == "" {
					t.Fatalf("a problem without a place or a text: %+v", p)
				}
			}
			return
		}
		if _, err := Show(c); err != nil {
			t.Fatal(err)
		}
	})
}
