package relay

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"foghorn/config"
	"foghorn/internal/clock"
	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/projector"
	"foghorn/journal/store"
)

// desk is a journal with one relay, in virtual time: a log, a view and the projector
// as in a collector, and a service that the test answers for.
type desk struct {
	t       *testing.T
	ctx     context.Context
	dir     string
	log     *store.Log
	view    *store.View
	outbox  *store.Outbox
	proj    *projector.Projector
	service *service
	relay   *Relay
	do      func(context.Context, *Request) *Answer
	stop    func()
	serial  int
}

// service is a destination that keeps what it takes, and answers as the test says.
type service struct {
	mu      sync.Mutex
	limits  Limits
	answer  func(r *Request) *Answer // nil takes everything
	took    []string                 // what was taken, one line a request
	tries   int
	updates bool // a message that was posted before is updated, in two steps
}

func (s *service) Limits() Limits { return s.limits }

func (s *service) Encode(w *Work) (*Request, error) {
	var lines []string
	for i := range w.Items {
		it := &w.Items[i]
		if it.Event != nil {
			lines = append(lines, event.ShortID(it.Event.ID))
			continue
		}
		lines = append(lines, fmt.Sprintf("%s: %s", it.Notice.Why, it.Notice.Title()))
	}
	step := "post"
	if string(w.Handle) == `"reply"` {
		step = "reply"
	} else if w.Handle != nil {
		step = "update"
	}
	return &Request{Step: step, Body: []byte(strings.Join(lines, ", ")), Items: len(w.Items)}, nil
}

func (s *service) Judge(w *Work, r *Request, a *Answer) Verdict {
	v := JudgeHTTP(a)
	if v.Outcome == Sent && s.limits.Keeps {
		if r.Step == "update" && s.updates && w.Items[0].Notice.Why.Rings() {
			w.Handle = []byte(`"reply"`)
			return Verdict{Outcome: More}
		}
		w.Handle = []byte(`"posted"`)
	}
	if v.Outcome == Refused {
		_, _ = fmt.Sscanf(string(a.Body), "item %d", &v.Items)
	}
	return v
}

func (s *service) do(_ context.Context, r *Request) *Answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tries++
	a := &Answer{Status: 200}
	if s.answer != nil {
		a = s.answer(r)
	}
	a.At = time.Now()
	if a.Err == nil && a.Status < 300 {
		s.took = append(s.took, r.Step+" "+string(r.Body))
	}
	return a
}

// bubble runs a story in virtual time.
func bubble(t *testing.T, change func(*config.Relay, *service), story func(d *desk)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		d := &desk{t: t, dir: t.TempDir(), service: &service{limits: Limits{Items: 100}}}
		d.do = d.service.do
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		d.ctx = ctx
		var err error
		// The log looks ten times a second for what other processes append: not in three
		// virtual days.
		d.log, err = store.OpenLog(ctx, d.dir, store.Options{Clock: clock.NewFake(time.Now())})
		d.must(err)
		d.openView()
		d.outbox, err = store.OpenOutbox(ctx, d.dir, store.Options{})
		d.must(err)
		done := make(chan error, 1)
		go func() { done <- d.log.Run(ctx) }()
		c := config.Relay{Name: "chat", Kind: "slack", Send: "alerts", DropAfter: config.Duration(7 * 24 * time.Hour), GroupWindow: config.Duration(5 * time.Minute), Group: "site"}
		change(&c, d.service)
		d.start(c)
		story(d)
		d.stop()
		cancel()
		d.must(<-done)
		d.must(d.view.Close())
		d.must(d.outbox.Close())
		d.must(d.log.Close())
	})
}

func (d *desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) openView() {
	d.t.Helper()
	var err error
	d.view, err = store.OpenViewWriter(d.ctx, d.dir, store.Options{})
	d.must(err)
	d.proj, err = projector.New(projector.Options{Log: d.log, View: d.view})
	d.must(err)
}

// start runs the relay; stop ends it, and start may follow.
func (d *desk) start(c config.Relay) {
	d.t.Helper()
	r, err := New(Options{Config: c, Destination: d.service, Do: d.do, Journal: journal.New(d.log, d.view), Outbox: d.outbox,
		Logger: slog.New(slog.DiscardHandler), time: clockTimer{clock.Real{}}, control: 20 * time.Second})
	d.must(err)
	ctx, cancel := context.WithCancel(d.ctx)
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	d.relay = r
	d.stop = func() {
		cancel()
		d.must(<-done)
	}
	d.pass()
}

// slowly begins the relay again, with another way to make requests.
func (d *desk) slowly(do func(context.Context, *Request) *Answer) {
	d.t.Helper()
	d.do = do
	d.start(d.relay.o.Config)
}

// restart ends the relay and begins it again, as a restart of the process does.
func (d *desk) restart() {
	d.t.Helper()
	d.stop()
	d.start(d.relay.o.Config)
}

// post appends a delivery with these events, as the listener does, and projects it.
func (d *desk) post(topic string, events ...map[string]any) {
	d.t.Helper()
	body, err := json.Marshal(map[string]any{"topic": topic, "events": events})
	d.must(err)
	rec, err := event.DeliveryRecord(event.Delivery{Received: time.Now(), Source: "acme", Method: "POST", Path: "/mist/acme", Body: body, Verdict: event.Verified, Status: 200, Size: int64(len(body))})
	d.must(err)
	_, err = d.log.Append(d.ctx, rec)
	d.must(err)
	d.project()
}

func (d *desk) project() {
	d.t.Helper()
	d.must(d.proj.CatchUp(d.ctx, nil))
	d.pass()
	d.relay.Wake()
	d.pass()
}

// ap reports that an access point went down or came up.
func (d *desk) ap(name string, mac int, down bool) {
	d.t.Helper()
	d.post("device-updowns", apEvent(name, mac, down))
}

func apEvent(name string, mac int, down bool) map[string]any {
	what := "AP_CONNECTED"
	if down {
		what = "AP_DISCONNECTED"
	}
	return map[string]any{"type": what, "mac": fmt.Sprintf("5c5b3500%04x", mac), "device_name": name, "device_type": "ap", "site_id": "978c48e6-6ef6-11e6-8bbf-02e208b2d34f",
		"site_name": "berlin", "org_id": "2818e386-8dec-2562-9ede-5b8a0fbbdc71", "timestamp": time.Now().Unix()}
}

// wait lets time pass.
func (d *desk) wait(long time.Duration) {
	d.pass()
	time.Sleep(long)
	d.pass()
}

// pass lets the relay do what it can do now. The test and the relay take turns: what one
// of them has written, the other may read after it.
func (d *desk) pass() {
	d.service.mu.Lock()
	d.service.mu.Unlock() //nolint:staticcheck // empty on purpose: it orders the two
	synctest.Wait()
	d.service.mu.Lock()
	d.service.mu.Unlock() //nolint:staticcheck // empty on purpose: it orders the two
}

// took compares what the service took since the last call.
func (d *desk) took(want ...string) {
	d.t.Helper()
	got := d.service.took
	d.service.took = nil
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		d.t.Errorf("the service took\n  %s\nnot\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// state is what others see of the relay.
func (d *desk) state() event.RelayState {
	d.t.Helper()
	d.wait(21 * time.Second)
	s, err := d.outbox.Relay(d.ctx, "chat")
	d.must(err)
	return s
}
