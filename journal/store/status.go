package store

import (
	"context"
	"encoding/json"
	"fmt"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"foghorn/journal/event"
)

// feedState is what the collector last said about itself and its feeds.
type feedState struct {
	Collector event.Collector `json:"collector"`
	Feeds     []event.Feed    `json:"feeds"`
	Dropped   int64           `json:"dropped"`
	Budgets   []event.Budget  `json:"budgets,omitempty"`
}

// PutFeeds writes what the headers of attached screens show of the collector: that
// it runs, its feeds, how many refusals it dropped, and its API budgets. It is not
// part of the projection: a new view has none until the next call. Callers make one
// call a second at most.
func (v *View) PutFeeds(ctx context.Context, who event.Collector, feeds []event.Feed, dropped int64, budgets []event.Budget) error {
	blob, err := json.Marshal(feedState{Collector: who, Feeds: feeds, Dropped: dropped, Budgets: budgets})
	if err != nil {
		return fmt.Errorf("encode the state of the feeds: %w", err)
	}
	return v.write(ctx, func(w *viewWriter) error {
		return sqlitex.Execute(w.conn, "INSERT INTO collector_state(key, value) VALUES('feeds', ?) ON CONFLICT DO UPDATE SET value = excluded.value",
			&sqlitex.ExecOptions{Args: []any{blob}})
	})
}

// Status reads all that a header shows, in one go. LogEnd is 0 when there is
// no log.
func (v *View) Status(ctx context.Context) (s event.Status, err error) {
	// What the view remembers of its log is read before the log, which only
	// grows, and the position after it: it is never ahead of the log by more than
	// what was appended meanwhile.
	var o origin
	err = v.read(ctx, "read status", func(c *sqlite.Conn) error {
		o, err = readOrigin(c)
		return err
	})
	if err != nil {
		return s, err
	}
	end, known, err := v.askLog(ctx, o.position)
	if err != nil {
		return s, err
	}
	var lastDamaged int64
	err = v.read(ctx, "read status", func(c *sqlite.Conn) error {
		if s.Position, err = position(c); err != nil {
			return err
		}
		if lastDamaged, err = queryInt(c, "SELECT value FROM meta WHERE key = ?", metaDamaged); err != nil {
			return err
		}
		if s.Counts, err = readCounts(c, v.clock.Now()); err != nil {
			return err
		}
		var f feedState
		err := sqlitex.Execute(c, "SELECT value FROM collector_state WHERE key = 'feeds'", &sqlitex.ExecOptions{ResultFunc: func(st *sqlite.Stmt) error {
			return json.Unmarshal(columnBytes(st, 0), &f)
		}})
		if err != nil {
			return err
		}
		s.Collector, s.Feeds, s.Dropped, s.Budgets = f.Collector, f.Feeds, f.Dropped, f.Budgets
		s.State, err = queryInt(c, "SELECT n FROM change_counts WHERE what = 'state'")
		return err
	})
	if err != nil {
		return s, err
	}
	if known || o.log != 0 {
		s.Problem = problems(o, end, s.Counts.Damaged, lastDamaged)
	}
	s.LogEnd = max(end.last, s.Position)
	return s, nil
}

// askLog reads how the log ends; known is false when there is none, or none of
// this foghorn's yet.
func (v *View) askLog(ctx context.Context, position int64) (e logEnd, known bool, err error) {
	if !exists(v.logEnd.path) {
		return e, false, nil
	}
	err = v.logEnd.with(ctx, "read", func(c *sqlite.Conn) error {
		have, err := version(c)
		if err != nil || have != len(logMigrations) {
			return err
		}
		known = true
		e, err = readLogEnd(c, position)
		return err
	})
	return e, known, err
}

func position(c *sqlite.Conn) (int64, error) {
	return queryInt(c, "SELECT value FROM meta WHERE key = 'position'")
}

// Position implements Projection.
func (v *View) Position(ctx context.Context) (seq int64, err error) {
	err = v.read(ctx, "read position", func(c *sqlite.Conn) error {
		seq, err = position(c)
		return err
	})
	return seq, err
}

// LiveAlerts implements Projection. States are what the columns say (a snooze
// counts as one), in the order of ids.
func (v *View) LiveAlerts(ctx context.Context, sinceMS int64) ([]event.Alert, error) {
	return many(ctx, v, "read live alerts", scanStored,
		"SELECT "+alertColumns+" FROM alerts WHERE resolved = 0 OR resolved >= ? ORDER BY id", sinceMS)
}

// Names implements Projection.
func (v *View) Names(ctx context.Context) ([]Name, error) {
	return many(ctx, v, "read names", func(st *sqlite.Stmt) Name {
		r := columns{st: st}
		return Name{Kind: r.text(), ID: r.text(), Name: r.text()}
	}, "SELECT kind, id, name FROM names ORDER BY kind, id")
}
