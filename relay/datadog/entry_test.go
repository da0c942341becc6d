package datadog

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"foghorn/config"
	"foghorn/internal/safetext/hostile"
	"foghorn/journal/event"
	"foghorn/relay"
	"foghorn/relay/relaytest"
)

var update = flag.Bool("update", false, "write the golden files of entries anew")

func apDown() *event.Event {
	return &event.Event{ID: event.ID(345, 12), Time: start.Add(-3 * time.Second), Received: start, Source: "acme", Via: event.ViaWebhook,
		Topic: "device-updowns", Type: "AP_DISCONNECTED", Severity: event.Critical, Site: "Köln, Süd", DeviceMAC: "5c5b35000001", Device: "lobby-ap3",
		DeviceType: "ap", Text: "AP lobby-ap3 went down <again> & again", Duplicates: 1,
		Raw: json.RawMessage("{\"type\": \"AP_DISCONNECTED\",\n \"timestamp\": 1795694390.0, \"note\": \"caf\\u00e9\"}")}
}

func alertOf(change func(*relay.Notice)) *relay.Notice {
	n := &relay.Notice{Why: relay.First, N: 1, Steps: 1, Step: "opened", Time: start, Now: start, Event: apDown(), Alerts: []event.Alert{{
		ID: event.ID(345, 0), Key: "mist:device:o:5c5b35000001:connection", Source: "acme", Kind: "device_down", Severity: event.Critical,
		State: event.Open, Title: "AP lobby-ap3 is down", Site: "berlin", Device: "lobby-ap3", DeviceMAC: "5c5b35000001", Opened: start, LastSeen: start, Count: 1}}}
	if change != nil {
		change(n)
	}
	return n
}

func TestEntriesInJSON(t *testing.T) {
	over := start.Add(4 * time.Minute)
	resolved := alertOf(func(n *relay.Notice) {
		n.Why, n.Step, n.N, n.Time = relay.Resolved, "resolved", 2, over
		n.Alerts[0].Resolved, n.Alerts[0].State, n.Alerts[0].Title = &over, event.Resolved, "AP lobby-ap3 was down for 4m"
	})
	acked := alertOf(func(n *relay.Notice) {
		n.Why, n.Step, n.N, n.Actor, n.Event = relay.Update, "acked", 2, "ada", nil
		n.Alerts[0].State, n.Alerts[0].Owner = event.Acked, "ada"
	})
	junos := &event.Event{ID: event.ID(346, 0), Time: start, Via: event.ViaJunos, Topic: "junos", Type: "UI_COMMIT", Severity: event.Info,
		Text: "ada committed", Raw: json.RawMessage(`{"event":"UI_COMMIT"}`), Test: true}
	d := made(t, func(c *config.Relay) { c.Tags = []string{"env:prod", "team:net"} })
	got := spreadJSON(t, bodyOf(t, d, relay.Item{Event: apDown()}, relay.Item{Event: junos},
		relay.Item{Notice: alertOf(nil)}, relay.Item{Notice: acked}, relay.Item{Notice: resolved}))
	const file = "testdata/entries.json"
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("the entries are not those of %s:\n%s", file, got)
	}
}

// spreadJSON puts each entry on a line of its own.
func spreadJSON(t *testing.T, body []byte) []byte {
	t.Helper()
	var entries []json.RawMessage
	if err := json.Unmarshal(body, &entries); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	for _, entry := range entries {
		b.Write(entry)
		b.WriteByte('\n')
	}
	return b.Bytes()
}

// The element goes on as it came, but for its blanks: numbers, escapes and the order of keys.
func TestTheElementKeepsItsText(t *testing.T) {
	body := bodyOf(t, made(t, nil), relay.Item{Event: apDown()})
	if want := `"raw":{"type":"AP_DISCONNECTED","timestamp":1795694390.0,"note":"caf\u00e9"}`; !strings.Contains(string(body), want) {
		t.Errorf("%s\ndoes not hold %s", body, want)
	}
}

// Alerts, and events without an element, have no pairs: they are JSON in every format.
func TestAlertsAreJSONInEveryFormat(t *testing.T) {
	for _, format := range []string{"relay", "readme"} {
		d := made(t, func(c *config.Relay) { c.Format = format })
		for name, item := range map[string]relay.Item{
			"alert": {Notice: alertOf(nil)}, "no element": {Event: &event.Event{ID: 1, Time: start}}, "no object": {Event: &event.Event{ID: 1, Time: start, Raw: json.RawMessage(`[1]`)}},
		} {
			if body := string(bodyOf(t, d, item)); !strings.Contains(body, `"foghorn":{"id":"`) {
				t.Errorf("%s in the format %s: %s", name, format, body)
			}
		}
	}
}

