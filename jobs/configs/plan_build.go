package configs

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"foghorn/internal/safetext"
)

// planner makes the steps of a plan from its entries.
type planner struct {
	store   *Store
	plan    *Plan
	index   *index
	entries []*entry
	at      time.Time // the state that is wanted
	// ids are the ids of today by those of the time: of objects that were made anew since,
	// and what stands in the steps for the id of one that the plan makes.
	ids map[string]string
	// names are those of the objects that the plan makes, by what stands for their ids.
	names   map[string]string
	creates []Step
	updates []Step
	deletes []Step
}

// build makes the steps. It refuses when the cloud is ahead of the backup.
func (s *Store) build(ctx context.Context, p *Plan, x *index, entries []*entry) error {
	at, err := s.timeOf(ctx, p.When)
	if err != nil {
		return err
	}
	b := &planner{store: s, plan: p, index: x, entries: entries, at: at, ids: x.renewed(), names: map[string]string{}}
	p.Compared = len(entries)
	for _, step := range []func() error{b.prepare, b.refuseChanged, b.create, b.change, b.remove} {
		if err := step(); err != nil {
			return err
		}
	}
	if err := b.follow(ctx); err != nil {
		return err
	}
	b.noteMissing()
	for _, steps := range [][]Step{b.creates, b.updates, b.deletes} {
		slices.SortStableFunc(steps, inTypeOrder)
	}
	slices.Reverse(b.deletes)
	p.Steps = slices.Concat(b.creates, b.updates, b.deletes)
	if n := len(p.Steps); n > maxPlanSteps {
		return &TooManyError{"changes", n, maxPlanSteps}
	}
	for i := range p.Steps {
		p.Steps[i].APIPath = b.shown(p.Steps[i].APIPath)
		for j := range p.Steps[i].Settings {
			c := &p.Steps[i].Settings[j]
			c.Path, c.After = b.shown(c.Path), b.shown(c.After)
		}
	}
	slices.Sort(p.Notes)
	return nil
}

// prepare brings what is wanted and what the cloud has into one form.
func (b *planner) prepare() error {
	for _, e := range b.entries {
		if e.text != nil {
			o, err := objectOf(e.text)
			if err != nil {
				return fmt.Errorf("%s: %w", e.was, err)
			}
			v, _ := rewritten(o, b.ids)
			e.wanted = v.(map[string]any)
		}
		if e.live == nil {
			continue
		}
		file, err := e.live.file, error(nil)
		if e.was != e.at {
			if file, err = b.store.canonical(e.t, e.was.object(e.live.raw)); err != nil {
				return err
			}
		}
		if e.live.old, err = objectOf(file); err != nil {
			return err
		}
	}
	return nil
}

// refuseChanged fails when the cloud has another state than the backup. What is there as
// it is wanted needs no backup.
func (b *planner) refuseChanged() error {
	refused := &LiveChangedError{}
	for _, e := range b.entries {
		var now []byte
		if e.live != nil {
			now = e.live.file
		}
		if bytes.Equal(e.stored, now) || e.wanted == nil && e.live == nil || e.wanted != nil && e.live != nil && sameSettings(e.wanted, e.live.old) {
			continue
		}
		changes, err := Compare(e.stored, now)
		if err != nil {
			return err
		}
		verb := Modified
		switch {
		case e.stored == nil:
			verb = Created
		case now == nil:
			verb = Deleted
		}
		refused.Objects = append(refused.Objects, LiveChange{e.at, e.name, verb, changes})
	}
	if len(refused.Objects) > 0 {
		return refused
	}
	return nil
}

// sameSettings reports whether two objects differ in nothing that a restore sets.
func sameSettings(a, b map[string]any) bool {
	for _, of := range []map[string]any{a, b} {
		for name := range of {
			if !ownFields[name] && !reflect.DeepEqual(a[name], b[name]) {
				return false
			}
		}
	}
	return true
}

