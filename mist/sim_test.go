package mist_test

import (
	"errors"
	"iter"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"foghorn/internal/clock"
	"foghorn/mist"
	"foghorn/mist/mistsim"
	"foghorn/mist/openapitest"
)

// world is a client at a simulated cloud, with Mist's document between them.
type world struct {
	t     *testing.T
	sim   *mistsim.Cloud
	check *openapitest.Checker
	clock *clock.Fake
	url   string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, clock: clock.NewFake(time.Date(2026, 3, 4, 12, 10, 0, 0, time.UTC)), check: openapitest.Check(t)}
	sim, err := mistsim.New(mistsim.Options{Seed: 7, Clock: w.clock, Unposted: true, StatsEvery: -1})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(sim.API())
	t.Cleanup(server.Close)
	w.sim, w.url = sim, server.URL
	return w
}

// as is a client with a token of its own governor.
func (w *world) as(token string) *mist.Client {
	w.t.Helper()
	c, err := mist.NewClient(mist.WithBaseURL(w.url), mist.WithToken(token), mist.WithNow(w.clock.Now),
		mist.WithHTTPClient(&http.Client{Transport: w.check.RoundTripper(nil)}))
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

func all[T any](t *testing.T, seq iter.Seq2[T, error]) []T {
	t.Helper()
	var out []T
	for v, err := range seq {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, v)
	}
	return out
}

func TestAnOrganizationIsReadAtTheSimulatedCloud(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, ctx, org := w.as(mistsim.AdminToken), t.Context(), w.sim.Org().ID
	self, err := c.Self(ctx)
	if err != nil || len(self.Privileges) == 0 || self.Privileges[0].OrgID != org || self.Privileges[0].OrgName == "" {
		t.Errorf("%+v, %v", self, err)
	}
	sites := all(t, c.Sites(ctx, org))
	items := all(t, c.Inventory(ctx, org, false))
	devices := all(t, c.OrgDeviceStats(ctx, org))
	if len(sites) == 0 || len(items) == 0 || len(devices) == 0 {
		t.Fatalf("%d sites, %d items, %d devices", len(sites), len(items), len(devices))
	}
	kinds := map[string]bool{}
	for _, d := range devices {
		kinds[d.Text("type")] = true
		if len(d.MAC("mac")) != 12 || d.Text("name") == "" || d.Text("status") == "" || d.ID("site_id") == "" {
			t.Errorf("a device with parts missing: %s", d)
		}
	}
	if !kinds["ap"] || !kinds["switch"] || !kinds["gateway"] {
		t.Errorf("only these types: %v", kinds)
	}
	site := sites[0].ID
	clients := all(t, c.SiteClientStats(ctx, site, mist.Window{Duration: time.Hour}))
	if len(clients) == 0 || clients[0].Int("rssi") >= 0 || clients[0].Text("ssid") == "" || len(clients[0].MAC("ap_mac")) != 12 {
		t.Errorf("%d clients: %s", len(clients), clients)
	}
	all(t, c.SiteDevices(ctx, site))
	all(t, c.SiteDeviceStats(ctx, site))
	all(t, c.SiteMxEdgeStats(ctx, site))
	all(t, c.SearchAlarms(ctx, org, mist.AlarmQuery{}))
	all(t, c.SearchDeviceEvents(ctx, org, mist.DeviceEventQuery{Limit: 10}))
	all(t, c.SearchAudits(ctx, org, mist.AuditQuery{}))
	all(t, c.OrgWebhooks(ctx, org))
	all(t, c.SiteWebhooks(ctx, site))
	all(t, c.WebhookTopics(ctx))
	for _, family := range []string{"wifi", "wired", "wan"} {
		if rows := all(t, c.SitesSLE(ctx, org, family, mist.Window{Duration: time.Hour})); len(rows) != len(sites) {
			t.Errorf("%s of %d sites", family, len(rows))
		}
	}
}

func TestServiceLevelsAtTheSimulatedCloud(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, ctx := w.as(mistsim.AdminToken), t.Context()
	site := mist.SiteScope(w.sim.Org().Sites[0].ID)
	hour := mist.Window{Start: w.clock.Now().Add(-time.Hour), End: w.clock.Now()}
	enabled, _, err := c.SLEMetrics(ctx, site)
	if err != nil || !slices.Contains(enabled, "coverage") {
		t.Fatalf("%v, %v", enabled, err)
	}
	trend, err := c.SLESummaryTrend(ctx, site, "coverage", hour)
	if rate, ok := mist.Success(trend.Metric.Samples); err != nil || !ok || rate <= 0 || rate > 1 || len(trend.Classifiers) == 0 {
		t.Fatalf("%v, %v: %+v, %v", rate, ok, trend, err)
	}
	if _, err := c.SLEClassifierTrend(ctx, site, "coverage", trend.Classifiers[0].Name, hour); err != nil {
		t.Error(err)
	}
	if threshold, err := c.SLEThreshold(ctx, site, "coverage"); err != nil || !threshold.Known {
		t.Errorf("%+v, %v", threshold, err)
	}
	if _, err := c.Impacted(ctx, site, "coverage", "", mist.ImpactedAPs, hour); err != nil {
		t.Error(err)
	}
	if _, err := c.Impacted(ctx, site, "coverage", "", mist.ImpactedUsers, hour); err != nil {
		t.Error(err)
	}
}

