package relay

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"foghorn/config"
	"foghorn/journal/event"
	"foghorn/journal/store"
)

// keeps is a chat that keeps one message an alert up to date.
func keeps(c *config.Relay, s *service) {
	s.limits = Limits{Keeps: true, Groups: true}
	s.updates = true
}

// anew is a chat that can only post.
func anew(_ *config.Relay, s *service) { s.limits = Limits{Groups: true, Items: 1} }

// An alert is one message: posted, then updated with a reply that rings people.
func TestAnAlertIsOneMessage(t *testing.T) {
	t.Parallel()
	bubble(t, keeps, func(d *desk) {
		d.ap("lobby-ap3", 1, true)
		d.wait(3 * time.Second)
		d.took("post first: AP lobby-ap3 down")
		d.wait(4 * time.Minute)
		d.ap("lobby-ap3", 1, false)
		d.wait(5 * time.Second)
		d.took("update resolved: AP lobby-ap3 was down 4m03s", "reply resolved: AP lobby-ap3 was down 4m03s")
		rows, err := d.outbox.SentRows(d.ctx, "chat", 9)
		d.must(err)
		if len(rows) != 2 || rows[0].Why != "resolved" || rows[1].Why != "first" {
			t.Errorf("sent: %+v", rows)
		}
	})
}

func TestAnAlertIsHeld(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		lasts time.Duration
		want  []string
	}{
		"what is over before is never sent":        {90 * time.Second, nil},
		"what still holds is sent, and so its end": {5 * time.Minute, []string{"post first: AP lobby-ap3 down", "update resolved: AP lobby-ap3 was down 5m00s", "reply resolved: AP lobby-ap3 was down 5m00s"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bubble(t, func(c *config.Relay, s *service) { keeps(c, s); c.Hold = config.Duration(2 * time.Minute) }, func(d *desk) {
				d.ap("lobby-ap3", 1, true)
				d.wait(30 * time.Second)
				d.restart() // the time goes on over a restart
				d.wait(c.lasts - 30*time.Second)
				d.ap("lobby-ap3", 1, false)
				d.wait(10 * time.Minute)
				d.took(c.want...)
			})
		})
	}
}

// A whole site goes down: one message, that names how many, and one recovery.
func TestASiteIsOneMessage(t *testing.T) {
	t.Parallel()
	bubble(t, keeps, func(d *desk) {
		d.ap("ap-1", 1, true)
		d.wait(4 * time.Second)
		for i := 2; i <= 14; i++ {
			d.ap(fmt.Sprintf("ap-%d", i), i, true)
		}
		d.wait(10 * time.Second)
		d.took("post first: ap-1 down", "update worse: berlin: 14 APs down", "reply worse: berlin: 14 APs down")
		for i := 1; i <= 9; i++ {
			d.ap(fmt.Sprintf("ap-%d", i), i, false)
		}
		d.wait(10 * time.Second)
		d.took("update update: berlin: 5 APs down, 9 up again")
		for i := 10; i <= 14; i++ {
			d.ap(fmt.Sprintf("ap-%d", i), i, false)
		}
		d.wait(10 * time.Second)
		d.took("update resolved: berlin: all 14 APs up again", "reply resolved: berlin: all 14 APs up again")
	})
}

// Where nothing can be updated, a site that goes down and comes back is three posts,
// and not twenty-eight.
func TestASiteWhereNothingCanBeUpdated(t *testing.T) {
	t.Parallel()
	bubble(t, anew, func(d *desk) {
		for i := 1; i <= 14; i++ {
			d.ap(fmt.Sprintf("ap-%d", i), i, true)
			d.wait(200 * time.Millisecond)
		}
		d.wait(2 * time.Minute)
		for i := 1; i <= 14; i++ {
			d.ap(fmt.Sprintf("ap-%d", i), i, false)
		}
		d.wait(10 * time.Minute)
		d.took("post first: berlin: 10 APs down", "post worse: berlin: 14 APs down", "post resolved: berlin: all 14 APs up again")
	})
}

