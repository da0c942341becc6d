package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"foghorn/actions"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
)

// actFor takes an action for a pane, which has found the targets.
func (m *Model) actFor(r pane.Act) tea.Cmd {
	d, err := actions.Find(r.Action)
	if err != nil {
		m.say(draw.Critical, "Not done: "+err.Error())
		return nil
	}
	if m.opt.Actions == nil {
		m.say(draw.Warn, "This screen only reads.")
		return nil
	}
	a := &act{d: d, targets: r.Targets, args: r.Args, label: r.Label}
	if a.args == nil {
		a.args = actions.Args{}
	}
	if r.Ask == "" {
		return m.checkAction(a)
	}
	return m.askFirst(r.Ask, r.Yes, "no, leave it", "Not "+d.Done+".", func(m *Model) tea.Cmd { return m.checkAction(a) })
}

// findRelay takes the relay's name, and what follows it, from what was typed.
func (m *Model) findRelay(a *act, k actions.Key, typed string) tea.Cmd {
	name, rest, _ := strings.Cut(strings.TrimSpace(typed), " ")
	if name == "" {
		m.say(draw.Warn, ":"+a.d.Name+" takes the name of a relay")
		return nil
	}
	if rest = strings.TrimSpace(rest); rest != "" && len(a.d.Args) == 0 {
		m.say(draw.Warn, ":"+a.d.Name+" takes one name")
		return nil
	}
	a.targets, a.label = []actions.Target{actions.RelayTarget(name)}, name
	return m.takeArg(a, k, rest)
}
