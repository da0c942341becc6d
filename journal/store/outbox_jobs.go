package store

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"zombiezen.com/go/sqlite"

	"foghorn/journal/event"
)

// PutJob adds a job when its ID is 0, and sets that; else it replaces the job. That
// somebody has canceled it stays.
func (o *Outbox) PutJob(ctx context.Context, j *event.Job) error {
	return o.write(ctx, "keep a job", func(c *sqlite.Conn) error {
		data, err := json.Marshal(j)
		if err != nil {
			return err
		}
		if j.ID != 0 {
			return exec(c, "UPDATE jobs SET kind = ?, source = ?, state = ?, created_ms = ?, data = ? WHERE id = ?",
				j.Kind, j.Source, string(j.State), j.Created.UnixMilli(), string(data), j.ID)
		}
		if err := exec(c, "INSERT INTO jobs(kind, source, state, created_ms, data) VALUES(?, ?, ?, ?, ?)",
			j.Kind, j.Source, string(j.State), j.Created.UnixMilli(), string(data)); err != nil {
			return err
		}
		j.ID = c.LastInsertRowID()
		return nil
	})
}

// MoveJob replaces a job that is in the state from, and reports whether it was: of two
// that want to begin or end a job, one does.
func (o *Outbox) MoveJob(ctx context.Context, j *event.Job, from event.JobState) (moved bool, err error) {
	data, err := json.Marshal(j)
	if err != nil {
		return false, err
	}
	err = o.write(ctx, "keep a job", func(c *sqlite.Conn) error {
		if err := exec(c, "UPDATE jobs SET state = ?, data = ? WHERE id = ? AND state = ?", string(j.State), string(data), j.ID, string(from)); err != nil {
			return err
		}
		moved = c.Changes() > 0
		return nil
	})
	return moved, err
}

// CancelJob asks that a job ends, for somebody. The runner ends it. ErrNotFound means
// that no such job is queued or running.
func (o *Outbox) CancelJob(ctx context.Context, id int64, by string) error {
	return o.write(ctx, "cancel a job", func(c *sqlite.Conn) error {
		if err := exec(c, "UPDATE jobs SET cancel_by = ? WHERE id = ? AND state IN ('queued', 'running')", by, id); err != nil {
			return err
		}
		return missing(c.Changes())
	})
}

// CanceledJobs returns who has canceled which queued or running job.
func (o *Outbox) CanceledJobs(ctx context.Context) (map[int64]string, error) {
	type row struct {
		id int64
		by string
	}
	rows, err := rowsOf(ctx, o, "read jobs", "SELECT id, cancel_by, '{}' FROM jobs WHERE state IN ('queued', 'running') AND cancel_by <> ''",
		func(st *sqlite.Stmt, r *row) { r.id, r.by = st.ColumnInt64(0), st.ColumnText(1) })
	if err != nil {
		return nil, err
	}
	by := make(map[int64]string, len(rows))
	for _, r := range rows {
		by[r.id] = r.by
	}
	return by, nil
}

func scanJob(st *sqlite.Stmt, j *event.Job) { j.ID = st.ColumnInt64(0) }

// Job returns a job; ErrNotFound when there is none.
func (o *Outbox) Job(ctx context.Context, id int64) (event.Job, error) {
	return o.oneJob(ctx, "SELECT id, data FROM jobs WHERE id = ?", id)
}

func (o *Outbox) oneJob(ctx context.Context, sql string, args ...any) (event.Job, error) {
	rows, err := rowsOf(ctx, o, "read a job", sql, scanJob, args...)
	if err != nil || len(rows) == 0 {
		return event.Job{}, errors.Join(err, missing(len(rows)))
	}
	return rows[0], nil
}

// Jobs returns jobs, newest first.
func (o *Outbox) Jobs(ctx context.Context, limit int) ([]event.Job, error) {
	return rowsOf(ctx, o, "read jobs", "SELECT id, data FROM jobs ORDER BY id DESC LIMIT ?", scanJob, limit)
}

// LiveJobs returns the jobs that are queued or running, oldest first.
func (o *Outbox) LiveJobs(ctx context.Context) ([]event.Job, error) {
	return rowsOf(ctx, o, "read jobs", "SELECT id, data FROM jobs WHERE state IN ('queued', 'running') ORDER BY id", scanJob)
}

// LastJob returns the newest job of a kind, source, target and way in, for what runs on
// a schedule; ErrNotFound when there is none.
func (o *Outbox) LastJob(ctx context.Context, like event.Job) (event.Job, error) {
	return o.oneJob(ctx, `SELECT id, data FROM jobs WHERE kind = ? AND source = ?
		AND coalesce(data->>'$.target', '') = ? AND coalesce(data->>'$.via', '') = ? ORDER BY id DESC LIMIT 1`,
		like.Kind, like.Source, like.Target, string(like.Via))
}

// EarlierJobs returns the jobs of the kind, source and target of a job that were asked for
// before it, newest first.
func (o *Outbox) EarlierJobs(ctx context.Context, than event.Job, limit int) ([]event.Job, error) {
	return rowsOf(ctx, o, "read jobs", `SELECT id, data FROM jobs WHERE kind = ? AND source = ? AND id < ?
		AND coalesce(data->>'$.target', '') = ? ORDER BY id DESC LIMIT ?`, scanJob, than.Kind, than.Source, than.ID, than.Target, limit)
}

// UntoldJobs returns jobs that have ended and of which nobody was told, oldest first.
func (o *Outbox) UntoldJobs(ctx context.Context, limit int) ([]event.Job, error) {
	return rowsOf(ctx, o, "read jobs", "SELECT id, data FROM jobs WHERE told = 0 AND state NOT IN ('queued', 'running') ORDER BY id LIMIT ?", scanJob, limit)
}

// TellJob notes that the end of a job was told.
func (o *Outbox) TellJob(ctx context.Context, id int64) error {
	return o.write(ctx, "keep a job", func(c *sqlite.Conn) error { return exec(c, "UPDATE jobs SET told = 1 WHERE id = ?", id) })
}

// TrimJobs removes jobs that ended and were made before a time, and all but so many of
// the others. The newest of each schedule stays: it says when the next is due.
func (o *Outbox) TrimJobs(ctx context.Context, before time.Time, keep int) error {
	return o.write(ctx, "trim jobs", func(c *sqlite.Conn) error {
		return exec(c, `DELETE FROM jobs WHERE state NOT IN ('queued', 'running')
			AND (created_ms < ? OR id NOT IN (SELECT id FROM jobs ORDER BY id DESC LIMIT ?))
			AND id NOT IN (SELECT max(id) FROM jobs WHERE data->>'$.via' = 'schedule' GROUP BY kind, source, data->>'$.target')`,
			before.UnixMilli(), keep)
	})
}
