package tui

import (
	"cmp"
	"context"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"foghorn/journal/event"
	"foghorn/tui/draw"
	"foghorn/tui/list"
	"foghorn/tui/port"
)

// cloudLimit is how long the cloud may take over a question of the operator,
// which is several calls.
const cloudLimit = 30 * time.Second

// againAfter is how old an answer gets before an open sheet asks again: Mist
// has new figures every ten minutes.
const againAfter = 10 * time.Minute

// spans are the lengths of time a metric is shown over.
var spans = []struct {
	name string
	d    time.Duration
}{{"1 hour", time.Hour}, {"24 hours", 24 * time.Hour}, {"7 days", 7 * 24 * time.Hour}}

const usualSpan = 1

// The lists of a metric's sheet.
const (
	listAPs = iota
	listUsers
	metricLists
)

// metricSheet shows one metric of a site over time, why it suffered, and where.
// It asks the cloud in commands; each answer carries the number of its
// question, and what was known stays on the screen until there is more.
type metricSheet struct {
	score    event.SLEScore // as the state has it
	span     int
	measured bool // the plot is of the measured quantity
	on       int  // which list the keys move

	number int // of the last question
	asking bool
	cancel context.CancelFunc
	err    error
	asked  time.Time
	told   time.Time // when the detail came; zero without one
	detail event.SLEDetail

	aps   list.Model[event.ImpactedAP]
	users list.Model[event.ImpactedUser]
}

// sleMsg is the cloud's answer to a question of a sheet.
type sleMsg struct {
	sheet  *metricSheet
	number int
	detail event.SLEDetail
	err    error
}

// openMetric opens the sheet of the metric under the cursor.
func (m *Model) openMetric() tea.Cmd {
	site, ok := m.sheet().(*siteSheet)
	if !ok {
		return nil
	}
	score, ok := site.rows.Selected()
	if !ok {
		return nil
	}
	s := &metricSheet{score: score, span: usualSpan}
	s.aps = list.New(func(a event.ImpactedAP) int64 { return a.MAC.Int64() }, false)
	s.users = list.New(func(u event.ImpactedUser) int64 { return u.MAC.Int64() }, false)
	return tea.Batch(m.openSheet(s), s.ask(m))
}

func (s *metricSheet) where() where { return inMetric }

func (s *metricSheet) nav() navigator {
	if s.on == listUsers {
		return &s.users
	}
	return &s.aps
}

func (s *metricSheet) close() {
	s.number++
	if s.cancel != nil {
		s.cancel()
	}
}

// fetch keeps the score up to date; the rest is the cloud's to tell.
func (s *metricSheet) fetch(time.Time) fetch {
	return func(ctx context.Context, j port.Journal) (answer, error) {
		scores, err := j.Scores(ctx)
		return answer{apply: func() {
			for _, sc := range scores {
				if sc.Source == s.score.Source && sc.SiteID == s.score.SiteID && sc.Metric == s.score.Metric {
					s.score = sc
				}
			}
		}}, err
	}
}

// ask asks the cloud anew; a question under way is given up.
func (s *metricSheet) ask(m *Model) tea.Cmd {
	if m.opt.Cloud == nil {
		return nil
	}
	s.close()
	now := m.opt.Clock.Now()
	ctx, cancel := context.WithCancel(m.jobs.ctx)
	s.cancel, s.asking, s.asked = cancel, true, now
	q := event.SLEQuestion{Source: s.score.Source, SiteID: s.score.SiteID, Metric: s.score.Metric, Start: now.Add(-spans[s.span].d), End: now}
	number, cloud := s.number, m.opt.Cloud
	return m.jobs.with(ctx, cloudLimit, func(ctx context.Context) tea.Msg {
		defer cancel()
		detail, err := cloud.SLE(ctx, q)
		if errors.Is(err, context.DeadlineExceeded) {
			err = errors.New("the cloud did not answer within " + cloudLimit.String())
		}
		return sleMsg{s, number, detail, err}
	})
}

// takeSLE puts an answer in, unless another question was asked since.
func (m *Model) takeSLE(msg sleMsg) {
	s := msg.sheet
	if msg.number != s.number {
		return
	}
	s.asking, s.err = false, msg.err
	if msg.err != nil {
		return
	}
	s.detail, s.told = msg.detail, m.opt.Clock.Now()
	s.aps.Set(withMAC(msg.detail.APs, func(a event.ImpactedAP) event.MAC { return a.MAC }))
	s.users.Set(withMAC(msg.detail.Users, func(u event.ImpactedUser) event.MAC { return u.MAC }))
	if s.aps.Len() == 0 && s.users.Len() > 0 {
		s.on = listUsers
	}
}

// withMAC leaves out what has no MAC: nothing can be looked up about it.
func withMAC[T any](rows []T, mac func(T) event.MAC) []T {
	var out []T
	for _, r := range rows {
		if mac(r).Int64() != 0 {
			out = append(out, r)
		}
	}
	return out
}

// tick asks again when the answer has grown old.
func (s *metricSheet) tick(m *Model) tea.Cmd {
	if s.asking || m.paused != nil || m.opt.Clock.Now().Sub(s.asked) < againAfter {
		return nil
	}
	return s.ask(m)
}

// metricHere is the metric's sheet, which keys for it are bound for.
func (m *Model) metricHere() *metricSheet {
	s, _ := m.sheet().(*metricSheet)
	return s
}

func (m *Model) longerSpan(string) tea.Cmd  { return m.turnSpan(1) }
func (m *Model) shorterSpan(string) tea.Cmd { return m.turnSpan(-1) }

func (m *Model) turnSpan(by int) tea.Cmd {
	s := m.metricHere()
	to := max(0, min(len(spans)-1, s.span+by))
	if to == s.span {
		m.say(draw.Dim, "It is shown over 1 hour, 24 hours or 7 days.")
		return nil
	}
	s.span = to
	return s.ask(m)
}

func (m *Model) nextList(string) tea.Cmd {
	s := m.metricHere()
	s.on = (s.on + 1) % metricLists
	return nil
}

// noMeasured says why the measured quantity cannot be plotted.
func (m *Model) noMeasured() string {
	if s := m.metricHere(); s == nil || len(s.detail.Measured) == 0 {
		return "Nothing but the success rate is told for this metric."
	}
	return ""
}

func (m *Model) togglePlot(string) tea.Cmd {
	s := m.metricHere()
	s.measured = !s.measured
	return nil
}

// openSheetRow opens what is under the cursor of a sheet.
func (m *Model) openSheetRow(string) tea.Cmd {
	s := m.metricHere()
	if s == nil {
		return m.openMetric()
	}
	if s.on == listUsers {
		if u, ok := s.users.Selected(); ok {
			return m.openRecord(subject{subjectClient, u.MAC.Int64()})
		}
		return nil
	}
	if a, ok := s.aps.Selected(); ok {
		return m.openRecord(subject{subjectDevice, a.MAC.Int64()})
	}
	return nil
}

// openRecord opens a detail view over the sheet.
func (m *Model) openRecord(s subject) tea.Cmd {
	m.detail = newDetail(s)
	return m.pullNow()
}

// siteName is the site's name as far as anybody told it.
func (s *metricSheet) siteName() string {
	return cmp.Or(s.score.Site, s.detail.Site, s.score.SiteID)
}
