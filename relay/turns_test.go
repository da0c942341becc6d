package relay

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"foghorn/config"
	"foghorn/internal/clock"
	"foghorn/journal"
	"foghorn/journal/event"
)

// While the log grows, relays rest after they have worked, and in a flood longer.
func TestTurns(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 27, 3, 0, 0, 0, time.UTC)
	at := func(ms int) time.Time { return start.Add(time.Duration(ms) * time.Millisecond) }
	var s turns
	if s.due(at(0)) {
		t.Error("nobody has worked, and somebody rests")
	}
	for _, c := range []struct {
		what          string
		now           int
		end, position int64
		rest          int // for the time that was worked
	}{
		{"a log that is long has not grown yet", 0, 50_000, 50_000, 0},
		{"a steady rate", 1000, 52_000, 51_500, growRest},
		{"a flood", 2000, 56_000, 56_000, floodRest},
		{"another look at once", 2010, 56_000, 56_000, floodRest},
		{"the flood is over", 3000, 56_100, 56_100, growRest},
		{"nothing comes", 4000, 56_100, 56_100, 0},
		{"the view is behind", 5000, 58_200, 56_200, floodRest},
	} {
		s.worked(at(c.now), 10*time.Millisecond)
		s.worked(at(c.now), 10*time.Millisecond) // another relay, at the same time
		got := s.wait(at(c.now), c.end, c.position)
		if got.IsZero() != (c.rest == 0) || c.rest > 0 && got.Before(at(c.now+2*10*c.rest)) || c.rest == growRest && got.After(at(c.now+2*10*c.rest)) {
			t.Errorf("%s: rests until %q", c.what, got)
		}
	}
	s.worked(at(6000), time.Hour)
	if got := s.wait(at(6000), 70_000, 70_000); !got.Equal(at(6000).Add(turnMost)) {
		t.Errorf("they rest until %s", got)
	}
}

// What comes late, because the projector is behind, still leaves in batches.
func TestLateEventsLeaveInBatches(t *testing.T) {
	t.Parallel()
	gathering := func(c *config.Relay, s *service) {
		stream(100)(c, s)
		s.limits.Wait = 2 * time.Second
	}
	bubble(t, gathering, func(d *desk) {
		for i := range 50 {
			body := fmt.Appendf(nil, `{"topic":"client-join","events":[{"mac":"%012x","ap":"5c5b35000001","timestamp":%d}]}`, i+1, time.Now().Unix())
			rec, err := event.DeliveryRecord(event.Delivery{Received: time.Now().Add(-10 * time.Second), Source: "acme", Method: "POST", Path: "/mist/acme", Body: body, Verdict: event.Verified, Status: 200, Size: int64(len(body))})
			d.must(err)
			_, err = d.log.Append(d.ctx, rec)
			d.must(err)
			d.project()
			d.wait(200 * time.Millisecond)
		}
		d.wait(3 * time.Second)
		if n := len(d.ids()); n != 50 || d.service.tries > 7 {
			t.Errorf("%d events in %d requests", n, d.service.tries)
		}
	})
}

// stuck is a journal whose elements nobody can read before the relay ends.
type stuck struct{ Journal }

func (stuck) Raw(ctx context.Context, _ int64) (json.RawMessage, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// A relay that ends while it reads sends nothing half.
func TestAnEndWhileReadingSendsNothing(t *testing.T) {
	t.Parallel()
	bubble(t, stream(10), func(d *desk) {
		d.stop()
		d.joins(1, 5)
		r, err := New(Options{Config: d.relay.o.Config, Destination: d.service, Do: d.service.do, Journal: stuck{journal.New(d.log, d.view)}, Outbox: d.outbox,
			Logger: slog.New(slog.DiscardHandler), time: clockTimer{clock.Real{}}})
		d.must(err)
		ctx, cancel := context.WithCancel(d.ctx)
		done := make(chan error, 1)
		go func() { done <- r.Run(ctx) }()
		d.wait(time.Second)
		cancel()
		d.must(<-done)
		d.took()
		d.start(d.relay.o.Config)
		d.wait(time.Second)
		if n := len(d.ids()); n != 5 {
			t.Errorf("%d events arrived", n)
		}
	})
}
