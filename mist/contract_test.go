package mist

import (
	"context"
	"io"
	"iter"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"foghorn/mist/openapitest"
)

// everyCall makes each call there is, once.
func everyCall(ctx context.Context, c *Client) map[string]error {
	day := Window{Start: time.Unix(1772360000, 0), End: time.Unix(1772363600, 0)}
	hour := Window{Duration: time.Hour}
	org := Scope{OrgID: testOrg}
	errs := map[string]error{
		"Sites":              drain(c.Sites(ctx, testOrg)),
		"Inventory":          drain(c.Inventory(ctx, testOrg, true)),
		"OrgDeviceStats":     drain(c.OrgDeviceStats(ctx, testOrg)),
		"SiteDeviceStats":    drain(c.SiteDeviceStats(ctx, testSite)),
		"OrgMxEdgeStats":     drain(c.OrgMxEdgeStats(ctx, testOrg)),
		"SiteMxEdgeStats":    drain(c.SiteMxEdgeStats(ctx, testSite)),
		"SiteClientStats":    drain(c.SiteClientStats(ctx, testSite, hour)),
		"SiteDevices":        drain(c.SiteDevices(ctx, testSite)),
		"SearchAlarms":       drain(c.SearchAlarms(ctx, testOrg, AlarmQuery{Window: day, SiteID: testSite, Types: []string{"a", "b"}, Status: "open", Sort: "-timestamp"})),
		"SearchDeviceEvents": drain(c.SearchDeviceEvents(ctx, testOrg, DeviceEventQuery{Window: day, MAC: "5c:5b:35:00:00:01", Types: []string{"AP_CONNECTED"}, Sort: "-timestamp"})),
		"SearchAudits":       drain(c.SearchAudits(ctx, testOrg, AuditQuery{Window: hour, SiteID: testSite, Admin: "ann", Text: "x", Sort: "-timestamp", Limit: 10})),
		"SitesSLE":           drain(c.SitesSLE(ctx, testOrg, "wifi", day)),
		"OrgWebhooks":        drain(c.OrgWebhooks(ctx, testOrg)),
		"SiteWebhooks":       drain(c.SiteWebhooks(ctx, testSite)),
		"WebhookEvents":      drain(c.WebhookEvents(ctx, org, "w1", WebhookEventQuery{Window: day, Topic: "ping", Status: "failure", Sort: "-timestamp"})),
		"WebhookTopics":      drain(c.WebhookTopics(ctx)),
		"AlarmDefinitions":   drain(c.AlarmDefinitions(ctx)),
		"EventDefinitions":   drain(c.EventDefinitions(ctx)),
		"DeleteWebhook":      c.DeleteWebhook(ctx, org, "w1"),
		"RestartDevice":      c.RestartDevice(ctx, testSite, "5c5b35000001"),
		"LocateDevice":       c.LocateDevice(ctx, testSite, "5c5b35000001", true),
		"LocateDevice, stop": c.LocateDevice(ctx, testSite, "5c5b35000001", false),
		"BouncePorts":        c.BouncePorts(ctx, testSite, "5c5b35000001", []string{"ge-0/0/1"}),
		"PingWebhook, org":   c.PingWebhook(ctx, org, "w1"),
		"PingWebhook, site":  c.PingWebhook(ctx, Scope{SiteID: testSite}, "w1"),
	}
	single(ctx, c, func(name string, err error) { errs[name] = err })
	return errs
}

// single makes the calls that are no lists.
func single(ctx context.Context, c *Client, note func(string, error)) {
	window, org, on, name := Window{Duration: time.Hour}, Scope{OrgID: testOrg}, true, "foghorn"
	site, ap := SiteScope(testSite), SLEScope{SiteID: testSite, Kind: "ap", ID: DeviceID("5c5b35000001")}
	config := WebhookConfig{Name: &name, URL: &name, Secret: &name, Enabled: &on, VerifyCert: &on, Single: &on,
		Topics: []string{"alarms"}, Headers: map[string]string{"X-Team": "noc"}}
	_, err := c.Self(ctx)
	note("Self", err)
	_, err = c.Usage(ctx)
	note("Usage", err)
	_, err = c.AckAlarms(ctx, testOrg, []string{"a1"}, "mine")
	note("AckAlarms", err)
	_, err = c.UnackAlarms(ctx, testOrg, []string{"a1"}, "")
	note("UnackAlarms", err)
	_, err = c.GetDevice(ctx, testSite, "5c5b35000001")
	note("GetDevice", err)
	_, err = c.RenameDevice(ctx, testSite, "5c5b35000001", "ap-1")
	note("RenameDevice", err)
	_, err = c.GetWebhook(ctx, org, "w1")
	note("GetWebhook", err)
	_, err = c.CreateWebhook(ctx, org, config)
	note("CreateWebhook", err)
	_, err = c.UpdateWebhook(ctx, Scope{SiteID: testSite}, "w1", WebhookConfig{Enabled: &on})
	note("UpdateWebhook", err)
	_, _, err = c.SLEMetrics(ctx, site)
	note("SLEMetrics", err)
	_, err = c.SLESummaryTrend(ctx, ap, "coverage", window)
	note("SLESummaryTrend", err)
	_, err = c.SLEClassifierTrend(ctx, site, "coverage", "weak-signal", window)
	note("SLEClassifierTrend", err)
	_, err = c.SLEThreshold(ctx, site, "coverage")
	note("SLEThreshold", err)
	_, err = c.Impacted(ctx, site, "coverage", "weak-signal", ImpactedAPs, window)
	note("ImpactedAPs", err)
	_, err = c.Impacted(ctx, ap, "coverage", "", ImpactedUsers, window)
	note("ImpactedUsers", err)
	_, err = c.Impacted(ctx, site, "switch_health", "", ImpactedSwitches, window)
	note("ImpactedSwitches", err)
	_, err = c.Impacted(ctx, site, "switch_throughput", "", ImpactedClients, window)
	note("ImpactedClients", err)
	_, err = c.Impacted(ctx, site, "gateway-health", "", ImpactedGateways, window)
	note("ImpactedGateways", err)
}

func drain[T any](seq iter.Seq2[T, error]) error {
	_, err := collect(seq)
	return err
}

// TestEveryCallIsInMistsDocument makes each call against a server that answers
// nothing of interest, and holds the requests against the document.
func TestEveryCallIsInMistsDocument(t *testing.T) {
	t.Parallel()
	for _, login := range []bool{false, true} {
		check := openapitest.Check(t).RequestsOnly()
		transport := check.RoundTripper(roundTrip(func(r *http.Request) (*http.Response, error) {
			body := `{"results":[]}`
			if last := r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]; slices.Contains(arrays, last) && r.Method == http.MethodGet {
				body = `[]`
			}
			return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
		}))
		opts := []Option{WithRegion("global-01"), WithToken(testToken), WithHTTPClient(&http.Client{Transport: transport})}
		if login {
			opts = append(opts, WithLogin("ann@acme.example", testPassword, nil))
		}
		c, err := NewClient(opts...)
		if err != nil {
			t.Fatal(err)
		}
		calls := everyCall(t.Context(), c)
		for name, err := range calls {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		want := len(calls)
		if login {
			want++
		}
		if seen := check.Seen(); len(seen) != want {
			t.Errorf("%d operations of %d calls: %s", len(seen), want, strings.Join(seen, ", "))
		}
	}
}

// arrays are the ends of paths whose answer is a list.
var arrays = []string{"sites", "inventory", "devices", "mxedges", "clients", "webhooks", "webhook_topics", "alarm_defs", "device_events"}
