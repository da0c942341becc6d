package relay

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"foghorn/config"
	"foghorn/journal/event"
)

// stream is a log store: it takes events in batches.
func stream(items int) func(*config.Relay, *service) {
	return func(c *config.Relay, s *service) {
		c.Send = "events"
		s.limits = Limits{Items: items}
	}
}

// joins posts deliveries with so many events each, and returns their short ids.
func (d *desk) joins(deliveries, each int) (ids []string) {
	d.t.Helper()
	for range deliveries {
		var events []map[string]any
		for range each {
			d.serial++
			events = append(events, map[string]any{"mac": fmt.Sprintf("%012x", d.serial), "ap": "5c5b35000001", "ssid": "guests", "timestamp": time.Now().Unix()})
		}
		d.post("client-join", events...)
		seq, err := d.log.Last(d.ctx)
		d.must(err)
		for i := range each {
			ids = append(ids, event.ShortID(event.ID(seq, i)))
		}
	}
	return ids
}

// ids are the events that the service took, in its order.
func (d *desk) ids() (out []string) {
	for _, line := range d.service.took {
		out = append(out, strings.Split(strings.TrimPrefix(line, "post "), ", ")...)
	}
	return out
}

func (d *desk) inOrder(want []string) {
	d.t.Helper()
	if got := strings.Join(d.ids(), " "); got != strings.Join(want, " ") {
		d.t.Errorf("the service took\n%s\nnot\n%s", got, strings.Join(want, " "))
	}
}

// Events go out in batches, in order, and over a restart each once.
func TestEventsGoOutInOrder(t *testing.T) {
	t.Parallel()
	bubble(t, stream(10), func(d *desk) {
		want := d.joins(3, 7)
		d.wait(time.Second)
		d.restart()
		want = append(want, d.joins(2, 7)...)
		d.wait(time.Second)
		d.inOrder(want)
		if s := d.state(); s.Sent != 35 || s.Queued != 0 || s.Repeated != 0 || s.State != event.RelayIdle {
			t.Errorf("state %+v", s)
		}
	})
}

// A batch that is not full waits for more, and no longer than its limit.
func TestABatchGathers(t *testing.T) {
	t.Parallel()
	gathering := func(c *config.Relay, s *service) {
		stream(10)(c, s)
		s.limits.Wait = 5 * time.Second
	}
	bubble(t, gathering, func(d *desk) {
		d.joins(1, 3)
		d.wait(3 * time.Second)
		if d.service.tries != 0 {
			t.Error("it did not wait")
		}
		d.joins(1, 3)
		d.wait(3 * time.Second)
		if len(d.service.took) != 1 || len(d.ids()) != 6 {
			t.Errorf("took %q", d.service.took)
		}
	})
}

// The service says which item of a batch it refuses, or it does not: either way the
// others arrive, and the item is parked.
func TestARefusedEventIsParked(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{"it says which": "item %d is wrong", "it does not say": "something is wrong"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bubble(t, stream(10), func(d *desk) {
				d.stop()
				ids := d.joins(1, 25)
				bad := ids[6]
				d.service.answer = func(r *Request) *Answer {
					for i, id := range strings.Split(string(r.Body), ", ") {
						if id == bad {
							text := "item -1"
							if strings.Contains(body, "%d") {
								text = fmt.Sprintf(body, i)
							}
							if i > 0 && strings.Contains(body, "%d") {
								d.service.took = append(d.service.took, "post "+strings.Join(strings.Split(string(r.Body), ", ")[:i], ", "))
							}
							return &Answer{Status: 400, Body: []byte(text)}
						}
					}
					return &Answer{Status: 200}
				}
				d.start(d.relay.o.Config)
				d.wait(5 * time.Second)
				d.inOrder(append(append([]string{}, ids[:6]...), ids[7:]...))
				if s := d.state(); s.Parked != 1 || s.Sent != 24 {
					t.Errorf("state %+v", s)
				}
				d.service.answer, d.service.took = nil, nil
				d.wait(10 * time.Minute)
				d.inOrder([]string{bad})
				if s := d.state(); s.Parked != 0 || s.Sent != 25 {
					t.Errorf("state %+v", s)
				}
			})
		})
	}
}

