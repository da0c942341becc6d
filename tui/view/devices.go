package view

import (
	"cmp"
	"context"
	"fmt"
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

// deviceRow is a device with the alerts that are not over.
type deviceRow struct {
	event.Device
	alerts int
	worst  *event.Alert // nil without one
}

// maxAlertsRead bounds how many alerts are read to stand beside devices; they come
// worst first.
const maxAlertsRead = 500

// Ages from which the last report of the cloud is marked as stale. Mist Edges have no
// stream and are asked more rarely than all others.
const (
	StaleAfter = journal.StaleAfter
	staleEdge  = 12 * time.Minute
)

func staleOf(d event.Device) time.Duration {
	if d.Type == "mxedge" {
		return staleEdge
	}
	return StaleAfter
}

const DevicesID pane.ID = 4

func devicesPane() *pane.List[deviceRow] {
	return pane.NewList(pane.Spec[deviceRow]{
		About: pane.About{ID: DevicesID, Digit: "4", Name: "Devices", Command: "devices", Help: "APs, switches, gateways and Mist Edges, those with problems first"},
		Table: query.Devices,
		RowID: func(d deviceRow) int64 { return d.MAC.Int64() },
		Read:  readDevices,
		Record: func(d deviceRow) (pane.RecordRef, bool) {
			return pane.RecordRef{Kind: pane.DeviceRecord, ID: d.MAC.Int64()}, d.MAC.Int64() != 0
		},
		Alert: func(d deviceRow) int64 {
			if d.worst == nil {
				return 0
			}
			return d.worst.ID
		},
		NeedsAttention: func(d deviceRow) bool { return d.Status != event.DeviceConnected || d.worst != nil },
		Export: func(rows []deviceRow) pane.ExportSet {
			out := make([]event.Device, len(rows))
			for i, r := range rows {
				out[i] = r.Device
			}
			return pane.NewExportSet("devices", out)
		},
		JSON:    func(d *deviceRow) ([]byte, error) { return export.Object(&d.Device) },
		Device:  func(d deviceRow) (event.Device, bool) { return d.Device, true },
		Portal:  func(d deviceRow) port.PortalPage { return devicePage(d.Device) },
		Scopes:  func(d deviceRow) []pane.Scope { return pane.ScopesIn(d.Source, d.OrgID, d.SiteID, d.Site) },
		Sorts:   deviceSorts,
		Arrange: arrangeBy(deviceOrders),
		Note: func(e pane.Context, rows []deviceRow) string {
			return pane.StaleNote(e, StaleAfter, rows, func(d deviceRow) time.Time { return d.Updated })
		},
		Empty:   func(e pane.Context) []string { return pane.EmptyState(e, "devices") },
		Columns: func(e pane.Context, _ int) []draw.Column { return deviceColumns(e) },
		Cells:   deviceCells,
	})
}

func readDevices(ctx context.Context, j port.Journal, p query.Page) ([]deviceRow, error) {
	devices, err := j.Devices(ctx, p)
	if err != nil || len(devices) == 0 {
		return nil, err
	}
	alerts, err := j.Alerts(ctx, query.Page{Where: journal.Unresolved, Now: p.Now, Limit: maxAlertsRead})
	if err != nil {
		return nil, err
	}
	return withAlerts(devices, alerts), nil
}

// withAlerts puts beside each device how many alerts it has and the worst one.
func withAlerts(devices []event.Device, alerts []event.Alert) []deviceRow {
	rows := make([]deviceRow, len(devices))
	of := journal.AlertsByDevice(alerts)
	for i, d := range devices {
		rows[i] = deviceRow{d, of[d.MAC].Count, of[d.MAC].Worst}
	}
	return rows
}

var deviceSorts = []pane.Order{
	{Key: "p", Name: "problems", Label: "problems first, then site, gateways and switches first"}, {Key: "a", Name: "alerts", Label: "worst alert, then how many"}, {Key: "n", Name: "name", Label: "name"},
	{Key: "l", Name: "site", Label: "site and name"}, {Key: "y", Name: "type", Label: "type and name"}, {Key: "c", Name: "clients", Label: "most clients"},
	{Key: "u", Name: "utilisation", Label: "busiest radio"}, {Key: "b", Name: "boot", Label: "started last"}, {Key: "v", Name: "version", Label: "version"},
}

// deviceOrders are the orders of the sort menu besides the journal's own.
var deviceOrders = map[string]func(a, b deviceRow) int{
	"alerts": func(a, b deviceRow) int {
		return cmp.Or(cmp.Compare(alertRank(b), alertRank(a)), cmp.Compare(b.alerts, a.alerts))
	},
	"name": func(a, b deviceRow) int { return strings.Compare(a.Name, b.Name) },
	"site": func(a, b deviceRow) int {
		return cmp.Or(strings.Compare(a.Site, b.Site), strings.Compare(a.Name, b.Name))
	},
	"type": func(a, b deviceRow) int {
		return cmp.Or(strings.Compare(a.Type, b.Type), strings.Compare(a.Name, b.Name))
	},
	"clients": func(a, b deviceRow) int { return cmp.Compare(b.Clients, a.Clients) },
	"utilisation": func(a, b deviceRow) int {
		return cmp.Compare(busiest(b.Device).Utilization, busiest(a.Device).Utilization)
	},
	"boot": func(a, b deviceRow) int {
		known := func(d deviceRow) int { // those whose start is not known come last
			return min(1, int(d.UptimeS))
		}
		return cmp.Or(cmp.Compare(known(b), known(a)), cmp.Compare(a.UptimeS, b.UptimeS))
	},
	"version": func(a, b deviceRow) int {
		return cmp.Or(strings.Compare(a.Type, b.Type), strings.Compare(a.Model, b.Model), strings.Compare(a.Version, b.Version))
	},
}

func alertRank(d deviceRow) int {
	if d.worst == nil {
		return -1
	}
	return int(d.worst.Severity)
}

// busiest is the radio whose air is used most.
func busiest(d event.Device) event.Radio {
	var out event.Radio
	for _, r := range d.Radios {
		if r.Channel != 0 && (out.Channel == 0 || r.Utilization > out.Utilization) {
			out = r
		}
	}
	return out
}

func deviceColumns(e pane.Context) []draw.Column {
	return []draw.Column{
		{Title: "NOW", Width: 6, Max: 14},
		{Title: "AL", Width: 3},
		{Title: "SINCE", Width: e.TimeColumn().Width, Right: true},
		{Title: "NAME", Max: maxName, Whole: true},
		pane.OrgColumn(e),
		{Title: "SITE", Width: 12, Max: 20, Drop: 1, Same: true},
		{Title: "TYPE", Width: 7, Drop: 5, Same: true},
		{Title: "MODEL", Width: 7, Max: 16, Drop: 6, Same: true},
		{Title: "VERSION", Width: 9, Max: 20, Drop: 8, Same: true},
		{Title: "CLI", Width: 4, Right: true, Drop: 2},
		{Title: "BUSY", Width: 9, Right: true, Drop: 3},
		{Title: "UPTIME", Width: 6, Right: true, Drop: 7},
		{Title: "SEEN", Width: 5, Right: true, Drop: 6},
		{Title: "MAC", Whole: true, Max: maxMAC, Extra: 1},
		{Title: "ADDRESS", Width: 15, Max: 39, Extra: 2},
	}
}

func deviceCells(e pane.Context, d deviceRow) []draw.Cell {
	word, r := deviceWord(e, d.Device)
	text, dim := draw.Plain, draw.Dim
	if d.Status == event.DeviceDisconnected {
		text = draw.Strong
	}
	if e.Stale(d.Updated, staleOf(d.Device)) {
		text = draw.Dim
	}
	busy := busiest(d.Device)
	return []draw.Cell{
		{Text: word, Role: r},
		deviceAlerts(d),
		{Text: e.When(d.Since), Role: text},
		{Text: e.Device(d.Name, d.MAC), Role: text},
		{Text: e.Cell(d.Source), Role: dim},
		{Text: e.Cell(cmp.Or(d.Site, d.SiteID)), Role: text},
		{Text: e.Cell(d.Type), Role: dim},
		{Text: e.Cell(d.Model), Role: dim},
		{Text: e.Cell(d.Version), Role: dim},
		{Text: countOf(d), Role: text},
		{Text: busyText(busy), Role: busyRole(busy)},
		{Text: uptimeText(d.UptimeS), Role: dim},
		{Text: e.AgeOr(d.LastSeen, ""), Role: dim},
		{Text: e.Cell(d.MAC.String()), Role: dim},
		{Text: e.Cell(d.IP), Role: dim},
	}
}

// deviceWord says how a device is, of which six cells are shown in any window.
func deviceWord(e pane.Context, d event.Device) (string, draw.Role) {
	switch d.Status {
	case event.DeviceConnected:
		return e.Theme.Glyph.Up + " up", draw.OK
	case event.DeviceDisconnected:
		return e.Theme.Glyph.Down + " down", draw.Critical
	case "":
		return "? n/a", draw.Dim
	default:
		return "- " + e.Cell(d.Status), draw.Warn
	}
}

// deviceAlerts is the severity of the worst alert and how many there are.
func deviceAlerts(d deviceRow) draw.Cell {
	if d.worst == nil {
		return draw.Cell{}
	}
	n := ""
	if d.alerts > 1 {
		n = strconv.Itoa(d.alerts)
		if d.alerts > 99 {
			n = "99"
		}
	}
	r := draw.SeverityRole(d.worst.Severity)
	if d.worst.State != event.Open {
		r = draw.Dim // somebody has it
	}
	return draw.Cell{Text: draw.SeverityLetter(d.worst.Severity) + n, Role: r}
}

// countOf is the number of clients; a device that is away has none to tell.
func countOf(d deviceRow) string {
	if d.Status == event.DeviceDisconnected && d.Clients == 0 {
		return ""
	}
	return strconv.Itoa(d.Clients)
}

// Air time from which a radio is called busy, and overloaded.
const (
	airBusy = 60
	airFull = 80
)

// busyText is the channel and the air time of a radio: "ch36 45%".
func busyText(r event.Radio) string {
	if r.Channel == 0 {
		return ""
	}
	return fmt.Sprintf("ch%d %d%%", r.Channel, r.Utilization)
}

func busyRole(r event.Radio) draw.Role {
	switch {
	case r.Utilization >= airFull:
		return draw.Critical
	case r.Utilization >= airBusy:
		return draw.Warn
	default:
		return draw.Dim
	}
}

// uptimeText is how long a device has been running.
func uptimeText(seconds int64) string {
	if seconds <= 0 {
		return ""
	}
	return human.Age(time.Duration(min(seconds, 100*365*86400)) * time.Second)
}
