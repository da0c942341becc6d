package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"zombiezen.com/go/sqlite"
)

// Retention configures how long records are kept. Each record group (a topic,
// "refused", "activity") belongs to a retention group, and a retention group has
// limits.
type Retention struct {
	// GroupOf returns the retention group of a record group. It is called often
	// and must return the same group for as long as the process runs.
	GroupOf func(recordGroup string) string
	// Limits returns a retention group's limits: the age since receipt, and the
	// total bytes of its records. 0 is no limit.
	Limits func(group string) (age time.Duration, bytes int64)
}

// Limits of one step, so that neither the log's writer nor the projector waits
// noticeably.
const (
	stepRecords = 500
	stepBytes   = 4 << 20
	stepMeasure = 2000 // records whose size is added up
	stepPages   = 64   // pages given back to the file system
	slackPages  = 4096 // free pages to keep in a file for new records
)

// TrimResult is what one step did.
type TrimResult struct {
	Records int    // removed from the log, with all that was derived from them
	Bytes   int64  // of their heads and bodies
	More    bool   // another step has something to do right now
	Clock   string // a message about the clock for the log, once
}

// Trimmer keeps the journal within its limits. It belongs to the collector, and
// only one goroutine may use it.
//
// It removes the oldest records of a group that are in the view already, with the
// events, deliveries, activities and resolved alerts that came from them. It keeps
// a record that opened an alert until the alert is resolved, and always keeps the
// newest record of all. It measures age by the clock while that advances steadily
// (see ageClock). A record is never older than the records before it, nor older
// than the time that has passed since its receipt.
type Trimmer struct {
	log  *Log
	view *View
	ret  Retention
	conn *sqlite.Conn // to the log

	clock      ageClock
	arrivals   arrivals
	corrected  correctedTimes
	clockSaved time.Duration // when the trusted time was last saved
	elapsed    time.Duration // of this step
	aged       bool          // the clock is trusted in this step

	loaded   bool
	measured int64             // all records up to here are in usage
	holes    bool              // records were missing between those measured
	usage    map[string]*usage // by record group
}

// usage has the sizes of one record group.
type usage struct {
	bytes     int64
	trimmedTo int64 // up to here, no removable record is left
	removedTo int64 // up to here, records may have been removed; 0 when none was
	group     string
	dirty     bool
}

// NewTrimmer makes the trimmer of a journal; view has to be the writer.
func NewTrimmer(l *Log, v *View, r Retention) (*Trimmer, error) {
	if r.GroupOf == nil || r.Limits == nil {
		return nil, errors.New("retention has no groups or no limits")
	}
	// No fsync: after a power cut the records are simply removed again.
	c, err := connect(l.path, settings{cache: 1 << 20})
	if err != nil {
		return nil, err
	}
	return &Trimmer{log: l, view: v, ret: r, conn: c, usage: map[string]*usage{}}, nil
}

// Close closes the trimmer's connection.
func (t *Trimmer) Close() error { return t.conn.Close() }

// Trim does one bounded step at now. Call it again immediately while the result has
// More, and otherwise every few seconds.
func (t *Trimmer) Trim(ctx context.Context, now time.Time) (res TrimResult, err error) {
	defer func() { err = wrap("trim", t.log.path, err) }()
	t.conn.SetInterrupt(ctx.Done())
	defer t.conn.SetInterrupt(nil)
	if err := t.load(ctx); err != nil {
		return res, err
	}
	if res.Clock, err = t.readClock(ctx, now); err != nil {
		return res, err
	}
	end, err := t.end(ctx)
	if err != nil {
		return res, err
	}
	if res.More, err = t.measure(end); err != nil {
		return res, err
	}
	s := choice{}
	for _, g := range t.groups() {
		if err := t.choose(&s, g, end, now); err != nil {
			return res, err
		}
	}
	res.More = res.More || s.full()
	gone, err := t.remove(ctx, s.records)
	if err != nil {
		return res, err
	}
	res.Records, res.Bytes = len(gone), s.bytes
	more, err := t.releaseFreePages()
	res.More = res.More || more
	return res, err
}

// end is the last record that may be removed: in the view, and not the newest.
func (t *Trimmer) end(ctx context.Context) (int64, error) {
	position, err := t.view.Position(ctx)
	if err != nil {
		return 0, err
	}
	last, err := queryInt(t.conn, "SELECT max(seq) FROM records")
	return min(position, last-1), err
}

