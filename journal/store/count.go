package store

import (
	"context"

	"zombiezen.com/go/sqlite"

	"foghorn/journal/event"
	"foghorn/journal/query"
)

// CountEvents returns how many events match within the bounds of a page.
func (v *View) CountEvents(ctx context.Context, p query.Page) (n int64, err error) {
	err = v.read(ctx, "count events", func(c *sqlite.Conn) error {
		sql := p.Where.SQL(query.Events, v.now(p.Now))
		st, _, err := c.PrepareTransient("SELECT count(*) FROM events WHERE (" + sql.Where + ") AND id BETWEEN ? AND ?")
		if err != nil {
			return err
		}
		defer st.Finalize()
		k := bindArgs(st, sql.Args)
		low, high := bounds(p)
		st.BindInt64(k+1, low)
		st.BindInt64(k+2, high)
		if _, err := st.Step(); err != nil {
			return err
		}
		n = st.ColumnInt64(0)
		return nil
	})
	return n, err
}

// CountTransitions returns how many steps there are after a cursor.
func (v *View) CountTransitions(ctx context.Context, after event.TransitionCursor) (n int64, err error) {
	err = v.read(ctx, "count transitions", func(c *sqlite.Conn) error {
		n, err = queryInt(c, "SELECT count(*) FROM transitions WHERE (record, place) > (?, ?)", after.Record, after.Place)
		return err
	})
	return n, err
}
