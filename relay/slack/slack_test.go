package slack

import (
	"encoding/json"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"foghorn/config"
	"foghorn/internal/clock"
	"foghorn/journal/event"
	"foghorn/relay"
	"foghorn/relay/relaytest"
)

var update = flag.Bool("update", false, "write the golden files anew")

const (
	token   = "xoxb-synthetic-slack-bot-token"
	channel = "C0123456789"
)

var start = time.Date(2026, 11, 27, 3, 2, 11, 0, time.UTC)

// bench is a destination and the stand-in that it sends to, with a clock.
type bench struct {
	t     *testing.T
	slack *relaytest.Slack
	url   string
	do    relaytest.Do
	dest  relay.Destination
	work  relay.Work
	clock *clock.Fake // the stand-in reads it beside the test
}

func newBench(t *testing.T, change func(*config.Relay)) *bench {
	t.Helper()
	b := &bench{t: t, clock: clock.NewFake(start)}
	b.slack = relaytest.NewSlack(token, b.clock.Now)
	server := httptest.NewServer(b.slack)
	t.Cleanup(server.Close)
	b.url, b.do = server.URL, relaytest.HTTP(server.Client(), b.clock.Now)
	b.restart(change)
	return b
}

// restart makes the destination anew, as after a restart of the program.
func (b *bench) restart(change func(*config.Relay)) {
	b.t.Helper()
	c := config.Relay{Name: "chat", Kind: "slack", Send: "alerts", URL: config.NewSecret(b.url + "/api"), Token: config.NewSecret(token), Channel: "#alerts"}
	if change != nil {
		change(&c)
	}
	b.dest = mustNew(b.t, c)
}

// hook is the config of an incoming webhook.
func (b *bench) hook(send string) func(*config.Relay) {
	return func(c *config.Relay) {
		c.Send, c.Token, c.Channel, c.URL = send, config.Secret{}, "", config.NewSecret(b.url+relaytest.SlackHook)
	}
}

func mustNew(t *testing.T, c config.Relay) relay.Destination {
	t.Helper()
	d, err := New(c, relay.Env{Host: "noc1", Version: "1.0"})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// send drives a notice to its end, and lets the time pass that the relay would have waited.
func (b *bench) send(n *relay.Notice) []relaytest.Turn {
	b.t.Helper()
	b.work.Items, b.work.Now = []relay.Item{{Notice: n}}, b.clock.Now()
	turns, err := relaytest.Drive(b.t.Context(), b.dest, &b.work, b.paced)
	if err != nil {
		b.t.Fatal(err)
	}
	return turns
}

// steps are the steps of an exchange.
func steps(turns []relaytest.Turn) string {
	var out []string
	for _, turn := range turns {
		out = append(out, turn.Request.Step)
	}
	return strings.Join(out, ", ")
}

// lobby is an alert about an access point, as it is at a step of its life.
func lobby(why relay.Why, n int, change func(*event.Alert)) *relay.Notice {
	a := event.Alert{ID: 3450000, Kind: "device_down", Severity: event.Critical, State: event.Open, Title: "AP lobby-ap3 is down", Source: "acme",
		Site: "berlin", Device: "lobby-ap3", DeviceMAC: "5c5b35000003", Opened: start, LastSeen: start, Count: 1}
	if change != nil {
		change(&a)
	}
	return &relay.Notice{Why: why, Alerts: []event.Alert{a}, Steps: 1, N: n, Step: "opened", Time: start, Now: start.Add(4 * time.Minute),
		Event: &event.Event{ID: 3450000, Time: start, Text: "lost contact: 3 heartbeats missed <mgmt> & no power"}, Link: "https://manage.mist.com/admin/?org_id=o#!ap/detail/s/1|2"}
}

func resolved(a *event.Alert) {
	at := start.Add(4*time.Minute + 9*time.Second)
	a.Resolved, a.State, a.Title = &at, event.Resolved, "AP lobby-ap3 was down for 4m"
}

func acked(a *event.Alert) {
	at := start.Add(time.Minute)
	a.AckedAt, a.State, a.Owner, a.Note = &at, event.Acked, "ada", "on my way"
}

func golden(t *testing.T, name string, body []byte) {
	t.Helper()
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		t.Fatalf("%s: %v: %s", name, err, body)
	}
	file := filepath.Join("testdata", name+".json")
	got := append(slices.Clip(body), '\n')
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != string(got) {
		t.Errorf("%s differs (-update writes it anew):\n got %s\nwant %s", file, got, want)
	}
}

// outage is one message about several alerts of a site.
func outage() *relay.Notice {
	n := lobby(relay.Worse, 1, nil)
	n.Alerts = nil
	for i := range 3 {
		a := lobby(relay.First, 1, nil).Alerts[0]
		a.ID, a.Device = int64(3450000+i*10_000), "ap-"+string(rune('1'+i))
		if i == 1 {
			resolved(&a)
		}
		n.Alerts = append(n.Alerts, a)
	}
	n.Summary, n.Event = "berlin: 2 of 16 APs down", nil
	return n
}

