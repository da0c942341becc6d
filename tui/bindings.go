package tui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"foghorn/actions"
	"foghorn/journal/event"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
	"foghorn/tui/view"
)

// move makes a binding's handler of a movement in the list at hand.
func move(f func(n pane.Navigator)) func(*Model, string) tea.Cmd {
	return func(m *Model, _ string) tea.Cmd { return m.moveList(f) }
}

// scroll makes a handler that moves text by lines; pages count as windows.
func scroll(lines, pages int) func(*Model, string) tea.Cmd {
	return func(m *Model, _ string) tea.Cmd {
		m.scrollText(lines, pages)
		return nil
	}
}

func moveBindings() []binding {
	return []binding{
		{name: "down", keys: []string{"j", "down"}, where: inMoving, help: "next row", run: move(func(n pane.Navigator) { n.Move(1) })},
		{name: "up", keys: []string{"k", "up"}, where: inMoving, help: "previous row; stops following", run: move(func(n pane.Navigator) { n.Move(-1) })},
		{name: "page-down", keys: []string{"pgdown", "ctrl+f"}, where: inMoving, help: "next page", run: move(func(n pane.Navigator) { n.Page(1) })},
		{name: "page-up", keys: []string{"pgup", "ctrl+b"}, where: inMoving, help: "previous page", run: move(func(n pane.Navigator) { n.Page(-1) })},
		{name: "half-down", keys: []string{"ctrl+d"}, where: inMoving, help: "half a page down", run: move(func(n pane.Navigator) { n.Half(1) })},
		{name: "half-up", keys: []string{"ctrl+u"}, where: inMoving, help: "half a page up", run: move(func(n pane.Navigator) { n.Half(-1) })},
		{name: "first", keys: []string{"g", "home"}, where: inMoving, help: "first loaded row; older ones load as you go", run: move(func(n pane.Navigator) { n.Home() })},
		{name: "last", keys: []string{"G", "end"}, where: inMoving, help: "last row; event lists follow again", run: move(func(n pane.Navigator) { n.End() })},
		{name: "goto", where: inLists, help: "the row of a time: `goto 13:03`, `goto yesterday 18:00`, `goto -2h`; G returns to the newest", arg: "TIME", run: (*Model).gotoTime,
			values: func(*Model) []string { return []string{"-15m", "-1h", "yesterday", "yesterday 18:00"} }},

		{name: "down", keys: []string{"j", "down"}, where: inScrolling, help: "scroll down", run: scroll(1, 0)},
		{name: "up", keys: []string{"k", "up"}, where: inScrolling, help: "scroll up", run: scroll(-1, 0)},
		{name: "page-down", keys: []string{"pgdown", "ctrl+f", "ctrl+d", "space"}, where: inScrolling, help: "next page", run: scroll(0, 1)},
		{name: "page-up", keys: []string{"pgup", "ctrl+b", "ctrl+u"}, where: inScrolling, help: "previous page", run: scroll(0, -1)},
		{name: "first", keys: []string{"g", "home"}, where: inScrolling, help: "to the top", run: scroll(-1<<20, 0)},
		{name: "last", keys: []string{"G", "end"}, where: inScrolling, help: "to the end", run: scroll(1<<20, 0)},

		{name: "left", keys: []string{"h", "left"}, where: inOverview, help: "pane to the left", run: func(m *Model, _ string) tea.Cmd { return m.walkGrid(-1) }},
		{name: "right", keys: []string{"l", "right"}, where: inOverview, help: "pane to the right", run: func(m *Model, _ string) tea.Cmd { return m.walkGrid(1) }},
	}
}

