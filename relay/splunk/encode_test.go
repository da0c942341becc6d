package splunk

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"

	"foghorn/config"
	"foghorn/journal/event"
	"foghorn/relay"
	"foghorn/relay/relaytest"
)

// What is sent, byte for byte.
func TestABatchOfEventsAndAlerts(t *testing.T) {
	d := newOf(t, "https://splunk.example.com:8088", func(c *config.Relay) { c.Index = "network" })
	junos := anEvent(1)
	junos.Event.Via, junos.Event.Topic, junos.Event.Type, junos.Event.Site, junos.Event.Device = event.ViaJunos, "junos", "UI_COMMIT", "", ""
	junos.Event.Time = at.Truncate(time.Second)
	own := anEvent(2)
	own.Event.Via, own.Event.Topic, own.Event.Device, own.Event.DeviceMAC, own.Event.Raw = event.ViaLocal, "health", "", "", nil
	work := &relay.Work{Items: []relay.Item{anEvent(0), junos, own, aNotice(relay.First), aNotice(relay.Resolved)}}
	r, err := d.Encode(work)
	if err != nil {
		t.Fatal(err)
	}
	if r.Items != 5 || !r.Gzip || r.Header.Get("Authorization") != "Splunk "+token || r.Header.Get("X-Splunk-Request-Channel") != "" {
		t.Errorf("items %d, gzip %t, header %v", r.Items, r.Gzip, r.Header)
	}
	golden.RequireEqual(t, fmt.Sprintf("%s %s\n%s\n", r.Method, r.URL, r.Body))
}

// The stand-in is right about what a collector takes: it takes the documented example.
func TestTheStandInTakesTheDocumentedBatch(t *testing.T) {
	body, err := os.ReadFile("testdata/batch-of-2.txt")
	if err != nil {
		t.Fatal(err)
	}
	s := relaytest.NewSplunk(relaytest.SplunkToken{Value: token, Indexes: []string{"network"}})
	r := httptest.NewRequest("POST", "/services/collector", strings.NewReader(string(body)))
	r.Header.Set("Authorization", "Splunk "+token)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if got := s.Events(); w.Code != 200 || len(got) != 2 || got[1].Time != "1760000001" || got[1].Host != "mx-edge-01" {
		t.Errorf("%d %s: %+v", w.Code, w.Body, got)
	}
}

func TestTimesAreEpochSeconds(t *testing.T) {
	for _, c := range []struct {
		at   time.Time
		want string
	}{
		{time.UnixMilli(1760000000123), "1760000000.123"},
		{time.UnixMilli(1760000000007), "1760000000.007"},
		{time.Unix(1760000001, 0), "1760000001"},
		{time.Unix(1760000001, 999_999), "1760000001"},
		{time.Time{}, ""}, // Splunk takes its own
		{time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC), ""},
	} {
		if got := seconds(c.at); string(got) != c.want {
			t.Errorf("%s: %q, want %q", c.at, got, c.want)
		}
	}
}

func TestABatchStaysBelowOneMegabyte(t *testing.T) {
	s := relaytest.NewSplunk(relaytest.SplunkToken{Value: token})
	d, do := collectorOf(t, s, nil)
	items := events(60)
	for i := range items {
		items[i].Event.Text = strings.Repeat("x", 40_000)
	}
	work := &relay.Work{Items: items}
	turns, err := relaytest.Drive(t.Context(), d, work, do)
	if err != nil || len(work.Items) != 0 {
		t.Fatalf("%d left, %v: %+v", len(work.Items), err, turns[len(turns)-1].Verdict)
	}
	for _, turn := range turns {
		if n := len(turn.Request.Body); n > maxBody {
			t.Errorf("a body of %d bytes", n)
		}
	}
	if got := s.Events(); len(turns) != 3 || len(got) != 60 || got[59].Fields["foghorn_id"] != "a345.59" {
		t.Errorf("%s; %d events, want 60 in 3 requests", steps(turns), len(got))
	}
}

// An item of any size is sent: in short, when nothing else helps.
func TestWhatIsTooLargeIsSentInShort(t *testing.T) {
	huge := strings.Repeat("y", maxBody)
	rawOnly, all := anEvent(0), anEvent(1)
	rawOnly.Event.Raw = json.RawMessage(`"` + huge + `"`)
	all.Event.Text, all.Event.Site = huge, huge
	notice := aNotice(relay.First)
	notice.Notice.Event.Raw = rawOnly.Event.Raw
	long := aNotice(relay.First)
	long.Notice.Alerts[0].Title, long.Notice.Alerts[0].Note = huge, huge

	s := relaytest.NewSplunk(relaytest.SplunkToken{Value: token})
	d, do := collectorOf(t, s, nil)
	work := &relay.Work{Items: []relay.Item{rawOnly, all, notice, long}}
	if turns, err := relaytest.Drive(t.Context(), d, work, do); err != nil || len(work.Items) != 0 {
		t.Fatalf("%d left, %v: %+v", len(work.Items), err, turns[len(turns)-1].Verdict)
	}
	got := s.Events()
	for i, want := range []string{`"device":"ex-sw-07"`, `"title":"yyy`, `"device":"ex-sw-07"`, `"title":"yyy`} {
		if got[i].Fields["shortened"] != "true" || !strings.Contains(string(got[i].Event), want) || strings.Contains(string(got[i].Event), `"raw"`) {
			t.Errorf("%d: %v %.200s", i, got[i].Fields, got[i].Event)
		}
	}
	if rawOnly.Event.Raw == nil || notice.Notice.Event == nil {
		t.Error("the items themselves were changed")
	}
}

