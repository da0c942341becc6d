package configs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"foghorn/internal/clock"
	"foghorn/internal/privatefile"
	"foghorn/journal/event"
	"foghorn/journal/query"
	"foghorn/mist"
)

// Events is what a Follower reads; *journal.Journal is one.
type Events interface {
	Events(ctx context.Context, p query.Page) ([]event.Event, error)
	Raw(ctx context.Context, eventID int64) (json.RawMessage, error)
}

// FollowOptions are what a Follower works with.
type FollowOptions struct {
	Dir    string // of the store; it is opened once an organization was backed up
	Events Events
	// Find returns an organization; an error means that nothing can be asked about it.
	Find   func(source string) (Organization, error)
	Cursor string // the file that remembers how far it has read
	Clock  clock.Clock
	Logger *slog.Logger
	// Changed gets what a backup for an event found; it may be nil.
	Changed func(Scope, *Result)
}

// Follower backs up what events say has changed: the object that an audit names, the
// device that has a new configuration. It remembers how far it has read.
type Follower struct {
	o     FollowOptions
	store *Store // nil before it is needed
	after int64
	pause time.Time // the cloud could not be asked
	tries int       // of the events after that
}

// Limits of following.
const (
	followEvery = 5 * time.Second
	followBatch = 500
	followAgain = time.Minute
	followTries = 10
	manyAPs     = 5 // of a site: then one list costs less
)

var changing = query.MustParse("topic:audits or type:*configured")

// NewFollower makes a Follower. Without a cursor it begins at end, the last event there is.
func NewFollower(o FollowOptions, end int64) (*Follower, error) {
	f := &Follower{o: o, after: end}
	text, err := os.ReadFile(o.Cursor)
	if errors.Is(err, fs.ErrNotExist) {
		return f, nil
	}
	if err != nil {
		return nil, fmt.Errorf("how far the configuration was followed: %w", err)
	}
	var kept struct {
		After int64 `json:"after"`
	}
	if err := json.Unmarshal(text, &kept); err != nil || kept.After < 0 || kept.After > end {
		o.Logger.Warn("it is not known how far the configuration was followed; the next full backup has what changed meanwhile", "file", o.Cursor)
		return f, nil
	}
	f.after = kept.After
	return f, nil
}

// Run follows until ctx ends.
func (f *Follower) Run(ctx context.Context) error {
	tick, stop := f.o.Clock.NewTicker(followEvery)
	defer stop()
	defer f.Close()
	for {
		if err := f.Step(ctx); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			f.o.Logger.Warn("changes of the configuration cannot be followed; foghorn tries again", "error", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick:
		}
	}
}

// Close lets go of the store.
func (f *Follower) Close() {
	if f.store != nil {
		_ = f.store.Close()
		f.store = nil
	}
}

// Step reads the new events and backs up what they name. An error means that the same
// events come again.
func (f *Follower) Step(ctx context.Context) error {
	now := f.o.Clock.Now()
	if now.Before(f.pause) {
		return nil
	}
	events, err := f.o.Events.Events(ctx, query.Page{Where: changing, Now: now, After: f.after, OldestFirst: true, Limit: followBatch})
	if err != nil || len(events) == 0 {
		return err
	}
	scopes, err := f.scopes(ctx, events)
	if err != nil {
		return err
	}
	for _, scope := range scopes {
		err := f.backUp(ctx, scope)
		if err == nil {
			continue
		}
		if f.tries++; ctx.Err() != nil || f.tries < followTries {
			f.pause = now.Add(followAgain)
			return err
		}
		f.o.Logger.Warn("a change was not backed up; the next full backup has it", "source", scope.Source, "what", scope.about(), "error", err)
	}
	f.tries = 0
	return f.keep(events[len(events)-1].ID)
}

func (f *Follower) keep(after int64) error {
	text, err := json.Marshal(map[string]int64{"after": after})
	if err == nil {
		err = privatefile.Replace(f.o.Cursor, append(text, '\n'))
	}
	if err == nil {
		f.after = after
	}
	return err
}

// coalesce keeps the last of those about one thing: the cloud has its newest state alone.
// Where many access points of a site have a new configuration it asks for their list.
func coalesce(all []Scope) []Scope {
	aps := map[string]map[string]bool{} // devices by site
	for _, s := range all {
		if s.ap {
			if aps[s.SiteID] == nil {
				aps[s.SiteID] = map[string]bool{}
			}
			aps[s.SiteID][s.DeviceID] = true
		}
	}
	last := map[string]int{}
	for i := range all {
		s := &all[i]
		if s.ap && len(aps[s.SiteID]) >= manyAPs {
			s.DeviceID, s.Type = "", "devices"
			s.By.Message = "New configuration of access points"
		}
		last[s.about()] = i
	}
	var out []Scope
	for i, s := range all {
		if last[s.about()] == i {
			out = append(out, s)
		}
	}
	return out
}

// about is the same for two scopes of one thing.
func (s *Scope) about() string {
	if s.Object != nil {
		return s.Object.String()
	}
	return strings.Join([]string{s.OrgID, s.SiteID, s.DeviceID, s.Type}, "/")
}

// backUp backs up one scope. An error means that it has to be tried again; what the cloud
// refuses for good comes with the next backup of everything, or is refused there too.
func (f *Follower) backUp(ctx context.Context, scope Scope) error {
	org, err := f.o.Find(scope.Source)
	if err != nil || org.OrgID != scope.OrgID {
		return nil // an event of another organization, or one without a token
	}
	if known, err := f.open(scope.OrgID); err != nil || !known {
		return err
	}
	scope.Pace, scope.Clock, scope.Urgency, scope.Caller = org.Pace, f.o.Clock, mist.Routine, "configuration"
	r, err := f.store.Backup(ctx, org.Cloud, scope, nil)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if f.o.Changed != nil && len(r.Changes) > 0 {
		f.o.Changed(scope, r)
	}
	for _, t := range r.Troubles {
		if again(t.Err) {
			return t.Err
		}
	}
	if err != nil {
		f.o.Logger.Warn("a change was not backed up", "source", scope.Source, "what", scope.about(), "error", err)
	}
	return nil
}

// again reports whether the cloud may answer later what it did not answer now.
func again(err error) bool {
	return slices.ContainsFunc([]mist.Kind{mist.KindTransport, mist.KindServer, mist.KindRateLimit}, func(k mist.Kind) bool { return mist.IsKind(err, k) })
}

// open opens the store; false while nobody has backed up the organization, so that a
// folder appears with the first backup and not before.
func (f *Follower) open(org string) (bool, error) {
	_, err := os.Stat(filepath.Join(f.o.Dir, org))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err == nil && f.store == nil {
		if f.store, err = Open(f.o.Dir); err == nil {
			f.store.UseClock(f.o.Clock)
		}
	}
	return err == nil, err
}
