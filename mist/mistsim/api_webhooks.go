package mistsim

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Webhooks of the organization and of sites: what they are set to, trying them
// out, and the log of their deliveries.

var hookRoutes = []route{
	{method: "GET", path: "/orgs/{org_id}/webhooks", do: (*call).hookList, free: true},
	{method: "POST", path: "/orgs/{org_id}/webhooks", do: (*call).makeHook, free: true},
	{method: "GET", path: "/orgs/{org_id}/webhooks/{webhook_id}", do: (*call).showHook, free: true},
	{method: "PUT", path: "/orgs/{org_id}/webhooks/{webhook_id}", do: (*call).changeHook, free: true},
	{method: "DELETE", path: "/orgs/{org_id}/webhooks/{webhook_id}", do: (*call).removeHook, free: true},
	{method: "POST", path: "/orgs/{org_id}/webhooks/{webhook_id}/ping", do: (*call).pingHook, free: true},
	{method: "GET", path: "/orgs/{org_id}/webhooks/{webhook_id}/events/search", do: (*call).deliveries, free: true},
	{method: "GET", path: "/orgs/{org_id}/webhooks/{webhook_id}/events/count", do: (*call).countDeliveries, free: true},
	{method: "GET", path: "/sites/{site_id}/webhooks", do: (*call).hookList, free: true},
	{method: "POST", path: "/sites/{site_id}/webhooks", do: (*call).makeHook, free: true},
	{method: "GET", path: "/sites/{site_id}/webhooks/{webhook_id}", do: (*call).showHook, free: true},
	{method: "PUT", path: "/sites/{site_id}/webhooks/{webhook_id}", do: (*call).changeHook, free: true},
	{method: "DELETE", path: "/sites/{site_id}/webhooks/{webhook_id}", do: (*call).removeHook, free: true},
	{method: "POST", path: "/sites/{site_id}/webhooks/{webhook_id}/ping", do: (*call).pingHook, free: true},
	{method: "GET", path: "/sites/{site_id}/webhooks/{webhook_id}/events/search", do: (*call).deliveries, free: true},
	{method: "GET", path: "/sites/{site_id}/webhooks/{webhook_id}/events/count", do: (*call).countDeliveries, free: true},
}

type hookRow struct {
	ID         string         `json:"id"`
	Name       string         `json:"name"`
	Type       string         `json:"type"`
	URL        string         `json:"url"`
	Secret     string         `json:"secret,omitempty"`
	Headers    map[string]any `json:"headers,omitempty"`
	VerifyCert bool           `json:"verify_cert"`
	Enabled    bool           `json:"enabled"`
	Topics     []string       `json:"topics"`
	Single     bool           `json:"single_event_per_message"`
	OrgID      string         `json:"org_id"`
	SiteID     string         `json:"site_id"` // all zeroes for one of the organization
	ForSite    bool           `json:"for_site"`
	Created    int64          `json:"created_time"`
	Modified   int64          `json:"modified_time"`

	badHeaders bool // configured as something that is no object, which Mist takes all the same
}

// hooksOf are those of the organization or site of the path. hooks.mu is held.
func (q *call) hooksOf() []*hook {
	site := q.r.PathValue("site_id")
	return slices.DeleteFunc(slices.Clone(q.hooks.all), func(k *hook) bool {
		return k.row.ForSite != (site != "") || site != "" && k.row.SiteID != site
	})
}

// hookOf is the one of the path. hooks.mu is held.
func (q *call) hookOf() (*hook, error) {
	for _, k := range q.hooksOf() {
		if k.row.ID == q.r.PathValue("webhook_id") {
			return k, nil
		}
	}
	return nil, notFound
}

// seen is a webhook as the caller may see it.
func (q *call) seen() func(hookRow) hookRow {
	q.mu.Lock()
	defer q.mu.Unlock()
	hides := q.hides()
	return func(row hookRow) hookRow {
		if hides && row.Secret != "" {
			row.Secret = mask
		}
		return row
	}
}

func (q *call) hookList() (any, error) {
	seen := q.seen()
	q.hooks.mu.Lock()
	defer q.hooks.mu.Unlock()
	var rows []hookRow
	for _, k := range q.hooksOf() {
		rows = append(rows, seen(k.row))
	}
	return paged(q, rows, false)
}

func (q *call) showHook() (any, error) {
	seen := q.seen()
	q.hooks.mu.Lock()
	defer q.hooks.mu.Unlock()
	k, err := q.hookOf()
	if err != nil {
		return nil, err
	}
	return seen(k.row), nil
}

