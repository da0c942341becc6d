package pane

import (
	"context"
	"slices"
	"time"

	"foghorn/journal/query"
	"foghorn/tui/port"
)

// PinnedBatch is the most rows a pull adds below the window of somebody who
// reads further up. When more than that came in between, the list stops
// counting and loads them when the reader comes down.
const PinnedBatch = 100

// fetch is the question for the rows around the window.
func (p *List[T]) fetch(now time.Time) Fetch {
	page := query.Page{Where: p.query, Now: now}
	height := max(1, p.List.Height())
	if !p.Spec.Tail {
		return p.fetchTop(page, height)
	}
	first, _, ok := p.List.Bounds()
	switch {
	case p.goal != 0:
		return p.fetchAround(page, height, p.goal)
	case !ok || p.List.Following() || len(p.List.Visible()) == 0:
		return p.fetchNewest(page, height)
	case p.fresh:
		row, _ := p.List.Selected()
		return p.fetchAround(page, height, p.Spec.RowID(row))
	case p.List.Top() < height && !p.reachedOldest:
		return p.fetchOlder(page, height, first)
	default:
		return p.fetchPinned(page, height)
	}
}

// WantsMore reports whether the window is so near to an end of what is
// loaded that more should be asked for at once.
func (p *List[T]) WantsMore() bool {
	h, n := p.List.Height(), p.List.Len()
	if p.fresh {
		return true
	}
	if n == 0 {
		return false
	}
	below := n - p.List.Top() - h
	if !p.Spec.Tail {
		return p.hasMore && below < h && p.state.Order == "" // sorted, no more than that is read
	}
	return !p.reachedOldest && p.List.Top() < h && n >= h || !p.List.Attached() && below < h
}

// guard wraps an answer so that it is dropped when the pane asks for
// something else by now.
func (p *List[T]) guard(gen int, apply func()) Answer {
	return Answer{Apply: func() {
		if p.gen != gen {
			return
		}
		p.loaded, p.measured.stale, p.measured.rows = true, true, gen
		apply()
	}}
}

func (p *List[T]) fetchTop(page query.Page, height int) Fetch {
	page.Limit = p.List.Top() + 2*height + 1
	if p.state.Order != "" {
		page.Limit = maxSorted
	}
	show, limit := p.state, page.Limit
	gen := p.gen
	return func(ctx context.Context, j port.Journal) (Answer, error) {
		rows, err := p.Spec.Read(ctx, j, page)
		full := len(rows) >= limit && !p.Spec.Complete
		if p.Spec.Arrange != nil {
			rows = p.Spec.Arrange(rows, show)
		}
		a := p.guard(gen, func() {
			p.fresh, p.hasMore = false, full
			p.List.Set(rows)
		})
		a.empty = len(rows) == 0
		return a, err
	}
}

func (p *List[T]) fetchNewest(page query.Page, height int) Fetch {
	page.Limit = 2*height + 1
	gen := p.gen
	return func(ctx context.Context, j port.Journal) (Answer, error) {
		rows, err := p.Spec.Read(ctx, j, page)
		slices.Reverse(rows)
		begin := len(rows) < page.Limit
		a := p.guard(gen, func() {
			if p.List.Following() || p.List.Len() == 0 {
				p.fresh, p.reachedOldest = false, begin
				p.List.Set(rows)
			}
		})
		a.empty = len(rows) == 0
		if len(rows) > 0 && p.Spec.Record != nil {
			a.Newest, _ = p.Spec.Record(rows[len(rows)-1])
		}
		return a, err
	}
}

// fetchAround reads anew on both sides of a row: that of the cursor, when a filter
// was set or taken away and the reader should stay where they are, or another one.
func (p *List[T]) fetchAround(page query.Page, height int, at int64) Fetch {
	gen := p.gen
	return func(ctx context.Context, j port.Journal) (Answer, error) {
		older := page
		older.Before, older.Limit = at+1, 2*height
		rows, err := p.Spec.Read(ctx, j, older)
		if err != nil {
			return Answer{}, err
		}
		slices.Reverse(rows)
		begin := len(rows) < older.Limit
		newer, end, err := p.newer(ctx, j, page, at, 2*height)
		a := p.guard(gen, func() {
			p.fresh, p.reachedOldest = false, begin
			p.List.Set(rows)
			p.List.Append(newer, end)
			p.arrive()
		})
		a.empty = len(rows)+len(newer) == 0
		return a, err
	}
}

func (p *List[T]) fetchOlder(page query.Page, height int, first int64) Fetch {
	page.Before, page.Limit = first, 4*height
	gen := p.gen
	return func(ctx context.Context, j port.Journal) (Answer, error) {
		rows, err := p.Spec.Read(ctx, j, page)
		slices.Reverse(rows)
		begin := len(rows) < page.Limit
		return p.guard(gen, func() {
			if at, _, ok := p.List.Bounds(); ok && at == first && !p.List.Following() {
				p.reachedOldest = begin
				p.List.Prepend(rows)
			}
		}), err
	}
}

// fetchPinned refreshes the rows in the window and looks for newer ones below.
func (p *List[T]) fetchPinned(page query.Page, height int) Fetch {
	vis := p.List.Visible()
	seen := page
	seen.After, seen.Before = p.Spec.RowID(vis[0])-1, p.Spec.RowID(vis[len(vis)-1])+1
	seen.Limit = len(vis)
	_, last, _ := p.List.Bounds()
	attached := p.List.Attached()
	near := p.List.Len()-p.List.Top()-height < height
	gen := p.gen
	return func(ctx context.Context, j port.Journal) (Answer, error) {
		rows, err := p.Spec.Read(ctx, j, seen)
		if err != nil {
			return Answer{}, err
		}
		var newer []T
		end := false
		switch {
		case attached:
			batch := page
			batch.After, batch.Limit = last, PinnedBatch
			newer, err = p.Spec.Read(ctx, j, batch)
			slices.Reverse(newer)
			if end = len(newer) < PinnedBatch; !end {
				newer = nil // there may be a gap below; load it when it is reached
			}
		case near:
			newer, end, err = p.newer(ctx, j, page, last, 2*height)
		}
		return p.guard(gen, func() {
			if _, at, _ := p.List.Bounds(); at != last || p.List.Following() {
				return
			}
			p.List.Refresh(rows)
			p.List.Append(newer, end)
		}), err
	}
}

// newer reads the next rows after an id, oldest first. end reports that there are
// no more.
func (p *List[T]) newer(ctx context.Context, j port.Journal, page query.Page, after int64, limit int) (rows []T, end bool, err error) {
	page.After, page.Limit, page.OldestFirst = after, limit, true
	rows, err = p.Spec.Read(ctx, j, page)
	return rows, len(rows) < limit, err
}

// maxSorted bounds how many alerts are read to sort them by something else
// than the journal's own order.
const maxSorted = 1000
