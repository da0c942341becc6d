package tui

import (
	"context"
	"fmt"
	"strconv"

	"foghorn/internal/human"
	"foghorn/journal/event"
	"foghorn/journal/export"
	"foghorn/journal/query"
)

// inspectorPane shows every request that reached the listener.
func inspectorPane() *listPane[event.Delivery] {
	return newListPane(kind[event.Delivery]{
		id: paneInspector, name: "Inspector", table: query.Deliveries, span: 1, tail: true,
		rowID:   func(d event.Delivery) int64 { return d.ID },
		columns: deliveryColumns,
		cells:   deliveryCells,
		read: func(ctx context.Context, j Journal, p query.Page) ([]event.Delivery, error) {
			return j.Deliveries(ctx, p)
		},
		subject: func(d event.Delivery) (subject, bool) { return subject{subjectDelivery, d.ID}, true },
		hot:     func(d event.Delivery) bool { return !d.Verdict.Accepted() || d.Warning != "" },
		values:  func(rows []event.Delivery) pick { return pickOf("deliveries", rows) },
		object:  export.Object[event.Delivery],
		empty: func(e env) []string {
			return append([]string{"No request has reached the listener."}, listening(e)...)
		},
	})
}

func deliveryColumns(e env, _ int) []column {
	return []column{
		e.timeColumn(),
		{title: "VERDICT", width: 9},
		{title: "ANS", width: 3, right: true},
		{title: "SOURCE", width: 8, grow: 1, max: 14, drop: 2},
		{title: "TOPIC", width: 12, grow: 1, max: 20},
		{title: "EV", width: 4, right: true},
		{title: "SIZE", width: 7, right: true, drop: 4},
		{title: "TOOK", width: 6, right: true, drop: 3},
		{title: "CAUSE", width: 12, grow: 8},
	}
}

func deliveryCells(e env, d event.Delivery) []cell {
	verdict, r := verdictText(e, d)
	answer := roleDim
	if d.Status >= 400 {
		answer = r
	}
	return []cell{
		{e.when(d.Received), roleDim},
		{verdict, r},
		{strconv.Itoa(d.Status), answer},
		{e.cell(d.Source), rolePlain},
		{e.cell(deliveryTopic(d)), rolePlain},
		{eventsText(d), rolePlain},
		{human.Bytes(d.Size), roleDim},
		{tookText(d.DurationMS), roleDim},
		{e.cell(deliveryCause(d)), causeRole(d)},
	}
}

// verdictText is the badge of a delivery: which signature held, or none.
func verdictText(e env, d event.Delivery) (string, role) {
	switch d.Verdict {
	case event.Verified:
		if d.Via == event.ViaJunos {
			return "ok junos", roleOK
		}
		return "ok v2", roleOK
	case event.VerifiedV1:
		return "ok v1", roleOK
	case event.Unsigned:
		return "unsigned", roleWarn
	case event.Failed:
		return "BAD SIG", roleCritical
	case event.Malformed:
		return "MALFORMED", roleCritical
	case event.Refused:
		return "REFUSED", roleCritical
	default:
		return e.cell(string(d.Verdict)), roleWarn
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

func causeRole(d event.Delivery) role {
	if d.Cause != "" || d.Warning != "" {
		return roleWarn
	}
	return roleDim
}
