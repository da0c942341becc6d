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
	if id == m.view { // the same digit again shows the other list
		id = m.secondList(id)
	}
	if id == m.view {
		return m.pullNow()
	}
	m.last, m.view = m.view, id
	if id != pane.OverviewID {
		m.focusOn(id)
	}
	m.Draw() // the list gets its new height, which decides what is asked for
	return tea.Batch(m.pullNow(), m.refreshFrom(m.panes[id]))
}

// secondList is the pane that stands under another one; id itself without any.
func (m *Model) secondList(id pane.ID) pane.ID {
	for _, p := range m.panes {
		if a := p.About(); a.Under == id && id != pane.OverviewID {
			return a.ID
		}
	}
	return id
}

// refreshFrom asks whatever a pane or a sheet shows besides the journal.
func (m *Model) refreshFrom(of any) tea.Cmd {
	if r, ok := of.(pane.Refresher); ok {
		return m.serve(r.Refresh(m.screen()))
	}
	return nil
}

// gridOrder is how tab and the arrows walk through the overview.
var gridOrder = []pane.ID{view.AlertsID, view.UpDownID, view.ClientsID, view.SLEID}

// focusOn moves the overview's focus to a pane, if it is part of the overview.
func (m *Model) focusOn(id pane.ID) {
	if slices.Contains(gridOrder, id) {
		m.focus = id
	}
}

func (m *Model) focusLeft(string) tea.Cmd  { return m.walkGrid(-1) }
func (m *Model) focusRight(string) tea.Cmd { return m.walkGrid(1) }

func (m *Model) walkGrid(dir int) tea.Cmd {
	i := slices.Index(gridOrder, m.focus) + dir
	m.focus = gridOrder[(i+len(gridOrder))%len(gridOrder)]
	return m.pullSoon()
}

func (m *Model) nextPane(string) tea.Cmd     { return m.walkPanes(1) }
func (m *Model) previousPane(string) tea.Cmd { return m.walkPanes(-1) }

// walkPanes goes through the panes of the overview, or through the views.
func (m *Model) walkPanes(dir int) tea.Cmd {
	if m.view == pane.OverviewID && m.help == nil {
		return m.walkGrid(dir)
	}
	at := m.view
	if p, ok := m.panes[at]; ok && p.About().Under != 0 {
		at = p.About().Under // they are one pane
	}
	i := max(0, slices.Index(m.order, at))
	return m.show(m.order[(i+dir+len(m.order))%len(m.order)])
}

func (m *Model) lastView(string) tea.Cmd { return m.show(m.last) }
func (m *Model) zoom(string) tea.Cmd     { return m.show(m.focus) }
func (m *Model) unzoom(string) tea.Cmd   { return m.show(pane.OverviewID) }

// cyclePreview goes from what is shown now to the next place.
func (m *Model) cyclePreview(arg string) tea.Cmd {
	now := m.previewAt(m.width, m.bodyHeight())
	switch {
	case arg == "right":
		m.layout = previewRight
	case arg == "bottom":
		m.layout = previewBottom
	case arg == "off":
		m.layout = previewOff
	case m.view == pane.OverviewID:
		m.say(draw.Dim, "The overview has no preview; zoom in with +.")
		return nil
	case now == previewOff && m.width >= pane.PreviewNeedsCols:
		m.layout = previewRight
	case now == previewOff, now == previewRight:
		m.layout = previewBottom
	default:
		m.layout = previewOff
	}
	m.Draw()
	return m.pullSoon()
}

func (m *Model) cycleTime(string) tea.Cmd {
	m.mode = m.mode.Next()
	m.say(draw.Dim, map[human.Format]string{
		human.Relative: "Times are ages.", human.Local: "Times are local: " + m.opt.Clock.Now().In(m.zone).Format("MST") + ".",
		human.UTC: "Times are UTC.",
	}[m.mode])
	return nil
}

func (m *Model) foldHeader(string) tea.Cmd {
	m.unfolded = !m.unfolded
	return nil
}

func (m *Model) toggleMouse(string) tea.Cmd {
	m.mouse = !m.mouse
	m.say(draw.Dim, "The mouse is the terminal's again.")
	if m.mouse {
		m.say(draw.Dim, "The wheel scrolls; select text with shift held. ctrl+x m gives it back.")
	}
	return nil
}

func (m *Model) redraw(string) tea.Cmd { return tea.Batch(tea.ClearScreen, m.pullNow()) }

func (m *Model) refresh(string) tea.Cmd {
	m.say(draw.Dim, "Read again.")
	switch {
	case m.detail != nil:
		return m.pullNow()
	case m.sheet() != nil:
		return tea.Batch(m.pullNow(), m.refreshFrom(m.sheet()))
	default:
		return tea.Batch(m.pullNow(), m.refreshFrom(m.panes[m.view]))
	}
}

// togglePause holds the screen still; the counters go on.
func (m *Model) togglePause(string) tea.Cmd {
	if m.paused != nil {
		for _, id := range m.paused.following {
			m.panes[id].Nav().SetFollow(true)
		}
		m.paused = nil
		return m.pullNow()
	}
	m.paused = &pause{}
	if m.status != nil {
		m.paused.events = m.status.Counts.Events
	}
	for id, p := range m.panes {
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

func (m *Model) seekNext(string) tea.Cmd     { return m.Seek(1) }
func (m *Model) seekPrevious(string) tea.Cmd { return m.Seek(-1) }

func (m *Model) Seek(dir int) tea.Cmd {
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
	return m.alerts
}

// sortBy orders the rows; without an order it asks.
func (m *Model) sortBy(arg string) tea.Cmd {
	p := m.sortable()
	if arg == "" {
		var items []menuItem
		for _, o := range p.Orders() {
			items = append(items, menuItem{key: o.Key, label: o.Label, run: func(m *Model) tea.Cmd { return m.sortBy(o.Name) }})
		}
		return m.openMenu("sort "+strings.ToLower(p.About().Name)+" by", items...)
	}
	i := slices.Index(m.orderNames(), arg)
	if i < 0 {
		m.say(draw.Warn, "The orders are "+strings.Join(m.orderNames(), ", ")+".")
		return nil
	}
	s := p.Shown()
	if s.Order = arg; i == 0 {
		s.Order = ""
	}
	p.SetShow(s)
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
	s := m.alerts.Shown()
	s.Resolved = !s.Resolved
	m.alerts.SetShow(s)
	return m.pullNow()
}

// setSeverity sets the floor of all lists; without a name it steps up.
func (m *Model) setSeverity(arg string) tea.Cmd {
	next := (m.floor + 1) % (event.Critical + 1)
	if arg == "all" {
		arg = event.Debug.String()
	}
	if arg != "" {
		s, err := event.ParseSeverity(arg)
		if err != nil {
			m.say(draw.Warn, err.Error())
			return nil
		}
		next = s
	}
	m.floor = next
	for _, p := range m.panes {
		p.SetFloor(next)
	}
	m.say(draw.Dim, "Showing "+next.String()+" and above; S steps on.")
	if next == event.Debug {
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
	case m.view != pane.OverviewID:
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

func (m *Model) quitNow(string) tea.Cmd { return tea.Quit }

// stops says what ends with the screen.
func (m *Model) stops() string {
	if m.opt.Collecting {
		return " and stops the listener"
	}
	return ""
}
