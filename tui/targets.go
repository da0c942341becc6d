package tui

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"foghorn/actions"
	"foghorn/internal/human"
	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
	"foghorn/tui/view"
)

// finder says where there are targets of a kind, and finds those at hand.
type finder struct {
	where  placeSet
	off    func(m *Model, action string) string // why there is none; nil: see find
	values func(m *Model) []string              // completes the argument of the command
	// find sets the targets of an action, and goes on with its arguments.
	find func(m *Model, a *act, k actions.Key, typed string) tea.Cmd
}

// finders are the kinds of targets that actions of the whole screen act on. Webhooks
// have their keys in their pane, which shows each step of a ping.
var finders = map[actions.TargetKind]finder{
	actions.OnAlert:   {where: inActing, off: func(m *Model, _ string) string { return m.noAlert() }, find: (*Model).findAlerts},
	actions.OnDevice:  {where: inActing, off: (*Model).noDeviceAction, find: (*Model).findDevice},
	actions.OnChannel: {where: inEverywhere, values: (*Model).channels, find: (*Model).findChannel},
	actions.OnRelay:   {where: inEverywhere, find: (*Model).findRelay},
}

func (m *Model) findAlerts(a *act, k actions.Key, typed string) tea.Cmd {
	ids := m.alertIDs()
	a.targets, a.label = actions.AlertTargets(ids...), human.CountOf(len(ids), "alert")
	if known := m.known(ids[0]); known != nil && len(ids) == 1 {
		a.old = known.Note
	}
	return m.takeArg(a, k, typed)
}

// alertIDs are the alerts at hand: the marked ones, or the selected one.
func (m *Model) alertIDs() []int64 {
	if m.detail != nil {
		if id := m.detail.AlertID(); id != 0 {
			return []int64{id}
		}
		return nil
	}
	if p, ok := m.current().(pane.AlertsOf); ok {
		return p.AlertIDs()
	}
	return nil
}

// noAlert says why there is nothing to act on.
func (m *Model) noAlert() string {
	if len(m.alertIDs()) > 0 {
		return ""
	}
	if m.detail == nil && m.current().Nav().Len() == 0 {
		return "No row here to act on."
	}
	return "This row has no alert."
}

// known returns what the screen knows of an alert; nil when it is not loaded.
func (m *Model) known(id int64) *event.Alert {
	if m.detail != nil {
		if a := m.detail.Data.Alert; a != nil && a.ID == id {
			return a
		}
	}
	if p, ok := m.panes.byID[view.AlertsID].(pane.AlertRow); ok {
		return p.AlertRow(id)
	}
	return nil
}

// deviceAtHand is the device of the row or record at hand, as far as that tells.
func (m *Model) deviceAtHand() (event.Device, bool) {
	if d := m.detail; d != nil {
		switch f := d.Data; {
		case f.Device != nil:
			return *f.Device, true
		case f.Alert != nil:
			return view.DeviceNamed(f.Alert.Source, f.Alert.Site, f.Alert.SiteID, f.Alert.Device, f.Alert.DeviceMAC)
		case f.Event != nil:
			return view.DeviceNamed(f.Event.Source, f.Event.Site, f.Event.SiteID, f.Event.Device, f.Event.DeviceMAC)
		}
		return event.Device{}, false
	}
	if p, ok := m.current().(pane.DeviceOf); ok {
		return p.DeviceOf()
	}
	return event.Device{}, false
}

// noDeviceAction says why nothing can be done to a device from here.
func (m *Model) noDeviceAction(action string) string {
	d, ok := m.deviceAtHand()
	if !ok {
		return "This row has no device."
	}
	if m.opt.Actions == nil || len(m.opt.Actions.Sources()) == 0 {
		return "No " + action + " from here: no organization has an API token in this process."
	}
	if slices.Contains(m.opt.Actions.Sources(), d.Source) {
		return ""
	}
	return "No " + action + " from here: " + d.Source + " has no API token in this process."
}

// foundDevice is the device of an action, as the journal knows it.
type foundDevice struct {
	act    *act
	key    actions.Key
	typed  string
	device event.Device
	err    error
}

// findDevice reads the device at hand from the journal: what the row says of it may
// be old. One that the journal does not know stays as the row has it.
func (m *Model) findDevice(a *act, k actions.Key, typed string) tea.Cmd {
	d, _ := m.deviceAtHand()
	j, now := m.opt.Journal, m.opt.Clock.Now()
	m.input.ahead = &typedAhead{}
	return m.jobs.do(readLimit, func(ctx context.Context) tea.Msg {
		found, ok, err := journal.DeviceByMAC(ctx, j, d.Source, d.MAC, now)
		if !ok {
			found = d
		}
		return foundDevice{a, k, typed, found, err}
	})
}

// takeDevice goes on with the device that was found.
func (m *Model) takeDevice(msg foundDevice) tea.Cmd {
	if msg.err != nil {
		m.input.ahead = nil
		m.say(draw.Critical, "Not done: "+msg.err.Error())
		return nil
	}
	e, d, a := m.env(), msg.device, msg.act
	a.targets = []actions.Target{{Kind: actions.OnDevice, ID: string(d.MAC), Source: d.Source}}
	label := e.Device(d.Name, d.MAC)
	if d.Site != "" {
		label += " at " + e.Cell(d.Site)
	}
	a.label, a.old = e.Theme.Fit(label, min(draw.TextWidth(label), m.window.width/2), false), d.Name
	return m.prepared(func() tea.Cmd { return m.takeArg(a, msg.key, msg.typed) })
}
