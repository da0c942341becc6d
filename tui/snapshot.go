package tui

import (
	"context"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"foghorn/event"
	"foghorn/query"
)

// pullGap is the least time between two looks at the journal that nobody asked
// for with a key: at most ten a second.
const pullGap = 100 * time.Millisecond

// dirtyMsg says that the journal changed since it was last looked at.
type dirtyMsg struct{}

// pullMsg says that a pull put off earlier is due.
type pullMsg struct{}

// snapshotMsg is the answer to a pull. Its number tells whether anybody still
// waits for it.
type snapshotMsg struct {
	number int
	status event.Status
	apply  []func()
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
	last    time.Time
	cancel  context.CancelFunc
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

// pullSoon pulls now, or as soon as the pace allows it.
func (m *Model) pullSoon() tea.Cmd {
	p := &m.pull
	if p.flying {
		p.again = true
		return nil
	}
	wait := p.last.Add(pullGap).Sub(m.opt.Clock.Now())
	if wait <= 0 || wait > pullGap {
		return m.pullNow()
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
	p := &m.pull
	if p.cancel != nil {
		p.cancel()
	}
	p.number++
	p.flying, p.again, p.last = true, false, m.opt.Clock.Now()
	ctx, cancel := context.WithCancel(m.jobs.ctx)
	p.cancel = cancel

	number, wanted, journal := p.number, m.wanted(), m.opt.Journal
	read := m.jobs.with(ctx, readLimit, func(ctx context.Context) tea.Msg {
		snap := snapshotMsg{number: number}
		snap.status, snap.err = journal.Status(ctx)
		for _, f := range wanted {
			if snap.err != nil {
				break
			}
			var apply func()
			if apply, snap.err = f(ctx, journal); snap.err == nil {
				snap.apply = append(snap.apply, apply)
			}
		}
		return snap
	})
	return tea.Batch(read, m.watch())
}

// wanted lists what the visible panes need. While the screen is paused only
// the counters move.
func (m *Model) wanted() []fetch {
	now := m.opt.Clock.Now().In(m.zone)
	if m.paused != nil {
		return nil
	}
	var out []fetch
	if !m.detailOpen() {
		for _, p := range m.visiblePanes() {
			out = append(out, p.fetch(now))
		}
	}
	if s, ok := m.factsWanted(); ok {
		out = append(out, m.fetchFacts(s, now))
	}
	return out
}

func (m *Model) fetchFacts(s subject, now time.Time) fetch {
	return func(ctx context.Context, j Journal) (func(), error) {
		f, err := readFacts(ctx, j, s, query.Page{Now: now})
		return func() { m.takeFacts(f) }, err
	}
}

// take puts an answer on the screen, unless something else was asked meanwhile.
func (m *Model) take(s snapshotMsg) tea.Cmd {
	p := &m.pull
	if s.number != p.number {
		return nil
	}
	p.flying = false
	if p.cancel != nil {
		p.cancel()
		p.cancel = nil
	}
	if errors.Is(s.err, context.Canceled) {
		return nil
	}
	m.readErr = s.err
	if s.err == nil {
		m.takeStatus(s.status)
	}
	for _, apply := range s.apply {
		apply()
	}
	if p.again || m.moreWanted() {
		return m.pullSoon()
	}
	return nil
}

// takeStatus keeps the counters and works out how far the view is behind.
func (m *Model) takeStatus(s event.Status) {
	now := m.opt.Clock.Now()
	m.status = &s
	if s.Position >= m.lagEnd {
		m.lagEnd, m.lagSince = s.LogEnd, now
	}
}

// lag is how long the oldest record not yet in the view has been waiting, as
// far as this screen has seen it.
func (m *Model) lag() time.Duration {
	if m.status == nil || m.status.Position >= m.lagEnd {
		return 0
	}
	return m.opt.Clock.Now().Sub(m.lagSince)
}

// moreWanted reports whether a visible list stands at the end of what is loaded.
func (m *Model) moreWanted() bool {
	if m.paused != nil {
		return false
	}
	for _, p := range m.visiblePanes() {
		if p.wantsMore() {
			return true
		}
	}
	return false
}
