package relay

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"foghorn/config"
	"foghorn/internal/signal"
	"foghorn/journal/event"
	"foghorn/journal/query"
	"foghorn/journal/store"
)

// Journal is what relays read.
type Journal interface {
	// Position is the last record that the view has, and LogEnd the last of the log.
	Position(ctx context.Context) (int64, error)
	LogEnd(ctx context.Context) (int64, error)
	Events(ctx context.Context, p query.Page) ([]event.Event, error)
	CountEvents(ctx context.Context, p query.Page) (int64, error)
	CountTransitions(ctx context.Context, after event.TransitionCursor) (int64, error)
	Event(ctx context.Context, id int64) (event.Event, error)
	Raw(ctx context.Context, eventID int64) (json.RawMessage, error)
	Transitions(ctx context.Context, after event.TransitionCursor, limit int) ([]event.Transition, error)
	LastTransition(ctx context.Context) (event.TransitionCursor, error)
	Alert(ctx context.Context, id int64) (event.Alert, error)
	AlertTransitions(ctx context.Context, alertID int64) ([]event.Transition, error)
	AlertEvents(ctx context.Context, alertID int64, limit int) ([]event.Event, error)
	ActivitiesByID(ctx context.Context, ids ...int64) ([]event.Activity, error)
	SiteStates(ctx context.Context, siteID string) ([]event.SiteState, error)
}

// Outbox is what relays remember; a *store.Outbox.
type Outbox interface {
	Relays(ctx context.Context) ([]event.RelayState, error)
	Relay(ctx context.Context, name string) (event.RelayState, error)
	BeginRelay(ctx context.Context, r event.RelayState, forget bool) error
	CommitRelay(ctx context.Context, k *store.OutboxCommit) error
	TrimRelay(ctx context.Context, name string, now time.Time) error
	Flight(ctx context.Context, name string) (*store.Flight, error)
	Lanes(ctx context.Context, relay string, alerts ...int64) ([]event.Lane, error)
	PendingLanes(ctx context.Context, relay string) ([]event.Lane, error)
	UnendedLanes(ctx context.Context, relay string) ([]event.Lane, error)
	RelayMessage(ctx context.Context, relay string, id int64) (event.RelayMessage, error)
	GroupMessages(ctx context.Context, relay, group string, since time.Time) ([]event.RelayMessage, error)
	Letters(ctx context.Context, relay string, limit int, states ...string) ([]event.DeadLetter, error)
	LetterCounts(ctx context.Context, relay string) (parked, dead int, err error)
	LettersOf(ctx context.Context, eventID, alertID int64) ([]event.DeadLetter, error)
	SentRows(ctx context.Context, relay string, limit int) ([]event.RelaySent, error)
	Version(ctx context.Context) (int64, error)
}

// Options are what a relay works with.
type Options struct {
	Config      config.Relay
	Destination Destination
	Do          func(context.Context, *Request) *Answer // makes one attempt
	Journal     Journal
	Outbox      Outbox
	Logger      *slog.Logger
	Mask        func(string) string // hides secrets in what answers are said to mean; nil hides none
	// Link leads to an alert's place in the vendor's portal; nil when there is none.
	Link func(*event.Alert) string

	time    timer
	turns   *turns        // of all relays of the process; its own when nil
	control time.Duration // how often people's decisions are looked for; controlEvery when 0
}

// Relay sends to one destination. Run owns it.
type Relay struct {
	o        Options
	where    *query.Query
	sender   *sender
	queue    queue
	state    event.RelayState
	wake     signal.Signal
	control  int64         // the outbox's version when people's decisions were last read
	flight   *store.Flight // what may have arrived: its answer was lost
	latency  latencies
	trouble  string    // the last error of the journal or the outbox
	tended   time.Time // when the outbox was last trimmed
	stated   event.RelayState
	statedAt time.Time
	unstated bool // a change was not published yet
	loose    bool // batches were committed without fsync; the next state takes them along
}

// queue is what a relay sends: alerts or events.
type queue interface {
	// restore reads what the outbox knows, once.
	restore(ctx context.Context) error
	// step reads what is new and makes at most one exchange. It returns when it wants to
	// be called again at the latest; the zero time means at once.
	step(ctx context.Context) (time.Time, error)
	// backlog is what waits, and since when.
	backlog(ctx context.Context) (int64, *time.Time, error)
}

