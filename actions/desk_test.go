package actions_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"foghorn/actions"
	"foghorn/internal/clock"
	"foghorn/journal/event"
	"foghorn/journal/projector"
	"foghorn/journal/store"
	"foghorn/mist"
	"foghorn/mist/mistsim"
)

var noon = time.Date(2026, 3, 4, 12, 10, 0, 0, time.UTC)

// desk is a person's process with a journal, and a simulated cloud that is
// asked over HTTP. Its clock stands until it is turned.
type desk struct {
	t     *testing.T
	ctx   context.Context
	clock *clock.Fake
	cloud *mistsim.Cloud
	api   *httptest.Server
	log   *store.Log
	view  *store.View
	proj  *projector.Projector
	told  []event.Activity

	mu       sync.Mutex
	unplug   bool // the cloud cannot be reached
	requests int
}

// requestsMade counts the requests that reached the cloud's address.
func (d *desk) requestsMade() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.requests
}

func open(t *testing.T) *desk {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	d := &desk{t: t, ctx: ctx, clock: clock.NewFake(noon)}
	var err error
	d.cloud, err = mistsim.New(mistsim.Options{Seed: 3, Clock: d.clock, MistURL: "http://127.0.0.1:1/mist/acme", History: -1})
	d.must(err)
	handler := d.cloud.API()
	d.api = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d.mu.Lock()
		d.requests++
		unplug := d.unplug
		d.mu.Unlock()
		if unplug {
			panic(http.ErrAbortHandler) // the connection ends without an answer
		}
		handler.ServeHTTP(w, r)
	}))
	dir, o := t.TempDir(), store.Options{Clock: d.clock}
	d.log, err = store.OpenLog(ctx, dir, o)
	d.must(err)
	d.view, err = store.OpenViewWriter(ctx, dir, o)
	d.must(err)
	d.proj, err = projector.New(projector.Options{Log: d.log, View: d.view, Clock: d.clock})
	d.must(err)
	done := make(chan error, 1)
	go func() { done <- d.log.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
		d.api.Close()
		for _, err := range []error{d.view.Close(), d.log.Close()} {
			if err != nil {
				t.Error(err)
			}
		}
	})
	return d
}

