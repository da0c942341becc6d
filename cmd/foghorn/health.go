package main

import (
	"context"
	"fmt"

	"github.com/prometheus/client_golang/prometheus"

	"foghorn/projector"
)

// ready is asked by /readyz beside the listener's own state: a view that can no
// longer be written is trouble, although deliveries are still safe in the log.
func (c *collector) ready(context.Context) error {
	if problem := c.projector.Stats().Problem; problem != "" {
		return fmt.Errorf("the view stands still: %s", problem)
	}
	return nil
}

// registerMetrics adds what the projector knows to the listener's /metrics.
func registerMetrics(r *prometheus.Registry, p *projector.Projector) {
	gauge := func(name, help string, value func(projector.Stats) int64) {
		r.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help},
			func() float64 { return float64(value(p.Stats())) }))
	}
	counter := func(name, help string, value func(projector.Stats) int64) {
		r.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help},
			func() float64 { return float64(value(p.Stats())) }))
	}
	gauge("foghorn_projector_lag_records", "Records in the log that are not yet in the view.", projector.Stats.Lag)
	gauge("foghorn_projector_position", "The last record in the view.", func(s projector.Stats) int64 { return s.Position })
	counter("foghorn_events_total", "New events put into the view.", func(s projector.Stats) int64 { return s.Events })
	counter("foghorn_event_copies_total", "Events that were known already.", func(s projector.Stats) int64 { return s.Copies })
	counter("foghorn_undecoded_total", "Accepted deliveries that gave no event.", func(s projector.Stats) int64 { return s.Undecoded })
	counter("foghorn_projector_failures_total", "Slices that could not be committed.", func(s projector.Stats) int64 { return s.Failures })
}