// Many sites at once: no more messages a minute than the cap, and the last of them
// tells the rest.
func TestAStormIsCapped(t *testing.T) {
	t.Parallel()
	bubble(t, func(c *config.Relay, s *service) { keeps(c, s); c.MaxPerMinute = 3 }, func(d *desk) {
		var events []map[string]any
		for i := 1; i <= 40; i++ {
			e := apEvent(fmt.Sprintf("ap-%d", i), i, true)
			e["site_id"] = fmt.Sprintf("978c48e6-6ef6-11e6-8bbf-%012d", i)
			e["site_name"] = fmt.Sprintf("site-%d", i)
			events = append(events, e)
		}
		d.post("device-updowns", events...)
		d.wait(30 * time.Second)
		if n := len(d.service.took); n != 3 || !strings.Contains(d.service.took[2], "And 38 more alerts at 38 sites") {
			t.Errorf("took %q", d.service.took)
		}
		if s := d.state(); s.Sent != 40 || s.Queued != 0 {
			t.Errorf("%d sent, %d queued", s.Sent, s.Queued)
		}
	})
}

// Changes that wait become one, with the last state. A recovery is sent because its
// alert was.
func TestPendingChangesBecomeOne(t *testing.T) {
	t.Parallel()
	bubble(t, keeps, func(d *desk) {
		d.ap("lobby-ap3", 1, true)
		d.wait(3 * time.Second)
		d.service.answer = func(*Request) *Answer { return &Answer{Err: errors.New("connection refused")} }
		for range 3 {
			d.ap("lobby-ap3", 1, false)
			d.wait(time.Minute)
			d.ap("lobby-ap3", 1, true)
			d.wait(time.Minute)
		}
		d.ap("lobby-ap3", 1, false)
		d.wait(time.Minute)
		if s := d.state(); s.State != event.RelayFailing || s.Queued != 1 || s.LastError != "connection refused" || s.Retry == nil {
			t.Errorf("state %+v", s)
		}
		d.service.answer, d.service.took = nil, nil
		d.wait(time.Minute)
		if n := len(d.service.took); n != 2 || !strings.HasPrefix(d.service.took[0], "update resolved: AP lobby-ap3") {
			t.Errorf("took %q", d.service.took)
		}
		rows, err := d.outbox.SentRows(d.ctx, "chat", 1)
		d.must(err)
		if rows[0].Steps < 2 {
			t.Errorf("%d steps are told as one", rows[0].Steps)
		}
	})
}

// The destination asks to be left alone: nothing is tried before that.
func TestRetryAfterIsTheDestinations(t *testing.T) {
	t.Parallel()
	bubble(t, keeps, func(d *desk) {
		d.service.answer = func(*Request) *Answer {
			return &Answer{Status: 429, Header: http.Header{"Retry-After": {"90"}}}
		}
		d.ap("ap-1", 1, true)
		d.wait(10 * time.Second)
		d.post("device-updowns", func() map[string]any { e := apEvent("ap-2", 2, true); e["site_id"] = nil; return e }())
		d.wait(75 * time.Second)
		if d.service.tries != 1 {
			t.Errorf("%d tries within 85 s", d.service.tries)
		}
		d.service.answer = nil
		d.wait(20 * time.Second)
		d.took("post first: ap-1 down", "post first: ap-2 down")
	})
}

