package store

import (
	"context"
	"time"

	"zombiezen.com/go/sqlite"

	"foghorn/internal/clock"
)

// metaTrusted is the key of the view's table meta for the last time that
// retention believed, so that the next start can compare its clock with it.
const metaTrusted = "trusted"

// keepEvery is how often the trusted time is written down.
const keepEvery = time.Minute

// readClock compares the clock with the monotonic one, and at the first step
// with the time that was trusted last, or with the newest record.
func (t *Trimmer) readClock(ctx context.Context, now time.Time) (said string, err error) {
	t.elapsed = clock.Elapsed(t.log.opt.clock())
	first := t.clock.trusted.IsZero()
	if first {
		if t.clock.trusted, err = t.trustedTime(ctx, now); err != nil {
			return "", err
		}
		t.clock.at = t.elapsed
		t.kept = t.elapsed - keepEvery
	}
	last, err := number(t.conn, "SELECT max(seq) FROM records")
	if err != nil {
		return "", err
	}
	t.came.note(t.elapsed, last)
	t.aged, said = t.clock.read(now, t.elapsed, first)
	if t.elapsed-t.kept < keepEvery {
		return said, nil
	}
	t.kept = t.elapsed
	return said, t.view.write(ctx, func(w *viewWriter) error {
		return (&tx{w: w}).putMeta(metaTrusted, millis(t.clock.expected(t.elapsed)))
	})
}

// trustedTime is what the clock is compared with at the start: now when nothing
// is known.
func (t *Trimmer) trustedTime(ctx context.Context, now time.Time) (time.Time, error) {
	ms := int64(0)
	err := t.view.read(ctx, "read the trusted time", func(c *sqlite.Conn) (err error) {
		ms, err = number(c, "SELECT value FROM meta WHERE key = ?", metaTrusted)
		return err
	})
	if err != nil {
		return now, err
	}
	if ms == 0 {
		if ms, err = number(t.conn, "SELECT at_ms FROM records ORDER BY seq DESC LIMIT 1"); err != nil || ms == 0 {
			return now, err
		}
	}
	return time.UnixMilli(ms), nil
}