func listBindings() []binding {
	return []binding{
		{name: "open", keys: []string{"enter"}, where: (inLists | inEvents) & with(pane.HasRelays), foot: "open", help: "open the selected row", run: (*Model).Open},
		{name: "open", keys: []string{"enter", "d"}, where: (inLists | inEvents) &^ with(pane.HasRelays), foot: "open", help: "open the selected row", run: (*Model).Open},
		{name: "filter", keys: []string{"/"}, where: inLists, foot: "filter", help: "filter this pane as you type; up: history, tab: completion", arg: "QUERY", run: (*Model).openFilter},
		{name: "mark", keys: []string{"space"}, where: inLists, help: "mark or unmark the row", run: move(func(n pane.Navigator) { n.Mark(0) })},
		{name: "mark-down", keys: []string{"J"}, where: inLists, help: "mark and go down", run: move(func(n pane.Navigator) { n.Mark(1) })},
		{name: "mark-up", keys: []string{"K"}, where: inLists, help: "mark and go up", run: move(func(n pane.Navigator) { n.Mark(-1) })},
		{name: "mark-range", keys: []string{"ctrl+space", "ctrl+@"}, where: inLists, help: "mark from the last mark to here", run: move(func(n pane.Navigator) { n.MarkRange() })},
		{name: "mark-all", keys: []string{"*"}, where: inLists, help: "mark all rows shown", run: move(func(n pane.Navigator) { n.MarkAll() })},
		{name: "unmark", keys: []string{"\\"}, where: inLists, help: "clear all marks", run: move(func(n pane.Navigator) { n.ClearMarks() })},
		{name: "next", keys: []string{"n"}, where: inLists, help: "next row that wants attention: unacked, failed, warn or worse", run: func(m *Model, _ string) tea.Cmd { return m.seek(1) }},
		{name: "previous", keys: []string{"N"}, where: inLists, help: "previous such row", run: func(m *Model, _ string) tea.Cmd { return m.seek(-1) }},
		{name: "follow", keys: []string{"f"}, where: inFollowing | inOverview, help: "follow the newest row, or stop", run: (*Model).toggleFollow},
		{name: "follow", keys: []string{"f"}, where: with(pane.HasClients) | inDetail, foot: "follow", help: "follow this client: its signal over time, through APs", run: (*Model).followClient, off: (*Model).noClient},
		{name: "sort", keys: []string{"s"}, where: with(pane.HasOrders), help: "sort the rows; a menu offers the orders", arg: "ORDER", run: (*Model).sortBy, values: (*Model).orderNames},
		{name: "sev", keys: []string{"S"}, where: inLists, help: "severity floor; a menu offers all, info, warn, critical", arg: "SEVERITY", run: (*Model).setSeverity,
			values: func(*Model) []string { return severityNames() }},
		{name: "sev", where: setOf(view.SLEPlace()), help: "severity floor", arg: "SEVERITY", run: (*Model).setSeverity, values: func(*Model) []string { return severityNames() }},
		{name: "only-site", keys: []string{"="}, where: with(pane.HasSites), help: "only rows of this row's site; again: all", run: (*Model).toggleSite, off: (*Model).noSite},
		{name: "only-open", keys: []string{"O"}, where: with(pane.HasStates), help: "only alerts that nobody has acked or snoozed; again: all", run: (*Model).onlyOpen},
		{name: "resolved", where: setOf(view.AlertsPlace()) | inOverview, help: "show resolved alerts too, or only those of the last 10 minutes", run: (*Model).toggleResolved},
		{name: "export", keys: []string{"x"}, where: inLists, help: "write the marked rows, or all that match, to a file", arg: "json|ndjson|csv|md", run: (*Model).export,
			values: func(*Model) []string { return []string{"json", "ndjson", "csv", "md"} }},
	}
}

func severityNames() []string {
	out := []string{allSeverities}
	for _, s := range event.Severities() {
		if s != event.Debug { // which is all of them
			out = append(out, s.String())
		}
	}
	return out
}

func actBindings() []binding {
	out := actionBindings(actions.OnAlert)
	undo := binding{name: "undo", keys: []string{"U"}, where: inActing, help: "undo what you did last, within 10 seconds", run: (*Model).undoLast, off: (*Model).noUndo}
	out = slices.Insert(out, slices.IndexFunc(out, func(b binding) bool { return b.name == "unack" })+1, undo)
	return append(out, binding{name: "copy", keys: []string{"y"}, where: inLists | inDetail, help: "copy: line, JSON, id, or a delivery as curl", run: (*Model).copyMenu})
}

func detailBindings() []binding {
	return []binding{
		{name: "tab-next", keys: []string{"]", "tab"}, where: inDetail, foot: "tab", help: "next tab: fields, events, JSON", run: func(m *Model, _ string) tea.Cmd { return m.turnTab(1) }},
		{name: "tab-previous", keys: []string{"[", "shift+tab"}, where: inDetail, help: "previous tab", run: func(m *Model, _ string) tea.Cmd { return m.turnTab(-1) }},
		{name: "row-next", keys: []string{">"}, where: inDetail, help: "detail of the next row in the list", run: func(m *Model, _ string) tea.Cmd { return m.turnRow(1) }},
		{name: "row-previous", keys: []string{"<"}, where: inDetail, help: "detail of the previous row", run: func(m *Model, _ string) tea.Cmd { return m.turnRow(-1) }},
		{name: "search", keys: []string{"/"}, where: inJSON | inHelp, foot: "search", help: "search in this text", run: (*Model).openSearch},
	}
}

