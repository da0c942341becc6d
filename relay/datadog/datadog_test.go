package datadog

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"foghorn/config"
	"foghorn/journal/event"
	"foghorn/relay"
	"foghorn/relay/relaytest"
)

var start = time.Date(2026, 11, 27, 3, 0, 0, 0, time.UTC)

const apiKey = "0123456789abcdef0123456789abcdef"

func configured(change func(*config.Relay)) config.Relay {
	c := config.Relay{Name: "logs", Kind: "datadog", Send: "events", APIKey: config.NewSecret(apiKey), Site: "datadoghq.eu"}
	if change != nil {
		change(&c)
	}
	return c
}

func made(t *testing.T, change func(*config.Relay)) *destination {
	t.Helper()
	d, err := New(configured(change), relay.Env{Host: "noc1", Version: "1.0"})
	if err != nil {
		t.Fatal(err)
	}
	return d.(*destination)
}

func bodyOf(t *testing.T, d relay.Destination, items ...relay.Item) []byte {
	t.Helper()
	r, err := d.Encode(&relay.Work{Items: items, Now: start})
	if err != nil {
		t.Fatal(err)
	}
	if r.Items != len(items) {
		t.Fatalf("the request covers %d of %d items", r.Items, len(items))
	}
	return r.Body
}

// elementOf is the first event of a webhook as the reference relay gets it.
func elementOf(t *testing.T, file string) *event.Event {
	t.Helper()
	text, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	var hook struct {
		Topic  string            `json:"topic"`
		Events []json.RawMessage `json:"events"`
	}
	if err := json.Unmarshal(text, &hook); err != nil {
		t.Fatal(err)
	}
	return &event.Event{ID: event.ID(345, 12), Time: start, Received: start, Via: event.ViaWebhook, Topic: hook.Topic, Raw: hook.Events[0]}
}

func TestRelayAndReadmeAreTheReferencesOwn(t *testing.T) {
	for _, c := range []struct{ hook, format, want string }{
		{"mist-client-join.webhook.body.json", "relay", "datadog-intake.client-join.as-relay-sends.body.json"},
		{"mist-client-join.webhook.body.json", "readme", "datadog-intake.client-join.as-readme-shows.body.json"},
		{"mist-tricky-values.webhook.body.json", "relay", "datadog-intake.tricky-values.as-relay-sends.body.json"},
	} {
		want, err := os.ReadFile("testdata/" + c.want)
		if err != nil {
			t.Fatal(err)
		}
		d := made(t, func(r *config.Relay) { r.Format = c.format })
		got := bodyOf(t, d, relay.Item{Event: elementOf(t, c.hook)})
		// The golden files differ from what is sent in their blanks alone: strings, and the
		// order of keys, are the same bytes.
		if shown := spread(string(got)); shown != strings.TrimSpace(string(want)) {
			t.Errorf("%s as %s:\n%s\nwant\n%s", c.hook, c.format, shown, want)
		}
	}
}

// spread writes a flat list of flat objects as the golden files do.
func spread(body string) string {
	var b strings.Builder
	inside, escaped := false, false
	for _, r := range body {
		switch {
		case inside:
			b.WriteRune(r)
			inside = escaped || r != '"'
			escaped = !escaped && r == '\\'
		case r == '[':
			b.WriteString("[\n  ")
		case r == ']':
			b.WriteString("\n]")
		case r == '{':
			b.WriteString("{\n    ")
		case r == '}':
			b.WriteString("\n  }")
		case r == ',':
			b.WriteString(",\n    ")
		case r == ':':
			b.WriteString(": ")
		default:
			inside = r == '"'
			b.WriteRune(r)
		}
	}
	return b.String()
}

