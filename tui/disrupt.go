package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"foghorn/actions"
	"foghorn/internal/human"
	"foghorn/journal/event"
	"foghorn/tui/draw"
)

// askDisruption says what an action hits right now and what it costs, and has the name
// of the device typed: a key pressed by mistake must not cut people off.
func (m *Model) askDisruption(a *act, i *actions.Item) tea.Cmd {
	e, declined := m.env(), a.d.Ask.Declined
	shown := e.Device(i.Device.Name, i.Device.MAC)
	p := newPrompt(promptConfirm, "type "+shown+" to "+a.d.Name+" it: ", "")
	p.about = append([]string{draw.Capital(m.question(a, i))}, m.hits(i)...)
	if i.Warn != "" {
		p.about = append(p.about, draw.Capital(e.Cell(i.Warn))+".")
	}
	p.about = append(p.about, a.d.Costs)
	p.enter = a.d.Name + "s it"
	p.accept = func(m *Model, text string) tea.Cmd {
		if mac, _ := event.ParseMAC(text); text != shown && text != i.Device.Name && mac != i.Device.MAC {
			m.say(draw.Warn, declined+" What was typed is not its name.")
			return nil
		}
		return m.runAction(a)
	}
	p.cancel = func(m *Model) { m.say(draw.Dim, declined) }
	return m.openPrompt(p)
}

// maxHit is how many of the devices that are hit a question names.
const maxHit = 4

// hits says what an action hits, with the names of the first devices.
func (m *Model) hits(i *actions.Item) []string {
	if i.Impact == nil {
		return nil
	}
	out := []string{i.Impact.String()}
	var names []string
	for n := range i.Impact.Devices {
		if n == maxHit {
			names = append(names, human.CountOf(len(i.Impact.Devices)-n, "more"))
			break
		}
		d := &i.Impact.Devices[n]
		names = append(names, m.env().Device(d.Name, d.MAC))
	}
	if len(names) > 0 {
		out = append(out, "Behind it: "+strings.Join(names, ", "))
	}
	return out
}

// deviceMenu offers what can be done to the device at hand.
func (m *Model) deviceMenu(string) tea.Cmd {
	d, ok := m.deviceAtHand()
	if !ok {
		m.say(draw.Warn, "This row has no device.")
		return nil
	}
	var items []menuItem
	for _, action := range actions.Descriptors() {
		for _, k := range action.Keys {
			if action.Target != actions.OnDevice || k.Menu.Key == "" {
				continue
			}
			items = append(items, menuItem{key: k.Menu.Key, label: k.Menu.Label, off: m.noDeviceAction(action.Name),
				run: func(m *Model) tea.Cmd { return m.startAction(action, k, "") }})
		}
	}
	return m.openMenu(m.env().Device(d.Name, d.MAC), items...)
}
