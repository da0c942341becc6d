package view

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"foghorn/internal/human"
	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/export"
	"foghorn/journal/query"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
	"foghorn/tui/port"
)

const AlertsID pane.ID = 1

func AlertsPlace() pane.Place { return alertsPane().Place() }

func alertsPane() *pane.List[event.Alert] {
	return pane.NewList(pane.WithOrg(pane.Spec[event.Alert]{
		About: pane.About{ID: AlertsID, Digit: "1", Name: "Alerts", Command: "alerts", Help: "alerts: one row per problem"},
		Table: query.Alerts, HasSeverity: true,
		RowID:   func(a event.Alert) int64 { return a.ID },
		BaseFor: alertsBase,
		Columns: alertColumns,
		Cells:   alertCells,
		Read: func(ctx context.Context, j port.Journal, p query.Page) ([]event.Alert, error) {
			return j.Alerts(ctx, p)
		},
		Record: func(a event.Alert) (pane.RecordRef, bool) {
			return pane.RecordRef{Kind: pane.AlertRecord, ID: a.ID}, true
		},
		Alert:          func(a event.Alert) int64 { return a.ID },
		NeedsAttention: func(a event.Alert) bool { return a.State == event.Open },
		Export:         func(rows []event.Alert) pane.ExportSet { return pane.NewExportSet("alerts", rows) },
		JSON:           export.Object[event.Alert],
		Device: func(a event.Alert) (event.Device, bool) {
			return DeviceNamed(a.Source, a.Site, a.SiteID, a.Device, a.DeviceMAC)
		},
		Portal:   alertPage,
		Scopes:   func(a event.Alert) []pane.Scope { return pane.ScopesIn(a.Source, a.OrgID, a.SiteID, a.Site) },
		AlertRow: func(a *event.Alert) *event.Alert { return a },
		Sorts: []pane.Order{{Key: "s", Name: "severity", Label: "severity, newest first"}, {Key: "n", Name: "newest", Label: "newest first"},
			{Key: "o", Name: "oldest", Label: "oldest first"}, {Key: "l", Name: "site", Label: "site and device"}},
		Arrange: arrangeBy(alertOrders),
		Empty:   emptyAlerts,
	}, alertsOrg, func(a event.Alert) string { return a.Source }))
}

// alertsOrg is the place of the column of organizations.
const alertsOrg = 3

// wideOwner is the width from which on the column of owners has names and not initials.
const wideOwner = 120

func alertColumns(e pane.Context, width int) []draw.Column {
	lasts, opened := draw.Column{Title: "FOR", Width: 7}, draw.Column{Title: "OPENED", Width: 14}
	first, extra := lasts, opened
	if e.Mode != human.Relative {
		first, extra = opened, lasts
	}
	extra.Extra = 2
	owner := draw.Column{Title: "OWNER", Width: 7, Drop: 2}
	if width >= wideOwner {
		owner.Max = maxName
	}
	return []draw.Column{
		{Width: 1},
		{Width: 1},
		first,
		{Title: "SITE", Width: 12, Max: 20, Drop: 3, Same: true},
		{Title: "DEVICE", Width: 10, Max: maxName, Whole: true},
		{Title: "WHAT", Width: 20, Grow: 8},
		{Title: "N", Width: 5, Max: 9, Whole: true, Right: true, Drop: 4},
		owner,
		{Title: "ID", Whole: true, Max: maxID, Extra: 1},
		extra,
		{Title: "MAC", Whole: true, Max: maxMAC, Extra: 3},
	}
}

func alertCells(e pane.Context, a event.Alert) []draw.Cell {
	a.Derive(e.Now)
	sev, text := draw.SeverityRole(a.Severity), draw.Plain
	state := sev
	switch a.State {
	case event.Resolved:
		sev, state, text = draw.Dim, draw.OK, draw.Dim
	case event.Acked, event.Snoozed:
		state = draw.Dim
	case event.Open:
		if a.Severity == event.Critical {
			text = draw.Strong
		}
	}
	first, extra := alertDuration(e, a), e.At(a.Opened)
	if e.Mode != human.Relative {
		first, extra = extra, first
	}
	site := e.Cell(a.Site)
	what := draw.Cell{Role: text}
	what.Text, what.Fit = alertText(e, a)
	return []draw.Cell{
		{Text: e.Theme.Glyph.States[a.State], Role: state},
		{Text: draw.SeverityLetter(a.Severity), Role: sev},
		{Text: first, Role: text},
		{Text: site, Role: text},
		{Text: e.Device(a.Device, a.DeviceMAC), Role: text, Else: site}, // without that, an alert of a whole site would not say where it is
		what,
		{Text: alertCount(a), Role: draw.Dim},
		ownerCell(e, a),
		{Text: event.ShortID(a.ID), Role: draw.Dim},
		{Text: extra, Role: draw.Dim},
		{Text: e.Cell(a.DeviceMAC.String()), Role: draw.Dim},
	}
}

