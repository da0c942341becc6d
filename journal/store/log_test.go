package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"foghorn/journal/event"
)

// A log keeps its identity when it is opened again, and no two have the same.
func TestLogIdentity(t *testing.T) {
	dir := t.TempDir()
	var got []int64
	for _, in := range []string{dir, dir, t.TempDir()} {
		l, err := OpenLog(t.Context(), in, Options{})
		if err != nil {
			t.Fatal(err)
		}
		id, err := l.Identity(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, id)
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if got[0] == 0 || got[1] != got[0] || got[2] == got[0] {
		t.Errorf("identities %v", got)
	}
}

func TestLogGivesBackWhatWasAppended(t *testing.T) {
	ctx := context.Background()
	l := openTestLog(t, t.TempDir())
	want := []event.Record{
		{Kind: event.RecordDelivery, Group: "alarms", At: began, Head: []byte(`{"a":1}`), Body: []byte("\x00body\xff")},
		{Kind: event.RecordActivity, Group: "activity", At: began.Add(time.Millisecond), Head: []byte(`{}`)},
		{Kind: event.RecordRefusal, Group: "refused", At: began, Body: bytes.Repeat([]byte("x"), 100_000)},
	}
	seqs, err := l.Append(ctx, want...)
	if err != nil || !slices.Equal(seqs, []int64{1, 2, 3}) {
		t.Fatalf("appended %v, %v", seqs, err)
	}
	for i := range want {
		want[i].Seq = int64(i + 1)
		want[i].Sum = checksum(want[i].Seq, &want[i])
	}
	got, err := l.Read(ctx, 0, 10, 1<<20)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("read %+v, %v", got, err)
	}
	one, err := l.Get(ctx, 2)
	if err != nil || !reflect.DeepEqual(one, want[1]) {
		t.Errorf("got %+v, %v", one, err)
	}
	if _, err := l.Get(ctx, 9); !errors.Is(err, ErrNotFound) {
		t.Errorf("a record that never was: %v", err)
	}
	if n, err := l.Last(ctx); err != nil || n != 3 {
		t.Errorf("last is %d, %v", n, err)
	}
}

func TestReadIsBounded(t *testing.T) {
	ctx := context.Background()
	l := openTestLog(t, t.TempDir())
	for range 10 {
		if _, err := l.Append(ctx, record(strings.Repeat("x", 100))); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		after    int64
		records  int
		bytes    int64
		from, to int64 // 0 for none
	}{
		{0, 3, 1 << 20, 1, 3}, {8, 5, 1 << 20, 9, 10}, {10, 5, 1 << 20, 0, 0}, {0, 10, 250, 1, 2}, {4, 10, 1, 5, 5}, {4, 10, 300, 5, 7},
	} {
		got, err := l.Read(ctx, c.after, c.records, c.bytes)
		if err != nil {
			t.Fatal(err)
		}
		var from, to int64
		if len(got) > 0 {
			from, to = got[0].Seq, got[len(got)-1].Seq
		}
		if from != c.from || to != c.to {
			t.Errorf("Read(%d, %d, %d) gave %d to %d", c.after, c.records, c.bytes, from, to)
		}
	}
}

