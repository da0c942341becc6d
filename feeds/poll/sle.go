package poll

import (
	"context"
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

// history fills the trend of the last day after the start, an hour at a time.
type history struct {
	mu     sync.Mutex
	looked bool
	hours  []int // the missing hours, as hours ago
}

func (h *history) pace() time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.looked && len(h.hours) == 0 {
		return 24 * time.Hour
	}
	return 20 * time.Second
}

// askHistory reads one hour for which the view has no scores yet.
func (p *Poll) askHistory(ctx context.Context) error {
	h := &p.history
	h.mu.Lock()
	looked := h.looked
	h.mu.Unlock()
	if !looked {
		hours, err := p.missingHours(ctx)
		if err != nil {
			return err
		}
		h.mu.Lock()
		h.looked, h.hours = true, hours
		h.mu.Unlock()
	}
	h.mu.Lock()
	ago := 0
	if len(h.hours) > 0 {
		ago, h.hours = h.hours[0], h.hours[1:]
	}
	h.mu.Unlock()
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

// missingHours returns the past hours without a score of this organization.
func (p *Poll) missingHours(ctx context.Context) ([]int, error) {
	scores, err := p.o.View.Scores(ctx)
	if err != nil {
		return nil, err
	}
	const day = 24
	has := [day]bool{}
	for _, s := range scores {
		if s.Source != p.o.Source {
			continue
		}
		for i, v := range s.Trend {
			if ago := len(s.Trend) - 1 - i; v >= 0 && ago < day {
				has[ago] = true
			}
		}
	}
	var missing []int
	for ago := 1; ago < day; ago++ {
		if !has[ago] {
			missing = append(missing, ago)
		}
	}
	return missing, nil
}
