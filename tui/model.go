package tui

import (
	"context"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"foghorn/internal/human"
	"foghorn/journal/event"
	"foghorn/journal/query"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
	"foghorn/tui/view"
)

// Model is the root: it owns the size, the focus, the dialogs and where
// messages go. Panes draw and hold rows; they never talk to each other.
type Model struct {
	opt  Options
	zone *time.Location
	jobs *jobs
	keys *keymap

	width, height int
	background    draw.Background
	coarse        bool
	th            *draw.Theme
	mode          human.Format

	panes  map[pane.ID]pane.Pane
	alerts pane.Pane // one of panes
	order  []pane.ID // as tab walks through them
	view   pane.ID
	last   pane.ID
	focus  pane.ID // within the overview
	floor  event.Severity
	layout previewMode

	sheets []shownSheet // over the panes, the last one on top
	detail *view.Detail
	facts  view.DetailData // of the preview
	prompt *prompt
	menu   *menu
	typing time.Time // keys before it belong to typing that closed a question
	help   *helpView
	chord  string

	toast  toast
	undo   undo
	paused *pause

	tokens   []string // the sources that have an API token
	status   *event.Status
	readErr  error
	lagEnd   int64
	lagSince time.Time
	pull     puller
	newsAt   int64 // the last activity that was looked at for what others did
	wakeAt   time.Time

	unfolded  bool
	mouse     bool
	interrupt time.Time
	memory    memory
	keeping   bool // memory is being written
	keepAgain bool

	frame  string
	cursor *tea.Cursor
}

// pause is the state of a screen that stands still.
type pause struct {
	events    int64     // how many there were then
	following []pane.ID // that go on following afterwards
}

// New makes the program's model. Commands it starts end with ctx.
func New(ctx context.Context, opt Options) *Model {
	m := &Model{
		opt: opt, zone: opt.Zone, jobs: newJobs(ctx),
		panes: map[pane.ID]pane.Pane{}, view: pane.OverviewID, last: view.AlertsID, focus: view.AlertsID,
		coarse: opt.NoColor, background: backgroundOf(opt.Theme), mode: opt.Times, mouse: opt.Mouse,
	}
	if m.zone == nil {
		m.zone = time.Local
	}
	panes := view.Panes()
	m.order = []pane.ID{pane.OverviewID}
	for _, p := range panes {
		m.panes[p.About().ID] = p
		if p.About().Under == 0 {
			m.order = append(m.order, p.About().ID)
		}
	}
	m.alerts = m.panes[view.AlertsID]
	m.keys = newKeymap(panes)
	if opt.Cloud != nil {
		m.tokens = opt.Cloud.Sources()
	}
	m.theme()
	if opt.Filter != "" {
		m.startFilter(opt.Filter)
	}
	m.Draw()
	return m
}

// startFilter sets the filter the program was started with; cmd has parsed it before.
func (m *Model) startFilter(text string) {
	for _, id := range []pane.ID{view.AlertsID, view.LogID} {
		if err := m.panes[id].SetFilter(text); err != nil {
			m.say(draw.Warn, err.Error())
		}
	}
}

func (m *Model) theme() { m.th = draw.NewTheme(m.background, m.coarse) }

// backgroundOf is the background a theme is made for.
func backgroundOf(theme string) draw.Background {
	switch theme {
	case "dark":
		return draw.BackgroundDark
	case "light":
		return draw.BackgroundLight
	}
	return draw.BackgroundUnknown
}

// Init asks for the terminal's background and starts looking at the journal.
func (m *Model) Init() tea.Cmd {
	return tea.Batch(tea.RequestBackgroundColor, m.pullNow(), m.loadMemory(), m.awaitNotice(), m.wake())
}

// env is what drawing needs, as of now.
func (m *Model) env() pane.Context {
	e := pane.Context{
		Context: draw.Context{Theme: m.th, Now: m.opt.Clock.Now(), Mode: m.mode, Zone: m.zone, ASCII: m.opt.ASCII},
		Address: m.opt.Address, Hints: m.opt.Hints, Status: m.status, Tokens: m.tokens,
	}
	if m.status != nil { // an attached screen is told by the collector
		if e.Address == "" {
			e.Address = m.status.Collector.Address
		}
		if e.Hints == nil && m.status.Collector.Help != "" {
			e.Hints = strings.Split(m.status.Collector.Help, "\n")
		}
	}
	if _, gone := m.gone(); gone {
		e.Address, e.Hints = "", nil // nobody listens there
	}
	e.Trouble = m.troubles(e)
	return e
}

// View returns the frame that the last Update drew.
func (m *Model) View() tea.View {
	v := tea.NewView(m.frame)
	v.AltScreen = true
	v.Cursor = m.cursor
	v.WindowTitle = m.windowTitle()
	if m.mouse {
		v.MouseMode = tea.MouseModeCellMotion
	}
	return v
}

// current is the pane that keys go to.
func (m *Model) current() pane.Pane {
	if m.view == pane.OverviewID {
		return m.panes[m.focus]
	}
	return m.panes[m.view]
}

func (m *Model) detailOpen() bool { return m.detail != nil }

// here is the place keys are looked up for.
func (m *Model) here() placeSet {
	if m.help != nil {
		return inHelp
	}
	if m.detail != nil {
		return [...]placeSet{inFields, inEvents, inJSON}[m.detail.Tab]
	}
	if s := m.sheet(); s != nil {
		return setOf(s.Place())
	}
	if m.view == pane.OverviewID {
		return inOverview
	}
	return setOf(m.current().Place())
}

// table is what the rows of the pane with the keys are.
func (m *Model) table() query.Table { return m.current().Table() }

// Steps of the timer that redraws what time alone changes.
const (
	toastStay    = 6 * time.Second
	undoStay     = 10 * time.Second
	collectorTTL = 6 * time.Second // a beat older than this is a collector that is gone
)

// wakeMsg says that time may have changed some text.
type wakeMsg struct{ at time.Time }

// wake sets the one timer for the next moment at which a visible text can
// change by itself; between two such moments nothing is drawn.
func (m *Model) wake() tea.Cmd {
	now := m.opt.Clock.Now()
	next := now.Truncate(draw.AgeStep).Add(draw.AgeStep)
	for _, t := range []time.Time{m.toast.until, m.undo.until, m.goneAt()} {
		if t.After(now) && t.Before(next) {
			next = t
		}
	}
	if !m.wakeAt.IsZero() && m.wakeAt.After(now) && !next.Before(m.wakeAt) {
		return nil
	}
	m.wakeAt = next
	return m.jobs.after(next.Sub(now), wakeMsg{next})
}

// goneAt is when the collector is to be called gone, should it not write again.
func (m *Model) goneAt() time.Time {
	if m.status == nil || m.status.Collector.Heartbeat.IsZero() {
		return time.Time{}
	}
	return m.status.Collector.Heartbeat.Add(collectorTTL)
}
