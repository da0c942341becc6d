package tui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"foghorn/internal/human"
	"foghorn/journal/event"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
	"foghorn/tui/view"
)

// show brings a pane up, whatever is open.
func (m *Model) show(id pane.ID) tea.Cmd {
	m.closeAll()
	if id == m.panes.shown { // the same digit again shows the other list
		id = m.panes.secondList(id)
	}
	if id == m.panes.shown {
		return m.pullNow()
	}
	m.panes.last, m.panes.shown = m.panes.shown, id
	if id != pane.OverviewID {
		m.panes.focusOn(id)
	}
	m.draw() // the list gets its new height, which decides what is asked for
	return tea.Batch(m.pullNow(), m.refreshFrom(m.panes.byID[id]))
}

// refreshFrom asks whatever a pane or a sheet shows besides the journal.
func (m *Model) refreshFrom(of any) tea.Cmd {
	if r, ok := of.(pane.Refresher); ok {
		return m.serve(r.Refresh(m.screen()))
	}
	return nil
}

func (m *Model) walkGrid(dir int) tea.Cmd {
	m.panes.walkGrid(dir)
	return m.pullSoon()
}

// walkPanes goes through the panes of the overview, or through the views.
func (m *Model) walkPanes(dir int) tea.Cmd {
	if m.panes.shown == pane.OverviewID && m.help == nil {
		return m.walkGrid(dir)
	}
	return m.show(m.panes.next(dir))
}

// cyclePreview goes from what is shown now to the next place.
func (m *Model) cyclePreview(arg string) tea.Cmd {
	now := m.previewAt(m.window.width, m.bodyHeight())
	switch {
	case arg == "right":
		m.preview.place = previewRight
	case arg == "bottom":
		m.preview.place = previewBottom
	case arg == "off":
		m.preview.place = previewOff
	case m.panes.shown == pane.OverviewID && m.window.width < previewOverview:
		m.say(draw.Dim, "The overview has no preview in a window of this width; zoom in with +.")
		return nil
	case m.panes.shown == pane.OverviewID && now == previewRight:
		m.preview.place = previewOff
	case now == previewOff && m.window.width >= previewNeedsCols:
		m.preview.place = previewRight
	case now == previewOff, now == previewRight:
		m.preview.place = previewBottom
	default:
		m.preview.place = previewOff
	}
	m.draw()
	return m.pullSoon()
}

func (m *Model) cycleTime(string) tea.Cmd {
	m.window.times = m.window.times.Next()
	m.say(draw.Dim, map[human.Format]string{
		human.Relative: "Times are ages.", human.Local: "Times are local: " + m.opt.Clock.Now().In(m.opt.Zone).Format("MST") + ".",
		human.UTC: "Times are UTC.",
	}[m.window.times])
	for _, p := range m.panes.byID { // clock times in a filter are those of the zone shown
		if text := p.FilterText(); text != "" {
			_ = p.SetFilter(text) // it parsed before
		}
	}
	return m.pullNow()
}

func (m *Model) foldHeader(string) tea.Cmd {
	m.window.unfolded = !m.window.unfolded
	return nil
}

func (m *Model) toggleMouse(string) tea.Cmd {
	m.window.mouse = !m.window.mouse
	m.say(draw.Dim, "The mouse is the terminal's again.")
	if m.window.mouse {
		m.say(draw.Dim, "The wheel scrolls; select text with shift held. ctrl+x m gives it back.")
	}
	return nil
}

func (m *Model) refresh(string) tea.Cmd {
	m.say(draw.Dim, "Read again.")
	switch {
	case m.detail != nil:
		return m.pullNow()
	case m.sheet() != nil:
		return tea.Batch(m.pullNow(), m.refreshFrom(m.sheet()))
	default:
		return tea.Batch(m.pullNow(), m.refreshFrom(m.panes.byID[m.panes.shown]))
	}
}

// togglePause holds the screen still; the counters go on.
func (m *Model) togglePause(string) tea.Cmd {
	if m.paused != nil {
		for _, id := range m.paused.following {
			m.panes.byID[id].Nav().SetFollow(true)
		}
		m.paused = nil
		return m.pullNow()
	}
	m.paused = &pause{}
	if m.journal.status != nil {
		m.paused.events = m.journal.status.Counts.Events
	}
	for id, p := range m.panes.byID {
		if p.Nav().Following() {
			m.paused.following = append(m.paused.following, id)
			p.Nav().SetFollow(false)
		}
	}
	return nil
}

func (m *Model) toggleFollow(string) tea.Cmd {
	n := m.current().Nav()
	n.SetFollow(!n.Following())
	if !n.Following() {
		m.say(draw.Dim, "Not following; f or G follows again.")
	}
	return m.pullSoon()
}

