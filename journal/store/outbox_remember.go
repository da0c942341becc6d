package store

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"zombiezen.com/go/sqlite"
)

// What is remembered of each kind is bounded. The oldest leave.
const (
	maxRemembered      = 2000
	maxRememberedBytes = 32 << 20
)

// Remember keeps a value of a kind for a while, in place of the one before.
func (o *Outbox) Remember(ctx context.Context, kind, key string, value json.RawMessage, now, until time.Time) error {
	// Soft: what a power failure takes is asked for again.
	return o.writeAs(ctx, "remember something of chat", true, func(c *sqlite.Conn) error {
		if err := exec(c, "DELETE FROM remembered WHERE kind = ? AND (key = ? OR until_ms <= ?)", kind, key, now.UnixMilli()); err != nil {
			return err
		}
		if err := exec(c, "INSERT INTO remembered(kind, key, until_ms, bytes, data) VALUES(?, ?, ?, ?, ?)", kind, key, until.UnixMilli(), len(value), string(value)); err != nil {
			return err
		}
		return exec(c, `DELETE FROM remembered WHERE id IN (
			SELECT id FROM (
				SELECT id, row_number() OVER newest AS place, sum(bytes) OVER newest AS bytes
				FROM remembered WHERE kind = ? WINDOW newest AS (ORDER BY id DESC))
			WHERE place > 1 AND (place > ? OR bytes > ?))`, kind, maxRemembered, maxRememberedBytes)
	})
}

// Recall returns a value that is kept; ErrNotFound when there is none any more.
func (o *Outbox) Recall(ctx context.Context, kind, key string, now time.Time) (json.RawMessage, error) {
	rows, err := rowsOf[json.RawMessage](ctx, o, "recall something of chat", "SELECT data FROM remembered WHERE kind = ? AND key = ? AND until_ms > ?", nil, kind, key, now.UnixMilli())
	if err != nil || len(rows) == 0 {
		return nil, errors.Join(err, missing(len(rows)))
	}
	return rows[0], nil
}

// TrimRemembered removes what is kept no more.
func (o *Outbox) TrimRemembered(ctx context.Context, now time.Time) error {
	return o.writeAs(ctx, "trim what chat remembers", true, func(c *sqlite.Conn) error {
		return exec(c, "DELETE FROM remembered WHERE until_ms <= ?", now.UnixMilli())
	})
}
