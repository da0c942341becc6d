package tui

import (
	"context"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/query"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
	"foghorn/tui/view"
)

// pageBindings are the keys that lead from one page to another: from an alert or an
// event to its device, its site, the clients of the device and the rows of the site.
func pageBindings() []binding {
	pages := inDetail | setOf(view.SitePagePlace)
	return []binding{
		{name: "alert", keys: []string{"L"}, where: inDetail, help: "go to the alert of this record; with several, to the list of them", run: (*Model).openAlert, off: (*Model).noOtherAlert},
		{name: "delivery", keys: []string{"w"}, where: inDetail, foot: "delivery", help: "go to the delivery this event came in", run: (*Model).openDelivery, off: (*Model).noDelivery},
		{name: "device", keys: []string{"D"}, where: inDetail, help: "go to the device of this record: how it is now, its alerts, clients and events", run: (*Model).openDevice, off: (*Model).noDevice},
		{name: "clients-of", keys: []string{"C"}, where: inFields | inEvents, foot: "clients", help: "go to the clients that are connected to this device", run: (*Model).openClients, off: (*Model).noClients},
		{name: "site", keys: []string{"S"}, where: inDetail, help: siteHelp, arg: "[NAME]", run: (*Model).openSite, values: (*Model).siteNames},
		{name: "site", where: inEverywhere &^ inDetail, help: siteHelp, arg: "[NAME]", run: (*Model).openSite, values: (*Model).siteNames},
		{name: "portal", keys: []string{"o"}, where: inLists | pages | with(pane.IsSheet), help: "open the page about this row in the Mist portal; over SSH its URL is copied", run: (*Model).openPortal, off: (*Model).noPortal},
		{name: "only-site", keys: []string{"="}, where: pages, help: "go to the list, only with the rows of this site", run: (*Model).onlySite, off: (*Model).noSite},

		{name: "open", keys: []string{"enter", "d"}, where: setOf(view.SitePagePlace), foot: "open", help: "open the device, alert, metric or change", run: onParts(pane.PartsOf.Open)},
		{name: "part-next", keys: []string{"tab", "]"}, where: setOf(view.SitePagePlace), foot: "next list", help: "next list of the page", run: turnPart(1)},
		{name: "part-previous", keys: []string{"shift+tab", "["}, where: setOf(view.SitePagePlace), help: "previous list of the page", run: turnPart(-1)},
	}
}

const siteHelp = "page of a site: its devices that are down, alerts, SLE and changes"

// onParts makes a handler of what a sheet of several lists does.
func onParts(f func(s pane.PartsOf, scr pane.Screen) pane.Request) func(*Model, string) tea.Cmd {
	return func(m *Model, _ string) tea.Cmd {
		if s, ok := m.sheet().(pane.PartsOf); ok {
			return m.serve(f(s, m.screen()))
		}
		return nil
	}
}

func turnPart(by int) func(*Model, string) tea.Cmd {
	return onParts(func(s pane.PartsOf, _ pane.Screen) pane.Request {
		s.NextPart(by)
		return nil
	})
}

// openAlert goes to the alert of the record, or to the list of a device that has
// several.
func (m *Model) openAlert(string) tea.Cmd {
	if m.detail.ShowAlerts() {
		return nil
	}
	return m.push(pane.RecordRef{Kind: pane.AlertRecord, ID: m.detail.AlertID()})
}

// noOtherAlert says why there is no alert to go to.
func (m *Model) noOtherAlert() string {
	if m.detail != nil && m.detail.Ref().Kind == pane.AlertRecord {
		return "This is the alert."
	}
	return m.noAlert()
}

func (m *Model) noDevice() string {
	if m.detail == nil || m.detail.Data.DeviceOf().Int64() == 0 {
		return "This record has no device."
	}
	return ""
}

func (m *Model) openDevice(string) tea.Cmd {
	return m.push(pane.RecordRef{Kind: pane.DeviceRecord, ID: m.detail.Data.DeviceOf().Int64()})
}

