package projector

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"foghorn/internal/clock"
	"foghorn/journal/event"
	"foghorn/journal/store"
	"foghorn/journal/triage"
)

// openLog opens a log on disk with its writer running until the test ends.
func openLog(t testing.TB, dir string) *store.Log {
	t.Helper()
	l, err := store.OpenLog(t.Context(), dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- l.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := errors.Join(<-ended, l.Close()); err != nil {
			t.Error(err)
		}
	})
	return l
}

// fill appends n records of the corpus, and acks of alerts now and then.
func fill(t testing.TB, l *store.Log, seed uint64, n int) (events int) {
	t.Helper()
	c := newCorpus(seed)
	var batch []event.Record
	for i := range n {
		r := c.next()
		events += strings.Count(string(r.Body), `"org_id"`)
		batch = append(batch, r)
		if i%50 == 49 {
			ack := alertAction(0, "anna", event.ActionAck, event.ID(int64(i-c.rng.IntN(40)), 0), "")
			ack.At = c.at
			batch = append(batch, ack)
		}
		if len(batch) >= 1000 || i == n-1 {
			if _, err := l.Append(context.Background(), batch...); err != nil {
				t.Fatal(err)
			}
			batch = nil
		}
	}
	return events
}

// resetView empties the view of dir and opens it for writing.
func resetView(t testing.TB, dir string) *store.View {
	t.Helper()
	if err := store.ResetView(context.Background(), dir); err != nil {
		t.Fatal(err)
	}
	v, err := store.OpenViewWriter(context.Background(), dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// rebuild projects the whole log into an emptied view, cutting it as told, and
// returns every row of every table.
func rebuild(t testing.TB, dir string, l *store.Log, change func(*Options), wrap func(store.Projection) store.Projection) string {
	t.Helper()
	v := resetView(t, dir)
	o := Options{Log: l, View: v, Clock: clock.NewFake(start.Add(24 * time.Hour))}
	if wrap != nil {
		o.View = wrap(v)
	}
	if change != nil {
		change(&o)
	}
	for {
		p, err := New(o)
		if err != nil {
			t.Fatal(err)
		}
		err = p.CatchUp(context.Background(), nil)
		if err == nil {
			break
		}
		if !errors.Is(err, errInjected) {
			t.Fatal(err)
		}
	}
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	return dumpTables(t, filepath.Join(dir, store.ViewFile))
}

// dumpTables renders all rows of all tables, sorted.
func dumpTables(t testing.TB, path string) string {
	t.Helper()
	c, err := sqlite.OpenConn(path, sqlite.OpenReadOnly)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var tables []string
	query := func(sql string, fn func(*sqlite.Stmt) error) {
		t.Helper()
		if err := sqlitex.ExecuteTransient(c, sql, &sqlitex.ExecOptions{ResultFunc: fn}); err != nil {
			t.Fatal(err)
		}
	}
	query("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name", func(st *sqlite.Stmt) error {
		tables = append(tables, st.ColumnText(0))
		return nil
	})
	var all []string
	for _, table := range tables {
		var rows []string
		query("SELECT * FROM "+table, func(st *sqlite.Stmt) error {
			row := append(make([]byte, 0, 512), table...)
			for i := range st.ColumnCount() {
				row = append(row, ' ')
				row = append(row, st.ColumnName(i)...)
				row = append(row, '=')
				row = append(row, strings.ReplaceAll(st.ColumnText(i), "\n", " ")...)
			}
			if table == "counts" && strings.HasSuffix(string(row), " n=0") {
				return nil // counted up and down again in two slices: as good as no row
			}
			rows = append(rows, string(row))
			return nil
		})
		slices.Sort(rows)
		all = append(all, rows...)
	}
	return strings.Join(all, "\n")
}

func TestRebuildOfARealJournalGivesTheSameRows(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	l := openLog(t, dir)
	fill(t, l, 1, 550) // more events than one span of the search index
	want := rebuild(t, dir, l, nil, nil)
	if n := strings.Count(want, "\nalerts "); n < 20 {
		t.Fatalf("the corpus makes only %d alerts", n)
	}
	for name, change := range map[string]func(*Options){
		"one record at a time, with a triage that forgets": func(o *Options) { o.Records, o.Rules.MaxCached = 1, 3 },
		"in slices of few bytes, on another day": func(o *Options) {
			o.Bytes, o.Clock = 10_000, clock.NewFake(start.Add(48*time.Hour))
		},
	} {
		got := rebuild(t, dir, l, func(o *Options) {
			o.Rules = triage.DefaultRules()
			change(o)
		}, nil)
		if got != want {
			t.Errorf("%s: %s", name, firstDifference(got, want))
		}
	}
}

func TestCrashAnywhereInARealJournal(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	l := openLog(t, dir)
	fill(t, l, 2, 24)
	slicing := func(o *Options) { o.Records = 11 }
	want := rebuild(t, dir, l, slicing, nil)
	for n := 1; ; n += 29 * sparser {
		f := &faulty{failAt: n}
		got := rebuild(t, dir, l, slicing, func(v store.Projection) store.Projection {
			f.Projection = v
			return f
		})
		if got != want {
			t.Fatalf("after call %d failed: %s", n, firstDifference(got, want))
		}
		if f.calls < n {
			if n < 200 {
				t.Fatalf("a run made %d calls to the view only", f.calls)
			}
			return
		}
	}
}

// faulty is a view of which one call fails, once.
type faulty struct {
	store.Projection
	calls  int
	failAt int
}

func (f *faulty) call(err error) error {
	if f.calls++; err == nil && f.calls == f.failAt {
		return errInjected
	}
	return err
}

func (f *faulty) Update(ctx context.Context, fn func(store.Tx) error) error {
	return f.call(f.Projection.Update(ctx, func(tx store.Tx) error {
		return f.call(fn(&faultyTx{Tx: tx, f: f}))
	}))
}

type faultyTx struct {
	store.Tx
	f *faulty
}

func (t *faultyTx) Claim(e *event.Event) (int64, error) {
	id, err := t.Tx.Claim(e)
	return id, t.f.call(err)
}
func (t *faultyTx) Release(e *event.Event) error        { return t.f.call(t.Tx.Release(e)) }
func (t *faultyTx) PutEvent(e *event.Event) error       { return t.f.call(t.Tx.PutEvent(e)) }
func (t *faultyTx) AddDuplicate(id int64) error         { return t.f.call(t.Tx.AddDuplicate(id)) }
func (t *faultyTx) PutDelivery(d *event.Delivery) error { return t.f.call(t.Tx.PutDelivery(d)) }
func (t *faultyTx) PutAlert(a *event.Alert) error       { return t.f.call(t.Tx.PutAlert(a)) }
func (t *faultyTx) PutTransition(tr *event.Transition) error {
	return t.f.call(t.Tx.PutTransition(tr))
}
func (t *faultyTx) PutActivity(a *event.Activity) error { return t.f.call(t.Tx.PutActivity(a)) }
func (t *faultyTx) PutScore(s event.SLEScore) error     { return t.f.call(t.Tx.PutScore(s)) }
func (t *faultyTx) PutName(n store.Name) error          { return t.f.call(t.Tx.PutName(n)) }
func (t *faultyTx) AddCounts(a, b int64) error          { return t.f.call(t.Tx.AddCounts(a, b)) }
func (t *faultyTx) SetPosition(seq int64) error         { return t.f.call(t.Tx.SetPosition(seq)) }

// TestOrgAndSiteWebhookOfARealJournal posts Mist's own words by two webhooks.
func TestOrgAndSiteWebhookOfARealJournal(t *testing.T) {
	dir := t.TempDir()
	l := openLog(t, dir)
	c := newCorpus(3)
	body := fmt.Sprintf(`{"topic":"device-updowns","events":[%s]}`, c.updown())
	for i, source := range []string{"org", "site"} {
		r, err := event.DeliveryRecord(event.Delivery{
			Received: start.Add(time.Duration(i) * time.Second), Source: source, Via: event.ViaWebhook,
			Body: []byte(body), Verdict: event.Verified, Topic: "device-updowns", Events: 1,
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := l.Append(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	rows := rebuild(t, dir, l, nil, nil)
	for table, want := range map[string]int{"events": 1, "alerts": 1, "deliveries": 2} {
		if n := strings.Count("\n"+rows, "\n"+table+" "); n != want {
			t.Errorf("%d rows in %s, want %d", n, table, want)
		}
	}
	if !strings.Contains(rows, "duplicates=2") || !strings.Contains(rows, "duplicates=1") {
		t.Errorf("the second telling is not counted in\n%s", rows)
	}
}

// BenchmarkCatchUp projects a log of a busy organization from the start, with
// the real decoders, fingerprints and the search index.
func BenchmarkCatchUp(b *testing.B) {
	dir := b.TempDir()
	l := openLog(b, dir)
	events := fill(b, l, 1, 40_000)
	for b.Loop() {
		b.StopTimer()
		v := resetView(b, dir)
		p, err := New(Options{Log: l, View: v})
		if err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		if err := p.CatchUp(context.Background(), nil); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		if s := p.Stats(); s.Undecoded != 0 || s.Events+s.Duplicates != int64(events) {
			b.Fatalf("%d events of %d: %+v", s.Events+s.Duplicates, events, s)
		}
		if err := v.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
	b.ReportMetric(float64(events)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
}
