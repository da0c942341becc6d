package view

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"foghorn/internal/human"
	"foghorn/journal/event"
	"foghorn/journal/export"
	"foghorn/journal/query"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
	"foghorn/tui/port"
)

const InspectorID pane.ID = 6

// inspectorPreview is the height from which deliveries have a preview below them:
// why one was refused takes a sentence.
const inspectorPreview = 18

// inspectorPane shows every request that reached the listener.
func inspectorPane() *pane.List[event.Delivery] {
	return pane.NewList(pane.Spec[event.Delivery]{
		About: pane.About{ID: InspectorID, Digit: "6", Name: "Inspector", Command: "inspector", Help: "every request that reached the listener",
			PreviewRows: inspectorPreview},
		Table: query.Deliveries, Tail: true,
		RowID:   func(d event.Delivery) int64 { return d.ID },
		Arrived: func(d event.Delivery) time.Time { return d.Received },
		Columns: deliveryColumns,
		Cells:   deliveryCells,
		Read: func(ctx context.Context, j port.Journal, p query.Page) ([]event.Delivery, error) {
			return j.Deliveries(ctx, p)
		},
		Record: func(d event.Delivery) (pane.RecordRef, bool) {
			return pane.RecordRef{Kind: pane.DeliveryRecord, ID: d.ID}, true
		},
		NeedsAttention: func(d event.Delivery) bool { return !d.Verdict.Accepted() || d.Warning != "" },
		Export:         func(rows []event.Delivery) pane.ExportSet { return pane.NewExportSet("deliveries", rows) },
		JSON:           export.Object[event.Delivery],
		Empty: func(e pane.Context) []string {
			return append([]string{"No request has reached the listener."}, pane.Listening(e)...)
		},
	})
}

func deliveryColumns(e pane.Context, _ int) []draw.Column {
	return []draw.Column{
		e.TimeColumn(),
		{Title: "VERDICT", Width: 9},
		{Title: "ANS", Width: 3, Right: true},
		{Title: "SOURCE", Width: 8, Max: 16, Drop: 2, Same: true},
		{Title: "TOPIC", Width: 12, Max: 24, Same: true},
		{Title: "EV", Width: 4, Right: true},
		{Title: "SIZE", Width: 7, Right: true, Drop: 4},
		{Title: "TOOK", Width: 6, Right: true, Drop: 3},
		{Title: "CAUSE", Width: 12, Grow: 8},
		{Title: "ID", Whole: true, Max: maxID, Extra: 1},
		{Title: "FROM", Width: 15, Max: 39, Extra: 2},
	}
}

func deliveryCells(e pane.Context, d event.Delivery) []draw.Cell {
	verdict, r := verdictText(e, d)
	answer := draw.Dim
	if d.Status >= 400 {
		answer = r
	}
	return []draw.Cell{
		{Text: e.When(d.Received), Role: draw.Dim},
		{Text: verdict, Role: r},
		{Text: strconv.Itoa(d.Status), Role: answer},
		{Text: e.Cell(d.Source), Role: draw.Plain},
		{Text: e.Cell(deliveryTopic(d)), Role: draw.Plain},
		{Text: eventsText(d), Role: draw.Plain},
		{Text: human.Bytes(d.Size), Role: draw.Dim},
		{Text: tookText(d.DurationMS), Role: draw.Dim},
		{Text: e.Cell(deliveryCause(d)), Role: causeRole(d)},
		{Text: strconv.FormatInt(d.ID, 10), Role: draw.Dim},
		{Text: e.Cell(d.Remote), Role: draw.Dim},
	}
}

// verdictText is the badge of a delivery: which signature held, or none.
func verdictText(e pane.Context, d event.Delivery) (string, draw.Role) {
	switch d.Verdict {
	case event.Verified:
		if d.Via == event.ViaJunos {
			return "ok junos", draw.OK
		}
		return "ok v2", draw.OK
	case event.VerifiedV1:
		return "ok v1", draw.OK
	case event.Unsigned:
		return "unsigned", draw.Warn
	case event.Failed:
		return "BAD SIG", draw.Critical
	case event.Malformed:
		return "MALFORMED", draw.Critical
	case event.Refused:
		return "REFUSED", draw.Critical
	default:
		return e.Cell(string(d.Verdict)), draw.Warn
	}
}

// deliveryTopic shows the path where no topic was understood.
func deliveryTopic(d event.Delivery) string {
	if d.Topic != "" {
		return d.Topic
	}
	return d.Path
}

func eventsText(d event.Delivery) string {
	if d.Duplicates > 0 && d.Duplicates >= d.Events {
		return "dup"
	}
	if d.Ignored > 0 && d.Ignored >= d.Events {
		return "ign"
	}
	return strconv.Itoa(d.Events)
}

// ignoredText says how many events of a delivery are not kept.
func ignoredText(d event.Delivery) string {
	if d.Ignored >= d.Events {
		return "ignored"
	}
	return fmt.Sprintf("%d of %d events ignored", d.Ignored, d.Events)
}

// tookText is how long the answer took.
func tookText(ms float64) string {
	switch {
	case ms <= 0:
		return "-"
	case ms < 0.1:
		return "<0.1ms"
	case ms < 10:
		return fmt.Sprintf("%.1fms", ms)
	case ms < 10_000:
		return fmt.Sprintf("%.0fms", ms)
	default:
		return fmt.Sprintf("%.0fs", ms/1000)
	}
}

func deliveryCause(d event.Delivery) string {
	switch {
	case d.Cause != "":
		return d.Cause
	case d.Warning != "":
		return "warning: " + d.Warning
	case d.Duplicates > 0:
		return fmt.Sprintf("%d of %d events known already", d.Duplicates, d.Events)
	case d.ReplayOf != 0:
		return fmt.Sprintf("replay of %d", d.ReplayOf)
	case d.Ignored > 0:
		return fmt.Sprintf("%s: %s", ignoredText(d), d.IgnoredBy)
	default:
		return ""
	}
}

func causeRole(d event.Delivery) draw.Role {
	if d.Cause != "" || d.Warning != "" {
		return draw.Warn
	}
	return draw.Dim
}
