package relay_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"foghorn/config"
	"foghorn/journal/event"
	"foghorn/relay"
	"foghorn/relay/kinds"
)

var noon = time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)

// loneEvent is an event that belongs to no alert.
const loneEvent = 3470000

// past is a journal with one alert, an event of it, and one of none.
type past struct {
	relay.Journal
	alert event.Alert
	steps []event.Transition
}

func (p *past) Alert(_ context.Context, id int64) (event.Alert, error) {
	if id != p.alert.ID {
		return event.Alert{}, event.ErrNotFound
	}
	return p.alert, nil
}

func (p *past) Event(_ context.Context, id int64) (event.Event, error) {
	if id == loneEvent {
		return event.Event{ID: id, Time: noon, Topic: "client-join", Text: "a client joined"}, nil
	}
	if id != 3450000 && id != 3460000 {
		return event.Event{}, event.ErrNotFound
	}
	return event.Event{ID: id, Time: noon, Received: noon, Source: "acme", Topic: "device-updowns", Type: "AP_DISCONNECTED", Severity: event.Warn, Text: "AP lobby-ap3 down", AlertID: 3450000}, nil
}

func (p *past) Raw(context.Context, int64) (json.RawMessage, error) {
	return []byte(`{"type":"AP_DISCONNECTED"}`), nil
}

func (p *past) AlertTransitions(context.Context, int64) ([]event.Transition, error) {
	return p.steps, nil
}

func (p *past) AlertEvents(ctx context.Context, id int64, _ int) ([]event.Event, error) {
	e, err := p.Event(ctx, id)
	return []event.Event{e}, err
}

func (p *past) ActivitiesByID(context.Context, ...int64) ([]event.Activity, error) { return nil, nil }

// outage is an alert that lasted so long; 0 for one that is open.
func outage(lasted time.Duration) *past {
	p := &past{alert: event.Alert{ID: 3450000, Kind: "device_down", Title: "AP lobby-ap3 down", Severity: event.Warn, State: event.Open, Opened: noon.Add(-time.Hour),
		LastSeen: noon, Source: "acme", Site: "berlin", SiteID: "s1", Device: "lobby-ap3", Count: 1}}
	p.steps = []event.Transition{{AlertID: 3450000, N: 1, To: event.Open, Severity: event.Warn, Time: p.alert.Opened}}
	if lasted > 0 {
		end := p.alert.Opened.Add(lasted)
		p.alert.State, p.alert.Resolved = event.Resolved, &end
		p.steps = append(p.steps, event.Transition{AlertID: 3450000, N: 2, From: event.Open, To: event.Resolved, Severity: event.Warn, Time: end})
	}
	return p
}

func previewOf(t *testing.T, c config.Relay, p *past, id int64) (relay.Preview, error) {
	t.Helper()
	if c.Send == "" {
		c.Send = config.SendAlerts
	}
	c.Name = "chat"
	d, err := kinds.New(c, relay.Env{Host: "noc1", Version: "1"})
	if err != nil {
		t.Fatal(err)
	}
	return relay.PreviewItem(t.Context(), relay.PreviewOptions{Config: c, Destination: d, Journal: p, Now: noon}, id)
}

// stepsOf writes the requests of a preview as "first: post; resolved: update reply".
func stepsOf(p relay.Preview) string {
	var out []string
	for i := range p.Stages {
		out = append(out, p.Stages[i].Why+": "+strings.Join(p.Stages[i].Steps(), " "))
	}
	return strings.Join(out, "; ")
}

var previewed = map[string]struct {
	config config.Relay
	want   string
}{
	"a Slack bot":          {config.Relay{Kind: "slack", Token: config.NewSecret("xoxb-1"), Channel: "C1"}, "first: post; resolved: update reply"},
	"a Slack webhook":      {config.Relay{Kind: "slack", URL: config.NewSecret("https://hooks.slack.com/services/T/B/x")}, "first: post; resolved: post"},
	"a Mattermost bot":     {config.Relay{Kind: "mattermost", Server: "https://chat.example.net", Token: config.NewSecret("t"), Channel: "4xp9fdt77pncbef59f4k1qe83o"}, "first: post; resolved: update reply"},
	"a Mattermost webhook": {config.Relay{Kind: "mattermost", URL: config.NewSecret("https://chat.example.net/hooks/x")}, "first: post; resolved: post"},
	"ServiceNow":           {config.Relay{Kind: "servicenow", URL: config.NewSecret("https://now.example.net"), APIKey: config.NewSecret("k")}, "first: look up create; resolved: look up resolve"},
	"Teams":                {config.Relay{Kind: "teams", URL: config.NewSecret("https://flow.example.net/x")}, "first: post; resolved: post"},
	"Splunk":               {config.Relay{Kind: "splunk", URL: config.NewSecret("https://splunk.example.net"), Token: config.NewSecret("t"), Ack: true}, "first: post; resolved: post"},
	"a webhook":            {config.Relay{Kind: "webhook", URL: config.NewSecret("https://a.example.net/x")}, "first: send; resolved: send"},
}

