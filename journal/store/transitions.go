package store

import (
	"context"

	"zombiezen.com/go/sqlite"

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
		"WHERE (record, place) > (?, ?) ORDER BY record, place LIMIT ?", after.Record, after.Place, limit)
}

// AlertTransitions returns the steps of one alert, oldest first.
func (v *View) AlertTransitions(ctx context.Context, alertID int64) ([]event.Transition, error) {
	return many(ctx, v, "read the transitions of an alert", scanTransition,
		"SELECT "+transitionColumns+" FROM transitions WHERE alert_id = ? ORDER BY n", alertID)
}

// LastTransition implements Projection.
func (v *View) LastTransition(ctx context.Context) (event.TransitionCursor, error) {
	last, err := many(ctx, v, "read the last transition", func(st *sqlite.Stmt) event.TransitionCursor {
		return event.TransitionCursor{Record: st.ColumnInt64(0), Place: st.ColumnInt(1)}
	}, "SELECT record, place FROM transitions ORDER BY record DESC, place DESC LIMIT 1")
	if err != nil || len(last) == 0 {
		return event.TransitionCursor{}, err
	}
	return last[0], nil
}
