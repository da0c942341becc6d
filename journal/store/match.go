package store

import (
	"context"
	"fmt"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// Keys of the view's table meta that identify the log it was derived from.
const (
	metaLog      = "log"      // the log's identity
	metaPosition = "position" // the last record projected
	metaSum      = "sum"      // that record's checksum
	metaDamaged  = "damaged"  // the last record skipped as damaged

	// The cursor of the newest transition. Its row may be gone, with its alert.
	metaTransitionRecord = "transition_record"
	metaTransitionPlace  = "transition_place"
)

// logEnd is what a view compares itself with.
type logEnd struct {
	id, last int64
	// sum is the checksum of the last record in the view, 0 when the log does not
	// have the record or its checksum.
	sum int64
}

func readLogEnd(c *sqlite.Conn, position int64) (e logEnd, err error) {
	if e.id, err = queryInt(c, "SELECT id FROM identity"); err != nil {
		return e, err
	}
	if e.last, err = queryInt(c, "SELECT max(seq) FROM records"); err != nil {
		return e, err
	}
	e.sum, err = queryInt(c, "SELECT sum FROM records WHERE seq = ?", position)
	return e, err
}

// origin is what a view remembers about its log; 0 is unknown.
type origin struct{ log, position, sum int64 }

func readOrigin(c *sqlite.Conn) (o origin, err error) {
	err = sqlitex.Execute(c, "SELECT key, value FROM meta WHERE key IN ('log', 'position', 'sum')",
		&sqlitex.ExecOptions{ResultFunc: func(st *sqlite.Stmt) error {
			switch n := st.ColumnInt64(1); st.ColumnText(0) {
			case metaLog:
				o.log = n
			case metaPosition:
				o.position = n
			case metaSum:
				o.sum = n
			}
			return nil
		}})
	return o, err
}

// mismatch says why a view cannot belong to this log, or "".
func (o origin) mismatch(e logEnd) string {
	switch {
	case o.position == 0 && o.log == 0:
		return ""
	case o.log != 0 && o.log != e.id && e.last == 0:
		return fmt.Sprintf("%s is new and empty, but the view was derived from another one with %d records", LogFile, o.position)
	case o.log != 0 && o.log != e.id:
		return LogFile + " is not the log that the view was derived from"
	case e.last < o.position:
		return fmt.Sprintf("%s ends at record %d, but the view was derived up to record %d: it is an older copy", LogFile, e.last, o.position)
	case o.sum != 0 && e.sum != 0 && o.sum != e.sum:
		return fmt.Sprintf("record %d of %s is not the one that the view was derived from: it is a copy that has diverged", o.position, LogFile)
	}
	return ""
}

// Match compares the view, which has to be the writer's, with the log, and says why
// the view cannot be derived from it, or "". A view without a log adopts this one.
func (v *View) Match(ctx context.Context, l *Log) (strange string, err error) {
	err = v.write(ctx, func(w *viewWriter) error {
		o, err := readOrigin(w.conn)
		if err != nil {
			return err
		}
		var e logEnd
		err = l.readers.with(ctx, "read", func(c *sqlite.Conn) (err error) {
			e, err = readLogEnd(c, o.position)
			return err
		})
		if err != nil {
			return err
		}
		if strange = o.mismatch(e); strange != "" || o.log != 0 {
			return nil
		}
		return sqlitex.Execute(w.conn, "INSERT OR REPLACE INTO meta(key, value) VALUES(?, ?)",
			&sqlitex.ExecOptions{Args: []any{metaLog, e.id}})
	})
	return strange, err
}

// problems says what is wrong with the journal as a whole, or "".
func problems(o origin, e logEnd, damaged, lastDamaged int64) string {
	if s := o.mismatch(e); s != "" {
		return s + "; events and alerts are those of the other one until a collector derives them again"
	}
	switch damaged {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf("record %d of %s is damaged and was skipped", lastDamaged, LogFile)
	}
	return fmt.Sprintf("%d records of %s are damaged and were skipped, the last is %d", damaged, LogFile, lastDamaged)
}
