package configs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"foghorn/internal/clock"
	"foghorn/internal/human"
	"foghorn/internal/safetext"
	"foghorn/jobs"
	"foghorn/mist"
)

// Scope is what a backup covers: the whole organization, or less of it.
type Scope struct {
	Source   string
	OrgID    string
	SiteID   string // one site; with DeviceID the site of that device
	DeviceID string // one device, and its config_cmd
	Object   *Path  // one object
	Type     string // the objects of one type, of SiteID or of the organization

	Caller  string       // who makes the calls, for the budget; "backup" when empty
	Urgency mist.Urgency // of the calls
	Pace    *Pace        // nil: as fast as the budget lets it
	Clock   clock.Clock  // nil: the machine's
	By      Commit       // who changed what is found
	// Done is how many steps an interrupted backup of the whole organization has done.
	// They are not done again.
	Done int

	ap bool // the device is an access point
}

// Progress reports the progress of a backup: done of total steps, and the current step.
type Progress func(done, total int, doing string)

// Result is what a backup did.
type Result struct {
	Calls    int // of the API; the pages of lists count each
	Objects  int // that were fetched
	Changes  []Changed
	Troubles []Trouble
	Notes    []string // what is worth knowing and no failure
}

// Trouble is a part of a backup that failed. What the backup had of it is kept.
type Trouble struct {
	What string
	Err  error
}

func (t Trouble) String() string {
	return safetext.Line(t.What + ": " + t.Err.Error())
}

// Summary says in a line what was done.
func (r *Result) Summary() string {
	var n [3]int
	for _, c := range r.Changes {
		n[slices.Index([]Verb{Created, Modified, Deleted}, c.Verb)]++
	}
	text := fmt.Sprintf("%s: %d new, %d changed, %d deleted; %s", human.CountOf(r.Objects, "object"), n[0], n[1], n[2], human.CountOf(r.Calls, "call"))
	if len(r.Troubles) > 0 {
		text += "; " + human.CountOf(len(r.Troubles), "part") + " failed"
	}
	return text
}

// Backup fetches objects and writes what changed. What the cloud refuses is named in the
// result, and the error then wraps jobs.ErrPartial; what the backup had of it stays.
func (s *Store) Backup(ctx context.Context, cloud Cloud, scope Scope, progress Progress) (*Result, error) {
	scope.Clock = cmp.Or[clock.Clock](scope.Clock, clock.Real{})
	b := &backup{store: s, scope: scope, progress: progress, result: &Result{}}
	if progress == nil {
		b.progress = func(int, int, string) {}
	}
	b.caller = caller{cloud: cloud, pace: scope.Pace, clock: scope.Clock, waits: b.waits}
	ctx = mist.WithCaller(ctx, cmp.Or(scope.Caller, "backup"), scope.Urgency)
	err := b.run(ctx)
	b.result.Calls = b.caller.calls
	if err != nil {
		return b.result, err
	}
	if n := len(b.result.Troubles); n > 0 {
		first := b.result.Troubles[0]
		if b.result.Objects == 0 {
			return b.result, fmt.Errorf("%s: %w", first.What, first.Err)
		}
		return b.result, fmt.Errorf("%d parts of the backup failed, %s: %w", n, first, jobs.ErrPartial)
	}
	return b.result, nil
}

// backup is one run.
type backup struct {
	store    *Store
	scope    Scope
	progress Progress
	caller   caller
	result   *Result

	done, total int
	doing       string
}

// waits shows that the backup is not stuck: it leaves the calls to others.
func (b *backup) waits(until time.Time) {
	switch long := until.Sub(b.scope.Clock.Now()); {
	case long > 30*time.Second:
		b.progress(b.done, b.total, b.doing+", waits for the API budget until "+until.UTC().Format("15:04Z"))
	case long > time.Second:
		b.progress(b.done, b.total, b.doing+", slowly, within its share of the API budget")
	}
}

func (b *backup) step(doing string) {
	b.doing = safetext.Line(doing)
	b.progress(b.done, b.total, b.doing)
}

// trouble notes what failed. Only the end of ctx ends the backup.
func (b *backup) trouble(ctx context.Context, what string, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	b.result.Troubles = append(b.result.Troubles, Trouble{what, err})
	return nil
}

