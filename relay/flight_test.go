package relay

import (
	"errors"
	"strings"
	"testing"
	"time"

	"foghorn/config"
	"foghorn/journal/event"
	"foghorn/journal/store"
)

// An answer that is lost leads to a repeat, and the repeat is counted.
func TestALostAnswerIsARepeat(t *testing.T) {
	t.Parallel()
	bubble(t, stream(10), func(d *desk) {
		lost := true
		d.service.answer = func(r *Request) *Answer {
			if lost {
				lost = false
				d.service.took = append(d.service.took, "post "+string(r.Body))
				return &Answer{Err: errors.New("connection reset by peer"), Written: true}
			}
			return &Answer{Status: 200}
		}
		ids := d.joins(1, 3)
		d.wait(5 * time.Second)
		d.inOrder(append(append([]string{}, ids...), ids...))
		if s := d.state(); s.Sent != 3 || s.Repeated != 3 {
			t.Errorf("state %+v", s)
		}
	})
}

// lose loses the answers of so many requests, which the service has taken.
func (d *desk) lose(n int) {
	d.service.answer = func(r *Request) *Answer {
		if n--; n >= 0 {
			d.service.took = append(d.service.took, r.Step+" "+string(r.Body))
			return &Answer{Err: errors.New("connection reset by peer"), Written: true}
		}
		return &Answer{Status: 200}
	}
}

// Each lost answer is counted for what it was about: not for what has joined the batch
// since, and once more when it is lost again.
func TestRepeatsAreCountedEach(t *testing.T) {
	t.Parallel()
	bubble(t, stream(10), func(d *desk) {
		d.lose(2)
		first := d.joins(1, 3)
		d.wait(100 * time.Millisecond)
		second := d.joins(1, 4)
		all := append(append([]string{}, first...), second...)
		d.wait(10 * time.Second)
		d.inOrder(append(append(append([]string{}, first...), all...), all...))
		if s := d.state(); s.Sent != 7 || s.Repeated != 3+7 {
			t.Errorf("%d sent, %d repeated", s.Sent, s.Repeated)
		}
	})
}

// A process that was killed may have sent a moment ago: the service's rate holds after that,
// too.
func TestARateHoldsOverAKill(t *testing.T) {
	t.Parallel()
	slow := func(c *config.Relay, s *service) {
		stream(10)(c, s)
		s.limits.Rates = []Rate{{Count: 1, Per: 10 * time.Second}}
	}
	bubble(t, slow, func(d *desk) {
		d.stop()
		d.joins(1, 3)
		s, err := d.outbox.Relay(d.ctx, "chat")
		d.must(err)
		d.must(d.outbox.CommitRelay(d.ctx, &store.OutboxCommit{State: s, Flight: &store.Flight{At: time.Now(), Items: 3, Last: event.ID(1, 2)}}))
		d.start(d.relay.o.Config)
		d.wait(9 * time.Second)
		if d.service.tries != 0 {
			t.Error("it sent at once")
		}
		d.wait(2 * time.Second)
		if s := d.state(); s.Sent != 3 || s.Repeated != 3 {
			t.Errorf("%d sent, %d repeated", s.Sent, s.Repeated)
		}
	})
}

// The answer about one alert is lost, and another alert goes out before it is tried again:
// it is a repeat all the same.
func TestALostAnswerIsRememberedForItsAlert(t *testing.T) {
	t.Parallel()
	bubble(t, func(c *config.Relay, s *service) { keeps(c, s); c.Group = "none" }, func(d *desk) {
		tries := 0
		d.service.answer = func(r *Request) *Answer {
			if !strings.Contains(string(r.Body), "ap-1") {
				return &Answer{Status: 200}
			}
			switch tries++; tries {
			case 1:
				return &Answer{Err: errors.New("connection reset by peer"), Written: true}
			case 2:
				return &Answer{Status: 500}
			}
			return &Answer{Status: 200}
		}
		d.ap("ap-1", 1, true)
		d.wait(500 * time.Millisecond)
		d.ap("ap-2", 2, true)
		d.wait(time.Minute)
		d.took("post first: ap-2 down", "post first: ap-1 down")
		if s := d.state(); s.Sent != 2 || s.Repeated != 1 {
			t.Errorf("%d sent, %d repeated", s.Sent, s.Repeated)
		}
	})
}
