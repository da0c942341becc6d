package view

import (
	"fmt"
	"slices"
	"strings"

	"foghorn/internal/human"
	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
)

// wideSite is the width from which the parts of a site's page stand in two columns.
const wideSite = 100

func (s *SitePage) Draw(e pane.Context, w, h int) []string {
	name := "Site " + e.Cell(s.siteName())
	if s.data.Source != "" {
		name += " of " + e.Cell(s.data.Source)
	}
	out := []string{draw.SheetTitle(e.Context, name, "tab next list, enter opens", w)}
	switch {
	case !s.read:
		return draw.Pad(append(out, "", "  Reading the journal."), w, h)
	case s.missing:
		return draw.Pad(append(out, "", "  Nothing is known about this site anymore.", "  esc goes back"), w, h)
	}
	badge, role, text := s.standing(e)
	for _, l := range draw.Headline(e.Context, badge, role, text, w-2) {
		out = append(out, " "+l)
	}
	room := h - len(out)
	if w < wideSite {
		return draw.Pad(append(out, s.stack(e, []int{0, 1, 2, 3}, w, room)...), w, h)
	}
	// Changes are sentences and get the whole width, below.
	half, above := w/2, room-len(s.stack(e, []int{3}, w, room/3))
	left, right := s.stack(e, []int{0, 2}, half-1, above), s.stack(e, []int{1}, w-half, above)
	n := max(len(left), len(right))
	changes := s.stack(e, []int{3}, w, room-n)
	left, right = draw.Pad(left, half-1, n), draw.Pad(right, w-half, n)
	return draw.Pad(append(append(out, draw.Beside(e.Context, left, right)...), changes...), w, h)
}

// standing is what the page says first: how many devices are down, and of what.
func (s *SitePage) standing(e pane.Context) (badge string, r draw.Role, text string) {
	d := &s.data
	clients := human.CountOf(d.Clients, "client")
	if d.Devices == 0 {
		return "NO INVENTORY", draw.Dim, "how many devices are down is not known: no API token has read them; " + clients
	}
	var types []string
	counts := slices.Clone(d.Types)
	slices.SortStableFunc(counts, func(a, b event.SiteCount) int { return typeRank(a.Type) - typeRank(b.Type) })
	for _, t := range counts {
		one := fmt.Sprintf("%d %s", t.Devices, kindName(e, t.Type, t.Devices))
		if t.Down > 0 {
			one += fmt.Sprintf(" (%d down)", t.Down)
		}
		types = append(types, one)
	}
	if d.Unknown > 0 {
		types = append(types, fmt.Sprintf("%d not reported yet", d.Unknown))
	}
	text = strings.Join(types, ", ") + "; " + clients
	if d.Down == 0 {
		return "ALL UP", draw.OK, text
	}
	return fmt.Sprintf("%d of %d DOWN", d.Down, d.Devices), draw.Critical, text
}

// typeRank orders types of devices by how many others hang on them.
func typeRank(kind string) int {
	if i := slices.Index([]string{"gateway", "switch", "mxedge", "ap"}, kind); i >= 0 {
		return i
	}
	return 9
}

// kindName is a type of device in a count.
func kindName(e pane.Context, kind string, n int) string {
	name := deviceKinds[kind]
	switch {
	case name == "":
		return e.Cell(kind)
	case n == 1:
		return name
	case kind == "switch":
		return "switches"
	}
	return name + "s"
}

// stack draws parts below each other. Each gets its title and what it needs, as far
// as there is room.
func (s *SitePage) stack(e pane.Context, which []int, w, h int) []string {
	parts := s.parts()
	wants := make([]int, len(which))
	lines := make([][]string, len(which)) // of the parts without rows
	for i, n := range which {
		if parts[n].nav.Len() > 0 {
			wants[i] = 1 + parts[n].nav.Len()
			continue
		}
		for _, t := range parts[n].empty(e) {
			for _, l := range draw.Wrap(t, max(10, w-3)) {
				lines[i] = append(lines[i], "  "+e.Theme.On(draw.Dim, l))
			}
		}
		wants[i] = 1 + len(lines[i])
	}
	var out []string
	for i, have := range shareHeight(h, wants) {
		if have == 0 {
			continue
		}
		p, focused := parts[which[i]], which[i] == s.focus && parts[which[i]].nav.Len() > 0
		out = append(out, partTitle(e, p, focused, have-1, w))
		p.nav.SetHeight(have - 1)
		if p.nav.Len() == 0 {
			out = append(out, lines[i][:min(len(lines[i]), have-1)]...)
			continue
		}
		out = append(out, p.rows(e, w, have-1, focused)...)
	}
	return out
}

// partTitle is the line above a part, with how many rows do not fit.
func partTitle(e pane.Context, p sitePart, focused bool, room, w int) string {
	role, right := draw.Dim, ""
	if focused {
		role = draw.Title
	}
	if n := p.nav.Len(); n > room {
		right = fmt.Sprintf("%d/%d", p.nav.Cursor()+1, n)
	}
	title := e.Theme.Fit(e.Theme.Glyph.Rule+" "+p.title+" ", min(draw.TextWidth(p.title)+3, max(0, w-draw.TextWidth(right)-1)), false)
	fill := max(0, w-draw.TextWidth(title)-draw.TextWidth(right))
	return e.Theme.On(role, title) + e.Theme.On(draw.Dim, strings.Repeat(e.Theme.Glyph.Rule, fill)+right)
}

