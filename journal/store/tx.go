package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"zombiezen.com/go/sqlite"

	"foghorn/journal/event"
)

// viewWriter is the one connection that writes the view. The caller holds
// View.writing.
type viewWriter struct {
	conn   *sqlite.Conn
	st     statements
	claims claims
	index  *indexer // nil until it is needed, and after a rollback
	block  int      // events per block of the index
	values knownValues
	lastID int64 // of the newest event
	rows   int   // written since the last commit, to pace checkpoints
}

// rowBytes is about what one row adds to the write-ahead file.
const rowBytes = 1024

// statements are prepared once, because preparing costs more than running.
type statements struct {
	event, duplicate, alertEvents, delivery, alert, transition, alertByID, alertByKey, resolvedSince, activity, activityByID, subscribe, unsubscribe, subscribed, name, count, meta *sqlite.Stmt
}

func openViewWriter(path string, o Options) (*viewWriter, error) {
	c, err := connect(path, settings{cache: writerCache, maxBytes: o.MaxBytes})
	if err != nil {
		return nil, err
	}
	w := &viewWriter{conn: c, block: blockRows}
	if err := w.prepare(); err != nil {
		return nil, errors.Join(wrap("open", path, err), c.Close())
	}
	return w, nil
}

func (w *viewWriter) prepare() error {
	// Without Run there is no checkpointer; then the commits checkpoint, rarely.
	if err := exec(w.conn, fmt.Sprintf("PRAGMA wal_autocheckpoint=%d", 2*viewWAL/pageSize)); err != nil {
		return err
	}
	for _, p := range []struct {
		st  **sqlite.Stmt
		sql string
	}{
		{&w.st.event, insertRow("INSERT", "events", eventColumns)},
		{&w.st.duplicate, "UPDATE events SET duplicates = duplicates + 1 WHERE id = ?"},
		{&w.st.alertEvents, "SELECT " + eventColumns + " FROM events WHERE alert_id = ?1 AND alert_id <> 0 ORDER BY id DESC" + limited},
		{&w.st.delivery, insertRow("INSERT OR REPLACE", "deliveries", deliveryColumns)},
		{&w.st.alert, insertRow("INSERT OR REPLACE", "alerts", alertColumns)},
		{&w.st.transition, insertRow("INSERT", "transitions", transitionColumns)},
		{&w.st.alertByID, "SELECT " + alertColumns + " FROM alerts WHERE id = ?"},
		{&w.st.alertByKey, "SELECT " + alertColumns + " FROM alerts WHERE key = ? ORDER BY id DESC LIMIT 1"},
		{&w.st.resolvedSince, "SELECT id FROM alerts INDEXED BY alerts_resolved WHERE scope = ? AND resolved >= ?"},
		{&w.st.activity, insertRow("INSERT OR REPLACE", "activities", activityColumns)},
		{&w.st.activityByID, "SELECT " + activityColumns + " FROM activities WHERE id = ?"},
		{&w.st.subscribe, "INSERT OR REPLACE INTO subscriptions(source, channel, actor, time) VALUES(?,?,?,?)"},
		{&w.st.subscribed, "SELECT 1 FROM subscriptions WHERE source = ? AND channel = ?"},
		{&w.st.unsubscribe, "DELETE FROM subscriptions WHERE source = ? AND channel = ?"},
		{&w.st.name, "INSERT INTO names(kind, id, name) VALUES(?,?,?) ON CONFLICT DO UPDATE SET name = excluded.name WHERE name <> excluded.name"},
		{&w.st.count, "INSERT INTO counts(key, n) VALUES(?1,?2) ON CONFLICT DO UPDATE SET n = n + ?2"},
		{&w.st.meta, "INSERT INTO meta(key, value) VALUES(?, ?) ON CONFLICT DO UPDATE SET value = excluded.value"},
	} {
		st, err := w.conn.Prepare(p.sql)
		if err != nil {
			return err
		}
		*p.st = st
	}
	if err := w.claims.prepare(w.conn); err != nil {
		return err
	}
	return w.values.prepare(w.conn)
}

// Update implements Projection.
func (v *View) Update(ctx context.Context, fn func(Tx) error) error {
	return v.write(ctx, func(w *viewWriter) error {
		t := &tx{w: w}
		if err := t.load(); err != nil {
			return err
		}
		if err := fn(t); err != nil {
			return err
		}
		return t.finish()
	})
}

