package store

import (
	"context"
	"errors"
	"fmt"

	"zombiezen.com/go/sqlite"

	"foghorn/journal/event"
)

// verify marks a record whose checksum does not match. Its sequence is its place in
// the log, so the records after it can still be read.
func verify(r *event.Record) {
	if r.Sum == 0 { // written before there were checksums
		return
	}
	if checksum(r.Seq, r) == r.Sum {
		return
	}
	r.Damage = fmt.Sprintf("record %d of %s is damaged: its checksum does not match", r.Seq, LogFile)
	r.First = r.Seq
}

// Damage finds how far the pages after a sequence are unreadable. It returns one
// record in place of all those that Read could not return, or ErrNotFound when they
// can be read now: a disk may fail for a moment. Damage at the very end is returned
// as a CorruptError, because appends go there.
func (l *Log) Damage(ctx context.Context, after int64) (lost event.Record, err error) {
	// A connection of its own: what the others have in memory may be older.
	c, err := connect(l.path, settings{readOnly: true})
	if err != nil {
		return lost, err
	}
	defer c.Close()
	c.SetInterrupt(ctx.Done())
	next, cause, err := nextReadable(c, after+1)
	if err != nil {
		return lost, wrap("read", l.path, err)
	}
	if cause == nil {
		return lost, fmt.Errorf("no damage after record %d: %w", after, ErrNotFound)
	}
	lost = event.Record{Seq: next.Seq - 1, First: after + 1, At: next.At}
	which := fmt.Sprintf("record %d", lost.Seq)
	if lost.First != lost.Seq {
		which = fmt.Sprintf("records %d to %d", lost.First, lost.Seq)
	}
	lost.Damage = fmt.Sprintf("%s of %s cannot be read: %v", which, LogFile, cause)
	return lost, nil
}

// nextReadable returns the first readable record from a sequence on, and why those
// before it could not be read, if any. Damaged pages hold consecutive records, so a
// binary search finds their end.
func nextReadable(c *sqlite.Conn, from int64) (next event.Record, cause, err error) {
	next, cause = firstFrom(c, from)
	if !isCorrupt(cause) {
		return next, nil, cause
	}
	last, err := queryInt(c, "SELECT max(seq) FROM records")
	if err != nil {
		return next, nil, err
	}
	bad, good := from, int64(0)
	for step := int64(1); good == 0; step *= 2 {
		at := min(from+step, last)
		r, err := firstFrom(c, at)
		switch {
		case err == nil:
			next, good = r, at
		case !isCorrupt(err) || at == last:
			return next, nil, err
		default:
			bad = at
		}
	}
	for bad+1 < good {
		at := bad + (good-bad)/2
		r, err := firstFrom(c, at)
		switch {
		case err == nil:
			next, good = r, at
		case isCorrupt(err):
			bad = at
		default:
			return next, nil, err
		}
	}
	return next, cause, nil
}

// firstFrom reads the first record from a sequence on, whole.
func firstFrom(c *sqlite.Conn, seq int64) (r event.Record, err error) {
	st, err := c.Prepare("SELECT " + recordColumns + " FROM records WHERE seq >= ? ORDER BY seq LIMIT 1")
	if err != nil {
		return r, err
	}
	defer st.Reset()
	st.BindInt64(1, seq)
	row, err := st.Step()
	if err != nil {
		return r, err
	}
	if !row {
		return r, fmt.Errorf("no record from %d on: %w", seq, ErrNotFound)
	}
	r = scanRecord(st)
	if r.Seq < seq {
		return r, sqlite.ResultCorrupt.ToError()
	}
	return r, nil
}

// isCorrupt reports whether an error is damage. SQLite reports a read error of the
// disk as damage too.
func isCorrupt(err error) bool {
	if err == nil {
		return false
	}
	code := sqlite.ErrCode(err).ToPrimary()
	return code == sqlite.ResultCorrupt || code == sqlite.ResultNotADB || errors.Is(err, ErrCorrupt)
}

// DamagedError says that the checksum of one record does not match.
type DamagedError struct {
	Seq int64
	Why string
}

func (e *DamagedError) Error() string {
	return e.Why + "; the records around it are not affected"
}
