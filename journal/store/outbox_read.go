package store

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"foghorn/journal/event"
)

// Lanes returns what a relay knows of alerts; those that it knows nothing of are
// left out.
func (o *Outbox) Lanes(ctx context.Context, relay string, alerts ...int64) ([]event.Lane, error) {
	if len(alerts) == 0 {
		return nil, nil
	}
	return rowsOf[event.Lane](ctx, o, "read lanes", "SELECT data FROM lanes WHERE relay = ? AND alert IN ("+numbers(alerts)+") ORDER BY alert", nil, relay)
}

// PendingLanes returns the alerts about which a relay has something to send.
func (o *Outbox) PendingLanes(ctx context.Context, relay string) ([]event.Lane, error) {
	return rowsOf[event.Lane](ctx, o, "read lanes", "SELECT data FROM lanes INDEXED BY lanes_pending WHERE relay = ? AND pending ORDER BY alert", nil, relay)
}

// UnendedLanes returns the alerts that a relay has sent, and whose recovery it has not.
func (o *Outbox) UnendedLanes(ctx context.Context, relay string) ([]event.Lane, error) {
	return rowsOf[event.Lane](ctx, o, "read lanes", "SELECT data FROM lanes INDEXED BY lanes_unended WHERE relay = ? AND unended ORDER BY alert", nil, relay)
}

// AlertLanes returns what each relay knows of one alert, by the relay's name.
func (o *Outbox) AlertLanes(ctx context.Context, alert int64) (map[string]event.Lane, error) {
	out := map[string]event.Lane{}
	_, err := rowsOf(ctx, o, "read lanes", "SELECT lanes.relay, lanes.data FROM relays JOIN lanes ON lanes.relay = relays.name AND lanes.alert = ?",
		func(st *sqlite.Stmt, l *event.Lane) { out[st.ColumnText(0)] = *l }, alert)
	return out, err
}

// RelayMessage returns a message of a relay; ErrNotFound when there is none.
func (o *Outbox) RelayMessage(ctx context.Context, relay string, id int64) (event.RelayMessage, error) {
	rows, err := rowsOf[event.RelayMessage](ctx, o, "read a message", "SELECT data FROM messages WHERE relay = ? AND id = ?", nil, relay, id)
	if err != nil {
		return event.RelayMessage{}, err
	}
	if len(rows) == 0 {
		return event.RelayMessage{}, ErrNotFound
	}
	return rows[0], nil
}

// GroupMessages returns the messages of a group that were opened at or after a time,
// newest first.
func (o *Outbox) GroupMessages(ctx context.Context, relay, group string, since time.Time) ([]event.RelayMessage, error) {
	return rowsOf[event.RelayMessage](ctx, o, "read messages", "SELECT data FROM messages WHERE relay = ? AND grp = ? AND opened_ms >= ? ORDER BY opened_ms DESC LIMIT 100",
		nil, relay, group, since.UnixMilli())
}

// Letters returns the items that destinations refused, oldest first: of one relay, or
// of all when it is empty; in the given states, or in all.
func (o *Outbox) Letters(ctx context.Context, relay string, limit int, states ...string) ([]event.DeadLetter, error) {
	where, args := "1", []any{}
	if relay != "" {
		where, args = "relay = ?", append(args, relay)
	}
	if len(states) > 0 {
		where += " AND state IN (?" + strings.Repeat(", ?", len(states)-1) + ")"
		for _, s := range states {
			args = append(args, s)
		}
	}
	return rowsOf(ctx, o, "read dead letters", "SELECT id, data FROM letters WHERE "+where+" ORDER BY id LIMIT ?",
		func(st *sqlite.Stmt, l *event.DeadLetter) { l.ID = st.ColumnInt64(0) }, append(args, limit)...)
}

// LetterCounts returns how many letters of a relay are parked, and how many are dead.
func (o *Outbox) LetterCounts(ctx context.Context, relay string) (parked, dead int, err error) {
	err = o.readers.with(ctx, "count dead letters", func(c *sqlite.Conn) error {
		return sqlitex.Execute(c, "SELECT sum(state <> 'dead'), sum(state = 'dead') FROM letters WHERE relay = ?",
			&sqlitex.ExecOptions{Args: []any{relay}, ResultFunc: func(st *sqlite.Stmt) error {
				parked, dead = st.ColumnInt(0), st.ColumnInt(1)
				return nil
			}})
	})
	return parked, dead, err
}

// LettersOf returns the letters about an event or about an alert.
func (o *Outbox) LettersOf(ctx context.Context, eventID, alertID int64) ([]event.DeadLetter, error) {
	return rowsOf(ctx, o, "read dead letters", "SELECT id, data FROM letters WHERE event = ?1 AND ?1 <> 0 OR alert = ?2 AND ?2 <> 0 ORDER BY id LIMIT 100",
		func(st *sqlite.Stmt, l *event.DeadLetter) { l.ID = st.ColumnInt64(0) }, eventID, alertID)
}

// RetryLetters asks for another try of letters: of those ids, or of all of the relay
// when there are none. It returns how many there are.
func (o *Outbox) RetryLetters(ctx context.Context, relay string, ids ...int64) (n int, err error) {
	err = o.decide(ctx, "retry dead letters", func(c *sqlite.Conn) error {
		sql := "UPDATE letters SET state = 'retry', data = json_set(data, '$.state', 'retry') WHERE relay = ? AND state <> 'retry'"
		if len(ids) > 0 {
			sql += " AND id IN (" + numbers(ids) + ")"
		}
		if err := exec(c, sql, relay); err != nil {
			return err
		}
		n = c.Changes()
		return nil
	})
	return n, err
}

// SentRows returns what was sent, newest first: by one relay, or by all when it is empty.
func (o *Outbox) SentRows(ctx context.Context, relay string, limit int) ([]event.RelaySent, error) {
	return rowsOf(ctx, o, "read what was sent", "SELECT id, relay, data FROM sent WHERE ?1 = '' OR relay = ?1 ORDER BY id DESC LIMIT ?2", scanSent, relay, limit)
}

// SentOf returns what was sent about an alert, newest first.
func (o *Outbox) SentOf(ctx context.Context, alert int64, limit int) ([]event.RelaySent, error) {
	return rowsOf(ctx, o, "read what was sent", "SELECT id, relay, data FROM sent WHERE alert = ? AND alert <> 0 ORDER BY id DESC LIMIT ?", scanSent, alert, limit)
}

func scanSent(st *sqlite.Stmt, s *event.RelaySent) {
	s.ID, s.Relay = st.ColumnInt64(0), st.ColumnText(1)
}

// Drops returns what was given up because of its age, newest first.
func (o *Outbox) Drops(ctx context.Context, relay string, limit int) ([]event.RelayDrop, error) {
	return rowsOf[event.RelayDrop](ctx, o, "read what was dropped", "SELECT data FROM drops WHERE ?1 = '' OR relay = ?1 ORDER BY id DESC LIMIT ?2", nil, relay, limit)
}

// numbers writes ids for a list in SQL.
func numbers(ids []int64) string {
	b, _ := json.Marshal(ids) // integers always marshal
	return strings.Trim(string(b), "[]")
}