// A preview has the requests of an alert's first message and of its end, also where one
// depends on the answer to another.
func TestAPreviewShowsEveryRequest(t *testing.T) {
	t.Parallel()
	for name, c := range previewed {
		for _, p := range []*past{outage(0), outage(time.Minute)} {
			got, err := previewOf(t, c.config, p, 3450000)
			if err != nil {
				t.Fatal(err)
			}
			if stepsOf(got) != c.want || !got.Chosen || got.Note != "" {
				t.Errorf("%s, %s: %s, want %s; %q", name, p.alert.State, stepsOf(got), c.want, got.Note)
			}
			for _, s := range got.Stages {
				for _, r := range s.Requests {
					if r.Step != "look up" && !strings.Contains(r.Body, "lobby-ap3") {
						t.Errorf("%s: the body of %s says nothing of the alert: %s", name, r.Step, r.Body)
					}
				}
			}
		}
	}
}

// A preview says why nothing would be sent, and shows it all the same.
func TestAPreviewSaysWhyNothingWouldBeSent(t *testing.T) {
	t.Parallel()
	hook := config.Relay{Kind: "webhook", URL: config.NewSecret("https://a.example.net/x")}
	other, held := hook, hook
	other.Query = "site:tokyo"
	held.Hold = config.Duration(2 * time.Minute)
	for name, c := range map[string]struct {
		config config.Relay
		past   *past
		chosen bool
		note   string
	}{
		"another site":  {other, outage(0), false, "the relay's query does not choose it"},
		"over too soon": {held, outage(time.Minute), true, "it ended within hold = 2m, so nothing would have been sent"},
		"long enough":   {held, outage(time.Hour), true, ""},
	} {
		got, err := previewOf(t, c.config, c.past, 3450000)
		if err != nil || got.Chosen != c.chosen || got.Note != c.note || len(got.Stages) != 2 {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

// A relay of alerts shows the alert of an event, a relay of events any event.
func TestWhatAPreviewIsAbout(t *testing.T) {
	t.Parallel()
	hook := config.Relay{Kind: "webhook", URL: config.NewSecret("https://a.example.net/x")}
	events := hook
	events.Send = config.SendEvents
	for _, c := range []struct {
		config config.Relay
		id     int64
		want   string
	}{
		{hook, 3460000, "a345 first: send; resolved: send"},
		{hook, 7, "alert a0.7: not found; retention may have removed it"},
		{hook, loneEvent, "event a347 belongs to no alert, and relay chat sends alerts"},
		{events, 3460000, "a346 event: send"},
		{events, 7, "event a0.7: not found; retention may have removed it"},
	} {
		p, err := previewOf(t, c.config, outage(0), c.id)
		got := p.Item + " " + stepsOf(p)
		if err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s of %d: %q, want %q", c.config.Send, c.id, got, c.want)
		}
	}
}

// What was the first message is numbered as the first, and the end as the next.
func TestAPreviewNumbersTheTransitions(t *testing.T) {
	t.Parallel()
	p, err := previewOf(t, config.Relay{Kind: "webhook", URL: config.NewSecret("https://a.example.net/x")}, outage(time.Minute), 3450000)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{`"id":"a345/1"`, `"id":"a345/2"`} {
		if body := p.Stages[i].Requests[0].Body; !strings.Contains(body, want) {
			t.Errorf("stage %d has no %s: %s", i, want, body)
		}
	}
	if !slices.Contains(p.Stages[0].Requests[0].Header, "Content-Type: application/json") {
		t.Errorf("headers: %q", p.Stages[0].Requests[0].Header)
	}
	if fmt.Sprint(p.Stages[0].Requests[0].URL) != "https://a.example.net/<secret>" {
		t.Errorf("address: %s", p.Stages[0].Requests[0].URL)
	}
}
