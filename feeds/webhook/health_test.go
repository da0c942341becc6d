package webhook

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
)

// get asks one of the listener's own paths.
func (b *bench) get(path string) *httptest.ResponseRecorder {
	return b.do(httptest.NewRequest(http.MethodGet, path, nil))
}

func TestProbesLeaveNoTrace(t *testing.T) {
	t.Parallel()
	b := newBench(t, twoOrgs())
	for _, path := range []string{"/healthz", "/readyz", "/metrics"} {
		if w := b.get(path); w.Code != http.StatusOK {
			t.Errorf("%s: answer %d %s", path, w.Code, w.Body)
		}
		if w := b.do(httptest.NewRequest(http.MethodHead, path, nil)); w.Code != http.StatusOK {
			t.Errorf("HEAD %s: answer %d", path, w.Code)
		}
	}
	if n := b.log.count(); n != 0 || b.Dropped() != 0 {
		t.Errorf("%d on record, %d dropped", n, b.Dropped())
	}
}

func TestReadinessTellsWhatIsWrong(t *testing.T) {
	t.Parallel()
	o := twoOrgs()
	var problem error
	o.Ready = func(context.Context) error { return problem }
	b := newBench(t, o)
	check := func(when string, code int, part string) {
		t.Helper()
		if w := b.get("/readyz"); w.Code != code || !strings.Contains(w.Body.String(), part) {
			t.Errorf("%s: answer %d %s, want %d with %q", when, w.Code, w.Body, code, part)
		}
	}
	problem = errors.New("the stream of acme is down")
	check("another feed is down", 503, "stream of acme")
	problem = nil
	b.log.fail(errors.New("disk \"full\""))
	b.do(signed("/mist/acme", "new", good))
	check("the journal failed", 503, `journal not writable: disk \"full\"`)
	// A balancer that sends nothing to a listener that is not ready would
	// never learn that the disk has room again.
	b.clock.Advance(stale)
	check("a while without another try", 200, "ok")
	b.do(signed("/mist/acme", "new", good))
	check("it failed again", 503, "disk")
	b.log.fail(nil)
	b.do(signed("/mist/acme", "new", good))
	check("it was mended", 200, "ok")
	if w := b.get("/healthz"); w.Code != 200 {
		t.Errorf("/healthz: %d", w.Code)
	}
}

func TestMetricsCountWhatHappened(t *testing.T) {
	t.Parallel()
	o := twoOrgs()
	o.RefusalBurst = 1
	b := newBench(t, o)
	b.Registry().MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "foghorn_projector_lag"}, func() float64 { return 7 }))
	b.do(signed("/mist/acme", "new", good))
	b.do(signed("/mist/acme", "new", good))
	b.do(signed("/mist/acme", "wrong", good))
	b.do(post("/nowhere", "x"))
	body := b.get("/metrics").Body.String()
	for _, line := range []string{
		`foghorn_deliveries_total{source="acme",status="200",verdict="verified"} 2`,
		`foghorn_deliveries_total{source="acme",status="401",verdict="failed"} 1`,
		`foghorn_deliveries_total{source="",status="404",verdict="refused"} 1`,
		`foghorn_delivery_bytes_total{source="acme"} 208`,
		`foghorn_delivery_events_total{source="acme"} 2`,
		`foghorn_append_seconds_count 3`,
		`foghorn_refusals_dropped_total 1`,
		`foghorn_requests_in_flight 1`,
		`foghorn_projector_lag 7`,
	} {
		if !strings.Contains(body, line+"\n") {
			t.Errorf("no line %s in:\n%s", line, body)
		}
	}
}

// series are the names of all series in /metrics, without their values.
func (b *bench) series() map[string]bool {
	out := map[string]bool{}
	for line := range strings.SplitSeq(b.get("/metrics").Body.String(), "\n") {
		if name, _, ok := strings.Cut(line, " "); ok && strings.HasPrefix(name, "foghorn_") {
			out[name] = true
		}
	}
	return out
}

// A series that is born with its first refusal shows no increase: an alert
// would miss the first.
func TestNothingThatHappensMakesASeries(t *testing.T) {
	t.Parallel()
	o := twoOrgs()
	o.RefusalsPerAddress = 60
	b := newBench(t, o)
	before := b.series()
	inputs := map[string]*http.Request{}
	for name, c := range badInput(t) {
		inputs[name] = c.r
	}
	for name, c := range goodInput(t) {
		inputs[name] = c.r
	}
	check := func(when string) {
		t.Helper()
		for name := range b.series() {
			if !before[name] {
				t.Errorf("%s: the series %s is new", when, name)
			}
		}
	}
	for _, r := range inputs {
		b.do(r)
	}
	check("after every kind of request")
	for name, c := range badInput(t) { // by now the address has had its reasons
		b.do(c.r)
		check(name + " once more")
	}
	b.log.fail(errors.New("disk full"))
	for name, c := range goodInput(t) {
		b.do(c.r)
		check(name + " without a journal")
	}
	b.o.Log = &exploding{Appender: b.log}
	b.do(signed("/mist/acme", "new", good))
	check("after a mistake of ours")
}
