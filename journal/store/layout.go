package store

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// viewVersion is the layout of view.db. Any change of layout, and any change
// of what decoders or triage write into it, gets a new number: a collector that
// finds an older one derives the view again from the log.
const viewVersion = 7

// alertOrder is the order of every list of alerts: see event.Alert.ListRank.
const alertOrder = "(resolved <> 0), severity DESC, list_rank, opened DESC, id DESC"

// viewLayout makes the tables of view.db. Columns have the JSON names of
// journal/event, because queries compile to them: texts are never NULL, times are
// epoch milliseconds with 0 for none. docs/JOURNAL.md describes each table.
//
// events has no index on its texts: one B-tree entry per column and event in
// random order costs several times the row itself. The search tables do that
// work a block of rows at a time; see search.go.
const viewLayout = `
CREATE TABLE meta(key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE events(
	id INTEGER PRIMARY KEY,
	time INTEGER NOT NULL, received INTEGER NOT NULL,
	source TEXT NOT NULL, via TEXT NOT NULL, topic TEXT NOT NULL, type TEXT NOT NULL, severity INTEGER NOT NULL,
	org_id TEXT NOT NULL, site_id TEXT NOT NULL, site TEXT NOT NULL,
	device_mac TEXT NOT NULL, device TEXT NOT NULL, device_type TEXT NOT NULL,
	client_mac TEXT NOT NULL, client TEXT NOT NULL, ssid TEXT NOT NULL,
	text TEXT NOT NULL,
	delivery_id INTEGER NOT NULL, alert_id INTEGER NOT NULL, duplicates INTEGER NOT NULL,
	connection TEXT NOT NULL, change TEXT NOT NULL, test INTEGER NOT NULL
);
CREATE INDEX events_change ON events(site_id, time) WHERE change <> '';
CREATE INDEX events_alert ON events(alert_id) WHERE alert_id <> 0;
CREATE TABLE fingerprints(slot INTEGER PRIMARY KEY, fingerprint INTEGER NOT NULL, event_id INTEGER NOT NULL);
CREATE TABLE deliveries(
	id INTEGER PRIMARY KEY,
	received INTEGER NOT NULL, source TEXT NOT NULL, via TEXT NOT NULL, remote TEXT NOT NULL,
	method TEXT NOT NULL, path TEXT NOT NULL, truncated INTEGER NOT NULL, size INTEGER NOT NULL,
	verdict TEXT NOT NULL, cause TEXT NOT NULL, warning TEXT NOT NULL, status INTEGER NOT NULL,
	duration_ms REAL NOT NULL, topic TEXT NOT NULL, events INTEGER NOT NULL, duplicates INTEGER NOT NULL,
	replay_of INTEGER NOT NULL, ignored INTEGER NOT NULL, ignored_by TEXT NOT NULL
);
CREATE TABLE alerts(
	id INTEGER PRIMARY KEY,
	key TEXT NOT NULL, source TEXT NOT NULL, kind TEXT NOT NULL, severity INTEGER NOT NULL, state TEXT NOT NULL,
	title TEXT NOT NULL, org_id TEXT NOT NULL, site_id TEXT NOT NULL, site TEXT NOT NULL,
	device_mac TEXT NOT NULL, device TEXT NOT NULL,
	opened INTEGER NOT NULL, last_seen INTEGER NOT NULL, resolved INTEGER NOT NULL,
	count INTEGER NOT NULL, flaps INTEGER NOT NULL, mist_alarm_id TEXT NOT NULL, parent_id INTEGER NOT NULL,
	events INTEGER NOT NULL, owner TEXT NOT NULL, acked_at INTEGER NOT NULL, snoozed_until INTEGER NOT NULL,
	note TEXT NOT NULL, sync_state TEXT NOT NULL, sync_reason TEXT NOT NULL, sync_activity INTEGER NOT NULL,
	object TEXT NOT NULL, scope TEXT NOT NULL, signal TEXT NOT NULL, expires INTEGER NOT NULL, expires_after INTEGER NOT NULL,
	raises INTEGER NOT NULL, unclear_end INTEGER NOT NULL, unclear_among INTEGER NOT NULL,
	transitions INTEGER NOT NULL, last_state TEXT NOT NULL,
	closed_by TEXT NOT NULL, closed_at INTEGER NOT NULL, close_reason TEXT NOT NULL,
	test INTEGER NOT NULL, list_rank INTEGER NOT NULL, open_title TEXT NOT NULL
);
CREATE INDEX alerts_key ON alerts(key);
CREATE INDEX alerts_order ON alerts(` + alertOrder + `);
CREATE INDEX alerts_mist_alarm ON alerts(mist_alarm_id) WHERE mist_alarm_id <> '';
CREATE INDEX alerts_resolved ON alerts(resolved);
CREATE INDEX alerts_snoozed ON alerts(snoozed_until) WHERE resolved = 0 AND snoozed_until <> 0;
CREATE TABLE transitions(
	record INTEGER NOT NULL, place INTEGER NOT NULL,
	alert_id INTEGER NOT NULL, n INTEGER NOT NULL, time INTEGER NOT NULL,
	from_state TEXT NOT NULL, to_state TEXT NOT NULL, severity INTEGER NOT NULL,
	cause_event INTEGER NOT NULL, cause_activity INTEGER NOT NULL,
	PRIMARY KEY(alert_id, n)
) WITHOUT ROWID;
CREATE UNIQUE INDEX transitions_order ON transitions(record, place);
CREATE TABLE activities(
	id INTEGER PRIMARY KEY,
	time INTEGER NOT NULL, actor TEXT NOT NULL, via TEXT NOT NULL, action TEXT NOT NULL, target TEXT NOT NULL,
	reason TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL, result TEXT NOT NULL,
	source TEXT NOT NULL, sync_state TEXT NOT NULL, sync_reason TEXT NOT NULL, undoes INTEGER NOT NULL, operator_before TEXT NOT NULL, operator_after TEXT NOT NULL
);
CREATE INDEX activities_target ON activities(target);
CREATE INDEX activities_pending ON activities(id) WHERE ` + isPending + `;
CREATE TABLE subscriptions(
	source TEXT NOT NULL, channel TEXT NOT NULL, actor TEXT NOT NULL, time INTEGER NOT NULL,
	PRIMARY KEY(source, channel)
) WITHOUT ROWID;
CREATE TABLE names(kind TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY(kind, id)) WITHOUT ROWID;
CREATE TABLE counts(key TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE known_values(field TEXT NOT NULL, value TEXT NOT NULL COLLATE NOCASE, PRIMARY KEY(field, value)) WITHOUT ROWID;
CREATE TABLE collector_state(key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE index_segments(
	number INTEGER PRIMARY KEY, first_event INTEGER NOT NULL, last_event INTEGER NOT NULL,
	min_time INTEGER NOT NULL, max_time INTEGER NOT NULL, block_starts BLOB NOT NULL
);
CREATE TABLE trigram_bits(id INTEGER PRIMARY KEY, bits BLOB NOT NULL);
CREATE TABLE retention_usage(record_group TEXT PRIMARY KEY, bytes INTEGER NOT NULL, trimmed_to INTEGER NOT NULL, removed_to INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE pending_deletes(record INTEGER PRIMARY KEY);
`

