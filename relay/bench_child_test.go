package relay_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"foghorn/config"
	"foghorn/internal/clock"
	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/projector"
	"foghorn/journal/query"
	"foghorn/journal/store"
	"foghorn/relay"
)

// childBench tells the test binary to make one measurement in a process of its own, so
// that its memory is its own: a benchRound as JSON.
const childBench = "FOGHORN_RELAY_BENCH"

// benchRound is one measurement.
type benchRound struct {
	Dir   string
	Live  int           // relays whose service takes everything
	Dead  bool          // and one whose service is not there
	Begin int64         // the record after which the live ones begin; -1 for the end
	Post  time.Duration // how long to post, 100 deliveries of 10 events a second
	Until int64         // end when so many events have arrived at the first relay; 0 for after Post
}

// benchResult is what it gave.
type benchResult struct {
	P50, P99 time.Duration // from the arrival of an event to its arrival at a service
	First    time.Duration // from the start until each service had a request
	Took     time.Duration // from the first request until Until
	RSS      float64       // in MiB
}

// intake is the services, and when events reached them.
type intake struct {
	mu       sync.Mutex
	appended map[int64]time.Time // by record
	waits    []time.Duration
	first    map[string]time.Time
	arrived  int64 // at relay-0
	done     chan struct{}
	until    int64
	live     int
}

func (in *intake) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	now := time.Now()
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.first[r.URL.Path].IsZero() {
		in.first[r.URL.Path] = now
	}
	for line := range bytes.Lines(body) {
		id, _, _ := strings.Cut(strings.TrimPrefix(string(line[:min(len(line), 40)]), `{"id":"a`), `"`)
		record, _, _ := strings.Cut(id, ".")
		if seq, err := strconv.ParseInt(record, 10, 64); err == nil {
			if at, ok := in.appended[seq]; ok {
				in.waits = append(in.waits, now.Sub(at))
			}
		}
		if r.URL.Path == "/relay-0" {
			in.arrived++
		}
	}
	if in.until > 0 && in.arrived >= in.until && len(in.first) == in.live {
		in.until = 0
		close(in.done)
	}
}

// lines posts items as lines of JSON, as log stores take them.
type lines struct{ url string }

func (lines) Limits() relay.Limits { return relay.Limits{Items: 1000} }

func (l lines) Encode(w *relay.Work) (*relay.Request, error) {
	var body bytes.Buffer
	for i := range w.Items {
		text, err := w.Items[i].JSON()
		if err != nil {
			return nil, err
		}
		body.Write(append(text, '\n'))
	}
	return &relay.Request{Step: "post", URL: l.url, Body: body.Bytes(), Items: len(w.Items)}, nil
}

func (lines) Judge(_ *relay.Work, _ *relay.Request, a *relay.Answer) relay.Verdict {
	return relay.JudgeHTTP(a)
}

// bench makes one measurement and prints it.
func bench(text string) (err error) {
	began := time.Now()
	var o benchRound
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		return err
	}
	in := &intake{appended: map[int64]time.Time{}, first: map[string]time.Time{}, done: make(chan struct{}), until: o.Until, live: o.Live}
	server := httptest.NewServer(in)
	defer server.Close()
	ctx, end := context.WithCancel(context.Background())
	defer end()
	log, err := store.OpenLog(ctx, o.Dir, store.Options{})
	if err != nil {
		return err
	}
	view, err := store.OpenViewWriter(ctx, o.Dir, store.Options{})
	if err != nil {
		return err
	}
	outbox, err := store.OpenOutbox(ctx, o.Dir, store.Options{})
	if err != nil {
		return err
	}
	relays, err := o.relays(ctx, outbox, view, server.URL)
	if err != nil {
		return err
	}
	j := journal.New(log, view)
	service := relay.NewService(relay.ServiceOptions{
		Journal: func() relay.Journal { return j }, Outbox: outbox, Clock: clock.Real{}, Logger: slog.New(slog.DiscardHandler),
		Mask: func(s string) string { return s }, New: func(c config.Relay, _ relay.Env) (relay.Destination, error) { return lines{c.URL.Reveal()}, nil },
	})
	service.Apply(relays)
	proj, err := projector.New(projector.Options{Log: log, View: view, Wake: log.Changed(), Committed: func(projector.Commit) { service.Wake() }})
	if err != nil {
		return err
	}
	ended := make(chan error, 4)
	for _, run := range []func(context.Context) error{log.Run, view.Run, proj.Run, service.Run} {
		go func() { ended <- run(ctx) }()
	}
	if o.Post > 0 {
		time.Sleep(time.Second) // the start is BenchmarkRestart's
		err = in.post(ctx, log, o.Post)
	} else {
		<-in.done
	}
	result := in.result(began)
	end()
	for range cap(ended) {
		if e := <-ended; !errors.Is(e, context.Canceled) {
			err = errors.Join(err, e)
		}
	}
	return errors.Join(err, json.NewEncoder(os.Stdout).Encode(result), outbox.Close(), view.Close(), log.Close())
}