// write runs fn in a transaction of the writer and notifies readers.
func (v *View) write(ctx context.Context, fn func(*viewWriter) error) (err error) {
	v.writing.Lock()
	defer v.writing.Unlock()
	if v.w == nil {
		return fmt.Errorf("write to %s: %w", v.path, ErrClosed)
	}
	w := v.w
	w.conn.SetInterrupt(ctx.Done())
	defer w.conn.SetInterrupt(nil)
	defer func() {
		if err == nil {
			v.wal.wrote(w.rows * rowBytes)
			w.rows = 0
			v.changed.Notify()
			return
		}
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		err = wrap("write to", v.path, err)
	}()
	end, err := begin(w.conn)
	if err != nil {
		return err
	}
	// What the writer remembers of a transaction that is rolled back is wrong,
	// also when fn panics.
	defer func() {
		if err != nil {
			w.forget()
		}
	}()
	defer end(&err)
	err = errPanicked
	err = fn(w)
	return err
}

// errPanicked is the error until fn has returned, so that a panic rolls the
// transaction back.
var errPanicked = errors.New("the writer panicked")

// forget drops what the writer remembers between transactions; it is read
// again from the tables.
func (w *viewWriter) forget() {
	w.index = nil
	w.values.reset()
	clear(w.claims.fresh)
}

// tx implements Tx.
type tx struct {
	w          *viewWriter
	counts     counter
	transition event.TransitionCursor // of the newest transition that was put
}

// load reads what the writer has to know about the rows that are there already.
func (t *tx) load() (err error) {
	if t.w.index != nil {
		return nil
	}
	if t.w.lastID, err = queryInt(t.w.conn, "SELECT max(id) FROM events"); err != nil {
		return err
	}
	t.w.index, err = loadIndexer(t.w.conn, t.w.block)
	return err
}

func (t *tx) finish() error {
	if c := t.transition; c != (event.TransitionCursor{}) {
		if err := errors.Join(t.putMeta(metaTransitionRecord, c.Record), t.putMeta(metaTransitionPlace, int64(c.Place))); err != nil {
			return err
		}
	}
	return t.counts.flush(t.w.st.count)
}

// Claim implements Tx.
func (t *tx) Claim(e *event.Event) (int64, error) { return t.w.claims.claim(e) }

// Release implements Tx. The stored fingerprint stays and names no event, like that
// of an event that retention removed.
func (t *tx) Release(e *event.Event) error {
	delete(t.w.claims.fresh, e.ID)
	return nil
}

// PutEvent implements Tx. Events have to come in the order of their ids.
func (t *tx) PutEvent(e *event.Event) error {
	if e.ID <= t.w.lastID {
		return fmt.Errorf("put event %d: it does not come after %d", e.ID, t.w.lastID)
	}
	bindEvent(t.w.st.event, e)
	if err := run(t.w.st.event); err != nil {
		return err
	}
	t.w.lastID = e.ID
	delete(t.w.claims.fresh, e.ID)
	t.counts.events++
	t.w.rows++
	if err := t.w.values.event(e); err != nil {
		return err
	}
	return t.w.index.add(e)
}

// AddDuplicate implements Tx.
func (t *tx) AddDuplicate(id int64) error {
	t.counts.duplicates++
	t.w.st.duplicate.BindInt64(1, id)
	return run(t.w.st.duplicate)
}

// AlertEvents implements Tx.
func (t *tx) AlertEvents(alert int64, limit int) (found []event.Event, err error) {
	st := t.w.st.alertEvents
	st.BindInt64(1, alert)
	st.BindInt64(2, int64(limit))
	for {
		row, err := st.Step()
		if err != nil || !row {
			return found, errors.Join(err, st.Reset())
		}
		found = append(found, scanEvent(st))
	}
}

// PutDelivery implements Tx.
func (t *tx) PutDelivery(d *event.Delivery) error {
	bindDelivery(t.w.st.delivery, d)
	if err := run(t.w.st.delivery); err != nil {
		return err
	}
	t.w.rows++
	if d.Verdict.Accepted() {
		t.counts.deliveries++
	} else {
		t.counts.refused++
	}
	return nil
}

