package store

import (
	"context"
	"fmt"
	"testing"

	"foghorn/journal/event"
)

func name(what string, n int) string { return fmt.Sprintf("%s=%d", what, n) }

// openTestLog opens a log whose writer runs until the test ends.
func openTestLog(t testing.TB, dir string) *Log {
	t.Helper()
	l, err := OpenLog(context.Background(), dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	runUntilEnd(t, l.Run)
	return l
}

// runUntilEnd runs f with a context that ends with the test, and waits for it.
func runUntilEnd(t testing.TB, f func(context.Context) error) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- f(ctx) }()
	stopped := false
	stop = func() {
		cancel()
		if stopped {
			return
		}
		stopped = true
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(stop)
	return stop
}

// record is a small delivery with a body that names it.
func record(body string) event.Record {
	return event.Record{Kind: event.RecordDelivery, Group: "alarms", At: began, Head: []byte("{}"), Body: []byte(body)}
}
