package mist

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
)

// Webhook is a webhook of an organization or a site. Topics is a list even where
// Mist sends a bare string.
type Webhook struct {
	ID         string
	OrgID      string
	SiteID     string // empty for an organization's webhook
	Name       string
	Type       string // http-post, oauth2, splunk, aws-sns, google-pubsub
	URL        string `json:"-"` // may contain a password: see MaskedURL
	Enabled    bool
	HasSecret  bool
	VerifyCert bool
	Single     bool // one event a message
	Topics     []string
}

func (w *Webhook) read(o Object) {
	*w = Webhook{ID: o.Text("id"), OrgID: o.Text("org_id"), SiteID: o.ID("site_id"), Name: o.Text("name"),
		Type: o.Text("type"), URL: o.Text("url"), Enabled: o.isTrueUnless("enabled"), HasSecret: o.Text("secret") != "",
		VerifyCert: o.isTrueUnless("verify_cert"), Single: o.isTrue("single_event_per_message"), Topics: o.Texts("topics")}
	if w.Type == "" {
		w.Type = "http-post"
	}
}

// MaskedURL is the URL with any user, password and secret-looking query values
// masked.
func (w Webhook) MaskedURL() string {
	u, err := url.Parse(w.URL)
	if err != nil {
		return "(a URL that cannot be read)"
	}
	q, hidden := u.Query(), false
	for name := range q {
		if secretName(name) {
			q.Set(name, "xxxxx")
			hidden = true
		}
	}
	if hidden {
		u.RawQuery = q.Encode()
	}
	if u.User != nil {
		u.User = url.User("xxxxx")
	}
	return u.String()
}

// Format prints the type and the masked URL for every verb, because the fields
// contain secrets.
func (w Webhook) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, "webhook "+w.Name+" "+w.ID+" to "+w.MaskedURL())
}

// WebhookConfig has the settings to create or change. A nil field keeps its value
// or, in a new webhook, gets Mist's default.
type WebhookConfig struct {
	Name       *string           `json:"name,omitempty"`
	Type       *string           `json:"type,omitempty"`
	URL        *string           `json:"url,omitempty"`
	Secret     *string           `json:"secret,omitempty"`
	Enabled    *bool             `json:"enabled,omitempty"`
	VerifyCert *bool             `json:"verify_cert,omitempty"`
	Single     *bool             `json:"single_event_per_message,omitempty"`
	Topics     []string          `json:"topics,omitempty"`
	Headers    map[string]string `json:"headers,omitempty"`
}

// Scope is an organization, or a site when SiteID is given.
type Scope struct{ OrgID, SiteID string }

func (p Scope) path(parts ...string) string {
	if p.SiteID != "" {
		return apiPath(append([]string{"sites", p.SiteID}, parts...)...)
	}
	return apiPath(append([]string{"orgs", p.OrgID}, parts...)...)
}

// OrgWebhooks lists an organization's webhooks.
func (c *Client) OrgWebhooks(ctx context.Context, org string) iter.Seq2[Webhook, error] {
	return c.webhooks(ctx, Scope{OrgID: org})
}

// SiteWebhooks lists a site's webhooks, without those of its organization.
func (c *Client) SiteWebhooks(ctx context.Context, site string) iter.Seq2[Webhook, error] {
	return c.webhooks(ctx, Scope{SiteID: site})
}

func (c *Client) webhooks(ctx context.Context, at Scope) iter.Seq2[Webhook, error] {
	return search(ctx, c, Request{Path: at.path("webhooks"), Query: numbered(pageSize)}, pagingNumber,
		func(w *Webhook, _ []byte) { w.setScope(at) })
}

// setScope fills in the organization and site, which some responses omit.
func (w *Webhook) setScope(at Scope) {
	if w.SiteID = at.SiteID; w.OrgID == "" {
		w.OrgID = at.OrgID
	}
}

// GetWebhook fetches one webhook.
func (c *Client) GetWebhook(ctx context.Context, at Scope, id string) (Webhook, error) {
	return c.webhook(ctx, Request{Path: at.path("webhooks", id)}, at)
}

// CreateWebhook creates a webhook.
func (c *Client) CreateWebhook(ctx context.Context, at Scope, config WebhookConfig) (Webhook, error) {
	return c.sendWebhook(ctx, http.MethodPost, at, at.path("webhooks"), config)
}

// UpdateWebhook changes a webhook. It sends PUT to the webhook's own path, and not
// to the list's as Mist's guide does.
func (c *Client) UpdateWebhook(ctx context.Context, at Scope, id string, config WebhookConfig) (Webhook, error) {
	return c.sendWebhook(ctx, http.MethodPut, at, at.path("webhooks", id), config)
}

func (c *Client) sendWebhook(ctx context.Context, method string, at Scope, path string, config WebhookConfig) (Webhook, error) {
	body, err := json.Marshal(config)
	if err != nil {
		return Webhook{}, err
	}
	return c.webhook(ctx, Request{Method: method, Path: path, Body: body}, at)
}

func (c *Client) webhook(ctx context.Context, r Request, at Scope) (Webhook, error) {
	resp, err := c.Do(ctx, r)
	if err != nil {
		return Webhook{}, err
	}
	if err := c.checkJSON(r, resp, '{'); err != nil {
		return Webhook{}, err
	}
	w, _ := decodeRow[Webhook](resp.Body)
	w.setScope(at)
	return w, nil
}

// DeleteWebhook removes a webhook.
func (c *Client) DeleteWebhook(ctx context.Context, at Scope, id string) error {
	return c.change(ctx, http.MethodDelete, at.path("webhooks", id), nil)
}

// PingWebhook makes Mist send a ping through a webhook. Success does not mean that
// the ping was delivered: WebhookEvents shows that a while later.
func (c *Client) PingWebhook(ctx context.Context, at Scope, id string) error {
	return c.change(ctx, http.MethodPost, at.path("webhooks", id, "ping"), nil)
}
