package tui

import (
	"context"
	"maps"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"foghorn/actions"
	"foghorn/journal/event"
	"foghorn/tui/draw"
)

// networkLimit bounds an action that waits for Mist, and the check before it.
const networkLimit = 40 * time.Second

// act is an action under way: what it is taken on, and the values so far.
type act struct {
	d       *actions.Descriptor
	targets []actions.Target
	args    actions.Args
	label   string // the targets, in the words of this screen
	old     string // the present value of what is asked for
}

// actionBindings are the commands and keys of the actions on a kind of target.
func actionBindings(kind actions.TargetKind) []binding {
	var out []binding
	for _, d := range actions.Descriptors() {
		if d.Target != kind {
			continue
		}
		at := finders[kind]
		for _, k := range d.Keys {
			b := binding{name: k.Name, keys: k.Keys, where: at.where, help: k.Help, foot: k.Foot, arg: k.Arg, values: at.values,
				run: func(m *Model, arg string) tea.Cmd { return m.startAction(d, k, arg) }}
			if at.off != nil {
				b.off = func(m *Model) string { return at.off(m, d.Name) }
			}
			if a := d.Arg(k.Ask); a != nil && len(a.Choices) > 0 {
				b.values = func(*Model) []string { return values(a) }
			}
			out = append(out, b)
		}
	}
	return out
}

func values(a *actions.Arg) []string {
	var out []string
	for _, c := range a.Choices {
		out = append(out, c.Value)
	}
	return out
}

// operator is the person at this screen.
func (m *Model) operator() actions.Operator {
	return actions.Operator{Person: m.opt.Actor, Role: actions.RoleAdmin, Via: event.ViaTUI}
}

// startAction finds the targets at hand, as they are when the key is pressed: rows
// that move afterwards change nothing.
func (m *Model) startAction(d *actions.Descriptor, k actions.Key, arg string) tea.Cmd {
	if m.opt.Actions == nil {
		m.say(draw.Warn, "This screen only reads.")
		return nil
	}
	if m.detail == nil {
		m.current().Nav().Hold() // the next key means the same row, wherever it sinks
	}
	return finders[d.Target].find(m, &act{d: d, args: actions.Args{}}, k, arg)
}

// takeArg goes on with the value that was typed with the command, or asks for it.
func (m *Model) takeArg(a *act, k actions.Key, typed string) tea.Cmd {
	ask := a.d.Arg(k.Ask)
	maps.Copy(a.args, k.Args)
	if typed != "" && len(a.d.Args) > 0 && a.d.Args[0].Kind != actions.Flag {
		a.args[a.d.Args[0].Name] = typed
	} else if ask != nil {
		return m.askArg(a, ask)
	}
	return m.checkAction(a)
}

// askArg asks for a value: with a menu where the argument has choices, else with a
// prompt that has the present value in it.
func (m *Model) askArg(a *act, ask *actions.Arg) tea.Cmd {
	title := strings.ReplaceAll(ask.Prompt, "{}", a.label)
	if len(ask.Choices) == 0 {
		old := ""
		if ask.Required && ask.Kind != actions.Reason {
			old = a.old
		}
		p := newPrompt(promptNote, title, old)
		if ask.Kind == actions.Text || ask.Kind == actions.Reason {
			p = newNotePrompt(title, old)
		}
		p.enter = a.d.Name + "s"
		if a.d.Ask != nil {
			p.enter = "goes on"
		}
		p.accept = func(m *Model, text string) tea.Cmd {
			a.args[ask.Name] = text
			return m.checkAction(a)
		}
		return m.openPrompt(p)
	}
	var items []menuItem
	for _, c := range ask.Choices {
		items = append(items, menuItem{key: c.Key, label: c.Label, run: func(m *Model) tea.Cmd {
			a.args[ask.Name] = c.Value
			return m.checkAction(a)
		}})
	}
	for _, name := range a.d.Also {
		if d, err := actions.Find(name); err == nil {
			also := &act{d: d, targets: a.targets, args: actions.Args{}, label: a.label}
			items = append(items, menuItem{key: name[:1], label: name + ": " + d.Summary, run: func(m *Model) tea.Cmd { return m.checkAction(also) }})
		}
	}
	return m.openMenu(title, items...)
}

// checked is what a check found out.
type checked struct {
	act   *act
	items []actions.Item
	err   error
}

