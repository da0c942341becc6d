package tui

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"foghorn/internal/human"
	"foghorn/journal/event"
	"foghorn/journal/query"
	"foghorn/tui/draw"
	"foghorn/tui/port"
)

// maxNewActivities bounds how many activities of others one pull looks at; the
// next pull goes on behind them.
const maxNewActivities = 200

// ownerChange is an activity of somebody else that took an alert from this person,
// or gave one back.
type ownerChange struct {
	act   event.Activity
	alert string // what the alert says
}

// activityNews are what others did since the last pull.
type activityNews struct {
	until     int64 // the activity to go on behind
	handovers []ownerChange
}

// readOwnerChanges looks at what was done after an activity, and picks what took alerts
// from actor or gave them back.
func readOwnerChanges(ctx context.Context, j port.Journal, actor string, after int64, now time.Time) (activityNews, error) {
	n := activityNews{until: after}
	acts, err := j.NewActivities(ctx, after, maxNewActivities)
	if err != nil {
		return n, err
	}
	var ids []int64
	for _, a := range acts {
		n.until = a.ID
		if a.Actor == actor || refusal(a) || lost(a, actor) == gained(a, actor) {
			continue
		}
		n.handovers = append(n.handovers, ownerChange{act: a})
		if id, ok := event.AlertIDOf(a.Target); ok {
			ids = append(ids, id)
		}
	}
	alerts, err := readAlerts(ctx, j, now, ids)
	for _, a := range alerts {
		for i := range n.handovers {
			if n.handovers[i].act.Target == event.AlertTarget(a.ID) {
				n.handovers[i].alert = a.Title
			}
		}
	}
	return n, err
}

// refusal reports whether an activity takes back what the cloud refused, of which
// the process that asked for it tells.
func refusal(a event.Activity) bool {
	return a.Sync.State == event.SyncFailed
}

// lost and gained report whether an activity took an alert from somebody, or
// made it theirs.
func lost(a event.Activity, who string) bool   { return owns(a.Was, who) && !owns(a.Became, who) }
func gained(a event.Activity, who string) bool { return owns(a.Became, who) && !owns(a.Was, who) }

func owns(f *event.OperatorFields, who string) bool {
	return f != nil && f.AckedAt != nil && f.Owner == who
}

// takeNews says that others took alerts over from this person, or gave them back.
func (m *Model) takeNews(n activityNews) {
	m.journal.lastActivity = max(m.journal.lastActivity, n.until)
	if len(n.handovers) == 0 {
		return
	}
	e := m.env()
	h := n.handovers[len(n.handovers)-1]
	what := "your alert"
	if more := len(n.handovers); more > 1 {
		what = "your " + human.CountOf(more, "alert")
	} else if h.alert != "" {
		what += ": " + e.Cell(h.alert)
	}
	does := " un-acked "
	switch {
	case gained(h.act, m.opt.Actor):
		does = " gave back "
	case h.act.Became.AckedAt != nil:
		does = " took over "
	}
	m.say(draw.Warn, e.Cell(h.act.Actor)+does+what+".")
}

// maxAsked is how many alerts one question names.
const maxAsked = 200

func readAlerts(ctx context.Context, j port.Journal, now time.Time, ids []int64) ([]event.Alert, error) {
	var out []event.Alert
	for part := range slices.Chunk(ids, maxAsked) {
		texts := make([]string, len(part))
		for i, id := range part {
			texts[i] = strconv.FormatInt(id, 10)
		}
		rows, err := j.Alerts(ctx, query.Page{Where: query.MustParse("id:" + strings.Join(texts, ",")), Now: now, Limit: len(part)})
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	return out, nil
}
