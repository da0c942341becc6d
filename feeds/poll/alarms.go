package poll

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"foghorn/internal/safetext"
	"foghorn/journal/event"
	"foghorn/mist"
)

// Topics as in webhooks.
const (
	topicAlarms  = "alarms"
	topicEvents  = "device-events"
	topicAudits  = "audits"
	maxAlarms    = 20_000 // of one search
	maxSeen      = 50_000 // remembered
	alarmsWindow = 24 * time.Hour
	oldWindow    = 7 * 24 * time.Hour
	// ackSettles is how long after our ack a search result without it is
	// ignored: the cloud's search lags behind its writes.
	ackSettles = 2 * time.Minute

	maxText = 500 // bytes of a text from the cloud
)

// alarms caches the alarms' state of the last reading, so that each change is
// emitted once.
type alarms struct {
	mu   sync.Mutex
	seen map[string]seenAlarm
}

// seenAlarm is the state of an alarm at the last reading.
type seenAlarm struct {
	state   string // see alarmState; a change makes a new observation
	acked   bool
	ackedAt time.Time
	note    string
	settled bool // acks and notes agree with the alert
	read    time.Time
}

// alarmState encodes an alarm's state, without acks and notes.
func alarmState(a *mist.Alarm) string {
	return fmt.Sprintf("%d %d %s %s %t", a.LastSeen.UnixMilli(), a.Count, a.Status, a.Severity, resolved(a))
}

func resolved(a *mist.Alarm) bool { return a.Status == "resolved" || !a.Resolved.IsZero() }

func (p *Poll) askAlarms(ctx context.Context) error {
	_, err := p.reconcile(ctx, mist.Window{Duration: alarmsWindow})
	return err
}

// askOldAlarms looks further back: alarms stay open, and are acknowledged, for
// longer than a day.
func (p *Poll) askOldAlarms(ctx context.Context) error {
	_, err := p.reconcile(ctx, mist.Window{Duration: oldWindow})
	return err
}

// reconcile reads alarms and emits what webhooks missed. Acks in the portal
// become activities.
func (p *Poll) reconcile(ctx context.Context, w mist.Window) (seqs []int64, err error) {
	p.alarms.mu.Lock()
	defer p.alarms.mu.Unlock()
	asked := p.o.Clock.Now()
	var rows []mist.Alarm
	for a, err := range p.api().SearchAlarms(ctx, p.o.OrgID, mist.AlarmQuery{Window: w}) {
		if err != nil {
			return nil, err
		}
		if a.ID != "" && p.followed(a.SiteID) {
			rows = append(rows, a)
		}
		if len(rows) >= maxAlarms {
			break
		}
	}
	slices.SortStableFunc(rows, func(a, b mist.Alarm) int { return a.LastSeen.Compare(b.LastSeen) })
	ids, changed := p.alarms.changedSince(rows)
	if len(changed) == 0 {
		return nil, nil
	}
	known, err := p.o.View.AlertsByMistAlarm(ctx, ids)
	if err != nil {
		return nil, err
	}
	return p.applyChanged(ctx, changed, known, asked)
}

// followed reports whether events of a site are emitted. Events without a site
// always are.
func (p *Poll) followed(id string) bool { return id == "" || p.o.State.Keeps(id) }

// changedSince picks the alarms that changed since the last reading, or whose acks do not
// agree with the alert yet.
func (m *alarms) changedSince(rows []mist.Alarm) (ids []string, changed []mist.Alarm) {
	for _, a := range rows {
		s, known := m.seen[a.ID]
		if known && s.settled && s.state == alarmState(&a) && s.acked == a.Acked && s.ackedAt.Equal(a.AckedAt) && s.note == a.Note {
			continue
		}
		ids, changed = append(ids, a.ID), append(changed, a)
	}
	return ids, changed
}

