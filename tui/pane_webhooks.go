package tui

import (
	"cmp"
	"context"
	"encoding/json"
	"hash/fnv"
	"math"
	"slices"
	"strings"
	"time"

	"foghorn/journal"
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
		row := hookRow{Webhook: h, Warnings: journal.LintWebhook(h, hooks)}
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
		{e.cell(journal.WebhookPlace(h.Webhook)), rolePlain},
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
