package drift

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"foghorn/feeds/observation"
	"foghorn/internal/clock"
	"foghorn/internal/signal"
	"foghorn/jobs/configs"
	"foghorn/journal/event"
	"foghorn/journal/query"
)

// Journal is what a Watcher reads; *journal.Journal is one.
type Journal interface {
	Events(ctx context.Context, p query.Page) ([]event.Event, error)
	Raw(ctx context.Context, eventID int64) (json.RawMessage, error)
	Activities(ctx context.Context, target string, limit int) ([]event.Activity, error)
	Position(ctx context.Context) (int64, error)
	Alerts(ctx context.Context, p query.Page) ([]event.Alert, error)
}

// Org is an organization whose backup is watched.
type Org struct{ Source, OrgID string }

// Options are what a Watcher works with.
type Options struct {
	Dir     string // of the backup; it is opened once it is there
	State   string // the file that remembers what is told
	Orgs    func() []Org
	Journal Journal
	Log     event.Appender
	// Find returns the organization to ask; an error means that it cannot be asked.
	Find   func(source string) (configs.Organization, error)
	Clock  clock.Clock
	Logger *slog.Logger
}

// Watcher tells what has changed in the backup.
type Watcher struct {
	o     Options
	wake  signal.Signal
	store *configs.Store
	state *state
	asked map[string]*answer // what the cloud said, by organization
	read  map[int64]*Audit   // entries in the journal, by event; nil for those that change nothing
	noGit bool               // it was said
}

// Times of watching.
const (
	every = 30 * time.Second
	// settle is how long an audit entry may take to the journal and the cloud's log.
	settle = 2 * time.Minute
	batch  = 50 // commits at once
)

// New makes a Watcher.
func New(o Options) (*Watcher, error) {
	s, damaged, err := load(o.State)
	if err != nil {
		return nil, err
	}
	if damaged {
		o.Logger.Warn("foghorn does not know which changes of the configuration it has reported; it reports new changes only, and open alerts about earlier changes stay until someone closes them", "file", o.State)
	}
	return &Watcher{o: o, wake: signal.New(), state: s, asked: map[string]*answer{}, read: map[int64]*Audit{}}, nil
}

// Wake says that the backup may have changed. It never blocks.
func (w *Watcher) Wake() { w.wake.Notify() }

// Run watches until ctx ends. It may be called again after a failure: it begins with what
// is remembered.
func (w *Watcher) Run(ctx context.Context) (err error) {
	if w.state, _, err = load(w.o.State); err != nil {
		return err
	}
	tick, stop := w.o.Clock.NewTicker(every)
	defer stop()
	defer w.Close()
	for {
		if err := w.Step(ctx); err != nil && ctx.Err() == nil {
			w.o.Logger.Warn("changes of the configuration cannot be reported; foghorn tries again", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-w.wake:
		case <-tick:
		}
	}
}

// Close lets go of the store.
func (w *Watcher) Close() {
	if w.store != nil {
		_ = w.store.Close()
		w.store = nil
	}
}

// Step tells what has changed since the last step.
func (w *Watcher) Step(ctx context.Context) error {
	last, err := w.lastBackups()
	if err != nil {
		return err
	}
	if there, err := w.open(); !there || err != nil {
		return err
	}
	if err := w.store.Git(); err != nil {
		if !w.noGit {
			w.o.Logger.Warn("changes of the configuration cannot be reported", "error", err)
		}
		w.noGit = true
		return nil
	}
	at, err := w.o.Journal.Position(ctx)
	if err != nil {
		return err
	}
	if err := w.accepted(ctx, at); err != nil {
		return err
	}
	head, err := w.store.NewestCommit(ctx, time.Time{})
	if err != nil {
		return err
	}
	var errs []error
	for _, o := range w.o.Orgs() {
		if err := w.org(ctx, o, head, last[o.OrgID], event.ID(at, event.MaxEventsPerRecord-1)); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", o.Source, err))
			if w.state, _, err = load(w.o.State); err != nil { // what was half done begins again
				return errors.Join(append(errs, err)...)
			}
		}
	}
	return errors.Join(errs...)
}

// lastBackups are the ends of the last whole backups. Organizations without one are
// remembered, so that it is known later that their first backup is no change.
func (w *Watcher) lastBackups() (map[string]time.Time, error) {
	last, err := configs.LastBackups(w.o.Dir)
	if err != nil {
		return nil, err
	}
	fresh := false
	for _, o := range w.o.Orgs() {
		if w.state.Orgs[o.OrgID] == nil && last[o.OrgID].IsZero() {
			w.state.Orgs[o.OrgID], fresh = &orgState{}, true
		}
	}
	if fresh {
		err = w.state.save(w.o.State)
	}
	return last, err
}

