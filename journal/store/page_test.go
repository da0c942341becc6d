package store

import (
	"errors"
	"slices"
	"testing"
	"time"

	"foghorn/journal/event"
	"foghorn/journal/query"
)

// A reader that remembers the last id of its page continues with the next one,
// whichever table it reads.
func TestPagesContinueOldestFirst(t *testing.T) {
	ctx := t.Context()
	v := openTestView(t, t.TempDir(), Options{})
	const rows = 25
	update(t, v, func(tx Tx) error {
		var errs []error
		for seq := int64(1); seq <= rows; seq++ {
			at := began.Add(-time.Duration(seq) * time.Hour) // times are no order
			e := newSampler().event()
			e.ID, e.Time, e.Fingerprint = event.ID(seq, 0), at, uint64(seq)
			a := sampleAlert(e.ID)
			a.Key, a.Opened, a.Severity = string(rune('a'+seq)), at, event.Severity(seq%3)
			d := event.Delivery{ID: seq, Received: at, Verdict: event.Verified}
			errs = append(errs, tx.PutEvent(&e), tx.PutAlert(&a), tx.PutDelivery(&d))
		}
		return errors.Join(errs...)
	})
	for table, read := range map[string]func(p query.Page) ([]int64, error){
		"events": func(p query.Page) ([]int64, error) {
			rows, err := v.Events(ctx, p)
			return ids(rows, func(e event.Event) int64 { return e.ID / event.MaxEventsPerRecord }), err
		},
		"alerts": func(p query.Page) ([]int64, error) {
			rows, err := v.Alerts(ctx, p)
			return ids(rows, func(a event.Alert) int64 { return a.ID / event.MaxEventsPerRecord }), err
		},
		"deliveries": func(p query.Page) ([]int64, error) {
			rows, err := v.Deliveries(ctx, p)
			return ids(rows, func(d event.Delivery) int64 { return d.ID }), err
		},
	} {
		scale := int64(event.MaxEventsPerRecord)
		if table == "deliveries" {
			scale = 1
		}
		var got []int64
		for p := (query.Page{Limit: 10, OldestFirst: true}); ; p.After = got[len(got)-1] * scale {
			page, err := read(p)
			must(t, err)
			if got = append(got, page...); len(page) < p.Limit {
				break
			}
		}
		want := make([]int64, rows)
		for i := range want {
			want[i] = int64(i + 1)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %v", table, got)
		}
	}
}

func ids[T any](rows []T, id func(T) int64) (out []int64) {
	for _, r := range rows {
		out = append(out, id(r))
	}
	return out
}
