package drift

import (
	"context"
	"fmt"
	"slices"
	"time"

	"foghorn/jobs/configs"
	"foghorn/journal/event"
)

// Limits of judging.
const (
	eachObject = 25  // changes of a commit with an event each; of more there is one event
	eachAlert  = 100 // open alerts of an organization; what more is unexplained shares one
	withFiles  = 500 // changes of a commit whose files are compared
)

// outcome is what was found out about a commit.
type outcome struct {
	wait     bool // for an audit entry that may be on its way
	org      Org
	commit   *configs.Entry
	verdicts []verdict

	// What is made of the verdicts.
	elements []element
	open     []alert
	pending  *pending
}

// verdict is what is known about one change.
type verdict struct {
	change *Change
	is     event.DriftVerdict
	by     Explanation
	why    string // it could not be checked
}

// judge finds out what explains a commit. only restricts it to some of its objects.
func (w *Watcher) judge(ctx context.Context, o Org, st *orgState, e *configs.Entry, only []string) (outcome, error) {
	out := outcome{commit: e, org: o}
	changes := changesOf(o, e, only)
	if len(changes) == 0 {
		return out, nil
	}
	// A follower fetched this object for the entry. A device may have a new configuration
	// because of an entry about something else.
	trusted := len(changesOf(o, e, nil)) == 1 && e.AuditID != "" && changes[0].Path.Type != "devices"
	names, err := w.store.Names(o.OrgID)
	if err != nil {
		return out, err
	}
	if changes, err = w.describe(ctx, e, names, changes); err != nil || len(changes) == 0 {
		return out, err
	}
	all := make([]verdict, len(changes))
	if trusted {
		admin := e.Author
		if admin == configs.Nobody {
			admin = ""
		}
		all[0] = verdict{change: changes[0], is: event.DriftExplained, by: Explanation{Audit: Audit{ID: e.AuditID, Admin: admin, Message: e.Message, Time: e.Time}, IDs: []string{e.AuditID}}}
	} else if out.wait, err = w.explain(ctx, o, st, e, changes, all); err != nil || out.wait {
		return out, err
	}
	out.verdicts = all
	return out, nil
}

// changesOf are the changes of a commit that somebody can have made.
func changesOf(o Org, e *configs.Entry, only []string) []*Change {
	var out []*Change
	for _, c := range e.Changes {
		t, ok := configs.FindType(c.Path.Type, c.Path.SiteID != "")
		if ok && !t.ReadOnly && c.Path.OrgID == o.OrgID && (only == nil || slices.Contains(only, c.Path.String())) {
			out = append(out, &Change{Path: c.Path, Verb: c.Verb})
		}
	}
	return out
}

// describe names the changed objects and compares their files. What differs by itself is
// left out.
func (w *Watcher) describe(ctx context.Context, e *configs.Entry, names *configs.Names, changes []*Change) ([]*Change, error) {
	for _, c := range changes {
		c.Name, c.Site = names.Of(c.Path), names.Site(c.Path.SiteID)
		c.Taken = func(name string) bool { return names.Taken(c.Path, name) }
	}
	if len(changes) > withFiles {
		return changes, nil
	}
	paths := make([]configs.Path, len(changes))
	for i, c := range changes {
		paths[i] = c.Path
	}
	before, err := w.store.BlobsAt(ctx, e.Revision+"^", paths)
	if err != nil {
		return nil, err
	}
	after, err := w.store.BlobsAt(ctx, e.Revision, paths)
	if err != nil {
		return nil, err
	}
	var out []*Change
	for i, c := range changes {
		c.Before, c.After = before[i], after[i]
		c.Was = configs.NameIn(c.Path, c.Before)
		c.Name = first(configs.NameIn(c.Path, c.After), c.Was, c.Name)
		if differs, err := c.compare(); err != nil || differs { // what cannot be compared has changed
			out = append(out, c)
		}
	}
	return out, nil
}

// explain looks for what explains changes: in the journal, then in the cloud's audit log.
// wait reports that it is too early to ask the cloud.
func (w *Watcher) explain(ctx context.Context, o Org, st *orgState, e *configs.Entry, changes []*Change, all []verdict) (wait bool, err error) {
	from := st.from(e.Recorded)
	if err := w.spans(ctx, o, e, from, changes); err != nil {
		return false, err
	}
	for _, c := range changes {
		for _, id := range st.Spent[c.Path.String()].IDs {
			c.Used[id] = true
		}
	}
	known, err := w.journalAudits(ctx, o.Source, from.Add(-slack), e.Recorded.Add(slack))
	if err != nil {
		return false, err
	}
	missing := false
	for i, c := range changes {
		own, err := w.activities(ctx, c, len(changes))
		if err != nil {
			return false, err
		}
		x, ok := Explain(c, append(own, known...))
		all[i] = verdict{change: c, is: event.DriftExplained, by: x}
		if !ok {
			all[i].is, missing = event.DriftUnexplained, true
		}
	}
	if !missing {
		return false, nil
	}
	if age := w.o.Clock.Now().Sub(e.Recorded); age < settle && age > -settle { // beyond that the clock was wrong
		return true, nil // an entry may be on its way
	}
	return false, w.askCloud(ctx, o, from, e, all)
}

