package tui

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
	"foghorn/tui/port"
)

// livePane shows the clients that are connected now.
func livePane() *listPane[event.LiveClient] {
	p := newListPane(kind[event.LiveClient]{
		about: About{ID: paneLive, Digit: "3", Name: "Clients", Place: "Clients: connected now", Under: paneClients, Sheets: []Place{followPlace}},
		keys:  otherListKeys(paneClients),
		table: query.Clients,
		rowID: func(c event.LiveClient) int64 { return c.MAC.Int64() },
		read: func(ctx context.Context, j port.Journal, p query.Page) ([]event.LiveClient, error) {
			return j.LiveClients(ctx, p)
		},
		subject: func(c event.LiveClient) (subject, bool) {
			return subject{subjectClient, c.MAC.Int64()}, c.MAC.Int64() != 0
		},
		client:  func(c event.LiveClient) (event.MAC, string) { return c.MAC, clientName(c) },
		hot:     func(c event.LiveClient) bool { return journal.RSSISeverity(c.RSSI) >= event.Warn },
		values:  func(rows []event.LiveClient) pick { return pickOf("clients", rows) },
		object:  export.Object[event.LiveClient],
		sorts:   liveSorts,
		arrange: arrangeBy(liveOrders),
		tabs:    func(e env) string { return draw.Tabs(clientTabs, 1) },
		note: func(e env, rows []event.LiveClient) string {
			return staleNote(e, staleAfter, rows, func(c event.LiveClient) time.Time { return c.Updated })
		},
		empty: func(e env) []string { return emptyState(e, "connected clients") },
	})
	orgs := func(e env) bool {
		return len(e.tokens) > 1 || manySources(p.list.Rows(), func(c event.LiveClient) string { return c.Source })
	}
	p.spec.columns = func(e env, _ int) []draw.Column { return orgOnly(liveColumns(), orgs(e)) }
	p.spec.cells = func(e env, c event.LiveClient) []draw.Cell { return orgOnly(liveCells(e, c), orgs(e)) }
	return p
}

// clientTabs are the two lists of pane 3.
var clientTabs = []string{"came and went", "connected now"}

const paneLive paneID = 13

// otherListKeys show the other list of pane 3.
func otherListKeys(other paneID) []Binding {
	show := func(Screen) Request { return Show{other} }
	return []Binding{
		{Name: "list-next", Keys: []string{"]"}, Help: "the other list: came and went, connected now", Run: show},
		{Name: "list-previous", Keys: []string{"["}, Help: "the other list", Run: show},
	}
}