func (b *backup) run(ctx context.Context) error {
	switch {
	case b.scope.Object != nil:
		b.total = 1
		return b.object(ctx, *b.scope.Object)
	case b.scope.DeviceID != "":
		b.total = 1
		return b.device(ctx)
	case b.scope.SiteID != "" || b.scope.Type != "":
		b.total = 1
		if b.scope.SiteID == "" {
			return b.site(ctx, "", "the organization")
		}
		name, err := b.store.siteName(b.scope.OrgID, b.scope.SiteID)
		if err != nil {
			return err
		}
		b.step("site " + name)
		return b.site(ctx, b.scope.SiteID, "site "+name)
	}
	return b.organization(ctx)
}

func (b *backup) site(ctx context.Context, id, what string) error {
	err := b.level(ctx, id, what, nil)
	b.done = b.total
	return err
}

func (b *backup) of(t Type, site, id string, body []byte) Object {
	return Object{Source: b.scope.Source, OrgID: b.scope.OrgID, SiteID: site, Type: t.Name, ID: id, JSON: body}
}

// device backs up one device, and its set commands where it has some.
func (b *backup) device(ctx context.Context) error {
	p := Path{b.scope.OrgID, b.scope.SiteID, "devices", b.scope.DeviceID}
	if err := p.check(); err != nil {
		return err
	}
	t, _ := FindType(p.Type, true)
	b.step("device " + p.ID)
	body, err := b.caller.one(ctx, t.ItemPath(p), "")
	if err != nil {
		return b.trouble(ctx, "device "+p.ID, err)
	}
	o := b.of(t, p.SiteID, p.ID, body)
	if err := acceptable(o); err != nil {
		return b.trouble(ctx, "device "+p.ID, err)
	}
	changes := []Change{{Object: o}}
	if isWired(body) {
		commands, err := b.commands(ctx, p.SiteID, "device "+nameIn(body), []mist.Value{body})
		if err != nil {
			return err
		}
		changes = append(changes, commands...)
	}
	b.done = 1
	return b.write(ctx, "device "+nameIn(body), changes)
}

// object backs up one object. One that the cloud no longer knows is deleted.
func (b *backup) object(ctx context.Context, p Path) error {
	if err := p.check(); err != nil {
		return err
	}
	t, _ := FindType(p.Type, p.SiteID != "")
	what := t.Name + " " + p.ID
	b.step(what)
	body, err := b.caller.one(ctx, t.ItemPath(p), itemQuery(t))
	t = t.kindOf(body)
	c := Change{Object: b.of(t, p.SiteID, p.ID, body)}
	if mist.IsKind(err, mist.KindNotFound) {
		c.Gone, err = true, nil
	} else if err == nil {
		err = acceptable(c.Object)
	}
	if err != nil {
		return b.trouble(ctx, what, err)
	}
	b.done = 1
	changes := []Change{c}
	if c.Gone {
		for _, also := range goneWith[p.Type] {
			c.Type = also
			changes = append(changes, c)
		}
	}
	return b.write(ctx, what, changes)
}

// goneWith are the types that may have an object of the same id, and lose it with that of
// a type. The kind of a deleted profile can no longer be found out.
var goneWith = map[string][]string{"devices": {"config_cmd"}, "deviceprofiles": {"switchprofiles", "hubprofiles"}}

// itemQuery is the query for one object: that of a list narrows the list.
func itemQuery(t Type) string {
	if t.Single || t.Device {
		return t.Query
	}
	return ""
}

// write writes what was found. Trouble with the history leaves the files written.
func (b *backup) write(ctx context.Context, what string, changes []Change) error {
	for _, c := range changes {
		if !c.Gone {
			b.result.Objects++
		}
	}
	by := b.scope.By
	if by.Message == "" && len(changes) > 1 {
		by.Message = "Back up " + strings.TrimPrefix(what, "the ")
	}
	changed, err := b.store.write(ctx, changes, by)
	b.result.Changes = append(b.result.Changes, changed...)
	if errors.Is(err, ErrNoGit) {
		if len(b.result.Notes) == 0 {
			b.result.Notes = append(b.result.Notes, ErrNoGit.Error())
		}
		return ctx.Err()
	}
	if _, ok := errors.AsType[*HistoryError](err); ok {
		if i := slices.IndexFunc(b.result.Troubles, func(t Trouble) bool { return t.What == "the history" }); i >= 0 {
			return ctx.Err()
		}
		return b.trouble(ctx, "the history", err)
	}
	return err
}