// hookBody reads what a webhook is to be.
func (q *call) hookBody() (map[string]json.RawMessage, error) {
	var in map[string]json.RawMessage
	if err := q.read(&in); err != nil {
		return nil, err
	}
	if string(in["secret"]) == `"`+mask+`"` {
		return nil, badRequest("secret: %s is not a valid value", mask)
	}
	return in, nil
}

// makeHook creates one. What the body does not say has Mist's defaults.
func (q *call) makeHook() (any, error) {
	in, err := q.hookBody()
	if err != nil {
		return nil, err
	}
	row, err := q.addHook(in)
	if err != nil {
		return nil, err
	}
	q.tellHook("Add", nil, &row)
	return q.seen()(row), nil
}

func (q *call) addHook(in map[string]json.RawMessage) (hookRow, error) {
	q.hooks.mu.Lock()
	defer q.hooks.mu.Unlock()
	site := q.r.PathValue("site_id")
	row := hookRow{
		Type: "http-post", VerifyCert: true, Enabled: true, OrgID: q.hooks.org, SiteID: noSite, ForSite: site != "", Topics: []string{},
		Created: q.now.Unix(), Modified: q.now.Unix(),
	}
	if site != "" {
		row.SiteID = site
	}
	if err := q.putHook(&row, in, false); err != nil {
		return row, err
	}
	row.ID = q.hooks.id()
	q.hooks.all = append(q.hooks.all, &hook{row: row})
	return row, nil
}

func (q *call) changeHook() (any, error) {
	in, err := q.hookBody()
	if err != nil {
		return nil, err
	}
	before, after, err := q.setHook(in)
	if err != nil {
		return nil, err
	}
	q.tellHook("Update", &before, &after)
	return q.seen()(after), nil
}

func (q *call) setHook(in map[string]json.RawMessage) (before, after hookRow, err error) {
	q.hooks.mu.Lock()
	defer q.hooks.mu.Unlock()
	k, err := q.hookOf()
	if err != nil {
		return before, after, err
	}
	before, after = k.row, k.row
	after.Topics = slices.Clone(k.row.Topics) // decoding writes into it
	if err := q.putHook(&after, in, k.own); err != nil {
		return before, after, err
	}
	after.Modified = q.now.Unix()
	if _, given := in["topics"]; given {
		k.everything = false
	}
	k.row = after
	return before, after, nil
}

func (q *call) removeHook() (any, error) {
	row, err := q.dropHook()
	if err != nil {
		return nil, err
	}
	q.tellHook("Delete", &row, nil)
	return nil, nil
}

func (q *call) dropHook() (hookRow, error) {
	q.hooks.mu.Lock()
	defer q.hooks.mu.Unlock()
	k, err := q.hookOf()
	if err != nil {
		return hookRow{}, err
	}
	q.hooks.all = slices.DeleteFunc(q.hooks.all, func(x *hook) bool { return x == k })
	return k.row, nil
}

// putHook sets what a body says and checks the whole. Our own webhook keeps the
// topics of sites that it has. hooks.mu is held.
func (q *call) putHook(row *hookRow, in map[string]json.RawMessage, own bool) error {
	for name, into := range map[string]any{
		"name": &row.Name, "type": &row.Type, "url": &row.URL, "secret": &row.Secret, "verify_cert": &row.VerifyCert,
		"enabled": &row.Enabled, "single_event_per_message": &row.Single,
	} {
		if raw, given := in[name]; given && json.Unmarshal(raw, into) != nil {
			return badRequest("%s: not valid", name)
		}
	}
	if raw, given := in["headers"]; given {
		row.Headers = nil
		row.badHeaders = json.Unmarshal(raw, &row.Headers) != nil
	}
	if raw, given := in["topics"]; given {
		var one string
		if json.Unmarshal(raw, &one) == nil {
			row.Topics = []string{one}
		} else if json.Unmarshal(raw, &row.Topics) != nil {
			return badRequest("topics: not a list of topics")
		}
	}
	u, err := url.Parse(row.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return badRequest("url: not a valid http or https address")
	}
	return q.checkTopics(row, own)
}

