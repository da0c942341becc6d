package feeds

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sync/errgroup"

	"foghorn/feeds/netstate"
	"foghorn/journal/event"
	"foghorn/journal/projector"
	"foghorn/journal/query"
	"foghorn/journal/store"
	"foghorn/mist"
	"foghorn/mist/mistsim"
	"foghorn/mist/streamtest"
)

// stage is an organization of the simulated cloud with a real journal behind
// it, in a bubble where hours pass at once.
type stage struct {
	*Org
	t     *testing.T
	cloud *mistsim.Cloud
	log   *store.Log
	view  *store.View
	stop  func()
}

// inbox takes what the cloud's webhooks post into the log, as the listener does.
type inbox struct{ log *store.Log }

func (i *inbox) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	var said struct {
		Topic  string
		Events []json.RawMessage
	}
	if err := json.Unmarshal(body, &said); err != nil {
		return nil, err
	}
	rec, err := event.DeliveryRecord(event.Delivery{Received: time.Now(), Source: "acme", Via: event.ViaWebhook, Verdict: event.Verified,
		Topic: said.Topic, Events: len(said.Events), Body: body, Size: int64(len(body)), Status: 200})
	if err == nil {
		_, err = i.log.Append(r.Context(), rec)
	}
	return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(&bytes.Buffer{})}, err
}

// start runs an organization; with hooks its cloud posts webhooks too.
func start(t *testing.T, hooks bool) *stage {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	dir := t.TempDir()
	log, err1 := store.OpenLog(ctx, dir, store.Options{})
	view, err2 := store.OpenViewWriter(ctx, dir, store.Options{})
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	s := &stage{t: t, log: log, view: view}
	sim := mistsim.Options{Seed: 7, Unposted: true, History: -1}
	if hooks {
		sim.MistURL, sim.Unposted, sim.Client = "http://foghorn/mist/acme", false, &http.Client{Transport: &inbox{log}}
	}
	var err error
	if s.cloud, err = mistsim.New(sim); err != nil {
		t.Fatal(err)
	}
	pipes := streamtest.Serve(t, s.cloud.API())
	transport := &http.Transport{DialContext: pipes.Dial}
	client, err := mist.NewClient(mist.WithBaseURL("http://localhost"), mist.WithToken(mistsim.AdminToken), mist.WithHTTPClient(&http.Client{Transport: transport}))
	if err != nil {
		t.Fatal(err)
	}
	s.Org, err = New(Options{Source: "acme", OrgID: s.cloud.Org().ID, Client: client, StreamURL: "ws://localhost", Dial: pipes.Dial, View: view, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	p, err := projector.New(projector.Options{Log: log, View: view, Wake: log.Changed(),
		Committed: func(c projector.Commit) { s.Learn(c.Events, c.Activities) }})
	if err != nil {
		t.Fatal(err)
	}
	var g errgroup.Group
	logCtx, stopLog := context.WithCancel(context.WithoutCancel(ctx))
	g.Go(func() error { return log.Run(logCtx) })
	g.Go(func() error { return p.Run(ctx) })
	g.Go(func() error {
		defer stopLog()
		return s.Run(ctx)
	})
	s.stop = func() {
		cancel()
		if err := g.Wait(); err != nil && !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		transport.CloseIdleConnections()
		if err := errors.Join(view.Close(), log.Close()); err != nil {
			t.Error(err)
		}
	}
	return s
}

// events are those that match, the oldest first.
func (s *stage) events(where string) []event.Event {
	s.t.Helper()
	q, err := query.Parse(where)
	if err != nil {
		s.t.Fatal(err)
	}
	all, err := s.view.Events(s.t.Context(), query.Page{Where: q, Limit: 10_000})
	if err != nil {
		s.t.Fatal(err)
	}
	return all
}

// feed is how one of the two stands.
func (s *stage) feed(kind event.FeedKind) event.Feed {
	for _, f := range s.Feeds() {
		if f.Kind == kind {
			return f
		}
	}
	s.t.Fatalf("no feed %q", kind)
	return event.Feed{}
}

func TestACutStreamLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, false)
		defer s.stop()
		time.Sleep(90 * time.Second) // of the bubble's clock
		if api, ws := s.feed(event.FeedMistAPI), s.feed(event.FeedMistStream); api.State != event.FeedUp || ws.State != event.FeedUp {
			t.Fatalf("%+v\n%+v", api, ws)
		}
		devices, err := s.view.KnownDevices(t.Context(), "acme")
		clients, err2 := s.view.KnownClients(t.Context(), "acme")
		if err != nil || err2 != nil || len(devices) < 60 || len(clients) == 0 {
			t.Fatalf("%d devices, %d clients, %v, %v", len(devices), len(clients), err, err2)
		}
		if old := len(s.events("topic:alarms")); old != 0 {
			t.Fatalf("%d alarms before there were any", old)
		}

		s.cloud.Faults().Order(mistsim.Order{Kind: mistsim.RefuseUpgrade, Times: 2})
		s.cloud.Faults().CutStreams()
		ids := s.cloud.RaiseAlarms(5)
		time.Sleep(25 * time.Second)
		alarms := s.events("topic:alarms")
		if len(alarms) != len(ids) {
			t.Fatalf("%d of %d alarms came", len(alarms), len(ids))
		}
		gaps := s.events("topic:" + event.TopicStreamGap)
		if len(gaps) != 1 || !strings.Contains(gaps[0].Text, "5 missed events fetched") {
			t.Fatalf("the gap is told as %+v", gaps)
		}
		if ws := s.feed(event.FeedMistStream); ws.State != event.FeedUp {
			t.Errorf("%+v", ws)
		}
		time.Sleep(3 * time.Minute) // and the pollers find the same
		if got := s.events("topic:alarms"); len(got) != len(ids) {
			t.Errorf("%d alarms became %d rows", len(ids), len(got))
		}
	})
}

