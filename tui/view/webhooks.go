package view

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
	"foghorn/tui/draw"
	"foghorn/tui/pane"
	"foghorn/tui/port"
)

// webhookRow is one row of the Webhooks pane.
type webhookRow struct {
	event.Webhook
	Warnings []string        `json:"warnings,omitempty"`
	Ping     *event.Activity `json:"last_ping,omitempty"`
	Doubted  bool            `json:"doubted,omitempty"` // it is disabled by what was read, and deliveries came since
}

// staleHooks is the age from which the list is marked as stale: webhooks change
// seldom and are asked for seldom.
const staleHooks = time.Hour

// maxPings bounds how many webhooks are asked when they were last pinged.
const maxPings = 60

const WebhooksID pane.ID = 7

// webhookPreview is the height from which webhooks have a preview below them: there are
// few of them, and their URLs are long.
const webhookPreview = 18

func webhooksPane() *pane.List[webhookRow] {
	p := pane.NewList(pane.Spec[webhookRow]{
		About: pane.About{ID: WebhooksID, Digit: "7", Name: "Webhooks", Command: "webhooks", Help: "webhooks that are configured in Mist, and whether they arrive",
			PreviewRows: webhookPreview, Sheets: []pane.Place{webhookPlace}},
		Preview: func(e pane.Context, h webhookRow, w int) []string { return (&webhookSheet{row: h}).lines(e, w) },
		Portal:  func(h webhookRow) port.PortalPage { return webhookPage(h.Webhook) },
		Scopes:  func(h webhookRow) []pane.Scope { return pane.ScopesIn(h.Source, h.OrgID, h.SiteID, h.Site) },
		Open:    func(_ pane.Screen, h webhookRow) pane.Request { return pane.OpenSheet{Sheet: &webhookSheet{row: h}} },
		Ask:     func(s pane.Screen) pane.Request { return askWebhooks(s, "", "") },
		Table:   query.Events, Complete: true,
		RowID:          webhookID,
		Name:           func(h webhookRow) string { return h.ID },
		Columns:        webhookColumns,
		Cells:          webhookCells,
		Read:           readWebhooks,
		NeedsAttention: func(h webhookRow) bool { return len(h.Warnings) > 0 },
		JSON:           func(h *webhookRow) ([]byte, error) { return json.MarshalIndent(h, "", "  ") },
		Note: func(e pane.Context, rows []webhookRow) string {
			return pane.StaleNote(e, staleHooks, rows, func(h webhookRow) time.Time { return h.Updated })
		},
		Empty: func(e pane.Context) []string { return pane.EmptyState(e, "webhooks") },
	})
	p.Spec.Keys = webhookKeys(p)
	return p
}

// webhookID names a row in the list: Mist's id as a number.
func webhookID(h webhookRow) int64 {
	f := fnv.New64a()
	f.Write([]byte(h.Source + h.ID))
	return int64(f.Sum64()&math.MaxInt64 | 1)
}

// readWebhooks reads all webhooks, judges them against each other, and leaves out
// what the filter does not match.
func readWebhooks(ctx context.Context, j port.Journal, p query.Page) ([]webhookRow, error) {
	hooks, err := j.Webhooks(ctx)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(hooks, func(a, b event.Webhook) int {
		return cmp.Or(strings.Compare(a.Source, b.Source), strings.Compare(a.Site, b.Site), strings.Compare(a.Name, b.Name))
	})
	var rows []webhookRow
	for _, h := range hooks {
		if !journal.MatchesWebhook(p.Where, h, p.Now) {
			continue
		}
		row := webhookRow{Webhook: h, Warnings: journal.LintWebhook(h, hooks)}
		if !h.Enabled && len(row.Warnings) > 0 {
			status, err := j.Status(ctx)
			if err != nil {
				return nil, err
			}
			if row.Doubted = journal.ContradictsDisabled(h, hooks, status.Feeds); row.Doubted {
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

func lastPing(ctx context.Context, j port.Journal, h event.Webhook) (*event.Activity, error) {
	acts, err := j.Activities(ctx, event.WebhookTarget(h.ID), 1)
	if err != nil || len(acts) == 0 {
		return nil, err
	}
	return &acts[0], nil
}

func webhookColumns(e pane.Context, _ int) []draw.Column {
	return []draw.Column{
		{Width: 1},
		{Title: "NAME", Max: maxName, Whole: true},
		{Title: "OF", Width: 10, Max: 20},
		pane.OrgColumn(e),
		{Title: "ON", Width: 3},
		{Title: "SECRET", Width: 6, Drop: 4},
		{Title: "CERT", Width: 4, Drop: 5},
		{Title: "PING", Width: 9, Drop: 2},
		{Title: "PROBLEM", Width: 24, Grow: 8},
		{Title: "URL", Max: 60, Whole: true, Drop: 1},
		{Title: "TOPICS", Width: 12, Grow: 1, Drop: 3},
	}
}

func webhookCells(e pane.Context, h webhookRow) []draw.Cell {
	letter, r := "", draw.Plain
	if len(h.Warnings) > 0 {
		letter, r = "W", draw.Warn
	}
	on, onRole := "yes", draw.OK
	switch {
	case h.Doubted:
		on, onRole = "?", draw.Warn
	case !h.Enabled:
		on, onRole, r = "NO", draw.Critical, draw.Dim
	}
	ping, pingRole := pingCell(e, h.Ping)
	return []draw.Cell{
		{Text: letter, Role: draw.Warn},
		{Text: e.Cell(h.Name), Role: r},
		{Text: e.Cell(journal.WebhookPlace(h.Webhook)), Role: draw.Plain},
		{Text: e.Cell(h.Source), Role: draw.Dim},
		{Text: on, Role: onRole},
		{Text: yesNo(h.HasSecret), Role: boolRole(h.HasSecret)},
		{Text: yesNo(h.VerifyCert), Role: boolRole(h.VerifyCert)},
		{Text: ping, Role: pingRole},
		{Text: e.Cell(strings.Join(h.Warnings, "; ")), Role: draw.Warn},
		{Text: e.Cell(h.URL), Role: draw.Dim},
		{Text: e.Cell(strings.Join(h.Topics, " ")), Role: draw.Dim},
	}
}

// pingCell shows when a webhook was last pinged, and whether that failed.
func pingCell(e pane.Context, a *event.Activity) (string, draw.Role) {
	switch {
	case a == nil:
		return "", draw.Dim
	case a.Sync.State == event.SyncFailed:
		return e.Theme.Glyph.Refused + " " + e.When(a.Time), draw.Critical
	case a.Sync.State == event.SyncDone:
		return e.Theme.Glyph.States[event.Resolved] + " " + e.When(a.Time), draw.OK
	default:
		return e.When(a.Time), draw.Dim
	}
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "NO"
}

func boolRole(good bool) draw.Role {
	if good {
		return draw.Dim
	}
	return draw.Warn
}
