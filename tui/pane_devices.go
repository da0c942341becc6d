package tui

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"foghorn/journal/event"
	"foghorn/journal/export"
	"foghorn/journal/query"
)

// deviceRow is a device with the alerts that are not over.
type deviceRow struct {
	event.Device
	alerts int
	worst  *event.Alert // nil without one
}

// maxBeside bounds how many alerts are read to stand beside devices; they come
// worst first.
const maxBeside = 500

// Ages from which what the cloud told last is marked. Mist Edges have no
// stream and are asked more rarely than all others.
const (
	staleAfter = 3 * time.Minute
	staleEdge  = 12 * time.Minute
)

func staleOf(d event.Device) time.Duration {
	if d.Type == "mxedge" {
		return staleEdge
	}
	return staleAfter
}

var unresolved = ownQuery("!state:resolved")

// ownQuery parses a query of the program's own.
func ownQuery(text string) *query.Query {
	q, err := query.Parse(text)
	if err != nil {
		panic("query " + text + ": " + err.Error())
	}
	return q
}

func devicesPane() *listPane[deviceRow] {
	p := newListPane(kind[deviceRow]{
		id: paneDevices, name: "Devices", table: query.Devices, span: 1,
		rowID:   func(d deviceRow) int64 { return d.MAC.Int64() },
		read:    readDevices,
		subject: func(d deviceRow) (subject, bool) { return subject{subjectDevice, d.MAC.Int64()}, d.MAC.Int64() != 0 },
		alert: func(d deviceRow) int64 {
			if d.worst == nil {
				return 0
			}
			return d.worst.ID
		},
		hot: func(d deviceRow) bool { return d.Status != event.DeviceConnected || d.worst != nil },
		values: func(rows []deviceRow) pick {
			out := make([]event.Device, len(rows))
			for i, r := range rows {
				out[i] = r.Device
			}
			return pickOf("devices", out)
		},
		object:  func(d *deviceRow) ([]byte, error) { return export.Object(&d.Device) },
		sorts:   deviceSorts,
		arrange: arrangeBy(deviceOrders),
		note: func(e env, rows []deviceRow) string {
			return staleNote(e, staleAfter, rows, func(d deviceRow) time.Time { return d.Updated })
		},
		empty: func(e env) []string { return emptyState(e, "devices") },
	})
	orgs := func(e env) bool {
		return len(e.tokens) > 1 || manySources(p.list.Rows(), func(d deviceRow) string { return d.Source })
	}
	p.columns = func(e env, _ int) []column { return orgOnly(deviceColumns(e), orgs(e)) }
	p.cells = func(e env, d deviceRow) []cell { return orgOnly(deviceCells(e, d), orgs(e)) }
	return p
}

// orgAt is the place of the organisation among the columns of devices and of
// live clients; orgOnly takes it out where there is only one organisation.
const orgAt = 4

func orgOnly[T any](cells []T, orgs bool) []T {
	if orgs {
		return cells
	}
	return slices.Delete(cells, orgAt, orgAt+1)
}

func readDevices(ctx context.Context, j Journal, p query.Page) ([]deviceRow, error) {
	devices, err := j.Devices(ctx, p)
	if err != nil || len(devices) == 0 {
		return nil, err
	}
	alerts, err := j.Alerts(ctx, query.Page{Where: unresolved, Now: p.Now, Limit: maxBeside})
	if err != nil {
		return nil, err
	}
	return withAlerts(devices, alerts), nil
}

// withAlerts puts beside each device how many alerts it has and the worst one:
// that one first which nobody has taken yet.
func withAlerts(devices []event.Device, alerts []event.Alert) []deviceRow {
	rows := make([]deviceRow, len(devices))
	at := make(map[event.MAC]*deviceRow, len(devices))
	for i, d := range devices {
		rows[i].Device = d
		at[d.MAC] = &rows[i]
	}
	for i := range alerts {
		row := at[alerts[i].DeviceMAC]
		if row == nil {
			continue
		}
		row.alerts++
		if row.worst == nil || row.worst.State != event.Open && alerts[i].State == event.Open {
			row.worst = &alerts[i]
		}
	}
	return rows
}

