package store

import (
	"testing"

	"zombiezen.com/go/sqlite"

	"foghorn/internal/clock"
	"foghorn/journal/event"
	"foghorn/journal/query"
)

// compiled counts the SELECTs that a connection compiles.
type compiled int

func (n *compiled) Authorize(a sqlite.Action) sqlite.AuthResult {
	if a.Type() == sqlite.OpSelect {
		*n++
	}
	return sqlite.AuthResultOK
}

// SQLite compiles a statement again when it plans by an argument and that changes.
// No limit has to be planned by, and no key of many.
func TestStatementsAreCompiledOnce(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	l := openTestLog(t, dir)
	v := openTestView(t, dir, Options{Clock: clock.NewFake(began)})
	for name, q := range map[string]struct {
		of   *pool
		ask  func() error
		kept bool // for the next run
	}{
		"records":              {l.readers, func() error { _, err := l.Read(ctx, 0, 10, 1000); return err }, true},
		"a delivery's events":  {v.readers, func() error { _, err := v.DeliveryEvents(ctx, 1, 10); return err }, true},
		"activities":           {v.readers, func() error { _, err := v.Activities(ctx, "", 10); return err }, true},
		"new activities":       {v.readers, func() error { _, err := v.NewActivities(ctx, 1, 10); return err }, true},
		"pending activities":   {v.readers, func() error { _, err := v.PendingActivities(ctx); return err }, true},
		"transitions":          {v.readers, func() error { _, err := v.Transitions(ctx, event.TransitionCursor{}, 10); return err }, true},
		"frames":               {v.readers, func() error { _, err := v.Frames(ctx, "", 10); return err }, true},
		"alerts of alarms":     {v.readers, func() error { _, err := v.AlertsByMistAlarm(ctx, []string{"a", "b", "c"}); return err }, false},
		"activities of ids":    {v.readers, func() error { _, err := v.ActivitiesByID(ctx, 10_001, 10_002, 10_003); return err }, false},
		"alerts of a query":    {v.readers, func() error { _, err := v.Alerts(ctx, query.Page{Limit: 10}); return err }, false},
		"devices of a query":   {v.readers, func() error { _, err := v.Devices(ctx, query.Page{Limit: 10}); return err }, false},
		"deliveries, filtered": {v.readers, func() error { _, err := v.Deliveries(ctx, query.Page{Limit: 10}); return err }, false},
	} {
		if err := q.ask(); err != nil {
			t.Fatal(name, err)
		}
		c, err := q.of.take(ctx)
		if err != nil {
			t.Fatal(err)
		}
		var n compiled
		if err := c.SetAuthorizer(&n); err != nil { // which expires what is compiled
			t.Fatal(err)
		}
		q.of.give(c)
		for range 3 {
			if err := q.ask(); err != nil {
				t.Fatal(name, err)
			}
		}
		most := compiled(1)
		if !q.kept {
			most = 3
		}
		if n == 0 || n > most {
			t.Errorf("%s: compiled %d times in three runs, want %d", name, n, most)
		}
	}
}
