package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// Backup is what a copy of the log holds.
type Backup struct {
	Records int64
	Last    int64 // sequence of the newest
	Damaged int64 // records whose checksum does not match, in the log as well
	Bytes   int64 // of the file

	id, first int64
	version   int
}

// BackupLog writes a snapshot of the log of dir to a new file while others read and
// append, and verifies it: SQLite's check of its pages, the checksum of each
// record, and that none is missing. It never overwrites a file, and leaves none
// behind when it fails.
func BackupLog(ctx context.Context, dir, file string) (b Backup, err error) {
	path := filepath.Join(dir, LogFile)
	if !exists(path) {
		return b, fmt.Errorf("there is no %s", path)
	}
	if exists(file) {
		return b, fmt.Errorf("%s exists already; nothing was overwritten", file)
	}
	part := file + ".partial"
	f, err := os.OpenFile(part, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return b, err
	}
	if err := f.Close(); err != nil {
		return b, err
	}
	defer os.Remove(part)
	c, err := connect(path, settings{})
	if err != nil {
		return b, err
	}
	defer c.Close()
	c.SetInterrupt(ctx.Done())
	before, err := queryInt(c, "SELECT max(seq) FROM records")
	if err == nil {
		err = exec(c, "VACUUM INTO ?", part)
	}
	if err != nil {
		return b, wrap("copy", path, err)
	}
	if b, err = CheckBackup(ctx, part); err != nil {
		return b, err
	}
	// What retention removes while the copy is made is in the copy and no longer in
	// the log, never the other way round.
	have, err := queryInt(c, "SELECT count(*) FROM records WHERE seq BETWEEN ? AND ?", b.first, b.Last)
	if err != nil {
		return b, wrap("count", path, err)
	}
	if b.Last < before || b.Records < have {
		return b, fmt.Errorf("the copy ends at record %d with %d records, and the log had %d up to record %d: it was not kept", b.Last, b.Records, have, before)
	}
	return b, publish(part, file)
}

// CheckBackup verifies a copy of a log from its beginning to its end.
func CheckBackup(ctx context.Context, file string) (b Backup, err error) {
	st, err := os.Stat(file)
	if err != nil {
		return b, err
	}
	b.Bytes = st.Size()
	defer func() { err = wrap("check", file, err) }()
	c, err := connect(file, settings{readOnly: true})
	if err != nil {
		return b, err
	}
	defer c.Close()
	c.SetInterrupt(ctx.Done())
	if b.version, err = version(c); err != nil {
		return b, err
	}
	if b.version == 0 || b.version > len(logMigrations) {
		return b, &VersionError{Path: file, Have: b.version, Known: len(logMigrations)}
	}
	err = sqlitex.ExecuteTransient(c, "PRAGMA integrity_check(1)", &sqlitex.ExecOptions{ResultFunc: func(st *sqlite.Stmt) error {
		if said := st.ColumnText(0); said != "ok" {
			return fmt.Errorf("SQLite's check says %q", said)
		}
		return nil
	}})
	if err != nil {
		return b, err
	}
	return b, b.count(c)
}

// count reads every record. Those of schema 1 have no checksum.
func (b *Backup) count(c *sqlite.Conn) (err error) {
	columns := recordColumns
	if b.version == 1 {
		columns = "seq, kind, grp, at_ms, head, body, NULL"
	} else if b.id, err = queryInt(c, "SELECT id FROM identity"); err != nil {
		return err
	}
	st, err := c.Prepare("SELECT " + columns + " FROM records ORDER BY seq")
	if err != nil {
		return err
	}
	defer st.Reset()
	for {
		row, err := st.Step()
		if err != nil || !row {
			return err
		}
		r := scanRecord(st)
		if verify(&r); r.Damage != "" {
			b.Damaged++
		}
		if b.Records == 0 {
			b.first = r.Seq
		}
		b.Records, b.Last = b.Records+1, r.Seq
	}
}

// publish gives a complete file its name, unless another file has it.
func publish(part, file string) error {
	if err := syncFile(part); err != nil {
		return err
	}
	err := os.Link(part, file)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s exists already; nothing was overwritten", file)
	}
	if err != nil { // a file system without links
		if err = os.Rename(part, file); err != nil {
			return err
		}
	}
	return syncFile(filepath.Dir(file))
}

func syncFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// RestoreLog replaces the log of dir with a copy made by BackupLog, after verifying
// it. The previous log is set aside together with its write-ahead file, which
// would otherwise be applied to the copy; asideAs says where, "" when there was
// none. The caller holds the collector's lock.
func RestoreLog(ctx context.Context, dir, file string) (b Backup, asideAs string, err error) {
	if b, err = CheckBackup(ctx, file); err != nil {
		return b, "", err
	}
	path := filepath.Join(dir, LogFile)
	part := path + ".restoring"
	defer os.Remove(part)
	if err := copyWhole(ctx, file, part); err != nil {
		return b, "", fmt.Errorf("copy %s: %w", file, err)
	}
	if exists(path) {
		if asideAs, err = SetAside(dir, LogFile, "before-restore"); err != nil {
			return b, "", err
		}
	} else if exists(path + "-wal") {
		return b, "", fmt.Errorf("%s-wal is there without its log.db: move it away first", path)
	}
	return b, asideAs, publish(part, path)
}

func copyWhole(ctx context.Context, from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	for err == nil && ctx.Err() == nil {
		_, err = io.CopyN(out, in, 16<<20)
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return errors.Join(err, ctx.Err(), out.Close())
}
