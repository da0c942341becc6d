package store

import (
	"errors"
	"slices"
	"testing"
	"time"

	"foghorn/internal/clock"
	"foghorn/journal/event"
)

// It lists the alerts of a scope that were resolved since a time: none that is open,
// was resolved earlier, or has a scope that only begins alike.
func TestResolvedSince(t *testing.T) {
	v := openTestView(t, t.TempDir(), Options{Clock: clock.NewFake(began)})
	at := func(d time.Duration) *time.Time { r := began.Add(d); return &r }
	update(t, v, func(tx Tx) error {
		var errs []error
		for id, a := range map[int64]event.Alert{
			1: {Scope: "dev:bgp", Object: "10.0.0.1", Resolved: at(time.Minute)},
			2: {Scope: "dev:bgp", Resolved: at(2 * time.Minute)},
			3: {Scope: "dev:bgp", Object: "10.0.0.2"},
			4: {Scope: "dev:bgp", Object: "10.0.0.3", Resolved: at(time.Second)},
			5: {Scope: "dev:bgp-limit", Object: "10.0.0.3", Resolved: at(time.Minute)},
			6: {Key: "dev:bgp", Resolved: at(time.Minute)},
		} {
			a.ID, a.Opened, a.LastSeen = id, began, began
			errs = append(errs, tx.PutAlert(&a))
		}
		ids, err := tx.ResolvedSince("dev:bgp", began.Add(time.Minute))
		slices.Sort(ids)
		if !slices.Equal(ids, []int64{1, 2}) {
			t.Errorf("resolved %v, want 1 and 2", ids)
		}
		return errors.Join(append(errs, err)...)
	})
}