// One alert that the service fails on stops no other. When it is mended, it goes out.
func TestAPoisonedAlertStopsNoOther(t *testing.T) {
	t.Parallel()
	single := func(c *config.Relay, s *service) { keeps(c, s); c.Group = "none" }
	for name, status := range map[string]int{"refused": 400, "failed on": 500} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bubble(t, single, func(d *desk) {
				poison := func(r *Request) *Answer {
					if strings.Contains(string(r.Body), "poison") {
						return &Answer{Status: status, Body: []byte("no")}
					}
					return &Answer{Status: 200}
				}
				d.service.answer = poison
				d.ap("poison", 1, true)
				for i := 2; i < 12; i++ {
					d.ap(fmt.Sprintf("ap-%d", i), i, true)
				}
				d.wait(time.Minute)
				if n := len(d.service.took); n != 10 {
					t.Errorf("took %d of 10: %q", n, d.service.took)
				}
				d.ap("ap-12", 12, true)
				d.wait(10 * time.Second)
				if n := len(d.service.took); n != 11 {
					t.Errorf("a later one did not go out: %q", d.service.took)
				}
				letters, err := d.outbox.Letters(d.ctx, "chat", 9)
				if s := d.state(); err != nil || len(letters) != 1 || letters[0].Status != status || letters[0].Title != "AP poison down" || s.Parked != 1 || s.Queued != 0 || s.State != event.RelayIdle {
					t.Errorf("it is not listed: %+v, %v, state %+v", letters, err, s)
				}
				d.service.answer, d.service.took = nil, nil
				d.wait(6 * time.Minute)
				d.took("post first: AP poison down")
				if letters, err := d.outbox.Letters(d.ctx, "chat", 9); err != nil || len(letters) != 0 {
					t.Errorf("letters are left: %+v, %v", letters, err)
				}
			})
		})
	}
}

// What is refused for good is listed with the answer, and goes out when a person asks
// for another try.
func TestADeadLetter(t *testing.T) {
	t.Parallel()
	bubble(t, keeps, func(d *desk) {
		d.service.answer = func(*Request) *Answer { return &Answer{Status: 400, Body: []byte("invalid_blocks")} }
		d.ap("lobby-ap3", 1, true)
		d.wait(time.Minute)
		if s := d.state(); s.Parked != 1 || s.State == event.RelayFailing {
			t.Errorf("state %+v", s)
		}
		d.wait(30 * time.Minute)
		letters, err := d.outbox.Letters(d.ctx, "chat", 9, event.LetterDead)
		d.must(err)
		if len(letters) != 1 || letters[0].Answer != "400 Bad Request: invalid_blocks" || letters[0].Title != "AP lobby-ap3 down" || letters[0].Attempts < 3 {
			t.Fatalf("letters: %+v", letters)
		}
		tries := d.service.tries
		d.wait(time.Hour)
		if d.service.tries != tries {
			t.Errorf("a dead letter was tried again")
		}
		d.service.answer = nil
		other, err := store.OpenOutbox(d.ctx, d.dir, store.Options{})
		d.must(err)
		_, err = other.RetryLetters(d.ctx, "chat", letters[0].ID)
		d.must(err)
		d.must(other.Close())
		d.wait(21 * time.Second)
		d.took("post first: AP lobby-ap3 down")
		if s := d.state(); s.Parked+s.Dead != 0 {
			t.Errorf("state %+v", s)
		}
	})
}

// A relay that is killed between two requests of an exchange goes on with the second.
func TestAnExchangeGoesOnAfterARestart(t *testing.T) {
	t.Parallel()
	bubble(t, keeps, func(d *desk) {
		d.ap("lobby-ap3", 1, true)
		d.wait(3 * time.Second)
		d.took("post first: AP lobby-ap3 down")
		d.service.answer = func(r *Request) *Answer {
			if r.Step == "reply" {
				return &Answer{Status: 503}
			}
			return &Answer{Status: 200}
		}
		d.ap("lobby-ap3", 1, false)
		d.wait(3 * time.Second)
		d.took("update resolved: AP lobby-ap3 was down 3s")
		d.restart()
		d.service.answer = nil
		d.wait(time.Minute)
		d.took("reply resolved: AP lobby-ap3 was down 3s")
	})
}