func viewBindings(panes []pane.Pane) []binding {
	digit := func(key, name, help string, id pane.ID) binding {
		return binding{name: name, keys: []string{key}, where: inEverywhere, help: help, run: func(m *Model, _ string) tea.Cmd { return m.show(id) }}
	}
	out := []binding{digit("0", "overview", "alerts, up/down, clients and SLE at once", pane.OverviewID)}
	for _, p := range panes {
		if a := p.About(); a.Under == 0 {
			out = append(out, digit(a.Digit, a.Command, a.Help, a.ID))
		}
	}
	return append(out,
		binding{name: "pane-next", keys: []string{"tab"}, where: inLists | inHelp, foot: "next pane", help: "next pane", run: func(m *Model, _ string) tea.Cmd { return m.walkPanes(1) }},
		binding{name: "pane-previous", keys: []string{"shift+tab"}, where: inLists | inHelp, help: "previous pane", run: func(m *Model, _ string) tea.Cmd { return m.walkPanes(-1) }},
		binding{name: "back", keys: []string{"-"}, where: inLists, help: "the view before this one", run: func(m *Model, _ string) tea.Cmd { return m.show(m.panes.last) }},
		binding{name: "zoom", keys: []string{"+"}, where: inOverview, help: "this pane alone", run: func(m *Model, _ string) tea.Cmd { return m.show(m.panes.focus) }},
		binding{name: "unzoom", keys: []string{"_"}, where: inLists &^ inOverview, help: "back to the overview", run: func(m *Model, _ string) tea.Cmd { return m.show(pane.OverviewID) }},
		binding{name: "preview", keys: []string{"v"}, where: inLists, help: "preview: right, bottom, off", arg: "right|bottom|off", run: (*Model).cyclePreview,
			values: func(*Model) []string { return []string{"right", "bottom", "off"} }},
		binding{name: "time", keys: []string{"t"}, where: inLists | inDetail | inSheets, help: "times: age, local time, UTC", run: (*Model).cycleTime},
		binding{name: "connections", keys: []string{"i"}, where: inLists | inDetail | inSheets, help: "show each feed on a line of its own, or fold them", run: (*Model).foldHeader},
		binding{name: "view", where: inLists, help: "a saved view; `view save NAME` keeps this one, `view drop NAME` forgets it", arg: "NAME", run: (*Model).savedView,
			values: (*Model).viewNames},
	)
}

func globalBindings() []binding {
	return []binding{
		{name: "pause", keys: []string{"p"}, where: inLists | inSheets, help: "pause the screen; what comes in is counted", run: (*Model).togglePause},
		{name: "refresh", keys: []string{"r", "ctrl+r", "f5"}, where: inLists | inDetail | inSheets, help: "read everything again", run: (*Model).refresh},
		{name: "help", keys: []string{"?", "f1"}, where: inEverywhere, foot: "help", help: "signs and keys of this pane; / searches them", run: (*Model).toggleHelp},
		{name: "keys", where: inEverywhere, help: "keys of all panes", run: (*Model).allKeys},
		{name: "command", keys: []string{":"}, where: inEverywhere, foot: "command", help: "run a command by its name; up, down and tab choose one", run: (*Model).openPalette},
		{name: "mouse", keys: []string{"ctrl+x m"}, where: inEverywhere, help: "mouse wheel on or off; off leaves selecting text to the terminal", run: (*Model).toggleMouse},
		{name: "privacy", keys: []string{"ctrl+x p"}, where: inEverywhere, help: "hide names, MACs, IPs and SSIDs, for a screen that others see; or show them again", run: (*Model).togglePrivacy},
		{name: "theme", keys: []string{"ctrl+x t"}, where: inEverywhere, help: "next theme: auto, dark, light, high-contrast", arg: "NAME", run: (*Model).setThemeTo,
			values: func(*Model) []string { return draw.Themes() }},
		{name: "suspend", keys: []string{"ctrl+z"}, where: inEverywhere, help: "suspend a screen that only attached; fg brings it back", run: (*Model).suspend},
		{name: "redraw", keys: []string{"ctrl+l"}, where: inEverywhere, help: "draw the whole screen anew", run: func(m *Model, _ string) tea.Cmd { return tea.Batch(tea.ClearScreen, m.pullNow()) }},
		{name: "escape", keys: []string{"esc"}, where: inEverywhere, help: "close the prompt, then the detail, then the filter, then back to the overview; never quits", run: (*Model).escape},
		{name: "q", keys: []string{"q"}, where: inLists, foot: "quit", help: "quit, asking first when the listener is in this window", run: (*Model).quit},
		{name: "q", keys: []string{"q"}, where: inDetail | inSheets | inHelp, foot: "back", help: "close this view", run: (*Model).quit},
		{name: "quit", keys: []string{"Q"}, where: inEverywhere, help: "quit now", run: func(m *Model, _ string) tea.Cmd { return tea.Quit }},
	}
}
