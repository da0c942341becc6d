package drift

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"foghorn/jobs/configs"
	"foghorn/journal/event"
	"foghorn/journal/query"
)

// apply takes up what was found out about a commit, and returns the events to tell. It
// ends the alerts about objects that are again as they were, which leaves nothing to
// explain.
func (w *Watcher) apply(ctx context.Context, st *orgState, out *outcome) ([]element, error) {
	var els []element
	var left []verdict
	for _, v := range out.verdicts {
		if v.is == event.DriftExplained {
			st.spend(&v, out.commit.Recorded)
		}
		over, undone, err := w.changed(ctx, st, out, &v)
		if err != nil {
			return nil, err
		}
		els = append(els, over...)
		if !undone || v.is == event.DriftExplained {
			left = append(left, v)
		}
	}
	out.verdicts = left
	out.group(len(st.Open), w.o.Clock.Now())
	els = append(els, out.elements...) // what ended may begin again by the same commit
	for _, a := range out.open {
		w.opened(st, a)
	}
	if out.pending != nil {
		if st.Pending = append(st.Pending, *out.pending); len(st.Pending) > maxPending {
			w.o.Logger.Warn("too many changes wait for the audit log; the oldest is not looked at again", "source", out.org.Source, "commit", st.Pending[0].Commit)
			st.Pending = st.Pending[1:]
		}
	}
	return els, nil
}

// opened remembers an alert. A further change of its object is part of it.
func (w *Watcher) opened(st *orgState, a alert) {
	i := slices.IndexFunc(st.Open, func(x alert) bool { return x.About == a.About })
	if i < 0 {
		if st.Open = append(st.Open, a); len(st.Open) > maxOpen {
			w.o.Logger.Warn("too many alerts about changes of the configuration; the oldest no longer resolves itself", "about", st.Open[0].About)
			st.Open = st.Open[1:]
		}
		i = len(st.Open) - 1
	} else {
		st.Open[i].Record = 0
		for _, x := range a.Objects {
			st.Open[i].add(x)
		}
	}
	if x := &st.Open[i]; len(x.Objects) > maxObjects {
		x.Objects, x.More = x.Objects[:maxObjects], true
	}
}

// add adds a change to an alert.
func (a *alert) add(fresh openObject) {
	i := slices.IndexFunc(a.Objects, func(x openObject) bool { return x.Path == fresh.Path })
	if i < 0 {
		a.Objects = append(a.Objects, fresh)
		return
	}
	x := &a.Objects[i]
	if x.Settings == nil || fresh.Settings == nil {
		x.Settings = nil
	} else {
		x.Settings = append(x.Settings, fresh.Settings...)
		slices.Sort(x.Settings)
		x.Settings = slices.Compact(x.Settings)
	}
	x.Verb, x.Name = fresh.Verb, fresh.Name
	if x.More = x.More || len(x.Further) == maxFurther; !x.More {
		x.Further = append(x.Further, fresh.span)
	}
}

// changed looks what a change means for open alerts. undone reports that the change
// brought the object back to what it was.
func (w *Watcher) changed(ctx context.Context, st *orgState, out *outcome, v *verdict) (over []element, undone bool, err error) {
	path := v.change.Path.String()
	for i := 0; i < len(st.Open); i++ {
		a := &st.Open[i]
		at := slices.IndexFunc(a.Objects, func(x openObject) bool { return x.Path == path })
		if at < 0 {
			continue
		}
		x := &a.Objects[at]
		before, err := w.store.BlobsAt(ctx, x.Commit+"^", []configs.Path{v.change.Path})
		if err != nil {
			return nil, false, err
		}
		back, err := reverted(x.Settings, before[0], v.change.After)
		if err != nil {
			return nil, false, err
		}
		replaced := v.is == event.DriftExplained && x.covered(v.change)
		if !back && !replaced {
			continue
		}
		undone = undone || string(before[0]) == string(v.change.After)
		a.Objects = slices.Delete(a.Objects, at, at+1)
		if len(a.Objects) > 0 || a.More {
			continue
		}
		el := a.over(out, w.o.Clock.Now())
		if !back {
			el.by(&v.by)
		}
		over = append(over, el)
		st.Open = slices.Delete(st.Open, i, i+1)
		i--
	}
	return over, undone, nil
}

