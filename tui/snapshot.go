package tui

import (
	"context"
	"errors"
	"reflect"
	"time"

	tea "charm.land/bubbletea/v2"

	"foghorn/journal/event"
	"foghorn/journal/query"
	"foghorn/tui/pane"
	"foghorn/tui/port"
	"foghorn/tui/view"
)

// pullGap is the least time between two looks at the journal that nobody asked
// for with a key: at most ten a second. While rows stream past without a pause
// it is streamGap: nobody reads faster, and a slow link has a third less to carry.
const (
	pullGap   = 100 * time.Millisecond
	streamGap = 150 * time.Millisecond
	streaming = 5 // pulls in a row make a stream
)

// rowsEvery is how long rows may stay while the counters show no change. A
// signal alone does not mean new rows: the collector writes once a second how
// its feeds are. What changes a row and no counter, such as a new title of an
// alert by a timer, is on the screen after this time.
const rowsEvery = 5 * time.Second

// dirtyMsg says that the journal changed since it was last looked at.
type dirtyMsg struct{}

// pullMsg says that a pull put off earlier is due.
type pullMsg struct{}

// snapshotMsg is the answer to a pull. Its number shows whether anybody still
// waits for it.
type snapshotMsg struct {
	number int
	status event.Status
	rows   bool // rows were read, and not the status alone
	apply  []func()
	news   activityNews
	err    error
}

// puller keeps the screen's questions to the journal apart and in pace. At
// most one is under way; a later one of more importance cancels it.
type puller struct {
	number  int
	flying  bool
	again   bool // something changed while one was under way
	waiting bool // a pullMsg is on its way
	watched bool // somebody waits for the journal's signal
	rows    bool // the next pull reads rows, whatever the counters tell
	rowsAt  time.Time
	last    time.Time
	streak  int // pulls that came as soon as the pace allowed
	cancel  context.CancelFunc
}

// gap is the least time until the next pull.
func (p *puller) gap() time.Duration {
	if p.streak >= streaming {
		return streamGap
	}
	return pullGap
}

// watch waits for the journal's signal. It is not set up again before the pull
// that the signal led to, so that a busy journal costs no more messages than
// there are pulls; the one slot keeps what happens meanwhile.
func (m *Model) watch() tea.Cmd {
	if m.pull.watched {
		return nil
	}
	m.pull.watched = true
	changed := m.opt.Journal.Changed()
	return m.jobs.do(0, func(ctx context.Context) tea.Msg {
		select {
		case <-changed:
			return dirtyMsg{}
		case <-ctx.Done():
			return nil
		}
	})
}

// pullSoon reads rows now, or as soon as the pace allows it.
func (m *Model) pullSoon() tea.Cmd {
	m.pull.rows = true
	return m.pullPaced()
}

// pullPaced pulls as soon as the pace allows it: the status, and the rows when
// it shows a change or they are due anyway.
func (m *Model) pullPaced() tea.Cmd {
	p := &m.pull
	if p.flying {
		p.again = true
		return nil
	}
	wait := p.last.Add(p.gap()).Sub(m.opt.Clock.Now())
	if wait <= 0 || wait > p.gap() {
		return m.ask()
	}
	if p.waiting {
		return nil
	}
	p.waiting = true
	return m.jobs.after(wait, pullMsg{})
}

// pullNow asks at once and gives up on what was asked before: the operator
// changed what is wanted.
func (m *Model) pullNow() tea.Cmd {
	m.pull.rows = true
	return m.ask()
}

func (m *Model) ask() tea.Cmd {
	p := &m.pull
	if p.cancel != nil {
		p.cancel()
	}
	p.number++
	if p.streak++; m.opt.Clock.Now().Sub(p.last) > 2*streamGap {
		p.streak = 0
	}
	p.flying, p.again, p.last = true, false, m.opt.Clock.Now()
	ctx, cancel := context.WithCancel(m.jobs.ctx)
	p.cancel = cancel

	number, wanted, question, journal := p.number, m.wanted(), m.wantedDetail(), m.opt.Journal
	// The command runs beside the model: it gets values, never p.
	known, actor, newsAt, now := m.journal.status, m.opt.Actor, m.journal.lastActivity, p.last
	if p.rows || now.Sub(p.rowsAt) >= rowsEvery || m.showsBeside() {
		known = nil
	}
	p.rows = false
	read := m.jobs.with(ctx, readLimit, func(ctx context.Context) tea.Msg {
		snap := snapshotMsg{number: number}
		snap.status, snap.err = journal.Status(ctx)
		if snap.err == nil && known != nil && sameRows(known, &snap.status) {
			return snap
		}
		snap.rows = true
		if snap.news.until = snap.status.Position; snap.err == nil && newsAt > 0 {
			snap.news, snap.err = readOwnerChanges(ctx, journal, actor, newsAt, now)
		}
		for _, f := range wanted {
			snap.run(ctx, journal, f, &question)
		}
		if question != nil {
			snap.run(ctx, journal, question.Fetch, nil)
		}
		return snap
	})
	return tea.Batch(read, m.watch())
}

