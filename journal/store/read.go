package store

import (
	"context"
	"errors"
	"fmt"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"foghorn/journal/event"
	"foghorn/journal/query"
)

// Event returns one event, or ErrNotFound.
func (v *View) Event(ctx context.Context, id int64) (event.Event, error) {
	return one(ctx, v, "event", "SELECT "+eventColumns+" FROM events WHERE id = ?", id, scanEvent)
}

// Alert returns one alert with its state as of now, or ErrNotFound.
func (v *View) Alert(ctx context.Context, id int64) (event.Alert, error) {
	now := v.clock.Now()
	return one(ctx, v, "alert", "SELECT "+alertColumns+" FROM alerts WHERE id = ?", id, func(st *sqlite.Stmt) event.Alert {
		return scanAlert(st, now)
	})
}

// Delivery returns one delivery without headers and body, or ErrNotFound. Those
// are in its record: see Log.Get.
func (v *View) Delivery(ctx context.Context, id int64) (event.Delivery, error) {
	return one(ctx, v, "delivery", "SELECT "+deliveryColumns+" FROM deliveries WHERE id = ?", id, scanDelivery)
}

// Alerts returns the alerts of a page: unresolved before resolved, then by
// severity, then what nobody has acked before what is acked or snoozed, then the
// newest opened first; oldest first means by id. States are
// those at p.Now. In the first order the ids of the page bound which alerts are
// listed, not where the page begins.
func (v *View) Alerts(ctx context.Context, p query.Page) (alerts []event.Alert, err error) {
	now := v.now(p.Now)
	err = v.read(ctx, "search alerts", func(c *sqlite.Conn) error {
		sql := p.Where.SQL(query.Alerts, now)
		by := alertOrder
		if p.OldestFirst {
			by = "id"
		}
		alerts, err = page(c, "SELECT "+alertColumns+" FROM alerts WHERE ("+sql.Where+") AND id BETWEEN ? AND ? "+
			"ORDER BY "+by+limited, sql.Args, p,
			func(st *sqlite.Stmt) event.Alert { return scanAlert(st, now) })
		return err
	})
	return alerts, err
}

// Deliveries returns the deliveries of a page, newest first or as the page says,
// without headers and bodies.
func (v *View) Deliveries(ctx context.Context, p query.Page) (deliveries []event.Delivery, err error) {
	err = v.read(ctx, "search deliveries", func(c *sqlite.Conn) error {
		sql := p.Where.SQL(query.Deliveries, v.now(p.Now))
		deliveries, err = page(c, "SELECT "+deliveryColumns+" FROM deliveries WHERE ("+sql.Where+") AND id BETWEEN ? AND ? "+
			"ORDER BY id "+order(p)+limited, sql.Args, p, scanDelivery)
		return err
	})
	return deliveries, err
}

// AlertEvents returns the events that belong to an alert, newest first.
func (v *View) AlertEvents(ctx context.Context, alertID int64, limit int) ([]event.Event, error) {
	return many(ctx, v, "read events of an alert", scanEvent,
		"SELECT "+eventColumns+" FROM events WHERE alert_id = ? AND alert_id <> 0 ORDER BY id DESC"+limited, alertID, limit)
}

// DeliveryEvents returns the events that came in one delivery, in their order.
func (v *View) DeliveryEvents(ctx context.Context, deliveryID int64, limit int) ([]event.Event, error) {
	return many(ctx, v, "read events of a delivery", scanEvent,
		"SELECT "+eventColumns+" FROM events WHERE id BETWEEN ? AND ? ORDER BY id"+limited,
		event.ID(deliveryID, 0), event.ID(deliveryID, event.MaxEventsPerRecord-1), limit)
}

// Activities returns what operators did to a target, newest first; an empty
// target means everything.
func (v *View) Activities(ctx context.Context, target string, limit int) ([]event.Activity, error) {
	if target == "" {
		return many(ctx, v, "read activities", scanActivity, "SELECT "+activityColumns+" FROM activities ORDER BY id DESC"+limited, limit)
	}
	return many(ctx, v, "read activities", scanActivity,
		"SELECT "+activityColumns+" FROM activities WHERE target = ? ORDER BY id DESC"+limited, target, limit)
}

// one reads the row of an id.
func one[T any](ctx context.Context, v *View, what, sql string, id int64, scan func(*sqlite.Stmt) T) (T, error) {
	var zero T
	rows, err := many(ctx, v, "read "+what, scan, sql, id)
	if err != nil {
		return zero, err
	}
	if len(rows) == 0 {
		return zero, fmt.Errorf("%s %d: %w", what, id, ErrNotFound)
	}
	return rows[0], nil
}

// many reads the rows of a fixed statement.
func many[T any](ctx context.Context, v *View, op string, scan func(*sqlite.Stmt) T, sql string, args ...any) (rows []T, err error) {
	err = v.read(ctx, op, func(c *sqlite.Conn) error {
		return sqlitex.Execute(c, sql, &sqlitex.ExecOptions{Args: args, ResultFunc: func(st *sqlite.Stmt) error {
			rows = append(rows, scan(st))
			return nil
		}})
	})
	if err != nil {
		return nil, err
	}
	return rows, nil
}

// forEach runs a statement that yields at most one row with each of the keys as its
// argument. It is prepared once: SQLite compares what it compiled with the argument
// before, which preparing forgets, and compiles it again.
func forEach[K string | int64](c *sqlite.Conn, sql string, keys []K, row func(K, *sqlite.Stmt)) error {
	st, err := c.Prepare(sql)
	if err != nil {
		return err
	}
	for _, k := range keys {
		bindArgs(st, []any{k})
		found, err := st.Step()
		if err == nil && found {
			row(k, st)
		}
		if err := errors.Join(err, st.Reset()); err != nil {
			return err
		}
	}
	return nil
}

// page reads the rows of a query's statement, which ends with the bounds and
// the limit of the page. It is not kept: every query is another.
func page[T any](c *sqlite.Conn, sql string, args []any, p query.Page, scan func(*sqlite.Stmt) T) (rows []T, err error) {
	st, _, err := c.PrepareTransient(sql)
	if err != nil {
		return nil, err
	}
	defer st.Finalize()
	n := bindArgs(st, args)
	low, high := bounds(p)
	for i, a := range []int64{low, high, int64(limit(p))} {
		st.BindInt64(n+1+i, a)
	}
	for {
		row, err := st.Step()
		if err != nil || !row {
			return rows, err
		}
		rows = append(rows, scan(st))
	}
}
