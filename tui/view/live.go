package view

import (
	"cmp"
	"context"
	"fmt"
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

// livePane shows the clients that are connected now.
func livePane() *pane.List[event.LiveClient] {
	return pane.NewList(pane.Spec[event.LiveClient]{
		About: pane.About{ID: LiveID, Digit: "3", Name: "Clients", Place: "Clients: connected now", Under: ClientsID, Sheets: []pane.Place{followPlace}},
		Keys:  append(otherListKeys(ClientsID), followKeys()...),
		Table: query.Clients,
		RowID: func(c event.LiveClient) int64 { return c.MAC.Int64() },
		Read: func(ctx context.Context, j port.Journal, p query.Page) ([]event.LiveClient, error) {
			return j.LiveClients(ctx, p)
		},
		Record: func(c event.LiveClient) (pane.RecordRef, bool) {
			return pane.RecordRef{Kind: pane.ClientRecord, ID: c.MAC.Int64()}, c.MAC.Int64() != 0
		},
		Portal:         clientPage,
		Scopes:         func(c event.LiveClient) []pane.Scope { return pane.ScopesIn(c.Source, c.OrgID, c.SiteID, c.Site) },
		Client:         func(c event.LiveClient) (event.MAC, string) { return c.MAC, ClientName(c) },
		NeedsAttention: func(c event.LiveClient) bool { return journal.RSSISeverity(c.RSSI) >= event.Warn },
		Export:         func(rows []event.LiveClient) pane.ExportSet { return pane.NewExportSet("clients", rows) },
		JSON:           export.Object[event.LiveClient],
		Sorts:          liveSorts,
		Arrange:        arrangeBy(liveOrders),
		Tabs:           func(e pane.Context) string { return draw.Tabs(clientTabs, 1) },
		Note: func(e pane.Context, rows []event.LiveClient) string {
			return pane.StaleNote(e, StaleAfter, rows, func(c event.LiveClient) time.Time { return c.Updated })
		},
		Empty:   func(e pane.Context) []string { return pane.EmptyState(e, "connected clients") },
		Columns: liveColumns,
		Cells:   liveCells,
	})
}

// clientTabs are the two lists of pane 3.
var clientTabs = []string{"came and went", "connected now"}

const LiveID pane.ID = 13

// otherListKeys show the other list of pane 3.
func otherListKeys(other pane.ID) []pane.Binding {
	show := func(pane.Screen) pane.Request { return pane.Show{ID: other} }
	return []pane.Binding{
		{Name: "list-next", Keys: []string{"]"}, Help: "the other list: came and went, connected now", Run: show},
		{Name: "list-previous", Keys: []string{"["}, Help: "the other list", Run: show},
	}
}

var liveSorts = []pane.Order{
	{Key: "r", Name: "rssi", Label: "weakest signal"}, {Key: "n", Name: "name", Label: "name"}, {Key: "l", Name: "site", Label: "site and name"}, {Key: "a", Name: "ap", Label: "AP, then weakest signal"},
	{Key: "o", Name: "roams", Label: "most roams"}, {Key: "t", Name: "newest", Label: "connected last"},
}

// liveOrders are the orders of the sort menu besides the journal's own.
var liveOrders = map[string]func(a, b event.LiveClient) int{
	"name": func(a, b event.LiveClient) int { return strings.Compare(clientKey(a), clientKey(b)) },
	"site": func(a, b event.LiveClient) int {
		return cmp.Or(strings.Compare(a.Site, b.Site), strings.Compare(clientKey(a), clientKey(b)))
	},
	"ap": func(a, b event.LiveClient) int {
		return cmp.Or(strings.Compare(a.APName, b.APName), cmp.Compare(a.RSSI, b.RSSI))
	},
	"roams":  func(a, b event.LiveClient) int { return cmp.Compare(b.Roams, a.Roams) },
	"newest": func(a, b event.LiveClient) int { return b.Since.Compare(a.Since) },
}

func clientKey(c event.LiveClient) string { return cmp.Or(ClientName(c), "\xff"+string(c.MAC)) }

// ClientName is what a client calls itself, else who uses it.
func ClientName(c event.LiveClient) string { return cmp.Or(c.Hostname, c.Username) }

func liveColumns(e pane.Context, w int) []draw.Column {
	return []draw.Column{
		{Width: 1},
		{Title: "CLIENT", Max: clientRoom(w), Whole: true},
		{Title: "RSSI", Width: 4, Right: true},
		{Title: "SNR", Width: 3, Right: true, Drop: 3},
		pane.OrgColumn(e),
		{Title: "BAND", Width: 4, Right: true},
		{Title: "CH", Width: 3, Right: true, Drop: 4},
		{Title: "AP", Max: maxName, Whole: true},
		{Title: "SSID", Width: 7, Max: 20, Drop: 2, Same: true},
		{Title: "SITE", Width: 8, Max: 20, Drop: 1, Same: true},
		{Title: "ROAMS", Width: 5, Right: true, Drop: 5},
		{Title: "FOR", Width: 4, Right: true, Drop: 6},
		{Title: "ADDRESS", Width: 15, Drop: 7},
		{Title: "MAC", Whole: true, Max: maxMAC, Extra: 1},
		{Title: "USER", Width: 8, Max: maxName, Extra: 2},
	}
}

func liveCells(e pane.Context, c event.LiveClient) []draw.Cell {
	text := draw.Plain
	if e.Stale(c.Updated, StaleAfter) {
		text = draw.Dim
	}
	letter, r := rssiWord(c.RSSI)
	return []draw.Cell{
		{Text: letter, Role: r},
		{Text: e.Device(ClientName(c), c.MAC), Role: text},
		{Text: draw.Number(c.RSSI), Role: r},
		{Text: draw.Number(c.SNR), Role: draw.Dim},
		{Text: e.Cell(c.Source), Role: draw.Dim},
		{Text: e.Cell(c.Band), Role: text},
		{Text: draw.Number(c.Channel), Role: draw.Dim},
		{Text: e.Device(c.APName, c.AP), Role: text},
		{Text: e.Cell(c.SSID), Role: draw.Dim},
		{Text: e.Cell(cmp.Or(c.Site, c.SiteID)), Role: draw.Dim},
		{Text: draw.Number(c.Roams), Role: draw.Dim},
		{Text: e.AgeOr(c.Since, ""), Role: draw.Dim},
		{Text: e.Cell(c.IP), Role: draw.Dim},
		{Text: e.Cell(c.MAC.String()), Role: draw.Dim},
		{Text: e.Cell(c.Username), Role: draw.Dim},
	}
}

// rssiWord is the letter of a signal and the role it is drawn in.
func rssiWord(rssi int) (string, draw.Role) {
	if rssi == 0 {
		return "", draw.Dim
	}
	return gradeWord(journal.RSSISeverity(rssi))
}

func (f *DetailData) readClient(ctx context.Context, j port.Journal, page query.Page) error {
	mac := pane.MACOf(f.Subject.ID)
	rows, err := j.LiveClients(ctx, query.Page{Where: query.Is("client_mac", string(mac)), Now: page.Now, Limit: 1})
	if err != nil {
		return err
	}
	if f.events, err = j.Events(ctx, query.Page{Where: query.Is("client_mac", string(mac)), Now: page.Now, Limit: eventsOf}); err != nil {
		return err
	}
	f.Client = &event.LiveClient{MAC: mac}
	if len(rows) > 0 {
		f.Client = &rows[0]
	} else {
		f.bodyNote = "Not connected now, according to Mist."
		for _, ev := range f.events {
			f.Client.Hostname = cmp.Or(f.Client.Hostname, ev.Client)
		}
	}
	f.Body, err = export.Object(f.Client)
	return err
}

func clientDetail(e pane.Context, f *DetailData, w int) (own, others []string) {
	c := *f.Client
	badge, r, sentence := "GONE", draw.Dim, f.bodyNote
	if f.bodyNote == "" {
		badge, r = signalWords(c.RSSI)
		sentence = "on " + e.Device(c.APName, c.AP)
		if !c.Since.IsZero() {
			sentence += " for " + e.Lasted(c.Since)
		}
	}
	out := append([]string{""}, draw.Headline(e.Context, badge, r, sentence, w)...)
	radio := ""
	if c.Band != "" {
		radio = fmt.Sprintf("%s GHz, channel %s", e.Text(c.Band), cmp.Or(draw.Number(c.Channel), "unknown"))
	}
	updated, stale := e.ExactAgo(c.Updated), draw.Dim
	if e.Stale(c.Updated, StaleAfter) {
		updated, stale = updated+": stale", draw.Warn
	}
	roams := ""
	if f.bodyNote == "" {
		roams = strconv.Itoa(c.Roams) + " seen by foghorn"
	}
	out = append(out, draw.Fields(e.Context, w, []draw.Field{
		{Name: "name", Value: WithID(e, c.Hostname, c.MAC.String()), Role: draw.Strong},
		{Name: "user", Value: e.Text(c.Username), Role: draw.Plain},
		{Name: "signal", Value: draw.Unit(c.RSSI, " dBm"), Role: r},
		{Name: "SNR", Value: draw.Unit(c.SNR, " dB"), Role: draw.Plain},
		{Name: "radio", Value: radio, Role: draw.Plain},
		{Name: "AP", Value: WithID(e, c.APName, c.AP.String()) + deviceHint(c.AP), Role: draw.Plain},
		{Name: "ssid", Value: e.Text(c.SSID), Role: draw.Plain},
		{Name: "site", Value: e.Text(c.Site), Role: draw.Plain},
		{Name: "org", Value: e.Text(c.Source), Role: draw.Plain},
		{Name: "address", Value: e.Text(c.IP), Role: draw.Plain},
		{Name: "roams", Value: roams, Role: draw.Plain},
		{Name: "last seen", Value: e.ExactAgo(c.LastSeen), Role: draw.Plain},
		{Name: "updated", Value: updated, Role: stale},
	})...)
	out = append(out, "", e.Theme.On(draw.Dim, "f follows it: its signal over time, through APs"))
	others = pathLines(e, f, w)
	return out, append(others, eventLines(e, "Its latest events", f.events, w)...)
}

// signalWords words a signal strength.
func signalWords(rssi int) (string, draw.Role) {
	_, r := rssiWord(rssi)
	switch r {
	case draw.Critical:
		return strconv.Itoa(rssi) + " dBm POOR", r
	case draw.Warn:
		return strconv.Itoa(rssi) + " dBm WEAK", r
	case draw.OK:
		return strconv.Itoa(rssi) + " dBm GOOD", r
	default:
		return "CONNECTED", draw.Plain
	}
}

// maxStays bounds the APs of a path that are shown.
const maxStays = 8

// pathLines show the APs a client was at.
func pathLines(e pane.Context, f *DetailData, w int) []string {
	path := journal.ClientPath(f.events)
	if len(path) == 0 {
		return nil
	}
	out := []string{"", e.Theme.On(draw.Title, "Its path, newest first")}
	for _, s := range path[:min(len(path), maxStays)] {
		head := e.Theme.Fit(e.When(s.Last), e.TimeColumn().Width, e.TimeColumn().Right) + " "
		text := e.Device(s.AP, s.APMAC)
		if s.First.Before(s.Last) {
			text += "  since " + e.When(s.First)
		}
		out = append(out, e.Theme.On(draw.Dim, head)+e.Theme.Fit(text, max(1, w-draw.TextWidth(head)), false))
	}
	if more := len(path) - maxStays; more > 0 {
		out = append(out, e.Theme.On(draw.Dim, fmt.Sprintf("and %d before that", more)))
	}
	return out
}
