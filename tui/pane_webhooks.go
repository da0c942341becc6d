package tui

import (
	"cmp"
	"context"
	"encoding/json"
	"hash/fnv"
	"math"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"foghorn/journal/event"
	"foghorn/journal/query"
)

// hookRow is one row of the Webhooks pane.
type hookRow struct {
	event.Webhook
	Warnings []string        `json:"warnings,omitempty"`
	Ping     *event.Activity `json:"last_ping,omitempty"`
	Doubted  bool            `json:"doubted,omitempty"` // it is disabled by what was read, and deliveries came since
}

// underWay is how long a delivery may be under way: one that comes later than
// this after its webhook was read as disabled was sent by one that is not.
const underWay = 5 * time.Second

// doubted reports whether deliveries say that a webhook is not disabled: its
// source delivered since that was read, and no other webhook can have sent it.
func doubted(h event.Webhook, all []event.Webhook, feeds []event.Feed) bool {
	if h.Enabled || slices.ContainsFunc(all, func(o event.Webhook) bool { return o.Source == h.Source && o.Enabled }) {
		return false
	}
	return slices.ContainsFunc(feeds, func(f event.Feed) bool {
		return f.Name == h.Source && f.Kind == kindWebhook && f.Last.Sub(h.Updated) > underWay
	})
}

// staleHooks is the age from which the list is called old: webhooks change
// seldom and are asked for seldom.
const staleHooks = time.Hour

// maxPings bounds how many webhooks are asked when they were last pinged.
const maxPings = 60

func webhooksPane() *listPane[hookRow] {
	return newListPane(kind[hookRow]{
		id: paneWebhooks, name: "Webhooks", table: query.Events, span: 1, whole: true,
		rowID:   hookID,
		columns: hookColumns,
		cells:   hookCells,
		read:    readHooks,
		hot:     func(h hookRow) bool { return len(h.Warnings) > 0 },
		object:  func(h *hookRow) ([]byte, error) { return json.MarshalIndent(h, "", "  ") },
		note: func(e env, rows []hookRow) string {
			return staleNote(e, staleHooks, rows, func(h hookRow) time.Time { return h.Updated })
		},
		empty: func(e env) []string { return emptyState(e, "webhooks") },
	})
}

// hookID names a row in the list: Mist's id as a number.
func hookID(h hookRow) int64 {
	f := fnv.New64a()
	f.Write([]byte(h.Source + h.ID))
	return int64(f.Sum64()&math.MaxInt64 | 1)
}

