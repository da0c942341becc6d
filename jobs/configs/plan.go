package configs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"foghorn/internal/safetext"
	"foghorn/journal/event"
	"foghorn/mist"
)

// Limits of a plan.
const (
	maxPlanSteps = 500 // changes
	maxPlanCalls = 500 // to find out what the cloud has
)

// Plan is what a restore would do. Nothing is sent before Apply.
type Plan struct {
	What  string // "wlans Guest", "site Vienna"
	Place string // the path of the object, or the folder of several
	Name  string
	When  Moment // the state that is wanted
	Steps []Step // in order: create, update, delete
	// NotRestorable names what cannot be brought back, with the reason.
	NotRestorable []string
	// Notes are what the person should know before: references to what is gone or is about
	// to go, and what the plan leaves alone.
	Notes []string
	// Compared is how many objects were looked at.
	Compared int
}

// Step is one call that changes something.
type Step struct {
	Verb     Verb
	Path     Path // of the object; a created one has its old id
	Name     string
	Method   string
	APIPath  string
	Body     []byte                 // JSON; nil for a deletion
	Settings []event.ChangedSetting // what it changes
	before   []byte                 // the object's file before, to see that nobody changed it since
	unset    map[string]any         // the fields that it unsets, with their values
	fresh    bool                   // it updates what an earlier step creates
}

// Calls is how many API calls a step makes: a look before, the change, and a look after.
func (s *Step) Calls() int {
	if s.Verb == Created || s.fresh { // there is nothing to look at before
		return 2
	}
	return 3
}

// Calls is how many API calls Apply makes.
func (p *Plan) Calls() (n int) {
	for i := range p.Steps {
		n += p.Steps[i].Calls()
	}
	return n
}

// TooManyError means that a plan is larger than people can look through.
type TooManyError struct {
	What    string
	N, Most int
}

func (e *TooManyError) Error() string {
	return fmt.Sprintf("%d %s, more than the %d that one plan may have; ask for less at once: a site (site/NAME@TIME), a type (TYPE@TIME), both (site/NAME@TIME --type TYPE), or an object", e.N, e.What, e.Most)
}

// PlanRestore plans how to bring an object back to the state it had at a time. It
// compares what is wanted, what the backup has and what the cloud has; it asks the
// cloud for one object.
func (s *Store) PlanRestore(ctx context.Context, cloud Cloud, at Path, when Moment) (*Plan, error) {
	if err := at.check(); err != nil {
		return nil, err
	}
	t, _ := FindType(at.Type, at.SiteID != "")
	if t.ReadOnly {
		return nil, fmt.Errorf("%s follows from other objects and cannot be restored; restore the device, its site's setting or its templates", at.Type)
	}
	x, err := s.readIndex(at.OrgID)
	if err != nil {
		return nil, err
	}
	e, err := s.entryAt(ctx, x, t, at, when)
	if err != nil {
		return nil, err
	}
	if e.live, err = s.live(ctx, cloud, t, e.at); err != nil {
		return nil, err
	}
	e.stored, err = s.readFile(e.at)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return nil, err
	}
	if t.restrained() {
		switch {
		case e.text != nil && e.live == nil:
			return nil, fmt.Errorf("%s is no longer in the cloud, and a restore cannot create an object of this type: create sites and claim devices in the portal", at)
		case e.text == nil && e.live != nil:
			return nil, fmt.Errorf("%s did not exist at that time, and a restore does not delete objects of this type", at)
		}
	}
	p := &Plan{Place: e.at.String(), Name: e.name, What: at.Type + " " + e.name, When: when}
	return p, s.build(ctx, p, x, []*entry{e})
}

// restrained reports whether a restore neither creates nor deletes objects of the type.
func (t Type) restrained() bool { return t.Single || t.Name == "devices" }

// entryAt is the object of a path with what is wanted of it. One that a restore made anew
// continues the history of the one before; one of an old id is the new one.
func (s *Store) entryAt(ctx context.Context, x *index, t Type, at Path, when Moment) (*entry, error) {
	if id, ok := x.renewed()[at.ID]; ok {
		at.ID = id
	}
	e := &entry{t: t, at: at, was: at, name: x.Names[indexKey(at)].Name}
	var first error
	for range len(x.Names) + 1 { // no further: a damaged index may have a circle
		o, err := s.AtMoment(ctx, e.was, when)
		if err == nil {
			e.text, e.name = o.JSON, o.Name
			return e, nil
		}
		first = cmp.Or(first, err)
		before := x.Names[indexKey(e.was)].Was
		if before == "" {
			break
		}
		e.was.ID = before
	}
	if e.was = e.at; !errors.Is(first, ErrNotFound) {
		return nil, first
	}
	return e, nil
}

// entry is one object of a plan: what is wanted of it, what the backup has and what the
// cloud has. Each is nil when there is none.
type entry struct {
	t      Type
	at     Path // in the cloud and in the backup
	was    Path // in the history: another id when a restore made it anew since
	name   string
	text   []byte         // the file that is wanted
	wanted map[string]any // the same, with the ids of today
	stored []byte
	live   *state
}

// about names an entry in messages.
func (e *entry) about() string {
	return e.t.Name + " " + safetext.Line(cmp.Or(e.name, e.at.ID))
}

// state is an object as the cloud has it: with its secrets, and as a file has it.
type state struct {
	object map[string]any
	file   []byte
	raw    []byte
	// old is what the file says, with the secrets' digests as they would be in the place
	// that the object had at the time.
	old map[string]any
}

// live asks the cloud for an object; nil when there is none.
func (s *Store) live(ctx context.Context, cloud Cloud, t Type, at Path) (*state, error) {
	ctx = mist.WithCaller(ctx, "restore", mist.Operator)
	resp, err := cloud.Do(ctx, mist.Request{Path: t.ItemPath(at)})
	if mist.IsKind(err, mist.KindNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return s.stateOf(t, at, resp.Body)
}

// stateOf is what the cloud answered for an object.
func (s *Store) stateOf(t Type, at Path, raw []byte) (*state, error) {
	file, err := s.canonical(t, at.object(raw))
	if err != nil {
		return nil, err
	}
	object, err := objectOf(raw)
	return &state{object: object, file: file, raw: raw}, err
}

// object is the object of a path with its JSON.
func (p Path) object(raw []byte) Object {
	return Object{OrgID: p.OrgID, SiteID: p.SiteID, Type: p.Type, ID: p.ID, JSON: raw}
}

// made is when the cloud says that it made an object; false when it does not say.
func (st *state) made() (time.Time, bool) { return madeAt(st.object) }

func madeAt(object map[string]any) (time.Time, bool) {
	n, err := strconv.ParseFloat(fmt.Sprint(object["created_time"]), 64)
	if err != nil || n <= 0 || n > 1e11 {
		return time.Time{}, false
	}
	return time.Unix(int64(n), 0), true
}

// typeOrder is the place of an object's type in the table.
func typeOrder(p Path) int {
	return slices.IndexFunc(types, func(t Type) bool { return t.Name == p.Type && t.Site == (p.SiteID != "") })
}

// inTypeOrder is the order of steps: by the table of types, then by site and name.
func inTypeOrder(a, b Step) int {
	return cmp.Or(typeOrder(a.Path)-typeOrder(b.Path), cmp.Compare(a.Path.SiteID, b.Path.SiteID), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Path.ID, b.Path.ID))
}
