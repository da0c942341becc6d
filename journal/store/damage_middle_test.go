package store

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"foghorn/journal/event"
)

// readAll reads a log to its end as the projector does: damaged pages are
// replaced by what stands for them.
func readAll(t *testing.T, l *Log) (good []int64, lost [][2]int64) {
	t.Helper()
	for after := int64(0); ; {
		records, err := l.Read(t.Context(), after, 100, 1e9)
		if errors.Is(err, ErrCorrupt) {
			var r event.Record
			r, err = l.Damage(t.Context(), after)
			records = []event.Record{r}
		}
		must(t, err)
		if len(records) == 0 {
			return good, lost
		}
		for _, r := range records {
			if r.Seq <= after {
				t.Fatalf("record %d comes after %d", r.Seq, after)
			}
			after = r.Seq
			if r.Damage == "" {
				good = append(good, r.Seq)
				continue
			}
			if !strings.Contains(r.Damage, fmt.Sprint(r.First)) || !strings.Contains(r.Damage, fmt.Sprint(r.Seq)) {
				t.Errorf("records %d to %d are called %q", r.First, r.Seq, r.Damage)
			}
			lost = append(lost, [2]int64{r.First, r.Seq})
		}
	}
}

// One changed byte in a body: that record is named, all others are as written.
func TestChangedByteIsFound(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, LogFile)
	l, err := OpenLog(t.Context(), dir, Options{})
	must(t, err)
	stop := runUntilEnd(t, l.Run)
	for i := range 50 {
		_, err := l.Append(t.Context(), record(fmt.Sprintf("body number %03d", i+1)))
		must(t, err)
	}
	stop()
	must(t, l.Close())
	b, err := os.ReadFile(path)
	must(t, err)
	at := bytes.Index(b, []byte("body number 017"))
	if at < 0 {
		t.Fatal("record 17 is not in the file")
	}
	overwrite(t, path, int64(at), []byte("X"))
	l = openTestLog(t, dir)
	good, lost := readAll(t, l)
	if len(good) != 49 || slices.Contains(good, 17) || !slices.Equal(lost, [][2]int64{{17, 17}}) {
		t.Errorf("%d are good, lost are %v", len(good), lost)
	}
	var damaged *DamagedError
	if _, err := l.Get(t.Context(), 17); !errors.As(err, &damaged) || damaged.Seq != 17 {
		t.Errorf("asked for by itself: %v", err)
	}
	if _, err := l.Get(t.Context(), 18); err != nil {
		t.Errorf("its neighbor: %v", err)
	}
}

// Pages in the middle of the file are gone, wherever they are: what is around
// them is read, each lost record is counted once, and none comes twice.
func TestDamagedPagesArePassedOver(t *testing.T) {
	whole := t.TempDir()
	const records = 400
	l, err := OpenLog(t.Context(), whole, Options{})
	must(t, err)
	stop := runUntilEnd(t, l.Run)
	for i := range records {
		body := strings.Repeat("x", 500)
		if i%40 == 7 { // has pages of its own
			body = strings.Repeat("y", 20_000)
		}
		_, err := l.Append(t.Context(), record(body))
		must(t, err)
	}
	stop()
	must(t, l.Close())
	st, err := os.Stat(filepath.Join(whole, LogFile))
	must(t, err)
	pages := st.Size() / pageSize
	damages := 0
	for page := int64(2); page < pages; page += 7 {
		dir := t.TempDir()
		path := filepath.Join(dir, LogFile)
		copyFile(t, filepath.Join(whole, LogFile), path)
		overwrite(t, path, page*pageSize, bytes.Repeat([]byte{0xff}, pageSize))
		l, err := OpenLog(t.Context(), dir, Options{})
		if errors.Is(err, ErrCorrupt) { // the root, or an end: refused as a whole
			continue
		}
		must(t, err)
		good, lost := readAll(t, l)
		n := int64(len(good))
		for _, r := range lost {
			n += r[1] - r[0] + 1
		}
		if n != records || !slices.IsSorted(good) {
			t.Errorf("page %d: %d good and lost %v, of %d", page, len(good), lost, records)
		}
		if len(lost) > 0 {
			damages++
		}
		must(t, l.Close())
	}
	if damages < 10 {
		t.Errorf("only %d of the pages held records", damages)
	}
}

// What is no damage is not called so.
func TestNoDamageIsFoundInAWholeLog(t *testing.T) {
	dir := t.TempDir()
	writeLog(t, dir)
	l := openTestLog(t, dir)
	if r, err := l.Damage(t.Context(), 3); !errors.Is(err, ErrNotFound) {
		t.Errorf("found %+v, %v", r, err)
	}
}
