package mist

import (
	"context"
	"encoding/json"
	"iter"
	"time"
)

// Audit is an entry of the audit log: what an admin changed.
type Audit struct {
	ID       string
	Time     time.Time
	Admin    string // "Name email"
	AdminID  string
	Message  string
	OrgID    string
	SiteID   string
	SourceIP string
	Raw      json.RawMessage
}

func (a *Audit) read(o Object) {
	*a = Audit{ID: o.Text("id"), Time: o.time("timestamp"), Admin: o.Text("admin_name"), AdminID: o.Text("admin_id"),
		Message: o.Text("message"), OrgID: o.Text("org_id"), SiteID: o.ID("site_id"), SourceIP: o.Text("src_ip")}
}

// AuditQuery filters a search. Every field is optional.
type AuditQuery struct {
	Window
	SiteID string
	Admin  string
	Text   string // in the message
	Sort   string // "-timestamp" is the newest first
	Limit  int    // rows a page; 1000 when 0
}

// SearchAudits lists an organization's audit log.
func (c *Client) SearchAudits(ctx context.Context, org string, query AuditQuery) iter.Seq2[Audit, error] {
	limit := query.Limit
	if limit <= 0 || limit > pageSize {
		limit = pageSize
	}
	q := with(query.Window.add(numbered(limit)), "site_id", query.SiteID, "admin_name", query.Admin, "message", query.Text, "sort", query.Sort)
	return search(ctx, c, Request{Path: apiPath("orgs", org, "logs", "search"), Query: q}, pagingAuto,
		func(a *Audit, raw []byte) { a.Raw = raw })
}