// ownFields are set by the cloud, or say where the object is.
var ownFields = map[string]bool{"id": true, "org_id": true, "site_id": true, "for_site": true, "mac": true, "serial": true, "model": true}

func objectOf(file []byte) (map[string]any, error) {
	v, err := decode(orEmpty(file))
	o, ok := v.(map[string]any)
	if err == nil && !ok {
		err = errors.New("the file of the object does not hold a JSON object")
	}
	return o, err
}

func sortedKeys(o map[string]any) []string { return slices.Sorted(maps.Keys(o)) }

// lost names what cannot be brought back of an entry.
func (b *planner) lost(e *entry, what ...string) {
	for _, text := range what {
		if len(b.entries) > 1 {
			text = e.about() + ": " + text
		}
		b.plan.NotRestorable = append(b.plan.NotRestorable, text)
	}
}

func (b *planner) note(format string, args ...any) {
	b.plan.Notes = append(b.plan.Notes, fmt.Sprintf(format, args...))
}

// newIDPrefix begins what stands in the steps for the id that the cloud will give to an
// object; the old id follows.
const newIDPrefix = "{new-id:"

func newIDOf(old string) string { return newIDPrefix + old + "}" }

// shown is a text of a step with names in the place of ids that are not known yet.
func (b *planner) shown(text string) string {
	if !strings.Contains(text, newIDPrefix) {
		return text
	}
	for id, name := range b.names {
		text = strings.ReplaceAll(text, id, "{new id of "+name+"}")
	}
	return text
}

// create plans to make anew what is gone. It gets a new id, so what refers to the old one
// has to follow: what refers to one that is made later is set afterwards.
func (b *planner) create() error {
	var gone []*entry
	for _, e := range b.entries {
		if e.wanted == nil || e.live != nil {
			continue
		}
		if e.t.restrained() {
			b.lost(e, "no longer exists; "+notMade(e.t))
			continue
		}
		if i := slices.IndexFunc(e.t.Needs, func(name string) bool { return !sendable(e.wanted[name]) }); i >= 0 {
			b.lost(e, "no longer exists, and the backup has only a digest of its "+e.t.Needs[i]+"; create it by hand")
			continue
		}
		gone = append(gone, e)
	}
	slices.SortStableFunc(gone, func(x, y *entry) int {
		return inTypeOrder(Step{Path: x.at, Name: x.name}, Step{Path: y.at, Name: y.name})
	})
	made := map[string]int{} // what stands for their ids, in the order in which they are made
	for i, e := range gone {
		stands := newIDOf(e.at.ID)
		made[stands], b.names[stands] = i, safetext.Line(e.about())
		for old, id := range b.ids {
			if id == e.at.ID {
				b.ids[old] = stands
			}
		}
		b.ids[e.at.ID], b.ids[e.was.ID] = stands, stands
	}
	if len(gone) > 0 {
		for _, e := range b.entries {
			if e.wanted != nil {
				v, _ := rewritten(e.wanted, b.ids)
				e.wanted = v.(map[string]any)
			}
		}
	}
	for i, e := range gone {
		if err := b.createOne(e, i, made); err != nil {
			return err
		}
	}
	return nil
}

func notMade(t Type) string {
	if t.Name == "devices" {
		return "claim and assign devices in the portal"
	}
	return "create sites in the portal"
}