// Many callers share commits, each gets the sequences of its own records,
// and the records of one call stay together.
func TestConcurrentAppendsKeepTheirOrder(t *testing.T) {
	ctx := context.Background()
	l := openTestLog(t, t.TempDir())
	var wg sync.WaitGroup
	var mu sync.Mutex
	claimed := map[int64]string{}
	for g := range 16 {
		wg.Go(func() {
			for i := range 20 {
				a, b := fmt.Sprintf("%d.%d.a", g, i), fmt.Sprintf("%d.%d.b", g, i)
				seqs, err := l.Append(ctx, record(a), record(b))
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				claimed[seqs[0]], claimed[seqs[1]] = a, b
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	records, err := l.Read(ctx, 0, 1000, 1<<20)
	if err != nil || len(records) != 640 || len(claimed) != 640 {
		t.Fatalf("%d records, %d claimed, %v", len(records), len(claimed), err)
	}
	for _, r := range records {
		if claimed[r.Seq] != string(r.Body) {
			t.Errorf("record %d is %q, acknowledged as %q", r.Seq, r.Body, claimed[r.Seq])
		}
	}
}

// Leaving is clean: what was queued is committed, what comes later is refused.
func TestRunDrainsTheQueueWhenItEnds(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		l, err := OpenLog(context.Background(), dir, Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		ctx, cancel := context.WithCancel(context.Background())
		var wg sync.WaitGroup
		for i := range 50 {
			wg.Go(func() {
				if _, err := l.Append(context.Background(), record(fmt.Sprint(i))); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait() // all are queued
		cancel()
		if err := l.Run(ctx); err != nil {
			t.Error(err)
		}
		wg.Wait()
		if _, err := l.Append(context.Background(), record("late")); !errors.Is(err, ErrClosed) {
			t.Errorf("appending to a log that stopped: %v", err)
		}
		if err := l.Run(context.Background()); err == nil {
			t.Error("a second Run was allowed")
		}
		if n, err := l.Last(context.Background()); err != nil || n != 50 {
			t.Errorf("%d of 50 were stored, %v", n, err)
		}
	})
}

// A caller that gives up before the writer took its records has stored nothing.
func TestAppendThatGaveUpStoresNothing(t *testing.T) {
	l, err := OpenLog(context.Background(), t.TempDir(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for range 5 {
		if _, err := l.Append(ctx, record("never")); !errors.Is(err, context.Canceled) {
			t.Fatalf("append: %v", err)
		}
	}
	runUntilEnd(t, l.Run)
	if seqs, err := l.Append(context.Background(), record("first")); err != nil || !slices.Equal(seqs, []int64{1}) {
		t.Errorf("the first stored record got %v, %v", seqs, err)
	}
}

func TestAppendRefusesWhatItCannotKeep(t *testing.T) {
	l := openTestLog(t, t.TempDir())
	if _, err := l.Append(context.Background()); err == nil {
		t.Error("appending nothing was fine")
	}
	huge := event.Record{Body: make([]byte, MaxRecordBytes+1)}
	if _, err := l.Append(context.Background(), record("a"), huge); !errors.Is(err, ErrTooLarge) {
		t.Errorf("a record beyond all bounds: %v", err)
	}
}

// Two logs on one file, as two processes have them: both append, and each hears
// of the other's records within a tenth of a second.
func TestLogHearsOfOtherProcesses(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		var logs [2]*Log
		for i := range logs {
			l, err := OpenLog(ctx, dir, Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			defer runUntilEnd(t, l.Run)()
			logs[i] = l
		}
		synctest.Wait()
		if _, err := logs[0].Append(ctx, record("ack")); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		<-logs[0].Changed()
		if d := time.Since(start); d != 0 {
			t.Errorf("its own commit was told after %v", d)
		}
		<-logs[1].Changed()
		if d := time.Since(start); d > pollEvery {
			t.Errorf("the other's commit was told after %v", d)
		}
	})
}

// The write-ahead file starts over when the log falls quiet.
func TestWriteAheadFileIsEmptiedWhenQuiet(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		l, err := OpenLog(context.Background(), dir, Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		defer runUntilEnd(t, l.Run)()
		if _, err := l.Append(context.Background(), record(strings.Repeat("x", 100_000))); err != nil {
			t.Fatal(err)
		}
		if walBytes(l.path) == 0 {
			t.Fatal("the record did not go through the write-ahead file")
		}
		wait := time.NewTimer(2*walQuiet + pollEvery)
		<-wait.C
		synctest.Wait()
		if n := walBytes(l.path); n != 0 {
			t.Errorf("%d bytes are left", n)
		}
	})
}

// Groups are bounded by count and bytes, whatever is queued.
func TestGroupsAreBounded(t *testing.T) {
	l, err := OpenLog(context.Background(), t.TempDir(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for range 5 {
		l.queue <- &pending{records: []event.Record{{}}, bytes: maxGroupBytes - 1}
	}
	w := &writer{log: l}
	var sizes []int
	for len(l.queue) > 0 {
		w.collect(<-l.queue)
		sizes = append(sizes, len(w.group))
	}
	if !slices.Equal(sizes, []int{2, 2, 1}) {
		t.Errorf("groups of %v", sizes)
	}
	for range 600 {
		l.queue <- &pending{records: make([]event.Record, 2)}
	}
	w.collect(<-l.queue)
	if len(w.group) != maxGroupRecords/2 {
		t.Errorf("a group of %d calls", len(w.group))
	}
}

// A panic on the way into the file is the group's error, not the program's end:
// nothing of the group is stored, its senders hear of it, and the next is taken.
func TestAPanicWhileWritingIsAnsweredAndRolledBack(t *testing.T) {
	l, err := OpenLog(context.Background(), t.TempDir(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	w := &writer{log: l, changes: changeDetector{path: l.path}}
	if err := w.open(); err != nil {
		t.Fatal(err)
	}
	defer w.conn.Close()
	insert := w.insert
	w.insert = nil
	broken := &pending{records: []event.Record{record("lost")}, done: make(chan struct{})}
	_ = w.commit(broken)
	<-broken.done
	if !errors.Is(broken.err, errPanicked) {
		t.Errorf("the sender was told %v", broken.err)
	}
	w.insert = insert
	good := &pending{records: []event.Record{record("kept")}, done: make(chan struct{})}
	_ = w.commit(good)
	<-good.done
	if good.err != nil || !slices.Equal(good.seqs, []int64{1}) {
		t.Errorf("the next group: records %v, %v", good.seqs, good.err)
	}
}