// readHooks reads all webhooks, judges them against each other, and leaves out
// what the filter does not match.
func readHooks(ctx context.Context, j Journal, p query.Page) ([]hookRow, error) {
	hooks, err := j.Webhooks(ctx)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(hooks, func(a, b event.Webhook) int {
		return cmp.Or(strings.Compare(a.Source, b.Source), strings.Compare(a.Site, b.Site), strings.Compare(a.Name, b.Name))
	})
	var rows []hookRow
	for _, h := range hooks {
		ev := event.Event{Source: h.Source, OrgID: h.OrgID, SiteID: h.SiteID, Site: h.Site, Device: h.Name, Type: h.Type,
			Text: h.Name + " " + h.URL + " " + strings.Join(h.Topics, " "), Received: h.Updated, Time: h.Updated}
		if !p.Where.Event(&ev, p.Now) {
			continue
		}
		row := hookRow{Webhook: h, Warnings: hookWarnings(h, hooks)}
		if !h.Enabled && len(row.Warnings) > 0 {
			status, err := j.Status(ctx)
			if err != nil {
				return nil, err
			}
			if row.Doubted = doubted(h, hooks, status.Feeds); row.Doubted {
				row.Warnings[0] = "Mist said disabled, but deliveries have come since: asking again"
			}
		}
		if len(rows) < maxPings {
			if row.Ping, err = lastPing(ctx, j, h); err != nil {
				return nil, err
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func lastPing(ctx context.Context, j Journal, h event.Webhook) (*event.Activity, error) {
	acts, err := j.Activities(ctx, event.WebhookTarget(h.ID), 1)
	if err != nil || len(acts) == 0 {
		return nil, err
	}
	return &acts[0], nil
}

// rawTopics are the location topics with rules of their own: one in a webhook,
// and one webhook for each.
var rawTopics = []string{"asset-raw-rssi", "discovered-raw-rssi", "wifi-conn-raw", "wifi-unconn-raw"}

// hookWarnings says what of a webhook will lose, double or expose something,
// the worst first.
func hookWarnings(h event.Webhook, all []event.Webhook) []string {
	var out []string
	add := func(bad bool, text string) {
		if bad {
			out = append(out, text)
		}
	}
	add(!h.Enabled, "disabled: Mist sends nothing to it")
	add(len(h.Topics) == 0, "no topics: Mist has nothing to send")
	add(!h.HasSecret, "no secret: what it sends is not signed, anybody could forge it")
	add(!h.VerifyCert && strings.HasPrefix(h.URL, "https:"), "verify_cert is off: whoever is in between can read along")
	add(plainHTTP(h.URL), "plain http: everybody on the way can read along")
	raw := 0
	for _, t := range h.Topics {
		if slices.Contains(rawTopics, t) {
			raw++
		}
	}
	add(raw > 1, "several location topics in one webhook: Mist takes one")
	for _, o := range all {
		if o.ID == h.ID && o.Source == h.Source || o.OrgID != h.OrgID {
			continue
		}
		if double := doubled(h, o); len(double) > 0 {
			out = append(out, double...)
		}
	}
	return out
}

// plainHTTP reports a URL that is not encrypted on a way that others are on.
func plainHTTP(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" {
		return false
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Hostname() != "localhost" && (err != nil || !ip.IsLoopback())
}

// doubled says what of a webhook another one sends too.
func doubled(h, o event.Webhook) []string {
	if h.SiteID != "" && o.SiteID != "" && h.SiteID != o.SiteID {
		return nil // of two sites: never the same event
	}
	var same, location []string
	for _, t := range h.Topics {
		switch {
		case !slices.Contains(o.Topics, t):
		case slices.Contains(rawTopics, t):
			location = append(location, t)
		case h.Enabled && o.Enabled && h.URL == o.URL:
			same = append(same, t)
		}
	}
	var out []string
	if len(same) > 0 {
		out = append(out, "twice: "+hookPlace(o)+" "+o.Name+" sends "+strings.Join(same, ", ")+" to the same URL too")
	}
	if len(location) > 0 {
		out = append(out, hookPlace(o)+" "+o.Name+" has "+strings.Join(location, ", ")+" too: Mist serves one of them, the site's before the org's")
	}
	return out
}

// hookPlace is whose webhook it is.
func hookPlace(h event.Webhook) string {
	if h.SiteID == "" {
		return "org"
	}
	return cmp.Or(h.Site, h.SiteID)
}

func hookColumns(e env, _ int) []column {
	return []column{
		{width: 1},
		{title: "NAME", width: 12, grow: 2, max: 24},
		{title: "OF", width: 9, grow: 1, max: 18},
		{title: "SRC", width: 5, grow: 1, max: 12, drop: 6},
		{title: "ON", width: 3},
		{title: "SECRET", width: 6, drop: 4},
		{title: "CERT", width: 4, drop: 5},
		{title: "TOPICS", width: 6, grow: 2, max: 40, drop: 3},
		{title: "LAST PING", width: 9, drop: 2},
		{title: "URL, OR WHAT IS WRONG", width: 18, grow: 8},
	}
}

func hookCells(e env, h hookRow) []cell {
	letter, r, last, lastRole := " ", rolePlain, e.cell(h.URL), roleDim
	if len(h.Warnings) > 0 {
		letter, r, last, lastRole = "W", roleWarn, e.cell(strings.Join(h.Warnings, "; ")), roleWarn
	}
	on, onRole := "yes", roleOK
	switch {
	case h.Doubted:
		on, onRole = "?", roleWarn
	case !h.Enabled:
		on, onRole, r = "NO", roleCritical, roleDim
	}
	ping, pingRole := pingCell(e, h.Ping)
	return []cell{
		{letter, roleWarn},
		{e.cell(h.Name), r},
		{e.cell(hookPlace(h.Webhook)), rolePlain},
		{e.cell(h.Source), roleDim},
		{on, onRole},
		{yesNo(h.HasSecret), boolRole(h.HasSecret)},
		{yesNo(h.VerifyCert), boolRole(h.VerifyCert)},
		{e.cell(strings.Join(h.Topics, " ")), roleDim},
		{ping, pingRole},
		{last, lastRole},
	}
}

// pingCell tells when a webhook was last pinged, and whether it went wrong.
func pingCell(e env, a *event.Activity) (string, role) {
	switch {
	case a == nil:
		return "", roleDim
	case a.Cloud != "" && a.Cloud != event.CloudDone && a.Cloud != event.CloudSending:
		return e.th.glyph.refused + " " + e.when(a.Time), roleCritical
	case a.Cloud == event.CloudDone:
		return e.th.glyph.states[event.Resolved] + " " + e.when(a.Time), roleOK
	default:
		return e.when(a.Time), roleDim
	}
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "NO"
}

func boolRole(good bool) role {
	if good {
		return roleDim
	}
	return roleWarn
}
