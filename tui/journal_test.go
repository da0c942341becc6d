package tui

import (
	"context"
	"fmt"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/projector"
	"foghorn/journal/query"
	"foghorn/journal/store"
)

// testJournal is a real journal in a directory of its own: a log, a view, and the
// projector between them. A test fills its rows, and open or save writes them; what
// operators do after that goes through the log and the projector, as everywhere.
type testJournal struct {
	*journal.Journal // nil before open
	testRows

	tb    testing.TB
	saved testRows      // what the view has of the rows
	view  *store.View   // to write what a collector would
	box   *store.Outbox // nil without relays
	dir   string

	stopLog, stopProjector func() // each waits for its goroutine

	mu          sync.Mutex
	eventPages  []query.Page // read since eventReads
	devicePages int          // read since deviceReads
	err         error        // that reads and appends return; see fail
}

func newTestJournal(tb testing.TB) *testJournal { return &testJournal{tb: tb} }

// memoryDir is where Linux keeps files without a disk. There are hundreds of journals
// here, and a disk takes milliseconds for each fsync of each of them.
const memoryDir = "/dev/shm"

// must ends the test at an error that only a broken test causes.
func (j *testJournal) must(err error) {
	j.tb.Helper()
	if err != nil {
		j.tb.Fatal(err)
	}
}

// open makes the files, writes the rows and starts the log's writer and the
// projector. The caller closes the journal in the same synctest bubble.
func (j *testJournal) open() {
	j.tb.Helper()
	j.write()
	j.startProjector()
}

// write makes the files with the rows, and starts the log's writer.
func (j *testJournal) write() {
	j.tb.Helper()
	ctx := context.Background()
	var err error
	j.dir, err = os.MkdirTemp(memoryDir, "foghorn-journal-")
	if err != nil {
		j.dir, err = os.MkdirTemp("", "foghorn-journal-")
	}
	j.must(err)
	copied := j.copyTemplate()
	j.openFiles(ctx)
	if !copied {
		j.must(j.putLogged(ctx, j.deliveries, j.events))
		j.must(j.view.Update(ctx, j.putDerived))
		j.must(j.view.PutScores(ctx, hourly(j.scores, time.Now())))
	}
	j.must(j.saveState(ctx))
}

// openFiles opens log and view, and starts the log's writer.
func (j *testJournal) openFiles(ctx context.Context) {
	j.tb.Helper()
	log, err := store.OpenLog(ctx, j.dir, store.Options{})
	j.must(err)
	j.stopLog = runs(log.Run)
	j.view, err = store.OpenViewWriter(ctx, j.dir, store.Options{})
	j.must(err)
	j.Journal = journal.New(log, j.view).WithOutbox(j.openOutbox(ctx)).WithRelayPlans(j.outbox.plans)
	_, err = j.view.Match(ctx, log)
	j.must(err)
}

// putDerived writes what the projector would derive besides events.
func (j *testJournal) putDerived(tx store.Tx) error {
	for i := range j.alerts {
		if err := tx.PutAlert(&j.alerts[i]); err != nil {
			return err
		}
	}
	for i := range j.activities {
		if err := tx.PutActivity(&j.activities[i]); err != nil {
			return err
		}
	}
	if j.damaged != 0 {
		return tx.PutDamage(j.damaged, j.damaged)
	}
	return nil
}

// runs starts a goroutine, and returns what ends it.
func runs(run func(context.Context) error) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = run(ctx)
	}()
	return func() { cancel(); <-ended }
}

// startProjector starts the projector at the position of the view.
func (j *testJournal) startProjector() {
	j.tb.Helper()
	p, err := projector.New(projector.Options{Log: j.Log, View: j.view, Wake: j.Log.Changed()})
	j.must(err)
	j.stopProjector = runs(p.Run)
}

// close ends the goroutines and deletes the files.
func (j *testJournal) close() {
	j.stopProjector()
	j.stopLog()
	if err := j.Journal.Close(); err != nil {
		j.tb.Error(err)
	}
	if err := os.RemoveAll(j.dir); err != nil {
		j.tb.Error(err)
	}
}

// withoutProjector stops the projector, which is the view's only writer, for a write
// of the test, and starts it again from what was written.
func (j *testJournal) withoutProjector(write func(ctx context.Context) error) {
	j.tb.Helper()
	j.stopProjector()
	j.must(write(context.Background()))
	j.startProjector()
}