// Alert implements Tx.
func (t *tx) Alert(id int64) (*event.Alert, error) {
	t.w.st.alertByID.BindInt64(1, id)
	return oneAlert(t.w.st.alertByID)
}

// AlertByKey implements Tx.
func (t *tx) AlertByKey(key string) (*event.Alert, error) {
	t.w.st.alertByKey.BindText(1, key)
	return oneAlert(t.w.st.alertByKey)
}

// ResolvedSince implements Tx.
func (t *tx) ResolvedSince(scope string, since time.Time) (ids []int64, err error) {
	st := t.w.st.resolvedSince
	r := columns{st: st}
	r.bind(scope)
	r.bindInt(millis(since))
	for {
		row, err := st.Step()
		if err != nil || !row {
			return ids, errors.Join(err, st.Reset())
		}
		ids = append(ids, st.ColumnInt64(0))
	}
}

// oneAlert reads an alert as its columns have it, nil when there is none.
func oneAlert(st *sqlite.Stmt) (*event.Alert, error) {
	row, err := st.Step()
	if err != nil || !row {
		return nil, errors.Join(err, st.Reset())
	}
	a := scanStored(st)
	return &a, st.Reset()
}

// PutAlert implements Tx.
func (t *tx) PutAlert(a *event.Alert) error {
	before, err := t.Alert(a.ID)
	if err != nil {
		return err
	}
	bindAlert(t.w.st.alert, a)
	if err := run(t.w.st.alert); err != nil {
		return err
	}
	if before != nil {
		t.counts.alert(before, -1)
	}
	t.counts.alert(a, +1)
	return t.w.values.alert(a)
}

// PutTransition implements Tx.
func (t *tx) PutTransition(tr *event.Transition) error {
	bindTransition(t.w.st.transition, tr)
	t.transition = tr.Cursor
	return run(t.w.st.transition)
}

// PutActivity implements Tx.
func (t *tx) PutActivity(a *event.Activity) error {
	bindActivity(t.w.st.activity, a)
	if err := run(t.w.st.activity); err != nil {
		return err
	}
	return t.w.values.activity(a)
}

// Activity implements Tx.
func (t *tx) Activity(id int64) (*event.Activity, error) {
	st := t.w.st.activityByID
	st.BindInt64(1, id)
	row, err := st.Step()
	if err != nil || !row {
		return nil, errors.Join(err, st.Reset())
	}
	a := scanActivity(st)
	return &a, st.Reset()
}

// PutSubscription implements Tx.
func (t *tx) PutSubscription(s event.Subscription) error {
	r := columns{st: t.w.st.subscribe}
	r.bind(s.Source, s.Channel, s.Actor)
	r.bindInt(millis(s.Time))
	return run(r.st)
}

// Subscribed implements Tx.
func (t *tx) Subscribed(source, channel string) (bool, error) {
	r := columns{st: t.w.st.subscribed}
	r.bind(source, channel)
	found, err := r.st.Step()
	return found, errors.Join(err, r.st.Reset())
}

// DropSubscription implements Tx.
func (t *tx) DropSubscription(source, channel string) error {
	r := columns{st: t.w.st.unsubscribe}
	r.bind(source, channel)
	return run(r.st)
}

// PutScore implements Tx.
func (t *tx) PutScore(s event.SLEScore) error { return putScore(t.w.conn, &s) }

// PutName implements Tx.
func (t *tx) PutName(n Name) error {
	r := columns{st: t.w.st.name}
	r.bind(n.Kind, n.ID, n.Name)
	return run(t.w.st.name)
}

// AddCounts implements Tx.
func (t *tx) AddCounts(unknown, undecoded int64) error {
	t.counts.unknown += unknown
	t.counts.undecoded += undecoded
	return nil
}

// PutDamage implements Tx.
func (t *tx) PutDamage(first, last int64) error {
	t.counts.damaged += last - first + 1
	return t.putMeta(metaDamaged, last)
}

// SetPosition implements Tx.
func (t *tx) SetPosition(seq int64) error { return t.putMeta(metaPosition, seq) }

// SetSum implements Tx.
func (t *tx) SetSum(sum int64) error { return t.putMeta(metaSum, sum) }

func (t *tx) putMeta(key string, n int64) error {
	t.w.st.meta.BindText(1, key)
	t.w.st.meta.BindInt64(2, n)
	return run(t.w.st.meta)
}
