package store

import (
	"context"
	"fmt"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"foghorn/journal/event"
)

// load reads what earlier steps, of this process or one before, left in the view.
func (t *Trimmer) load(ctx context.Context) error {
	if t.loaded {
		return nil
	}
	t.usage, t.measured, t.holes = map[string]*usage{}, 0, false
	err := t.view.read(ctx, "read usage", func(c *sqlite.Conn) (err error) {
		if t.measured, err = queryInt(c, "SELECT value FROM meta WHERE key = 'measured'"); err != nil {
			return err
		}
		return sqlitex.Execute(c, "SELECT record_group, bytes, trimmed_to, removed_to FROM retention_usage", &sqlitex.ExecOptions{ResultFunc: func(st *sqlite.Stmt) error {
			grp := st.ColumnText(0)
			t.usage[grp] = &usage{bytes: st.ColumnInt64(1), trimmedTo: st.ColumnInt64(2), removedTo: st.ColumnInt64(3), group: t.ret.GroupOf(grp)}
			return nil
		}})
	})
	t.loaded = err == nil
	return err
}

// remove takes records out of the view and then out of the log. They are noted
// in pending_deletes before and struck off after, so that a crash in between leaves
// nothing behind; those that opened an unresolved alert stay there.
func (t *Trimmer) remove(ctx context.Context, chosen []int64) (gone []int64, err error) {
	defer func() {
		if err != nil {
			t.loaded = false
		}
	}()
	if len(chosen) == 0 && !t.usageChanged() {
		err := t.view.read(ctx, "read what is to be removed", func(c *sqlite.Conn) error {
			gone, err = pendingDeletes(c)
			return err
		})
		if err != nil || len(gone) == 0 {
			return nil, err // a commit for nothing would wake every screen
		}
	}
	err = t.view.write(ctx, func(w *viewWriter) error {
		if err := t.savePending(w.conn, chosen); err != nil {
			return err
		}
		if gone, err = pendingDeletes(w.conn); err != nil || len(gone) == 0 {
			return err
		}
		return removeDerived(w, gone)
	})
	if err != nil || len(gone) == 0 {
		return nil, err
	}
	if err := t.removeRecords(gone); err != nil {
		return nil, err
	}
	return gone, t.view.write(ctx, func(w *viewWriter) error {
		return execEach(w.conn, "DELETE FROM pending_deletes WHERE record = ?", gone)
	})
}

func (t *Trimmer) usageChanged() bool {
	for _, u := range t.usage {
		if u.dirty {
			return true
		}
	}
	return false
}

// savePending writes what is to be removed, and what is left of the groups.
func (t *Trimmer) savePending(c *sqlite.Conn, chosen []int64) error {
	if err := execEach(c, "INSERT OR IGNORE INTO pending_deletes(record) VALUES(?)", chosen); err != nil {
		return err
	}
	for grp, u := range t.usage {
		if !u.dirty {
			continue
		}
		err := sqlitex.Execute(c, "INSERT OR REPLACE INTO retention_usage(record_group, bytes, trimmed_to, removed_to) VALUES(?, ?, ?, ?)",
			&sqlitex.ExecOptions{Args: []any{grp, u.bytes, u.trimmedTo, u.removedTo}})
		if err != nil {
			return err
		}
		u.dirty = false
	}
	return sqlitex.Execute(c, "INSERT OR REPLACE INTO meta(key, value) VALUES('measured', ?)", &sqlitex.ExecOptions{Args: []any{t.measured}})
}

// pendingDeletes returns what may go now: the pendingDeletes records that no unresolved alert
// was opened by.
func pendingDeletes(c *sqlite.Conn) (seqs []int64, err error) {
	sql := fmt.Sprintf("SELECT record FROM pending_deletes WHERE NOT EXISTS "+
		"(SELECT 1 FROM alerts WHERE id BETWEEN record*%d AND record*%[1]d+%d AND resolved = 0) ORDER BY record LIMIT %d",
		event.MaxEventsPerRecord, event.MaxEventsPerRecord-1, 2*stepRecords)
	err = sqlitex.Execute(c, sql, &sqlitex.ExecOptions{ResultFunc: func(st *sqlite.Stmt) error {
		seqs = append(seqs, st.ColumnInt64(0))
		return nil
	}})
	return seqs, err
}

