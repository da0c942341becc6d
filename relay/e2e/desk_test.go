// Package e2e holds the whole way of a relay against stand-ins of the services: from a
// delivery in the log to what a service shows to people. The configuration is TOML, the
// log, the view and the outbox are files, requests go over a socket of this machine.
package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"foghorn/config"
	"foghorn/internal/clock"
	"foghorn/internal/mask"
	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/projector"
	"foghorn/journal/store"
	"foghorn/relay"
	"foghorn/relay/kinds"
)

// began is when the stories begin: a night in November.
var began = time.Date(2026, 11, 27, 3, 0, 0, 0, time.UTC)

// TestMain takes proxies out of the environment: no test leaves this machine.
func TestMain(m *testing.M) {
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"} {
		_ = os.Unsetenv(name)
	}
	os.Exit(m.Run())
}

// desk is a journal with its relays.
type desk struct {
	t       *testing.T
	dir     string
	clock   timekeeper
	log     *store.Log
	view    *store.View
	outbox  *store.Outbox
	proj    *projector.Projector
	relays  *relay.Service
	running map[string]config.Relay
	starts  atomic.Int64 // of relays
	secrets []string
	logged  lockedBuffer
	stop    func()
}

// lockedBuffer is a buffer for several goroutines.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// newDesk opens the files of a journal, and starts its relays: the tables [[relay]] of a
// configuration.
func newDesk(t *testing.T, clock timekeeper, tables string) *desk {
	t.Helper()
	d := &desk{t: t, dir: t.TempDir(), clock: clock}
	d.open()
	d.start()
	t.Cleanup(d.close)
	d.configure(tables)
	return d
}

func (d *desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) open() {
	d.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var err error
	d.log, err = store.OpenLog(ctx, d.dir, store.Options{Clock: clock.NewFake(began)})
	d.must(err)
	done := make(chan error, 1)
	go func() { done <- d.log.Run(ctx) }()
	d.openView()
	d.outbox, err = store.OpenOutbox(ctx, d.dir, store.Options{})
	d.must(err)
	d.t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			d.t.Error(err)
		}
		_, _, _ = d.view.Close(), d.outbox.Close(), d.log.Close()
	})
}

func (d *desk) openView() {
	d.t.Helper()
	var err error
	d.view, err = store.OpenViewWriter(context.Background(), d.dir, store.Options{Clock: d.clock})
	d.must(err)
	d.proj, err = projector.New(projector.Options{Log: d.log, View: d.view})
	d.must(err)
}

