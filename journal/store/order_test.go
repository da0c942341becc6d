package store

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"foghorn/internal/clock"
	"foghorn/journal/event"
	"foghorn/journal/query"
)

// What nobody has stands above what somebody has, within a severity; the index gives
// that order, so that the first rows cost no sort of all alerts.
func TestAlertsNeedingSomebodyComeFirst(t *testing.T) {
	v := openTestView(t, t.TempDir(), Options{Clock: clock.NewFake(began)})
	until := began.Add(time.Hour)
	alert := func(id int64, title string, s event.Severity, edit func(a *event.Alert)) *event.Alert {
		a := sampleAlert(id)
		a.Title, a.Severity, a.State, a.Opened = title, s, event.Open, began.Add(time.Duration(id)*time.Minute)
		a.AckedAt, a.SnoozedUntil, a.Resolved, a.Test = nil, nil, nil, false
		edit(&a)
		a.Derive(began)
		return &a
	}
	acked := func(a *event.Alert) { a.AckedAt = &began }
	snoozed := func(a *event.Alert) { a.SnoozedUntil = &until }
	update(t, v, func(tx Tx) error {
		return errors.Join(
			tx.PutAlert(alert(1, "warn", event.Warn, func(*event.Alert) {})),
			tx.PutAlert(alert(2, "older", event.Critical, func(*event.Alert) {})),
			tx.PutAlert(alert(3, "newer", event.Critical, func(*event.Alert) {})),
			tx.PutAlert(alert(4, "snoozed", event.Critical, snoozed)),
			tx.PutAlert(alert(5, "acked", event.Critical, acked)),
			tx.PutAlert(alert(6, "resolved", event.Critical, func(a *event.Alert) { a.Resolved = &began })),
			tx.PutAlert(alert(7, "test", event.Critical, func(a *event.Alert) { a.Test = true })),
			tx.PutAlert(alert(8, "acked test", event.Critical, func(a *event.Alert) { a.Test = true; acked(a) })),
			tx.PutAlert(alert(9, "acked warn", event.Warn, acked)),
		)
	})
	const want = "newer, older, acked, snoozed, test, acked test, warn, acked warn, resolved"
	for _, limit := range []int{3, 9} {
		rows, err := v.Alerts(t.Context(), query.Page{Now: began, Limit: limit})
		must(t, err)
		var titles []string
		for _, a := range rows {
			titles = append(titles, a.Title)
		}
		if got := strings.Join(titles, ", "); !strings.HasPrefix(want, got) || len(rows) != limit {
			t.Errorf("the first %d: %s", limit, got)
		}
	}
	must(t, v.read(t.Context(), "explain", func(c *sqlite.Conn) error {
		return sqlitex.ExecuteTransient(c, "EXPLAIN QUERY PLAN SELECT "+alertColumns+" FROM alerts ORDER BY "+alertOrder+" LIMIT 50",
			&sqlitex.ExecOptions{ResultFunc: func(st *sqlite.Stmt) error {
				if plan := fmt.Sprint(st.ColumnText(3)); !strings.Contains(plan, "USING INDEX alerts_order") {
					t.Errorf("plan: %s", plan)
				}
				return nil
			}})
	}))
}
