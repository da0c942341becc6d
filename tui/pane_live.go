package tui

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"foghorn/journal/event"
	"foghorn/journal/export"
	"foghorn/journal/query"
)

// Signal strengths in dBm: at the first a client is well served, below the
// second it is not. Most vendors design for about these.
const (
	rssiGood = -67
	rssiPoor = -75
)

// livePane shows the clients that are connected now.
func livePane() *listPane[event.LiveClient] {
	p := newListPane(kind[event.LiveClient]{
		id: paneLive, key: "3", name: "Clients", table: query.Clients, span: 1,
		rowID: func(c event.LiveClient) int64 { return c.MAC.Int64() },
		read: func(ctx context.Context, j Journal, p query.Page) ([]event.LiveClient, error) {
			return j.LiveClients(ctx, p)
		},
		subject: func(c event.LiveClient) (subject, bool) {
			return subject{subjectClient, c.MAC.Int64()}, c.MAC.Int64() != 0
		},
		hot:     func(c event.LiveClient) bool { return c.RSSI != 0 && c.RSSI < rssiGood },
		values:  func(rows []event.LiveClient) pick { return pickOf("clients", rows) },
		object:  export.Object[event.LiveClient],
		sorts:   liveSorts,
		arrange: arrangeBy(liveOrders),
		tabs:    func(e env) string { return tabLine(clientTabs, 1) },
		note: func(e env, rows []event.LiveClient) string {
			return staleNote(e, staleAfter, rows, func(c event.LiveClient) time.Time { return c.Updated })
		},
		empty: func(e env) []string { return emptyState(e, "connected clients") },
	})
	orgs := func(e env) bool {
		return len(e.tokens) > 1 || manySources(p.list.Rows(), func(c event.LiveClient) string { return c.Source })
	}
	p.columns = func(e env, _ int) []column { return orgOnly(liveColumns(), orgs(e)) }
	p.cells = func(e env, c event.LiveClient) []cell { return orgOnly(liveCells(e, c), orgs(e)) }
	return p
}

// clientTabs are the two lists of pane 3.
var clientTabs = []string{"came and went", "connected now"}

// otherClients shows the other list of pane 3.
func (m *Model) otherClients(string) tea.Cmd {
	if m.view == paneLive {
		return m.show(paneClients)
	}
	return m.show(paneLive)
}

