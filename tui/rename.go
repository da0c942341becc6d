package tui

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
	"foghorn/tui/port"
	"foghorn/tui/view"
)

// renameLimit bounds a rename, and the look before it.
const renameLimit = 40 * time.Second

// renameFound is the device a rename is about, as the journal knows it.
type renameFound struct {
	device event.Device
	name   string // wished already, by a command
	err    error
}

// renameChecked is what is to be said before a rename is confirmed.
type renameChecked struct {
	device  event.Device
	name    string
	warning string
	err     error
}

// deviceAtHand is the device of the row or record at hand, as far as that tells.
func (m *Model) deviceAtHand() (event.Device, bool) {
	if d := m.detail; d != nil {
		switch f := d.Facts; {
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

func (m *Model) noRename() string {
	d, ok := m.deviceAtHand()
	switch {
	case !ok:
		return "No device stands behind this row."
	case m.opt.Cloud == nil:
		return "No rename from here: no organisation has an API token in this process."
	}
	for _, s := range m.opt.Cloud.Sources() {
		if s == d.Source {
			return ""
		}
	}
	return "No rename from here: " + d.Source + " has no API token in this process."
}

// rename asks for the new name of the device at hand. What the row tells of it
// may be old, so the journal is asked first.
func (m *Model) rename(name string) tea.Cmd {
	d, _ := m.deviceAtHand()
	j, now := m.opt.Journal, m.opt.Clock.Now()
	return m.jobs.do(readLimit, func(ctx context.Context) tea.Msg {
		found, err := lookUp(ctx, j, d, now)
		return renameFound{device: found, name: strings.TrimSpace(name), err: err}
	})
}

// lookUp reads what the journal knows of a device now; one that it does not know
// stays as the row has it.
func lookUp(ctx context.Context, j port.Journal, d event.Device, now time.Time) (event.Device, error) {
	found, ok, err := journal.DeviceByMAC(ctx, j, d.Source, d.MAC, now)
	if !ok {
		return d, err
	}
	return found, nil
}

// takeFound opens the prompt with the old name in it.
func (m *Model) takeFound(msg renameFound) tea.Cmd {
	d := msg.device
	if msg.err != nil {
		m.say(draw.Critical, "Not renamed: "+msg.err.Error())
		return nil
	}
	if msg.name != "" {
		return m.checkRename(d, msg.name)
	}
	e := m.env()
	label := "rename " + e.Device(d.Name, d.MAC)
	if d.Site != "" {
		label += " at " + e.Cell(d.Site)
	}
	p := newPrompt(promptNote, e.Theme.Fit(label, min(draw.TextWidth(label), m.window.width/2), false)+" to: ", d.Name)
	p.accept = func(m *Model, text string) tea.Cmd { return m.checkRename(d, text) }
	return m.openPrompt(p)
}

func (m *Model) checkRename(d event.Device, name string) tea.Cmd {
	cloud := m.opt.Cloud
	m.say(draw.Dim, "Looking whether the name is free.")
	return m.jobs.do(renameLimit, func(ctx context.Context) tea.Msg {
		warning, err := cloud.CheckRename(ctx, d.Source, d, name)
		return renameChecked{device: d, name: name, warning: warning, err: err}
	})
}

// takeChecked asks whether it is to be done: old to new, and what to mind.
func (m *Model) takeChecked(msg renameChecked) tea.Cmd {
	m.toast = toast{}
	if msg.err != nil {
		m.say(draw.Warn, "Not renamed: "+msg.err.Error())
		return nil
	}
	e := m.env()
	d, name := msg.device, msg.name
	yes := "yes, rename it in Mist"
	if msg.warning != "" {
		yes = "yes, although " + e.Cell(msg.warning)
	}
	return m.askFirst("rename "+e.Device(d.Name, d.MAC)+" "+e.Theme.Glyph.Becomes+" "+e.Cell(name)+"?", yes, "no, leave it", "Not renamed.",
		func(m *Model) tea.Cmd { return m.renameTo(d, name, true) })
}

// renameTo does it; the result, or what Mist has against it, is a toast.
func (m *Model) renameTo(d event.Device, name string, undoable bool) tea.Cmd {
	cloud, operator := m.opt.Cloud, m.opt.Operator
	m.say(draw.Dim, "Telling Mist.")
	return m.jobs.do(renameLimit, func(ctx context.Context) tea.Msg {
		err := cloud.Rename(ctx, d.Source, d, name)
		if errors.Is(err, context.Canceled) {
			return nil
		}
		old := d.Name
		msg := doneMsg{text: "renamed " + view.Named(pane.Context{}, old, "") + " to " + name, err: err}
		if err == nil {
			msg.pending = pending(ctx, operator)
		}
		if old == "" {
			msg.text = "named " + d.MAC.String() + " " + name
		} else if undoable {
			d.Name = name
			msg.back = func(m *Model) tea.Cmd { return m.renameBack(d, old) }
		}
		return msg
	})
}

// renameBack gives a device its old name again, unless somebody has renamed it
// since. That the journal may still have the old name is no rename of anybody's.
func (m *Model) renameBack(d event.Device, old string) tea.Cmd {
	j, now := m.opt.Journal, m.opt.Clock.Now()
	return m.jobs.do(readLimit, func(ctx context.Context) tea.Msg {
		found, err := lookUp(ctx, j, d, now)
		if err == nil && found.Name != d.Name && found.Name != old {
			err = fmt.Errorf("it has been renamed to %s since", found.Name)
		}
		return renameUndo{device: d, old: old, err: err}
	})
}

// renameUndo is an undo of a rename that may go on, or why it may not.
type renameUndo struct {
	device event.Device
	old    string
	err    error
}

func (m *Model) takeRenameUndo(msg renameUndo) tea.Cmd {
	if msg.err != nil {
		return m.takeDone(doneMsg{err: msg.err})
	}
	return m.renameTo(msg.device, msg.old, false)
}

// pending waits until the view shows what was done, and reports whether it still
// does not.
func pending(ctx context.Context, o port.Operator) bool {
	if o == nil {
		return false
	}
	_, shown := o.Await(ctx)
	return !shown
}
