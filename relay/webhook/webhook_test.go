package webhook

import (
	"encoding/json"
	"errors"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"foghorn/config"
	"foghorn/internal/safetext/hostile"
	"foghorn/journal/event"
	"foghorn/relay"
	"foghorn/relay/relaytest"
)

var update = flag.Bool("update", false, "write the golden files of requests anew")

var start = time.Date(2026, 11, 27, 3, 0, 0, 0, time.UTC)

func now() time.Time { return start }

const (
	plainSecret    = "a shared secret of ours"
	standardSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
)

func made(t *testing.T, change func(*config.Relay)) relay.Destination {
	t.Helper()
	c := config.Relay{Name: "hook", Kind: "webhook", Send: "alerts", URL: config.NewSecret("https://hooks.example.net/in/s3cr3t-path")}
	if change != nil {
		change(&c)
	}
	d, err := New(c, relay.Env{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// templated writes a template file.
func templated(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "body.tmpl")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func apDown() relay.Item {
	return relay.Item{Event: &event.Event{ID: event.ID(345, 12), Time: start, Received: start, Source: "acme", Via: event.ViaWebhook, Topic: "device-updowns",
		Type: "AP_DISCONNECTED", Severity: event.Critical, Site: "berlin", DeviceMAC: "5c5b35000001", Device: "lobby-ap3", Text: `AP "lobby" went <down>`,
		Duplicates: 1, Raw: json.RawMessage("{\"timestamp\": 1795694390.0,\n \"note\": \"caf\\u00e9\"}")}}
}

func alert(why relay.Why, n int) relay.Item {
	return relay.Item{Notice: &relay.Notice{Why: why, N: n, Steps: 1, Step: "opened", Time: start, Now: start, Event: apDown().Event, Alerts: []event.Alert{{
		ID: event.ID(345, 0), Key: "mist:device:o:5c5b35000001:connection", Source: "acme", Kind: "device_down", Severity: event.Critical, State: event.Open,
		Title: "AP lobby-ap3 is down", Site: "berlin", Device: "lobby-ap3", Opened: start, LastSeen: start, Count: 1}}}}
}

func encoded(t *testing.T, d relay.Destination, item relay.Item) *relay.Request {
	t.Helper()
	r, err := d.Encode(&relay.Work{Items: []relay.Item{item}, Now: start})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Chat is a template for a chat that has no relay of its own.
const chat = `{"title": {{json .Notice.Title}}, "status": {{json .Notice.Status}},
 "lines": [{{range $i, $f := .Notice.Facts}}{{if $i}}, {{end}}{{json (printf "%s: %s" $f.Label $f.Value)}}{{end}}],
 "element": {{with .Notice.Event}}{{json .Raw}}{{else}}null{{end}}}`

func TestRequests(t *testing.T) {
	for name, c := range map[string]struct {
		config func(*config.Relay)
		item   relay.Item
	}{
		"event":        {func(c *config.Relay) { c.Send = "events" }, apDown()},
		"alert-signed": {func(c *config.Relay) { c.Signing, c.Secret = "both", config.NewSecret(standardSecret) }, alert(relay.First, 1)},
		"alert-template": {func(c *config.Relay) {
			c.TemplateFile, c.Method, c.Headers = templated(t, chat), "put", []string{"X-Team: noc"}
		}, alert(relay.Worse, 2)},
		"event-text": {func(c *config.Relay) {
			c.Send, c.ContentType, c.TemplateFile = "events", "text/plain; charset=utf-8", templated(t, "{{.ID}} {{line .Event.Text}}\n")
		}, apDown()},
	} {
		r := encoded(t, made(t, c.config), c.item)
		var b strings.Builder
		b.WriteString(r.Method + " " + r.URL + "\n")
		if err := r.Header.Write(&b); err != nil {
			t.Fatal(err)
		}
		got := strings.ReplaceAll(b.String(), "\r\n", "\n") + "\n" + string(r.Body)
		file := "testdata/" + name + ".http"
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) || r.Step != "send" || r.Items != 1 || r.Gzip {
			t.Errorf("%s is not %s:\n%s", name, file, got)
		}
	}
}

func TestNewSaysWhatIsWrong(t *testing.T) {
	tmpl := func(text string) func(*config.Relay) {
		return func(c *config.Relay) { c.TemplateFile = templated(t, text) }
	}
	for _, c := range []struct {
		want   string
		change func(*config.Relay)
	}{
		{"url is missing", func(c *config.Relay) { c.URL = config.Secret{} }},
		{"url is not an address", func(c *config.Relay) { c.URL = config.NewSecret("hooks.example.net/s3cr3t-path") }},
		{"url is not an address", func(c *config.Relay) { c.URL = config.NewSecret("ftp://hooks.example.net/s3cr3t-path") }},
		{`method "GET" is not one of`, func(c *config.Relay) { c.Method = "GET" }},
		{`content_type "json" is not`, func(c *config.Relay) { c.ContentType = "json" }},
		{"needs a template_file", func(c *config.Relay) { c.ContentType = "text/plain" }},
		{"needs a secret", func(c *config.Relay) { c.Signing = "mist" }},
		{`signing "hmac" is unknown`, func(c *config.Relay) { c.Signing, c.Secret = "hmac", config.NewSecret(plainSecret) }},
		{"does not begin with whsec_", func(c *config.Relay) { c.Signing, c.Secret = "standard", config.NewSecret(plainSecret) }},
		{"not base64", func(c *config.Relay) { c.Signing, c.Secret = "both", config.NewSecret("whsec_s3cr3t-path") }},
		{"a key of 4 bytes", func(c *config.Relay) { c.Secret = config.NewSecret("whsec_AAAAAA==") }},
		{`headers[1] is not a name`, func(c *config.Relay) { c.Headers = []string{"X-A: b", "no colon"} }},
		{`headers[0] is not a name`, func(c *config.Relay) { c.Headers = []string{"X-A: b\r\nX-Evil: c"} }},
		{"use content_type", func(c *config.Relay) { c.Headers = []string{"content-type: text/plain"} }},
		{"made by the request", func(c *config.Relay) { c.Headers = []string{"content-length: 3"} }},
		{"made by signing", func(c *config.Relay) {
			c.Headers, c.Secret = []string{"x-mist-signature-v2: 0"}, config.NewSecret(plainSecret)
		}},
		{"no such file", func(c *config.Relay) { c.TemplateFile = "testdata/missing" }},
		{"larger than 256 kB", tmpl(strings.Repeat(" ", 300<<10))},
		{"body.tmpl:1: missing value", tmpl("{{if}}")},
		{"can't evaluate field Titel", tmpl("{{json .Notice.Titel}}")},
		{"body.tmpl:2", tmpl("{\n{{json .Event.Text}}}")},             // there is no event in an alert
		{"nil pointer", tmpl("{{json .Notice.Event.Raw}}")},           // not every alert has one
		{"output is not JSON", tmpl(`{"title":"{{.Notice.Title}}"}`)}, // right until a title has a quote
		{"output is not JSON", tmpl("")},
		{"longer than 4194304 bytes", tmpl(`{{range 5000}}{{printf "%1024d" 1}}{{end}}`)},
		{"exceeded maximum template depth", tmpl(`{{define "a"}}{{template "a" .}}{{end}}{{template "a" .}}`)},
	} {
		r := config.Relay{Send: "alerts", URL: config.NewSecret("https://hooks.example.net")}
		c.change(&r)
		_, err := New(r, relay.Env{})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
		if err != nil && strings.Contains(err.Error(), "s3cr3t-path") {
			t.Errorf("a secret is shown: %v", err)
		}
	}
}

func TestJudge(t *testing.T) {
	d := made(t, func(c *config.Relay) {
		c.Secret, c.Headers = config.NewSecret(plainSecret), []string{"Authorization: Bearer t0k3n-t0k3n"}
	})
	for _, c := range []struct {
		name   string
		answer relay.Answer
		want   relay.Outcome
		reason string
	}{
		{"ok", relay.Answer{Status: 200, Body: []byte("ok")}, relay.Sent, ""},
		{"no content", relay.Answer{Status: 204}, relay.Sent, ""},
		{"a success with anything", relay.Answer{Status: 202, Body: []byte(`{"error":`)}, relay.Sent, ""},
		{"moved", relay.Answer{Status: 301}, relay.Misconfigured, "set url to the new address"},
		{"wrong form", relay.Answer{Status: 400, Body: []byte("no title\x1b[2J")}, relay.Refused, "no title"},
		{"signature", relay.Answer{Status: 401}, relay.Misconfigured, "same secret"},
		{"forbidden", relay.Answer{Status: 403, Body: []byte("got Bearer t0k3n-t0k3n, " + plainSecret)}, relay.Misconfigured, "<secret>"},
		{"not there", relay.Answer{Status: 404, Body: []byte("<html>")}, relay.Misconfigured, "check url"},
		{"method", relay.Answer{Status: 405}, relay.Misconfigured, "check method"},
		{"slow", relay.Answer{Status: 408}, relay.Retry, "408"},
		{"conflict", relay.Answer{Status: 409}, relay.Refused, "does not take this one"},
		{"gone", relay.Answer{Status: 410}, relay.Misconfigured, "remove the relay"},
		{"too large", relay.Answer{Status: 413}, relay.Refused, "413"},
		{"content type", relay.Answer{Status: 415}, relay.Misconfigured, "content_type"},
		{"not processed", relay.Answer{Status: 422}, relay.Refused, "422"},
		{"too many", relay.Answer{Status: 429, Header: http.Header{"Retry-After": {"Fri, 27 Nov 2026 03:00:07 GMT"}}, At: start}, relay.Retry, "429"},
		{"broken", relay.Answer{Status: 500}, relay.Retry, "500"},
		{"not made", relay.Answer{Status: 501}, relay.Misconfigured, "501"},
		{"no answer", relay.Answer{Err: errors.New("connection refused")}, relay.Retry, "connection refused"},
	} {
		v := d.Judge(&relay.Work{}, &relay.Request{Items: 1}, &c.answer)
		if v.Outcome != c.want || v.Items != 0 || !strings.Contains(v.Reason, c.reason) {
			t.Errorf("%s: %+v, want outcome %d and %q", c.name, v, c.want, c.reason)
		}
		if strings.ContainsAny(v.Reason, "\x1b\n") || strings.Contains(v.Reason, "t0k3n") || strings.Contains(v.Reason, plainSecret) {
			t.Errorf("%s: the reason shows what it must not: %q", c.name, v.Reason)
		}
		if c.answer.Status == 429 && v.After != 7*time.Second {
			t.Errorf("Retry-After: %s", v.After)
		}
	}
}

func TestParallelIsTheOperators(t *testing.T) {
	if l := made(t, nil).Limits(); l.Items != 1 || l.Parallel != 0 || l.Keeps || l.Groups {
		t.Errorf("%+v", l)
	}
	if l := made(t, func(c *config.Relay) { c.Parallel = 4 }).Limits(); l.Parallel != 4 {
		t.Errorf("%+v", l)
	}
}

// Whatever an item holds, its JSON is JSON, by default and by a template.
func TestHostileTexts(t *testing.T) {
	texts := append(hostile.Hostile(), strings.Repeat("é", 100_000), `"}],"evil":[{"a":"`, "@all <!channel> {{.ID}}")
	for name, template := range map[string]string{"default": "", "template": chat} {
		hook := relaytest.NewWebhook(relaytest.WebhookOptions{StandardSecret: standardSecret, Status: http.StatusNoContent}, now)
		server := httptest.NewServer(hook)
		d := made(t, func(c *config.Relay) {
			c.Secret, c.URL = config.NewSecret(standardSecret), config.NewSecret(server.URL)
			if template != "" {
				c.TemplateFile = templated(t, template)
			}
		})
		work := &relay.Work{Now: start}
		for i, text := range texts {
			item := alert(relay.First, i+1)
			a := &item.Notice.Alerts[0]
			a.Title, a.Site, a.Device, a.Note, item.Notice.Reason = text, text, text, text, text
			work.Items = append(work.Items, item)
		}
		_, err := relaytest.Drive(t.Context(), d, work, relaytest.HTTP(server.Client(), nil))
		server.Close()
		if err != nil || len(hook.Posts()) != len(texts) {
			t.Fatalf("%s: %d of %d arrived: %v", name, len(hook.Posts()), len(texts), err)
		}
		for i, post := range hook.Posts() {
			var body struct{ Title string }
			if err := json.Unmarshal(post.Body, &body); err != nil || body.Title != string([]rune(texts[i])) { // bytes that are no text become U+FFFD
				t.Errorf("%s: text %d: %v, title %q", name, i, err, body.Title)
			}
		}
	}
}

// What only shows with the texts of one item is that item's refusal.
func TestATemplateThatFailsForOneItem(t *testing.T) {
	d := made(t, func(c *config.Relay) {
		c.TemplateFile = templated(t, `{{if eq .Notice.N 7}}{{.Notice.Title}}{{else}}{}{{end}}`)
	})
	if _, err := d.Encode(&relay.Work{Items: []relay.Item{alert(relay.First, 7)}}); !errors.Is(err, errNotJSON) {
		t.Errorf("%v, want %v", err, errNotJSON)
	}
	large := alert(relay.First, 1)
	large.Notice.Event.Raw = json.RawMessage(`"` + strings.Repeat("x", maxBody) + `"`)
	if _, err := made(t, nil).Encode(&relay.Work{Items: []relay.Item{large}}); err == nil || !strings.Contains(err.Error(), "template_file") {
		t.Errorf("an item of %d bytes: %v", maxBody, err)
	}
}
