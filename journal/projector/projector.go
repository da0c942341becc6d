// Package projector derives the view from the log: it reads records in order,
// decodes them, makes one row of all reports of an event, lets triage judge it, and
// writes a slice of records in one transaction.
//
// Callers may rely on this:
//   - The view is exactly what the records up to its position give, whatever the
//     slices were and wherever a run was cut off. The same log under the same rules
//     gives the same events, alerts and transitions, with the same ids and cursors.
//   - This holds for deadlines too, as long as a record reaches the log within 30
//     seconds of the time it was received. A record that takes longer can meet an
//     alert that the clock has ended; a rebuild ends that alert after the record.
//   - No record stops the projector, however broken it is. What is wrong with a
//     record, or with a decoder, is counted and shown on the delivery.
package projector

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"foghorn/internal/clock"
	"foghorn/journal/decode"
	"foghorn/journal/event"
	"foghorn/journal/priority"
	"foghorn/journal/store"
	"foghorn/journal/triage"
)

// Log is what the projector needs of the log.
type Log interface {
	store.Reader
	// Last returns the sequence of the newest record, 0 when there is none.
	Last(ctx context.Context) (int64, error)
	// Damage returns a record that stands for those after a sequence that Read
	// cannot give, because their pages are damaged; store.ErrNotFound when it can.
	Damage(ctx context.Context, after int64) (event.Record, error)
}

// Options configure a projector. Log and View are required.
type Options struct {
	Log  Log
	View store.Projection
	// Wake gets a signal when records were appended. Without it, or when a
	// signal is lost, Run finds new records within a second.
	Wake <-chan struct{}
	// Busy reports that requests are being answered right now, so that a backlog has
	// to wait. By default a signal of Wake during the last slice means so.
	Busy   func() bool
	Clock  clock.Clock
	Logger *slog.Logger
	Rules  triage.Rules
	// Priorities rank events before triage sees them. They may change at any
	// time; what was projected before keeps the rank it was given.
	Priorities *priority.Live
	// ReplayAfter is how old the newest time in a signed delivery may be before
	// nothing but its events is taken from it (0: 24 h; negative: never).
	ReplayAfter time.Duration
	// Decode makes events of a delivery; decode.Delivery when nil.
	Decode func(*event.Delivery) decode.Decoded

	// Committed is called after each commit that carried records after
	// CommittedAfter, or that the clock made after it. It runs on the projector's
	// goroutine, so it must not block: while it runs, nothing is projected. It must
	// not call the projector. A backlog or a rebuild calls it too; set
	// CommittedAfter to the log's end at start-up to get only what is appended from
	// then on.
	//
	// It is a hint and no queue. When the outcome of a commit is unknown, because
	// the disk failed in the middle of it, its call is left out. What must not be
	// missed is read from the view.
	Committed      func(Commit)
	CommittedAfter int64
	// CommittedEvent says which events a Commit carries; nil means all. Copying
	// events that nobody wants costs a tenth of the projector's time.
	CommittedEvent func(*event.Event) bool

	// Pause is the pause between two slices of Run, at most a second (0: 50 ms). A
	// longer one favors ingestion, a shorter one the screen.
	Pause time.Duration
	// Records and Bytes bound one slice (0: 4,096 records, 2 MiB of bodies).
	// A body can become several times its size in events, and two slices are
	// in memory at a time.
	Records int
	Bytes   int64
	// BusyRecords bounds a slice while ingestion is busy (0: 512), until
	// Backlog records wait (0: 100,000): then slices double until they keep up.
	BusyRecords int
	Backlog     int64
}

// Stats are the state of a projector.
type Stats struct {
	Position   int64 // the last record projected
	End        int64 // the last record of the log when it was last read
	Slices     int64 // committed since the start, like the rest
	Records    int64
	Events     int64 // new ones
	Duplicates int64
	Undecoded  int64
	Damaged    int64  // records skipped because they are damaged
	Failures   int64  // times that the log could not be read or a slice not be committed
	Problem    string // why the view is not updated; empty when it is
}

// Lag is how many records wait to be projected.
func (s Stats) Lag() int64 { return max(0, s.End-s.Position) }

