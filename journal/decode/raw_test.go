package decode

import (
	"encoding/json"
	"errors"

	"foghorn/journal/event"
)

// rawAt is the element of the event at place.
func rawAt(d *event.Delivery, place int) (json.RawMessage, error) {
	all, err := Raw(d)
	if err != nil {
		return nil, err
	}
	if place >= len(all) || all[place] == nil {
		return nil, errors.New("no event there")
	}
	return all[place], nil
}
