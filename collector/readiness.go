package collector

import (
	"context"
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"foghorn/journal/projector"
)

// ready is asked by /readyz beside the listener's own state: a view that can no
// longer be written is trouble, although deliveries are still safe in the log.
func (c *Collector) ready(context.Context) error {
	if problem := c.projector.Stats().Problem; problem != "" {
		return fmt.Errorf("the view is not updated: %s", problem)
	}
	return nil
}

// rederivedShown is for how long screens show that the view was derived anew.
const rederivedShown = time.Hour

// journalNote is what the header of every screen says of the journal: why the
// view stands still, or that it is of another log than before.
func (c *Collector) journalNote() string {
	if problem := c.projector.Stats().Problem; problem != "" {
		return "the view is not updated: " + problem
	}
	if c.rederived != "" && c.Clock.Now().Sub(c.self.Started) < rederivedShown {
		return "derived again at start: " + c.rederived
	}
	return ""
}

// checkJournal reads what is wrong with the journal as a whole, which changes
// with the damage that is met and not otherwise.
func (c *Collector) checkJournal(ctx context.Context) {
	status, err := c.view.Status(ctx)
	if err != nil {
		return // who asks for the status is told
	}
	c.problem.Store(&status.Problem)
}

// journalProblem is what checkJournal found.
func (c *Collector) journalProblem() string {
	if p := c.problem.Load(); p != nil {
		return *p
	}
	return ""
}

// warning is said by /readyz although deliveries are taken: probes read it.
func (c *Collector) warning() string { return joinNotes(c.journalNote(), c.journalProblem()) }

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
	counter("foghorn_damaged_total", "Damaged records of the log that were skipped, since the start.", func(s projector.Stats) int64 { return s.Damaged })
	counter("foghorn_projector_failures_total", "Times the log could not be read or the view not be written.", func(s projector.Stats) int64 { return s.Failures })
}
