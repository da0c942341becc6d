package decode

import (
	"encoding/json"
	"fmt"

	"foghorn/journal/event"
	"foghorn/junos"
)

// The kinds of Name.
const (
	NameSite   = "site"   // ID is a site id
	NameDevice = "device" // ID is a MAC of 12 hex digits
	NameClient = "client" // ID is a MAC of 12 hex digits

	// The sites and addresses of devices, so that an event that identifies its device
	// by less than the MAC can be joined to it.
	NameDeviceSite = "device-site" // ID is a MAC, the name a site id
	NameDeviceIP   = "device-ip"   // ID is an IP address, the name a MAC
)

// Name is a readable name that a delivery gives for an id.
type Name struct {
	Kind, ID, Name string
}

// Decoded is what a delivery says.
type Decoded struct {
	Events  []event.Event
	Names   []Name // each at most once
	Unknown int    // events of topics the table does not have
	Problem string // why not everything could be read; empty otherwise
}

// Delivery decodes an accepted delivery, or an observation in the form of one. The
// events come in the order of their places, complete except for AlertID and Raw.
func Delivery(d *event.Delivery) Decoded { return Options{}.Delivery(d) }

// Options are the settings of the configuration that change how deliveries are read.
type Options struct {
	// EnginesApart are the Junos sources whose Routing Engines are devices of their
	// own, and not one device by the name they have in common.
	EnginesApart map[string]bool
}

// Delivery is the function Delivery with these options.
func (o Options) Delivery(d *event.Delivery) Decoded {
	if d.Via == event.ViaJunos {
		return o.junosDelivery(d)
	}
	return mistDelivery(d)
}

// Raw returns the elements that the events of a delivery were made of, as they came,
// by their places: nil where an element made no event. They are parts of the
// delivery's body, which one call reads once, however many elements there are.
func Raw(d *event.Delivery) ([]json.RawMessage, error) {
	if d.Via == event.ViaJunos {
		if _, err := junos.Parse(d.Body); err != nil {
			return nil, fmt.Errorf("read delivery %d: %w", d.ID, err)
		}
		return []json.RawMessage{d.Body}, nil
	}
	var found []json.RawMessage
	_, err := walk(d, func(p piece, t *topic) bool {
		if t.namesOnly {
			p.raw = nil
		}
		found = append(found, p.raw)
		return true
	})
	if err != nil {
		return nil, fmt.Errorf("read delivery %d: %w", d.ID, err)
	}
	return found, nil
}