func TestMessage(t *testing.T) {
	for _, c := range []struct{ raw, want, tags string }{
		{`{"topic":"old","a":1}`, `topic="x" a=1`, "topic:x"},       // in its place
		{`{"a":1,"b":2,"a":"3"}`, `a="3" b=2 topic="x"`, "topic:x"}, // as Python's dict
		{`{"topic":{"n":1},"a":1}`, `topic="x" a=1`, "topic:x"},     // whatever it was
		{`{"site_name":"Köln, Süd"}`, `site_name="Köln, Süd" topic="x"`, "topic:x,site:Köln, Süd"},
		{`{"site_name":["a"]}`, `topic="x"`, "topic:x"},
		{`{"a":"caf\u00e9 \ud83c\udf55 \/ <&>"}`, `a="café 🍕 / <&>" topic="x"`, "topic:x"},
		{`{"a":"one\ntwo \"three\""}`, "a=\"one\ntwo \"three\"\" topic=\"x\"", "topic:x"},
		{`{"a":12.0,"b":1e5,"c":1E16,"d":0.00001,"e":-0,"f":-0.0,"g":1e400,"h":-1e400,"i":1e-400}`,
			`a=12.0 b=100000.0 c=1e+16 d=1e-05 e=0 f=-0.0 g=inf h=-inf i=0.0 topic="x"`, "topic:x"},
		{`{"a":123456789012345678901234567890,"b":1592333828,"c":9007199254740993.0,"d":0.0001,"e":123456789.123456789}`,
			`a=123456789012345678901234567890 b=1592333828 c=9007199254740992.0 d=0.0001 e=123456789.12345679 topic="x"`, "topic:x"},
		{`{}`, `topic="x"`, "topic:x"},
	} {
		d := made(t, func(r *config.Relay) { r.Format = "relay" })
		var got []relayEntry
		if err := json.Unmarshal(bodyOf(t, d, relay.Item{Event: &event.Event{Topic: "x", Raw: json.RawMessage(c.raw)}}), &got); err != nil {
			t.Fatal(err)
		}
		if got[0].Message != c.want || got[0].Tags != c.tags {
			t.Errorf("%s\n got %s, %s\nwant %s, %s", c.raw, got[0].Message, got[0].Tags, c.want, c.tags)
		}
	}
}

// With escape, a quote inside of a value cannot make up another pair.
func TestEscape(t *testing.T) {
	d := made(t, func(r *config.Relay) {
		r.Format, r.Escape, r.Service, r.Tags = "relay", true, "wifi", []string{"env:prod"}
	})
	raw, _ := json.Marshal(map[string]string{"ssid": "a\" type=\"FAKE\nb\\\t\x1b[2J\u202e\U000e0041é"})
	var got []relayEntry
	if err := json.Unmarshal(bodyOf(t, d, relay.Item{Event: &event.Event{Topic: "x", Raw: raw}}), &got); err != nil {
		t.Fatal(err)
	}
	want := relayEntry{"mist", "topic:x,env:prod", "mist", `ssid="a\" type=\"FAKE\nb\\\t\u001b[2J\u202e\U000e0041é" topic="x"`, "wifi"}
	if got[0] != want {
		t.Errorf("got  %+v\nwant %+v", got[0], want)
	}
}

