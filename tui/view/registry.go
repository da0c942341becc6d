// Package view is what the screen shows: a file for each pane, with its rows, its
// keys and its sheets, and the pages that show one record in full.
//
// It decides how things look and what they are called, and reads what it shows
// through the ports. It keeps no state but that of its sheets, and knows nothing
// of the screen around them.
package view

import "foghorn/tui/pane"

// Panes are those of the screen, in the order in which tab walks through them.
func Panes() []pane.Pane {
	return []pane.Pane{alertsPane(), upDownPane(), clientsPane(), livePane(), devicesPane(), slePane(), inspectorPane(), webhooksPane(), relaysPane(), lettersPane(),
		logPane()}
}