// measure adds up the sizes of new records.
func (t *Trimmer) measure(end int64) (more bool, err error) {
	n := 0
	err = t.scan(t.measured, end, func(r scanned) bool {
		if n == stepMeasure {
			more = true
			return false
		}
		n++
		t.holes = t.holes || r.seq != t.measured+1
		u := t.usage[r.group]
		if u == nil {
			u = &usage{trimmedTo: r.seq - 1, group: t.ret.GroupOf(r.group)}
			if t.holes { // a view that is derived again: whose records are missing, nobody knows
				u.removedTo = r.seq - 1
			}
			t.usage[r.group] = u
		}
		u.bytes += r.bytes
		u.dirty = true
		t.measured = r.seq
		return true
	})
	return more, err
}

// scanned has the parts of a record that retention needs.
type scanned struct {
	seq, at, bytes int64
	group          string
}

// scan calls f for the records after a sequence up to end, in order, until f
// returns false. It reads the sizes without the bodies. It skips damaged pages,
// whose records stay.
func (t *Trimmer) scan(after, end int64, f func(scanned) bool) error {
	for {
		last, err := t.scanWhole(after, end, f)
		if !isCorrupt(err) {
			return err
		}
		next, cause, e := nextReadable(t.conn, last+1)
		if e != nil || cause == nil {
			return errors.Join(err, e)
		}
		after = next.Seq - 1
	}
}

// scanWhole scans up to the first damage, and returns the last record before it.
func (t *Trimmer) scanWhole(after, end int64, f func(scanned) bool) (last int64, err error) {
	st, err := t.conn.Prepare("SELECT seq, grp, at_ms, length(head) + length(body) FROM records WHERE seq >= ? AND seq <= ? ORDER BY seq")
	if err != nil {
		return after, err
	}
	defer st.Reset()
	st.BindInt64(1, after+1)
	st.BindInt64(2, end)
	for last = after; ; {
		row, err := st.Step()
		if err != nil || !row {
			return last, err
		}
		last = st.ColumnInt64(0)
		if !f(scanned{seq: last, group: st.ColumnText(1), at: st.ColumnInt64(2), bytes: st.ColumnInt64(3)}) {
			return last, nil
		}
	}
}

// groups are the retention groups that have records, in a fixed order.
func (t *Trimmer) groups() (names []string) {
	for _, u := range t.usage {
		names = append(names, u.group)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// choice collects the records that one step removes.
type choice struct {
	records []int64
	bytes   int64
	looked  int
}

func (s *choice) full() bool {
	return len(s.records) >= stepRecords || s.bytes >= stepBytes || s.looked >= 20*stepRecords
}

// choose adds the oldest records of a group beyond its limits.
func (t *Trimmer) choose(s *choice, group string, end int64, now time.Time) error {
	age, limit := t.ret.Limits(group)
	from, over := int64(-1), -limit
	for _, u := range t.usage {
		if u.group != group {
			continue
		}
		over += u.bytes
		if u.bytes > 0 && (from < 0 || u.trimmedTo < from) {
			from = u.trimmedTo
		}
	}
	if from < 0 || age <= 0 && (limit <= 0 || over <= 0) {
		return nil
	}
	may, certain := t.arrivals.older(age, t.elapsed)
	limitMS, future := now.Add(-age).UnixMilli(), now.Add(clockDrift).UnixMilli()
	passed, latest := from, int64(0)
	err := t.scan(from, min(end, t.measured), func(r scanned) bool {
		if s.full() {
			return false
		}
		s.looked++
		if r.at <= future {
			latest = max(latest, r.at)
		}
		u := t.usage[r.group]
		if u != nil && u.group == group && r.seq > u.trimmedTo {
			at := latest
			if latest == 0 {
				at = r.at
			}
			at = t.corrected.time(r.seq, at)
			tooOld := age > 0 && t.aged && (r.seq <= certain || r.seq <= may && at < limitMS)
			tooMuch := limit > 0 && over > 0
			if !tooOld && !tooMuch {
				return false
			}
			over -= r.bytes
			u.bytes -= r.bytes
			u.dirty = true
			u.removedTo = r.seq
			s.records = append(s.records, r.seq)
			s.bytes += r.bytes
		}
		passed = r.seq
		return true
	})
	for _, u := range t.usage {
		if u.group == group && u.trimmedTo < passed {
			u.trimmedTo, u.dirty = passed, true
		}
	}
	if err != nil {
		t.loaded = false // the chosen records were not removed: read the table again
		return fmt.Errorf("choose what to remove: %w", err)
	}
	return nil
}
