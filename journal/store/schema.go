package store

import (
	"fmt"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// logMigrations brings log.db from any older schema to the one this foghorn
// knows: entry n leads from schema n to n+1. Entries are never changed, only
// added, because logs in the field have run them.
//
// The sequence is the row id and the only index: an append then touches the
// last page and nothing else. Retention never deletes the newest row, so that a
// sequence is never given twice.
//
// sum is the record's checksum, NULL for what was written before schema 2. The
// identity is a random number by which a view recognizes its log.
//
// Schema 3 has the same tables. It keeps older versions away: they would take
// the alert ids in activities for other alerts. Activities of before stay as they
// are, and event.Record.Activity converts the id when it reads one.
var logMigrations = []string{`
CREATE TABLE records(
	seq   INTEGER PRIMARY KEY,
	kind  INTEGER NOT NULL,
	grp   TEXT    NOT NULL,
	at_ms INTEGER NOT NULL,
	head  BLOB    NOT NULL,
	body  BLOB    NOT NULL
);`, `
ALTER TABLE records ADD COLUMN sum INTEGER;
CREATE TABLE identity(id INTEGER NOT NULL);
INSERT INTO identity(id) VALUES(1 + abs(random() % 9223372036854775806));
`, `
SELECT 3;
`}

// migrate runs the migrations that the file has not seen yet, all of them or
// none. Two processes may do it at the same time.
func migrate(c *sqlite.Conn, path string, migrations []string) (err error) {
	have, err := version(c)
	if err != nil {
		return wrap("open", path, err)
	}
	if have == len(migrations) {
		return nil
	}
	if have > len(migrations) {
		return &VersionError{Path: path, Have: have, Known: len(migrations)}
	}
	end, err := begin(c)
	if err != nil {
		return wrap("migrate", path, err)
	}
	defer func() {
		end(&err)
		err = wrap("migrate", path, err)
	}()
	if have, err = version(c); err != nil { // another process may have been first
		return err
	}
	for ; have < len(migrations); have++ {
		if err := sqlitex.ExecuteScript(c, migrations[have], nil); err != nil {
			return err
		}
	}
	return setVersion(c, have)
}

// version is the schema a file has; 0 means that it is new.
func version(c *sqlite.Conn) (int, error) {
	n, err := queryInt(c, "PRAGMA user_version")
	return int(n), err
}

func setVersion(c *sqlite.Conn, n int) error {
	return exec(c, fmt.Sprintf("PRAGMA user_version=%d", n))
}
