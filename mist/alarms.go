package mist

import (
	"bytes"
	"context"
	"encoding/json"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Alarm is an alarm that Mist raised. A repeat has the same id and a higher
// count. The device lists are samples of at most ten.
type Alarm struct {
	ID       string
	Type     string
	Group    string
	Severity string // critical, warn, info
	OrgID    string
	SiteID   string
	Time     time.Time // of the first incident
	LastSeen time.Time
	Count    int
	Acked    bool
	AckedAt  time.Time
	AckedBy  string
	Note     string
	Status   string // open, resolved, or nothing
	Resolved time.Time
	Raw      json.RawMessage
}

func (a *Alarm) read(o Object) {
	*a = Alarm{ID: o.Text("id"), Type: o.Text("type"), Group: o.Text("group"), Severity: o.Text("severity"),
		OrgID: o.Text("org_id"), SiteID: o.ID("site_id"), Time: o.time("timestamp"), LastSeen: o.time("last_seen"),
		Count: max(o.Int("count"), 1), Acked: o.isTrue("acked"), AckedAt: o.time("acked_time"),
		AckedBy: o.Text("ack_admin_name", "ack_admin_id"), Note: o.Text("note"), Status: o.Text("status"), Resolved: o.time("resolved_time")}
}

// AlarmQuery filters a search. Every field is optional.
type AlarmQuery struct {
	Window
	SiteID string
	Types  []string
	Status string // open or resolved
	Sort   string // "-timestamp" is the newest first
	Limit  int    // rows a page; 1000 when 0
}

// SearchAlarms lists an organization's alarms within the query's window, by
// default the last day.
func (c *Client) SearchAlarms(ctx context.Context, org string, query AlarmQuery) iter.Seq2[Alarm, error] {
	q := with(query.Window.add(limited(query.Limit)), "site_id", query.SiteID, "type", strings.Join(query.Types, ","),
		"status", query.Status, "sort", query.Sort)
	return search(ctx, c, Request{Path: apiPath("orgs", org, "alarms", "search"), Query: q}, pagingCursor,
		func(a *Alarm, raw []byte) { a.Raw = raw })
}

// limited returns the query of a search with cursor paging.
func limited(limit int) url.Values {
	if limit <= 0 || limit > pageSize {
		limit = pageSize
	}
	return url.Values{"limit": {strconv.Itoa(limit)}}
}

// search iterates over the rows of a search. It copies each raw row, so that a
// caller that keeps a row does not keep its whole page in memory.
func search[T any, P row[T]](ctx context.Context, c *Client, r Request, how paging, keep func(P, []byte)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for p, err := range c.pages(ctx, r, how, true) {
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			for _, raw := range p.rows {
				t, ok := decodeRow[T, P](raw)
				if !ok {
					continue
				}
				keep(&t, bytes.Clone(raw))
				if !yield(t, nil) {
					return
				}
			}
		}
	}
}

// MaxAlarmIDs is the most alarms that one call can acknowledge.
const MaxAlarmIDs = 1000

// AckAlarms acknowledges alarms with an optional note, at most MaxAlarmIDs per
// call. It stops at the first call that fails, and returns its error with the
// number of alarms acknowledged before it.
func (c *Client) AckAlarms(ctx context.Context, org string, ids []string, note string) (int, error) {
	return c.setAcked(ctx, apiPath("orgs", org, "alarms", "ack"), ids, note)
}

// UnackAlarms removes acknowledgements, like AckAlarms.
func (c *Client) UnackAlarms(ctx context.Context, org string, ids []string, note string) (int, error) {
	return c.setAcked(ctx, apiPath("orgs", org, "alarms", "unack"), ids, note)
}

func (c *Client) setAcked(ctx context.Context, path string, ids []string, note string) (int, error) {
	done := 0
	for done < len(ids) {
		batch := ids[done:min(done+MaxAlarmIDs, len(ids))]
		body := map[string]any{"alarm_ids": batch}
		if note != "" {
			body["note"] = note
		}
		if err := c.change(ctx, http.MethodPost, path, body); err != nil {
			return done, err
		}
		done += len(batch)
	}
	return done, nil
}
