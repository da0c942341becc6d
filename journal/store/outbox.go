package store

import (
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"foghorn/journal/event"
)

// OutboxFile is the file of what was sent.
const OutboxFile = "relay.db"

// outboxMigrations bring relay.db from any older schema to the present one; see
// logMigrations. What relays sent cannot be derived again, so this file is never
// replaced. Rows keep as JSON what nobody looks rows up by.
var outboxMigrations = []string{`
CREATE TABLE relays(
	name         TEXT PRIMARY KEY,
	record       INTEGER NOT NULL,
	place        INTEGER NOT NULL,
	start_record INTEGER NOT NULL,
	start_place  INTEGER NOT NULL,
	paused_ms    INTEGER,
	paused_by    TEXT NOT NULL DEFAULT '',
	flight       TEXT NOT NULL DEFAULT '',
	data         TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE lanes(
	relay   TEXT    NOT NULL,
	alert   INTEGER NOT NULL,
	pending INTEGER NOT NULL,
	unended INTEGER NOT NULL,
	read_ms INTEGER NOT NULL,
	data    TEXT    NOT NULL,
	PRIMARY KEY(relay, alert)
) WITHOUT ROWID;
CREATE INDEX lanes_pending ON lanes(relay, alert) WHERE pending;
CREATE INDEX lanes_unended ON lanes(relay, alert) WHERE unended;
CREATE TABLE messages(
	relay     TEXT    NOT NULL,
	id        INTEGER NOT NULL,
	grp       TEXT    NOT NULL,
	opened_ms INTEGER NOT NULL,
	data      TEXT    NOT NULL,
	PRIMARY KEY(relay, id)
) WITHOUT ROWID;
CREATE INDEX messages_group ON messages(relay, grp, opened_ms);
CREATE TABLE letters(
	id    INTEGER PRIMARY KEY AUTOINCREMENT,
	relay TEXT    NOT NULL,
	event INTEGER NOT NULL,
	alert INTEGER NOT NULL,
	state TEXT    NOT NULL,
	at_ms INTEGER NOT NULL,
	data  TEXT    NOT NULL
);
CREATE INDEX letters_relay ON letters(relay, state);
CREATE TABLE sent(
	id    INTEGER PRIMARY KEY AUTOINCREMENT,
	relay TEXT    NOT NULL,
	event INTEGER NOT NULL,
	alert INTEGER NOT NULL,
	at_ms INTEGER NOT NULL,
	data  TEXT    NOT NULL
);
CREATE INDEX sent_relay ON sent(relay, id);
CREATE INDEX sent_alert ON sent(alert) WHERE alert <> 0;
CREATE TABLE drops(
	id    INTEGER PRIMARY KEY AUTOINCREMENT,
	relay TEXT    NOT NULL,
	at_ms INTEGER NOT NULL,
	data  TEXT    NOT NULL
);
`, `
CREATE TABLE jobs(
	id         INTEGER PRIMARY KEY AUTOINCREMENT,
	kind       TEXT    NOT NULL,
	source     TEXT    NOT NULL,
	state      TEXT    NOT NULL,
	created_ms INTEGER NOT NULL,
	data       TEXT    NOT NULL
);
CREATE INDEX jobs_kind ON jobs(kind, source, id);
CREATE TABLE requests(
	platform TEXT    NOT NULL,
	id       TEXT    NOT NULL,
	at_ms    INTEGER NOT NULL,
	state    TEXT    NOT NULL,
	data     TEXT    NOT NULL,
	PRIMARY KEY(platform, id)
) WITHOUT ROWID;
CREATE TABLE calls(
	id    INTEGER PRIMARY KEY AUTOINCREMENT,
	at_ms INTEGER NOT NULL,
	data  TEXT    NOT NULL
);
CREATE TABLE proposals(
	nonce      TEXT PRIMARY KEY,
	expires_ms INTEGER NOT NULL,
	data       TEXT    NOT NULL
) WITHOUT ROWID;
CREATE TABLE managed(
	kind TEXT NOT NULL,
	key  TEXT NOT NULL,
	data TEXT NOT NULL,
	PRIMARY KEY(kind, key)
) WITHOUT ROWID;
`, `
ALTER TABLE jobs ADD COLUMN cancel_by TEXT NOT NULL DEFAULT '';
ALTER TABLE jobs ADD COLUMN told INTEGER NOT NULL DEFAULT 0;
CREATE INDEX jobs_live ON jobs(id) WHERE state IN ('queued', 'running');
CREATE INDEX jobs_untold ON jobs(id) WHERE told = 0;
`, `
CREATE TABLE remembered(
	id       INTEGER PRIMARY KEY AUTOINCREMENT,
	kind     TEXT    NOT NULL,
	key      TEXT    NOT NULL,
	until_ms INTEGER NOT NULL,
	bytes    INTEGER NOT NULL,
	data     TEXT    NOT NULL,
	UNIQUE(kind, key)
);
CREATE INDEX remembered_kind ON remembered(kind, id, bytes);
`}