func (d *desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// online says whether the cloud can be reached.
func (d *desk) online(on bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.unplug = !on
}

// client speaks to the cloud as a token.
func (d *desk) client(token string) *mist.Client {
	d.t.Helper()
	c, err := mist.NewClient(mist.WithBaseURL(d.api.URL), mist.WithToken(token), mist.WithNow(d.clock.Now))
	d.must(err)
	return c
}

// process makes the actions of a process of the desk, with options of its own.
func (d *desk) process(change func(*actions.Options)) *actions.Actions {
	d.t.Helper()
	o := actions.Options{
		Log: d.log, View: journal{d.view, d.log}, Clock: d.clock,
		Clouds:   []actions.Cloud{{Source: "acme", OrgID: d.cloud.Org().ID, API: d.client(mistsim.AdminToken)}},
		OnResult: func(r []event.Activity) { d.told = append(d.told, r...) },
	}
	if change != nil {
		change(&o)
	}
	return actions.New(o)
}

// journal is the view with the deliveries' bodies, as the program has it.
type journal struct {
	*store.View
	log *store.Log
}

func (j journal) Delivery(ctx context.Context, id int64) (event.Delivery, error) {
	r, err := j.log.Get(ctx, id)
	if err != nil {
		return event.Delivery{}, err
	}
	return r.Delivery()
}

// do appends activities as a process does, and returns their ids.
func (d *desk) do(a *actions.Actions, acts ...event.Activity) []int64 {
	d.t.Helper()
	ids, err := a.Append(d.ctx, acts...)
	d.must(err)
	return ids
}

func doError(a *actions.Actions, acts ...event.Activity) error {
	_, err := a.Append(context.Background(), acts...)
	return err
}

// project brings the view up to the log.
func (d *desk) project() {
	d.t.Helper()
	d.must(d.proj.CatchUp(d.ctx, nil))
}

// deliver puts a delivery into the journal.
func (d *desk) deliver(topic string, verdict event.Verdict, cause string, elements ...any) {
	d.t.Helper()
	body, err := json.Marshal(map[string]any{"topic": topic, "events": elements})
	d.must(err)
	status := 200
	if !verdict.Accepted() {
		status, topic = 401, ""
	}
	r, err := event.DeliveryRecord(event.Delivery{Received: d.clock.Now(), Source: "acme", Via: event.ViaWebhook, Remote: "192.0.2.7:4711", Method: "POST",
		Path: "/mist/acme", Size: int64(len(body)), Verdict: verdict, Cause: cause, Status: status, DurationMS: 1.5, Topic: topic, Events: len(elements), Body: body})
	d.must(err)
	_, err = d.log.Append(d.ctx, r)
	d.must(err)
	d.project()
}

// alarms raises alarms in the cloud and has their webhooks arrive.
func (d *desk) alarms(n int) []string {
	d.t.Helper()
	ids := d.cloud.RaiseAlarms(n)
	org := d.cloud.Org()
	var elements []any
	for i, id := range ids {
		elements = append(elements, map[string]any{"id": id, "type": "rogue_ap", "group": "security", "severity": "warn", "count": 1,
			"org_id": org.ID, "site_id": org.Sites[0].ID, "timestamp": noon.Unix() - int64(i), "last_seen": noon.Unix(), "bssids": []string{id[:8]}})
	}
	d.deliver("alarms", event.Verified, "", elements...)
	return ids
}

// acks are the activities that acknowledge the alerts of alarms.
func (d *desk) acks(action, note string, alarms ...string) []event.Activity {
	d.t.Helper()
	d.project()
	alerts, err := d.view.AlertsByMistAlarm(d.ctx, alarms)
	d.must(err)
	var out []event.Activity
	for _, id := range alarms {
		a, ok := alerts[id]
		if !ok {
			d.t.Fatalf("alarm %s opened no alert", id)
		}
		out = append(out, event.Activity{Actor: "ada", Action: action, Target: event.AlertTarget(a.ID), Reason: note})
	}
	return out
}

// alert is the alert of an alarm as it stands.
func (d *desk) alert(alarm string) event.Alert {
	d.t.Helper()
	d.project()
	alerts, err := d.view.AlertsByMistAlarm(d.ctx, []string{alarm})
	d.must(err)
	return alerts[alarm]
}

// inCloud is the alarm as the cloud tells it.
func (d *desk) inCloud(alarm string) mist.Alarm {
	d.t.Helper()
	for a, err := range d.client(mistsim.AdminToken).SearchAlarms(d.ctx, d.cloud.Org().ID, mist.AlarmQuery{Window: mist.Window{Duration: 24 * time.Hour}}) {
		d.must(err)
		if a.ID == alarm {
			return a
		}
	}
	d.t.Fatalf("the cloud has no alarm %s", alarm)
	return mist.Alarm{}
}

const (
	ackCall   = "POST /api/v1/orgs/{org_id}/alarms/ack"
	unackCall = "POST /api/v1/orgs/{org_id}/alarms/unack"
)

// ada is the person of the tests.
var ada = actions.Operator{Person: "ada", Role: actions.RoleAdmin, Via: event.ViaCLI}

// checkRename asks what there is to know before a device is renamed.
func checkRename(ctx context.Context, a *actions.Actions, source string, d event.Device, name string) (warning string, err error) {
	items, err := a.Check(ctx, ada, event.ActionRename, []actions.Target{{Kind: actions.OnDevice, ID: string(d.MAC), Source: source}}, actions.Args{"name": name})
	if err != nil {
		return "", err
	}
	return items[0].Warn, items[0].Err
}