// relays are those of a measurement, from where they begin.
func (o *benchRound) relays(ctx context.Context, outbox *store.Outbox, view *store.View, url string) (all []config.Relay, err error) {
	add := func(name, url string, record int64) {
		c := config.Relay{Name: name, Kind: "webhook", Send: config.SendEvents, URL: config.NewSecret(url),
			Timeout: config.Duration(10 * time.Second), DropAfter: config.Duration(365 * 24 * time.Hour)}
		all = append(all, c)
		err = errors.Join(err, outbox.BeginRelay(ctx, event.RelayState{Name: name, Kind: c.Kind, Send: c.Send, Started: time.Now(), Cursor: event.TransitionCursor{Record: record}}, true))
	}
	begin := o.Begin
	if begin < 0 {
		last, err := view.Events(ctx, query.Page{Limit: 1, Now: time.Now()})
		if err != nil {
			return nil, err
		}
		begin = last[0].ID/event.MaxEventsPerRecord + 1
	}
	for i := range o.Live {
		add(fmt.Sprintf("relay-%d", i), fmt.Sprintf("%s/relay-%d", url, i), begin)
	}
	if o.Dead {
		add("dead", "http://127.0.0.1:1/", 0) // nobody listens at a port that only root may use
	}
	return all, err
}

// post appends deliveries at a steady rate, and notes when.
func (in *intake) post(ctx context.Context, log *store.Log, long time.Duration) error {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for n, end := 0, time.Now().Add(long); time.Now().Before(end); n++ {
		<-tick.C
		rec, err := joins(time.Now(), os.Getpid()*1_000_000+n*10, 10)
		if err != nil {
			return err
		}
		in.mu.Lock() // nothing arrives before it is noted when it came
		at := time.Now()
		seqs, err := log.Append(ctx, rec)
		if err == nil {
			in.appended[seqs[0]] = at
		}
		in.mu.Unlock()
		if err != nil {
			return err
		}
	}
	return nil
}

// joins is a delivery of n client joins, the first of which has this number.
func joins(now time.Time, first, n int) (event.Record, error) {
	body := []byte(`{"topic":"client-join","events":[`)
	for i := range n {
		if i > 0 {
			body = append(body, ',')
		}
		body = fmt.Appendf(body, `{"ap":"5c5b35%06x","ap_name":"AP%04d lobby","band":"5","mac":"%012x","rssi":-54,"site_id":"4ac1dcf4-9d8b-7211-65c4-057819f0862b","site_name":"Site 1","ssid":"Corp","timestamp":%d}`,
			(first+i)%4096, (first+i)%4096, first+i, now.Unix())
	}
	body = append(body, `]}`...)
	return event.DeliveryRecord(event.Delivery{Received: now, Source: "acme", Method: "POST", Path: "/mist/acme", Body: body, Verdict: event.Verified, Status: 200, Size: int64(len(body))})
}

func (in *intake) result(began time.Time) (r benchResult) {
	in.mu.Lock()
	defer in.mu.Unlock()
	slices.Sort(in.waits)
	if n := len(in.waits); n > 0 {
		r.P50, r.P99 = in.waits[n/2], in.waits[n*99/100]
	}
	for _, at := range in.first {
		r.First = max(r.First, at.Sub(began))
	}
	r.Took = time.Since(in.first["/relay-0"])
	r.RSS = residentMB()
	return r
}

// residentMB is the memory of this process, in MiB; 0 where the system does not say.
func residentMB() float64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), "VmRSS:")
	kb, _ := strconv.ParseFloat(strings.Fields(rest + " 0")[0], 64)
	return kb / 1024
}
