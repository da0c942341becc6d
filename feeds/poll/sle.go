package poll

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"foghorn/internal/safetext"
	"foghorn/journal/event"
	"foghorn/mist"
)

// families are the families of SLE metrics.
var families = []string{event.FamilyWiFi, event.FamilyWired, event.FamilyWAN}

// The cloud has new values every ten minutes. Windows have an hour, as Mist
// recommends (docs/mist-api.md, Success rates).
const (
	scoreStep   = 10 * time.Minute
	scoreWindow = time.Hour
)

// lastWindow returns the latest complete window.
func (p *Poll) lastWindow() mist.Window {
	end := p.cloudTime(p.o.Clock.Now()).Truncate(scoreStep)
	return mist.Window{Start: end.Add(-scoreWindow), End: end}
}

// askScores reads the scores of a family for all sites within a window.
func (p *Poll) askScores(ctx context.Context, family string, w mist.Window) error {
	names := map[string]string{}
	for _, s := range p.wanted() {
		names[s.ID] = s.Name
	}
	at := w.End.Add(-p.o.State.Stats().Skew)
	var scores []event.SLEScore
	for s, err := range p.api().SitesSLE(ctx, p.o.OrgID, family, w) {
		if err != nil {
			return err
		}
		name, wanted := names[s.SiteID]
		if !wanted {
			continue
		}
		for metric, value := range s.Scores {
			scores = append(scores, event.SLEScore{Source: p.o.Source, SiteID: s.SiteID, Site: name, Family: family, Metric: safetext.Clip(metric, maxText), Value: value, Time: at})
		}
		if len(scores) >= mostScores {
			break
		}
	}
	return p.o.View.PutScores(ctx, scores)
}

// mostScores limits how many scores of one reading are kept.
const mostScores = 200_000

// history fills the trend of the last day after the start: first of the worst
// metrics, each with one call, then of all, an hour at a time.
type history struct {
	mu     sync.Mutex
	looked bool
	hours  []int // the missing hours, as hours ago
}

const (
	hoursOfDay = 24
	// worstFirst is how many metrics have their whole day read before the others.
	worstFirst = 5
)

func (h *history) pace() time.Duration {
	if h.pending() == 0 {
		return 24 * time.Hour
	}
	return 20 * time.Second
}

// pending returns how many hours are still to be read.
func (h *history) pending() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.looked {
		return hoursOfDay - 1
	}
	return len(h.hours)
}

// next takes the next hour off; 0 if none is left.
func (h *history) next() (ago int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.hours) > 0 {
		ago, h.hours = h.hours[0], h.hours[1:]
	}
	return ago
}

func (h *history) begin(hours []int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.looked, h.hours = true, hours
}

func (h *history) begun() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.looked
}

// askHistory reads what the view has no scores of: at first the day of the worst
// metrics, then one hour each time.
func (p *Poll) askHistory(ctx context.Context) error {
	h := &p.history
	if !h.begun() {
		scores, err := p.o.View.Scores(ctx)
		if err != nil {
			return err
		}
		scores = slices.DeleteFunc(scores, func(s event.SLEScore) bool { return s.Source != p.o.Source })
		missing := missingHours(scores)
		h.begin(missing)
		if len(missing) > worstFirst {
			return p.askWorst(ctx, scores)
		}
	}
	ago := h.next()
	if ago == 0 {
		return nil
	}
	w := p.lastWindow()
	back := -time.Duration(ago) * time.Hour
	w.Start, w.End = w.Start.Add(back), w.End.Add(back)
	for _, family := range families {
		if p.schedule.isOff("sle " + family) {
			continue
		}
		if err := p.askScores(ctx, family, w); err != nil {
			return err
		}
	}
	return nil
}

// missingHours returns the past hours without any score.
func missingHours(scores []event.SLEScore) []int {
	has := [hoursOfDay]bool{}
	for _, s := range scores {
		for i, v := range s.Trend {
			if ago := len(s.Trend) - 1 - i; v >= 0 && ago < hoursOfDay {
				has[ago] = true
			}
		}
	}
	var missing []int
	for ago := 1; ago < hoursOfDay; ago++ {
		if !has[ago] {
			missing = append(missing, ago)
		}
	}
	return missing
}

// askWorst reads the day of the worst metrics, so that whoever looks at the worst
// site has its past within seconds. What the cloud does not know under the name
// that is tried waits for its hours.
func (p *Poll) askWorst(ctx context.Context, scores []event.SLEScore) error {
	now := p.cloudTime(p.o.Clock.Now())
	w := mist.Window{Start: now.Truncate(time.Hour).Add(-(hoursOfDay - 1) * time.Hour), End: now}
	var past []event.SLEScore
	for _, s := range worstScores(scores) {
		trend, err := p.api().SLESummaryTrend(ctx, mist.SiteScope(s.SiteID), mist.SLEEndpointName(s.Metric), w)
		switch {
		case mist.IsKind(err, mist.KindNotFound), mist.IsKind(err, mist.KindBadRequest):
			continue
		case err != nil:
			return err
		}
		past = append(past, p.hoursOf(s, trend)...)
	}
	return p.o.View.PutScores(ctx, past)
}

// worstScores are the worst metric of each of the worst sites.
func worstScores(scores []event.SLEScore) []event.SLEScore {
	scores = slices.DeleteFunc(slices.Clone(scores), func(s event.SLEScore) bool { return !(s.Value >= 0) })
	slices.SortStableFunc(scores, func(a, b event.SLEScore) int { return cmp.Compare(a.Value, b.Value) })
	seen := map[string]bool{}
	var out []event.SLEScore
	for _, s := range scores {
		if !seen[s.SiteID] && len(out) < worstFirst {
			seen[s.SiteID] = true
			out = append(out, s)
		}
	}
	return out
}

// hoursOf turns a trend into the scores of its full hours.
func (p *Poll) hoursOf(of event.SLEScore, trend mist.SLETrend) []event.SLEScore {
	step := trend.Metric.Interval
	if step <= 0 || step > time.Hour || trend.Start.IsZero() {
		return nil
	}
	skew := p.o.State.Stats().Skew
	var out []event.SLEScore
	begun, samples := time.Time{}, mist.Samples{}
	flush := func() {
		if rate, ok := mist.Success(samples); ok {
			s := of
			s.Value, s.Time, s.Trend = rate, begun.Add(time.Hour-time.Second).Add(-skew), nil
			out = append(out, s)
		}
	}
	present := p.cloudTime(p.o.Clock.Now()).Truncate(time.Hour)
	for i := range min(len(trend.Metric.Samples.Total), len(trend.Metric.Samples.Degraded)) {
		at := trend.Start.Add(time.Duration(i) * step).Truncate(time.Hour)
		if !at.Before(present) { // the hour is not over, and the poll has its newest value
			break
		}
		if !at.Equal(begun) {
			flush()
			begun, samples = at, mist.Samples{}
		}
		samples.Total = append(samples.Total, trend.Metric.Samples.Total[i])
		samples.Degraded = append(samples.Degraded, trend.Metric.Samples.Degraded[i])
	}
	flush()
	return out
}