// covered reports whether a later change has set everything that an alert is about.
func (x *openObject) covered(c *Change) bool {
	if c.Verb == configs.Deleted {
		return true
	}
	if len(x.Settings) == 0 {
		return false
	}
	for _, s := range x.Settings {
		if !slices.ContainsFunc(c.Settings, func(d event.ChangedSetting) bool { return within(s, d.Path) || within(d.Path, s) }) {
			return false
		}
	}
	return true
}

// over is the event that ends an alert.
func (a *alert) over(out *outcome, now time.Time) element {
	el := newElement(out.org, out.commit, event.DriftOver, a.About, a.Name, now)
	el.SiteID, el.Device, el.Many = a.SiteID, a.Device, a.Many
	return el
}

// lateAudits are the entries of the audit log of an organization that reached the journal
// since the last step, until an event. Nobody needs them while no alert is open.
func (w *Watcher) lateAudits(ctx context.Context, o Org, st *orgState, end int64) (out []Audit, err error) {
	if len(st.Open) == 0 || st.Audits == 0 || st.Audits > end {
		st.Audits = end
		return nil, nil
	}
	where := query.And(onlyAudits, query.Is("source", o.Source))
	for {
		events, err := w.o.Journal.Events(ctx, query.Page{Where: where, Now: w.o.Clock.Now(), After: st.Audits, OldestFirst: true, Limit: readEvents})
		if err != nil {
			return nil, err
		}
		for i := range events {
			a, err := w.audit(ctx, &events[i])
			if err != nil {
				return nil, err
			}
			if a != nil && !events[i].Test {
				out = append(out, *a)
			}
			st.Audits = events[i].ID
		}
		if len(events) < readEvents {
			return out, nil
		}
	}
}

var onlyAudits = query.MustParse("topic:" + event.TopicAudits)

func (w *Watcher) anyOpen() bool {
	for _, st := range w.state.Orgs {
		if len(st.Open) > 0 {
			return true
		}
	}
	return false
}

// explainedLate ends the alerts that entries explain which arrived after they were
// raised.
func (w *Watcher) explainedLate(o Org, st *orgState, late []Audit) []element {
	var out []element
	for i := 0; i < len(st.Open) && len(late) > 0; i++ {
		a := &st.Open[i]
		var by Explanation
		for j := 0; j < len(a.Objects); j++ {
			if found, over := st.explainLate(&a.Objects[j], late); over {
				by, a.Objects = found, slices.Delete(a.Objects, j, j+1)
				j--
			}
		}
		if len(a.Objects) > 0 || a.More {
			continue
		}
		el := newElement(o, &configs.Entry{Version: configs.Version{Revision: by.ID}}, event.DriftOver, a.About, a.Name, w.o.Clock.Now())
		el.ID, el.Commit, el.Found = by.ID+":"+a.About+":"+string(event.DriftOver), "", 0
		el.SiteID, el.Device, el.Many = a.SiteID, a.Device, a.Many
		el.by(&by)
		out = append(out, el)
		st.Open = slices.Delete(st.Open, i, i+1)
		i--
	}
	return out
}

// explainLate takes the changes that entries explain off an object of an open alert. over
// reports that none is left. An entry explains one change.
func (o *orgState) explainLate(x *openObject, late []Audit) (by Explanation, over bool) {
	c, ok := x.change()
	if !ok {
		return by, false
	}
	for _, id := range o.Spent[x.Path].IDs {
		c.Used[id] = true
	}
	left := slices.DeleteFunc(append([]span{x.span}, x.Further...), func(m span) bool {
		c.From, c.To = m.From, m.To
		found, ok := Explain(c, late)
		if ok {
			by = found
			for _, id := range found.IDs {
				c.Used[id] = true
			}
			o.keepSpent(x.Path, spent{slices.Sorted(maps.Keys(c.Used)), found.Time})
		}
		return ok
	})
	switch {
	case len(left) > 0:
		x.span, x.Further = left[0], left[1:]
		return by, false
	case x.More: // changes that are not known any more
		return by, false
	}
	return by, true
}

