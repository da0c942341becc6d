package tui

import (
	"context"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"foghorn/internal/human"
	"foghorn/journal/query"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
	"foghorn/tui/privacy"
	"foghorn/tui/view"
)

// Model is the root: it owns the size, the focus, the dialogs and where
// messages go. Panes draw and hold rows; they never talk to each other.
type Model struct {
	opt     Options
	jobs    *jobs
	keys    *keymap
	window  window
	panes   paneSet
	preview preview
	input   input
	journal journalState
	pull    puller
	memory  memory

	private private
	sheets  []shownSheet // over the panes, the last one on top
	detail  *view.Detail
	help    *helpView
	toast   toast
	undo    undo
	paused  *pause
	wakeAt  time.Time // the next moment at which time alone changes a text
}

// window is the terminal: its size and colors, how times are shown in it, and
// the frame that was drawn last.
type window struct {
	width, height int
	background    draw.Background // as the terminal reported it
	chosen        string          // the name of the theme
	coarse        bool            // 16 colors or fewer
	theme         *draw.Theme
	times         human.Format
	unfolded      bool // each feed has a line of its own
	mouse         bool // the wheel is the program's
	frame         string
	cursor        *tea.Cursor
}

// input is what somebody is typing or being asked.
type input struct {
	prompt      *prompt
	menu        *menu
	ignoreUntil time.Time // keys before it belong to typing that closed a question
	chord       string
	interrupt   time.Time // when ctrl+c was pressed last
	ahead       *typedAhead
	went        int      // how often a time was gone to
	sites       []string // names, for completion; read when the palette opens
}

// private is who is hidden from others that see the screen.
type private struct {
	hider  *privacy.Hider
	on     bool // names and addresses are not shown
	taught bool // the names to hide were read once
}

// preview is where the preview is, and what it shows.
type preview struct {
	place previewMode
	data  view.DetailData
}

// pause is the state of a paused screen.
type pause struct {
	events    int64     // how many there were then
	following []pane.ID // that go on following afterwards
}

// New makes the program's model. Commands it starts end with ctx.
func New(ctx context.Context, opt Options) *Model {
	if opt.Zone == nil {
		opt.Zone = time.Local
	}
	hider := privacy.New()
	opt.Journal, opt.Actions = hider.Teaching(opt.Journal), hider.TeachingActions(opt.Actions)
	opt.Previews = hider.TeachingPreviews(opt.Previews)
	panes := view.Panes()
	jobs := newJobs(ctx)
	m := &Model{
		opt: opt, private: private{hider: hider, on: opt.Privacy}, jobs: jobs, memory: memory{dir: opt.Dir, jobs: jobs}, keys: newKeymap(panes), panes: newPaneSet(panes),
		window:  window{coarse: opt.NoColor, chosen: opt.Theme, times: opt.Times, mouse: opt.Mouse},
		journal: journalState{clock: opt.Clock, collecting: opt.Collecting},
	}
	m.window.setTheme()
	if opt.Filter != "" {
		m.startFilter(opt.Filter)
	}
	m.draw()
	return m
}

// startFilter sets the filter the program was started with; cmd has parsed it before.
func (m *Model) startFilter(text string) {
	for _, id := range []pane.ID{view.AlertsID, view.LogID} {
		if err := m.panes.byID[id].SetFilter(text); err != nil {
			m.say(draw.Warn, err.Error())
		}
	}
}

// setTheme works the styles out for the colors the terminal has.
func (w *window) setTheme() { w.theme = draw.ThemeOf(w.chosen, w.background, w.coarse) }

// tokens are the sources that have an API token in this process.
func (m *Model) tokens() []string {
	if m.opt.Actions == nil {
		return nil
	}
	return m.opt.Actions.Sources()
}

// current is the pane that keys go to.
func (m *Model) current() pane.Pane { return m.panes.current() }

// Init asks for the terminal's background and starts looking at the journal.
func (m *Model) Init() tea.Cmd {
	return tea.Batch(tea.RequestBackgroundColor, m.pullNow(), m.keepTaught(), m.memory.load(), m.awaitNotice(), m.wake())
}

// now is the present in the zone in which times are shown: 13:03 in a query is what
// the screen shows as 13:03.
func (m *Model) now() time.Time {
	if m.window.times == human.UTC {
		return m.opt.Clock.Now().UTC()
	}
	return m.opt.Clock.Now().In(m.opt.Zone)
}

// env is what drawing needs, as of now.
func (m *Model) env() pane.Context {
	e := pane.Context{
		Context: draw.Context{Theme: m.window.theme, Now: m.opt.Clock.Now(), Mode: m.window.times, Zone: m.opt.Zone, ASCII: m.opt.ASCII},
		Address: m.opt.Address, Hints: m.opt.Hints, Status: m.journal.status, Tokens: m.tokens(),
	}
	if m.private.on {
		e.Hide = m.private.hider.Text
	}
	if m.journal.status != nil { // an attached screen learns it from the collector
		if e.Address == "" {
			e.Address = m.journal.status.Collector.Address
		}
		if e.Hints == nil && m.journal.status.Collector.Help != "" {
			e.Hints = strings.Split(m.journal.status.Collector.Help, "\n")
		}
	}
	if _, gone := m.journal.gone(); gone {
		e.Address, e.Hints = "", nil // nobody listens there
	}
	e.Trouble = m.journal.problems(e)
	return e
}

// View returns the frame that the last Update drew.
func (m *Model) View() tea.View {
	v := tea.NewView(m.window.frame)
	v.AltScreen = true
	v.Cursor = m.window.cursor
	v.WindowTitle = m.journal.windowTitle()
	if m.window.mouse {
		v.MouseMode = tea.MouseModeCellMotion
	}
	return v
}

func (m *Model) detailOpen() bool { return m.detail != nil }

// here is the place keys are looked up for.
func (m *Model) here() placeSet {
	if m.help != nil {
		return inHelp
	}
	if m.detail != nil {
		return map[pane.Traits]placeSet{pane.HasText: inFields, pane.HasRows: inEvents, pane.HasJSON: inJSON}[m.detail.Showing()]
	}
	if s := m.sheet(); s != nil {
		return setOf(s.Place())
	}
	if m.panes.shown == pane.OverviewID {
		return inOverview
	}
	return setOf(m.current().Place())
}

// table is what the rows of the pane with the keys are.
func (m *Model) table() query.Table { return m.current().Table() }

// Steps of the timer that redraws what time alone changes.
const (
	toastStay = 6 * time.Second
	undoStay  = 10 * time.Second
)

// wakeMsg says that time may have changed some text.
type wakeMsg struct{ at time.Time }

// wake sets the one timer for the next moment at which a visible text can
// change by itself; between two such moments nothing is drawn.
func (m *Model) wake() tea.Cmd {
	now := m.opt.Clock.Now()
	next := now.Truncate(draw.AgeStep).Add(draw.AgeStep)
	for _, t := range []time.Time{m.toast.until, m.undo.until, m.journal.goneAt(), m.sheetTickAt()} {
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
