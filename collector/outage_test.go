package collector

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"foghorn/internal/clock"
	"foghorn/journal/event"
	"foghorn/journal/store"
)

// fragile is a log that fails as it is told to.
type fragile struct{ err error }

func (f *fragile) Append(context.Context, ...event.Record) ([]int64, error) { return nil, f.err }

// An outage of the journal leaves a line when it begins and one when it ends,
// however many deliveries it refuses and however small ones still fit between.
func TestAnOutageOfTheJournalIsTwoLines(t *testing.T) {
	var said bytes.Buffer
	now, log := clock.NewFake(time.Now()), &fragile{}
	o := &outage{log: log, clock: now, logger: slog.New(slog.NewTextHandler(&said, nil))}
	try := func(err error) {
		t.Helper()
		log.err = err
		if _, got := o.Append(t.Context()); !errors.Is(got, err) {
			t.Errorf("it returns %v", got)
		}
		now.Advance(time.Second)
	}
	lines := func(want ...string) {
		t.Helper()
		got := strings.Split(strings.TrimSpace(said.String()), "\n")
		for i := range want {
			if len(got) != len(want) || !strings.Contains(got[i], want[i]) {
				t.Fatalf("it says\n%swant %q", said.String(), want)
			}
		}
	}
	try(nil)
	try(store.ErrTooLarge) // of one delivery
	try(store.ErrClosed)   // at the end
	if said.Len() != 0 {
		t.Errorf("it says %s", said.String())
	}
	for range 20 {
		try(store.ErrFull)
		try(nil) // a small one
	}
	lines("cannot store deliveries")
	for range 10 {
		try(nil)
	}
	lines("cannot store deliveries", "refused=20")
	try(store.ErrFull)
	lines("cannot store deliveries", "refused=20", "cannot store deliveries")
}
