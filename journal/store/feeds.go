package store

import (
	"context"
	"math"
	"slices"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"foghorn/journal/event"
)

// What feeds ask of the view, so that they report only what is new.

// KnownNames returns the names of those keys, each a kind and an id, that have
// one.
func (v *View) KnownNames(ctx context.Context, keys [][2]string) (map[[2]string]string, error) {
	known := make(map[[2]string]string, len(keys))
	err := v.read(ctx, "read known names", func(c *sqlite.Conn) error {
		for _, k := range keys {
			err := sqlitex.Execute(c, "SELECT name FROM names WHERE kind = ? AND id = ?", &sqlitex.ExecOptions{Args: []any{k[0], k[1]},
				ResultFunc: func(st *sqlite.Stmt) error {
					known[k] = st.ColumnText(0)
					return nil
				}})
			if err != nil {
				return err
			}
		}
		return nil
	})
	return known, err
}

// KnownDevices returns the present state of all devices of a source, in no order.
func (v *View) KnownDevices(ctx context.Context, source string) ([]event.Device, error) {
	return many(ctx, v, "read known devices", scanDevice, "SELECT "+deviceColumns+" FROM devices WHERE source = ?", source)
}

// KnownClients returns all live clients of a source, in no order.
func (v *View) KnownClients(ctx context.Context, source string) ([]event.LiveClient, error) {
	return many(ctx, v, "read known clients", scanClient, "SELECT "+clientColumns+" FROM clients WHERE source = ?", source)
}

// LastEvent returns the event of a topic that was received last, if that is no
// longer ago than since. With a via it is the last of those that came that way.
func (v *View) LastEvent(ctx context.Context, source, topic string, via event.Via, since time.Time) (e event.Event, ok bool, err error) {
	err = v.read(ctx, "find the last event of a topic", func(c *sqlite.Conn) error {
		first, err := firstSince(c, millis(since))
		if err != nil {
			return err
		}
		return sqlitex.Execute(c, "SELECT "+eventColumns+" FROM events WHERE id >= ?1 AND received >= ?2 AND source = ?3 AND topic = ?4 "+
			"AND ?5 IN ('', via) ORDER BY id DESC LIMIT 1",
			&sqlitex.ExecOptions{Args: []any{first, millis(since), source, topic, string(via)}, ResultFunc: func(st *sqlite.Stmt) error {
				e, ok = scanEvent(st), true
				return nil
			}})
	})
	return e, ok, err
}

// firstSince returns an id below which everything was received before ms. Ids
// grow with arrival, so it is found by halving, without an index of times.
func firstSince(c *sqlite.Conn, ms int64) (int64, error) {
	next := func(id int64) (found, received int64, err error) {
		found = math.MaxInt64
		err = sqlitex.Execute(c, "SELECT id, received FROM events WHERE id >= ? ORDER BY id LIMIT 1",
			&sqlitex.ExecOptions{Args: []any{id}, ResultFunc: func(st *sqlite.Stmt) error {
				found, received = st.ColumnInt64(0), st.ColumnInt64(1)
				return nil
			}})
		return found, received, err
	}
	low, high := int64(0), int64(math.MaxInt64)
	for low < high {
		middle := low + (high-low)/2
		found, received, err := next(middle)
		switch {
		case err != nil:
			return 0, err
		case found == math.MaxInt64 || received >= ms:
			high = middle
		default:
			low = found + 1
		}
	}
	return low, nil
}

// How long CountNewEvents waits for the projector, and how often it looks.
const (
	projectorWait  = 10 * time.Second
	projectorCheck = 20 * time.Millisecond
)

// CountNewEvents returns how many events the records became: one that was known
// before makes none. It waits for the projector, which is another goroutine's or
// process's work, so it goes by real time and not by the view's clock. When the
// projector is far behind it counts the events that are there.
func (v *View) CountNewEvents(ctx context.Context, seqs []int64) (n int, err error) {
	if len(seqs) == 0 {
		return 0, nil
	}
	last := slices.Max(seqs)
	ctx, cancel := context.WithTimeout(ctx, projectorWait)
	defer cancel()
	look := time.NewTicker(projectorCheck)
	defer look.Stop()
	for waiting := true; waiting; {
		at, err := v.Position(ctx)
		if err != nil && ctx.Err() == nil {
			return 0, err
		}
		if at >= last {
			break
		}
		select {
		case <-ctx.Done():
			waiting = false
		case <-look.C:
		}
	}
	err = v.read(context.WithoutCancel(ctx), "count the events of records", func(c *sqlite.Conn) error {
		for _, seq := range seqs {
			of, err := queryInt(c, "SELECT count(*) FROM events WHERE id BETWEEN ? AND ?", event.ID(seq, 0), event.ID(seq, event.MaxEventsPerRecord-1))
			if err != nil {
				return err
			}
			n += int(of)
		}
		return nil
	})
	return n, err
}