// open opens the store; false before anything was backed up.
func (w *Watcher) open() (bool, error) {
	if w.store != nil {
		return true, nil
	}
	_, err := os.Stat(filepath.Join(w.o.Dir, ".git"))
	if errors.Is(err, fs.ErrNotExist) {
		_, err = os.Stat(w.o.Dir)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err == nil {
		w.store, err = configs.Open(w.o.Dir)
	}
	return err == nil, err
}

// org tells what has changed of one organization. end is the last event that the journal
// has.
func (w *Watcher) org(ctx context.Context, o Org, head string, last time.Time, end int64) error {
	st, ok, err := w.begin(ctx, o, head, last)
	if !ok || err != nil {
		return err
	}
	if err := w.rewritten(ctx, o, st, head); err != nil {
		return err
	}
	if err := w.send(ctx, o, st); err != nil { // of an earlier run
		return err
	}
	if !last.IsZero() {
		st.looked(last)
	}
	late, err := w.lateAudits(ctx, o, st, end)
	if err != nil {
		return err
	}
	if els := w.explainedLate(o, st, late); len(els) > 0 {
		if err := w.tell(ctx, o, st, els); err != nil {
			return err
		}
	}
	if err := w.again(ctx, o, st, head); err != nil {
		return err
	}
	return w.commits(ctx, o, st, head)
}

// begin finds where to begin with an organization. What its first whole backup finds is
// no change, and neither is what differs because files have another form.
func (w *Watcher) begin(ctx context.Context, o Org, head string, last time.Time) (*orgState, bool, error) {
	st, form := w.state.Orgs[o.OrgID], w.store.Form()
	switch {
	case head == "":
		return nil, false, nil
	case st == nil:
		st = &orgState{Form: form, Commit: head}
	case st.Form == "":
		st.Form = form
	case st.Form != form:
		w.o.Logger.Warn("the key of the digests or foghorn's version has changed: files of unchanged objects may differ; foghorn reports changes again after the next full backup", "source", o.Source)
		st.Form, st.Commit, st.After, st.Pending = form, "", w.o.Clock.Now(), nil
	case st.Commit != "":
		return st, true, nil
	}
	if st.Commit == "" && last.After(st.After) {
		base, err := w.store.NewestCommit(ctx, last)
		if err != nil {
			return nil, false, err
		}
		if st.Commit = base; base == "" {
			st.Commit = head
		}
	}
	w.state.Orgs[o.OrgID] = st
	return st, st.Commit != "", w.state.save(w.o.State)
}

// rewritten begins anew where the history has lost the last commit that was handled: what
// waits and what is open are about commits that may be gone too.
func (w *Watcher) rewritten(ctx context.Context, o Org, st *orgState, head string) error {
	if head == st.Commit {
		return nil
	}
	has, err := w.store.Has(ctx, st.Commit)
	if has || err != nil {
		return err
	}
	w.o.Logger.Warn("the history of the configuration was rewritten; foghorn reports new changes only, and open alerts about earlier changes stay until someone closes them", "source", o.Source, "commit", st.Commit)
	st.Commit, st.Pending, st.Open = head, nil, nil
	return w.state.save(w.o.State)
}

// commits judges the commits that are new, the oldest first.
func (w *Watcher) commits(ctx context.Context, o Org, st *orgState, head string) error {
	if head == st.Commit {
		return nil
	}
	for {
		list, err := w.store.CommitsAfter(ctx, o.OrgID, st.Commit, batch)
		if err != nil {
			return err
		}
		if len(list) == 0 { // those of other organizations
			st.Commit = head
			return w.state.save(w.o.State)
		}
		for i := range list {
			out, err := w.judge(ctx, o, st, &list[i], nil)
			if err != nil || out.wait {
				return err
			}
			els, err := w.apply(ctx, st, &out)
			if err != nil {
				return err
			}
			st.Commit = list[i].Revision
			if err := w.tell(ctx, o, st, els); err != nil {
				return err
			}
		}
		if len(list) < batch {
			return nil
		}
	}
}

// tell decides on events: they are remembered before they are appended, so that a commit
// that was judged is not judged again.
func (w *Watcher) tell(ctx context.Context, o Org, st *orgState, els []element) error {
	for i := range els {
		raw, err := els[i].encode()
		if err != nil {
			return err
		}
		st.Outgoing = append(st.Outgoing, raw)
	}
	if err := w.state.save(w.o.State); err != nil {
		return err
	}
	return w.send(ctx, o, st)
}

// send appends what was decided.
func (w *Watcher) send(ctx context.Context, o Org, st *orgState) error {
	if len(st.Outgoing) == 0 {
		return nil
	}
	records, err := observation.Records(o.Source, event.ViaLocal, event.TopicConfigs, w.o.Clock.Now(), st.Outgoing...)
	if err != nil {
		return err
	}
	seqs, err := w.o.Log.Append(ctx, records...)
	if err != nil {
		return err
	}
	for i := range st.Open {
		if a := &st.Open[i]; a.Record == 0 && len(seqs) > 0 {
			a.Record = seqs[len(seqs)-1]
		}
	}
	st.Outgoing = nil
	return w.state.save(w.o.State)
}
