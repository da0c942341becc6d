package collector

import (
	"context"
	"fmt"
	"time"
)

// ready is what /readyz asks beside the listener's own state. A view that cannot
// be written is a failure, although deliveries are still safe in the log.
func (c *Collector) ready(context.Context) error {
	if problem := c.projector.Stats().Problem; problem != "" {
		return fmt.Errorf("the view is not updated: %s", problem)
	}
	return nil
}

// rederivedShown is how long screens show that the view was derived again.
const rederivedShown = time.Hour

// journalNote is what the header of every screen says about the journal: why
// projection is failing, or that the view was derived from another log.
func (c *Collector) journalNote() string {
	if problem := c.projector.Stats().Problem; problem != "" {
		return "the view is not updated: " + problem
	}
	if c.rederived != "" && c.Clock.Now().Sub(c.self.Started) < rederivedShown {
		return "derived again at start: " + c.rederived
	}
	return ""
}

// checkJournal reads what is wrong with the journal as a whole. That changes only
// when the projector meets damage.
func (c *Collector) checkJournal(ctx context.Context) {
	status, err := c.view.Status(ctx)
	if err != nil {
		return // whoever asks for the status gets the error
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

// warning is what /readyz reports while deliveries are accepted.
func (c *Collector) warning() string {
	out := joinNotes(c.journalNote(), c.journalProblem())
	for _, f := range c.failedServices() {
		out = joinNotes(out, "service "+f.Name+" "+f.Detail)
	}
	return out
}