// askCloud looks in the cloud's audit log for what explains the changes that nothing in
// the journal does.
func (w *Watcher) askCloud(ctx context.Context, o Org, from time.Time, e *configs.Entry, all []verdict) error {
	logged, err := w.cloudAudits(ctx, o, from.Add(-slack), e.Recorded.Add(slack))
	if ctx.Err() != nil {
		return ctx.Err()
	}
	made := w.newMadeAt(o)
	for i := range all {
		v := &all[i]
		if v.is != event.DriftUnexplained {
			continue
		}
		if err != nil {
			v.is, v.why = event.DriftUnchecked, err.Error()
			continue
		}
		x, ok := Explain(v.change, logged)
		if ok {
			v.is, v.by = event.DriftExplained, x
			continue
		}
		v.is, v.why = made.verdict(ctx, v.change)
	}
	return ctx.Err()
}

// spans finds when each object may have changed: after the commit before that changed it.
func (w *Watcher) spans(ctx context.Context, o Org, e *configs.Entry, from time.Time, changes []*Change) error {
	earlier, err := w.store.CommitsBefore(ctx, o.OrgID, e.Revision, from)
	if err != nil {
		return err
	}
	byPath := map[configs.Path]*Change{}
	for _, c := range changes {
		c.From, c.To, c.Used = from, e.Recorded, map[string]bool{}
		byPath[c.Path] = c
	}
	for _, was := range earlier { // the newest first
		for _, x := range was.Changes {
			c := byPath[x.Path]
			if c == nil {
				continue
			}
			if was.AuditID != "" {
				c.Used[was.AuditID] = true
			}
			if was.Recorded.After(c.From) {
				c.From = was.Recorded
			}
		}
	}
	return nil
}

// group makes events of verdicts: one for each change, or one for many of one verdict.
func (out *outcome) group(open int, now time.Time) {
	for _, is := range []event.DriftVerdict{event.DriftExplained, event.DriftKnown, event.DriftUnchecked, event.DriftUnexplained} {
		var of []verdict
		for _, v := range out.verdicts {
			if v.is == is {
				of = append(of, v)
			}
		}
		if len(of) == 0 {
			continue
		}
		if is == event.DriftUnchecked {
			out.pending = &pending{Commit: out.commit.Revision, Since: now, Next: now.Add(time.Minute)}
			for _, v := range of {
				out.pending.Paths = append(out.pending.Paths, v.change.Path.String())
			}
		}
		if crowded := is == event.DriftUnexplained && open >= eachAlert; crowded || len(of) > eachObject {
			out.addMany(of, crowded, now)
			continue
		}
		for i := range of {
			out.addOne(&of[i], now)
		}
	}
}

func (out *outcome) addOne(v *verdict, now time.Time) {
	el := v.change.element(out.org, out.commit, v.is, now)
	switch v.is {
	case event.DriftExplained:
		el.by(&v.by)
	case event.DriftUnexplained:
		out.open = append(out.open, alert{About: el.About, Name: el.Name, SiteID: el.SiteID, Device: el.Device, Objects: []openObject{v.change.openObject(out.commit)}})
	}
	el.Why = clip(v.why)
	out.elements = append(out.elements, el)
}

// addMany adds one event for many changes. Where there are many alerts already, their
// alert is one that others share.
func (out *outcome) addMany(of []verdict, crowded bool, now time.Time) {
	changes := make([]*Change, len(of))
	last := &of[0]
	for i := range of {
		changes[i] = of[i].change
		if of[i].by.Time.After(last.by.Time) {
			last = &of[i]
		}
	}
	about := "many/" + out.commit.Revision[:shortRevision]
	if crowded {
		about = "many"
	}
	name := many(out.org.Source, changes)
	if crowded {
		name += fmt.Sprintf(" (beside %d open alerts)", eachAlert)
	}
	el := newElement(out.org, out.commit, of[0].is, about, name, now)
	el.Verb, el.Why, el.Many = string(configs.Modified), clip(of[0].why), true
	switch of[0].is {
	case event.DriftExplained:
		el.by(&last.by)
		el.Also = len(auditsOf(of)) - 1
	case event.DriftUnexplained:
		a := alert{About: el.About, Name: el.Name, Many: true}
		for _, c := range changes {
			a.Objects = append(a.Objects, c.openObject(out.commit))
		}
		out.open = append(out.open, a)
	}
	out.elements = append(out.elements, el)
}

// auditsOf are the entries that explain changes.
func auditsOf(of []verdict) map[string]bool {
	ids := map[string]bool{}
	for i := range of {
		ids[of[i].by.ID] = true
	}
	return ids
}

func (c *Change) openObject(e *configs.Entry) openObject {
	x := openObject{Path: c.Path.String(), Name: c.Name, Was: c.Was, Verb: c.Verb, span: span{e.Revision, c.From, c.To}}
	for i, s := range c.Settings {
		if i == maxSettings { // the whole object counts
			x.Settings = nil
			break
		}
		x.Settings = append(x.Settings, s.Path)
	}
	return x
}