// applyChanged emits what is new in the changed alarms, and caches their state once
// that is in the log.
func (p *Poll) applyChanged(ctx context.Context, changed []mist.Alarm, known map[string]event.Alert, asked time.Time) (seqs []int64, err error) {
	var tell [][]byte
	var acts []event.Record
	next := make(map[string]seenAlarm, len(changed))
	for i := range changed {
		a := &changed[i]
		alert, exists := known[a.ID]
		before, read := p.alarms.seen[a.ID]
		if (!read || before.state != alarmState(a)) && (!exists || !agrees(a, &alert)) {
			tell = append(tell, a.Raw)
		}
		now := seenAlarm{state: alarmState(a), acked: a.Acked, ackedAt: a.AckedAt, note: a.Note, read: asked}
		var act *event.Activity
		if exists {
			settling, err := p.settling(ctx, &alert, asked)
			if err != nil {
				return nil, err
			}
			if !settling {
				act, now.settled = p.portalActivity(a, &alert, before, asked)
			}
		}
		if act != nil {
			r, err := event.ActivityRecord(*act)
			if err != nil {
				return nil, err
			}
			acts = append(acts, r)
		}
		next[a.ID] = now
	}
	seqs, err = p.appendElements(ctx, topicAlarms, tell...)
	if err != nil {
		return nil, err
	}
	if len(acts) > 0 {
		if _, err := p.o.Log.Append(ctx, acts...); err != nil {
			return nil, err
		}
	}
	p.alarms.remember(next, asked)
	return seqs, nil
}

// agrees reports whether an alert reflects an alarm.
func agrees(a *mist.Alarm, alert *event.Alert) bool {
	return !a.LastSeen.After(alert.LastSeen.Add(time.Second)) && a.Count <= max(alert.Count, 1) && (alert.Resolved != nil || !resolved(a))
}

// settling reports whether our last change of the alert at the cloud is so recent
// that its search may not show it yet. The time of the ack is no measure for
// that: an unack is more recent than the ack it removes.
func (p *Poll) settling(ctx context.Context, alert *event.Alert, asked time.Time) (bool, error) {
	if alert.SyncActivity == 0 || alert.Sync.State != event.SyncDone {
		return false, nil
	}
	acts, err := p.o.View.ActivitiesByID(ctx, alert.SyncActivity)
	if err != nil || len(acts) == 0 {
		return false, err
	}
	return asked.Sub(acts[0].Time) < ackSettles, nil
}

// portalActivity compares acks in the portal with the alert. It returns the activity that
// is missing here, if any, and whether the two agree after it.
func (p *Poll) portalActivity(a *mist.Alarm, alert *event.Alert, before seenAlarm, asked time.Time) (*event.Activity, bool) {
	own := alert.Sync.Unfinished()
	switch {
	case own:
		return nil, false // our own change is on its way, and wins
	case alert.Resolved != nil:
		return nil, true
	case a.Acked && alert.AckedAt == nil:
		if before.settled && before.acked && before.ackedAt.Equal(a.AckedAt) {
			return nil, false // somebody removed the ack here since; the search lags behind
		}
		return p.activity(event.ActionAck, a, alert, orElse(a.AckedBy, "somebody in Mist"), p.when(a.AckedAt, alert, asked)), true
	case !a.Acked && alert.AckedAt != nil && alert.Sync.State == event.SyncDone:
		if asked.Sub(*alert.AckedAt) < ackSettles {
			return nil, false
		}
		return p.activity(event.ActionUnack, a, alert, "somebody in Mist", asked), true
	case a.Acked && before.settled && before.acked && a.Note != "" && a.Note != before.note && a.Note != alert.Note:
		act := p.activity(event.ActionNote, a, alert, orElse(a.AckedBy, "somebody in Mist"), asked)
		act.Before, act.After, act.Reason = alert.Note, safetext.Clip(a.Note, maxText), ""
		return act, true
	}
	return nil, true
}

// when converts the time of an acknowledgement to this machine's clock, limited
// to plausible times.
func (p *Poll) when(t time.Time, alert *event.Alert, asked time.Time) time.Time {
	if t.IsZero() {
		return asked
	}
	t = t.Add(-p.o.State.Stats().Skew)
	if t.After(asked) || t.Before(alert.Opened) {
		return asked
	}
	return t
}

func (p *Poll) activity(action string, a *mist.Alarm, alert *event.Alert, actor string, at time.Time) *event.Activity {
	return &event.Activity{Time: at, Actor: safetext.Clip(actor, maxText), Action: action, Target: event.AlertTarget(alert.ID), Reason: safetext.Clip(a.Note, maxText),
		Source: p.o.Source, Via: event.ViaPoll, Sync: event.Sync{State: event.SyncDone}}
}

// remember caches the alarms' state, and forgets alarms that no reading has had
// for long.
func (m *alarms) remember(next map[string]seenAlarm, now time.Time) {
	maps.Copy(m.seen, next)
	for id, s := range m.seen {
		if len(m.seen) <= maxSeen {
			return
		}
		if s.read.Before(now) {
			delete(m.seen, id)
		}
	}
}

func orElse(s, otherwise string) string {
	if strings.TrimSpace(s) == "" {
		return otherwise
	}
	return s
}