// removeDerived takes all that came from the records out of the view, and keeps
// the counts.
func removeDerived(w *viewWriter, seqs []int64) error {
	seconds, err := secondsOf(w.conn, seqs)
	if err != nil {
		return err
	}
	counts := counter{}
	for _, d := range []struct {
		count *int64
		sql   string
	}{
		{&counts.events, fmt.Sprintf("DELETE FROM events WHERE id BETWEEN ?1*%d AND ?1*%[1]d+%d", event.MaxEventsPerRecord, event.MaxEventsPerRecord-1)},
		{&counts.deliveries, "DELETE FROM deliveries WHERE id = ?1 AND verdict IN ('verified', 'verified-v1', 'unsigned')"},
		{&counts.refused, "DELETE FROM deliveries WHERE id = ?1"},
		{new(int64), "DELETE FROM activities WHERE id = ?1"},
		{new(int64), fmt.Sprintf("DELETE FROM transitions WHERE alert_id IN (SELECT id FROM alerts WHERE id BETWEEN ?1*%d AND ?1*%[1]d+%d AND resolved <> 0)",
			event.MaxEventsPerRecord, event.MaxEventsPerRecord-1)},
		{&counts.resolved, fmt.Sprintf("DELETE FROM alerts WHERE id BETWEEN ?1*%d AND ?1*%[1]d+%d AND resolved <> 0", event.MaxEventsPerRecord, event.MaxEventsPerRecord-1)},
	} {
		before, err := queryInt(w.conn, "SELECT total_changes()")
		if err != nil {
			return err
		}
		if err := execEach(w.conn, d.sql, seqs); err != nil {
			return err
		}
		after, err := queryInt(w.conn, "SELECT total_changes()")
		if err != nil {
			return err
		}
		*d.count -= after - before
	}
	if err := counts.flush(w.st.count); err != nil {
		return err
	}
	for second := range seconds {
		err := sqlitex.Execute(w.conn, "DELETE FROM fingerprints WHERE slot BETWEEN ? AND ? AND event_id NOT IN (SELECT id FROM events WHERE id = event_id)",
			&sqlitex.ExecOptions{Args: []any{second << slotBits, (second+1)<<slotBits - 1}})
		if err != nil {
			return err
		}
	}
	w.rows += len(seqs)
	return dropEmptySegments(w.conn, seqs[0])
}

// secondsOf returns where the fingerprints of the records' events are booked.
func secondsOf(c *sqlite.Conn, seqs []int64) (map[int64]struct{}, error) {
	seconds := map[int64]struct{}{}
	st, err := c.Prepare("SELECT time, received FROM events WHERE id BETWEEN ? AND ?")
	if err != nil {
		return nil, err
	}
	for _, seq := range seqs {
		st.BindInt64(1, event.ID(seq, 0))
		st.BindInt64(2, event.ID(seq, event.MaxEventsPerRecord-1))
		for {
			row, err := st.Step()
			if err != nil {
				return nil, err
			}
			if !row {
				break
			}
			at, _, booked := slots(&event.Event{Time: moment(st.ColumnInt64(0)), Received: moment(st.ColumnInt64(1))}, 0)
			for _, slot := range at[:booked] {
				seconds[slot>>slotBits] = struct{}{}
			}
		}
		if err := st.Reset(); err != nil {
			return nil, err
		}
	}
	return seconds, nil
}

// dropEmptySegments removes the oldest segments of the index that cover no
// event any more, beginning with the one the removed record was in.
func dropEmptySegments(c *sqlite.Conn, seq int64) error {
	var empty []int64
	err := sqlitex.Execute(c, "SELECT number FROM index_segments WHERE last_event >= ? AND NOT EXISTS (SELECT 1 FROM events WHERE id BETWEEN first_event AND last_event) ORDER BY number LIMIT 4",
		&sqlitex.ExecOptions{Args: []any{event.ID(seq, 0)}, ResultFunc: func(st *sqlite.Stmt) error {
			empty = append(empty, st.ColumnInt64(0))
			return nil
		}})
	if err != nil {
		return err
	}
	newest, err := queryInt(c, "SELECT max(number) FROM index_segments")
	if err != nil {
		return err
	}
	for _, no := range empty {
		if no == newest { // its number is where the index continues
			continue
		}
		if err := dropSegment(c, no); err != nil {
			return err
		}
	}
	return nil
}

// removeRecords deletes records from the log, with the writer held for no
// longer than a few milliseconds.
func (t *Trimmer) removeRecords(seqs []int64) (err error) {
	t.log.writing.Lock()
	defer t.log.writing.Unlock()
	end, err := begin(t.conn)
	if err != nil {
		return err
	}
	defer end(&err)
	t.log.wal.wrote(len(seqs) * pageSize)
	return execEach(t.conn, "DELETE FROM records WHERE seq = ?", seqs)
}

// releaseFreePages shortens the files by a few pages when much of them is free.
func (t *Trimmer) releaseFreePages() (more bool, err error) {
	shorten := func(c *sqlite.Conn) error {
		free, err := queryInt(c, "PRAGMA freelist_count")
		if err != nil || free <= slackPages {
			return err
		}
		more = more || free > slackPages+stepPages
		return exec(c, fmt.Sprintf("PRAGMA incremental_vacuum(%d)", stepPages))
	}
	t.log.writing.Lock()
	err = shorten(t.conn)
	t.log.writing.Unlock()
	if err != nil {
		return false, err
	}
	t.view.writing.Lock()
	defer t.view.writing.Unlock()
	if t.view.w == nil {
		return false, ErrClosed
	}
	return more, shorten(t.view.w.conn)
}

// execEach runs a statement once for every number.
func execEach(c *sqlite.Conn, sql string, numbers []int64) error {
	st, err := c.Prepare(sql)
	if err != nil {
		return err
	}
	for _, n := range numbers {
		st.BindInt64(1, n)
		if err := run(st); err != nil {
			return err
		}
	}
	return nil
}