// tabLine shows the lists of a pane, the one at hand in brackets.
func tabLine(names []string, at int) string {
	out := make([]string, len(names))
	for i, n := range names {
		if out[i] = n; i == at {
			out[i] = "[" + n + "]"
		}
	}
	return strings.Join(out, " ")
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

func liveColumns() []column {
	return []column{
		{width: 1},
		{title: "CLIENT", width: 12, grow: 4, max: 26},
		{title: "RSSI", width: 4, right: true},
		{title: "SNR", width: 3, right: true, drop: 3},
		{title: "ORG", width: 6, grow: 1, max: 14, drop: 4},
		{title: "BAND", width: 4, right: true},
		{title: "CH", width: 3, right: true, drop: 4},
		{title: "AP", width: 10, grow: 3, max: 24},
		{title: "SSID", width: 7, grow: 2, max: 18, drop: 2},
		{title: "SITE", width: 8, grow: 1, max: 18, drop: 1},
		{title: "ROAMS", width: 5, right: true, drop: 5},
		{title: "FOR", width: 4, right: true, drop: 6},
		{title: "ADDRESS", width: 15, drop: 7},
	}
}

func liveCells(e env, c event.LiveClient) []cell {
	text := rolePlain
	if e.stale(c.Updated, staleAfter) {
		text = roleDim
	}
	letter, r := rssiWord(c.RSSI)
	return []cell{
		{letter, r},
		{e.device(clientName(c), c.MAC), text},
		{number(c.RSSI), r},
		{number(c.SNR), roleDim},
		{e.cell(c.Source), roleDim},
		{e.cell(c.Band), text},
		{number(c.Channel), roleDim},
		{e.device(c.APName, c.AP), text},
		{e.cell(c.SSID), roleDim},
		{e.cell(cmp.Or(c.Site, c.SiteID)), roleDim},
		{number(c.Roams), roleDim},
		{e.ageOr(c.Since, ""), roleDim},
		{e.cell(c.IP), roleDim},
	}
}

// rssiWord is the letter of a signal and what it means.
func rssiWord(rssi int) (string, role) {
	switch {
	case rssi == 0:
		return "", roleDim
	case rssi < rssiPoor:
		return "C", roleCritical
	case rssi < rssiGood:
		return "W", roleWarn
	default:
		return "", roleOK
	}
}

// number leaves out 0, which only says that nothing was told.
func number(n int) string { return unit(n, "") }

func (f *facts) readClient(ctx context.Context, j Journal, page query.Page) error {
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
	badge, r, sentence := "GONE", roleDim, f.bodyNote
	if f.bodyNote == "" {
		badge, r = signalWords(c.RSSI)
		sentence = "on " + e.device(c.APName, c.AP) + " for " + e.ageOr(c.Since, "some time")
	}
	out := append([]string{""}, headline(e.drawContext, badge, r, sentence, w)...)
	radio := ""
	if c.Band != "" {
		radio = fmt.Sprintf("%s GHz, channel %s", e.ext(c.Band), cmp.Or(number(c.Channel), "not told"))
	}
	told, stale := e.exactAgo(c.Updated), roleDim
	if e.stale(c.Updated, staleAfter) {
		told, stale = told+": stale", roleWarn
	}
	roams := ""
	if f.bodyNote == "" {
		roams = strconv.Itoa(c.Roams) + " seen by foghorn"
	}
	out = append(out, fieldLines(e.drawContext, w, []field{
		{"name", named(e, c.Hostname, c.MAC.String()), roleStrong},
		{"user", e.ext(c.Username), rolePlain},
		{"signal", unit(c.RSSI, " dBm"), r},
		{"SNR", unit(c.SNR, " dB"), rolePlain},
		{"radio", radio, rolePlain},
		{"AP", named(e, c.APName, c.AP.String()) + deviceHint(c.AP), rolePlain},
		{"ssid", e.ext(c.SSID), rolePlain},
		{"site", e.ext(c.Site), rolePlain},
		{"org", e.ext(c.Source), rolePlain},
		{"address", e.ext(c.IP), rolePlain},
		{"roams", roams, rolePlain},
		{"last seen", e.exactAgo(c.LastSeen), rolePlain},
		{"told", told, stale},
	})...)
	out = append(out, "", e.th.on(roleDim, "f follows it: its signal over time, through APs"))
	others = pathLines(e, f, w)
	return out, append(others, eventLines(e, "Its latest events", f.events, w)...)
}

// signalWords words a signal strength.
func signalWords(rssi int) (string, role) {
	_, r := rssiWord(rssi)
	switch r {
	case roleCritical:
		return strconv.Itoa(rssi) + " dBm POOR", r
	case roleWarn:
		return strconv.Itoa(rssi) + " dBm WEAK", r
	case roleOK:
		return strconv.Itoa(rssi) + " dBm GOOD", r
	default:
		return "CONNECTED", rolePlain
	}
}

// step is a stay of a client at an AP.
type step struct {
	name  string
	mac   event.MAC
	first time.Time
	last  time.Time
}

// maxSteps bounds the APs of a path that are shown.
const maxSteps = 8

// pathOf makes the way through APs of a client's events, the newest first.
func pathOf(events []event.Event) []step {
	var out []step
	for _, ev := range events { // newest first
		if ev.DeviceMAC == "" && ev.Device == "" {
			continue
		}
		if n := len(out); n > 0 && out[n-1].mac == ev.DeviceMAC && out[n-1].name == ev.Device {
			out[n-1].first = ev.Time
			continue
		}
		out = append(out, step{ev.Device, ev.DeviceMAC, ev.Time, ev.Time})
	}
	return out
}

// pathLines show the APs a client was at.
func pathLines(e env, f *facts, w int) []string {
	path := pathOf(f.events)
	if len(path) == 0 {
		return nil
	}
	out := []string{"", e.th.on(roleTitle, "Its path, newest first")}
	for _, s := range path[:min(len(path), maxSteps)] {
		head := e.th.fit(e.when(s.last), e.timeColumn().width, e.timeColumn().right) + " "
		text := e.device(s.name, s.mac)
		if s.first.Before(s.last) {
			text += "  since " + e.when(s.first)
		}
		out = append(out, e.th.on(roleDim, head)+e.th.fit(text, max(1, w-textWidth(head)), false))
	}
	if more := len(path) - maxSteps; more > 0 {
		out = append(out, e.th.on(roleDim, fmt.Sprintf("and %d before that", more)))
	}
	return out
}
