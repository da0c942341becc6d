package webhook

import (
	"bytes"
	"compress/gzip"
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"foghorn/internal/clock"
	"foghorn/journal/event"
	"foghorn/junos"
	"foghorn/mist"
)

// start is when the tests' clock begins.
var start = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

// memory is a log that keeps records in memory, and can be told to fail or to hang.
type memory struct {
	mu      sync.Mutex
	records []event.Record
	err     error
	gate    chan struct{} // when set, Append waits for it or for its context
	entered chan struct{} // when set, told of each Append that begins
}

func (m *memory) Append(ctx context.Context, records ...event.Record) ([]int64, error) {
	m.mu.Lock()
	gate, entered, err := m.gate, m.entered, m.err
	m.mu.Unlock()
	if entered != nil {
		entered <- struct{}{}
	}
	if gate != nil {
		select {
		case <-gate:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	var seqs []int64
	for _, r := range records {
		r.Seq = int64(len(m.records)) + 1
		r.Head, r.Body = bytes.Clone(r.Head), bytes.Clone(r.Body)
		m.records, seqs = append(m.records, r), append(seqs, r.Seq)
	}
	return seqs, nil
}

func (m *memory) fail(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.err = err
}

// deliveries unpacks what was appended, in order.
func (m *memory) deliveries(t testing.TB) []event.Delivery {
	t.Helper()
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []event.Delivery
	for _, r := range m.records {
		d, err := r.Delivery()
		if err != nil {
			t.Fatalf("record %d: %v", r.Seq, err)
		}
		if (r.Kind == event.RecordDelivery) != d.Verdict.Accepted() {
			t.Errorf("record %d of kind %d has the verdict %s", r.Seq, r.Kind, d.Verdict)
		}
		out = append(out, d)
	}
	return out
}

// only is the one record there must be.
func (m *memory) only(t testing.TB) event.Delivery {
	t.Helper()
	ds := m.deliveries(t)
	if len(ds) != 1 {
		t.Fatalf("%d records, want 1: %+v", len(ds), ds)
	}
	return ds[0]
}

// bench is a listener with its log and clock.
type bench struct {
	*Listener
	log   *memory
	clock *clock.Fake
}

// key is a secret as configuration gives it.
func key(name, k string) Secret { return Secret{Name: name, Key: []byte(k)} }

// twoOrgs is a configuration with all kinds of sources.
func twoOrgs() Options {
	return Options{Sources: []Source{
		{Name: "acme", Via: event.ViaWebhook, Secrets: []Secret{key("current", "new"), key("previous", "old")}},
		{Name: "globex", Via: event.ViaWebhook, Secrets: []Secret{key("current", "other")}, RequireV2: true},
		{Name: "lab", Via: event.ViaWebhook},
		{Name: "open", Via: event.ViaWebhook, AllowUnsigned: true},
		{Name: "core", Via: event.ViaJunos, Secrets: []Secret{key("current", "agent")}},
	}}
}

func newBench(t testing.TB, o Options) *bench {
	t.Helper()
	b := &bench{log: &memory{}, clock: clock.NewFake(start)}
	o.Log, o.Clock = b.log, b.clock
	l, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	b.Listener = l
	return b
}

// do sends one request through the handler.
func (b *bench) do(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	b.Handler().ServeHTTP(w, r)
	return w
}

// good is a well-formed delivery of one event.
const good = `{"topic":"device-events","events":[{"type":"AP_RESTARTED","mac":"5c5b35000001","timestamp":1461220784}]}`

// post is a request with a JSON body from a stranger's address.
func post(path, body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", mist.UserAgent)
	r.RemoteAddr, r.Host = "192.0.2.7:40000", "127.0.0.1:8484"
	return r
}

// sign adds both of Mist's signatures.
func sign(r *http.Request, secret, body string) *http.Request {
	v1, v2 := mist.Sign([]byte(secret), []byte(body))
	r.Header.Set(mist.HeaderV1, v1)
	r.Header.Set(mist.HeaderV2, v2)
	return r
}

// signed is a delivery as Mist sends it.
func signed(path, secret, body string) *http.Request { return sign(post(path, body), secret, body) }

// agent is a post of the Junos agent.
func agent(path, secret, body string) *http.Request {
	r := post(path, body)
	r.Header.Set("User-Agent", "Python-urllib/3.7")
	r.Header.Set(junos.Header, junos.Sign([]byte(secret), []byte(body)))
	return r
}

// zip compresses body.
func zip(t testing.TB, body string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(body)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// feed finds a feed by name.
func (b *bench) feed(t testing.TB, name string) event.Feed {
	t.Helper()
	feeds := b.Feeds()
	i := slices.IndexFunc(feeds, func(f event.Feed) bool { return f.Name == name })
	if i < 0 {
		t.Fatalf("no feed %q in %+v", name, feeds)
	}
	return feeds[i]
}