// What is too old for Datadog is the sender's to drop. An alert is told as it is now, and
// an entry of the reference relay has no time.
func TestAge(t *testing.T) {
	for name, c := range map[string]struct {
		config func(*config.Relay)
		want   time.Duration
	}{
		"json":      {nil, 18 * time.Hour},
		"restamped": {func(c *config.Relay) { c.Restamp = true }, 0},
		"relay":     {func(c *config.Relay) { c.Format = "relay" }, 0},
		"readme":    {func(c *config.Relay) { c.Format = "readme" }, 0},
		"alerts":    {func(c *config.Relay) { c.Send = "alerts" }, 0},
	} {
		if got := made(t, c.config).Limits().Age; got != c.want {
			t.Errorf("%s: events of %s are taken, want %s", name, got, c.want)
		}
	}
}

// What was received in time is never dated so that Datadog hides it, whatever it says of itself.
func TestDates(t *testing.T) {
	ago := func(hours int) time.Time { return start.Add(time.Duration(-hours) * time.Hour) }
	resolved := alertOf(func(n *relay.Notice) { n.Time = ago(19) })
	dd := relaytest.NewDatadog(apiKey, func() time.Time { return start })
	server := httptest.NewServer(dd)
	defer server.Close()
	d := made(t, func(c *config.Relay) { c.Site, c.URL = "", config.NewSecret(server.URL) })
	wants := []time.Time{}
	work := &relay.Work{Now: start}
	for _, c := range []struct {
		item relay.Item
		want time.Time
	}{
		{relay.Item{Event: &event.Event{ID: 1, Time: ago(17), Received: ago(1)}}, ago(17)},
		{relay.Item{Event: &event.Event{ID: 1, Time: ago(19), Received: ago(1)}}, ago(1)}, // found by a search, days later
		{relay.Item{Event: &event.Event{ID: 1, Time: ago(19), Received: ago(19)}}, start}, // with restamp alone
		{relay.Item{Event: &event.Event{ID: 1, Time: ago(-1), Received: start}}, ago(-1)}, //
		{relay.Item{Event: &event.Event{ID: 1, Time: ago(-3), Received: ago(1)}}, ago(1)}, // a clock that is ahead
		{relay.Item{Notice: alertOf(nil)}, start},
		{relay.Item{Notice: resolved}, start},
	} {
		work.Items, wants = append(work.Items, c.item), append(wants, c.want)
	}
	if _, err := relaytest.Drive(t.Context(), d, work, relaytest.HTTP(server.Client(), nil)); err != nil || dd.Hidden() != 0 || len(dd.Logs()) != len(wants) {
		t.Fatalf("%d logs, %d hidden: %v", len(dd.Logs()), dd.Hidden(), err)
	}
	for i, log := range dd.Logs() {
		if !log.Date.Equal(wants[i]) {
			t.Errorf("log %d is dated %s, want %s", i, log.Date, wants[i])
		}
	}
}

func TestABatchKeepsWithinFiveMegabytes(t *testing.T) {
	var items []relay.Item
	for i := range 600 {
		raw, _ := json.Marshal(map[string]string{"text": strings.Repeat("x", 9_000)})
		items = append(items, relay.Item{Event: &event.Event{ID: event.ID(int64(i+1), 0), Time: start, Topic: "alarms", Raw: raw}})
	}
	for _, format := range []string{"json", "relay"} {
		dd := relaytest.NewDatadog(apiKey, func() time.Time { return start })
		server := httptest.NewServer(dd)
		d := made(t, func(c *config.Relay) { c.Format, c.Site, c.URL = format, "", config.NewSecret(server.URL) })
		turns, err := relaytest.Drive(t.Context(), d, &relay.Work{Items: items, Now: start}, relaytest.HTTP(server.Client(), nil))
		server.Close()
		if err != nil || len(dd.Logs()) != len(items) || dd.Requests() != 2 {
			t.Errorf("%s: %d of %d logs in %d requests: %v", format, len(dd.Logs()), len(items), dd.Requests(), err)
		}
		for i, turn := range turns {
			if size := len(turn.Request.Body); size > maxBody || i == 0 && size < maxBody-10_000 {
				t.Errorf("%s: request %d has %d bytes", format, i, size)
			}
		}
	}
}

