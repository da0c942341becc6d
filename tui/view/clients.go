package view

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/export"
	"foghorn/journal/query"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
	"foghorn/tui/port"
)

// clientRow is something a client did, and how it is connected now.
type clientRow struct {
	event.Event
	live *event.LiveClient // nil when it is not connected, as far as is known
}

const ClientsID pane.ID = 3

// clientsPane shows clients joining, leaving and being let in or not.
func clientsPane() *pane.List[clientRow] {
	return pane.NewList(pane.WithOrg(pane.Spec[clientRow]{
		About: pane.About{ID: ClientsID, Digit: "3", Name: "Clients", Command: "clients",
			Help: "clients that joined, left, were let in or not; again: those connected now"},
		Keys:  otherListKeys(LiveID),
		Table: query.Events, HasSeverity: true, Tail: true,
		Base:           journal.ClientEvents,
		RowID:          func(r clientRow) int64 { return r.ID },
		Arrived:        func(r clientRow) time.Time { return r.Received },
		Read:           readClientRows,
		Record:         func(r clientRow) (pane.RecordRef, bool) { return eventRecord(r.Event) },
		Alert:          func(r clientRow) int64 { return r.AlertID },
		NeedsAttention: func(r clientRow) bool { return eventNeedsAttention(r.Event) },
		Export:         func(rows []clientRow) pane.ExportSet { return exportEvents(eventsIn(rows)) },
		JSON:           func(r *clientRow) ([]byte, error) { return export.Object(&r.Event) },
		Portal:         func(r clientRow) port.PortalPage { return eventPage(r.Event) },
		Scopes:         func(r clientRow) []pane.Scope { return pane.ScopesIn(r.Source, r.OrgID, r.SiteID, r.Site) },
		Client:         func(r clientRow) (event.MAC, string) { return r.ClientMAC, r.Client },
		Columns:        clientColumns,
		Cells:          clientCells,
		Tabs:           func(pane.Context) string { return draw.Tabs(clientTabs, 0) },
		Empty: func(e pane.Context) []string {
			return append([]string{"No client joined or left."}, pane.Listening(e)...)
		},
	}, 3, func(r clientRow) string { return r.Source }))
}

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
func readClientRows(ctx context.Context, j port.Journal, p query.Page) ([]clientRow, error) {
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

func clientColumns(e pane.Context, w int) []draw.Column {
	return []draw.Column{
		eventTimeColumn(e),
		{Width: 1},
		{Title: "WHAT", Width: 5},
		{Title: "CLIENT", Max: clientRoom(w), Whole: true},
		{Title: "SSID", Width: 5, Max: 20, Drop: 1, Same: true},
		{Title: "SITE", Width: 12, Max: 20, Drop: 5, Same: true},
		{Title: "AP", Max: maxName, Whole: true, Drop: 2},
		{Title: "TEXT", Width: 14, Grow: 4, Drop: 4},
		{Width: 5, Right: true, Extra: 1},
		{Title: "NOW", Width: 4, Right: true, Drop: 3},
		{Title: "BAND", Width: 4, Right: true, Drop: 6},
		{Title: "SNR", Width: 3, Right: true, Drop: 8},
		{Title: "ROAMS", Width: 5, Right: true, Drop: 9},
		{Title: "MAC", Whole: true, Max: maxMAC, Extra: 1},
		{Title: "ID", Whole: true, Max: maxID, Extra: 2},
	}
}

// clientRoom is the most of a name that clients choose themselves in a pane of w cells: a
// single long one must not push out where all the others are. A MAC is always whole.
func clientRoom(w int) int { return min(maxName, max(maxMAC, w*2/5)) }

func clientCells(e pane.Context, row clientRow) []draw.Cell {
	ev := row.Event
	text := draw.Plain
	if ev.Severity == event.Debug {
		text = draw.Dim
	}
	return append([]draw.Cell{
		{Text: eventTime(e, ev), Role: draw.Dim},
		{Text: draw.SeverityLetter(ev.Severity), Role: draw.SeverityRole(ev.Severity)},
		{Text: clientWord(ev), Role: text},
		{Text: e.Device(ev.Client, ev.ClientMAC), Role: text},
		{Text: e.Cell(ev.SSID), Role: text},
		{Text: e.Cell(ev.Site), Role: draw.Dim},
		{Text: e.Device(ev.Device, ev.DeviceMAC), Role: draw.Dim},
		{Text: e.Cell(clientText(ev) + arrivedLate(ev)), Role: draw.Dim},
		{Text: e.Duplicates(ev.Duplicates), Role: draw.Dim},
	}, append(liveNow(e, row.live),
		draw.Cell{Text: e.Cell(ev.ClientMAC.String()), Role: draw.Dim}, draw.Cell{Text: event.ShortID(ev.ID), Role: draw.Dim})...)
}

// liveNow is how a client is connected at present: signal, band, SNR, roams.
func liveNow(e pane.Context, c *event.LiveClient) []draw.Cell {
	if c == nil {
		return make([]draw.Cell, 4)
	}
	_, r := rssiWord(c.RSSI)
	if e.Stale(c.Updated, StaleAfter) {
		r = draw.Dim
	}
	return []draw.Cell{{Text: draw.Number(c.RSSI), Role: r}, {Text: e.Cell(c.Band), Role: draw.Dim}, {Text: draw.Number(c.SNR), Role: draw.Dim}, {Text: draw.Number(c.Roams), Role: draw.Dim}}
}

// clientText is the sentence without what has a column of its own.
func clientText(ev event.Event) string {
	text := withoutColumns(eventText(ev), ev.Client, ev.ClientMAC.String())
	if ev.SSID != "" {
		for _, told := range []string{"joined " + strconv.Quote(ev.SSID), "left " + strconv.Quote(ev.SSID), "joined " + ev.SSID, "left " + ev.SSID} {
			text = withoutPart(text, told)
		}
	}
	if ev.Device != "" {
		text = withoutPart(text, "on AP "+ev.Device)
		text = withoutPart(text, "on "+ev.Device)
	}
	return text
}

// withoutPart takes a part out of a sentence, where it stands as words of their own and
// something else remains.
func withoutPart(text, part string) string {
	before, after, found := strings.Cut(text, part)
	if !found || before != "" && !strings.HasSuffix(before, " ") || after != "" && !strings.ContainsAny(after[:1], " ,:") {
		return text
	}
	if rest := strings.TrimRight(before, " ") + " " + strings.TrimLeft(after, " ,"); strings.Trim(rest, " :") != "" {
		return strings.TrimSpace(rest)
	}
	return text
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