func TestNewSaysWhatIsWrong(t *testing.T) {
	for want, change := range map[string]func(*config.Relay){
		"api_key is missing":         func(c *config.Relay) { c.APIKey = config.Secret{} },
		"holds more than the key":    func(c *config.Relay) { c.APIKey = config.NewSecret("abc\r\nX-Evil: 1") },
		"site is missing":            func(c *config.Relay) { c.Site = "" },
		"both set":                   func(c *config.Relay) { c.URL = config.NewSecret("https://proxy.example") },
		"not the name of a Datadog":  func(c *config.Relay) { c.Site = "evil.example/@datadoghq.com" },
		"not the name of a Datadog ": func(c *config.Relay) { c.Site = "US1" },
		"url is not an address":      func(c *config.Relay) { c.Site, c.URL = "", config.NewSecret("proxy:8080/secret-path") },
		`format "xml" is unknown`:    func(c *config.Relay) { c.Format = "xml" },
		"escape is for the formats":  func(c *config.Relay) { c.Escape = true },
	} {
		_, err := New(configured(change), relay.Env{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
		if err != nil && strings.Contains(err.Error(), "secret-path") {
			t.Errorf("the address is shown: %v", err)
		}
	}
}

func TestAddresses(t *testing.T) {
	for _, c := range []struct{ site, url, want, check string }{
		{"datadoghq.com", "", "https://http-intake.logs.datadoghq.com/api/v2/logs", "https://api.datadoghq.com/api/v1/validate"},
		{"app.datadoghq.eu", "", "https://http-intake.logs.datadoghq.eu/api/v2/logs", "https://api.datadoghq.eu/api/v1/validate"},
		{"AP1.datadoghq.com", "", "https://http-intake.logs.ap1.datadoghq.com/api/v2/logs", "https://api.ap1.datadoghq.com/api/v1/validate"},
		{"us2.ddog-gov.com", "", "https://http-intake.logs.us2.ddog-gov.com/api/v2/logs", "https://api.us2.ddog-gov.com/api/v1/validate"},
		{"", "http://127.0.0.1:3834", "http://127.0.0.1:3834/api/v2/logs", ""},
		{"", "https://http-intake.logs.datadoghq.com/v1/input", "https://http-intake.logs.datadoghq.com/v1/input", ""},
	} {
		d := made(t, func(r *config.Relay) { r.Site, r.URL = c.site, config.NewSecret(c.url) })
		if d.url != c.want || d.check != c.check {
			t.Errorf("site %q, url %q: %s and %s, want %s and %s", c.site, c.url, d.url, d.check, c.want, c.check)
		}
	}
}

func TestJudge(t *testing.T) {
	d := made(t, nil)
	for _, c := range []struct {
		name   string
		answer relay.Answer
		want   relay.Outcome
		reason string
	}{
		{"accepted", relay.Answer{Status: 202, Body: []byte("{}")}, relay.Sent, ""},
		{"the older intake", relay.Answer{Status: 200, Body: []byte("{}")}, relay.Sent, ""},
		{"no body", relay.Answer{Status: 202}, relay.Sent, ""},
		{"a body that was cut off", relay.Answer{Status: 202, Body: []byte(`{"err`)}, relay.Sent, ""},
		{"a success with errors", relay.Answer{Status: 202, Body: []byte(`{"errors":[{"detail":"try later"}]}`)}, relay.Retry, "try later"},
		{"a login page", relay.Answer{Status: 200, Body: []byte("\n<!doctype html><html>")}, relay.Misconfigured, "page of HTML"},
		{"another success", relay.Answer{Status: 204}, relay.Misconfigured, "Datadog answers 202"},
		{"wrong form", relay.Answer{Status: 400, Body: []byte(`{"errors":[{"detail":"bad"}]}`)}, relay.Refused, "bad"},
		{"no key", relay.Answer{Status: 401}, relay.Misconfigured, "DD-API-KEY"},
		{"wrong key, repeated to us", relay.Answer{Status: 403, Body: []byte(apiKey)}, relay.Misconfigured, "another site"},
		{"not there", relay.Answer{Status: 404}, relay.Misconfigured, "site or url"},
		{"too slow", relay.Answer{Status: 408}, relay.Retry, "408"},
		{"too large", relay.Answer{Status: 413}, relay.Refused, "413"},
		{"too many", relay.Answer{Status: 429, Header: http.Header{"Retry-After": {"7"}}}, relay.Retry, "429"},
		{"broken", relay.Answer{Status: 500, Body: []byte("key " + apiKey)}, relay.Retry, "<secret>"},
		{"down", relay.Answer{Status: 503}, relay.Retry, "503"},
		{"moved", relay.Answer{Status: 302}, relay.Misconfigured, "302"},
		{"no answer", relay.Answer{Err: errors.New("connection refused")}, relay.Retry, "connection refused"},
		{"an answer that broke off", relay.Answer{Status: 202, Err: errors.New("unexpected EOF")}, relay.Retry, "EOF"},
	} {
		v := d.Judge(&relay.Work{}, &relay.Request{Items: 3}, &c.answer)
		if v.Outcome != c.want || !strings.Contains(v.Reason, c.reason) || strings.Contains(v.Reason, apiKey) {
			t.Errorf("%s: %+v, want outcome %d and %q", c.name, v, c.want, c.reason)
		}
		if c.want == relay.Refused && v.Items != -1 {
			t.Errorf("%s: the answer does not say which item is refused, and the verdict says %d", c.name, v.Items)
		}
		if c.answer.Status == 429 && v.After != 7*time.Second {
			t.Errorf("Retry-After: %s", v.After)
		}
	}
}

func TestCheck(t *testing.T) {
	dd := relaytest.NewDatadog(apiKey, func() time.Time { return start })
	server := httptest.NewServer(dd)
	defer server.Close()
	do := relaytest.HTTP(server.Client(), nil)
	for key, want := range map[string]relay.Outcome{apiKey: relay.Sent, "00000000000000000000000000000000": relay.Misconfigured} {
		d := made(t, func(c *config.Relay) { c.APIKey = config.NewSecret(key) })
		check := d.Checks()[0]
		if check.URL != "https://api.datadoghq.eu/api/v1/validate" || check.Method != http.MethodGet || !check.Unpaced {
			t.Errorf("the check is %+v", check)
		}
		check.URL = server.URL + "/api/v1/validate"
		if v := d.JudgeCheck(check, do(t.Context(), check)); v.Outcome != want || v.Reason == "" {
			t.Errorf("key %s: %+v, want %d", key, v, want)
		}
	}
	d := made(t, nil)
	for name, a := range map[string]*relay.Answer{
		"not valid": {Status: 200, Body: []byte(`{"valid":false}`)}, "HTML": {Status: 200, Body: []byte("<html>")},
	} {
		if v := d.JudgeCheck(nil, a); v.Outcome != relay.Misconfigured {
			t.Errorf("%s: %+v", name, v)
		}
	}
	if v := d.JudgeCheck(nil, &relay.Answer{Err: errors.New("no such host")}); v.Outcome != relay.Retry {
		t.Errorf("no answer: %+v", v)
	}
	if d := made(t, func(c *config.Relay) { c.Site, c.URL = "", config.NewSecret(server.URL) }); d.Checks() != nil {
		t.Error("behind a url the API's host is not known, and yet there is a check")
	}
}
