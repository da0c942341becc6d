package store

import (
	"context"
	"encoding/json"
	"time"

	"zombiezen.com/go/sqlite"

	"foghorn/journal/event"
)

// OutboxCommit is what one step of a relay changes. It is committed as a whole, with
// fsync, so that a relay that is killed goes on from a state that was true.
type OutboxCommit struct {
	State    event.RelayState     // with the cursor; what a person decided (paused) is left alone
	Flight   *Flight              // what is sent next; nil for nothing
	Lanes    []event.Lane         // added or replaced
	Messages []event.RelayMessage // added or replaced
	Letters  []event.DeadLetter   // added when their ID is 0, else replaced
	Gone     []int64              // letters that were sent after all
	Sent     []event.RelaySent    // added
	Dropped  []event.RelayDrop    // added
	// Soft leaves out the fsync: the commit survives the process, and perhaps not the
	// machine. It is for what is only counted and shown.
	Soft bool
}

// CommitRelay applies one step of a relay. It sets the ids of new letters in place.
func (o *Outbox) CommitRelay(ctx context.Context, k *OutboxCommit) error {
	return o.writeAs(ctx, "commit a relay", k.Soft, func(c *sqlite.Conn) error {
		for _, put := range []func(*sqlite.Conn, *OutboxCommit) error{putRelay, putLanes, putMessages, putLetters, putSent} {
			if err := put(c, k); err != nil {
				return err
			}
		}
		return nil
	})
}

func putRelay(c *sqlite.Conn, k *OutboxCommit) error {
	data, err := json.Marshal(k.State)
	if err != nil {
		return err
	}
	flight := ""
	if k.Flight != nil {
		f, err := json.Marshal(k.Flight)
		if err != nil {
			return err
		}
		flight = string(f)
	}
	if err := exec(c, "UPDATE relays SET record = ?, place = ?, flight = ?, data = ? WHERE name = ?",
		k.State.Cursor.Record, k.State.Cursor.Place, flight, string(data), k.State.Name); err != nil {
		return err
	}
	return missing(c.Changes())
}

func putLanes(c *sqlite.Conn, k *OutboxCommit) error {
	for i := range k.Lanes {
		l := &k.Lanes[i]
		data, err := json.Marshal(l)
		if err != nil {
			return err
		}
		unended := l.SentN > 0 && l.State != event.Resolved
		if err := exec(c, "INSERT OR REPLACE INTO lanes(relay, alert, pending, unended, read_ms, data) VALUES(?, ?, ?, ?, ?, ?)",
			k.State.Name, l.AlertID, l.Pending, unended, l.Read.UnixMilli(), string(data)); err != nil {
			return err
		}
	}
	return nil
}

func putMessages(c *sqlite.Conn, k *OutboxCommit) error {
	for i := range k.Messages {
		m := &k.Messages[i]
		data, err := json.Marshal(m)
		if err != nil {
			return err
		}
		if err := exec(c, "INSERT OR REPLACE INTO messages(relay, id, grp, opened_ms, data) VALUES(?, ?, ?, ?, ?)",
			k.State.Name, m.ID, m.Group, m.Opened.UnixMilli(), string(data)); err != nil {
			return err
		}
	}
	return nil
}

func putLetters(c *sqlite.Conn, k *OutboxCommit) error {
	for _, id := range k.Gone {
		if err := exec(c, "DELETE FROM letters WHERE id = ?", id); err != nil {
			return err
		}
	}
	for i := range k.Letters {
		l := &k.Letters[i]
		if err := putLetter(c, l); err != nil {
			return err
		}
	}
	return nil
}

func putLetter(c *sqlite.Conn, l *event.DeadLetter) error {
	data, err := json.Marshal(l)
	if err != nil {
		return err
	}
	var id any
	if l.ID != 0 {
		id = l.ID
	}
	err = exec(c, "INSERT OR REPLACE INTO letters(id, relay, event, alert, state, at_ms, data) VALUES(?, ?, ?, ?, ?, ?, ?)",
		id, l.Relay, l.EventID, l.AlertID, l.State, l.First.UnixMilli(), string(data))
	if l.ID == 0 {
		l.ID = c.LastInsertRowID()
	}
	return err
}

func putSent(c *sqlite.Conn, k *OutboxCommit) error {
	for i := range k.Sent {
		s := &k.Sent[i]
		data, err := json.Marshal(s)
		if err != nil {
			return err
		}
		if err := exec(c, "INSERT INTO sent(relay, event, alert, at_ms, data) VALUES(?, ?, ?, ?, ?)",
			k.State.Name, s.EventID, s.AlertID, s.At.UnixMilli(), string(data)); err != nil {
			return err
		}
	}
	for i := range k.Dropped {
		data, err := json.Marshal(&k.Dropped[i])
		if err != nil {
			return err
		}
		if err := exec(c, "INSERT INTO drops(relay, at_ms, data) VALUES(?, ?, ?)", k.State.Name, k.Dropped[i].At.UnixMilli(), string(data)); err != nil {
			return err
		}
	}
	return nil
}

// How much a relay remembers. Lanes of alerts that are over, letters and drops go by
// age; what was sent by number, because it paces what is sent next.
const (
	keepSent = 3000
	keepRows = 30 * 24 * time.Hour
)

// TrimRelay removes what a relay no longer needs.
func (o *Outbox) TrimRelay(ctx context.Context, name string, now time.Time) error {
	before := now.Add(-keepRows).UnixMilli()
	return o.write(ctx, "trim a relay", func(c *sqlite.Conn) error {
		for _, s := range []struct {
			sql  string
			args []any
		}{
			{"DELETE FROM sent WHERE relay = ?1 AND id <= (SELECT id FROM sent WHERE relay = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)", []any{name, keepSent}},
			{"DELETE FROM lanes WHERE relay = ? AND NOT pending AND NOT unended AND read_ms < ?", []any{name, before}},
			{"DELETE FROM messages WHERE relay = ?1 AND opened_ms < ?2 AND NOT EXISTS (SELECT 1 FROM json_each(messages.data, '$.Members') m JOIN lanes l ON l.relay = ?1 AND l.alert = m.value)", []any{name, before}},
			{"DELETE FROM letters WHERE relay = ? AND state = 'dead' AND at_ms < ?", []any{name, before}},
			{"DELETE FROM drops WHERE relay = ? AND at_ms < ?", []any{name, before}},
		} {
			if err := exec(c, s.sql, s.args...); err != nil {
				return err
			}
		}
		return nil
	})
}