// A rebuild of the view sends nothing, and loses nothing of what comes after.
func TestARebuildSendsNothing(t *testing.T) {
	t.Parallel()
	bubble(t, keeps, func(d *desk) {
		d.ap("ap-1", 1, true)
		d.wait(3 * time.Second)
		d.ap("ap-1", 1, false)
		d.post("device-updowns", func() map[string]any { e := apEvent("ap-2", 2, true); e["site_id"] = nil; return e }())
		d.wait(time.Minute)
		d.service.took = nil
		d.stop()
		d.must(d.view.Close())
		_, err := store.SetAside(d.dir, store.ViewFile, "old")
		d.must(err)
		d.openView()
		d.start(d.relay.o.Config) // the view is empty, and the relay waits
		d.wait(5 * time.Second)
		d.project()
		d.wait(2 * time.Hour) // also over the check of what was overlooked
		d.took()
		d.post("device-updowns", func() map[string]any { e := apEvent("ap-2", 2, false); e["site_id"] = nil; return e }())
		d.wait(3 * time.Second)
		if n := len(d.service.took); n != 2 || !strings.HasPrefix(d.service.took[0], "update resolved: ap-2") {
			t.Errorf("took %q", d.service.took)
		}
	})
}

// An alert that the new rules of a rebuild no longer make is told as over: people
// would wait for its end for ever.
func TestAnAlertThatIsGoneEnds(t *testing.T) {
	t.Parallel()
	bubble(t, keeps, func(d *desk) {
		d.must(d.outbox.CommitRelay(d.ctx, &store.OutboxCommit{State: d.state(),
			Lanes:    []event.Lane{{AlertID: 990000, ReadN: 1, SentN: 1, State: event.Open, Severity: event.Critical, Message: 990000}},
			Messages: []event.RelayMessage{{ID: 990000, Title: "AP old down", Posted: true, Handle: []byte(`"posted"`), Members: []int64{990000}}}}))
		d.restart()
		d.wait(3 * time.Second)
		d.took("update resolved: AP old down", "reply resolved: AP old down")
	})
}

// A paused relay sends nothing and forgets nothing.
func TestAPause(t *testing.T) {
	t.Parallel()
	bubble(t, keeps, func(d *desk) {
		other, err := store.OpenOutbox(d.ctx, d.dir, store.Options{})
		d.must(err)
		now := time.Now()
		d.must(other.PauseRelay(d.ctx, "chat", "ada", &now))
		d.wait(21 * time.Second)
		d.ap("ap-1", 1, true)
		d.wait(time.Hour)
		d.took()
		if s := d.state(); s.State != event.RelayPaused || s.PausedBy != "ada" {
			t.Errorf("state %+v", s)
		}
		d.must(other.PauseRelay(d.ctx, "chat", "", nil))
		d.wait(25 * time.Second)
		d.took("post first: ap-1 down")
		d.must(other.Close())
	})
}

// People are reminded of what nobody has acknowledged.
func TestAReminder(t *testing.T) {
	t.Parallel()
	bubble(t, func(c *config.Relay, s *service) { keeps(c, s); c.Remind = config.Duration(time.Hour) }, func(d *desk) {
		d.ap("ap-1", 1, true)
		d.wait(2*time.Hour + 30*time.Minute)
		d.took("post first: ap-1 down", "update reminder: ap-1 down", "reply reminder: ap-1 down", "update reminder: ap-1 down", "reply reminder: ap-1 down")
	})
}

// What was over before foghorn heard of it calls nobody; a log store gets it.
func TestThePastCallsNobody(t *testing.T) {
	t.Parallel()
	logStore := func(_ *config.Relay, s *service) { s.limits = Limits{Items: 10} }
	for name, c := range map[string]struct {
		relay func(*config.Relay, *service)
		want  []string
	}{
		"a chat":      {keeps, nil},
		"a log store": {logStore, []string{"post first: AP lobby-ap3 was down 10m00s"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bubble(t, c.relay, func(d *desk) {
				d.wait(2 * time.Hour)
				down, up := apEvent("lobby-ap3", 1, true), apEvent("lobby-ap3", 1, false)
				down["timestamp"] = time.Now().Add(-time.Hour).Unix()
				up["timestamp"] = time.Now().Add(-50 * time.Minute).Unix()
				d.post("device-updowns", down, up)
				d.wait(time.Minute)
				d.took(c.want...)
			})
		})
	}
}
