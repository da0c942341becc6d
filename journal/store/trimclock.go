package store

import (
	"context"
	"errors"
	"time"

	"zombiezen.com/go/sqlite"

	"foghorn/internal/clock"
)

// Keys of the view's table meta: the last time that retention trusted, which the
// next start compares with its clock; and the records that arrived while the clock
// was slow, with the earliest time that they can have arrived.
const (
	metaTrusted    = "trusted"
	metaYoungAfter = "young after"
	metaYoungUpTo  = "young up to"
	metaYoungAt    = "young at"
)

// correctedTimes are records whose own times are too early: when the clock is set forward,
// whatever arrived since the process began is no older than the process.
type correctedTimes struct{ after, upTo, at int64 }

// time is when a record arrived, corrected where its own time is too early.
func (y correctedTimes) time(seq, at int64) int64 {
	if seq > y.after && seq <= y.upTo {
		return max(at, y.at)
	}
	return at
}

// saveClockEvery is how often the trusted time is saved.
const saveClockEvery = time.Minute

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
		t.clockSaved = t.elapsed - saveClockEvery
	}
	last, err := queryInt(t.conn, "SELECT max(seq) FROM records")
	if err != nil {
		return "", err
	}
	t.arrivals.note(t.elapsed, last)
	was, asExpected := t.clock.jump, now.Round(0).Sub(t.clock.expected(t.elapsed)).Abs() <= clockDrift
	t.aged, said = t.clock.read(now, t.elapsed, first)
	forward := !first && t.clock.jump > 0 && t.clock.jump != was
	switch {
	case forward || asExpected && was < 0: // it was slow until now
		start := t.arrivals.seen[0]
		t.corrected = correctedTimes{after: start.last, upTo: last, at: millis(now.Add(start.elapsed - t.elapsed))}
	case asExpected && was > 0: // it was not
		t.corrected = correctedTimes{}
	case t.elapsed-t.clockSaved < saveClockEvery:
		return said, nil
	}
	t.clockSaved = t.elapsed
	return said, t.view.write(ctx, func(w *viewWriter) error {
		x := &tx{w: w}
		return errors.Join(x.putMeta(metaTrusted, millis(t.clock.expected(t.elapsed))),
			x.putMeta(metaYoungAfter, t.corrected.after), x.putMeta(metaYoungUpTo, t.corrected.upTo), x.putMeta(metaYoungAt, t.corrected.at))
	})
}

// trustedTime returns the time to compare the clock with at the start, or now if
// there is none.
func (t *Trimmer) trustedTime(ctx context.Context, now time.Time) (time.Time, error) {
	ms := int64(0)
	err := t.view.read(ctx, "read the trusted time", func(c *sqlite.Conn) (err error) {
		for key, n := range map[string]*int64{metaTrusted: &ms, metaYoungAfter: &t.corrected.after, metaYoungUpTo: &t.corrected.upTo, metaYoungAt: &t.corrected.at} {
			if *n, err = queryInt(c, "SELECT value FROM meta WHERE key = ?", key); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return now, err
	}
	if ms == 0 {
		if ms, err = queryInt(t.conn, "SELECT at_ms FROM records ORDER BY seq DESC LIMIT 1"); err != nil || ms == 0 {
			return now, err
		}
	}
	return time.UnixMilli(ms), nil
}
