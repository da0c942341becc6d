package webhook

import (
	"net/http"
	"strconv"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"foghorn/journal/event"
)

// metrics are the listener's own, in a registry of their own.
type metrics struct {
	registry      *prometheus.Registry
	handler       http.Handler
	deliveries    *prometheus.CounterVec
	bytes, events *prometheus.CounterVec
	handled       *prometheus.CounterVec
	appendSeconds prometheus.Histogram
	dropped       prometheus.Counter
	handshakes    prometheus.Counter
	panics        prometheus.Counter
	inFlight      atomic.Int64
}

// seen are the counters of one source that every good delivery moves, looked
// up once.
type seen struct {
	verified, v1, unsigned prometheus.Counter
	bytes, events          prometheus.Counter
}

func newMetrics(l *Listener) *metrics {
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
	}
	bySource := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, append([]string{"source"}, labels...))
	}
	m := &metrics{
		registry:   prometheus.NewRegistry(),
		deliveries: bySource("foghorn_deliveries_total", "Requests answered, by source (empty: none), verdict and HTTP status.", "verdict", "status"),
		bytes:      bySource("foghorn_delivery_bytes_total", "Bytes of accepted bodies, inflated."),
		handled: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "foghorn_handler_requests_total",
			Help: "Requests answered by what is served beside deliveries, by path and HTTP status."}, []string{"path", "status"}),
		events: bySource("foghorn_delivery_events_total", "Events in accepted deliveries."),
		appendSeconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "foghorn_append_seconds", Help: "Time until the journal had a record on disk.",
			Buckets: []float64{.0005, .001, .002, .005, .01, .02, .05, .1, .25, 1, 5},
		}),
		dropped:    counter("foghorn_refusals_dropped_total", "Refused requests that were counted but not put on record."),
		handshakes: counter("foghorn_tls_handshake_errors_total", "TLS handshakes that failed."),
		panics:     counter("foghorn_listener_panics_total", "Requests that hit a bug in foghorn."),
	}
	inFlight := prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "foghorn_requests_in_flight", Help: "Requests being handled."},
		func() float64 { return float64(m.inFlight.Load()) })
	open := prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "foghorn_connections_open", Help: "Open connections."},
		func() float64 { return float64(l.conns.count()) })
	m.registry.MustRegister(m.deliveries, m.bytes, m.events, m.handled, m.appendSeconds, m.dropped, m.handshakes, m.panics, inFlight, open,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.announce("", refusalsOfNobody)
	m.handler = promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4})
	return m
}

// Registry is where others register metrics beside the listener's own, such as the
// projector's lag.
func (l *Listener) Registry() *prometheus.Registry { return l.metrics.registry }

// source looks up the counters of one source.
func (m *metrics) source(name string) *seen {
	ok := strconv.Itoa(http.StatusOK)
	m.announce(name, refusalsOfSource)
	return &seen{
		verified: m.deliveries.WithLabelValues(name, string(event.Verified), ok),
		v1:       m.deliveries.WithLabelValues(name, string(event.VerifiedV1), ok),
		unsigned: m.deliveries.WithLabelValues(name, string(event.Unsigned), ok),
		bytes:    m.bytes.WithLabelValues(name),
		events:   m.events.WithLabelValues(name),
	}
}

// What a request can be turned away with. The series exist from the start, at
// zero: Prometheus sees no increase in a series that is born with its first
// refusal, and an alert on refusals would miss just that one.
var (
	refusalsOfSource = map[event.Verdict][]int{
		event.Verified: {503}, event.VerifiedV1: {503}, event.Unsigned: {503}, // the journal refused it
		event.Failed:    {401, 429},
		event.Malformed: {400, 429},
		event.Refused:   {400, 405, 408, 413, 415, 429, 500, 503},
	}
	refusalsOfNobody = map[event.Verdict][]int{event.Refused: {400, 404, 405, 429, 500, 505}}
)

// announce makes the series of refusals of one source.
func (m *metrics) announce(source string, refusals map[event.Verdict][]int) {
	for verdict, list := range refusals {
		for _, status := range list {
			m.deliveries.WithLabelValues(source, string(verdict), strconv.Itoa(status))
		}
	}
}

// stored counts an accepted delivery.
func (m *metrics) stored(s *seen, d *event.Delivery) {
	switch d.Verdict {
	case event.VerifiedV1:
		s.v1.Inc()
	case event.Unsigned:
		s.unsigned.Inc()
	default:
		s.verified.Inc()
	}
	s.bytes.Add(float64(d.Size))
	s.events.Add(float64(d.Events))
}

// refused counts a request that was turned away. The labels are ours alone, so
// that a stranger cannot make new series.
func (m *metrics) refused(d *event.Delivery) {
	m.deliveries.WithLabelValues(d.Source, string(d.Verdict), strconv.Itoa(d.Status)).Inc()
}

// health answers /healthz, /readyz and /metrics, and reports whether the request was
// for one of them. They leave no record.
func (l *Listener) health(w http.ResponseWriter, r *http.Request) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	switch r.URL.Path {
	case "/healthz":
		answerReady(w, nil, "")
	case "/readyz":
		answerReady(w, l.ready(r), l.warning())
	case "/metrics":
		l.metrics.handler.ServeHTTP(w, r)
	default:
		return false
	}
	return true
}