// Outbox is relay.db: what relays remember of what they sent, which cannot be derived
// from the log. A rebuild never touches it. The collector writes it; other processes
// read it, and may pause a relay or ask for another try. All methods are safe for
// concurrent use.
type Outbox struct {
	path    string
	readers *pool
	decided atomic.Int64 // how often people have decided something by this Outbox

	mu   sync.Mutex // held while conn is in use
	conn *sqlite.Conn
	soft bool // conn commits without fsync
}

// OpenOutbox opens relay.db in dir, and makes both when they are missing.
func OpenOutbox(ctx context.Context, dir string, o Options) (*Outbox, error) {
	path := filepath.Join(dir, OutboxFile)
	s := settings{full: true, maxBytes: o.MaxBytes}
	if err := create(ctx, path, s, func(c *sqlite.Conn) error { return migrate(c, path, outboxMigrations) }); err != nil {
		return nil, err
	}
	c, err := connect(path, s)
	if err != nil {
		return nil, err
	}
	if err := exec(c, "PRAGMA wal_autocheckpoint=1000"); err != nil {
		return nil, errors.Join(wrap("open", path, err), c.Close())
	}
	return &Outbox{path: path, conn: c, readers: newPool(path, 2, func() (*sqlite.Conn, error) {
		return connect(path, settings{cache: 1 << 20, readOnly: true})
	})}, nil
}

// OpenExistingOutbox opens relay.db in dir; nil when no relay ever ran there.
func OpenExistingOutbox(ctx context.Context, dir string, o Options) (*Outbox, error) {
	if !exists(filepath.Join(dir, OutboxFile)) {
		return nil, nil
	}
	return OpenOutbox(ctx, dir, o)
}

// Close closes the file.
func (o *Outbox) Close() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	err := errors.Join(o.readers.close(), o.conn.Close())
	return err
}

// write runs fn in one transaction, all of it or nothing.
func (o *Outbox) write(ctx context.Context, op string, fn func(c *sqlite.Conn) error) error {
	return o.writeAs(ctx, op, false, fn)
}

// writeAs is write; soft leaves out the fsync.
func (o *Outbox) writeAs(ctx context.Context, op string, soft bool, fn func(c *sqlite.Conn) error) (err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if soft != o.soft {
		sync := "FULL"
		if soft {
			sync = "NORMAL"
		}
		if err := exec(o.conn, "PRAGMA synchronous="+sync); err != nil {
			return wrap(op, o.path, err)
		}
		o.soft = soft
	}
	o.conn.SetInterrupt(ctx.Done())
	defer o.conn.SetInterrupt(nil)
	defer func() { err = wrap(op, o.path, err) }()
	end, err := begin(o.conn)
	if err != nil {
		return err
	}
	defer end(&err)
	return fn(o.conn)
}

// rowsOf reads rows whose last column is JSON of a T.
func rowsOf[T any](ctx context.Context, o *Outbox, op, sql string, each func(*sqlite.Stmt, *T), args ...any) (out []T, err error) {
	err = o.readers.with(ctx, op, func(c *sqlite.Conn) error {
		return sqlitex.Execute(c, sql, &sqlitex.ExecOptions{Args: args, ResultFunc: func(st *sqlite.Stmt) error {
			var row T
			if err := json.Unmarshal([]byte(st.ColumnText(st.ColumnCount()-1)), &row); err != nil {
				return err
			}
			if each != nil {
				each(st, &row)
			}
			out = append(out, row)
			return nil
		}})
	})
	return out, err
}