// Whatever an item holds, Datadog takes it whole and shows it.
func TestNoItemIsTooMuch(t *testing.T) {
	texts := append(hostile.Hostile(), "", strings.Repeat("é", 100_000), strings.Repeat("\x01", 170_000), strings.Repeat(`"`, 510_000),
		strings.Repeat("\xff", 170_000))
	for _, c := range hostileFormats {
		dd := relaytest.NewDatadog(apiKey, func() time.Time { return start })
		server := httptest.NewServer(dd)
		d := made(t, func(r *config.Relay) {
			r.Format, r.Escape, r.Site, r.URL = c.format, c.escape, "", config.NewSecret(server.URL)
		})
		items := itemsOf(texts)
		_, err := relaytest.Drive(t.Context(), d, &relay.Work{Items: items, Now: start}, relaytest.HTTP(server.Client(), nil))
		server.Close()
		if err != nil || len(dd.Logs()) != len(items) || dd.Hidden() != 0 {
			t.Fatalf("%s: %d of %d logs, %d hidden: %v", c.format, len(dd.Logs()), len(items), dd.Hidden(), err)
		}
		for i, log := range dd.Logs() {
			var entry struct{ Message string }
			if err := json.Unmarshal(log.JSON, &entry); err != nil || log.Cut || !utf8.ValidString(entry.Message) {
				t.Errorf("%s: log %d of %d bytes, cut %t: %v", c.format, i, len(log.JSON), log.Cut, err)
			}
			if c.format != "json" {
				continue
			}
			if err := hostile.Check(entry.Message, false); err != nil {
				t.Errorf("log %d: %v", i, err)
			}
		}
	}
}

// entryFormat is one way to write an entry.
type entryFormat struct {
	format string
	escape bool
}

// itemsOf are an event and an alert with each text in all places.
func itemsOf(texts []string) (items []relay.Item) {
	for i, text := range texts {
		raw, _ := json.Marshal(map[string]any{"topic": "t", "site_name": text, text: text, "n": 1, "more": []string{text}})
		id := event.ID(int64(i+1), 0)
		items = append(items,
			relay.Item{Event: &event.Event{ID: id, Time: start, Topic: text, Type: text, Site: text, Device: text, Text: text, Raw: raw}},
			relay.Item{Notice: alertOf(func(n *relay.Notice) {
				a := n.Alerts[0]
				a.Title, a.Site, a.Device, a.Kind, a.Note = text, text, text, text, text
				n.Alerts, n.Summary, n.Reason, n.Event.Raw = []event.Alert{a, a, a}, text, text, raw
			})})
	}
	return items
}

// What does not fit loses the element first and says so; the message stays. An element
// that is cut off is a text.
func TestWhatALargeItemLoses(t *testing.T) {
	var got []struct {
		Message   string
		Truncated bool
		Foghorn   struct {
			Event map[string]any
		}
	}
	large := apDown()
	large.Raw, _ = json.Marshal(strings.Repeat("x", 1_000_000))
	larger := apDown()
	larger.Client = strings.Repeat("x", 1_000_000)
	broken := apDown()
	broken.Raw = json.RawMessage(`{"a":`)
	body := bodyOf(t, made(t, nil), relay.Item{Event: apDown()}, relay.Item{Event: large}, relay.Item{Event: larger}, relay.Item{Event: broken})
	if err := json.Unmarshal(body, &got); err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"false true true", "true true false", "true false false", "false true true"} {
		_, raw := got[i].Foghorn.Event["raw"]
		if is := fmt.Sprint(got[i].Truncated, got[i].Foghorn.Event != nil, raw); is != want || got[i].Message != apDown().Text {
			t.Errorf("item %d: truncated, has the event, has the element: %s, want %s", i, is, want)
		}
	}
}

// Alerts by batch: an outage of Datadog costs nothing but time, and nothing is sent before its turn.
func TestAfterAnOutageEverythingArrivesInOrder(t *testing.T) {
	dd := relaytest.NewDatadog(apiKey, func() time.Time { return start })
	server := httptest.NewServer(dd)
	defer server.Close()
	d := made(t, func(c *config.Relay) { c.Send, c.Site, c.URL = "alerts", "", config.NewSecret(server.URL) })
	work := &relay.Work{Now: start}
	for i := range 1500 {
		work.Items = append(work.Items, relay.Item{Notice: alertOf(func(n *relay.Notice) { n.N = i + 1 })})
	}
	dd.Fail(1, http.StatusTooManyRequests, http.Header{"Retry-After": {"30"}}, `{"errors":[]}`)
	dd.Fail(1, http.StatusServiceUnavailable, nil, "<html>")
	dd.Add(1, relaytest.Fault{})
	do := relaytest.HTTP(server.Client(), nil)
	for range 3 {
		if turns, err := relaytest.Drive(t.Context(), d, work, do); err != nil || turns[0].Verdict.Outcome != relay.Retry || len(work.Items) != 1500 {
			t.Fatalf("%+v, %d items left: %v", turns, len(work.Items), err)
		}
	}
	if _, err := relaytest.Drive(t.Context(), d, work, do); err != nil || len(work.Items) != 0 {
		t.Fatalf("%d items left: %v", len(work.Items), err)
	}
	for i, log := range dd.Logs() {
		if want := fmt.Sprintf(`"id":"a345/%d"`, i+1); !strings.Contains(string(log.JSON), want) {
			t.Fatalf("log %d is not %s: %s", i, want, log.JSON)
		}
	}
	if len(dd.Logs()) != 1500 || dd.Requests() != 2 {
		t.Errorf("%d logs in %d requests, want 1500 in 2", len(dd.Logs()), dd.Requests())
	}
}
