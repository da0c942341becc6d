package journal

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"foghorn/journal/event"
)

// post is a delivery of one element at so many minutes after start, received then.
func post(tb testing.TB, minutes float64, topic, element string, args ...any) event.Record {
	tb.Helper()
	at := start.Add(time.Duration(minutes * float64(time.Minute)))
	element = fmt.Sprintf(`{"timestamp":%d,"org_id":"o1",`, at.Unix()) + fmt.Sprintf(strings.TrimPrefix(element, "{"), args...)
	return delivered(tb, at, topic, []byte(`{"topic":"`+topic+`","events":[`+element+`]}`))
}

func audit(tb testing.TB, minutes float64, site, message string) event.Record {
	tb.Helper()
	return post(tb, minutes, "audits", `{"site_id":%q,"admin_name":"Jo Doe jo@example.com","message":%q}`, site, message)
}

func deviceEvent(tb testing.TB, minutes float64, site, mac, kind string) event.Record {
	tb.Helper()
	return post(tb, minutes, "device-events", `{"site_id":%q,"mac":%q,"type":%q,"device_name":%q}`, site, mac, kind, "ap-"+mac[11:])
}

func uncollectedFor(tb testing.TB, from, to float64) event.Record {
	tb.Helper()
	at := func(m float64) int64 { return start.Add(time.Duration(m * float64(time.Minute))).Unix() }
	r, err := event.ObservationRecord(event.Observation{Received: start.Add(time.Duration(to * float64(time.Minute))), Source: event.SourceFoghorn, Via: event.ViaLocal,
		Topic: event.TopicUncollected, Events: 1, Body: fmt.Appendf(nil, `{"topic":"uncollected","events":[{"start":%d,"timestamp":%d}]}`, at(from), at(to))})
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

const lobby, lounge = "5c5b35000001", "5c5b35000002"

// onlyAlert is the one unresolved alert of a device.
func onlyAlert(tb testing.TB, j *Journal, mac string) event.Alert {
	tb.Helper()
	d, err := j.DeviceDetail(tb.Context(), event.MAC(mac), start.Add(3*time.Hour))
	if err != nil || len(d.Alerts) != 1 {
		tb.Fatalf("alerts of %s: %+v, %v", mac, d.Alerts, err)
	}
	return d.Alerts[0]
}

func TestChangesBeforeAnAlert(t *testing.T) {
	down := func() event.Record { return deviceEvent(t, 100, "s1", lobby, "AP_DISCONNECTED") }
	early := audit(t, 0, "s1", `Update Site "Berlin"`) // audits are subscribed, and everything since is known
	for name, test := range map[string]struct {
		records []event.Record
		rows    []string // minutes before, * for the nearest, scope, kind, others
		unknown []string
	}{
		"nothing, proved": {[]event.Record{early, down()}, nil, nil},
		"site and organization, the site's first": {[]event.Record{early, audit(t, 90, "s1", `Update WLAN "Corp"`), audit(t, 96, "", `Update Org Settings`), down()},
			[]string{"10* site audit 0", "4 org audit 0"}, nil},
		"the same device before the site": {[]event.Record{early, deviceEvent(t, 50, "s1", lobby, "AP_UPGRADED"), audit(t, 90, "s1", `Update WLAN "Corp"`), down()},
			[]string{"50* device upgrade 0", "10 site audit 0"}, nil},
		"what people did before what devices report of it": {[]event.Record{early, audit(t, 80, "s1", `Update WLAN "Corp"`), audit(t, 82, "", `Update Org Settings`),
			deviceEvent(t, 84, "s1", lounge, "AP_CONFIGURED"), deviceEvent(t, 86, "s1", lounge, "AP_RESTARTED"), down()},
			[]string{"14* site restart 0", "18 org audit 0", "20 site audit 0", "16 site config 0"}, nil},
		"a change of the organization is no more likely than another": {[]event.Record{early, audit(t, 90, "", `Update Org Settings`), down()}, []string{"10 org audit 0"}, nil},
		"many devices are one line": {[]event.Record{early, deviceEvent(t, 80, "s1", lounge, "AP_RESTARTED"), deviceEvent(t, 81, "s1", "5c5b35000003", "AP_RESTARTED"),
			deviceEvent(t, 82, "s1", "5c5b35000004", "AP_RESTARTED"), down()}, []string{"18* site restart 2"}, nil},
		"other sites, other times, logins": {[]event.Record{early, audit(t, 90, "s2", `Update WLAN "Corp"`), audit(t, 39, "s1", `Update WLAN "Corp"`),
			audit(t, 95, "s1", `Login with Role "admin"`), down(), audit(t, 101, "s1", `Update WLAN "Corp"`)}, nil, nil},
		"collecting began within the hour": {[]event.Record{audit(t, 70, "s1", `Update WLAN "Corp"`), down()}, []string{"30* site audit 0"},
			[]string{"nothing was received from acme before"}},
		"no collector for a while": {[]event.Record{early, uncollectedFor(t, 60, 65), uncollectedFor(t, 20, 30), down()}, nil, []string{"no collector ran"}},
		"no audits":                {[]event.Record{deviceEvent(t, 0, "s1", lounge, "AP_CONNECTED"), down()}, nil, []string{"audits of acme are neither subscribed nor polled, as far as is known"}},
	} {
		t.Run(name, func(t *testing.T) {
			j := journalOf(t, start.Add(3*time.Hour), test.records...)
			a := onlyAlert(t, j, lobby)
			c, err := j.ChangesBefore(t.Context(), &a)
			if err != nil {
				t.Fatal(err)
			}
			var rows, unknown []string
			for _, r := range c.Rows {
				star := ""
				if r.Nearest {
					star = "*"
				}
				rows = append(rows, fmt.Sprintf("%.0f%s %s %s %d", a.Opened.Sub(r.Time).Minutes(), star, r.Scope, r.Kind, r.Others))
			}
			for _, g := range c.Unknown {
				unknown = append(unknown, g.Why)
			}
			if !slices.Equal(rows, test.rows) || !slices.Equal(unknown, test.unknown) || c.More {
				t.Errorf("%q, want %q\nunknown %q, want %q", rows, test.rows, unknown, test.unknown)
			}
		})
	}
}

func TestChangesAreBounded(t *testing.T) {
	records := []event.Record{audit(t, 0, "s1", `Update Site "Berlin"`)}
	for i := range maxChangesRead + 10 {
		records = append(records, audit(t, 50+float64(i)/100, "s1", fmt.Sprintf("Update WLAN \"%d\"", i)))
	}
	j := journalOf(t, start.Add(3*time.Hour), append(records, deviceEvent(t, 100, "s1", lobby, "AP_DISCONNECTED"))...)
	a := onlyAlert(t, j, lobby)
	c, err := j.ChangesBefore(t.Context(), &a)
	if err != nil || len(c.Rows) != maxChanges || !c.More || !strings.Contains(c.Rows[0].Text, `"509"`) {
		t.Errorf("%d rows, more %v, %+v, %v", len(c.Rows), c.More, c.Rows[0], err)
	}
}

func TestWhenAuditsAreKnown(t *testing.T) {
	now := start.Add(100 * time.Minute)
	feed := func(kind event.FeedKind, state event.FeedState) event.Feed {
		return event.Feed{Name: "acme", Kind: kind, State: state}
	}
	hook := func(on bool, topics ...string) event.Webhook {
		return event.Webhook{Source: "acme", ID: "w", Enabled: on, Topics: topics, Updated: now}
	}
	webhookFeed := feed(event.FeedMistWebhook, event.FeedUp)
	for name, test := range map[string]struct {
		feeds  []event.Feed
		hooks  []event.Webhook
		audits bool // one came by webhook
		ago    time.Duration
		want   string
	}{
		"by webhook":                       {[]event.Feed{webhookFeed}, []event.Webhook{hook(true, "alarms", "audits")}, true, time.Minute, ""},
		"by a webhook nobody can read":     {[]event.Feed{webhookFeed}, nil, true, time.Minute, ""},
		"the webhook has them no more":     {[]event.Feed{webhookFeed}, []event.Webhook{hook(true, "alarms")}, true, time.Minute, "neither subscribed nor polled"},
		"the webhook is off":               {[]event.Feed{webhookFeed}, []event.Webhook{hook(false, "audits")}, true, time.Minute, "neither subscribed nor polled"},
		"subscribed, none ever came":       {[]event.Feed{webhookFeed}, []event.Webhook{hook(true, "audits")}, false, time.Minute, "neither subscribed nor polled"},
		"polled":                           {[]event.Feed{webhookFeed, feed(event.FeedMistAPI, event.FeedUp)}, nil, false, 20 * time.Minute, ""},
		"polled, but not since":            {[]event.Feed{webhookFeed, feed(event.FeedMistAPI, event.FeedUp)}, nil, false, time.Minute, "audits are polled every 5 minutes"},
		"the API is down":                  {[]event.Feed{feed(event.FeedMistAPI, event.FeedError)}, nil, false, time.Minute, "its Mist API is error"},
		"Junos devices report no commits":  {[]event.Feed{{Name: "acme", Kind: event.FeedJunos}}, nil, false, time.Minute, "has ever reported a commit"},
		"an audit of a Mist organization ": {[]event.Feed{{Name: "acme", Kind: event.FeedJunos}}, nil, true, time.Minute, "has ever reported a commit"},
	} {
		t.Run(name, func(t *testing.T) {
			records := []event.Record{deviceEvent(t, 0, "s1", lounge, "AP_CONNECTED")}
			if test.audits {
				records = append(records, audit(t, 1, "s2", `Update Site "Vienna"`))
			}
			j := journalOf(t, now, records...)
			if err := j.view.PutWebhooks(t.Context(), "acme", test.hooks); err != nil {
				t.Fatal(err)
			}
			if err := j.view.PutFeeds(t.Context(), event.Collector{Heartbeat: now}, test.feeds, 0, nil); err != nil {
				t.Fatal(err)
			}
			gaps, err := j.notReported(t.Context(), span{source: "acme", org: "o1", site: "s1", from: now.Add(-test.ago - time.Hour), to: now.Add(-test.ago)})
			got := ""
			for _, g := range gaps {
				got += g.Why
			}
			if err != nil || (test.want == "") != (got == "") || !strings.Contains(got, test.want) {
				t.Errorf("%q, %v; want %q", got, err, test.want)
			}
		})
	}
}

// Deliveries that were refused for a part of the hour may have been audits.
func TestRefusedDeliveriesAreAGapInWhatChanged(t *testing.T) {
	at := start.Add(70 * time.Minute)
	refused, err := event.ObservationRecord(event.Observation{Received: at, Source: "acme", Via: event.ViaLocal, Topic: event.TopicHealth, Events: 1,
		Body: fmt.Appendf(nil, `{"topic":"health","events":[{"check":"refused","cause":"secret differs","since":%d,"timestamp":%d}]}`, at.Unix(), at.Unix())})
	if err != nil {
		t.Fatal(err)
	}
	j := journalOf(t, start.Add(3*time.Hour), audit(t, 0, "s1", `Update Site "Berlin"`), refused, deviceEvent(t, 100, "s1", lobby, "AP_DISCONNECTED"))
	a := onlyAlert(t, j, lobby)
	c, err := j.ChangesBefore(t.Context(), &a)
	if err != nil || len(c.Unknown) != 1 || !strings.HasPrefix(c.Unknown[0].Why, "Deliveries of acme are refused") || !c.Unknown[0].From.Equal(at) {
		t.Errorf("%+v, %v", c.Unknown, err)
	}
}
