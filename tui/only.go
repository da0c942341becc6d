package tui

import (
	"cmp"

	tea "charm.land/bubbletea/v2"

	"foghorn/journal/event"
	"foghorn/journal/query"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
	"foghorn/tui/view"
)

// onlyOpenTerm matches alerts that nobody has acked or snoozed.
var onlyOpenTerm = query.MustParse("state:open")

// siteTerm is what the rows of a site match.
func siteTerm(s event.Site) *query.Query {
	if s.Name != "" {
		return query.Is("site", s.Name)
	}
	return query.Is("site_id", s.ID)
}

// toggleSite narrows the pane to the selected row's site, or widens it again.
func (m *Model) toggleSite(string) tea.Cmd {
	site := m.siteAtHand()
	return m.toggleTerm(m.current(), siteTerm(site), "rows of "+m.env().Cell(cmp.Or(site.Name, site.ID)))
}

// onlyOpen narrows the pane to alerts that nobody has; in the overview, the alerts.
func (m *Model) onlyOpen(string) tea.Cmd {
	p := m.current()
	if p.Place().Traits&pane.HasStates == 0 {
		p = m.panes.byID[view.AlertsID]
	}
	return m.toggleTerm(p, onlyOpenTerm, "open alerts")
}

// toggleTerm adds a term to a pane's filter, or takes it away. The filter is in the
// pane's title, and esc clears it.
func (m *Model) toggleTerm(p pane.Pane, term *query.Query, what string) tea.Cmd {
	switch narrowed, err := p.ToggleTerm(term); {
	case err != nil:
		m.say(draw.Warn, err.Error())
		return nil
	case narrowed:
		m.say(draw.Dim, "Only "+what+"; the same key or esc shows all.")
	default:
		m.say(draw.Dim, "No longer only "+what+".")
	}
	return m.pullNow()
}
