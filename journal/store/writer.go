package store

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
	"zombiezen.com/go/sqlite"

	"foghorn/journal/event"
)

// Limits of one group, so that a flood neither delays the first record of a group
// for long nor makes a transaction of unlimited size.
const (
	maxGroupRecords = 1024
	maxGroupBytes   = 8 << 20
)

// pending is one call of Append that waits for the writer.
type pending struct {
	records []event.Record
	bytes   int
	// taken decides who ends the call: the writer, if it sets it first, or the
	// caller, if it gave up before that. So an error of Append always means
	// that nothing was stored.
	taken atomic.Bool
	done  chan struct{}
	seqs  []int64 // of the records; nil if they were not stored
	err   error
}

// Append implements Appender. It waits until Run has committed the records, or
// until ctx ends before the writer took them. ErrClosed means that Run has
// ended, ErrFull that the disk is full, ErrTooLarge that a record is too large.
func (l *Log) Append(ctx context.Context, records ...event.Record) ([]int64, error) {
	if len(records) == 0 {
		return nil, errors.New("append to the log: no records")
	}
	p := &pending{records: records, seqs: make([]int64, 0, len(records)), done: make(chan struct{})}
	for i := range records {
		n := len(records[i].Head) + len(records[i].Body)
		if n > MaxRecordBytes {
			return nil, fmt.Errorf("append to the log: %w: %d bytes, at most %d", ErrTooLarge, n, MaxRecordBytes)
		}
		p.bytes += n
	}
	select {
	case <-l.stopped: // checked first: both may be ready
		return nil, ErrClosed
	default:
	}
	select {
	case l.queue <- p:
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-l.stopped:
		return nil, ErrClosed
	}
	select {
	case <-p.done:
	case <-ctx.Done():
		if p.taken.CompareAndSwap(false, true) {
			return nil, ctx.Err()
		}
		<-p.done
	case <-l.stopped:
		if p.taken.CompareAndSwap(false, true) {
			return nil, ErrClosed
		}
		<-p.done
	}
	return p.seqs, p.err
}

// Run is the writer: it commits the queued records one group at a time, notices
// other processes' commits, and keeps the write-ahead file small. When ctx ends it
// commits the queued records and returns nil; Append then returns ErrClosed. Call
// it only once.
//
// Errors of single commits go to their callers and do not end Run. Run returns an
// error if it cannot open the file, and a TamperedError if another program changed
// the files, because later records could be lost although they were acknowledged.
func (l *Log) Run(ctx context.Context) (err error) {
	if !l.running.CompareAndSwap(false, true) {
		return errors.New("the writer of the log has run already")
	}
	defer close(l.stopped)
	w := &writer{log: l, changes: changeDetector{path: l.path}}
	if err := w.open(); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.end(err)) }()
	g, ctx := errgroup.WithContext(ctx)
	k := checkpointer{path: l.path, full: true, gauge: &l.wal, writing: &l.writing, clock: l.opt.clock(), check: w.guard.check}
	g.Go(func() error { return k.run(ctx) })
	g.Go(func() error { return w.loop(ctx) })
	return g.Wait()
}

// writer is the state of the one goroutine that appends.
type writer struct {
	log     *Log
	conn    *sqlite.Conn
	insert  *sqlite.Stmt
	guard   *guard
	changes changeDetector
	version int64 // data_version: changes when another connection commits
	group   []*pending
	seq     int64 // of the last record written, and its checksum
	sum     int64
}

func (w *writer) open() (err error) {
	l := w.log
	if w.conn, err = connect(l.path, settings{cache: 1 << 20, full: true, maxBytes: l.opt.MaxBytes}); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			w.conn.Close()
		}
	}()
	if w.guard, err = newGuard(l.path, l.opt.Lock, w.conn); err != nil {
		return err
	}
	l.guard = w.guard
	if w.insert, err = w.conn.Prepare("INSERT INTO records(kind, grp, at_ms, head, body, seq, sum) VALUES(?, ?, ?, ?, ?, ?, ?)"); err != nil {
		return wrap("open", l.path, err)
	}
	w.version, err = queryInt(w.conn, "PRAGMA data_version")
	return wrap("open", l.path, err)
}

func (w *writer) loop(ctx context.Context) error {
	tick, stop := w.log.opt.clock().NewTicker(pollEvery)
	defer stop()
	for {
		select {
		case p := <-w.log.queue:
			if err := w.commit(p); err != nil {
				return err
			}
		case <-tick:
			if err := w.look(); err != nil {
				return err
			}
		case <-ctx.Done():
			for {
				select {
				case p := <-w.log.queue:
					if err := w.commit(p); err != nil {
						return err
					}
				default:
					return nil
				}
			}
		}
	}
}