// createOne plans to make one object, the i-th.
func (b *planner) createOne(e *entry, i int, made map[string]int) error {
	body, later := map[string]any{}, map[string]any{}
	for _, name := range sortedKeys(e.wanted) {
		if ownFields[name] && name != "mac" {
			continue
		}
		value, lost := reveal(e.wanted[name], nil, nil, name)
		if b.lost(e, lost...); len(lost) > 0 {
			if value = withoutSecrets(value); value == nil {
				continue
			}
		}
		if eachText(value, func(text string) bool { at, ok := made[text]; return ok && at >= i }) {
			later[name] = value
		} else {
			body[name] = value
		}
	}
	path := strings.TrimSuffix(e.t.ListPath(e.at.OrgID, e.at.SiteID, ""), "/search")
	err := b.add(&b.creates, Step{Verb: Created, Path: e.at, Name: e.name, Method: http.MethodPost, APIPath: path}, body, body, nil)
	if err != nil || len(later) == 0 {
		return err
	}
	fresh := e.at
	fresh.ID = newIDOf(e.at.ID)
	return b.add(&b.updates, Step{Verb: Modified, Path: e.at, Name: e.name, Method: http.MethodPut, APIPath: e.t.ItemPath(fresh), fresh: true}, later, later, nil)
}

// change plans to change the top-level fields that differ. The API leaves alone what an
// update does not name, and replaces whole what it names.
func (b *planner) change() error {
	for _, e := range b.entries {
		if e.wanted == nil || e.live == nil {
			continue
		}
		old := e.live.old
		step := Step{Verb: Modified, Path: e.at, Name: e.name, Method: http.MethodPut, APIPath: e.t.ItemPath(e.at), before: e.live.file, unset: map[string]any{}}
		body, shown := map[string]any{}, map[string]any{}
		for _, name := range sortedKeys(e.wanted) {
			if reflect.DeepEqual(e.wanted[name], old[name]) || ownFields[name] {
				continue
			}
			value, lost := reveal(e.wanted[name], old[name], e.live.object[name], name)
			if b.lost(e, lost...); len(lost) == 0 {
				body[name], shown[name] = value, e.wanted[name]
			}
		}
		for _, name := range sortedKeys(old) {
			if _, ok := e.wanted[name]; !ok && !ownFields[name] {
				body[unsetPrefix+name], step.unset[name] = "", e.live.object[name]
			}
		}
		if len(body) == 0 {
			continue
		}
		if err := b.add(&b.updates, step, body, shown, old); err != nil {
			return err
		}
	}
	return nil
}

// unsetPrefix before the name of a top-level field unsets it. The API's document does not
// mention it; the vendor's own Terraform provider does it so with every type.
const unsetPrefix = "-"

// add adds a step with its body, and what it changes for people to read.
func (b *planner) add(to *[]Step, step Step, body, shown, old map[string]any) error {
	var err error
	if step.Body, err = json.Marshal(body); err != nil {
		return err
	}
	before := map[string]any{}
	for name := range shown {
		if was, ok := old[name]; ok {
			before[name] = was
		}
	}
	for name := range step.unset {
		before[name] = old[name]
	}
	from, err := encode(before)
	if err != nil {
		return err
	}
	after, err := encode(shown)
	if err != nil {
		return err
	}
	if step.Settings, err = Compare(from, after); err != nil {
		return err
	}
	*to = append(*to, step)
	return nil
}

// remove plans to delete what was made since. What was there at the time without being in
// the backup stays.
func (b *planner) remove() error {
	for _, e := range b.entries {
		if e.wanted != nil || e.live == nil {
			continue
		}
		made, known := e.live.made()
		switch {
		case e.t.Single:
		case e.t.restrained():
			b.note("%s is not in the backup of that time, perhaps because it was at another site; the restore leaves it alone", e.about())
		case !known:
			b.note("%s is not in the backup of that time, and the cloud does not say when it was created; the restore leaves it alone", e.about())
		case !made.After(b.at):
			b.note("%s existed at that time (it was created on %s), but is not in the backup; the restore leaves it alone", e.about(), made.UTC().Format("2006-01-02 15:04Z"))
		default:
			b.deletes = append(b.deletes, Step{Verb: Deleted, Path: e.at, Name: nameOf(e.t, e.live.file), Method: http.MethodDelete, APIPath: e.t.ItemPath(e.at), before: e.live.file})
		}
	}
	return nil
}
