package servicenow

import (
	"encoding/json"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"foghorn/config"
	"foghorn/journal/event"
	"foghorn/relay"
	"foghorn/relay/relaytest"
)

func TestCorrelationIDs(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*relay.Notice, *event.Alert)
		want   string
	}{
		"an alarm":           {func(*relay.Notice, *event.Alert) {}, "mist:alarm:6f0b2a54-0000-4000-8000-0000000000aa"},
		"an alarm of Marvis": {func(_ *relay.Notice, a *event.Alert) { a.Kind = "bad_cable" }, "mist:marvis:6f0b2a54-0000-4000-8000-0000000000aa"},
		"a new one of Marvis": {func(n *relay.Notice, a *event.Alert) {
			a.Kind = "bad_karma"
			n.Event.Raw = []byte(`{"group":"Marvis"}`)
		}, "mist:marvis:6f0b"},
		"one that has suggestions": {func(n *relay.Notice, a *event.Alert) {
			a.Kind = "bad_karma"
			n.Event.Raw = []byte(`{"suggestion":"x"}`)
		}, "mist:marvis:6f0b"},
		"a new one of others": {func(n *relay.Notice, a *event.Alert) { a.Kind = "bad_karma"; n.Event.Raw = []byte(`{"group":7,`) }, "mist:alarm:6f0b"},
		"without its event":   {func(n *relay.Notice, a *event.Alert) { a.Kind = "bad_karma"; n.Event = nil }, "mist:alarm:6f0b"},
		"a device":            {func(_ *relay.Notice, a *event.Alert) { a.Key = "mist:device:o1:5c5b350e0001:connection" }, "foghorn:a345:"},
		"Junos":               {func(_ *relay.Notice, a *event.Alert) { a.Key, a.MistAlarmID = "junos:core:link", "" }, "foghorn:a345:"},
		"a hostile id": {func(_ *relay.Notice, a *event.Alert) {
			a.MistAlarmID = "x^active=false"
			a.Key = "mist:alarm:x^active=false"
		}, "mist:alarm:"},
		"a long id": {func(_ *relay.Notice, a *event.Alert) {
			a.MistAlarmID = strings.Repeat("x", 200)
			a.Key = "mist:alarm:" + a.MistAlarmID
		}, "mist:alarm:"},
	} {
		item := notice(relay.First, 1, c.change)
		got := ticketOf(&item, &handle{}).correlation
		if !strings.HasPrefix(got, c.want) || !correlation.MatchString(got) {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
		if again := ticketOf(&item, &handle{Correlation: "mist:alarm:1"}).correlation; again != "mist:alarm:1" {
			t.Errorf("%s: the handle has another id, and it changed to %s", name, again)
		}
	}
	one := notice(relay.First, 1, func(_ *relay.Notice, a *event.Alert) { a.Key = "mist:device:o1:1:connection" })
	two := notice(relay.First, 1, func(_ *relay.Notice, a *event.Alert) { a.Key = "mist:device:o2:2:connection" })
	if ticketOf(&one, &handle{}).correlation == ticketOf(&two, &handle{}).correlation {
		t.Error("two collectors may number their alerts alike")
	}
}

func TestConfigurationItems(t *testing.T) {
	for ci, want := range map[string]string{"": "ex-sw-07", "device": "ex-sw-07", "mac": "5c:5b:35:0e:00:01", "site": "Tokyo", "none": ""} {
		d := deskOf(t, relaytest.ServiceNowOptions{Names: []string{"ex-sw-07", "5c:5b:35:0e:00:01", "Tokyo"}}, func(c *config.Relay) { c.CI = ci })
		d.tell(notice(relay.First, 1, nil), nil)
		if got := d.Incidents()[0]["cmdb_ci"]; got != want {
			t.Errorf("%q: %q, want %q", ci, got, want)
		}
	}
}

// All values are strings, within their lengths; priority is computed and not sent.
// Whatever strangers write, the instance takes it as it is.
func TestHostileTextFits(t *testing.T) {
	for _, text := range hostile() {
		d := deskOf(t, relaytest.ServiceNowOptions{Names: []string{}}, configured)
		var handle []byte
		for _, why := range []relay.Why{relay.First, relay.Worse, relay.Update, relay.Reminder, relay.Resolved, relay.Reopened} {
			item := withText(text, why)
			item.Notice.N += len(handle)
			var turns []relaytest.Turn
			turns, handle = d.tell(item, handle)
			if last(turns).Outcome != relay.Sent {
				t.Fatalf("%.20q %s: %+v", text, why, last(turns))
			}
			for _, turn := range turns {
				checkBody(t, text, turn.Request)
			}
		}
		if cut, unknown := d.Lost(); len(cut) > 0 || len(unknown) > 0 {
			t.Errorf("%.20q: cut %v, dropped %v", text, cut, unknown)
		}
		if n := len(d.Incidents()); n != 1 {
			t.Errorf("%.20q: %d incidents", text, n)
		}
	}
}

