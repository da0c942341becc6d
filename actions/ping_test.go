package actions_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"foghorn/actions"
	"foghorn/journal/event"
	"foghorn/mist"
	"foghorn/mist/mistsim"
)

// hook makes a webhook of the organization in the cloud that posts to a URL.
func (d *desk) hook(url string) event.Webhook {
	d.t.Helper()
	name, secret := "noc", "s3cret"
	w, err := d.client(mistsim.AdminToken).CreateWebhook(d.ctx, mist.Scope{OrgID: d.cloud.Org().ID},
		mist.WebhookConfig{Name: &name, URL: &url, Secret: &secret, Topics: []string{"alarms"}})
	d.must(err)
	return event.Webhook{Source: "acme", OrgID: d.cloud.Org().ID, ID: w.ID, Name: name, URL: url, Enabled: true, HasSecret: true, VerifyCert: true}
}

// listener is where a webhook posts to. What it does with a request is the
// test's; it answers 200.
func (d *desk) listener(does func(r *http.Request)) string {
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { does(r) }))
	d.t.Cleanup(s.Close)
	return s.URL
}

// ping pings and returns the hops. While it waits for the arrival, wait has
// passed on the clock.
func (d *desk) ping(hook event.Webhook, backoff time.Duration) ([]event.CheckStep, error) {
	d.t.Helper()
	var hops []event.CheckStep
	err := d.process(nil).PingWebhook(d.ctx, ada, hook, func(h event.CheckStep) {
		hops = append(hops, h)
		if h.State == event.HopWait {
			d.clock.Advance(backoff)
		}
	})
	return hops, err
}

// story is the hops in a line each.
func story(hops []event.CheckStep) string {
	var out []string
	for _, h := range hops {
		out = append(out, fmt.Sprintf("%s: %s: %s", h.Name, h.State, h.Text))
	}
	return strings.Join(out, "\n")
}

func TestAPingIsFollowedUntilItsSignatureIsChecked(t *testing.T) {
	d := open(t)
	var hook event.Webhook
	signed := false
	hook = d.hook(d.listener(func(r *http.Request) {
		signed = r.Header.Get("X-Mist-Signature-V2") != ""
		d.clock.Advance(312 * time.Millisecond)
		d.deliver("alarms", event.Verified, "", map[string]any{"id": "not the one"})
		d.deliver("ping", event.Verified, "", map[string]any{"id": "another webhook", "name": "x"})
		d.deliver("ping", event.Verified, "", map[string]any{"id": hook.ID, "name": "noc", "timestamp": d.clock.Now().Unix()})
	}))
	hops, err := d.ping(hook, 0)
	d.must(err)
	if !signed {
		t.Error("the cloud did not sign what it posted")
	}
	got := story(hops)
	for _, want := range []string{"asked: ok: 127.0.0.1", "Mist took it: ok: 200", "arrived here: wait:", "arrived here: ok: as delivery", "from 192.0.2.7:4711, answered 200",
		"signature: ok: verified (v2), 312ms after asking"} {
		if !strings.Contains(got, want) {
			t.Errorf("no hop says %q:\n%s", want, got)
		}
	}
	if last := hops[len(hops)-1]; last.Took != 312*time.Millisecond {
		t.Errorf("the last hop took %s", last.Took)
	}
	d.project()
	acts, err := d.view.Activities(d.ctx, event.WebhookTarget(hook.ID), 5)
	d.must(err)
	if len(acts) != 1 || acts[0].Sync.State != event.SyncDone || acts[0].Actor != "ada" {
		t.Errorf("the journal says %+v", acts)
	}
}

func TestAPingWithAWrongSecretArrivesAndSaysSo(t *testing.T) {
	d := open(t)
	var hook event.Webhook
	hook = d.hook(d.listener(func(*http.Request) {
		d.deliver("ping", event.Failed, "signature does not match; is it the secret of another webhook?", map[string]any{"id": hook.ID})
	}))
	hops, err := d.ping(hook, 0)
	if err == nil || !strings.Contains(story(hops), "signature: failed: signature does not match; is it the secret of another webhook?") {
		t.Errorf("%v:\n%s", err, story(hops))
	}
	if !strings.Contains(story(hops), "arrived here: ok") {
		t.Errorf("it did arrive:\n%s", story(hops))
	}
}

