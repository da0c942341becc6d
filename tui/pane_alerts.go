package tui

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"foghorn/event"
	"foghorn/internal/export"
	"foghorn/internal/human"
	"foghorn/query"
)

// maxSorted bounds how many alerts are read to sort them by something else
// than the journal's own order.
const maxSorted = 1000

func alertsPane() *listPane[event.Alert] {
	return newListPane(withOrg(kind[event.Alert]{
		id: paneAlerts, name: "Alerts", table: query.Alerts, span: event.PlacesPerRecord,
		rowID:   func(a event.Alert) int64 { return a.ID },
		baseFor: alertsBase,
		columns: alertColumns,
		cells:   alertCells,
		read: func(ctx context.Context, j Journal, p query.Page) ([]event.Alert, error) {
			return j.Alerts(ctx, p)
		},
		subject: func(a event.Alert) (subject, bool) { return subject{subjectAlert, a.ID}, true },
		alert:   func(a event.Alert) int64 { return a.ID },
		hot:     func(a event.Alert) bool { return a.State == event.Open },
		values:  func(rows []event.Alert) pick { return pickOf("alerts", rows) },
		object:  export.Object[event.Alert],
		sorts: []sortOrder{{"s", "severity", "severity, newest first"}, {"n", "newest", "newest first"},
			{"o", "oldest", "oldest first"}, {"l", "site", "site and device"}},
		arrange: arrangeBy(alertOrders),
		empty:   emptyAlerts,
	}, 3, func(a event.Alert) string { return a.Source }))
}

func alertColumns(e env, _ int) []column {
	duration := column{title: "HOW LONG", width: 8}
	if e.mode != human.Relative {
		duration = e.timeColumn()
		duration.title = "OPENED"
	}
	return []column{
		{width: 1},
		{width: 1},
		duration,
		{title: "SITE", width: 9, grow: 1, max: 18, drop: 3},
		{title: "DEVICE", width: 10, grow: 1, max: 24},
		{title: "WHAT", width: 24, grow: 8},
		{title: "N", width: 3, right: true, drop: 4},
		{title: "OWNER", width: 7, drop: 2},
	}
}

func alertCells(e env, a event.Alert) []cell {
	a.Derive(e.now)
	sev, text := severityRole(a.Severity), rolePlain
	state := sev
	switch a.State {
	case event.Resolved:
		sev, state, text = roleDim, roleOK, roleDim
	case event.Acked, event.Snoozed:
		state = roleDim
	case event.Open:
		if a.Severity == event.Critical {
			text = roleStrong
		}
	}
	return []cell{
		{e.th.glyph.states[a.State], state},
		{severityLetter(a.Severity), sev},
		{alertDuration(e, a), text},
		{e.cell(a.Site), text},
		{alertDevice(e, a), text},
		{e.cell(alertTitle(a) + alertLeaves(e, a)), text},
		{alertCount(e, a), roleDim},
		{alertOwner(e, a) + cloudMark(e, a), ownerRole(a)},
	}
}

// siteDropped is the width below which alerts have no column for their site.
const siteDropped = 68

// alertDevice names the device; where sites have no column, an alert of a
// whole site names that, as it would not say where it is at all.
func alertDevice(e env, a event.Alert) string {
	if a.Device == "" && a.DeviceMAC == "" && e.width > 0 && e.width < siteDropped {
		return e.cell(a.Site)
	}
	return e.device(a.Device, a.DeviceMAC)
}

// alertDuration tells how long the condition lasts, or lasted.
func alertDuration(e env, a event.Alert) string {
	switch {
	case e.mode != human.Relative:
		return e.when(a.Opened)
	case a.State != event.Resolved || a.Resolved == nil:
		return e.age(a.Opened)
	}
	if d := a.Down(e.now); d > 0 {
		return human.Duration(d)
	}
	return "over"
}

// alertTitle is the sentence without the device, which has its column.
func alertTitle(a event.Alert) string {
	title := without(a.Title, "Switch "+a.Device, "Gateway "+a.Device, "Mist Edge "+a.Device, "AP "+a.Device, a.Device)
	if rest, now := strings.CutPrefix(title, "is "); now && a.State == event.Resolved {
		title = "was " + rest
	}
	if a.Note != "" {
		return title + "  [" + a.Note + "]"
	}
	return title
}

// alertLeaves says of an alert that nobody ever ends when time does.
func alertLeaves(e env, a event.Alert) string {
	switch {
	case a.Leaves == nil || a.Resolved != nil:
		return ""
	case a.Count > 1:
		return "; leaves " + e.hour(*a.Leaves)
	}
	return "; happened once, leaves " + e.hour(*a.Leaves)
}

func alertCount(e env, a event.Alert) string {
	switch {
	case a.Flaps > 1:
		return "~" + strconv.Itoa(a.Flaps)
	case a.Count > 1:
		return e.th.glyph.times + strconv.Itoa(a.Count)
	default:
		return ""
	}
}

func alertOwner(e env, a event.Alert) string {
	switch {
	case a.State == event.Snoozed && a.SnoozedUntil != nil:
		return "z" + a.SnoozedUntil.In(e.zone).Format("15:04")
	case a.Owner == "":
		return ""
	case a.AckedAt != nil:
		return e.cell(initials(a.Owner)) + " " + e.age(*a.AckedAt)
	default:
		return e.cell(initials(a.Owner))
	}
}

// ownerRole makes what Mist did not take stand out.
func ownerRole(a event.Alert) role {
	switch a.Cloud {
	case "", event.CloudSending, event.CloudDone:
		return roleDim
	default:
		return roleWarn
	}
}

// alertsBase is what the pane shows before any filter: resolved alerts leave
// after a while, unless somebody asked for them.
func alertsBase(s show, filter *query.Query) *query.Query {
	if s.resolved || filter.AsksForResolved() {
		return nil
	}
	return unresolvedOrJustNow
}

var unresolvedOrJustNow = ownQuery("!state:resolved or resolved>=-10m")

// arrangeBy brings rows into another order than the journal's own.
func arrangeBy[T any](orders map[string]func(a, b T) int) func([]T, show) []T {
	return func(rows []T, s show) []T {
		if less, ok := orders[s.order]; ok {
			slices.SortStableFunc(rows, less)
		}
		return rows
	}
}

// alertOrders are the orders of the sort menu besides the journal's own.
var alertOrders = map[string]func(a, b event.Alert) int{
	"newest": func(a, b event.Alert) int { return b.Opened.Compare(a.Opened) },
	"oldest": func(a, b event.Alert) int { return a.Opened.Compare(b.Opened) },
	"site": func(a, b event.Alert) int {
		return cmp.Or(strings.Compare(a.Site, b.Site), strings.Compare(a.Device, b.Device))
	},
}

func emptyAlerts(e env) []string {
	if len(e.trouble) > 0 {
		return append([]string{"No alerts, but not all that happens gets here."}, listening(e)...)
	}
	return append([]string{"No alerts. Nothing needs you now."}, listening(e)...)
}