// Whatever strangers write, the collector takes it, and says what was written.
func TestHostileTextIsTaken(t *testing.T) {
	s := relaytest.NewSplunk(relaytest.SplunkToken{Value: token})
	d, do := collectorOf(t, s, nil)
	for _, text := range hostile() {
		before := len(s.Events())
		work := &relay.Work{Items: withText(text)}
		turns, err := relaytest.Drive(t.Context(), d, work, do)
		if err != nil || len(work.Items) != 0 {
			t.Fatalf("%.20q: %d left, %v: %+v", text, len(work.Items), err, turns[len(turns)-1].Verdict)
		}
		for _, e := range s.Events()[before:] {
			for name, v := range e.Fields {
				if n := len([]rune(v.(string))); n > maxField {
					t.Errorf("%.20q: the field %s has %d runes", text, name, n)
				}
			}
			if !json.Valid(e.Event) || len([]rune(e.Host)) > maxField || strings.ContainsAny(e.Host+e.Source, "\n\x00\x1b\u202e") {
				t.Errorf("%.20q: host %.50q, source %.50q, event %.50q", text, e.Host, e.Source, e.Event)
			}
		}
	}
}

// A sender may put bytes into its element that are no UTF-8.
func TestAnElementOfOtherBytesIsTaken(t *testing.T) {
	s := relaytest.NewSplunk(relaytest.SplunkToken{Value: token})
	d, do := collectorOf(t, s, nil)
	e := anEvent(0)
	e.Event.Raw = json.RawMessage("{\"ssid\":\"caf\xe9\"}")
	work := &relay.Work{Items: []relay.Item{e}}
	turns, err := relaytest.Drive(t.Context(), d, work, do)
	if err != nil || len(work.Items) != 0 || !strings.Contains(string(s.Events()[0].Event), "caf\uFFFD") {
		t.Errorf("%+v, %v", turns[len(turns)-1].Verdict, err)
	}
}

func FuzzEnvelope(f *testing.F) {
	for _, text := range hostile() {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s := relaytest.NewSplunk(relaytest.SplunkToken{Value: token})
		d := newOf(t, "http://127.0.0.1", nil)
		r, err := d.Encode(&relay.Work{Items: withText(text)})
		if err != nil {
			t.Fatal(err)
		}
		ask := httptest.NewRequest("POST", r.URL, strings.NewReader(string(r.Body)))
		ask.Header = r.Header
		w := httptest.NewRecorder()
		s.ServeHTTP(w, ask)
		if w.Code != 200 || len(s.Events()) != r.Items {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	})
}

func TestAddressesOfACollector(t *testing.T) {
	const want = "https://splunk.example.com:8088/services/collector/event"
	for url, want := range map[string]string{
		"https://splunk.example.com:8088":                                 want,
		"https://splunk.example.com:8088/":                                want,
		"https://splunk.example.com:8088/services/collector":              want,
		"https://splunk.example.com:8088/services/collector/event":        want,
		"https://splunk.example.com:8088/services/collector/event/1.0":    want,
		"https://proxy.example.com/splunk/":                               "https://proxy.example.com/splunk/services/collector/event",
		"https://proxy.example.com/splunk/services/collector":             "https://proxy.example.com/splunk/services/collector/event",
		"https://http-inputs-acme.splunkcloud.com:443/services/collector": "https://http-inputs-acme.splunkcloud.com:443/services/collector/event",
	} {
		r, err := newOf(t, url, nil).Encode(&relay.Work{Items: events(1)})
		if err != nil || r.URL != want {
			t.Errorf("%s: %s, %v", url, r.URL, err)
		}
	}
}

func TestMistakesInTheConfiguration(t *testing.T) {
	for _, c := range []struct{ url, token, want string }{
		{"", token, "url is missing"},
		{"splunk.example.com:8088", token, "url is no address"},
		{"https://splunk.example.com/services/collector/raw", token, "takes no events as JSON"},
		{"https://splunk.example.com/services/collector?token=x", token, "url must not have anything after the path"},
		{"https://splunk.example.com", "", "token is missing"},
		{"https://splunk.example.com", "two words", "token has characters"},
	} {
		_, err := New(config.Relay{URL: config.NewSecret(c.url), Token: config.NewSecret(c.token)}, relay.Env{})
		if err == nil || !strings.Contains(err.Error(), c.want) || c.token != "" && strings.Contains(err.Error(), c.token) {
			t.Errorf("%s: %v, want %q", c.url, err, c.want)
		}
	}
	d := newOf(t, "https://splunk.example.com", func(c *config.Relay) { c.Token = config.NewSecret("Splunk " + token) })
	if d.auth != "Splunk "+token {
		t.Errorf("a token that was pasted with its word: %q", d.auth)
	}
}
