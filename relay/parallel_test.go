package relay

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"foghorn/config"
	"foghorn/journal/event"
)

// Exchanges of a destination that bears several run at once, never more than it says, and
// never two of one alert.
func TestSeveralExchangesAtOnce(t *testing.T) {
	t.Parallel()
	for name, send := range map[string]string{"events": "events", "alerts": "alerts"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			four := func(c *config.Relay, s *service) {
				c.Send = send
				s.limits = Limits{Items: 1, Parallel: 4}
			}
			bubble(t, four, func(d *desk) {
				d.stop()
				var now, most atomic.Int32
				var mu sync.Mutex
				var took []string
				d.slowly(func(_ context.Context, r *Request) *Answer {
					most.Store(max(most.Load(), now.Add(1)))
					defer now.Add(-1)
					time.Sleep(time.Second)
					mu.Lock()
					defer mu.Unlock()
					took = append(took, string(r.Body))
					return &Answer{Status: 200, At: time.Now()}
				})
				for i := range 12 {
					d.ap(fmt.Sprintf("ap-%d", i), i, true)
				}
				began := time.Now()
				d.wait(5 * time.Second)
				if len(took) != 12 || most.Load() != 4 {
					t.Errorf("%d in %v, %d at once: %q", len(took), time.Since(began), most.Load(), took)
				}
				if s := d.state(); s.Sent != 12 || s.Queued != 0 {
					t.Errorf("state %+v", s)
				}
			})
		})
	}
}

// An event that fails while others are taken is parked, with those of its alert behind it.
func TestAFailureAmongSeveralAtOnce(t *testing.T) {
	t.Parallel()
	four := func(c *config.Relay, s *service) {
		c.Send = "events"
		s.limits = Limits{Items: 1, Parallel: 4}
	}
	bubble(t, four, func(d *desk) {
		ids := []string{}
		bad := true
		d.service.answer = func(r *Request) *Answer {
			if bad && string(r.Body) == "a2" {
				return &Answer{Status: 503}
			}
			return &Answer{Status: 200}
		}
		d.stop()
		for i := range 8 {
			d.ap(fmt.Sprintf("ap-%d", i), i, true)
			ids = append(ids, event.ShortID(event.ID(int64(i+1), 0)))
		}
		d.ap("ap-1", 1, false) // of the alert of a2
		d.start(d.relay.o.Config)
		d.wait(3 * time.Second)
		got := d.ids()
		slices.Sort(got)
		want := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return id == "a2" })
		if strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("took %q, not %q", got, want)
		}
		bad, d.service.took = false, nil
		d.wait(5 * time.Minute)
		d.inOrder([]string{"a2", "a9"})
		if s := d.state(); s.Parked != 0 || s.Sent != 9 {
			t.Errorf("state %+v", s)
		}
	})
}
