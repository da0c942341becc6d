package collector

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"foghorn/internal/clock"
	"foghorn/internal/human"
	"foghorn/journal/event"
	"foghorn/journal/store"
)

// outage is the log as the listener sees it. It logs when the journal begins to
// refuse deliveries and when it stores them again: one line each, not one per request.
type outage struct {
	log    event.Appender
	logger *slog.Logger
	clock  clock.Clock

	on      atomic.Bool
	mu      sync.Mutex
	since   time.Time
	last    time.Time // refusal
	refused int64
}

// outageOver is the time without a refusal after which an outage has ended. On a
// nearly full disk small deliveries still fit, which does not end it.
const outageOver = 5 * time.Second

// Append implements event.Appender.
func (o *outage) Append(ctx context.Context, records ...event.Record) ([]int64, error) {
	seqs, err := o.log.Append(ctx, records...)
	switch {
	case err == nil:
		if o.on.Load() {
			o.stored()
		}
	case errors.Is(err, store.ErrClosed), errors.Is(err, store.ErrTooLarge), errors.Is(err, context.Canceled):
		// foghorn stops, the sender gave up, or one delivery is too large: the journal works.
	default:
		o.refuse(err)
	}
	return seqs, err
}

// refuse notes that the journal refused a record.
func (o *outage) refuse(err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.last = o.clock.Now()
	o.refused++
	if o.on.Load() {
		return
	}
	o.since, o.refused = o.last, 1
	o.on.Store(true)
	o.logger.Error("the journal cannot store deliveries; they are answered 503", "err", err)
}

// stored notes that the journal took a record.
func (o *outage) stored() {
	o.mu.Lock()
	defer o.mu.Unlock()
	now := o.clock.Now()
	if !o.on.Load() || now.Sub(o.last) < outageOver && !now.Before(o.last) {
		return
	}
	o.on.Store(false)
	o.logger.Warn("the journal stores deliveries again", "refused", o.refused, "for", human.Duration(now.Sub(o.since)))
}