// A service that answers 500 to one item, and works for all others: the item is found.
func TestAnEventThatBreaksTheService(t *testing.T) {
	t.Parallel()
	bubble(t, stream(10), func(d *desk) {
		d.stop()
		ids := d.joins(2, 10)
		d.service.answer = func(r *Request) *Answer {
			if strings.Contains(string(r.Body)+",", ids[4]+",") {
				return &Answer{Status: 500}
			}
			return &Answer{Status: 200}
		}
		d.start(d.relay.o.Config)
		d.wait(10 * time.Minute)
		d.inOrder(append(append([]string{}, ids[:4]...), ids[5:]...))
		letters, err := d.outbox.Letters(d.ctx, "chat", 9)
		d.must(err)
		if len(letters) != 1 || event.ShortID(letters[0].EventID) != ids[4] || letters[0].Status != 500 {
			t.Errorf("letters %+v", letters)
		}
	})
}

// The service is gone for three days, with a restart inside: every event arrives, from
// the first, in order.
func TestThreeDaysOfOutage(t *testing.T) {
	t.Parallel()
	bubble(t, stream(50), func(d *desk) {
		down := func(*Request) *Answer { return &Answer{Status: 503, Header: http.Header{"Retry-After": {"900"}}} }
		d.service.answer = down
		var want []string
		for i := range 72 {
			want = append(want, d.joins(2, 5)...)
			d.wait(time.Hour)
			if i == 36 {
				d.restart()
			}
		}
		if s := d.state(); s.Queued != int64(len(want)) || s.State != event.RelayFailing || s.Oldest == nil || time.Since(*s.Oldest) < 71*time.Hour {
			t.Errorf("state %+v", s)
		}
		d.service.answer = nil
		d.wait(16 * time.Minute)
		d.inOrder(want)
		if s := d.state(); s.Sent != int64(len(want)) || s.Dropped != 0 || s.Queued != 0 {
			t.Errorf("state %+v", s)
		}
	})
}

// What is too old for the relay is dropped, counted and named; what is younger arrives.
func TestWhatIsTooOldIsDropped(t *testing.T) {
	t.Parallel()
	short := func(c *config.Relay, s *service) {
		stream(50)(c, s)
		c.DropAfter = config.Duration(2 * time.Hour)
	}
	bubble(t, short, func(d *desk) {
		d.service.answer = func(*Request) *Answer { return &Answer{Status: 503, Header: http.Header{"Retry-After": {"60"}}} }
		first := event.ID(1, 0)
		d.joins(2, 5)
		d.wait(90 * time.Minute)
		want := d.joins(1, 5)
		d.wait(45 * time.Minute)
		d.service.answer = nil
		d.wait(2 * time.Minute)
		d.inOrder(want)
		drops, err := d.outbox.Drops(d.ctx, "chat", 9)
		d.must(err)
		if s := d.state(); s.Dropped != 10 || len(drops) == 0 || drops[len(drops)-1].From != first {
			t.Errorf("state %+v, drops %+v", s, drops)
		}
	})
}

// Only what the query chooses is sent, and the position passes the rest.
func TestTheQueryChooses(t *testing.T) {
	t.Parallel()
	only := func(c *config.Relay, s *service) {
		stream(10)(c, s)
		c.Query = "topic:device-updowns"
	}
	bubble(t, only, func(d *desk) {
		d.joins(3, 5)
		d.ap("ap-1", 1, true)
		d.joins(3, 5)
		d.wait(2 * time.Second)
		end, err := d.log.Last(d.ctx)
		d.must(err)
		if n := len(d.ids()); n != 1 {
			t.Errorf("took %q", d.service.took)
		}
		if s := d.state(); s.Cursor.Record != end {
			t.Errorf("the position is %d of %d", s.Cursor.Record, end)
		}
	})
}
