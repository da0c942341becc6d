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
	f, last := &lineCount{}, int64(5)
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

// Lines come in the order of arrival, however many pages they are, and no page
// is read beyond --count.
func TestFollowingPrintsOldestFirst(t *testing.T) {
	const rows = 2*pageSize + 7
	read := func(_ context.Context, p query.Page) (out []event.Delivery, err error) {
		if !p.OldestFirst {
			t.Fatal("asked for the newest first")
		}
		for id := p.After + 1; id <= rows && len(out) < p.Limit; id++ {
			out = append(out, event.Delivery{ID: id})
		}
		return out, nil
	}
	for _, count := range []int{0, 3, pageSize, pageSize + 1} {
		f, printed := &lineCount{most: count}, []int64(nil)
		last, err := printNew(t.Context(), f, 2, 0, 1, query.Page{}, read,
			func(d *event.Delivery) int64 { return d.ID }, func(d *event.Delivery) error { printed = append(printed, d.ID); return nil })
		want := rows - 2
		if count > 0 {
			want = count
		}
		if err != nil || len(printed) != want || f.printed != want || last != int64(want+2) {
			t.Fatalf("--count %d: printed %d rows (%d counted), goes on after %d, %v", count, len(printed), f.printed, last, err)
		}
		for i, id := range printed {
			if id != int64(i+3) {
				t.Fatalf("--count %d: row %d is delivery %d", count, i, id)
			}
		}
	}
}
