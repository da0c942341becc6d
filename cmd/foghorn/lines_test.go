package main

import (
	"context"
	"testing"

	"foghorn/journal/event"
	"foghorn/journal/query"
)

// Lines that a query holds back must not be looked at again with every new
// delivery: after a day of "listen -q verdict:failed" that would be all of them.
func TestFollowingGoesOnBehindWhatDidNotMatch(t *testing.T) {
	var asked []int64
	read := func(_ context.Context, p query.Page) ([]event.Delivery, error) {
		asked = append(asked, p.After)
		return nil, nil
	}
	f, last := &lineFlags{}, int64(5)
	for _, position := range []int64{5, 40, 900} {
		var err error
		last, err = printNew(t.Context(), f, last, position, 1, query.Page{}, read,
			func(d *event.Delivery) int64 { return d.ID }, func(*event.Delivery) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(asked) != 3 || asked[1] != 5 || asked[2] != 40 || last != 900 {
		t.Errorf("asked for what comes after %v, and goes on after %d", asked, last)
	}
}
