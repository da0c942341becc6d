package drift

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"foghorn/jobs/configs"
	"foghorn/journal/event"
	"foghorn/journal/query"
	"foghorn/mist"
)

// Limits of reading.
const (
	readEvents = 500
	maxEvents  = 5000   // audits in the journal of one span
	maxRead    = 20_000 // that are kept in memory
	madeCalls  = 25     // objects of a commit about which the cloud is asked
)

// journalAudits are the entries in the journal of a span of time.
func (w *Watcher) journalAudits(ctx context.Context, source string, from, to time.Time) ([]Audit, error) {
	now := w.o.Clock.Now()
	where, err := query.Parse(fmt.Sprintf("topic:%s time>=-%ds", event.TopicAudits, int(now.Sub(from).Seconds())+1))
	if err != nil {
		return nil, err
	}
	var out []Audit
	page := query.Page{Where: where, Now: now, Limit: readEvents}
	for n := 0; n < maxEvents; n += readEvents {
		events, err := w.o.Journal.Events(ctx, page)
		if err != nil {
			return nil, err
		}
		for i := range events {
			ev := &events[i]
			if ev.Source != source || ev.Test || ev.Time.Before(from) || ev.Time.After(to) {
				continue
			}
			a, err := w.audit(ctx, ev)
			if err != nil {
				return nil, err
			}
			if a != nil {
				out = append(out, *a)
			}
		}
		if len(events) < readEvents {
			break
		}
		page.Before = events[len(events)-1].ID
	}
	return out, nil
}

// audit reads the entry of an event; nil for one that changes nothing.
func (w *Watcher) audit(ctx context.Context, ev *event.Event) (*Audit, error) {
	if a, ok := w.read[ev.ID]; ok {
		return a, nil
	}
	raw, err := w.o.Journal.Raw(ctx, ev.ID)
	if err != nil && !errors.Is(err, event.ErrNotFound) { // retention took the record
		return nil, err
	}
	var found *Audit
	if a, ok := ReadAudit(ev.Source, ev.Time, raw); ok {
		found = &a
	}
	if len(w.read) >= maxRead {
		clear(w.read)
	}
	w.read[ev.ID] = found
	return found, nil
}

// activities are what people did to an object by foghorn. Among many changes of one
// commit it is not asked for: a person changes one at a time.
func (w *Watcher) activities(ctx context.Context, c *Change, of int) ([]Audit, error) {
	if of > eachObject {
		return nil, nil
	}
	targets := map[string]string{event.ActionRestore: event.ObjectTarget(c.Path.String())}
	if mac, ok := strings.CutPrefix(c.Path.ID, devicePrefix); ok && onlyName(c) {
		targets[event.ActionRename] = event.DeviceTarget(event.MAC(mac))
	}
	var out []Audit
	for action, target := range targets {
		acts, err := w.o.Journal.Activities(ctx, target, readEvents)
		if err != nil {
			return nil, err
		}
		for i := range acts {
			if a := &acts[i]; a.Action == action && a.Sync.State != event.SyncFailed {
				out = append(out, Audit{ID: activityID + strconv.FormatInt(a.ID, 10), Time: a.Time, Admin: a.Actor, Message: "foghorn, " + action, Object: c.Path.String()})
			}
		}
	}
	return out, nil
}

// onlyName reports whether nothing but the name of a device has changed.
func onlyName(c *Change) bool {
	return len(c.Settings) == 1 && c.Settings[0].Path == "name"
}

// answer is what the cloud's audit log has of a span of time, which ended when it was
// asked.
type answer struct {
	from, to time.Time
	audits   []Audit
}

// cloudAudits are the entries of the cloud's audit log of a span of time. What it has
// answered before is not asked again.
func (w *Watcher) cloudAudits(ctx context.Context, o Org, from, to time.Time) ([]Audit, error) {
	org, err := w.o.Find(o.Source)
	if err != nil {
		return nil, err
	}
	if org.OrgID != o.OrgID {
		return nil, fmt.Errorf("%s is another organization now", o.Source)
	}
	a, now := w.asked[o.OrgID], w.o.Clock.Now()
	ask := from
	switch {
	case a == nil || from.Before(a.from) || a.to.After(now): // the clock was wrong
		a = &answer{from: from}
	case !to.After(a.to):
		return a.audits, nil
	default:
		ask = a.to.Add(-2 * settle) // entries reach the log late
	}
	rows, err := configs.AuditLog(ctx, org, ask, now)
	if err != nil {
		return nil, err
	}
	next := &answer{from: from, to: now}
	for _, old := range a.audits {
		if !old.Time.Before(from) && old.Time.Before(ask) {
			next.audits = append(next.audits, old)
		}
	}
	for _, raw := range rows {
		row, _ := mist.ParseObject(raw)
		at, ok := row.Time("timestamp")
		if !ok {
			continue
		}
		if entry, ok := ReadAudit(o.Source, at, raw); ok {
			next.audits = append(next.audits, entry)
		}
	}
	w.asked[o.OrgID] = next
	return next.audits, nil
}

// madeAt asks the cloud since when objects exist that a backup found for the first time.
type madeAt struct {
	w     *Watcher
	o     Org
	calls int
	fresh map[configs.Path]bool // by place and type: one of them was made just now
}

func (w *Watcher) newMadeAt(o Org) *madeAt {
	return &madeAt{w: w, o: o, fresh: map[configs.Path]bool{}}
}

// verdict is what is known of a change that no entry explains. An object that is older
// than the backup before it was not visible then: to the token, or to an older foghorn.
// Where there are too many to ask about, the others are like those of their type.
func (m *madeAt) verdict(ctx context.Context, c *Change) (event.DriftVerdict, string) {
	kind := configs.Path{OrgID: c.Path.OrgID, SiteID: c.Path.SiteID, Type: c.Path.Type}
	fresh, known := m.fresh[kind]
	switch {
	case c.Verb != configs.Created:
		return event.DriftUnexplained, ""
	case m.calls < madeCalls:
	case known && !fresh:
		return event.DriftKnown, ""
	default:
		return event.DriftUnexplained, ""
	}
	m.calls++
	org, err := m.w.o.Find(m.o.Source)
	if err != nil {
		return event.DriftUnchecked, err.Error()
	}
	at, err := configs.MadeAt(ctx, org, c.Path)
	if err != nil {
		return event.DriftUnchecked, err.Error()
	}
	old := !at.IsZero() && at.Before(c.From.Add(-slack))
	if m.fresh[kind] = fresh || !old; old {
		return event.DriftKnown, ""
	}
	return event.DriftUnexplained, ""
}