// openViewFile makes view.db when it is missing, and replaces an older layout. It
// reports whether the view has to be derived from the log again.
func openViewFile(ctx context.Context, path string) (fresh bool, err error) {
	err = create(ctx, path, settings{}, func(c *sqlite.Conn) error {
		have, err := version(c)
		if err != nil {
			return wrap("open", path, err)
		}
		if have > viewVersion {
			return &VersionError{Path: path, Have: have, Known: viewVersion}
		}
		if have == viewVersion {
			_, err := queryInt(c, "SELECT max(id) FROM events")
			return wrap("open", path, err)
		}
		fresh = true
		return wrap("lay out", path, layOut(c, nil))
	})
	return fresh, err
}

// layOut drops whatever the view holds but the tables to keep, and makes empty
// tables of this layout, in one transaction: readers see the old view whole, or
// the new one.
func layOut(c *sqlite.Conn, keep map[string]bool) (err error) {
	end, err := begin(c)
	if err != nil {
		return err
	}
	defer func() { end(&err) }()
	var tables []string
	err = sqlitex.ExecuteTransient(c, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
		&sqlitex.ExecOptions{ResultFunc: func(st *sqlite.Stmt) error {
			if t := st.ColumnText(0); !keep[t] {
				tables = append(tables, t)
			}
			return nil
		}})
	if err != nil {
		return err
	}
	for _, t := range tables {
		if err := exec(c, fmt.Sprintf(`DROP TABLE "%s"`, t)); err != nil {
			return err
		}
	}
	if err := sqlitex.ExecuteScript(c, viewLayout+stateLayout+sqlViews, nil); err != nil {
		return err
	}
	return setVersion(c, viewVersion)
}

// checkView returns an error when this version cannot read the view as it is now.
func checkView(c *sqlite.Conn, path string) error {
	have, err := version(c)
	if err != nil {
		return wrap("read", path, err)
	}
	if have == 0 {
		return ErrNoView // a first collector is about to lay it out
	}
	if have != viewVersion {
		return &VersionError{Path: path, Have: have, Known: viewVersion}
	}
	return nil
}

// ErrNoView means that there is no view yet: no collector has run in the
// data directory.
var ErrNoView = errors.New("there is no view.db yet: run foghorn or foghorn serve on this data directory first")

// ResetView empties the view of dir, so that a projector derives it again from
// the first record. The state that was read from the cloud stays. A damaged view is
// set aside first, also when the damage shows only while the view is emptied, which
// reads pages that opening does not. Hold the collector's lock: nobody else may
// write to the view. Readers stay attached and see the new view fill up.
func ResetView(ctx context.Context, dir string) error {
	path := filepath.Join(dir, ViewFile)
	fresh, err := openViewFile(ctx, path)
	if err == nil && !fresh {
		err = emptyView(ctx, path)
	}
	if !errors.Is(err, ErrCorrupt) {
		return err
	}
	if _, err := Quarantine(dir, ViewFile); err != nil {
		return err
	}
	_, err = openViewFile(ctx, path)
	return err
}

// emptyView replaces the tables of the view in place. It has closed the file when
// it returns, so that the file may be set aside.
func emptyView(ctx context.Context, path string) error {
	c, err := connect(path, settings{cache: 8 << 20})
	if err != nil {
		return err
	}
	defer c.Close()
	c.SetInterrupt(ctx.Done())
	return wrap("empty", path, layOut(c, stateTables))
}