// Projector is the only writer of a view. Run and CatchUp are called by one
// goroutine, one after the other; Stats and Lag by any.
type Projector struct {
	opt Options

	// What is derived from the view and may be ahead of it after a failure;
	// nil means that it has to be loaded.
	machine  *triage.Machine
	names    *names
	position int64                  // the position they stand at
	nextStep event.TransitionCursor // of the next step in an alert's life

	// bad are records whose events made triage or the view panic: their
	// deliveries are projected without events.
	broken map[int64]string

	mu    sync.Mutex
	stats Stats
}

// New checks the options and returns a projector that continues where the view is.
func New(o Options) (*Projector, error) {
	if o.Log == nil || o.View == nil {
		return nil, errors.New("projector: a log and a view are required")
	}
	if o.Pause < 0 || o.Pause > time.Second {
		return nil, fmt.Errorf("projector: a pause of %v is not between 0 and 1s", o.Pause)
	}
	if o.Clock == nil {
		o.Clock = clock.Real{}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Rules == (triage.Rules{}) {
		o.Rules = triage.DefaultRules()
	}
	if o.Priorities == nil {
		o.Priorities = &priority.Live{}
	}
	if o.ReplayAfter == 0 {
		o.ReplayAfter = defaultReplayAfter
	}
	if o.Decode == nil {
		o.Decode = decode.Delivery
	}
	setDefault(&o.Pause, 50*time.Millisecond)
	setDefault(&o.Records, 4096)
	setDefault(&o.Bytes, 2<<20)
	setDefault(&o.BusyRecords, 512)
	setDefault(&o.Backlog, 100_000)
	return &Projector{opt: o, broken: map[int64]string{}}, nil
}

func setDefault[T int | int64 | time.Duration](v *T, to T) {
	if *v <= 0 {
		*v = to
	}
}

// Stats returns the state of the projector.
func (p *Projector) Stats() Stats {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stats
}

// Lag is how many records wait to be projected.
func (p *Projector) Lag() int64 { return p.Stats().Lag() }

func (p *Projector) updateStats(fn func(*Stats)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	fn(&p.stats)
}

// load makes sure that the memory matches the view, and returns the position.
func (p *Projector) load(ctx context.Context) (int64, error) {
	if p.machine != nil {
		return p.position, nil
	}
	at, err := p.opt.View.Position(ctx)
	if err != nil {
		return 0, fmt.Errorf("read the view's position: %w", err)
	}
	known, err := p.opt.View.Names(ctx)
	if err != nil {
		return 0, fmt.Errorf("read the view's names: %w", err)
	}
	since := p.opt.Clock.Now().Add(-2 * p.opt.Rules.ReopenWithin)
	alerts, err := p.opt.View.LiveAlerts(ctx, since.UnixMilli())
	if err != nil {
		return 0, fmt.Errorf("read the view's live alerts: %w", err)
	}
	last, err := p.opt.View.LastTransition(ctx)
	if err != nil {
		return 0, fmt.Errorf("read the view's last transition: %w", err)
	}
	p.nextStep = event.TransitionCursor{Record: at}
	if last.Record == at {
		p.nextStep.Place = last.Place + 1
	}
	names, recoveries := loadNames(known)
	machine := triage.New(p.opt.Rules)
	machine.Load(alerts, recoveries)
	p.machine, p.names, p.position = machine, names, at
	p.updateStats(func(s *Stats) { s.Position = at })
	return at, nil
}

// dropMemory drops the memory after a failed transaction: it may be ahead of the view.
func (p *Projector) dropMemory() { p.machine, p.names = nil, nil }

// setProblem keeps why the view is not updated, until something works again. One line
// is logged when the problem begins and one when it ends; the tries in between log
// nothing.
func (p *Projector) setProblem(err error) {
	first := false
	p.updateStats(func(s *Stats) {
		first = s.Problem == ""
		s.Failures++
		s.Problem = err.Error()
	})
	if first {
		p.opt.Logger.Error("the view is not updated; deliveries are still accepted, and foghorn tries again", "err", err)
	}
}

// clearProblem ends the problem, if there was one.
func (p *Projector) clearProblem() {
	was := false
	p.updateStats(func(s *Stats) { was, s.Problem = s.Problem != "", "" })
	if was {
		p.opt.Logger.Warn("the view is updated again", "position", p.Stats().Position)
	}
}

// readEnd reads how far the log goes.
func (p *Projector) readEnd(ctx context.Context) error {
	end, err := p.opt.Log.Last(ctx)
	if err != nil {
		return fmt.Errorf("read the log's end: %w", err)
	}
	p.updateStats(func(s *Stats) { s.End = end })
	return nil
}