var liveSorts = []sortOrder{
	{"r", "rssi", "weakest signal"}, {"n", "name", "name"}, {"l", "site", "site and name"}, {"a", "ap", "AP, then weakest signal"},
	{"o", "roams", "most roams"}, {"t", "newest", "connected last"},
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

func clientKey(c event.LiveClient) string { return cmp.Or(clientName(c), "\xff"+string(c.MAC)) }

// clientName is what a client calls itself, else who uses it.
func clientName(c event.LiveClient) string { return cmp.Or(c.Hostname, c.Username) }

func liveColumns() []draw.Column {
	return []draw.Column{
		{Width: 1},
		{Title: "CLIENT", Width: 12, Grow: 4, Max: 26},
		{Title: "RSSI", Width: 4, Right: true},
		{Title: "SNR", Width: 3, Right: true, Drop: 3},
		{Title: "ORG", Width: 6, Grow: 1, Max: 14, Drop: 4},
		{Title: "BAND", Width: 4, Right: true},
		{Title: "CH", Width: 3, Right: true, Drop: 4},
		{Title: "AP", Width: 10, Grow: 3, Max: 24},
		{Title: "SSID", Width: 7, Grow: 2, Max: 18, Drop: 2},
		{Title: "SITE", Width: 8, Grow: 1, Max: 18, Drop: 1},
		{Title: "ROAMS", Width: 5, Right: true, Drop: 5},
		{Title: "FOR", Width: 4, Right: true, Drop: 6},
		{Title: "ADDRESS", Width: 15, Drop: 7},
	}
}

func liveCells(e env, c event.LiveClient) []draw.Cell {
	text := draw.Plain
	if e.Stale(c.Updated, staleAfter) {
		text = draw.Dim
	}
	letter, r := rssiWord(c.RSSI)
	return []draw.Cell{
		{Text: letter, Role: r},
		{Text: e.Device(clientName(c), c.MAC), Role: text},
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
	}
}

// rssiWord is the letter of a signal and the role it is drawn in.
func rssiWord(rssi int) (string, draw.Role) {
	if rssi == 0 {
		return "", draw.Dim
	}
	return gradeWord(journal.RSSISeverity(rssi))
}

func (f *facts) readClient(ctx context.Context, j port.Journal, page query.Page) error {
	mac := macOf(f.subject.id)
	rows, err := j.LiveClients(ctx, query.Page{Where: ofMAC("client_mac", mac), Now: page.Now, Limit: 1})
	if err != nil {
		return err
	}
	if f.events, err = j.Events(ctx, query.Page{Where: ofMAC("client_mac", mac), Now: page.Now, Limit: eventsOf}); err != nil {
		return err
	}
	f.client = &event.LiveClient{MAC: mac}
	if len(rows) > 0 {
		f.client = &rows[0]
	} else {
		f.bodyNote = "It is not connected now, as far as the cloud told."
		for _, ev := range f.events {
			f.client.Hostname = cmp.Or(f.client.Hostname, ev.Client)
		}
	}
	f.body, err = export.Object(f.client)
	return err
}

func clientFacts(e env, f *facts, w int) (own, others []string) {
	c := *f.client
	badge, r, sentence := "GONE", draw.Dim, f.bodyNote
	if f.bodyNote == "" {
		badge, r = signalWords(c.RSSI)
		sentence = "on " + e.Device(c.APName, c.AP) + " for " + e.AgeOr(c.Since, "some time")
	}
	out := append([]string{""}, draw.Headline(e.Context, badge, r, sentence, w)...)
	radio := ""
	if c.Band != "" {
		radio = fmt.Sprintf("%s GHz, channel %s", e.Text(c.Band), cmp.Or(draw.Number(c.Channel), "not told"))
	}
	told, stale := e.ExactAgo(c.Updated), draw.Dim
	if e.Stale(c.Updated, staleAfter) {
		told, stale = told+": stale", draw.Warn
	}
	roams := ""
	if f.bodyNote == "" {
		roams = strconv.Itoa(c.Roams) + " seen by foghorn"
	}
	out = append(out, draw.Fields(e.Context, w, []draw.Field{
		{Name: "name", Value: named(e, c.Hostname, c.MAC.String()), Role: draw.Strong},
		{Name: "user", Value: e.Text(c.Username), Role: draw.Plain},
		{Name: "signal", Value: draw.Unit(c.RSSI, " dBm"), Role: r},
		{Name: "SNR", Value: draw.Unit(c.SNR, " dB"), Role: draw.Plain},
		{Name: "radio", Value: radio, Role: draw.Plain},
		{Name: "AP", Value: named(e, c.APName, c.AP.String()) + deviceHint(c.AP), Role: draw.Plain},
		{Name: "ssid", Value: e.Text(c.SSID), Role: draw.Plain},
		{Name: "site", Value: e.Text(c.Site), Role: draw.Plain},
		{Name: "org", Value: e.Text(c.Source), Role: draw.Plain},
		{Name: "address", Value: e.Text(c.IP), Role: draw.Plain},
		{Name: "roams", Value: roams, Role: draw.Plain},
		{Name: "last seen", Value: e.ExactAgo(c.LastSeen), Role: draw.Plain},
		{Name: "told", Value: told, Role: stale},
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
func pathLines(e env, f *facts, w int) []string {
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