// look checks the files for changes by other processes. It holds the write lock
// throughout, because the guard uses the writer's connection, also for the
// checkpointer.
func (w *writer) look() error {
	w.log.writing.Lock()
	defer w.log.writing.Unlock()
	err := fatal(w.guard.look())
	if err != nil || !w.changes.maybeChanged() {
		return err
	}
	v, err := queryInt(w.conn, "PRAGMA data_version")
	if err == nil && v != w.version {
		w.version = v
		w.log.wal.touched.Store(true)
		w.log.signal()
	}
	return nil // the next commit returns the error to its caller
}

// fatal returns the error if it must end the writer, or nil.
func fatal(err error) error {
	if _, ok := errors.AsType[*TamperedError](err); ok {
		return err
	}
	return nil
}

// commit writes p and the other queued records as one group, and ends their calls.
// It returns only errors that must end the writer.
func (w *writer) commit(p *pending) error {
	w.gatherSenders()
	w.collect(p)
	if len(w.group) == 0 {
		return nil
	}
	err := wrap("append to", w.log.path, w.writeLocked())
	for i, p := range w.group {
		if err != nil {
			p.seqs = nil
		}
		p.err = err
		close(p.done)
		w.group[i] = nil
	}
	if err == nil {
		w.log.signal()
	}
	return fatal(err)
}

// gatherSenders yields to goroutines that are ready to append, for as long as more
// come, before the group is collected. After a commit all of its senders are about
// to append again, and the running writer would otherwise commit the first of them
// as a group of its own. Yielding halves the number of fsyncs under load, and costs
// a lone sender some microseconds.
func (w *writer) gatherSenders() {
	for n, still := len(w.log.queue), 0; still < idleYields && n < cap(w.log.queue); {
		runtime.Gosched()
		if more := len(w.log.queue); more > n {
			n, still = more, 0
		} else {
			still++
		}
	}
}

// idleYields is how many yields without a new record end the gathering.
const idleYields = 4

// collect fills the group with p and the records queued behind it. It does not
// wait for more: the records that queue up during a commit make a good batch.
func (w *writer) collect(p *pending) {
	w.group = w.group[:0]
	records, bytes := 0, 0
	for {
		if p.taken.CompareAndSwap(false, true) {
			w.group = append(w.group, p)
			records += len(p.records)
			bytes += p.bytes
		}
		if records >= maxGroupRecords || bytes >= maxGroupBytes {
			return
		}
		select {
		case p = <-w.log.queue:
		default:
			return
		}
	}
}

// writeLocked writes the group while the checkpointer waits. A panic becomes the
// error of the group: its callers get it, and the writer goes on with the next.
func (w *writer) writeLocked() (err error) {
	w.log.writing.Lock()
	defer w.log.writing.Unlock()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v", errPanicked, p)
		}
	}()
	if err := w.write(); err != nil {
		return err
	}
	// The group is on disk; now check that it is in the files that the next start
	// will open.
	w.guard.wrote(w.seq, w.sum)
	return w.guard.check()
}

func (w *writer) write() (err error) {
	end, err := begin(w.conn)
	if err != nil {
		return err
	}
	defer func() { end(&err) }()
	// Other processes append too, so read the end within the transaction.
	seq, err := queryInt(w.conn, "SELECT max(seq) FROM records")
	if err != nil {
		return err
	}
	err = errPanicked // until the end of this function: a panic rolls the group back
	bytes, sum := 0, int64(0)
	for _, p := range w.group {
		for i := range p.records {
			seq++
			sum = checksum(seq, &p.records[i])
			if err := w.put(seq, sum, &p.records[i]); err != nil {
				return err
			}
			p.seqs = append(p.seqs, seq)
		}
		bytes += p.bytes + 64*len(p.records)
	}
	w.log.wal.wrote(bytes)
	w.seq, w.sum = seq, sum
	return nil
}

func (w *writer) put(seq, sum int64, r *event.Record) error {
	st := w.insert
	st.BindInt64(1, int64(r.Kind))
	st.BindText(2, r.Group)
	st.BindInt64(3, millis(r.At))
	bindBlob(st, 4, r.Head)
	bindBlob(st, 5, r.Body)
	st.BindInt64(6, seq)
	st.BindInt64(7, sum)
	return run(st)
}

// bindBlob binds bytes; nil becomes an empty blob, not NULL.
func bindBlob(st *sqlite.Stmt, i int, b []byte) {
	if len(b) == 0 {
		st.BindZeroBlob(i, 0)
		return
	}
	st.BindBytes(i, b)
}

// millis is a time as the tables keep it: epoch milliseconds, 0 for none.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