func (m *Model) seek(dir int) tea.Cmd {
	if p, ok := m.current().(pane.Seeker); !ok || !p.Seek(dir) {
		m.say(draw.Dim, "No more rows that want attention in this direction.")
		return nil
	}
	return m.moveList(func(pane.Navigator) {})
}

// sortable is the pane the sort menu is about: in the overview the alerts,
// unless the one with the keys has orders of its own.
func (m *Model) sortable() pane.Pane {
	if p := m.current(); len(p.Orders()) > 0 {
		return p
	}
	return m.panes.byID[view.AlertsID]
}

// sortBy orders the rows; without an order it asks.
func (m *Model) sortBy(arg string) tea.Cmd {
	p := m.sortable()
	if arg == "" {
		var items []menuItem
		order := p.ViewState().Order
		for i, o := range p.Orders() {
			items = append(items, menuItem{key: o.Key, label: o.Label, now: o.Name == order || i == 0 && order == "", run: func(m *Model) tea.Cmd { return m.sortBy(o.Name) }})
		}
		return m.openMenu("sort "+strings.ToLower(p.About().Name)+" by", items...)
	}
	i := slices.Index(m.orderNames(), arg)
	if i < 0 {
		m.say(draw.Warn, "The orders are "+strings.Join(m.orderNames(), ", ")+".")
		return nil
	}
	s := p.ViewState()
	if s.Order = arg; i == 0 {
		s.Order = ""
	}
	p.SetViewState(s)
	return m.pullNow()
}

// orderNames completes :sort.
func (m *Model) orderNames() []string {
	var out []string
	for _, o := range m.sortable().Orders() {
		out = append(out, o.Name)
	}
	return out
}

func (m *Model) toggleResolved(string) tea.Cmd {
	s := m.panes.byID[view.AlertsID].ViewState()
	s.Resolved = !s.Resolved
	m.panes.byID[view.AlertsID].SetViewState(s)
	return m.pullNow()
}

// setSeverity sets the floor of all lists; without a name it asks.
func (m *Model) setSeverity(arg string) tea.Cmd {
	if arg == "" {
		var items []menuItem
		for _, f := range floors {
			items = append(items, menuItem{key: f.key, label: f.label, now: m.panes.floor == f.severity,
				run: func(m *Model) tea.Cmd { return m.setFloor(f.severity) }})
		}
		return m.openMenu("show alerts and events of", items...)
	}
	if arg == allSeverities {
		return m.setFloor(event.Debug)
	}
	s, err := event.ParseSeverity(arg)
	if err != nil {
		m.say(draw.Warn, err.Error())
		return nil
	}
	return m.setFloor(s)
}

// floors are the choices of the severity menu.
var floors = []struct {
	key, label string
	severity   event.Severity
}{
	{"a", "all severities", event.Debug},
	{"i", "info and above", event.Info},
	{"w", "warn and above", event.Warn},
	{"c", "critical only", event.Critical},
}

// allSeverities is the floor below which nothing is hidden, as people type it.
const allSeverities = "all"

func (m *Model) setFloor(s event.Severity) tea.Cmd {
	m.panes.setFloor(s)
	m.say(draw.Dim, "Showing "+s.String()+" and above; S changes it.")
	if s == event.Debug {
		m.say(draw.Dim, "Showing every severity.")
	}
	return m.pullNow()
}

// escape closes what is on top, one thing at a time; it never quits.
func (m *Model) escape(string) tea.Cmd {
	switch {
	case m.help != nil:
		m.help = nil
	case m.detail != nil:
		return m.closeDetail()
	case m.sheet() != nil:
		return m.closeSheet()
	case m.current().FilterText() != "":
		_ = m.current().SetFilter("") // the empty query parses
		return m.pullNow()
	case m.panes.shown != pane.OverviewID:
		return m.show(pane.OverviewID)
	default:
		m.say(draw.Dim, "This is the top; q quits.")
	}
	return nil
}

// quit closes what is open; at the top it leaves, asking first when a
// listener would stop with the screen.
func (m *Model) quit(string) tea.Cmd {
	switch {
	case m.help != nil:
		m.help = nil
		return nil
	case m.detail != nil:
		return m.closeDetail()
	case m.sheet() != nil:
		return m.closeSheet()
	case !m.opt.Collecting:
		return tea.Quit
	}
	return m.askFirst("quit? The listener runs in this window and stops with it", "yes, stop listening and quit",
		"no, stay (foghorn serve listens without a screen)", "", func(*Model) tea.Cmd { return tea.Quit })
}

// stops says what ends with the screen.
func (m *Model) stops() string {
	if m.opt.Collecting {
		return " and stops the listener"
	}
	return ""
}