func sampleEvent() *event.Event {
	return &event.Event{ID: 3450012, Time: start, Received: start, Source: "acme", Topic: "device-events", Type: "SW_PORT_DOWN", Severity: event.Warn,
		Site: "berlin", Device: "ex-sw-07", Text: `port ge-0/0/7 is down: "no carrier"`}
}

// resolvedHandle is that of a message that was edited, and whose reply is due.
func resolvedHandle(t *testing.T, c config.Relay) []byte {
	t.Helper()
	work := &relay.Work{Items: []relay.Item{{Notice: lobby(relay.Resolved, 3, resolved)}}, Handle: []byte(`{"channel":"C0123456789","ts":"1764212531.000001"}`)}
	v := mustNew(t, c).Judge(work, &relay.Request{Step: stepUpdate, Items: 1}, &relay.Answer{Status: 200, Body: []byte(`{"ok":true}`)})
	if v.Outcome != relay.More {
		t.Fatalf("an edit that rings goes on: %+v", v)
	}
	return work.Handle
}

func TestEncodedBytes(t *testing.T) {
	api := config.Relay{Send: "alerts", Token: config.NewSecret(token), Channel: channel, Username: "Foghorn", IconEmoji: ":foghorn:"}
	hook := config.Relay{Send: "alerts", URL: config.NewSecret("https://hooks.slack.com" + relaytest.SlackHook)}
	events := api
	events.Send, events.Username, events.IconEmoji = "events", "", ""
	standing := []byte(`{"channel":"C0123456789","ts":"1764212531.000001","of":"C0123456789"}`)
	shown := resolvedHandle(t, api)
	short, shortEvents := api, events
	short.Detail, shortEvents.Detail = "summary", "summary"
	byLevel := events
	events.Detail = "full"
	test := lobby(relay.First, 1, nil)
	test.Test = true
	for name, c := range map[string]struct {
		relay  config.Relay
		items  []relay.Item
		handle []byte
		url    string
	}{
		"post":          {api, []relay.Item{{Notice: lobby(relay.First, 1, nil)}}, nil, "https://slack.com/api/chat.postMessage"},
		"post-test":     {api, []relay.Item{{Notice: test}}, nil, "https://slack.com/api/chat.postMessage"},
		"update-acked":  {api, []relay.Item{{Notice: lobby(relay.Update, 2, acked)}}, standing, "https://slack.com/api/chat.update"},
		"update-group":  {api, []relay.Item{{Notice: outage()}}, standing, "https://slack.com/api/chat.update"},
		"reply":         {api, []relay.Item{{Notice: lobby(relay.Resolved, 3, resolved)}}, shown, "https://slack.com/api/chat.postMessage"},
		"hook-resolved": {hook, []relay.Item{{Notice: lobby(relay.Resolved, 3, resolved)}}, nil, "https://hooks.slack.com" + relaytest.SlackHook},
		"hook-batch":    {hook, []relay.Item{{Notice: lobby(relay.Resolved, 3, resolved)}, {Notice: outage()}}, nil, "https://hooks.slack.com" + relaytest.SlackHook},
		"event":         {events, []relay.Item{{Event: sampleEvent()}}, nil, "https://slack.com/api/chat.postMessage"},
		"post-summary":  {short, []relay.Item{{Notice: lobby(relay.First, 1, nil)}}, nil, "https://slack.com/api/chat.postMessage"},
		"event-summary": {shortEvents, []relay.Item{{Event: sampleEvent()}}, nil, "https://slack.com/api/chat.postMessage"},
		"job":           {byLevel, []relay.Item{{Event: failedBackup()}}, nil, "https://slack.com/api/chat.postMessage"},
		"violations":    {byLevel, []relay.Item{{Event: violation("wlans Guest (berlin)")}, {Event: violation("wlans <!here> (vienna)")}}, nil, "https://slack.com/api/chat.postMessage"},
		"event-batch":   {events, []relay.Item{{Event: sampleEvent()}, {Event: sampleEvent()}}, nil, "https://slack.com/api/chat.postMessage"},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := mustNew(t, c.relay).Encode(&relay.Work{Items: c.items, Handle: c.handle})
			if err != nil {
				t.Fatal(err)
			}
			if r.URL != c.url || r.Items != len(c.items) {
				t.Errorf("%s with %d items to %s; want %s", r.Step, r.Items, r.URL, c.url)
			}
			golden(t, name, r.Body)
		})
	}
}

