package tui

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"foghorn/internal/privatefile"
	"foghorn/journal/event"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
)

// memory is what the screen keeps from one run to the next: what was typed,
// and saved views. It is a convenience: when it cannot be read or written the
// screen says so once and goes on.
type memory struct {
	remembered
	dir     string // empty: nothing is kept
	jobs    *jobs
	writing bool // the file is being written
	again   bool // something changed meanwhile
}

// remembered is the content of the file.
type remembered struct {
	Typed map[string][]string  `json:"typed"`
	Views map[string]savedView `json:"views"`
	// EventsPerRecord is event.MaxEventsPerRecord when the file was written. Files of
	// versions with other event ids have none: see useCurrentIDs.
	EventsPerRecord int64 `json:"events_per_record"`
}

// savedView is a pane with its filter.
type savedView struct {
	Pane     pane.ID        `json:"pane"`
	Filter   string         `json:"filter,omitempty"`
	Floor    event.Severity `json:"severity,omitempty"`
	Order    string         `json:"order,omitempty"`
	Resolved bool           `json:"resolved,omitempty"`
	Family   string         `json:"family,omitempty"`
}

// Bounds on what is kept.
const (
	maxHistory = 100
	maxMemory  = 1 << 20 // bytes of the file
)

type memoryMsg struct {
	memory remembered
	err    error
}

// keptMsg says that the file was written, or why not.
type keptMsg struct{ err error }

func (p promptKind) String() string {
	return [...]string{"filter", "command", "search", "note", "confirm"}[p]
}

func (m *memory) path() string { return filepath.Join(m.dir, "screen.json") }

// load reads what an earlier run kept.
func (m *memory) load() tea.Cmd {
	if m.dir == "" {
		return nil
	}
	path := m.path()
	return m.jobs.do(readLimit, func(context.Context) tea.Msg {
		text, err := os.ReadFile(path)
		if errors.Is(err, os.ErrNotExist) {
			return nil
		}
		var kept remembered
		if err == nil && len(text) > maxMemory {
			err = fmt.Errorf("%s is larger than 1 MiB", path)
		}
		if err == nil {
			err = json.Unmarshal(text, &kept)
		}
		if err == nil {
			kept.useCurrentIDs()
		}
		return memoryMsg{kept, err}
	})
}

func (m *Model) takeMemory(msg memoryMsg) {
	if msg.err != nil {
		m.say(draw.Warn, "History and saved views: "+msg.err.Error())
		return
	}
	m.memory.take(msg.memory)
}

// take adds what was typed before the file was read to what the file holds.
func (m *memory) take(kept remembered) {
	for kind, list := range m.Typed {
		if kept.Typed == nil {
			kept.Typed = map[string][]string{}
		}
		kept.Typed[kind] = append(kept.Typed[kind], list...)
	}
	m.remembered = kept
}

func (m *memory) history(k promptKind) []string { return m.Typed[k.String()] }

// remember keeps a line that was typed, the newest last and each once.
func (m *memory) remember(k promptKind, text string) tea.Cmd {
	if text == "" {
		return nil
	}
	if m.Typed == nil {
		m.Typed = map[string][]string{}
	}
	list := slices.DeleteFunc(slices.Clone(m.Typed[k.String()]), func(s string) bool { return s == text })
	list = append(list, text)
	m.Typed[k.String()] = list[max(0, len(list)-maxHistory):]
	return m.save()
}

// save replaces the file. One write is under way at a time: commands run in no
// fixed order, and an older state must not replace a newer one.
func (m *memory) save() tea.Cmd {
	if m.dir == "" {
		return nil
	}
	if m.writing {
		m.again = true
		return nil
	}
	m.writing, m.again = true, false
	path := m.path()
	m.EventsPerRecord = event.MaxEventsPerRecord
	text, err := json.MarshalIndent(m.remembered, "", " ")
	if err != nil {
		return func() tea.Msg { return keptMsg{err} }
	}
	return m.jobs.do(actLimit, func(context.Context) tea.Msg {
		return keptMsg{privatefile.Replace(path, text)}
	})
}

func (m *Model) takeKept(msg keptMsg) tea.Cmd {
	if msg.err != nil {
		m.say(draw.Warn, "Not kept for next time: "+msg.err.Error())
	}
	return m.memory.saved(msg.err)
}

// saved ends a write, and starts the next one if something changed meanwhile. After
// an error the next change tries again.
func (m *memory) saved(err error) tea.Cmd {
	m.writing = false
	if err == nil && m.again {
		return m.save()
	}
	return nil
}

// savedView brings a saved view back, keeps the one at hand, or forgets one.
func (m *Model) savedView(arg string) tea.Cmd {
	verb, name, _ := strings.Cut(arg, " ")
	name = strings.TrimSpace(name)
	switch {
	case arg == "":
		m.say(draw.Dim, "Saved views: "+strings.Join(m.memory.savedNames(), ", ")+"; :view save NAME keeps this one.")
		return nil
	case verb == "save" && name != "":
		if m.memory.Views == nil {
			m.memory.Views = map[string]savedView{}
		}
		s := m.sortable().ViewState()
		m.memory.Views[name] = savedView{m.panes.shown, m.current().FilterText(), m.panes.floor, s.Order, s.Resolved, s.Family}
		m.say(draw.OK, "Saved; :view "+name+" brings it back.")
		return m.memory.save()
	case verb == "drop" && name != "":
		delete(m.memory.Views, name)
		m.say(draw.OK, "Forgotten.")
		return m.memory.save()
	}
	v, ok := m.memory.Views[arg]
	if _, known := m.panes.byID[v.Pane]; !ok || !known && v.Pane != pane.OverviewID {
		m.say(draw.Warn, "No saved view "+arg+"; :view save NAME keeps this one.")
		return nil
	}
	return m.restore(v)
}

func (m *Model) restore(v savedView) tea.Cmd {
	m.panes.setFloor(v.Floor)
	cmd := m.show(v.Pane)
	m.sortable().SetViewState(pane.ViewState{Order: v.Order, Resolved: v.Resolved, Family: v.Family})
	return tea.Batch(cmd, m.applyFilter(m.current(), v.Filter))
}

// viewNames completes :view.
func (m *Model) viewNames() []string {
	names := m.memory.savedNames()
	out := append(slices.Clone(names), "save ")
	for _, n := range names {
		out = append(out, "drop "+n)
	}
	return out
}

// savedNames are the names of the saved views, sorted.
func (m *memory) savedNames() []string { return slices.Sorted(maps.Keys(m.Views)) }
