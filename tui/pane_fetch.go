package tui

import (
	"context"
	"slices"
	"time"

	"foghorn/journal/query"
	"foghorn/tui/port"
)

// pinnedBatch is the most rows a pull adds below the window of somebody who
// reads further up. When more than that came in between, the list stops
// counting and loads them when the reader comes down.
const pinnedBatch = 100

// fetch says what the pane needs to know now, given where its window stands.
func (p *listPane[T]) fetch(now time.Time) fetch {
	page := query.Page{Where: p.where, Now: now}
	height := max(1, p.list.Height())
	if !p.spec.tail {
		return p.fetchTop(page, height)
	}
	first, _, ok := p.list.Bounds()
	switch {
	case !ok || p.list.Following() || len(p.list.Visible()) == 0:
		return p.fetchNewest(page, height)
	case p.fresh:
		return p.fetchAround(page, height)
	case p.list.Top() < height && !p.begin:
		return p.fetchOlder(page, height, first)
	default:
		return p.fetchPinned(page, height)
	}
}

// wantsMore reports whether the cursor stands so near to an end of what is
// loaded that more should be asked for at once.
func (p *listPane[T]) wantsMore() bool {
	h, n := p.list.Height(), p.list.Len()
	if p.fresh {
		return true
	}
	if n == 0 {
		return false
	}
	below := n - p.list.Top() - h
	if !p.spec.tail {
		return p.more && below < h && p.show.order == "" // sorted, no more than that is read
	}
	return !p.begin && p.list.Top() < h && n >= h || !p.list.Attached() && below < h
}

// guard wraps an answer so that it is dropped when the pane asks for
// something else by now.
func (p *listPane[T]) guard(gen int, apply func()) answer {
	return answer{apply: func() {
		if p.gen != gen {
			return
		}
		p.read1 = true
		apply()
	}}
}

func (p *listPane[T]) fetchTop(page query.Page, height int) fetch {
	page.Limit = p.list.Top() + 2*height + 1
	if p.show.order != "" {
		page.Limit = maxSorted
	}
	show, limit := p.show, page.Limit
	gen := p.gen
	return func(ctx context.Context, j port.Journal) (answer, error) {
		rows, err := p.spec.read(ctx, j, page)
		full := len(rows) >= limit && !p.spec.whole
		if p.spec.arrange != nil {
			rows = p.spec.arrange(rows, show)
		}
		return p.guard(gen, func() {
			p.fresh, p.more = false, full
			p.list.Set(rows)
		}), err
	}
}

func (p *listPane[T]) fetchNewest(page query.Page, height int) fetch {
	page.Limit = 2*height + 1
	gen := p.gen
	return func(ctx context.Context, j port.Journal) (answer, error) {
		rows, err := p.spec.read(ctx, j, page)
		slices.Reverse(rows)
		begin := len(rows) < page.Limit
		a := p.guard(gen, func() {
			if p.list.Following() || p.list.Len() == 0 {
				p.fresh, p.begin = false, begin
				p.list.Set(rows)
			}
		})
		if len(rows) > 0 && p.spec.subject != nil {
			a.newest, _ = p.spec.subject(rows[len(rows)-1])
		}
		return a, err
	}
}

// fetchAround reads anew on both sides of the cursor: a filter was set or
// taken away, and the reader should stay where they are.
func (p *listPane[T]) fetchAround(page query.Page, height int) fetch {
	row, _ := p.list.Selected()
	at := p.spec.rowID(row)
	gen := p.gen
	return func(ctx context.Context, j port.Journal) (answer, error) {
		older := page
		older.Before, older.Limit = at+1, 2*height
		rows, err := p.spec.read(ctx, j, older)
		if err != nil {
			return answer{}, err
		}
		slices.Reverse(rows)
		begin := len(rows) < older.Limit
		newer, end, err := p.newer(ctx, j, page, at, 2*height)
		return p.guard(gen, func() {
			p.fresh, p.begin = false, begin
			p.list.Set(rows)
			p.list.Append(newer, end)
		}), err
	}
}

func (p *listPane[T]) fetchOlder(page query.Page, height int, first int64) fetch {
	page.Before, page.Limit = first, 4*height
	gen := p.gen
	return func(ctx context.Context, j port.Journal) (answer, error) {
		rows, err := p.spec.read(ctx, j, page)
		slices.Reverse(rows)
		begin := len(rows) < page.Limit
		return p.guard(gen, func() {
			if at, _, ok := p.list.Bounds(); ok && at == first && !p.list.Following() {
				p.begin = begin
				p.list.Prepend(rows)
			}
		}), err
	}
}

// fetchPinned refreshes the rows in the window and looks for newer ones below.
func (p *listPane[T]) fetchPinned(page query.Page, height int) fetch {
	vis := p.list.Visible()
	seen := page
	seen.After, seen.Before = p.spec.rowID(vis[0])-1, p.spec.rowID(vis[len(vis)-1])+1
	seen.Limit = len(vis)
	_, last, _ := p.list.Bounds()
	attached := p.list.Attached()
	near := p.list.Len()-p.list.Top()-height < height
	gen := p.gen
	return func(ctx context.Context, j port.Journal) (answer, error) {
		rows, err := p.spec.read(ctx, j, seen)
		if err != nil {
			return answer{}, err
		}
		var newer []T
		end := false
		switch {
		case attached:
			batch := page
			batch.After, batch.Limit = last, pinnedBatch
			newer, err = p.spec.read(ctx, j, batch)
			slices.Reverse(newer)
			if end = len(newer) < pinnedBatch; !end {
				newer = nil // there may be a gap below; load it when it is reached
			}
		case near:
			newer, end, err = p.newer(ctx, j, page, last, 2*height)
		}
		return p.guard(gen, func() {
			if _, at, _ := p.list.Bounds(); at != last || p.list.Following() {
				return
			}
			p.list.Refresh(rows)
			p.list.Append(newer, end)
		}), err
	}
}

// newer reads the next rows after an id, oldest first. end reports that there are
// no more.
func (p *listPane[T]) newer(ctx context.Context, j port.Journal, page query.Page, after int64, limit int) (rows []T, end bool, err error) {
	page.After, page.Limit, page.OldestFirst = after, limit, true
	rows, err = p.spec.read(ctx, j, page)
	return rows, len(rows) < limit, err
}