// checkAction looks at the targets as they are now, before anything is done. Rows
// may be a moment old: whether an alert is somebody's, or over, is not decided by
// them.
func (m *Model) checkAction(a *act) tea.Cmd {
	if err := a.d.Validate(a.args); err != nil {
		m.say(draw.Warn, err.Error())
		return nil
	}
	limit := readLimit
	if a.d.Target == actions.OnDevice {
		limit = networkLimit
		m.say(draw.Dim, "Checking first.")
	}
	port, by := m.opt.Actions, m.operator()
	return m.jobs.do(limit, func(ctx context.Context) tea.Msg {
		items, err := port.Check(ctx, by, a.d.Name, a.targets, a.args)
		return checked{a, items, err}
	})
}

// takeChecked goes on after a check: it says why there is nothing to do, asks where
// the action asks, or does it.
func (m *Model) takeChecked(msg checked) tea.Cmd {
	a, err := msg.act, msg.err
	var todo []actions.Item
	others := 0
	for _, i := range msg.items {
		switch {
		case i.Err != nil && err == nil && len(msg.items) == 1:
			err = i.Err
		case i.Skip == "":
			todo = append(todo, i)
		}
		if i.Owner != "" {
			others++
		}
	}
	if a.d.Target == actions.OnDevice {
		m.toast = toast{}
	}
	switch {
	case err != nil && a.d.Ask != nil:
		m.say(draw.Warn, strings.TrimSuffix(a.d.Ask.Declined, ".")+": "+err.Error())
		return nil
	case err != nil:
		m.say(draw.Critical, "Not done: "+err.Error())
		return nil
	case len(todo) == 0:
		m.say(draw.Warn, "Nothing to do: "+whyNot(msg.items)+".")
		return nil
	}
	a.targets = nil
	for _, i := range todo {
		a.targets = append(a.targets, i.Target)
	}
	switch {
	case others > 0:
		return m.askTakeOver(a, todo)
	case a.d.Disrupts:
		return m.askDisruption(a, &todo[0])
	case a.d.Ask != nil && a.args[a.d.Ask.Unless] == "":
		return m.askAction(a, &todo[0])
	}
	return m.runAction(a)
}

// whyNot is why there is nothing to do. That something is the person's own already
// counts more than that something else is over.
func whyNot(items []actions.Item) string {
	if len(items) == 0 {
		return "there is nothing to act on"
	}
	i := items[0]
	for _, o := range items {
		if o.Mine() {
			i = o
		}
	}
	it := "it"
	if len(items) > 1 && !strings.HasPrefix(i.Skip, "{}") {
		it = "them"
	}
	return strings.ReplaceAll(i.Skip, "{}", it)
}

// askAction asks before an action that changes the network.
func (m *Model) askAction(a *act, i *actions.Item) tea.Cmd {
	e, q := m.env(), a.d.Ask
	title, yes := m.question(a, i), q.Yes
	if i.Warn != "" {
		yes = "yes, although " + e.Cell(i.Warn)
	}
	return m.askFirst(title, yes, "no, leave it", q.Declined, func(m *Model) tea.Cmd { return m.runAction(a) })
}

// question is the question of an action about one target.
func (m *Model) question(a *act, i *actions.Item) string {
	e, value := m.env(), ""
	if len(a.d.Args) > 0 {
		value = e.Cell(strings.TrimSpace(a.args[a.d.Args[0].Name]))
	}
	label := a.label
	if i.Device != nil {
		label = e.Device(i.Device.Name, i.Device.MAC)
	}
	return strings.NewReplacer("{}", label, "{value}", value, "{becomes}", e.Theme.Glyph.Becomes).Replace(a.d.Ask.Title)
}

// runAction takes the action; its outcome is a toast.
func (m *Model) runAction(a *act) tea.Cmd {
	if m.detail == nil && a.d.Target == actions.OnAlert {
		m.current().Nav().ClearMarks()
	}
	limit := actLimit
	if a.d.Target == actions.OnDevice {
		limit = networkLimit
		m.say(draw.Dim, "Sending to Mist.")
	}
	port, by := m.opt.Actions, m.operator()
	return m.jobs.do(limit, func(ctx context.Context) tea.Msg {
		msg := actedMsg{d: a.d}
		for step, err := range port.Run(ctx, by, a.d.Name, a.targets, a.args) {
			msg.take(step, err)
		}
		return msg
	})
}
