package mist

import (
	"context"
	"encoding/json"
	"iter"
	"time"
)

// WebhookEvent is one delivery in Mist's log. Mist logs only some topics: alarms,
// audits, device-updowns, occupancy-alerts and ping.
type WebhookEvent struct {
	ID         string
	WebhookID  string
	OrgID      string
	SiteID     string
	Topic      string
	Time       time.Time
	Status     string // success, failure
	StatusCode int    // of the receiver's response; 0 when there was none
	Error      string
	URL        string
	Payload    string // the request's body
	Answer     string // the response's body
	Raw        json.RawMessage
}

func (e *WebhookEvent) read(o Object) {
	*e = WebhookEvent{ID: o.Text("id"), WebhookID: o.Text("webhook_id"), OrgID: o.Text("org_id"), SiteID: o.ID("site_id"),
		Topic: o.Text("topic"), Time: o.time("timestamp"), Status: o.Text("status"), StatusCode: o.Int("status_code"),
		Error: o.Text("error"), URL: Webhook{URL: o.Text("req_url")}.MaskedURL(), Payload: o.Text("req_payload"), Answer: o.Text("resp_body")}
}

// WebhookEventQuery filters a search. Every field is optional.
type WebhookEventQuery struct {
	Window
	Topic  string
	Status string // success or failure
	Sort   string
	Limit  int // rows a page; 1000 when 0
}

// WebhookEvents lists the deliveries of a webhook and their outcomes.
func (c *Client) WebhookEvents(ctx context.Context, at Scope, id string, query WebhookEventQuery) iter.Seq2[WebhookEvent, error] {
	q := with(query.Window.add(limited(query.Limit)), "topic", query.Topic, "status", query.Status, "sort", query.Sort)
	return search(ctx, c, Request{Path: at.path("webhooks", id, "events", "search"), Query: q}, pagingCursor,
		func(e *WebhookEvent, raw []byte) { e.Raw = raw })
}

// WebhookTopic is Mist's description of a topic.
type WebhookTopic struct {
	Key        string
	ForOrg     bool // available to an organization, not only to a site
	Internal   bool
	HasResults bool // its deliveries are logged
	Single     bool // can be sent as one event a message
}

func (t *WebhookTopic) read(o Object) {
	*t = WebhookTopic{Key: o.Text("key"), ForOrg: o.isTrue("for_org"), Internal: o.isTrue("internal"),
		HasResults: o.isTrue("has_delivery_results"), Single: o.isTrue("allows_single_event_per_message")}
}

// WebhookTopics lists the topics that the cloud knows now.
func (c *Client) WebhookTopics(ctx context.Context) iter.Seq2[WebhookTopic, error] {
	return list[WebhookTopic](ctx, c, Request{Path: "/const/webhook_topics"}, pagingNumber)
}