// showsBeside reports whether what is shown changes without a counter of the status.
func (m *Model) showsBeside() bool {
	shown := m.atHand()
	if m.detail != nil {
		shown = &m.detail.Data
	}
	b, ok := shown.(pane.BesideOf)
	return ok && b.Beside()
}

// sameRows reports whether nothing happened between two looks at the status
// that a row could show. Each record moves the position; what timers do to
// alerts without one moves the counts; what the cloud reports of devices and
// clients moves the state.
func sameRows(a, b *event.Status) bool {
	return a.Position == b.Position && a.State == b.State && reflect.DeepEqual(a.Counts, b.Counts)
}

// run asks one question, unless an earlier one failed.
func (s *snapshotMsg) run(ctx context.Context, j port.Journal, f pane.Fetch, question **detailQuestion) {
	if s.err != nil {
		return
	}
	a, err := f(ctx, j)
	if s.err = err; err != nil {
		return
	}
	s.apply = append(s.apply, a.Apply)
	if question != nil && *question != nil && (*question).follows && a.Newest != (pane.RecordRef{}) {
		(*question).ref = a.Newest
	}
}

// wanted lists what the visible panes need. While the screen is paused that is
// only what somebody scrolls to, or filters for.
func (m *Model) wanted() []pane.Fetch {
	if m.detailOpen() {
		return nil
	}
	now := m.now()
	if m.sheet() != nil {
		if m.paused != nil {
			return nil
		}
		return m.sheetFetch(now)
	}
	var out []pane.Fetch
	for _, p := range m.visiblePanes() {
		if m.paused == nil || p.WantsMore() {
			out = append(out, p.Fetch(now))
		}
	}
	return out
}

// detailQuestion asks for the detail of a record. With follows it is about the
// newest row of the list, which is known only from the answer for the list.
type detailQuestion struct {
	ref     pane.RecordRef
	follows bool
	now     time.Time
	known   *view.DetailData // what the view or the preview has of it
	take    func(view.DetailData)
}

func (q *detailQuestion) Fetch(ctx context.Context, j port.Journal) (pane.Answer, error) {
	if q.ref == (pane.RecordRef{}) {
		return pane.Answer{Apply: func() {}}, nil
	}
	f, err := view.ReadDetail(ctx, j, q.ref, query.Page{Now: q.now}, q.known)
	return pane.Answer{Apply: func() { q.take(f) }}, err
}

// wantedDetail is the question of the detail view, or else of the preview.
func (m *Model) wantedDetail() *detailQuestion {
	s, shown := m.previewRef()
	if !shown {
		return nil
	}
	known := &m.preview.data
	if m.detail != nil {
		known = &m.detail.Data
	}
	have := *known // the answer is made while the view may change
	return &detailQuestion{ref: s, known: &have, now: m.now(), take: m.takeDetail,
		follows: !m.detailOpen() && m.current().Nav().Following()}
}

// Take puts an answer on the screen, unless something else was asked meanwhile.
func (m *Model) Take(s snapshotMsg) tea.Cmd {
	p := &m.pull
	if s.number != p.number {
		return nil
	}
	p.flying = false
	if p.cancel != nil {
		p.cancel()
		p.cancel = nil
	}
	if s.err != nil {
		p.rows = true // they are still wanted
	}
	if errors.Is(s.err, context.Canceled) {
		return nil
	}
	m.journal.err = s.err
	if s.err == nil {
		m.journal.take(s.status)
	}
	if s.err == nil && s.rows {
		p.rowsAt = p.last
		m.takeNews(s.news)
	}
	for _, apply := range s.apply {
		apply()
	}
	if m.moreWanted() || s.err == nil && m.previewMissing() {
		return m.pullSoon()
	}
	if p.again {
		return m.pullPaced()
	}
	return nil
}

// moreWanted reports whether a visible list is at the end of what is loaded.
func (m *Model) moreWanted() bool {
	if m.detailOpen() || m.sheet() != nil {
		return false // its list is not asked for meanwhile
	}
	for _, p := range m.visiblePanes() {
		if p.WantsMore() {
			return true
		}
	}
	return false
}