// putLogged writes deliveries with the events that were made of them, to the log and
// as the projector would have to the view.
func (j *testJournal) putLogged(ctx context.Context, deliveries []event.Delivery, events []event.Event) error {
	records := make([]event.Record, len(deliveries))
	for i := range deliveries {
		var err error
		if records[i], err = event.DeliveryRecord(deliveries[i]); err != nil {
			return err
		}
	}
	var sum int64
	if len(records) > 0 {
		seqs, err := j.Log.Append(ctx, records...)
		if err != nil {
			return err
		}
		for i, seq := range seqs {
			if deliveries[i].ID != seq {
				return fmt.Errorf("delivery %d became record %d", deliveries[i].ID, seq)
			}
		}
		last, err := j.Log.Get(ctx, seqs[len(seqs)-1])
		if err != nil {
			return err
		}
		sum = last.Sum
	}
	return j.view.Update(ctx, func(tx store.Tx) error {
		for i := range deliveries {
			if err := tx.PutDelivery(&deliveries[i]); err != nil {
				return err
			}
		}
		for i := range events {
			if err := tx.PutEvent(&events[i]); err != nil {
				return err
			}
		}
		if len(deliveries) == 0 {
			return nil
		}
		if err := tx.SetSum(sum); err != nil {
			return err
		}
		return tx.SetPosition(deliveries[len(deliveries)-1].ID)
	})
}

// add adds deliveries and events, before and after open.
func (j *testJournal) add(deliveries []event.Delivery, events []event.Event) {
	j.tb.Helper()
	j.deliveries, j.events = append(j.deliveries, deliveries...), append(j.events, events...)
	if j.Journal != nil {
		j.withoutProjector(func(ctx context.Context) error { return j.putLogged(ctx, deliveries, events) })
	}
}

// putAlert adds an alert or replaces the one with its id, before and after open.
func (j *testJournal) putAlert(a event.Alert) {
	j.tb.Helper()
	a.OpenTitle = a.Title
	if i := slices.IndexFunc(j.alerts, func(o event.Alert) bool { return o.ID == a.ID }); i >= 0 {
		j.alerts[i] = a
	} else {
		j.alerts = append(j.alerts, a)
	}
	if j.Journal != nil {
		j.withoutProjector(func(ctx context.Context) error {
			return j.view.Update(ctx, func(tx store.Tx) error { return tx.PutAlert(&a) })
		})
	}
}

// appendActivities appends what another operator did, and returns the ids. The
// projector runs as soon as the test waits, without time passing.
func (j *testJournal) appendActivities(acts ...event.Activity) []int64 {
	j.tb.Helper()
	records := make([]event.Record, len(acts))
	for i, a := range acts {
		var err error
		records[i], err = event.ActivityRecord(a)
		j.must(err)
	}
	ids, err := j.Log.Append(context.Background(), records...)
	j.must(err)
	return ids
}

// trim removes all records but the newest, as retention does.
func (j *testJournal) trim() {
	j.tb.Helper()
	t, err := store.NewTrimmer(j.Log, j.view, store.Retention{
		GroupOf: func(group string) string { return group },
		Limits:  func(string) (time.Duration, int64) { return 0, 1 },
	})
	j.must(err)
	defer t.Close()
	for more := true; more; {
		res, err := t.Trim(context.Background(), time.Now())
		j.must(err)
		more = res.More
	}
}

// fail makes reads of events and of the status, and appends, return an error from
// now on. Nil ends it.
func (j *testJournal) fail(err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.err = err
}

func (j *testJournal) failure() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.err
}

// eventReads returns the pages of events that were read since the last call.
func (j *testJournal) eventReads() []query.Page {
	j.mu.Lock()
	defer j.mu.Unlock()
	pages := j.eventPages
	j.eventPages = nil
	return pages
}

// deviceReads returns how often devices were read since the last call.
func (j *testJournal) deviceReads() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	n := j.devicePages
	j.devicePages = 0
	return n
}

// Events counts the pages and fails while fail says so.
func (j *testJournal) Events(ctx context.Context, p query.Page) ([]event.Event, error) {
	j.mu.Lock()
	j.eventPages = append(j.eventPages, p)
	j.mu.Unlock()
	if err := j.failure(); err != nil {
		return nil, err
	}
	return j.Journal.Events(ctx, p)
}

// Devices counts the pages.
func (j *testJournal) Devices(ctx context.Context, p query.Page) ([]event.Device, error) {
	j.mu.Lock()
	j.devicePages++
	j.mu.Unlock()
	return j.Journal.Devices(ctx, p)
}

// Status fails while fail says so.
func (j *testJournal) Status(ctx context.Context) (event.Status, error) {
	if err := j.failure(); err != nil {
		return event.Status{}, err
	}
	return j.Journal.Status(ctx)
}

// testLog is the log of a testJournal as actions write it.
type testLog struct{ j *testJournal }

// Append fails while fail says so.
func (l testLog) Append(ctx context.Context, records ...event.Record) ([]int64, error) {
	if err := l.j.failure(); err != nil {
		return nil, err
	}
	return l.j.Log.Append(ctx, records...)
}
