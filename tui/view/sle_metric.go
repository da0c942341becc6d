package view

import (
	"cmp"
	"context"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/tui/draw"
	"foghorn/tui/list"
	"foghorn/tui/pane"
	"foghorn/tui/port"
)

// CloudLimit is how long the cloud may take over a question of the operator,
// which is several calls.
const CloudLimit = 30 * time.Second

// AgainAfter is how old an answer gets before an open sheet asks again: Mist
// has new figures every ten minutes.
const AgainAfter = 10 * time.Minute

// spans are the lengths of time a metric is shown over.
var spans = []struct {
	name string
	d    time.Duration
}{{"1 hour", time.Hour}, {"24 hours", 24 * time.Hour}, {"7 days", 7 * 24 * time.Hour}}

const usualSpan = 1

// The lists of a metric's sheet.
const (
	listDevices = iota
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
	list     int  // which list the keys move

	number   int // of the last question
	asking   bool
	cancel   context.CancelFunc
	err      error
	asked    time.Time
	answered time.Time // when the detail came; zero without one
	detail   event.SLEDetail

	devices list.Model[event.ImpactedDevice]
	users   list.Model[event.ImpactedUser]
}

// metricPlace is the sheet of one metric.
var metricPlace = pane.Place{Name: "SLE of a metric", Traits: pane.IsSheet | pane.HasRows}

func newMetricSheet(score event.SLEScore) *metricSheet {
	s := &metricSheet{score: score, span: usualSpan}
	s.devices = list.New(func(a event.ImpactedDevice) int64 { return a.MAC.Int64() }, false)
	s.users = list.New(func(u event.ImpactedUser) int64 { return u.MAC.Int64() }, false)
	return s
}

// SiteOf is the site of the metric.
func (s *metricSheet) SiteOf() event.Site {
	return event.Site{Source: s.score.Source, ID: s.score.SiteID, Name: s.score.Site}
}

func (s *metricSheet) Place() pane.Place { return metricPlace }

func (s *metricSheet) Nav() pane.Navigator {
	if s.list == listUsers {
		return &s.users
	}
	return &s.devices
}

func (s *metricSheet) Close() {
	s.number++
	if s.cancel != nil {
		s.cancel()
	}
}

// Fetch keeps the score up to date; the rest is the cloud's to tell.
func (s *metricSheet) Fetch(time.Time) pane.Fetch {
	return func(ctx context.Context, j port.Journal) (pane.Answer, error) {
		scores, err := j.Scores(ctx)
		return pane.Answer{Apply: func() {
			for _, sc := range scores {
				if sc.Source == s.score.Source && sc.SiteID == s.score.SiteID && sc.Metric == s.score.Metric {
					s.score = sc
				}
			}
		}}, err
	}
}

// Refresh asks the cloud anew; a question under way is given up.
func (s *metricSheet) Refresh(scr pane.Screen) pane.Request { return s.ask(scr, false) }

// More asks for what the first answer leaves out to spare calls: the threshold,
// and how many each reason affected.
func (s *metricSheet) More(scr pane.Screen) pane.Request { return s.ask(scr, true) }

// noMore says why there is nothing more to ask for.
func noMore(scr pane.Screen) string {
	s, ok := scr.Sheet.(*metricSheet)
	switch {
	case !ok || s.answered.IsZero():
		return "The cloud has not answered yet."
	case s.detail.MoreCalls == 0:
		return "Everything was asked for."
	}
	return ""
}

func (s *metricSheet) ask(scr pane.Screen, full bool) pane.Request {
	if scr.Actions == nil || len(scr.Actions.Sources()) == 0 {
		return nil
	}
	s.Close()
	now := scr.Now
	ctx, cancel := context.WithCancel(scr.Ctx)
	s.cancel, s.asking, s.asked = cancel, true, now
	q := event.SLEQuestion{Source: s.score.Source, SiteID: s.score.SiteID, Metric: s.score.Metric, Family: journal.SLEFamily(s.score),
		Start: now.Add(-spans[s.span].d), End: now, Full: full}
	number, cloud := s.number, scr.Actions
	return pane.Command{Cmd: scr.Do(ctx, CloudLimit, func(ctx context.Context) tea.Msg {
		defer cancel()
		detail, err := cloud.SLE(ctx, q)
		if errors.Is(err, context.DeadlineExceeded) {
			err = errors.New("the cloud did not answer within " + CloudLimit.String())
		}
		return pane.Reply(func(scr pane.Screen) pane.Request {
			s.Take(number, detail, err, scr.Now)
			return nil
		})
	})}
}

// Take puts an answer in, unless another question was asked since.
func (s *metricSheet) Take(number int, detail event.SLEDetail, err error, now time.Time) {
	if number != s.number {
		return
	}
	s.asking, s.err = false, err
	if err != nil {
		return
	}
	if detail.Threshold == "" && detail.MoreCalls > 0 { // it was not asked for, and hardly ever changes
		detail.Threshold = s.detail.Threshold
	}
	s.detail, s.answered = detail, now
	s.devices.Set(withMAC(detail.Devices, func(a event.ImpactedDevice) event.MAC { return a.MAC }))
	s.users.Set(withMAC(detail.Users, func(u event.ImpactedUser) event.MAC { return u.MAC }))
	if s.devices.Len() == 0 && s.users.Len() > 0 {
		s.list = listUsers
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

// Tick asks again when the answer has grown old.
func (s *metricSheet) Tick(scr pane.Screen) pane.Request {
	if s.asking || scr.Paused || scr.Now.Sub(s.asked) < AgainAfter {
		return nil
	}
	return s.Refresh(scr)
}

func (s *metricSheet) turnSpan(scr pane.Screen, by int) pane.Request {
	to := max(0, min(len(spans)-1, s.span+by))
	if to == s.span {
		return pane.Say{Role: draw.Dim, Text: "It is shown over 1 hour, 24 hours or 7 days."}
	}
	s.span = to
	return s.Refresh(scr)
}

func (s *metricSheet) nextList(pane.Screen) pane.Request {
	if !s.hasUsers() {
		return pane.Say{Role: draw.Dim, Text: "Mist lists no clients for a WAN metric."}
	}
	s.list = (s.list + 1) % metricLists
	return nil
}

// noMeasured says why the measured quantity cannot be plotted.
func noMeasured(scr pane.Screen) string {
	if s, ok := scr.Sheet.(*metricSheet); !ok || len(s.detail.Measured) == 0 {
		return "Mist reports only the success rate for this metric."
	}
	return ""
}

func (s *metricSheet) togglePlot(pane.Screen) pane.Request {
	s.measured = !s.measured
	return nil
}

// hasUsers reports whether Mist lists clients for the metric.
func (s *metricSheet) hasUsers() bool { return journal.SLEFamily(s.score) != event.FamilyWAN }

// Open opens the device or the client under the cursor.
func (s *metricSheet) Open(pane.Screen) pane.Request {
	if s.list == listUsers {
		if u, ok := s.users.Selected(); ok {
			return pane.OpenRecord{Ref: pane.RecordRef{Kind: pane.ClientRecord, ID: u.MAC.Int64()}}
		}
		return nil
	}
	if a, ok := s.devices.Selected(); ok {
		return pane.OpenRecord{Ref: pane.RecordRef{Kind: pane.DeviceRecord, ID: a.MAC.Int64()}}
	}
	return nil
}

// siteName is the site's name, where it is known.
func (s *metricSheet) siteName() string {
	return cmp.Or(s.score.Site, s.detail.Site, s.score.SiteID)
}
