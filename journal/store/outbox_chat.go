package store

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"time"

	"zombiezen.com/go/sqlite"

	"foghorn/journal/event"
)

// AcceptRequest remembers a call that was accepted; first is false for one that is
// known already.
func (o *Outbox) AcceptRequest(ctx context.Context, r event.ChatRequest) (first bool, err error) {
	data, err := json.Marshal(r)
	if err != nil {
		return false, err
	}
	err = o.write(ctx, "accept a call", func(c *sqlite.Conn) error {
		if err := exec(c, "INSERT OR IGNORE INTO requests(platform, id, at_ms, state, data) VALUES(?, ?, ?, ?, ?)",
			r.Platform, r.ID, r.Accepted.UnixMilli(), r.State, string(data)); err != nil {
			return err
		}
		first = c.Changes() > 0
		return nil
	})
	return first, err
}

// MoveRequest brings a call from one state to another; moved is false when it was not in
// the first, so that of two that run it one is stopped.
func (o *Outbox) MoveRequest(ctx context.Context, platform, id, from, to string) (moved bool, err error) {
	err = o.write(ctx, "note a call", func(c *sqlite.Conn) error {
		if err := exec(c, "UPDATE requests SET state = ?4, data = json_set(data, '$.state', ?4) WHERE platform = ?1 AND id = ?2 AND state = ?3", platform, id, from, to); err != nil {
			return err
		}
		moved = c.Changes() > 0
		return nil
	})
	return moved, err
}

// FinishRequest notes that a call that was started is done, with its answer.
func (o *Outbox) FinishRequest(ctx context.Context, platform, id string, answer []byte) error {
	return o.write(ctx, "note that a call is done", func(c *sqlite.Conn) error {
		return exec(c, "UPDATE requests SET state = ?3, data = json_set(data, '$.state', ?3, '$.answer', ?4) WHERE platform = ?1 AND id = ?2 AND state = ?5",
			platform, id, event.RequestDone, base64.StdEncoding.EncodeToString(answer), event.RequestStarted)
	})
}

// Request returns a call; ErrNotFound when it is not known, or not any more.
func (o *Outbox) Request(ctx context.Context, platform, id string) (event.ChatRequest, error) {
	rows, err := rowsOf[event.ChatRequest](ctx, o, "read a call", "SELECT data FROM requests WHERE platform = ? AND id = ?", nil, platform, id)
	if err != nil || len(rows) == 0 {
		return event.ChatRequest{}, errors.Join(err, missing(len(rows)))
	}
	return rows[0], nil
}

// OpenRequests returns the calls that are not done, oldest first.
func (o *Outbox) OpenRequests(ctx context.Context) ([]event.ChatRequest, error) {
	return rowsOf[event.ChatRequest](ctx, o, "read calls", "SELECT data FROM requests WHERE state <> 'done' ORDER BY at_ms, id", nil)
}

// TrimRequests forgets the calls that are done and were accepted before a time.
func (o *Outbox) TrimRequests(ctx context.Context, before time.Time) error {
	return o.write(ctx, "trim calls", func(c *sqlite.Conn) error {
		return exec(c, "DELETE FROM requests WHERE state = 'done' AND at_ms < ?", before.UnixMilli())
	})
}

// keepCalls is how many calls the audit keeps.
const keepCalls = 20_000

// AddCall adds a call to the audit.
func (o *Outbox) AddCall(ctx context.Context, call *event.ChatCall) error {
	data, err := json.Marshal(call)
	if err != nil {
		return err
	}
	return o.write(ctx, "audit a call", func(c *sqlite.Conn) error {
		if err := exec(c, "INSERT INTO calls(at_ms, data) VALUES(?, ?)", call.Time.UnixMilli(), string(data)); err != nil {
			return err
		}
		call.ID = c.LastInsertRowID()
		return exec(c, "DELETE FROM calls WHERE id <= ?", call.ID-keepCalls)
	})
}

// Calls returns the audit, newest first: those with an id below before, or all when it is 0.
func (o *Outbox) Calls(ctx context.Context, before int64, limit int) ([]event.ChatCall, error) {
	return rowsOf(ctx, o, "read the audit of calls", "SELECT id, data FROM calls WHERE ?1 = 0 OR id < ?1 ORDER BY id DESC LIMIT ?2",
		func(st *sqlite.Stmt, c *event.ChatCall) { c.ID = st.ColumnInt64(0) }, before, limit)
}

// PutProposal keeps a proposal.
func (o *Outbox) PutProposal(ctx context.Context, p event.ChatProposal) error {
	data, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return o.write(ctx, "keep a proposal", func(c *sqlite.Conn) error {
		return exec(c, "INSERT INTO proposals(nonce, expires_ms, data) VALUES(?, ?, ?)", p.Nonce, p.Expires.UnixMilli(), string(data))
	})
}

// Proposal returns a proposal that was not taken yet; ErrNotFound when there is none.
func (o *Outbox) Proposal(ctx context.Context, nonce string) (event.ChatProposal, error) {
	rows, err := rowsOf[event.ChatProposal](ctx, o, "read a proposal", "SELECT data FROM proposals WHERE nonce = ?", nil, nonce)
	if err != nil || len(rows) == 0 {
		return event.ChatProposal{}, errors.Join(err, missing(len(rows)))
	}
	return rows[0], nil
}

// TakeProposal removes a proposal: of two who take it, one gets true.
func (o *Outbox) TakeProposal(ctx context.Context, nonce string) (taken bool, err error) {
	err = o.write(ctx, "take a proposal", func(c *sqlite.Conn) error {
		if err := exec(c, "DELETE FROM proposals WHERE nonce = ?", nonce); err != nil {
			return err
		}
		taken = c.Changes() > 0
		return nil
	})
	return taken, err
}

// TrimProposals removes what expired before a time.
func (o *Outbox) TrimProposals(ctx context.Context, before time.Time) error {
	return o.write(ctx, "trim proposals", func(c *sqlite.Conn) error {
		return exec(c, "DELETE FROM proposals WHERE expires_ms < ?", before.UnixMilli())
	})
}

// Managed is a workspace, channel or user mapping that was added while foghorn runs, as
// chatops writes it. What the configuration says wins.
type Managed struct {
	Kind string // workspace, channel or user
	Key  string
	Data []byte
}

// PutManaged adds or replaces one.
func (o *Outbox) PutManaged(ctx context.Context, m Managed) error {
	return o.write(ctx, "keep a setting of chat", func(c *sqlite.Conn) error {
		return exec(c, "INSERT OR REPLACE INTO managed(kind, key, data) VALUES(?, ?, ?)", m.Kind, m.Key, string(m.Data))
	})
}

// DropManaged removes one; ErrNotFound when there is none.
func (o *Outbox) DropManaged(ctx context.Context, kind, key string) error {
	return o.write(ctx, "remove a setting of chat", func(c *sqlite.Conn) error {
		if err := exec(c, "DELETE FROM managed WHERE kind = ? AND key = ?", kind, key); err != nil {
			return err
		}
		return missing(c.Changes())
	})
}

// ManagedOf returns all of a kind, by key.
func (o *Outbox) ManagedOf(ctx context.Context, kind string) ([]Managed, error) {
	var out []Managed
	_, err := rowsOf(ctx, o, "read the settings of chat", "SELECT key, data FROM managed WHERE kind = ? ORDER BY key",
		func(st *sqlite.Stmt, _ *json.RawMessage) {
			out = append(out, Managed{Kind: kind, Key: st.ColumnText(0), Data: []byte(st.ColumnText(1))})
		}, kind)
	return out, err
}
