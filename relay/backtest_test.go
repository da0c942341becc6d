package relay

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"foghorn/config"
	"foghorn/journal"
	"foghorn/journal/event"
)

// backTested runs a back-test over what the desk's journal has of the last hours.
func (d *desk) backTested(c config.Relay, dest Destination, back time.Duration, show int) *BackTest {
	d.t.Helper()
	now := time.Now()
	out, err := RunBackTest(d.ctx, BackTestOptions{Config: c, Destination: dest, Journal: journal.New(d.log, d.view), From: now.Add(-back), To: now, Show: show})
	d.must(err)
	return out
}

// rehearsing is a service that answers rehearsals.
type rehearsing struct{ *service }

func (rehearsing) Rehearse(*Request) *Answer { return &Answer{Status: 200} }

// A back-test sends what the relay itself sent, message for message: it is the same code.
func TestABackTestSaysWhatTheRelaySent(t *testing.T) {
	t.Parallel()
	bubble(t, keeps, func(d *desk) {
		for i := range 6 { // a site goes down, and comes back one by one
			d.ap(fmt.Sprintf("ap%d", i), i, true)
		}
		d.wait(10 * time.Minute)
		d.ap("ap0", 0, false)
		d.wait(time.Minute)
		for i := range 5 {
			d.ap(fmt.Sprintf("ap%d", i+1), i+1, false)
		}
		d.wait(10 * time.Minute)
		sent := d.service.took
		d.service.took = nil
		before := d.state()

		again := rehearsing{&service{limits: d.service.limits, updates: true}}
		got := d.backTested(d.relay.o.Config, again, time.Hour, 100)
		var replayed []string
		for _, s := range got.Samples {
			replayed = append(replayed, s.Step+" "+s.Body)
		}
		if !slices.Equal(replayed, sent) {
			t.Errorf("the back-test sent\n%q\nthe relay\n%q", replayed, sent)
		}
		if got.Requests != len(sent) || got.Alerts != 6 || got.Told != 6 || got.Grouped == 0 || got.Cut != "" || got.Waiting != 0 {
			t.Errorf("report: %+v", got)
		}
		if after := d.state(); after.Sent != before.Sent || after.Cursor != before.Cursor || len(d.service.took) != 0 {
			t.Errorf("the relay was touched: %+v, before %+v", after, before)
		}
	})
}

// It names the limit that a storm would have met, how long, and the busiest minute.
func TestABackTestNamesTheLimit(t *testing.T) {
	t.Parallel()
	limited := func(c *config.Relay, s *service) {
		c.Group = "none"
		s.limits = Limits{Groups: true, Rates: []Rate{{Count: 5, Per: time.Minute, Name: "the service's 5 messages a minute"}}}
	}
	bubble(t, limited, func(d *desk) {
		d.stop() // what happened while no relay ran can be tested all the same
		for i := range 12 {
			d.ap(fmt.Sprintf("ap%d", i), i, true)
		}
		d.wait(time.Hour)
		got := d.backTested(d.relay.o.Config, &service{limits: d.service.limits}, 2*time.Hour, 3)
		if len(got.Limits) != 1 || got.Limits[0].Limit != "the service's 5 messages a minute" || got.Limits[0].Longest < 50*time.Second {
			t.Errorf("limits: %+v", got.Limits)
		}
		if got.Messages != 12 || got.Whys["first"] != 12 || got.BusiestMessages != 5 || len(got.Samples) != 3 || got.Longest < 100*time.Second {
			t.Errorf("report: %+v", got)
		}
		d.start(d.relay.o.Config)
	})
}

// What a hold or the cap of a minute keeps away is not sent, and counted.
func TestABackTestHoldsAndCaps(t *testing.T) {
	t.Parallel()
	bubble(t, func(*config.Relay, *service) {}, func(d *desk) {
		for i := range 9 {
			d.ap(fmt.Sprintf("ap%d", i), i, true)
		}
		d.wait(time.Minute)
		d.ap("ap0", 0, false)
		d.wait(time.Hour)
		c := d.relay.o.Config
		c.Hold = config.Duration(2 * time.Minute)
		if got := d.backTested(c, &service{limits: Limits{Items: 1}}, 2*time.Hour, 0); got.Alerts != 9 || got.Told != 8 || got.Messages != 8 {
			t.Errorf("held: %+v", got)
		}
		c.Hold, c.MaxPerMinute, c.Group = 0, 3, "none"
		if got := d.backTested(c, &service{limits: Limits{Groups: true}}, 2*time.Hour, 0); got.Capped != 1 || got.Grouped == 0 || got.Told != 9 {
			t.Errorf("capped: %+v", got)
		}
	})
}

// Events are counted in the batches in which they would have gone.
func TestABackTestOfEvents(t *testing.T) {
	t.Parallel()
	bubble(t, func(*config.Relay, *service) {}, func(d *desk) {
		for i := range 25 {
			d.ap(fmt.Sprintf("ap%d", i), i, true)
		}
		d.wait(time.Minute)
		c := d.relay.o.Config
		c.Send = config.SendEvents
		got := d.backTested(c, &service{limits: Limits{Items: 10, Wait: time.Second}}, time.Hour, 0)
		if got.Read != 25 || got.Items != 25 || got.Messages != 3 || got.Requests != 3 || got.BusiestMessages != 3 {
			t.Errorf("report: %+v", got)
		}
	})
}

// An alert looks as it did at the virtual time, and what came later is not there yet.
func TestThePastHidesWhatCameLater(t *testing.T) {
	t.Parallel()
	bubble(t, func(*config.Relay, *service) {}, func(d *desk) {
		began := time.Now()
		d.ap("lobby-ap3", 1, true)
		d.wait(10 * time.Minute)
		d.ap("lobby-ap3", 1, false)
		d.wait(10 * time.Minute)
		v := &virtual{now: began.Add(-time.Hour)}
		p := newPast(journal.New(d.log, d.view), v, v.now)
		d.must(p.readSteps(d.ctx, time.Now()))
		if len(p.steps) != 2 {
			t.Fatalf("steps: %+v", p.steps)
		}
		id := p.steps[0].AlertID
		if _, err := p.Alert(d.ctx, id); err == nil {
			t.Error("an alert is there before it opened")
		}
		v.to(began.Add(5 * time.Minute))
		if a, err := p.Alert(d.ctx, id); err != nil || a.State != event.Open || a.Resolved != nil {
			t.Errorf("in the middle: %+v, %v", a, err)
		}
		if steps, err := p.Transitions(d.ctx, p.start, 10); err != nil || len(steps) != 1 {
			t.Errorf("transitions in the middle: %+v, %v", steps, err)
		}
		v.to(time.Now())
		if a, err := p.Alert(d.ctx, id); err != nil || a.State != event.Resolved {
			t.Errorf("at the end: %+v, %v", a, err)
		}
	})
}
