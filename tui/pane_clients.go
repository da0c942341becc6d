package tui

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"foghorn/journal/event"
	"foghorn/journal/export"
	"foghorn/journal/query"
)

// clientRow is something a client did, and how it is connected now.
type clientRow struct {
	event.Event
	live *event.LiveClient // nil when it is not connected, as far as is known
}

// clientsPane shows clients joining, leaving and being let in or not.
func clientsPane() *listPane[clientRow] {
	return newListPane(withOrg(kind[clientRow]{
		id: paneClients, name: "Clients", table: query.Events, span: event.MaxEventsPerRecord, tail: true,
		base:    ownQuery(clientsQuery),
		rowID:   func(r clientRow) int64 { return r.ID },
		read:    readClientRows,
		subject: func(r clientRow) (subject, bool) { return eventSubject(r.Event) },
		alert:   func(r clientRow) int64 { return r.AlertID },
		hot:     func(r clientRow) bool { return eventHot(r.Event) },
		values:  func(rows []clientRow) pick { return eventsPick(eventsIn(rows)) },
		object:  func(r *clientRow) ([]byte, error) { return export.Object(&r.Event) },
		columns: clientColumns,
		cells:   clientCells,
		tabs:    func(env) string { return tabLine(clientTabs, 0) },
		empty: func(e env) []string {
			return append([]string{"No client joined or left."}, listening(e)...)
		},
	}, 3, func(r clientRow) string { return r.Source }))
}

// clientsQuery names the topics that tell of one client each.
const clientsQuery = "topic:client-join,client-sessions,client-info,nac-events,guest-authorizations"

func eventsIn(rows []clientRow) []event.Event {
	out := make([]event.Event, len(rows))
	for i, r := range rows {
		out[i] = r.Event
	}
	return out
}

// maxJoined bounds how many clients are looked up for the rows of one page; a
// query takes no more terms.
const maxJoined = 200

// readClientRows reads events and how their clients are connected now.
func readClientRows(ctx context.Context, j Journal, p query.Page) ([]clientRow, error) {
	events, err := j.Events(ctx, p)
	rows := make([]clientRow, len(events))
	at := map[event.MAC][]int{}
	for i, ev := range events {
		rows[i].Event = ev
		if ev.ClientMAC.Int64() != 0 && (at[ev.ClientMAC] != nil || len(at) < maxJoined) {
			at[ev.ClientMAC] = append(at[ev.ClientMAC], i)
		}
	}
	if err != nil || len(at) == 0 {
		return rows, err
	}
	macs := make([]string, 0, len(at))
	for _, mac := range slices.Sorted(maps.Keys(at)) {
		macs = append(macs, string(mac))
	}
	q, err := query.Parse("client_mac:" + strings.Join(macs, ","))
	if err != nil {
		return rows, err
	}
	live, err := j.LiveClients(ctx, query.Page{Where: q, Now: p.Now, Limit: len(macs)})
	for i := range live {
		for _, n := range at[live[i].MAC] {
			rows[n].live = &live[i]
		}
	}
	return rows, err
}

func clientColumns(e env, _ int) []column {
	return []column{
		e.timeColumn(),
		{width: 1},
		{title: "WHAT", width: 5},
		{title: "CLIENT", width: 12, grow: 3, max: 26},
		{title: "SSID", width: 8, grow: 2, max: 20},
		{title: "SITE", width: 8, grow: 1, max: 18, drop: 3},
		{title: "AP", width: 8, grow: 2, max: 22, drop: 2},
		{title: "TEXT", width: 14, grow: 4, drop: 5},
		{width: 3, right: true, drop: 9},
		{title: "NOW", width: 4, right: true, drop: 4},
		{title: "BAND", width: 4, right: true, drop: 6},
		{title: "SNR", width: 3, right: true, drop: 7},
		{title: "ROAMS", width: 5, right: true, drop: 8},
	}
}

func clientCells(e env, row clientRow) []cell {
	ev := row.Event
	text := rolePlain
	if ev.Severity == event.Debug {
		text = roleDim
	}
	return append([]cell{
		{happened(e, ev), roleDim},
		{severityLetter(ev.Severity), severityRole(ev.Severity)},
		{clientWord(ev), text},
		{e.device(ev.Client, ev.ClientMAC), text},
		{e.cell(ev.SSID), text},
		{e.cell(ev.Site), roleDim},
		{e.device(ev.Device, ev.DeviceMAC), roleDim},
		{e.cell(clientText(ev) + arrived(ev)), roleDim},
		{e.copies(ev.Duplicates), roleDim},
	}, liveNow(e, row.live)...)
}

// liveNow is how a client is connected at present: signal, band, SNR, roams.
func liveNow(e env, c *event.LiveClient) []cell {
	if c == nil {
		return make([]cell, 4)
	}
	_, r := rssiWord(c.RSSI)
	if e.stale(c.Updated, staleAfter) {
		r = roleDim
	}
	return []cell{{number(c.RSSI), r}, {e.cell(c.Band), roleDim}, {number(c.SNR), roleDim}, {number(c.Roams), roleDim}}
}

// clientText is the sentence without what has a column of its own.
func clientText(ev event.Event) string {
	text := without(eventText(ev), ev.Client, ev.ClientMAC.String())
	if ev.SSID == "" {
		return text
	}
	return without(text, "joined "+strconv.Quote(ev.SSID), "left "+strconv.Quote(ev.SSID), "joined "+ev.SSID, "left "+ev.SSID)
}

// clientWord says in a word what a client did.
func clientWord(ev event.Event) string {
	switch ev.Topic {
	case "client-join":
		return "join"
	case "client-sessions":
		return "leave"
	case "client-info":
		return "named"
	case "guest-authorizations":
		return "guest"
	}
	t := strings.ToUpper(ev.Type)
	switch {
	case strings.Contains(t, "DENY"), strings.Contains(t, "FAIL"):
		return "deny"
	case strings.Contains(t, "PERMIT"):
		return "allow"
	default:
		return "nac"
	}
}