// shareHeight gives each part what it wants, as far as there is room: first two lines
// each, then one after the other a line more.
func shareHeight(h int, wants []int) []int {
	out := make([]int, len(wants))
	for least := 1; h > 0; least++ {
		gave := false
		for i, want := range wants {
			if out[i] < min(want, least) && h > 0 {
				out[i]++
				h--
				gave = true
			}
		}
		if !gave && least > slices.Max(wants) {
			break
		}
	}
	return out
}

func (s *SitePage) downTitle() string {
	if s.data.Down == 0 {
		return "Devices down"
	}
	return fmt.Sprintf("Devices down: %d of %d", s.data.Down, s.data.Devices)
}

func (s *SitePage) noDown(pane.Context) []string {
	if s.data.Devices == 0 {
		return []string{"not known"}
	}
	return []string{"every device is connected"}
}

func (s *SitePage) alertsTitle() string {
	n := s.data.Unresolved()
	if n == 0 {
		return "Alerts"
	}
	return fmt.Sprintf("Alerts: %d (%d open)", n, s.data.Open)
}

// sentence is what stands in place of rows where that depends on nothing.
func sentence(text string) func(pane.Context) []string {
	return func(pane.Context) []string { return []string{text} }
}

// changesTitle says whether there may have been more changes than the rows.
func (s *SitePage) changesTitle() string {
	if len(s.data.Changes.Unknown) > 0 && len(s.data.Changes.Rows) > 0 {
		return "Changed in the last 24 hours, as far as is known"
	}
	return "Changed in the last 24 hours"
}

// noChanges says that nothing was changed, or why that is not known.
func (s *SitePage) noChanges(e pane.Context) []string {
	if len(s.data.Changes.Unknown) == 0 {
		return []string{"nothing was changed here"}
	}
	out := []string{"no change is known, but some may be missing:"}
	for _, g := range s.data.Changes.Unknown {
		out = append(out, "? "+gapText(e, g))
	}
	return out
}

func siteDownColumns(pane.Context) []draw.Column {
	return []draw.Column{{Width: 1}, {Width: 9}, {Width: 10, Whole: true}, {Width: 5, Right: true}, {Width: 8, Grow: 1, Max: 12, Drop: 1}, {Width: 10, Grow: 2, Max: 24, Drop: 2}}
}

func siteDownCells(e pane.Context, d event.Device) []draw.Cell {
	word, r := deviceWord(e, d)
	mark, state, _ := strings.Cut(word, " ")
	if d.Status == event.DeviceDisconnected {
		state = ""
	}
	return []draw.Cell{
		{Text: mark, Role: r},
		{Text: kindName(e, d.Type, 1), Role: draw.Plain},
		{Text: e.Device(d.Name, d.MAC), Role: draw.Strong},
		{Text: e.AgeOr(d.Since, ""), Role: draw.Plain},
		{Text: e.Cell(state), Role: r},
		{Text: e.Cell(d.Model), Role: draw.Dim},
	}
}

func siteAlertColumns(pane.Context) []draw.Column {
	return []draw.Column{{Width: 1}, {Width: 1}, {Width: 5, Right: true}, {Width: 10, Whole: true}, {Width: 20, Grow: 4}, {Width: 6, Drop: 1}}
}

func siteAlertCells(e pane.Context, a event.Alert) []draw.Cell {
	a.Derive(e.Now)
	role, text := draw.SeverityRole(a.Severity), draw.Plain
	if a.State != event.Open {
		role, text = draw.Dim, draw.Dim
	}
	return []draw.Cell{
		{Text: draw.SeverityLetter(a.Severity), Role: role},
		{Text: e.Theme.Glyph.States[a.State], Role: role},
		{Text: e.Age(a.Opened), Role: text},
		{Text: e.Device(a.Device, a.DeviceMAC), Role: text},
		{Text: e.Cell(AlertTitle(a)), Role: text},
		{Text: alertOwner(e, a, initials(a.Owner)), Role: draw.Dim},
	}
}

func siteScoreColumns(pane.Context) []draw.Column {
	return []draw.Column{{Width: 1}, {Width: 7, Right: true}, {Width: 14, Grow: 1, Max: 24}, {Width: 24, Drop: 1}}
}

func siteScoreCells(e pane.Context, s event.SLEScore) []draw.Cell {
	letter, r := scoreWord(s.Value)
	return []draw.Cell{{Text: letter, Role: r}, {Text: Success(s.Value), Role: r}, {Text: e.Cell(s.Metric), Role: draw.Plain}, {Text: trend(e, s.Trend, 24), Role: r}}
}

func siteChangeColumns(e pane.Context) []draw.Column {
	return []draw.Column{{Width: e.TimeColumn().Width, Right: e.TimeColumn().Right}, {Width: 20, Grow: 1}}
}

func siteChangeCells(e pane.Context, c journal.Change) []draw.Cell {
	return []draw.Cell{{Text: e.When(c.Time), Role: draw.Dim}, {Text: changeText(e, c), Role: draw.Plain}}
}
