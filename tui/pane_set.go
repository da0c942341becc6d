package tui

import (
	"slices"

	"foghorn/journal/event"
	"foghorn/tui/pane"
	"foghorn/tui/view"
)

// paneSet is the panes of the screen, and which of them is shown.
type paneSet struct {
	byID  map[pane.ID]pane.Pane
	order []pane.ID // as tab walks through them
	shown pane.ID
	last  pane.ID // what was shown before
	focus pane.ID // within the overview
	floor event.Severity
}

func newPaneSet(panes []pane.Pane) paneSet {
	s := paneSet{byID: map[pane.ID]pane.Pane{}, order: []pane.ID{pane.OverviewID}, shown: pane.OverviewID, last: view.AlertsID, focus: view.AlertsID}
	for _, p := range panes {
		s.byID[p.About().ID] = p
		if p.About().Under == 0 {
			s.order = append(s.order, p.About().ID)
		}
	}
	return s
}

// current is the pane that keys go to.
func (s *paneSet) current() pane.Pane {
	if s.shown == pane.OverviewID {
		return s.byID[s.focus]
	}
	return s.byID[s.shown]
}

// secondList is the second list of a pane; id itself without any.
func (s *paneSet) secondList(id pane.ID) pane.ID {
	for _, p := range s.byID {
		if a := p.About(); a.Under == id && id != pane.OverviewID {
			return a.ID
		}
	}
	return id
}

// next is the pane that tab goes to from the one that is shown.
func (s *paneSet) next(dir int) pane.ID {
	at := s.shown
	if p, ok := s.byID[at]; ok && p.About().Under != 0 {
		at = p.About().Under // they are one pane
	}
	i := max(0, slices.Index(s.order, at))
	return s.order[(i+dir+len(s.order))%len(s.order)]
}

// gridOrder is how tab and the arrows walk through the overview.
var gridOrder = []pane.ID{view.AlertsID, view.UpDownID, view.ClientsID, view.SLEID}

// focusOn moves the overview's focus to a pane, if it is part of the overview.
func (s *paneSet) focusOn(id pane.ID) {
	if slices.Contains(gridOrder, id) {
		s.focus = id
	}
}

// walkGrid moves the overview's focus to the next pane.
func (s *paneSet) walkGrid(dir int) {
	i := slices.Index(gridOrder, s.focus) + dir
	s.focus = gridOrder[(i+len(gridOrder))%len(gridOrder)]
}

// setFloor hides what is less severe, in all panes.
func (s *paneSet) setFloor(floor event.Severity) {
	s.floor = floor
	for _, p := range s.byID {
		p.SetFloor(floor)
	}
}