// change is the first change that an open alert is about, without its files.
func (x *openObject) change() (*Change, bool) {
	p, err := configs.ParsePath(x.Path)
	c := &Change{Path: p, Name: x.Name, Was: x.Was, Verb: x.Verb, From: x.From, To: x.To, Used: map[string]bool{}}
	for _, s := range x.Settings {
		c.Settings = append(c.Settings, event.ChangedSetting{Path: s})
	}
	return c, err == nil
}

// again looks once more at what could not be checked.
func (w *Watcher) again(ctx context.Context, o Org, st *orgState, head string) error {
	now := w.o.Clock.Now()
	for i := 0; i < len(st.Pending); i++ {
		p := st.Pending[i]
		if now.Before(p.Next) {
			continue
		}
		e, err := w.store.Commit(ctx, p.Commit)
		if err != nil {
			return err
		}
		out, err := w.judge(ctx, o, st, &e, p.Paths)
		if err != nil {
			return err
		}
		if out.wait { // the clock went back
			continue
		}
		st.Pending = slices.Delete(st.Pending, i, i+1)
		i--
		var still []string
		out.verdicts = slices.DeleteFunc(out.verdicts, func(v verdict) bool { // that it cannot be checked was said
			unchecked := v.is == event.DriftUnchecked
			if unchecked {
				still = append(still, v.change.Path.String())
			}
			return unchecked
		})
		if len(still) > 0 && now.Sub(p.Since) < pendingDays*24*time.Hour {
			p.Tries++
			p.Paths, p.Next = still, now.Add(min(time.Minute<<min(p.Tries, 6), time.Hour))
			st.Pending = slices.Insert(st.Pending, i+1, p)
			i++
		}
		els, err := w.apply(ctx, st, &out)
		if err != nil {
			return err
		}
		undone, err := w.undone(ctx, o, st, out.open, head)
		if err != nil {
			return err
		}
		if els = append(els, undone...); len(els) > 0 {
			err = w.tell(ctx, o, st, els)
		} else {
			err = w.state.save(w.o.State)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// undone ends alerts about a commit that was checked late, where the objects are as they
// were by now.
func (w *Watcher) undone(ctx context.Context, o Org, st *orgState, fresh []alert, head string) ([]element, error) {
	var out []element
	for _, a := range fresh {
		i := slices.IndexFunc(st.Open, func(x alert) bool { return x.About == a.About })
		if i < 0 {
			continue
		}
		left := st.Open[i].Objects[:0:0]
		for _, x := range st.Open[i].Objects {
			p, err := configs.ParsePath(x.Path)
			if err != nil {
				return nil, fmt.Errorf("what is remembered of an alert: %w", err)
			}
			before, err := w.store.BlobsAt(ctx, x.Commit+"^", []configs.Path{p})
			if err != nil {
				return nil, err
			}
			now, err := w.store.BlobsAt(ctx, head, []configs.Path{p})
			if err != nil {
				return nil, err
			}
			if back, err := reverted(x.Settings, before[0], now[0]); err != nil || !back {
				left = append(left, x)
			}
		}
		if st.Open[i].Objects = left; len(left) > 0 || st.Open[i].More {
			continue
		}
		e := &configs.Entry{Version: configs.Version{Revision: head}, Recorded: w.o.Clock.Now()}
		out = append(out, st.Open[i].over(&outcome{org: o, commit: e}, w.o.Clock.Now()))
		st.Open = slices.Delete(st.Open, i, i+1)
	}
	return out, nil
}