var deviceSorts = []sortOrder{
	{"p", "problems", "problems first, then site and name"}, {"a", "alerts", "worst alert, then how many"}, {"n", "name", "name"},
	{"l", "site", "site and name"}, {"y", "type", "type and name"}, {"c", "clients", "most clients"},
	{"u", "utilisation", "busiest radio"}, {"b", "boot", "started last"}, {"v", "version", "version"},
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

func deviceColumns(e env) []column {
	return []column{
		{title: "NOW", width: 6},
		{title: "AL", width: 3},
		{title: "SINCE", width: e.timeColumn().width, right: true},
		{title: "NAME", width: 12, grow: 6, max: 28},
		{title: "ORG", width: 6, grow: 1, max: 14, drop: 4},
		{title: "SITE", width: 9, grow: 3, max: 20, drop: 1},
		{title: "TYPE", width: 7, drop: 5},
		{title: "MODEL", width: 7, grow: 1, max: 12, drop: 6},
		{title: "VERSION", width: 9, grow: 1, max: 14, drop: 8},
		{title: "CLI", width: 4, right: true, drop: 2},
		{title: "BUSY", width: 9, right: true, drop: 3},
		{title: "UPTIME", width: 6, right: true, drop: 7},
		{title: "SEEN", width: 5, right: true, drop: 6},
	}
}

func deviceCells(e env, d deviceRow) []cell {
	word, r := deviceWord(e, d.Device)
	text, dim := rolePlain, roleDim
	if d.Status == event.DeviceDisconnected {
		text = roleStrong
	}
	if e.stale(d.Updated, staleOf(d.Device)) {
		text = roleDim
	}
	busy := busiest(d.Device)
	return []cell{
		{word, r},
		deviceAlerts(d),
		{e.when(d.Since), text},
		{e.device(d.Name, d.MAC), text},
		{e.cell(d.Source), dim},
		{e.cell(cmp.Or(d.Site, d.SiteID)), text},
		{e.cell(d.Type), dim},
		{e.cell(d.Model), dim},
		{e.cell(d.Version), dim},
		{countOf(d), text},
		{busyText(busy), busyRole(busy)},
		{uptimeText(d.UptimeS), dim},
		{e.ageOr(d.LastSeen, ""), dim},
	}
}

// deviceWord says how a device is, in at most six cells before it is cut.
func deviceWord(e env, d event.Device) (string, role) {
	switch d.Status {
	case event.DeviceConnected:
		return e.th.glyph.up + " up", roleOK
	case event.DeviceDisconnected:
		return e.th.glyph.down + " down", roleCritical
	case "":
		return "? n/a", roleDim
	default:
		return "~ " + e.cell(d.Status), roleWarn
	}
}

// deviceAlerts is the severity of the worst alert and how many there are.
func deviceAlerts(d deviceRow) cell {
	if d.worst == nil {
		return cell{}
	}
	n := ""
	if d.alerts > 1 {
		n = strconv.Itoa(d.alerts)
		if d.alerts > 99 {
			n = "99"
		}
	}
	r := severityRole(d.worst.Severity)
	if d.worst.State != event.Open {
		r = roleDim // somebody has it
	}
	return cell{severityLetter(d.worst.Severity) + n, r}
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

func busyRole(r event.Radio) role {
	switch {
	case r.Utilization >= airFull:
		return roleCritical
	case r.Utilization >= airBusy:
		return roleWarn
	default:
		return roleDim
	}
}

// manySources reports whether rows come from more than one organisation.
func manySources[T any](rows []T, source func(T) string) bool {
	return len(rows) > 1 && slices.ContainsFunc(rows, func(r T) bool { return source(r) != source(rows[0]) })
}
