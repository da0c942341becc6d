package jobs

import (
	"strings"
	"testing"
	"time"

	"foghorn/config"
)

// The bubble's time begins at 2000-01-01T00:00:00Z.

func TestAJobBeginsAfterEachInterval(t *testing.T) {
	story(t, func(t *testing.T) {
		dir := t.TempDir()
		d := newDesk(t, dir, nil)
		six := []config.Job{{Kind: "quick", Source: "acme", Every: config.Duration(6 * time.Hour)}}
		d.runner.Schedule(six)
		d.run()
		pass(13 * time.Hour)
		d.want("begun", strings.Join(d.began(), ", "), "01T00:00 quick acme, 01T06:00 quick acme, 01T12:00 quick acme")
		d.stop()
		pass(3 * 24 * time.Hour)
		again := newDesk(t, dir, nil)
		again.runner.Schedule(six)
		again.run()
		pass(7 * time.Hour)
		d.want("after three days without foghorn", strings.Join(again.began(), ", "), "04T13:00 quick acme, 04T19:00 quick acme")
		if j := again.job(1); j.Actor != "schedule" || j.Via != "schedule" {
			t.Errorf("by %s, %s", j.Actor, j.Via)
		}
	})
}

func TestAJobBeginsAtATimeOfDay(t *testing.T) {
	story(t, func(t *testing.T) {
		dir := t.TempDir()
		d := newDesk(t, dir, nil)
		two := []config.Job{{Kind: "quick", Source: "acme", At: "02:00"}}
		pass(3 * time.Hour)
		d.runner.Schedule(two)
		d.run()
		pass(24 * time.Hour)
		d.want("begun", strings.Join(d.began(), ", "), "02T02:00 quick acme")
		d.stop()
		pass(4 * 24 * time.Hour)
		again := newDesk(t, dir, nil)
		again.runner.Schedule(two)
		again.run()
		pass(24 * time.Hour)
		d.want("after four days without foghorn", strings.Join(again.began(), ", "), "06T03:00 quick acme, 07T02:00 quick acme")
	})
}

// A job that lasts longer than its interval does not begin beside itself.
func TestAJobThatLastsLongerThanItsInterval(t *testing.T) {
	story(t, func(t *testing.T) {
		d := newDesk(t, t.TempDir(), nil)
		d.runner.Schedule([]config.Job{{Kind: "long", Source: "acme", Every: config.Duration(10 * time.Minute)}})
		d.run()
		pass(150 * time.Minute)
		d.want("begun", strings.Join(d.began(), ", "), "01T00:00 long acme, 01T01:00 long acme, 01T02:00 long acme")
	})
}

// The configuration changes while foghorn runs. A job that stays keeps its time.
func TestAnotherSchedule(t *testing.T) {
	story(t, func(t *testing.T) {
		d := newDesk(t, t.TempDir(), nil).run()
		acme := config.Job{Kind: "quick", Source: "acme", At: "05:00"}
		d.runner.Schedule([]config.Job{acme})
		pass(time.Hour)
		d.runner.Schedule([]config.Job{{Kind: "quick", Source: "beta", Every: config.Duration(12 * time.Hour)}, acme})
		pass(6 * time.Hour)
		d.runner.Schedule(nil)
		pass(48 * time.Hour)
		d.want("begun", strings.Join(d.began(), ", "), "01T01:00 quick beta, 01T05:00 quick acme")
	})
}

// A schedule of a kind that there is none of says so, and spares the others.
func TestASchedulesMistakeIsItsOwn(t *testing.T) {
	story(t, func(t *testing.T) {
		d := newDesk(t, t.TempDir(), nil)
		d.runner.Schedule([]config.Job{
			{Kind: "brew", Source: "acme", Every: config.Duration(time.Hour)},
			{Kind: "quick", Source: "acme", Every: config.Duration(time.Hour)},
		})
		d.run()
		pass(90 * time.Minute)
		d.want("begun", strings.Join(d.began(), ", "), "01T00:00 quick acme, 01T01:00 quick acme")
	})
}
