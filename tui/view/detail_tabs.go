package view

import (
	"strconv"

	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/tui/draw"
	"foghorn/tui/list"
	"foghorn/tui/pane"
)

// The tabs of a detail view. Which of them a record has is in tabsOf.
const (
	TabFields = iota
	tabEvents
	tabChanges
	tabAlerts
	tabClients
	tabJSON
)

// tabsOf are the tabs of a kind of record, in their order.
func tabsOf(k pane.RecordKind) []int {
	switch k {
	case pane.AlertRecord:
		return []int{TabFields, tabEvents, tabChanges, tabJSON}
	case pane.DeviceRecord:
		return []int{TabFields, tabEvents, tabAlerts, tabClients, tabJSON}
	}
	return []int{TabFields, tabEvents, tabJSON}
}

// relatedLists are the rows that belong to a record, each kind in a tab of its own.
type relatedLists struct {
	events  list.Model[event.Event]
	changes list.Model[journal.Change]
	alerts  list.Model[event.Alert]
	clients list.Model[event.LiveClient]
}

func newRelatedLists() relatedLists {
	return relatedLists{
		events:  list.New(eventID, false),
		changes: list.New(func(c journal.Change) int64 { return c.ID }, false),
		alerts:  list.New(func(a event.Alert) int64 { return a.ID }, false),
		clients: list.New(func(c event.LiveClient) int64 { return c.MAC.Int64() }, false),
	}
}

func (r *relatedLists) set(f *DetailData) {
	r.events.Set(f.events)
	r.alerts.Set(f.alerts)
	r.clients.Set(f.clients)
	if f.changes != nil {
		r.changes.Set(f.changes.Rows)
	}
}

// relatedTab is a tab with rows that open.
type relatedTab struct {
	name     string
	nav      pane.Navigator
	selected func() (pane.RecordRef, bool)
	draw     func(e pane.Context, w, h int) []string
}

// rows is the tab at hand; false when that has text.
func (d *Detail) rows() (relatedTab, bool) {
	r := &d.related
	switch d.Tab {
	case tabEvents:
		return rowsTab("Events", &r.events, logColumns, logCells, "No events.",
			func(ev event.Event) pane.RecordRef { return pane.RecordRef{Kind: pane.EventRecord, ID: ev.ID} }), true
	case tabChanges:
		return rowsTab("Changes", &r.changes, d.changeColumns, d.changeCells, "No changes are known; the first tab says whether that is all.",
			func(c journal.Change) pane.RecordRef { return pane.RecordRef{Kind: pane.EventRecord, ID: c.ID} }), true
	case tabAlerts:
		return rowsTab("Alerts", &r.alerts, alertColumns, alertCells, "No open alerts.",
			func(a event.Alert) pane.RecordRef { return pane.RecordRef{Kind: pane.AlertRecord, ID: a.ID} }), true
	case tabClients:
		return rowsTab("Clients", &r.clients, liveColumns, liveCells, d.noClients(),
			func(c event.LiveClient) pane.RecordRef {
				return pane.RecordRef{Kind: pane.ClientRecord, ID: c.MAC.Int64()}
			}, "ORG", "AP", "SITE"), true
	}
	return relatedTab{}, false
}

func rowsTab[T any](name string, l *list.Model[T], columns func(e pane.Context, w int) []draw.Column, cells func(e pane.Context, row T) []draw.Cell,
	empty string, ref func(T) pane.RecordRef, without ...string) relatedTab {
	return relatedTab{
		name: name, nav: l,
		selected: func() (pane.RecordRef, bool) {
			row, ok := l.Selected()
			if !ok {
				return pane.RecordRef{}, false
			}
			return ref(row), true
		},
		draw: func(e pane.Context, w, h int) []string {
			if l.Len() == 0 {
				return append([]string{""}, draw.Indent(draw.Indent(draw.Wrap(empty, max(10, w-3))))...)
			}
			e.Width = w
			return pane.Rows[T]{List: l, Columns: columns(e, w), Cells: cells, Focused: true, Without: without}.Draw(e, w, h, true)
		},
	}
}

// noClients says why no clients are listed.
func (d *Detail) noClients() string {
	if dev := d.Data.Device; dev != nil && dev.Type != "" && dev.Type != "ap" {
		return "Its clients are not known: only those of access points are."
	}
	return "No clients are connected to it, as far as Mist reports."
}

// TabNames are the tabs with how many rows they have, and which one is at hand.
func (d *Detail) tabNames() (names []string, at int) {
	r := &d.related
	for i, t := range tabsOf(d.Ref().Kind) {
		if t == d.Tab {
			at = i
		}
		switch t {
		case TabFields:
			names = append(names, "Fields")
		case tabEvents:
			names = append(names, counted("Events", r.events.Len()))
		case tabChanges:
			names = append(names, counted("Changes", r.changes.Len()))
		case tabAlerts:
			names = append(names, counted("Alerts", r.alerts.Len()))
		case tabClients:
			names = append(names, counted("Clients", r.clients.Len()))
		case tabJSON:
			names = append(names, bodyName(d.Ref().Kind))
		}
	}
	return names, at
}

func counted(name string, n int) string { return name + " " + strconv.Itoa(n) }

func bodyName(k pane.RecordKind) string {
	if k == pane.DeliveryRecord {
		return "Body"
	}
	return "JSON"
}

// TurnTab shows the next tab, or the one before.
func (d *Detail) TurnTab(by int) {
	tabs := tabsOf(d.Ref().Kind)
	_, at := d.tabNames()
	d.Tab = tabs[(at+by+len(tabs))%len(tabs)]
}

// Showing says what the tab at hand holds, for the keys.
func (d *Detail) Showing() pane.Traits {
	if _, rows := d.rows(); rows {
		return pane.HasRows
	}
	if d.Tab == tabJSON {
		return pane.HasJSON
	}
	return pane.HasText
}

// Selected is the record of the row at hand; false where there are no rows.
func (d *Detail) Selected() (pane.RecordRef, bool) {
	if t, ok := d.rows(); ok {
		return t.selected()
	}
	return pane.RecordRef{}, false
}

// Nav moves in the rows of the tab at hand.
func (d *Detail) Nav() pane.Navigator {
	if t, ok := d.rows(); ok {
		return t.nav
	}
	return &d.related.events
}

// ShowAlerts and ShowClients turn to a tab of a device; false when the record has
// no such tab, or it has nothing to choose from.
func (d *Detail) ShowAlerts() bool {
	if d.Ref().Kind != pane.DeviceRecord || d.Tab == tabAlerts || d.related.alerts.Len() < 2 {
		return false
	}
	d.Tab = tabAlerts
	return true
}

func (d *Detail) ShowClients() bool {
	if d.Ref().Kind != pane.DeviceRecord {
		return false
	}
	d.Tab = tabClients
	return true
}