// alertDuration shows how long the condition lasts, or lasted.
func alertDuration(e pane.Context, a event.Alert) string {
	switch {
	case a.State == event.Resolved && a.Resolved != nil:
	case e.Dated:
		return "" // when it began is in the line already
	default:
		return e.Age(a.Opened)
	}
	if d := a.Duration(e.Now); d > 0 {
		return human.Duration(d)
	}
	return "over"
}

// AlertTitle is the sentence without the device, which has its column.
func AlertTitle(a event.Alert) string {
	return alertSentence(a) + remarks(a)
}

// remarks are what people have said about an alert: why it was closed, and the note.
func remarks(a event.Alert) string {
	text := ""
	for _, said := range []string{a.Closing(), a.Note} {
		if said != "" {
			text += "  [" + draw.OneLine(said) + "]"
		}
	}
	return text
}

// alertSentence is the title without the device and the note.
func alertSentence(a event.Alert) string {
	return event.Marked(withoutDevice(a.Title, a.Device, a.DeviceMAC), a.Test)
}

// alertText is the sentence of an alert's row, and how it is worded for a width. When
// it expires is shown before the note. Where the column is narrow it is shortened, and
// left out when it would be cut itself or the rest would not say what it is about.
func alertText(e pane.Context, a event.Alert) (text string, fit func(int) string) {
	note := e.Cell(remarks(a))
	says := e.Cell(alertSentence(a))
	leaves, short := alertLeaves(e, a)
	if leaves == "" {
		return says + note, nil
	}
	return says + leaves + note, func(room int) string {
		if draw.TextWidth(says)+draw.TextWidth(leaves) <= room {
			return says + leaves + note
		}
		if left := room - draw.TextWidth(short); left >= min(draw.TextWidth(says), leastSays) {
			return strings.TrimRight(e.Theme.Fit(says, min(left, draw.TextWidth(says)), false), " ") + short + note
		}
		return says + note
	}
}

// leastSays is how much of a title must be seen before it is worth cutting it
// for the time at which the alert leaves.
const leastSays = 24

// alertLeaves says of an alert that nobody ever ends when time does, at length and
// in short.
func alertLeaves(e pane.Context, a event.Alert) (long, short string) {
	if long = a.Leaving(e.Coming); long == "" {
		return "", ""
	}
	return "; " + long, "; leaves " + e.Coming(*a.Expires)
}

func alertCount(a event.Alert) string {
	switch {
	case a.Flaps > 1:
		return strconv.Itoa(a.Flaps) + " flaps"
	case a.Count > 1:
		return strconv.Itoa(a.Count) + "x"
	default:
		return ""
	}
}

// alertOwner shows who has an alert and since when, or until when it is snoozed.
func alertOwner(e pane.Context, a event.Alert, name string) string {
	switch {
	case a.State == event.Snoozed && a.SnoozedUntil != nil:
		return "z" + a.SnoozedUntil.In(e.Zone).Format("15:04")
	case a.Owner != "" && a.AckedAt != nil:
		return e.Cell(name) + " " + e.Age(*a.AckedAt)
	}
	return e.Cell(name)
}

// ownerCell has the owner's name, and the initials where the column is narrow.
func ownerCell(e pane.Context, a event.Alert) draw.Cell {
	mark := syncMark(e, a)
	whole := alertOwner(e, a, a.Owner) + mark
	return draw.Cell{Text: whole, Role: ownerRole(a), Fit: func(room int) string {
		if draw.TextWidth(whole) <= room {
			return whole
		}
		return alertOwner(e, a, initials(a.Owner)) + mark
	}}
}

// ownerRole makes what Mist did not take stand out.
func ownerRole(a event.Alert) draw.Role {
	switch a.Sync.State {
	case event.SyncNone, event.SyncSending, event.SyncDone:
		return draw.Dim
	default:
		return draw.Warn
	}
}

// alertsBase is what the pane shows before any filter: resolved alerts leave
// after a while, unless somebody asked for them.
func alertsBase(s pane.ViewState, filter *query.Query) *query.Query {
	if s.Resolved {
		return nil
	}
	return journal.AlertsBase(filter, keepResolved)
}

// keepResolved is how long an alert stays on the screen after it was resolved.
const keepResolved = 10 * time.Minute

// arrangeBy brings rows into another order than the journal's own.
func arrangeBy[T any](orders map[string]func(a, b T) int) func([]T, pane.ViewState) []T {
	return func(rows []T, s pane.ViewState) []T {
		if less, ok := orders[s.Order]; ok {
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

func emptyAlerts(e pane.Context) []string {
	if len(e.Trouble) > 0 {
		return append([]string{"No alerts, but foghorn does not receive everything."}, pane.Listening(e)...)
	}
	if !e.Heard() {
		return append([]string{"No alerts yet: nothing came in that could raise one."}, pane.Listening(e)...)
	}
	return append([]string{"No alerts. Nothing needs you now."}, pane.Listening(e)...)
}