func TestTheSameByWebhookAndPollIsOneRow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, true)
		defer s.stop()
		time.Sleep(2 * time.Minute)
		for _, story := range []string{"rogue-ap", "bad-cable", "ap-flap"} {
			if err := s.cloud.Play(t.Context(), story); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(5 * time.Second)
		alerts := s.alerts()
		rows := len(s.events("topic:device-events"))
		if rows == 0 || len(alerts) != 2 {
			t.Fatalf("the webhooks brought %d device events and the alerts %v", rows, alerts)
		}
		time.Sleep(5 * time.Minute)
		// A restart reads again what is known already.
		if _, err := s.poll.Fill(t.Context(), time.Now().Add(-time.Hour)); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Second)
		if now := len(s.events("topic:device-events")); now != rows {
			t.Errorf("%d device events became %d rows", rows, now)
		}
		after := s.alerts()
		for key, was := range alerts {
			if now := after[key]; now.Count != was.Count || now.Events != was.Events || now.ID != was.ID {
				t.Errorf("the alert was\n%+v and is\n%+v", was, now)
			}
		}
	})
}

// alerts are those of Mist's own alarms, by their key.
func (s *stage) alerts() map[string]event.Alert {
	s.t.Helper()
	q, err := query.Parse("")
	if err != nil {
		s.t.Fatal(err)
	}
	all, err := s.view.Alerts(s.t.Context(), query.Page{Where: q, Limit: 1000})
	if err != nil {
		s.t.Fatal(err)
	}
	out := map[string]event.Alert{}
	for _, a := range all {
		out[a.Key] = a
	}
	for key := range out {
		if !strings.HasPrefix(key, "mist:alarm:") {
			delete(out, key)
		}
	}
	return out
}

func TestADeviceThatGoesDownIsAnAlertWithoutAnyWebhook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, false)
		defer s.stop()
		time.Sleep(90 * time.Second) // of the bubble's clock
		if got := s.events("topic:" + event.TopicDeviceStatus); len(got) != 0 {
			t.Fatalf("told at first sight: %s", got[0].Text)
		}
		site := s.cloud.Org().Sites[0]
		ap := site.Devices[len(site.Devices)-1]
		heard := time.Now()
		row := fmt.Sprintf(`{"mac":%q,"name":%q,"type":"ap","site_id":%q,"status":"disconnected","last_seen":%d}`, ap.MAC, ap.Name, site.ID, heard.Add(-time.Hour).Unix())
		down := netstate.New(netstate.Options{Source: "acme", OrgID: s.cloud.Org().ID, View: s.view, Log: s.log})
		down.BeginSweep(netstate.OrgDevices).Add(mist.Value(row).Object())
		if err := down.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Second)
		q, err := query.Parse("device:" + ap.Name)
		if err != nil {
			t.Fatal(err)
		}
		open, err := s.view.Alerts(t.Context(), query.Page{Where: q, Limit: 10})
		if err != nil || len(open) != 1 || open[0].State != event.Open || !open[0].Opened.Equal(heard.Add(-time.Hour).Truncate(time.Second)) {
			t.Fatalf("alerts %+v, %v", open, err)
		}
		down.DeviceFrame(site.ID, fmt.Appendf(nil, `{"mac":%q,"last_seen":%d}`, ap.MAC, time.Now().Unix()))
		if err := down.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Second)
		if ended, err := s.view.Alerts(t.Context(), query.Page{Where: q, Limit: 10}); err != nil || len(ended) != 1 || ended[0].State != event.Resolved {
			t.Errorf("when it is back: %+v, %v", ended, err)
		}
	})
}