// start begins the service, as a process does; d.stop ends it.
func (d *desk) start() {
	d.t.Helper()
	logger := slog.New(slog.NewTextHandler(&d.logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
	d.relays = relay.NewService(relay.ServiceOptions{
		Journal: func() relay.Journal {
			d.starts.Add(1)
			return journal.New(d.log, d.view)
		},
		Outbox: d.outbox, Clock: d.clock, Logger: logger,
		Mask: func(s string) string { return mask.New(d.secrets...).Text(s) },
		Env:  relay.Env{Host: "noc1", Version: "1.0"},
		New:  kinds.New,
		Link: func(a *event.Alert) string { return "https://manage.mist.com/admin/?org_id=" + a.OrgID },
	})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- d.relays.Run(ctx) }()
	d.stop = func() {
		cancel()
		d.must(<-done)
	}
}

func (d *desk) close() {
	if d.stop != nil {
		d.stop()
		d.stop = nil
	}
}

// load reads tables of relays as foghorn does.
func (d *desk) load(tables string) []config.Relay {
	d.t.Helper()
	file := filepath.Join(d.t.TempDir(), "config.toml")
	d.must(os.WriteFile(file, []byte(tables), 0o600))
	c, err := config.Load(file, config.Options{Getenv: func(string) string { return "" }, Fetched: func(secret string) { d.secrets = append(d.secrets, secret) }})
	d.must(err)
	return c.Relays
}

// configure makes tables of relays the present ones, and waits until they run.
func (d *desk) configure(tables string) {
	d.t.Helper()
	d.apply(d.load(tables))
}

func (d *desk) apply(relays []config.Relay) {
	d.t.Helper()
	before, starts := d.running, d.starts.Load()
	d.running = map[string]config.Relay{}
	for i := range relays {
		d.running[relays[i].Name] = relays[i]
		if old, ok := before[relays[i].Name]; !ok || !reflect.DeepEqual(old, relays[i]) {
			starts++
		}
	}
	d.clock.noticed(0, func() { d.relays.Apply(relays) }, func() bool { return d.starts.Load() >= starts })
	d.clock.settled(d.t, len(relays))
}

// wait lets time pass.
func (d *desk) wait(long time.Duration) {
	d.t.Helper()
	d.clock.pass(d.t, len(d.running), long)
}

// until lets time pass until something is so, in steps, and at most so long.
func (d *desk) until(long time.Duration, is func() bool) bool {
	d.t.Helper()
	end := d.clock.Now().Add(long)
	for !is() {
		if !d.clock.Now().Before(end) {
			return false
		}
		d.wait(time.Second)
	}
	return true
}

// post appends a delivery with these events, as the listener does, and projects it.
func (d *desk) post(topic string, events ...map[string]any) {
	d.t.Helper()
	body, err := json.Marshal(map[string]any{"topic": topic, "events": events})
	d.must(err)
	d.deliver(body)
}

func (d *desk) deliver(body []byte) {
	d.t.Helper()
	rec, err := event.DeliveryRecord(event.Delivery{Received: d.clock.Now(), Source: "acme", Method: "POST", Path: "/mist/acme", Body: body, Verdict: event.Verified, Status: 200, Size: int64(len(body))})
	d.must(err)
	d.append(rec)
}

func (d *desk) append(rec event.Record) {
	d.t.Helper()
	_, err := d.log.Append(context.Background(), rec)
	d.must(err)
	d.project()
}

// project brings the view up to date, and lets the relays notice.
func (d *desk) project() {
	d.t.Helper()
	d.must(d.proj.CatchUp(context.Background(), nil))
	d.clock.noticed(len(d.running), d.relays.Wake, func() bool { return true })
	d.clock.settled(d.t, len(d.running))
}

// site is one of the sites of the stories.
type site struct{ id, name string }

var (
	berlin = site{"978c48e6-6ef6-11e6-8bbf-02e208b2d34f", "berlin"}
	munich = site{"978c48e6-6ef6-11e6-8bbf-02e208b2d350", "munich"}
)

const (
	orgID = "2818e386-8dec-2562-9ede-5b8a0fbbdc71"
)

// updown is an event: an AP goes down or comes up.
func (d *desk) updown(s site, name string, mac int, down bool) map[string]any {
	what := "AP_CONNECTED"
	if down {
		what = "AP_DISCONNECTED"
	}
	return map[string]any{"type": what, "mac": fmt.Sprintf("5c5b35%06x", mac), "device_name": name, "device_type": "ap", "site_id": s.id,
		"site_name": s.name, "org_id": orgID, "timestamp": d.clock.Now().Unix()}
}

func (d *desk) ap(s site, name string, mac int, down bool) {
	d.t.Helper()
	d.post("device-updowns", d.updown(s, name, mac, down))
}

// state is what others see of a relay.
func (d *desk) state(name string) event.RelayState {
	d.t.Helper()
	s, err := d.outbox.Relay(context.Background(), name)
	d.must(err)
	return s
}

// leaks looks for secrets in what is logged and kept.
func (d *desk) leaks(secrets ...string) {
	d.t.Helper()
	places := map[string]string{"the log of the process": d.logged.String()}
	files, err := filepath.Glob(filepath.Join(d.dir, store.OutboxFile+"*"))
	d.must(err)
	for _, f := range files {
		text, err := os.ReadFile(f)
		d.must(err)
		places[filepath.Base(f)] = string(text)
	}
	for place, text := range places {
		for _, secret := range secrets {
			if i := strings.Index(text, secret); i >= 0 {
				d.t.Errorf("%s holds the secret %s: …%q…", place, secret, text[max(0, i-200):min(len(text), i+200)])
			}
		}
	}
}
