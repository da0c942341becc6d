package actions

import (
	"context"
	"slices"
	"time"

	"foghorn/journal/event"
	"foghorn/journal/triage"
)

// A view may be a moment behind what this process has just done. What it did counts at
// once, so that a key that is pressed twice is answered from the first, and written
// once.

// recentAct is an activity on an alert that the view may not show yet. Its seq is 0
// while it is being appended.
type recentAct struct {
	seq int64
	act event.Activity
}

// maxRecent bounds them. Beyond it the view alone counts.
const maxRecent = 20_000

// claim notes that activities on alerts are about to be appended, and reports for each whether
// it repeats the one that this process did last on its alert.
func (a *Actions) claim(acts []event.Activity) (again []bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	again = make([]bool, len(acts))
	for i, act := range acts {
		if _, ok := event.AlertIDOf(act.Target); !ok {
			continue
		}
		if n := len(a.recent[act.Target]); n > 0 && sameDeed(a.recent[act.Target][n-1].act, act) {
			again[i] = true
			continue
		}
		if a.recentCount++; a.recentCount > maxRecent {
			clear(a.recent)
			a.recentCount = 1
		}
		a.recent[act.Target] = append(a.recent[act.Target], recentAct{act: act})
	}
	return again
}

// sameDeed reports whether two activities say the same. The end of a snooze depends on
// the time of the key.
func sameDeed(x, y event.Activity) bool {
	return x.Action == y.Action && x.Actor == y.Actor && x.Reason == y.Reason && x.Undoes == y.Undoes && x.After == y.After && x.Action != event.ActionSnooze
}

// claimed completes what claim noted: the ids of what was appended, or nil when that
// failed.
func (a *Actions) claimed(acts []event.Activity, ids []int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for i, act := range acts {
		list := a.recent[act.Target]
		at := slices.IndexFunc(list, func(r recentAct) bool { return r.seq == 0 && sameDeed(r.act, act) })
		switch {
		case at < 0:
		case ids == nil:
			a.setRecent(act.Target, slices.Delete(list, at, at+1))
		case act.Action == event.ActionUndo:
			// What it restores is known to triage alone.
			a.setRecent(act.Target, slices.DeleteFunc(list, func(r recentAct) bool { return r.seq == act.Undoes || sameDeed(r.act, act) }))
		default:
			list[at].seq = ids[i]
		}
	}
}

// setRecent replaces what is noted of a target. The caller holds mu.
func (a *Actions) setRecent(target string, list []recentAct) {
	a.recentCount += len(list) - len(a.recent[target])
	if a.recent[target] = list; len(list) == 0 {
		delete(a.recent, target)
	}
}

// unshown forgets what the view shows, and returns the rest by target. It is called
// before the view is read: then nothing is missing in both.
func (a *Actions) unshown(ctx context.Context) map[string][]event.Activity {
	a.mu.Lock()
	none := len(a.recent) == 0
	a.mu.Unlock()
	if none {
		return nil
	}
	position, err := a.opt.View.Position(ctx)
	a.mu.Lock()
	defer a.mu.Unlock()
	out := map[string][]event.Activity{}
	for target, list := range a.recent {
		if err == nil {
			list = slices.DeleteFunc(list, func(r recentAct) bool { return r.seq != 0 && r.seq <= position })
			a.setRecent(target, list)
		}
		for _, r := range list {
			out[target] = append(out[target], r.act)
		}
	}
	return out
}

// withUnshown is an alert as it will be once the view shows what this process did.
func withUnshown(alert event.Alert, acts []event.Activity, now time.Time) event.Alert {
	for _, act := range acts {
		triage.Apply(&alert, act)
	}
	if len(acts) > 0 {
		alert.Derive(now)
	}
	return alert
}