// New makes a relay. Nothing is read or sent before Run.
func New(o Options) (*Relay, error) {
	where, err := o.Config.Where()
	if err != nil {
		return nil, fmt.Errorf("relay %s: query: %w", o.Config.Name, err)
	}
	if o.turns == nil {
		o.turns = &turns{}
	}
	r := &Relay{o: o, where: where, sender: newSender(o.Destination, o.Do, o.time), wake: signal.New()}
	r.sender.mask = o.Mask
	if o.Config.Send == "events" {
		r.queue = &eventQueue{Relay: r}
	} else {
		r.queue = &alertQueue{Relay: r}
	}
	return r, nil
}

// controlEvery is how often people's decisions are looked for that another process
// wrote, and idleWait how long a relay that has nothing to do sleeps.
const (
	controlEvery = time.Second
	idleWait     = 30 * time.Second
	retryStep    = 2 * time.Second // after an error of the journal or the outbox
	trimEvery    = time.Hour
)

// Run sends until ctx ends.
func (r *Relay) Run(ctx context.Context) error {
	if err := r.restore(ctx); err != nil {
		return err
	}
	for {
		next, err := r.step(ctx)
		if ctx.Err() != nil {
			return r.commit(ctx, &store.OutboxCommit{})
		}
		now := r.o.time.Now()
		if err != nil {
			if r.trouble != err.Error() {
				r.o.Logger.Warn("a relay cannot read the journal or write what it sent; it tries again", "relay", r.state.Name, "error", err)
			}
			next = now.Add(retryStep)
		}
		r.trouble = fmt.Sprint(err)
		if err := r.publish(ctx, now); err != nil && ctx.Err() == nil {
			r.o.Logger.Warn("a relay cannot publish its state", "relay", r.state.Name, "error", err)
		}
		if next.IsZero() {
			continue
		}
		if r.unstated {
			next = earlier(next, r.statedAt.Add(stateEvery))
		}
		if at := r.sender.fails(); at.After(now) {
			next = earlier(next, at)
		}
		if err := r.rest(ctx, next); err != nil {
			return r.commit(ctx, &store.OutboxCommit{})
		}
	}
}

// rest waits until a time, until the journal has something new, or until a person has
// decided something in another process. The zero time waits for nothing.
func (r *Relay) rest(ctx context.Context, next time.Time) error {
	for now := r.o.time.Now(); next.After(now); now = r.o.time.Now() {
		woken, err := r.o.time.Wait(ctx, earlier(now.Add(cmp.Or(r.o.control, controlEvery)), next), r.wake)
		if err != nil || woken {
			return err
		}
		if version, err := r.o.Outbox.Version(ctx); err != nil || version != r.control {
			return nil
		}
	}
	return nil
}

// Wake says that the journal has something new.
func (r *Relay) Wake() { r.wake.Notify() }

// restore takes up what the outbox knows of the relay, or begins it: with what comes
// from now on.
func (r *Relay) restore(ctx context.Context) error {
	name := r.o.Config.Name
	state, err := r.o.Outbox.Relay(ctx, name)
	begin := errors.Is(err, event.ErrNotFound) || err == nil && (state.State == event.RelayRemoved || state.Send != r.o.Config.Send || state.Kind != r.o.Config.Kind)
	if err != nil && !begin {
		return err
	}
	end, err := r.o.Journal.LogEnd(ctx)
	if err != nil {
		return err
	}
	if !begin && state.Cursor.Record > end {
		r.o.Logger.Warn("a relay was further than the log: this is another log; it goes on with what comes from now on", "relay", name, "record", state.Cursor.Record, "last", end)
		begin = true
	}
	if begin {
		if state, err = r.begin(ctx, state); err != nil {
			return err
		}
	}
	r.state = state
	r.state.Kind, r.state.Send = r.o.Config.Kind, r.o.Config.Send
	if a, ok := r.o.Destination.(Adviser); ok {
		r.state.Advice = a.Advice()
	}
	if err := r.restorePace(ctx); err != nil {
		return err
	}
	if err := r.restoreFlight(ctx); err != nil {
		return err
	}
	r.state.State, r.state.Since = event.RelayIdle, r.o.time.Now()
	return r.queue.restore(ctx)
}