func TestARevokedTokenIsSaidByBothFeeds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, false)
		defer s.stop()
		time.Sleep(time.Minute)
		s.cloud.Revoke(mistsim.AdminToken)
		time.Sleep(5 * time.Minute)
		calls := s.cloud.TotalCalls()
		time.Sleep(time.Hour)
		if n := s.cloud.TotalCalls() - calls; n > 8 {
			t.Errorf("%d calls in an hour with a token that is refused", n)
		}
		for _, kind := range []event.FeedKind{event.FeedMistAPI, event.FeedMistStream} {
			if f := s.feed(kind); f.State != event.FeedError || !strings.Contains(f.Detail, "401") {
				t.Errorf("%s: %s %q", kind, f.State, f.Detail)
			}
		}
		if b := s.Budget(); !slices.Equal(b.Sources, []string{"acme"}) || b.Limit != 5000 || len(b.Callers) == 0 {
			t.Errorf("budget %+v", b)
		}
		if all := Budgets(s.Org, s.Org); len(all) != 1 || !slices.Equal(all[0].Sources, []string{"acme", "acme"}) {
			t.Errorf("two of one token have %+v", all)
		}
	})
}

// A Mist Edge that a webhook calls lost is shown lost at once, and back when a
// webhook says so: its list is read every five minutes only.
func TestAMistEdgeThatAWebhookCallsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, false)
		defer s.stop()
		time.Sleep(90 * time.Second) // of the bubble's clock
		edge := s.cloud.Org().MxEdges[0]
		status := func() string {
			t.Helper()
			devices, err := s.view.KnownDevices(t.Context(), "acme")
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range devices {
				if string(d.MAC) == edge.MAC {
					return d.Status
				}
			}
			return "unknown"
		}
		if got := status(); got != event.DeviceConnected {
			t.Fatalf("%s is %s at first", edge.Name, got)
		}
		// The simulated edge stays up, so its frames would speak against the webhook.
		s.cloud.Faults().Order(mistsim.Order{Kind: mistsim.RefuseUpgrade, Times: 1000})
		s.cloud.Faults().CutStreams()
		time.Sleep(5 * time.Second)
		for _, change := range []string{"DISCONNECTED", "CONNECTED"} {
			s.post(fmt.Sprintf(`{"topic":"mxedge-events","events":[{"type":"ME_%s","mxedge_id":"00000000-0000-0000-1000-%s","mxedge_name":%q,"org_id":%q,"timestamp":%d}]}`,
				change, edge.MAC, edge.Name, s.cloud.Org().ID, time.Now().Unix()))
			time.Sleep(2 * time.Second)
			if got := status(); got != strings.ToLower(change) {
				t.Errorf("%s is %s after the webhook said %s", edge.Name, got, change)
			}
			time.Sleep(2 * time.Second)
		}
	})
}

// post brings a webhook in.
func (s *stage) post(body string) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, "http://foghorn/mist/acme", strings.NewReader(body))
	if err == nil {
		_, err = (&inbox{s.log}).RoundTrip(r)
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

// brokenView panics when the stream reads its subscriptions.
type brokenView struct{ View }

func (brokenView) Subscriptions(context.Context) ([]event.Subscription, error) {
	panic("spilled coffee")
}

// A panic in the stream ends the organization with an error, so that its owner
// starts it again, and not polling alone goes on.
func TestAFailedStreamEndsTheOrganization(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, false)
		defer s.stop()
		o := s.o
		o.View = brokenView{o.View}
		broken, err := New(o)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		if err := broken.Run(ctx); err == nil || !strings.Contains(err.Error(), "spilled coffee") || ctx.Err() != nil {
			t.Errorf("it ends with %v, %v", err, ctx.Err())
		}
	})
}
