package tui

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"foghorn/internal/human"
	"foghorn/journal/event"
	"foghorn/journal/export"
	"foghorn/journal/query"
)

// maxSorted bounds how many alerts are read to sort them by something else
// than the journal's own order.
const maxSorted = 1000

func alertsPane() *listPane[event.Alert] {
	return newListPane(withOrg(kind[event.Alert]{
		id: paneAlerts, name: "Alerts", table: query.Alerts, span: event.MaxEventsPerRecord,
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
	}, alertsOrg, func(a event.Alert) string { return a.Source }))
}

const (
	whatTitle = "WHAT"
	alertsOrg = 3 // the place of the column of organisations
)

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
		{title: whatTitle, width: 24, grow: 8},
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
		{alertWhat(e, a), text},
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
	if d := a.Duration(e.now); d > 0 {
		return human.Duration(d)
	}
	return "over"
}

// alertTitle is the sentence without the device, which has its column.
func alertTitle(a event.Alert) string {
	title := alertSays(a)
	if a.Note != "" {
		return title + "  [" + a.Note + "]"
	}
	return title
}

// alertSays is the title without the device and the note. What is over is told
// in the past: "is down" beside a check mark would be taken for down.
func alertSays(a event.Alert) string {
	title := without(a.Title, "Switch "+a.Device, "Gateway "+a.Device, "Mist Edge "+a.Device, "AP "+a.Device, a.Device)
	if a.State == event.Resolved {
		return inThePast(title)
	}
	return title
}

// inThePast turns the verb of a title, which stands before what the title quotes
// or adds: those are words from outside and stay as they are.
func inThePast(title string) string {
	own, quoted := title, ""
	if i := strings.IndexByte(title, '"'); i >= 0 {
		own, quoted = title[:i], title[i:]
	}
	said, added, more := strings.Cut(own, ": ")
	said = " " + said
	if is, are := strings.LastIndex(said, " is "), strings.LastIndex(said, " are "); is > are {
		said = said[:is] + " was " + said[is+len(" is "):]
	} else if are >= 0 {
		said = said[:are] + " were " + said[are+len(" are "):]
	}
	if said = said[1:]; more {
		said += ": " + added
	}
	return said + quoted
}

// alertWhat is the sentence of an alert's row. When it leaves by itself stands
// before the note, and is shortened and kept where the column is narrow, unless
// what is left would not say what it is about.
func alertWhat(e env, a event.Alert) string {
	room := whatWidth(e)
	note := ""
	if a.Note != "" {
		note = "  [" + e.cell(a.Note) + "]"
	}
	says := e.cell(alertSays(a))
	leaves, short := alertLeaves(e, a)
	if leaves == "" || room == 0 || textWidth(says)+textWidth(leaves) <= room {
		return says + leaves + note
	}
	if left := room - textWidth(short); left >= min(textWidth(says), leastSays) {
		return strings.TrimRight(e.th.fit(says, min(left, textWidth(says)), false), " ") + short + note
	}
	return says + short + note
}

// leastSays is how much of a title must be seen before it is worth cutting it
// for the time at which the alert leaves.
const leastSays = 24

// whatWidth is how wide the sentences of alerts are in the pane that is drawn; 0
// when it is not known.
func whatWidth(e env) int {
	if e.width <= 0 {
		return 0
	}
	cols := withOrgColumn(e, alertColumns(e, e.width), alertsOrg)
	for i, w := range layout(cols, e.width) {
		if cols[i].title == whatTitle {
			return w
		}
	}
	return 0
}

// alertLeaves says of an alert that nobody ever ends when time does, at length and
// in short.
func alertLeaves(e env, a event.Alert) (long, short string) {
	if a.Expires == nil || a.Resolved != nil {
		return "", ""
	}
	short = "; leaves " + e.hour(*a.Expires)
	if a.Count > 1 {
		return short, short
	}
	return "; happened once, leaves " + e.hour(*a.Expires), short
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
		return append([]string{"No alerts, but foghorn does not receive everything."}, listening(e)...)
	}
	if !e.heard() {
		return append([]string{"No alerts yet: nothing came in that could raise one."}, listening(e)...)
	}
	return append([]string{"No alerts. Nothing needs you now."}, listening(e)...)
}