func TestWhereAPingStoppedIsTold(t *testing.T) {
	for name, c := range map[string]struct {
		url     func(d *desk) string
		backoff time.Duration
		says    []string
	}{
		"the listener is down": {func(d *desk) string {
			s := httptest.NewServer(http.NotFoundHandler())
			s.Close() // its port is free now
			return s.URL
		}, 3 * time.Second, []string{"Mist could not deliver it", "connection refused"}},
		"another answers with an error": {func(d *desk) string {
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no such hook here", 404) }))
			d.t.Cleanup(s.Close)
			return s.URL
		}, 3 * time.Second, []string{"the answer was 404", "no such hook here"}},
		"another takes it": {func(d *desk) string { return d.listener(func(*http.Request) {}) }, 9 * time.Second,
			[]string{"answered 200, but nothing came in here", "leads to another receiver"}},
	} {
		t.Run(name, func(t *testing.T) {
			d := open(t)
			hook := d.hook(c.url(d))
			hops, err := d.ping(hook, c.backoff)
			if err == nil {
				t.Errorf("no error:\n%s", story(hops))
			}
			last := hops[len(hops)-1]
			for _, want := range c.says {
				if last.State != event.HopFailed || last.Name != actions.HopArrived || !strings.Contains(last.Text, want) {
					t.Errorf("the last hop does not say %q:\n%s", want, story(hops))
				}
			}
			d.project()
			acts, err := d.view.Activities(d.ctx, event.WebhookTarget(hook.ID), 5)
			d.must(err)
			if len(acts) != 1 || !strings.Contains(acts[0].Sync.Reason, c.says[0]) {
				t.Errorf("the journal says %+v", acts)
			}
		})
	}
}

func TestAPingOfNothingListsTheLikelyCauses(t *testing.T) {
	d := open(t)
	hook := d.hook(d.listener(func(*http.Request) {}))
	// Mist's log cannot be had.
	d.cloud.Faults().Order(mistsim.Order{Kind: mistsim.ServerError, Status: 403, Times: 9, Path: "/events/search"})
	hops, err := d.ping(hook, 31*time.Second)
	last := hops[len(hops)-1]
	if err == nil || !strings.Contains(last.Text, "nothing arrived within 30 s") || !strings.Contains(last.Text, "firewall") {
		t.Errorf("%v:\n%s", err, story(hops))
	}
}

func TestAPingOfAWebhookThatIsGoneStopsAtMist(t *testing.T) {
	d := open(t)
	hook := event.Webhook{Source: "acme", ID: "00000000-1111-2222-3333-444444444444", Name: "gone", Enabled: true}
	hops, err := d.ping(hook, 0)
	if last := hops[len(hops)-1]; err == nil || last.Name != actions.HopTaken || last.State != event.HopFailed || !strings.Contains(last.Text, "404") {
		t.Errorf("%v:\n%s", err, story(hops))
	}
}

// A ping that lies in the log but not yet in the view when the next one is asked
// for is an older one, and does not pass for it.
func TestAPingLooksOnlyAtItsOwnDelivery(t *testing.T) {
	d := open(t)
	hook := d.hook("http://127.0.0.1:1/")
	body := fmt.Sprintf(`{"topic":"ping","events":[{"id":%q}]}`, hook.ID)
	older := event.Delivery{Received: d.clock.Now(), Source: "acme", Via: event.ViaWebhook, Verdict: event.Verified, Status: 200, Topic: "ping", Events: 1, Body: []byte(body)}
	r, err := event.DeliveryRecord(older)
	d.must(err)
	_, err = d.log.Append(d.ctx, r)
	d.must(err)
	var hops []event.CheckStep
	err = d.process(nil).PingWebhook(d.ctx, ada, hook, func(h event.CheckStep) {
		hops = append(hops, h)
		if h.State == event.HopWait {
			d.project() // the view catches up only now
			d.clock.Advance(31 * time.Second)
		}
	})
	if err == nil || strings.Contains(story(hops), "as delivery 1 ") {
		t.Errorf("an older ping passed for this one (%v):\n%s", err, story(hops))
	}
}
