package collector

import (
	"github.com/prometheus/client_golang/prometheus"

	"foghorn/collector/lifecycle"
	"foghorn/feeds/junoswatch"
	"foghorn/journal/projector"
)

// registerMetrics adds the figures of the projector and of silence watching to the listener's /metrics.
func registerMetrics(r *prometheus.Registry, p *projector.Projector, silence *junoswatch.Watcher) {
	gauge := func(name, help string, value func(projector.Stats) int64) {
		r.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help},
			func() float64 { return float64(value(p.Stats())) }))
	}
	counter := func(name, help string, value func(projector.Stats) int64) {
		r.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help},
			func() float64 { return float64(value(p.Stats())) }))
	}
	r.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "foghorn_junos_watched_hosts", Help: "Junos devices that raise an alert when they fall silent."},
		func() float64 { return float64(silence.Hosts()) }))
	gauge("foghorn_projector_lag_records", "Records in the log that are not yet in the view.", projector.Stats.Lag)
	gauge("foghorn_projector_position", "The last record in the view.", func(s projector.Stats) int64 { return s.Position })
	counter("foghorn_events_total", "New events put into the view.", func(s projector.Stats) int64 { return s.Events })
	counter("foghorn_event_duplicates_total", "Events that were known already.", func(s projector.Stats) int64 { return s.Duplicates })
	counter("foghorn_undecoded_total", "Accepted deliveries that gave no event.", func(s projector.Stats) int64 { return s.Undecoded })
	counter("foghorn_damaged_total", "Damaged records of the log that were skipped, since the start.", func(s projector.Stats) int64 { return s.Damaged })
	counter("foghorn_projector_failures_total", "Times the log could not be read or the view not be written.", func(s projector.Stats) int64 { return s.Failures })
}

// registerServices adds the state of each service to the listener's /metrics.
func registerServices(r *prometheus.Registry, services *lifecycle.Runner) {
	for i, h := range services.Health() {
		labels := prometheus.Labels{"service": h.Service, "phase": h.Phase.String()}
		r.MustRegister(
			prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "foghorn_service_up", Help: "1 while a service of the collector runs.", ConstLabels: labels}, func() float64 {
				if services.Health()[i].State == lifecycle.Running {
					return 1
				}
				return 0
			}),
			prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "foghorn_service_restarts_total", Help: "Restarts of a service after a failure.", ConstLabels: labels},
				func() float64 { return float64(services.Health()[i].Restarts) }),
		)
	}
}
