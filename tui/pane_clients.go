package tui

import (
	"strconv"
	"strings"

	"foghorn/event"
)

// clientsPane shows clients joining, leaving and being let in or not.
func clientsPane() *listPane[event.Event] {
	k := eventKind()
	k.id, k.name = paneClients, "Clients"
	k.base = clientsQuery
	k.columns, k.cells = clientColumns, clientCells
	k.empty = func(e env) []string {
		return append([]string{"No client joined or left."}, listening(e)...)
	}
	return newListPane(k)
}

// clientsQuery names the topics that tell of one client each.
const clientsQuery = "topic:client-join,client-sessions,client-info,nac-events,guest-authorizations"

func clientColumns(e env, _ int) []column {
	return []column{
		e.timeColumn(),
		{width: 1},
		{title: "WHAT", width: 5},
		{title: "CLIENT", width: 12, grow: 3, max: 26},
		{title: "SSID", width: 8, grow: 2, max: 20},
		{title: "SITE", width: 8, grow: 1, max: 18, drop: 3},
		{title: "AP", width: 8, grow: 2, max: 22, drop: 2},
		{title: "TEXT", width: 14, grow: 4, drop: 4},
		{width: 3, right: true, drop: 5},
	}
}

func clientCells(e env, ev event.Event) []cell {
	text := rolePlain
	if ev.Severity == event.Debug {
		text = roleDim
	}
	return []cell{
		{e.happened(ev), roleDim},
		{severityLetter(ev.Severity), severityRole(ev.Severity)},
		{clientWord(ev), text},
		{e.device(ev.Client, ev.ClientMAC), text},
		{e.cell(ev.SSID), text},
		{e.cell(ev.Site), roleDim},
		{e.device(ev.Device, ev.DeviceMAC), roleDim},
		{e.cell(clientText(ev) + arrived(ev)), roleDim},
		{e.copies(ev.Copies), roleDim},
	}
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