func checkBody(t *testing.T, text string, r *relay.Request) {
	t.Helper()
	if r.Body == nil {
		return
	}
	var fields map[string]string
	if err := json.Unmarshal(r.Body, &fields); err != nil || !utf8.Valid(r.Body) {
		t.Fatalf("%.20q: %v in %.200s", text, err, r.Body)
	}
	for name, v := range fields {
		low := strings.ToLower(v)
		if name == "priority" || strings.Contains(low, "[code]") || strings.Contains(low, "[/code]") || strings.Contains(v, "@[") ||
			strings.ContainsAny(v, "\x00\x07\x1b\r\t\u202e\u2028") {
			t.Errorf("%.20q: %s is %.100q", text, name, v)
		}
		if name == "short_description" && strings.Contains(v, "\n") {
			t.Errorf("%.20q: %s has lines", text, name)
		}
	}
}

func FuzzTicket(f *testing.F) {
	for _, text := range hostile() {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, why := range []relay.Why{relay.First, relay.Resolved} {
			item := withText(text, why)
			requests, err := newOf(t, "https://example.service-now.com", nil).Preview(&relay.Work{Items: []relay.Item{item}})
			if err != nil || len(requests) != 2 || !correlation.MatchString(ticketOf(&item, &handle{}).correlation) {
				t.Fatal(err)
			}
			checkBody(t, text, requests[1])
		}
	})
}

// The stand-in is right about what the Table API takes: it takes the documented examples.
func TestTheStandInTakesTheDocumentedIncident(t *testing.T) {
	d := deskOf(t, relaytest.ServiceNowOptions{}, nil)
	send := func(method, path, file string) *httptest.ResponseRecorder {
		body, err := os.ReadFile("testdata/" + file)
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest(method, path, strings.NewReader(string(body)))
		r.SetBasicAuth("foghorn", password)
		r.Header.Set("Accept", "application/json")
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		d.ServeHTTP(w, r)
		return w
	}
	w := send("POST", "/api/now/table/incident?sysparm_input_display_value=true", "sample-create.body.json")
	if cut, unknown := d.Lost(); w.Code != 201 || w.Header().Get("Location") == "" || len(cut)+len(unknown) > 0 {
		t.Fatalf("%d %s, %v, %v", w.Code, w.Body, cut, unknown)
	}
	row := d.Incidents()[0]
	for _, file := range []string{"sample-update.body.json", "sample-resolve.body.json"} {
		if w = send("PATCH", "/api/now/table/incident/"+row["sys_id"], file); w.Code != 200 {
			t.Errorf("%s: %d %s", file, w.Code, w.Body)
		}
	}
	if row = d.Incidents()[0]; row["state"] != "6" || row["priority"] != "3" || row["caller_id"] != "mist.integration" {
		t.Errorf("%v", row)
	}
}

// Preview shows what would be opened.
func TestPreview(t *testing.T) {
	d := newOf(t, "https://example.service-now.com", configured)
	work := &relay.Work{Items: []relay.Item{notice(relay.First, 1, nil)}, Now: at}
	requests, err := d.Preview(work)
	if err != nil || len(requests) != 2 || requests[0].Step != stepLookUp || requests[1].Step != stepCreate {
		t.Fatalf("%v, %v", requests, err)
	}
	first, err := d.Encode(work)
	if err != nil || first.URL != requests[0].URL || work.Handle != nil {
		t.Errorf("%s, and the exchange begins with %s; %v", requests[0].URL, first.URL, err)
	}
	d.seen[ticketOf(&work.Items[0], &handle{}).correlation] = sight{at: at}
	if second, err := d.Encode(work); err != nil || string(second.Body) != string(requests[1].Body) {
		t.Errorf("%s, and the exchange goes on with %s; %v", requests[1].Body, second.Body, err)
	}
}

func TestAddressesOfAnInstance(t *testing.T) {
	for url, want := range map[string]string{
		"https://example.service-now.com":                         "https://example.service-now.com/api/now/table/incident",
		"https://example.service-now.com/":                        "https://example.service-now.com/api/now/table/incident",
		"https://example.service-now.com/api/now/table/incident":  "https://example.service-now.com/api/now/table/incident",
		"https://gateway.example.com/snow/api/now/v2/table/task/": "https://gateway.example.com/snow/api/now/table/incident",
	} {
		r, err := newOf(t, url, nil).Encode(&relay.Work{Items: []relay.Item{notice(relay.First, 1, nil)}})
		if got, _, _ := strings.Cut(r.URL, "?"); err != nil || got != want {
			t.Errorf("%s: %s, %v", url, got, err)
		}
	}
}

func TestMistakesInTheConfiguration(t *testing.T) {
	const good = "https://example.service-now.com"
	secret := config.NewSecret("hunter2")
	for _, c := range []struct {
		relay config.Relay
		want  string
	}{
		{config.Relay{Token: secret}, "url is missing"},
		{config.Relay{URL: config.NewSecret("example.service-now.com"), Token: secret}, "url is no address"},
		{config.Relay{URL: config.NewSecret(good + "?x=1"), Token: secret}, "url must not have anything after the path"},
		{config.Relay{URL: config.NewSecret(good)}, "give either user and password"},
		{config.Relay{URL: config.NewSecret(good), User: "u"}, "need each other"},
		{config.Relay{URL: config.NewSecret(good), Password: secret}, "need each other"},
		{config.Relay{URL: config.NewSecret(good), Token: secret, APIKey: secret}, "give either user and password"},
		{config.Relay{URL: config.NewSecret(good), Token: secret, CI: "serial"}, "ci must be"},
	} {
		if _, err := New(c.relay, relay.Env{}); err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
}