// Flight is what a relay was sending when it last said so. One that is found after a
// start was interrupted: its answer is lost, and its items may be sent twice.
type Flight struct {
	At     time.Time `json:"at"`
	Items  int       `json:"items"`
	Last   int64     `json:"last"`             // the last event of a batch
	Alerts []int64   `json:"alerts,omitempty"` // those of a message
	Again  int       `json:"again,omitempty"`  // how many of the items are sent again, because an answer was lost before
}

const relayColumns = "name, record, place, start_record, start_place, paused_ms, paused_by, data"

func scanRelay(st *sqlite.Stmt, r *event.RelayState) {
	r.Name = st.ColumnText(0)
	r.Cursor = event.TransitionCursor{Record: st.ColumnInt64(1), Place: st.ColumnInt(2)}
	r.Start = event.TransitionCursor{Record: st.ColumnInt64(3), Place: st.ColumnInt(4)}
	r.PausedAt, r.PausedBy = nil, st.ColumnText(6)
	if !st.ColumnIsNull(5) {
		at := time.UnixMilli(st.ColumnInt64(5)).UTC()
		r.PausedAt = &at
	}
}

// Relays returns all relays that ever ran, by name.
func (o *Outbox) Relays(ctx context.Context) ([]event.RelayState, error) {
	return rowsOf(ctx, o, "read the relays", "SELECT "+relayColumns+" FROM relays ORDER BY name", scanRelay)
}

// Relay returns one relay; ErrNotFound when it never ran.
func (o *Outbox) Relay(ctx context.Context, name string) (event.RelayState, error) {
	rows, err := rowsOf(ctx, o, "read a relay", "SELECT "+relayColumns+" FROM relays WHERE name = ?", scanRelay, name)
	if err != nil || len(rows) == 0 {
		return event.RelayState{}, errors.Join(err, missing(len(rows)))
	}
	return rows[0], nil
}

func missing(rows int) error {
	if rows == 0 {
		return ErrNotFound
	}
	return nil
}

// Flight returns what a relay was sending when it ended; nil when nothing was under way.
func (o *Outbox) Flight(ctx context.Context, name string) (*Flight, error) {
	rows, err := rowsOf[Flight](ctx, o, "read a relay", "SELECT flight FROM relays WHERE name = ? AND flight <> ''", nil, name)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

// BeginRelay adds a relay, or takes one up again that was removed: from Cursor on. forget
// drops what it knows of alerts: another kind of destination has none of its messages.
func (o *Outbox) BeginRelay(ctx context.Context, r event.RelayState, forget bool) error {
	data, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return o.write(ctx, "begin a relay", func(c *sqlite.Conn) error {
		if forget {
			for _, table := range []string{"lanes", "messages", "letters"} {
				if err := exec(c, "DELETE FROM "+table+" WHERE relay = ?", r.Name); err != nil {
					return err
				}
			}
		}
		return exec(c, "INSERT OR REPLACE INTO relays(name, record, place, start_record, start_place, data) VALUES(?, ?, ?, ?, ?, ?)",
			r.Name, r.Cursor.Record, r.Cursor.Place, r.Start.Record, r.Start.Place, string(data))
	})
}

// PauseRelay pauses a relay for somebody; nil as the time takes it up again.
func (o *Outbox) PauseRelay(ctx context.Context, name, by string, at *time.Time) error {
	return o.decide(ctx, "pause a relay", func(c *sqlite.Conn) error {
		var ms any
		if at != nil {
			ms = at.UnixMilli()
		}
		if err := exec(c, "UPDATE relays SET paused_ms = ?, paused_by = ? WHERE name = ?", ms, by, name); err != nil {
			return err
		}
		return missing(c.Changes())
	})
}

// decide is write for what people decide, which relays look for by the version.
func (o *Outbox) decide(ctx context.Context, op string, fn func(c *sqlite.Conn) error) error {
	defer o.decided.Add(1) // afterwards: who sees the new version must find the decision
	return o.write(ctx, op, fn)
}

// Version grows when people have decided something: by this Outbox, or by another
// connection, whose every write counts.
func (o *Outbox) Version(ctx context.Context) (n int64, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	n, err = queryInt(o.conn, "PRAGMA data_version")
	return n + o.decided.Load(), wrap("read", o.path, err)
}