func TestNewRefusesWhatCannotWork(t *testing.T) {
	s := config.NewSecret
	for want, c := range map[string]config.Relay{
		"needs token and channel":  {},
		"channel needs a token":    {URL: s("https://hooks.slack.com/services/T/B/x"), Channel: channel},
		"token needs a channel":    {Token: s(token)},
		"takes no token":           {Token: s(token), Channel: channel, URL: s("https://hooks.slack.com/services/T/B/x")},
		"app-level one":            {Token: s("xapp-1-A"), Channel: channel},
		"url is not an address":    {URL: s("hooks.slack.com/services/T/B/x")},
		"begins with https:// and": {Token: s(token), Channel: channel, URL: s("ftp://slack.com/api")},
	} {
		if _, err := New(c, relay.Env{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want an error with %q, not %v", want, err)
		}
	}
}

func TestLimitsAndAdviceFollowTheMode(t *testing.T) {
	b := newBench(t, nil)
	bot := b.dest
	b.restart(b.hook("alerts"))
	hook := b.dest
	b.restart(b.hook("events"))
	for name, c := range map[string]struct {
		d      relay.Destination
		keeps  bool
		items  int
		advice bool
	}{"bot": {bot, true, 1, false}, "hook": {hook, false, 20, true}, "events": {b.dest, false, 20, false}} {
		l, advice := c.d.Limits(), c.d.(relay.Adviser).Advice()
		if l.Keeps != c.keeps || l.Items != c.items || !l.Groups || (advice != "") != c.advice {
			t.Errorf("%s: %+v, advice %q", name, l, advice)
		}
		if len(l.Rates) != 1 || !l.Rates[0].Channel || l.Rates[0].Count != 1 || l.Rates[0].Per < time.Second {
			t.Errorf("%s: above 1 message a second in a channel Slack hides them: %+v", name, l.Rates)
		}
	}
}

func TestChecks(t *testing.T) {
	b := newBench(t, nil)
	hook := b.hook("alerts")
	for name, c := range map[string]struct {
		change  func(*config.Relay)
		slack   func()
		want    relay.Outcome
		because string
	}{
		"token":         {want: relay.Sent, because: "logged in to Acme as foghorn"},
		"wrong token":   {change: func(c *config.Relay) { c.Token = config.NewSecret("xoxb-other") }, want: relay.Misconfigured, because: "invalid_auth"},
		"no scope":      {slack: func() { b.slack.Scopes = []string{"commands"} }, want: relay.Misconfigured, because: "chat:write"},
		"webhook":       {change: hook, want: relay.Sent, because: "the webhook exists"},
		"wrong webhook": {change: func(c *config.Relay) { hook(c); c.URL = config.NewSecret(b.url + "/services/T/B/other") }, want: relay.Misconfigured, because: "no_service"},
		"down":          {slack: func() { b.slack.Fail(1, 503, nil, "") }, want: relay.Retry, because: "503"},
		"another page":  {slack: func() { b.slack.Fail(1, 200, http.Header{}, "<html>log in</html>") }, want: relay.Misconfigured, because: "HTML"},
	} {
		t.Run(name, func(t *testing.T) {
			b.slack.Scopes = []string{"chat:write"}
			if c.slack != nil {
				c.slack()
			}
			b.restart(c.change)
			checker := b.dest.(relay.Checker)
			checks := checker.Checks()
			if len(checks) != 1 || !checks[0].Unpaced {
				t.Fatalf("want one check that does not count: %+v", checks)
			}
			v := checker.JudgeCheck(checks[0], b.do(t.Context(), checks[0]))
			if v.Outcome != c.want || !strings.Contains(v.Reason, c.because) {
				t.Errorf("%+v; want %d because of %q", v, c.want, c.because)
			}
			if n := len(b.slack.Messages(channel)); n != 0 {
				t.Errorf("a check posted %d messages", n)
			}
		})
	}
}

// By default the level of an alert decides: what is critical, or has the sender's detail
// in its title, is told in full.
func TestDetailFollowsTheLevel(t *testing.T) {
	for _, c := range []struct {
		detail   string
		severity event.Severity
		title    string
		full     bool
		want     string
	}{
		{"", event.Critical, "CPU is high", true, "critical: CPU is high"}, {"", event.Warn, "CPU is high", false, "warn: CPU is high"},
		{"level", event.Warn, "CPU is high; rpd 91 %", true, "warn: CPU is high; rpd 91 %"},
		{"full", event.Debug, "CPU is high", true, "debug: CPU is high"}, {"summary", event.Critical, "CPU is high; rpd 91 %", false, "critical: CPU is high\n"},
	} {
		b := newBench(t, func(r *config.Relay) { r.Detail = c.detail })
		n := lobby(relay.First, 1, func(a *event.Alert) { a.Severity, a.Title = c.severity, c.title })
		n.Event.Text = "CPU exceeds its threshold; rpd 91 %"
		b.send(n)
		if full := strings.Contains(b.slack.History(), "Source: acme"); full != c.full {
			t.Errorf("detail %q of %s: in full %v\n%s", c.detail, c.severity, full, b.slack.History())
		}
		b.want(1, c.want)
	}
}
