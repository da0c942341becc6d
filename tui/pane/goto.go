package pane

import (
	"context"
	"time"

	"foghorn/journal/query"
	"foghorn/tui/port"
)

// Moment is the row that a list has for a time.
type Moment struct {
	ID    int64 // of the row; 0 when there is none at all
	At    time.Time
	After bool // nothing is kept from the time or before: the row is the oldest
}

// AtTime returns the question for the newest row that came in at or before a time; nil
// where rows are not sorted by time. It reads a row for each step of a search among
// the ids, which grow as rows come in, and nothing between.
func (p *List[T]) AtTime(t, now time.Time) func(ctx context.Context, j port.Journal) (Moment, error) {
	if p.Spec.Arrived == nil {
		return nil
	}
	where := p.query
	return func(ctx context.Context, j port.Journal) (Moment, error) {
		last, err := p.lastBefore(ctx, j, t, now)
		if err != nil {
			return Moment{}, err
		}
		page := query.Page{Where: where, Now: now, Before: last + 1, Limit: 1}
		if row, ok, err := p.one(ctx, j, page); ok && last > 0 || err != nil {
			return p.moment(row, false), err
		}
		page.Before, page.After, page.OldestFirst = 0, last, true
		row, ok, err := p.one(ctx, j, page)
		if !ok || err != nil {
			return Moment{}, err
		}
		return p.moment(row, true), nil
	}
}

func (p *List[T]) moment(row T, after bool) Moment {
	return Moment{ID: p.Spec.RowID(row), At: p.Spec.Arrived(row), After: after}
}

// lastBefore is the id of the last row, matching or not, that came in at or before a
// time; 0 for none.
func (p *List[T]) lastBefore(ctx context.Context, j port.Journal, t, now time.Time) (int64, error) {
	row, ok, err := p.one(ctx, j, query.Page{Now: now, Limit: 1})
	if !ok || err != nil {
		return 0, err
	}
	low, high := int64(0), p.Spec.RowID(row) // low is before the time, high is not looked at or after it
	if !p.Spec.Arrived(row).After(t) {
		return high, nil
	}
	for low+1 < high {
		middle := low + (high-low)/2
		row, ok, err := p.one(ctx, j, query.Page{Now: now, After: low, Before: middle + 1, Limit: 1})
		switch {
		case err != nil:
			return 0, err
		case !ok || !p.Spec.Arrived(row).After(t):
			low = middle
		default:
			high = p.Spec.RowID(row)
		}
	}
	return low, nil
}

// one reads the first row of a page; false without any.
func (p *List[T]) one(ctx context.Context, j port.Journal, page query.Page) (row T, ok bool, err error) {
	rows, err := p.Spec.Read(ctx, j, page)
	if err != nil || len(rows) == 0 {
		return row, false, err
	}
	return rows[0], true, nil
}

// GoTo makes the next fetch load the rows around one, and select it. The list follows
// no longer.
func (p *List[T]) GoTo(id int64) {
	p.List.SetFollow(false)
	p.restart()
	p.goal = id
}

// arrive selects the row of the goal, in the middle of the window.
func (p *List[T]) arrive() {
	if p.goal != 0 {
		p.List.Center(p.goal)
		p.goal = 0
	}
}
