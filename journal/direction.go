package journal

import (
	"strings"

	"foghorn/journal/event"
)

// Direction says where an event leaves a device or a link.
type Direction int8

// The directions of an event.
const (
	Down    Direction = -1
	Restart Direction = 0 // or anything that is neither down nor up
	Up      Direction = 1
)

// DirectionOf reads the direction from the event's type.
func DirectionOf(ev event.Event) Direction {
	t := strings.ToUpper(ev.Type)
	switch {
	case strings.Contains(t, "DISCONNECT"), strings.Contains(t, "DOWN"), strings.Contains(t, "OFFLINE"):
		return Down
	case strings.Contains(t, "CONNECT"), strings.Contains(t, "_UP"), strings.Contains(t, "ONLINE"):
		return Up
	default:
		return Restart
	}
}