// begin starts a relay at the end of the journal: that of the log, where the view is behind
// it. A view that is derived again must not send the whole history.
func (r *Relay) begin(ctx context.Context, old event.RelayState) (event.RelayState, error) {
	end, err := r.o.Journal.LogEnd(ctx)
	if err != nil {
		return old, err
	}
	at, err := r.o.Journal.Position(ctx)
	if err != nil {
		return old, err
	}
	cursor := event.TransitionCursor{Record: max(at, end), Place: event.MaxEventsPerRecord - 1}
	if r.o.Config.Send != config.SendEvents && at >= end {
		// What time alone does after this record counts on from here.
		if cursor, err = r.o.Journal.LastTransition(ctx); err != nil {
			return old, err
		}
	}
	s := event.RelayState{Name: r.o.Config.Name, Kind: r.o.Config.Kind, Send: r.o.Config.Send, Cursor: cursor, Start: cursor, Started: r.o.time.Now(),
		Sent: old.Sent, Failed: old.Failed, Dropped: old.Dropped, Repeated: old.Repeated}
	return s, r.o.Outbox.BeginRelay(ctx, s, old.Kind != s.Kind)
}

// restorePace counts what was sent before a restart against the rates.
func (r *Relay) restorePace(ctx context.Context) error {
	longest := 0
	for _, rate := range r.sender.limits.Rates {
		longest = max(longest, rate.Count)
	}
	if longest == 0 {
		return nil
	}
	rows, err := r.o.Outbox.SentRows(ctx, r.state.Name, longest)
	if err != nil {
		return err
	}
	for _, row := range slices.Backward(rows) {
		for range max(1, row.Requests) {
			r.sender.pace.sent(r.o.Config.Channel, row.At)
		}
	}
	r.sender.channel = r.o.Config.Channel
	return nil
}

// step does what is due. It returns when it wants to be called again.
func (r *Relay) step(ctx context.Context) (time.Time, error) {
	now := r.o.time.Now()
	if err := r.obey(ctx); err != nil {
		return now, err
	}
	if r.state.PausedAt != nil {
		return now.Add(idleWait), nil
	}
	at, err := r.o.Journal.Position(ctx)
	if err != nil {
		return now, err
	}
	if at < r.state.Cursor.Record {
		return now.Add(retryStep), nil // the view is derived again, and is behind the relay
	}
	if now.Sub(r.tended) >= trimEvery {
		if err := r.o.Outbox.TrimRelay(ctx, r.state.Name, now); err != nil {
			return now, err
		}
		r.tended = now
	}
	return r.queue.step(ctx)
}

// obey reads what people decided in other processes.
func (r *Relay) obey(ctx context.Context) error {
	version, err := r.o.Outbox.Version(ctx)
	if err != nil || version == r.control {
		return err
	}
	state, err := r.o.Outbox.Relay(ctx, r.state.Name)
	if err != nil {
		return err
	}
	r.state.PausedAt, r.state.PausedBy, r.control = state.PausedAt, state.PausedBy, version
	return nil
}

// commit writes one step to the outbox, with the relay's state and what may have arrived.
func (r *Relay) commit(ctx context.Context, k *store.OutboxCommit) error {
	k.State = r.state
	if k.Flight == nil {
		k.Flight = r.flight
	}
	return r.o.Outbox.CommitRelay(context.WithoutCancel(ctx), k)
}

// answered counts the end of an exchange, and remembers the error for people.
func (r *Relay) answered(x result, suspect bool) {
	now := r.o.time.Now()
	r.sender.note(x, suspect)
	if x.Outcome == Sent {
		r.state.LastSent = &now
		return
	}
	r.noteError(x)
}

// noteError counts an exchange in which the service did not take what was sent.
func (r *Relay) noteError(x result) {
	now := r.o.time.Now()
	r.state.Failed++
	r.state.LastError, r.state.LastStatus, r.state.ErrorAt = x.Reason, x.status, &now
	r.o.Logger.Info("a relay's destination did not take an item", "relay", r.state.Name, "status", x.status, "reason", x.Reason, "requests", x.requests)
}
