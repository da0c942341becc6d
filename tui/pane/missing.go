package pane

import (
	"context"
	"time"

	"foghorn/journal"
	"foghorn/tui/port"
)

// missing is why a filter finds nothing: it asks for a value that was never seen.
type missing struct {
	value journal.Unseen
	found bool
	gen   int // what the pane asked for when it was looked up
}

// Unseen is the value in the filter that was never seen; false while there are rows,
// and when the filter is not to blame.
func (p *List[T]) Unseen() (journal.Unseen, bool) {
	return p.missing.value, p.missing.found && p.missing.gen == p.gen && p.List.Len() == 0
}

// Fetch returns the question to the journal for the rows around the window. Where a
// filter finds none, it looks once for a value that does not exist.
func (p *List[T]) Fetch(now time.Time) Fetch {
	rows := p.fetch(now)
	if p.filter == "" || p.missing.gen == p.gen {
		return rows
	}
	text, table, gen := p.filter, p.Spec.Table, p.gen
	return func(ctx context.Context, j port.Journal) (Answer, error) {
		a, err := rows(ctx, j)
		if err != nil || !a.empty {
			return a, err
		}
		value, found, err := journal.FindUnseen(ctx, j, text, table)
		if err != nil {
			return a, nil // the rows are what was asked for
		}
		apply := a.Apply
		a.Apply = func() {
			apply()
			if p.gen == gen {
				p.missing = missing{value, found, gen}
			}
		}
		return a, nil
	}
}
