package relay_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"foghorn/config"
	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/projector"
	"foghorn/journal/query"
	"foghorn/journal/store"
	"foghorn/relay"
	"foghorn/relay/kinds"
)

// The environment of the test binary when it is started again, as a process that sends
// and is killed.
const (
	childDir   = "FOGHORN_RELAY_DIR"
	childEpoch = "FOGHORN_RELAY_EPOCH" // of its clock, in nanoseconds
	childStep  = "FOGHORN_RELAY_STEP"  // where it kills itself; empty for nowhere
	childVisit = "FOGHORN_RELAY_VISIT" // at which visit of that place
)

func TestMain(m *testing.M) {
	for role, run := range map[string]func(string) error{childDir: send, childBench: bench} {
		if text := os.Getenv(role); text != "" {
			if err := run(text); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
			os.Exit(0)
		}
	}
	goleak.VerifyTestMain(m)
}

// quick is a clock that runs twenty times as fast as the machine's, the same in all
// processes: services ask for seconds between two messages.
type quick struct{ epoch time.Time }

const speed = 20

func (q quick) Now() time.Time { return q.epoch.Add(speed * time.Since(q.epoch)) }

func (q quick) NewTicker(d time.Duration) (<-chan time.Time, func()) {
	t := time.NewTicker(max(d/speed, 1))
	return t.C, t.Stop
}

// send is what a collector does for its relays: it derives the view, and sends until
// nothing waits.
func send(dir string) (err error) {
	nanos, err := strconv.ParseInt(os.Getenv(childEpoch), 10, 64)
	if err != nil {
		return err
	}
	clk := quick{time.Unix(0, nanos)}
	cfg, err := config.Load(filepath.Join(dir, "config.toml"), config.Options{})
	if err != nil {
		return err
	}
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	log, err := store.OpenLog(ctx, dir, store.Options{})
	if err != nil {
		return err
	}
	view, err := store.OpenViewWriter(ctx, dir, store.Options{})
	if err != nil {
		return err
	}
	outbox, err := store.OpenOutbox(ctx, dir, store.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, outbox.Close(), view.Close(), log.Close()) }()
	service := relay.NewService(relay.ServiceOptions{
		Journal: func() relay.Journal { return journal.New(log, view) }, Outbox: outbox, Clock: clk, Logger: slog.New(slog.DiscardHandler),
		Mask: func(s string) string { return s }, New: destination,
	})
	service.Apply(cfg.Relays)
	// Small slices: the relays read while the view grows, as in a flood.
	proj, err := projector.New(projector.Options{Log: log, View: view, Records: 2, Pause: time.Millisecond, Committed: func(projector.Commit) { service.Wake() }})
	if err != nil {
		return err
	}
	committed := make(chan struct{}, 1)
	dieAt(relay.CrashPoint(os.Getenv(childStep)), os.Getenv(childVisit), committed)
	serving := make(chan error, 2)
	serve, end := context.WithCancel(ctx)
	go func() { serving <- service.Run(serve) }()
	go func() { serving <- proj.Run(serve) }()
	err = untilSent(ctx, journal.New(log, view), log, outbox, cfg.Relays[0], committed)
	end()
	return errors.Join(err, <-serving, <-serving)
}

// dieAt kills the process, as kill -9 does, at the n-th visit of a place.
func dieAt(step relay.CrashPoint, visit string, committed chan<- struct{}) {
	n, _ := strconv.ParseInt(visit, 10, 64)
	var visits atomic.Int64
	relay.OnCrashPoint(func(p relay.CrashPoint) {
		if p == step && visits.Add(1) == n {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {} // nothing more happens in this process
		}
		if p == relay.StepDone {
			select {
			case committed <- struct{}{}:
			default:
			}
		}
	})
}

// untilSent waits until a relay has nothing left to send.
func untilSent(ctx context.Context, j relay.Journal, log *store.Log, outbox *store.Outbox, c config.Relay, committed <-chan struct{}) error {
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for {
		done, err := sent(ctx, j, log, outbox, c)
		if err != nil || done {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("relay %s still has something to send", c.Name)
		case <-committed:
		case <-look.C:
		}
	}
}

func sent(ctx context.Context, j relay.Journal, log *store.Log, outbox *store.Outbox, c config.Relay) (bool, error) {
	end, err := log.Last(ctx)
	if err != nil {
		return false, err
	}
	at, err := j.Position(ctx)
	if err != nil || at < end {
		return false, err
	}
	state, err := outbox.Relay(ctx, c.Name)
	if errors.Is(err, event.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if c.Send == config.SendEvents {
		last, err := j.Events(ctx, query.Page{Limit: 1, Now: time.Now()})
		return err == nil && len(last) == 1 && event.ID(state.Cursor.Record, state.Cursor.Place) >= last[0].ID, err
	}
	last, err := j.LastTransition(ctx)
	if err != nil || state.Cursor != last {
		return false, err
	}
	lanes, err := outbox.PendingLanes(ctx, c.Name)
	return err == nil && len(lanes) == 0, err
}

// destination makes the destination of a relay. Of events it is one that takes few of
// them at a time, so that a story has many batches.
func destination(c config.Relay, e relay.Env) (relay.Destination, error) {
	if c.Send == config.SendEvents {
		return batches{c.URL.Reveal()}, nil
	}
	return kinds.New(c, e)
}

// batches posts ids of events, a line each.
type batches struct{ url string }

func (batches) Limits() relay.Limits { return relay.Limits{Items: 5} }

func (b batches) Encode(w *relay.Work) (*relay.Request, error) {
	var body bytes.Buffer
	for i := range w.Items {
		fmt.Fprintln(&body, w.Items[i].ID())
	}
	return &relay.Request{Step: "post", URL: b.url, Body: body.Bytes(), Items: len(w.Items), Gzip: true}, nil
}

func (batches) Judge(_ *relay.Work, _ *relay.Request, a *relay.Answer) relay.Verdict {
	return relay.JudgeHTTP(a)
}
