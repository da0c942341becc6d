package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"foghorn/internal/safetext/hostile"
	"foghorn/journal/event"
	"foghorn/relay/relaytest"
)

// nasty are texts that strangers may choose: names of devices, sites and networks, notes.
// Those of the corpus share a text by fours, so that the test stays short.
func nasty() []string {
	texts := []string{
		`"]\`, "two\nlines\r\n", "<!channel>", "<!here|here> <@U0123456789>", "@all", "@here @channel @ada", "https://evil.example/@all",
		"<https://evil.example|click> [click](https://evil.example) ![](https://evil.example/x.png)", "<at>ada</at> {{.Secret}} ${TOKEN} $(reboot) `reboot`",
		"safe\u202egpj.exe \x1b[2J\x1b]0;owned\x07", "corp\x00net a\xff\xfe\xc3(b", "👩‍👩‍👧‍👦 " + strings.Repeat("👩\u200d", 500), strings.Repeat("x", 100_000),
		strings.Repeat("ü", 50_000), strings.Repeat("\"", 100_000), strings.Repeat("\x1b", 100_000), "] [foghorn@32473 id=\"forged\" '; DROP TABLE events; -- =cmd|' /C calc'!A0",
	}
	for four := range slices.Chunk(hostile.Hostile(), 4) {
		texts = append(texts, strings.Join(four, " "))
	}
	return texts
}

// quoted is a text as JSON that keeps bytes that are no UTF-8, as no library writes it.
func quoted(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(text) {
		switch c := text[i]; {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < ' ':
			fmt.Fprintf(&b, `\u%04x`, c)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// everywhere is a desk with a relay of each kind that needs no database.
type everywhere struct {
	*desk
	file, ran             string
	syslog                *relaytest.Syslog
	mattermost, hooked    *relaytest.Mattermost
	slack, slackHook      *relaytest.Slack
	teams                 *relaytest.Teams
	datadog               *relaytest.Datadog
	splunk                *relaytest.Splunk
	webhook               *relaytest.Webhook
	servicenow            *relaytest.ServiceNow
	partsThatAreSecretToo []string
}

func newEverywhere(t *testing.T, c *stepClock) *everywhere {
	t.Helper()
	dir := t.TempDir()
	e := &everywhere{
		file: filepath.Join(dir, "events.ndjson"), ran: filepath.Join(dir, "ran"),
		slack: relaytest.NewSlack(slackToken, c.Now), slackHook: relaytest.NewSlack(slackToken, c.Now),
		mattermost: relaytest.NewMattermost(c.Now), hooked: relaytest.NewMattermost(c.Now), teams: relaytest.NewTeams(c.Now),
		datadog: relaytest.NewDatadog(datadogKey, c.Now), splunk: relaytest.NewSplunk(relaytest.SplunkToken{Value: splunkToken}),
		webhook:    relaytest.NewWebhook(relaytest.WebhookOptions{StandardSecret: webhookSecret}, c.Now),
		servicenow: relaytest.NewServiceNow(relaytest.ServiceNowOptions{User: "foghorn", Password: serviceNowWord, Now: c.Now}),
	}
	e.teams.Set(func(s *relaytest.TeamsSettings) { s.Unlimited = true })
	var err error
	if e.syslog, err = relaytest.NewSyslog("tcp", 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.syslog.Close)
	script := filepath.Join(dir, "page")
	if err := os.WriteFile(script, []byte("#!/bin/sh\nset -eu\ncat >> \"$0.out\"\nprintf '%s\\n' \"$FOGHORN_TITLE\" >> \"$0.titles\"\n"), 0o700); err != nil { //nolint:gosec // it must be run
		t.Fatal(err)
	}
	e.ran = script
	behind := map[string]http.Handler{"slack bot": e.slack, "slack hook": e.slackHook, "mattermost bot": e.mattermost, "mattermost hook": e.hooked, "teams": e.teams,
		"servicenow": e.servicenow, "datadog": e.datadog, "splunk": e.splunk, "webhook": e.webhook}
	var tables strings.Builder
	for _, p := range places() {
		if behind[p.name] == nil {
			continue
		}
		table := strings.Replace(p.at(serve(t, behind[p.name], nil), ""), "\"r\"", strconv.Quote(strings.ReplaceAll(p.name, " ", "-")), 1)
		if strings.Contains(table, "group") {
			table = strings.Replace(table, "group = \"none\"", "max_per_minute = 600", 1)
		}
		tables.WriteString(table + "\n")
		e.partsThatAreSecretToo = append(e.partsThatAreSecretToo, p.secrets...)
	}
	fmt.Fprintf(&tables, "[[relay]]\nname = \"file\"\nkind = \"file\"\npath = %q\nfsync = \"never\"\n", e.file)
	fmt.Fprintf(&tables, "[[relay]]\nname = \"syslog\"\nkind = \"syslog\"\naddress = %q\n", e.syslog.Address)
	fmt.Fprintf(&tables, "[[relay]]\nname = \"command\"\nkind = \"command\"\ncommand = [%q]\nparallel = 1 # the lines of several at once would mix\n", script)
	e.desk = newDesk(t, c, tables.String())
	return e
}

// Texts that strangers choose go the whole way: from a delivery to each service. Nothing
// pings, nothing breaks, and no secret is seen.
func TestHostileTexts(t *testing.T) {
	t.Parallel()
	c := newStepClock(began)
	e := newEverywhere(t, c)
	texts := nasty()
	e.story(texts)
	for name := range e.running {
		if r := e.state(name); r.Queued+int64(r.Parked)+int64(r.Dead)+r.Failed+r.Dropped+r.Repeated != 0 || r.Sent < int64(len(texts)) {
			letters, _ := e.outbox.Letters(t.Context(), name, 3)
			t.Errorf("%s: %+v, letters %.600v", name, r, fmt.Sprintf("%+v", letters))
		}
	}
	e.quiet(t)
	e.local(t, len(texts))
	e.leaks(append(e.keys(), e.partsThatAreSecretToo...)...)
	for i, line := range strings.Split(e.logged.String(), "\n") {
		if strings.ContainsFunc(line, func(r rune) bool { return r < ' ' || r == utf8.RuneError || r == '\u202e' }) {
			t.Errorf("line %d of the process's log: %.300q", i, line)
		}
	}
}

// keys are the secrets of the configuration, without addresses that hold none.
func (d *desk) keys() (keys []string) {
	for _, secret := range d.secrets {
		if !strings.HasPrefix(secret, "http") {
			keys = append(keys, secret)
		}
	}
	return keys
}

// story is about APs with such names at sites with such names, others of berlin, clients of
// such networks, and somebody who writes such notes about it.
func (e *everywhere) story(texts []string) {
	e.t.Helper()
	own := func(i int) string { return fmt.Sprintf("978c48e6-6ef6-11e6-8bbf-%012d", i) }
	device := func(what, site, name string, mac, i int) string {
		return fmt.Sprintf(`{"type":%q,"mac":"5c5b35%06x","device_name":%s,"device_type":"ap","site_id":%q,"site_name":%s,"org_id":%q,"timestamp":%d,"text":%s}`,
			what, mac, quoted(texts[i]), site, name, orgID, e.clock.Now().Unix(), quoted(texts[i]))
	}
	post := func(topic string, of func(i int) string) {
		var events []string
		for i := range texts {
			events = append(events, of(i))
		}
		e.deliver([]byte(`{"topic":"` + topic + `","events":[` + strings.Join(events, ",") + `]}`))
	}
	post("device-updowns", func(i int) string {
		return device("AP_DISCONNECTED", own(i), quoted(texts[i]), 1000+i, i) + "," + device("AP_DISCONNECTED", berlin.id, `"berlin"`, 5000+i, i)
	})
	seq, err := e.log.Last(e.t.Context())
	e.must(err)
	e.wait(2 * time.Minute)
	for i, text := range texts {
		e.act(text, event.ActionAck, event.ID(seq, 2*i), text)
	}
	post("client-join", func(i int) string {
		q := quoted(texts[i])
		return fmt.Sprintf(`{"mac":"aabbcc%06x","ap":"5c5b35%06x","ap_name":%s,"ssid":%s,"site_id":%q,"site_name":%s,"timestamp":%d}`, i, 1000+i, q, q, own(i), q, e.clock.Now().Unix())
	})
	post("alarms", func(i int) string {
		q, now := quoted(texts[i]), e.clock.Now().Unix()
		return fmt.Sprintf(`{"id":"11111111-1111-1111-1111-%012d","type":"infra_dhcp_failure","group":%s,"severity":"critical","site_id":%q,"site_name":%s,"org_id":%q,"timestamp":%d,"last_seen":%d,"count":1,"reason":%s,"hostnames":[%s]}`,
			i, q, own(i), q, orgID, now, now, q, q)
	})
	e.wait(2 * time.Minute)
	post("device-updowns", func(i int) string {
		return device("AP_CONNECTED", own(i), quoted(texts[i]), 1000+i, i) + "," + device("AP_CONNECTED", berlin.id, `"berlin"`, 5000+i, i)
	})
	e.wait(4 * time.Minute)
}

// quiet checks what the services that people read have noted.
func (e *everywhere) quiet(t *testing.T) {
	t.Helper()
	for name, s := range map[string]*relaytest.Slack{"the bot": e.slack, "the hook": e.slackHook} {
		for _, m := range s.Messages("C0123456789") {
			if len(m.Pings) > 0 || m.Hidden {
				t.Errorf("Slack, %s: pings %q, hidden %v: %.200q", name, m.Pings, m.Hidden, m.Text)
			}
		}
	}
	for name, m := range map[string]*relaytest.Mattermost{"the bot": e.mattermost, "the hook": e.hooked} {
		for _, p := range m.Posts() {
			if len(p.Mentions) > 0 {
				t.Errorf("Mattermost, %s: mentions %q: %.200q", name, p.Mentions, p.Message)
			}
		}
	}
	if lost := e.teams.Lost(); len(lost) > 0 {
		t.Errorf("Teams lost cards: %q", lost)
	}
	if n := e.datadog.Hidden(); n > 0 {
		t.Errorf("Datadog hides %d logs", n)
	}
	if cut, unknown := e.servicenow.Lost(); len(cut)+len(unknown) > 0 {
		t.Errorf("ServiceNow cuts %q and drops %q", cut, unknown)
	}
	if faults := e.syslog.Faults(); len(faults) > 0 {
		t.Errorf("syslog: %v", faults[0])
	}
}

// local checks what programs and files got: lines of JSON that a terminal can show.
func (e *everywhere) local(t *testing.T, atLeast int) {
	t.Helper()
	for _, file := range []string{e.file, e.ran + ".out"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(bytes.NewReader(text))
		lines.Buffer(nil, 8<<20)
		n := 0
		for ; lines.Scan(); n++ {
			if !json.Valid(lines.Bytes()) {
				t.Errorf("%s:%d is no JSON: %.200q", filepath.Base(file), n+1, lines.Bytes())
			}
			if file == e.file && strings.ContainsFunc(lines.Text(), func(r rune) bool { return r < ' ' || r == '\u202e' || r >= 0x7f && r < 0xa0 }) {
				t.Errorf("%s:%d acts on a terminal: %.200q", filepath.Base(file), n+1, lines.Bytes())
			}
		}
		if lines.Err() != nil || n < atLeast {
			t.Errorf("%s has %d lines: %v", filepath.Base(file), n, lines.Err())
		}
	}
	titles, err := os.ReadFile(e.ran + ".titles")
	if err != nil {
		t.Fatal(err)
	}
	if strings.ContainsFunc(string(titles), func(r rune) bool { return r < ' ' && r != '\n' || r == '\u202e' }) {
		t.Errorf("a program gets a title that acts on a terminal")
	}
}
