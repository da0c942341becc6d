package actions

import "context"

// Retrier is the collector's part without its ticker.
func (a *Actions) Retrier() *retrier { return a.retrier() }

// RetryDue is one look of it.
func (c *retrier) RetryDue(ctx context.Context) { c.retryDue(ctx) }
