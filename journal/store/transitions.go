package store

import (
	"context"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"foghorn/journal/event"
)

// maxTransitions bounds one page of Transitions.
const maxTransitions = 10_000

// Transitions returns the steps of all alerts after a cursor, oldest first. A
// limit of 0 is the most that one call returns.
//
// A reader that keeps the cursor of the last step it handled misses none, and no
// step is ever added before one that was readable. A rebuild of the same log gives
// the same steps with the same cursors; while it runs, a reader waits until the
// view's position has passed its cursor. Retention removes an alert's steps with
// the alert.
func (v *View) Transitions(ctx context.Context, after event.TransitionCursor, limit int) ([]event.Transition, error) {
	if limit <= 0 || limit > maxTransitions {
		limit = maxTransitions
	}
	return many(ctx, v, "read transitions", scanTransition, "SELECT "+transitionColumns+" FROM transitions "+
		"WHERE (record, place) > (?, ?) ORDER BY record, place"+limited, after.Record, after.Place, limit)
}

// TransitionsBefore returns the steps of all alerts up to a cursor, newest first.
func (v *View) TransitionsBefore(ctx context.Context, upTo event.TransitionCursor, limit int) ([]event.Transition, error) {
	if limit <= 0 || limit > maxTransitions {
		limit = maxTransitions
	}
	return many(ctx, v, "read transitions", scanTransition, "SELECT "+transitionColumns+" FROM transitions "+
		"WHERE (record, place) <= (?, ?) ORDER BY record DESC, place DESC"+limited, upTo.Record, upTo.Place, limit)
}

// AlertTransitions returns the steps of one alert, oldest first.
func (v *View) AlertTransitions(ctx context.Context, alertID int64) ([]event.Transition, error) {
	return many(ctx, v, "read the transitions of an alert", scanTransition,
		"SELECT "+transitionColumns+" FROM transitions WHERE alert_id = ? ORDER BY n", alertID)
}

// LastTransition implements Projection and Reader. It remembers a cursor whose transition
// retention has removed: used again, a reader that has passed it would miss a step.
func (v *View) LastTransition(ctx context.Context) (c event.TransitionCursor, err error) {
	err = v.read(ctx, "read the last transition", func(conn *sqlite.Conn) error {
		return sqlitex.Execute(conn, "SELECT key, value FROM meta WHERE key IN (?, ?)",
			&sqlitex.ExecOptions{Args: []any{metaTransitionRecord, metaTransitionPlace}, ResultFunc: func(st *sqlite.Stmt) error {
				if st.ColumnText(0) == metaTransitionRecord {
					c.Record = st.ColumnInt64(1)
				} else {
					c.Place = st.ColumnInt(1)
				}
				return nil
			}})
	})
	return c, err
}