func TestChangesAtTheSimulatedCloud(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, ctx, org := w.as(mistsim.AdminToken), t.Context(), w.sim.Org()
	device := all(t, c.SiteDevices(ctx, org.Sites[0].ID))[0]
	if d, err := c.RenameDevice(ctx, org.Sites[0].ID, device.MAC, "ap-new"); err != nil || d.Name != "ap-new" || d.MAC != device.MAC {
		t.Errorf("renamed: %+v, %v", d, err)
	}
	ids := w.sim.RaiseAlarms(3)
	if n, err := c.AckAlarms(ctx, org.ID, ids, "mine"); err != nil || n != 3 {
		t.Errorf("acked %d, %v", n, err)
	}
	if n, err := c.UnackAlarms(ctx, org.ID, ids[:1], ""); err != nil || n != 1 {
		t.Errorf("unacked %d, %v", n, err)
	}
	acked := 0
	for _, a := range all(t, c.SearchAlarms(ctx, org.ID, mist.AlarmQuery{})) {
		if slices.Contains(ids, a.ID) && a.Acked && a.AckedBy != "" {
			acked++
		}
	}
	if acked != 2 {
		t.Errorf("%d alarms are acked, want 2", acked)
	}
	name, url, at := "foghorn", "http://127.0.0.1:1/mist", mist.Scope{OrgID: org.ID}
	hook, err := c.CreateWebhook(ctx, at, mist.WebhookConfig{Name: &name, URL: &url, Topics: []string{"alarms"}})
	if err != nil || hook.ID == "" {
		t.Fatalf("created: %v, %v", hook, err)
	}
	off := false
	if hook, err = c.UpdateWebhook(ctx, at, hook.ID, mist.WebhookConfig{Enabled: &off}); err != nil || hook.Enabled || hook.Name != name {
		t.Errorf("updated: %v, %v", hook, err)
	}
	if err := c.DeleteWebhook(ctx, at, hook.ID); err != nil {
		t.Error(err)
	}
}

func TestRightsAndTroubleAtTheSimulatedCloud(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		token string
		order mistsim.Order
		kind  mist.Kind // empty when the client copes
		tells string
	}{
		"a wrong token":          {"wrong", mistsim.Order{}, mist.KindAuth, "only in the region"},
		"a token of one site":    {mistsim.SiteToken, mistsim.Order{}, mist.KindPermission, "no rights on"},
		"a moment of trouble":    {mistsim.AdminToken, mistsim.Order{Kind: mistsim.ServerError, Times: 1}, "", ""},
		"trouble":                {mistsim.AdminToken, mistsim.Order{Kind: mistsim.ServerError, Times: 9}, mist.KindServer, "failed (503"},
		"a page for people":      {mistsim.AdminToken, mistsim.Order{Kind: mistsim.HTML}, mist.KindMalformed, "a web page"},
		"half a body":            {mistsim.AdminToken, mistsim.Order{Kind: mistsim.HalfBody}, mist.KindMalformed, "cut off"},
		"a body that breaks off": {mistsim.AdminToken, mistsim.Order{Kind: mistsim.BrokenBody, Times: 9}, mist.KindTransport, "closed the connection"},
		"too many calls":         {mistsim.AdminToken, mistsim.Order{Kind: mistsim.Storm, Times: 9, Delay: 10 * time.Minute}, mist.KindRateLimit, "until 12:20:00Z"},
		"pages without end":      {mistsim.AdminToken, mistsim.Order{Kind: mistsim.EndlessPages, Times: 9}, mist.KindMalformed, "does not end"},
		"empty pages":            {mistsim.AdminToken, mistsim.Order{Kind: mistsim.EmptyPages, Times: 9}, mist.KindMalformed, "empty"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.check.RequestsOnly()
			w.sim.RaiseAlarms(5)
			if c.order.Kind != "" {
				w.sim.Faults().Order(c.order)
			}
			var last error
			for _, err := range w.as(c.token).SearchAlarms(t.Context(), w.sim.Org().ID, mist.AlarmQuery{Limit: 2}) {
				last = err
			}
			if c.kind == "" && last != nil || c.kind != "" && !mist.IsKind(last, c.kind) || !strings.Contains(mist.Explain(last), c.tells) {
				t.Errorf("%v, explained as %q; want %q, %q", last, mist.Explain(last), c.kind, c.tells)
			}
		})
	}
}

func TestTheBudgetHoldsAtTheSimulatedCloud(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, org := w.as(mistsim.AdminToken), w.sim.Org().ID
	c.Governor().Learn(mist.Usage{Limit: 100})
	background := mist.WithCaller(t.Context(), "trend", mist.Background)
	refused := 0
	for range 200 {
		for _, err := range c.Sites(background, org) {
			if _, ok := errors.AsType[*mist.BudgetError](err); ok {
				refused++
			} else if err != nil {
				t.Fatal(err)
			}
			break
		}
	}
	if spent := w.sim.Spent(mistsim.AdminToken); spent != 80 || refused != 120 {
		t.Errorf("%d calls reached the cloud and %d were refused, want 80 and 120", spent, refused)
	}
	if _, err := c.Usage(mist.WithCaller(t.Context(), "ann", mist.Operator)); err != nil {
		t.Errorf("a person is refused: %v", err)
	}
}