func (m *Model) noClients() string {
	if m.detail != nil && m.detail.Data.Device != nil {
		return ""
	}
	return m.noDevice()
}

// openClients goes to the clients of the device at hand.
func (m *Model) openClients(string) tea.Cmd {
	if m.detail.ShowClients() {
		return nil
	}
	cmd := m.openDevice("")
	m.detail.ShowClients()
	return cmd
}

// atHand is the sheet on top, else the pane, to be asked for what it can do.
func (m *Model) atHand() any {
	if s := m.sheet(); s != nil {
		return s
	}
	return m.current()
}

// siteAtHand is the site of the page or the row at hand.
func (m *Model) siteAtHand() event.Site {
	if m.detail != nil {
		return m.detail.Data.SiteOf()
	}
	if of, ok := m.atHand().(pane.SiteOf); ok {
		return of.SiteOf()
	}
	return event.Site{}
}

func (m *Model) noSite() string {
	if s := m.siteAtHand(); s.ID == "" && s.Name == "" {
		return "This record names no site."
	}
	return ""
}

// openSite opens the page of the site that was typed, or of the one at hand.
func (m *Model) openSite(typed string) tea.Cmd {
	site := m.siteAtHand()
	switch {
	case typed == "" && site.ID != "":
		return m.openSheet(view.NewSitePage(site.ID, site.Name))
	case typed == "":
		if why := m.noSite(); why != "" {
			m.say(draw.Warn, why)
			return nil
		}
		typed = site.Name
	}
	j := m.opt.Journal
	return m.jobs.do(readLimit, func(ctx context.Context) tea.Msg {
		sites, err := j.SiteStates(ctx, "")
		if err != nil {
			return foundSite{err: err}
		}
		found, err := journal.SiteNamed(sites, "", typed)
		return foundSite{site: found, err: err}
	})
}

// foundSite is the site that somebody typed.
type foundSite struct {
	site event.SiteState
	err  error
}

func (m *Model) takeSite(msg foundSite) tea.Cmd {
	if msg.err != nil {
		m.say(draw.Warn, draw.Capital(msg.err.Error()))
		return nil
	}
	return m.openSheet(view.NewSitePage(msg.site.ID, msg.site.Name))
}

// onlySite goes to the list behind the pages, only with the rows of the site at hand.
func (m *Model) onlySite(string) tea.Cmd {
	term := siteTerm(m.siteAtHand())
	m.closeAll()
	if m.table() == query.Deliveries { // a request has no site
		m.show(view.AlertsID)
	}
	return m.applyFilter(m.current(), term.String())
}

// knownSites are the names of the sites, for completion.
type knownSites []string

// maxSiteNames bounds the names that completion looks through.
const maxSiteNames = 5000

// readSites reads the names of the sites. Completion offers them once they are read.
func (m *Model) readSites() tea.Cmd {
	j := m.opt.Journal
	return m.jobs.do(readLimit, func(ctx context.Context) tea.Msg {
		sites, err := j.SiteStates(ctx, "")
		if err != nil {
			return nil // completion is a courtesy; the command works without
		}
		slices.SortFunc(sites, journal.CompareSites)
		names := make(knownSites, 0, min(len(sites), maxSiteNames))
		for _, s := range sites[:min(len(sites), maxSiteNames)] {
			if s.Name != "" && !slices.Contains(names, s.Name) && !strings.ContainsFunc(s.Name, func(r rune) bool { return r < ' ' }) {
				names = append(names, s.Name)
			}
		}
		return names
	})
}

func (m *Model) siteNames() []string { return m.input.sites }

// takeSites keeps the names; an open palette offers them at once.
func (m *Model) takeSites(names knownSites) tea.Cmd {
	m.input.sites = names
	if p := m.input.prompt; p != nil && p.kind == promptCommand {
		return m.askCompletions()
	}
	return nil
}