// checkTopics: an organization's webhook knows only some topics, and those of
// raw readings want a webhook each, of which there may be one.
func (q *call) checkTopics(row *hookRow, own bool) error {
	raw := ""
	for _, t := range row.Topics {
		i := slices.IndexFunc(webhookTopics, func(k topicRow) bool { return k.Key == t })
		switch {
		case i < 0 || webhookTopics[i].Internal:
			return badRequest("topics: %q is not a topic", t)
		case !row.ForSite && !own && !webhookTopics[i].ForOrg:
			return badRequest("topics: %q is for webhooks of sites", t)
		case rawTopics[t] && raw != "":
			return badRequest("Only one location topic can be configured per URL")
		case rawTopics[t]:
			raw = t
		}
	}
	for _, k := range q.hooksOf() {
		if raw != "" && k.row.ID != row.ID && slices.Contains(k.row.Topics, raw) {
			return &failure{
				status: http.StatusBadRequest, detail: "Webhook already configured for special location topic",
				extra: map[string]any{"webhook_id": k.row.ID},
			}
		}
	}
	return nil
}

// pingHook sends a ping. What became of it is in the log of deliveries, not in
// the answer.
func (q *call) pingHook() (any, error) {
	q.hooks.mu.Lock()
	k, err := q.hookOf()
	if err != nil {
		q.hooks.mu.Unlock()
		return nil, err
	}
	to, row := k.target(), k.row
	q.hooks.mu.Unlock()
	raw, err := encode(ping{SiteID: row.SiteID, ID: row.ID, Name: row.Name, Timestamp: q.now.Unix()})
	if err != nil {
		return nil, err
	}
	q.launch(q.r.Context(), job{to, post{topic: "ping", body: envelope("ping", []json.RawMessage{raw}), events: 1}})
	return nil, nil
}

// deliveryRow is one delivery as the log has it: headers and payloads are JSON
// text inside strings.
type deliveryRow struct {
	ID          string  `json:"id"`
	OrgID       string  `json:"org_id"`
	SiteID      string  `json:"site_id"`
	WebhookID   string  `json:"webhook_id"`
	Topic       string  `json:"topic"`
	Timestamp   float64 `json:"timestamp"`
	Status      string  `json:"status"`
	StatusCode  int     `json:"status_code,omitempty"`
	Error       string  `json:"error,omitempty"`
	URL         string  `json:"req_url"`
	ReqHeaders  string  `json:"req_headers"`
	ReqPayload  string  `json:"req_payload"`
	RespHeaders string  `json:"resp_headers"`
	RespBody    string  `json:"resp_body"`
}

func (q *call) deliveryRows() (rows []deliveryRow, from, to time.Time, err error) {
	if from, to, err = q.window(); err != nil {
		return nil, from, to, err
	}
	q.hooks.mu.Lock()
	defer q.hooks.mu.Unlock()
	k, err := q.hookOf()
	if err != nil {
		return nil, from, to, err
	}
	text := q.query.Get("error")
	for _, r := range k.log {
		at := time.UnixMicro(int64(r.Timestamp * 1e6))
		if at.Before(from) || at.After(to) || !q.asked("status", r.Status) || !q.asked("topic", r.Topic) ||
			!q.asked("status_code", strconv.Itoa(r.StatusCode)) || !strings.Contains(r.Error, text) {
			continue
		}
		rows = append(rows, r)
	}
	return rows, from, to, nil
}

func (q *call) deliveries() (any, error) {
	rows, from, to, err := q.deliveryRows()
	if err != nil {
		return nil, err
	}
	return searched(q, rows, from, to, func(r deliveryRow) place { return place{int64(r.Timestamp * 1000), r.ID} })
}

// countDeliveries counts by one field, whose name is a key of every row.
func (q *call) countDeliveries() (any, error) {
	rows, from, to, err := q.deliveryRows()
	if err != nil {
		return nil, err
	}
	distinct := q.query.Get("distinct")
	if distinct == "" {
		distinct = "status"
	}
	n := map[string]int{}
	for _, r := range rows {
		value, ok := map[string]string{
			"status": r.Status, "topic": r.Topic, "webhook_id": r.WebhookID, "status_code": strconv.Itoa(r.StatusCode),
		}[distinct]
		if !ok {
			return nil, badRequest("distinct: %q is not a field to count by", distinct)
		}
		n[value]++
	}
	results := []map[string]any{}
	for _, v := range slices.Sorted(maps.Keys(n)) {
		results = append(results, map[string]any{distinct: v, "count": n[v]})
	}
	return map[string]any{
		"distinct": distinct, "start": from.Unix(), "end": to.Unix(), "limit": defaultLimit, "results": results, "total": len(results),
	}, nil
}
