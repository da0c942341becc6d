package tui

import (
	"testing"
	"time"

	"foghorn/internal/human"
	"foghorn/journal/event"
	"foghorn/tui/view"
)

// goTo types a time behind :goto.
func (s *screen) goTo(text string) {
	s.press(":")
	s.write("goto " + text)
	s.press("enter")
	s.pass(time.Second)
}

// A time is gone to in every list that is in the order of time, from the end of
// whatever was loaded, without reading what lies between.
func TestGoingToATime(t *testing.T) {
	onScreen(t, 80, 24, func(s *screen) {
		s.w.fill(3000, time.Now())
		s.pass(time.Second)
		now := time.Now()
		for _, key := range []string{"9", "2", "3", "6"} {
			s.press(key, "t")
			s.j.eventReads()
			s.goTo("-2h")
			arrived := s.arrivedAt(key)
			if late := now.Add(-2 * time.Hour).Sub(arrived); late < -time.Minute || late > 10*time.Minute {
				t.Errorf("pane %s: the row is of %v, %v before the time", key, arrived, late)
			}
			s.sees("s before 31 Dec 22:00:", "G goes to the newest")
			if s.m.current().Nav().Following() {
				t.Errorf("pane %s still follows", key)
			}
			read := 0
			for _, p := range s.j.eventReads() {
				read += p.Limit
			}
			if read > 600 {
				t.Errorf("pane %s: up to %d rows were read", key, read)
			}
			row := s.selected()
			s.press("k", "j")
			if s.selected() != row {
				t.Errorf("pane %s: the rows around are not loaded: %q, then %q", key, row, s.selected())
			}
			s.press("G")
			s.pass(time.Second)
			if !s.m.current().Nav().Following() || now.Sub(s.arrivedAt(key)) > time.Minute {
				t.Errorf("pane %s: G does not return to the newest", key)
			}
			s.press("t", "t")
		}
	})
}

// arrivedAt is when the selected row of a pane came in.
func (s *screen) arrivedAt(key string) time.Time {
	s.t.Helper()
	switch key {
	case "6":
		return row[event.Delivery](s, view.InspectorID).Received
	case "9":
		return row[event.Event](s, view.LogID).Received
	case "2":
		return row[event.Event](s, view.UpDownID).Received
	}
	ref, ok := s.m.recordAtHand()
	if !ok {
		s.t.Fatal("no row is selected")
	}
	e, err := s.j.Event(s.t.Context(), ref.ID)
	s.j.must(err)
	return e.Received
}

// The row is the last one at or before the time, also to the millisecond.
func TestTheRowOfATimeIsTheLastBefore(t *testing.T) {
	onScreen(t, 80, 24, func(s *screen) {
		s.press("9")
		all := rows[event.Event](s, view.LogID)
		want := all[len(all)-3]
		for offset, found := range map[time.Duration]event.Event{0: want, time.Second: want, -time.Millisecond: all[len(all)-4]} {
			at := want.Received.Add(offset).Format("2006-01-02T15:04:05.000")
			s.goTo(at)
			if got := row[event.Event](s, view.LogID); got.ID != found.ID {
				t.Errorf("%v after the row: the row of %v, want %v", offset, got.Received, found.Received)
			}
		}
		s.goTo(want.Received.Format("2006-01-02T15:04:05.000"))
		s.sees("Arrived ", want.Received.Format("15:04:05")+"; G goes to the newest.")
	})
}

func TestTimesThatLeadNowhere(t *testing.T) {
	onScreen(t, 80, 24, func(s *screen) {
		s.press("9")
		s.goTo("-9d")
		s.sees("Nothing here is from", "this is the oldest row", "› ")
		if got := row[event.Event](s, view.LogID); got.ID != event.ID(1, 0) {
			t.Errorf("the row is %d, not the oldest", got.ID)
		}
		s.goTo("+1h")
		s.sees("is still to come")
		s.goTo("noon")
		s.sees(`"noon" is not a time; write 13:03, yesterday 18:00`)
		s.press("1")
		s.goTo("-1h")
		s.sees("Alerts is not sorted by time; :goto works in", "Log")
		s.press("9", "/")
		s.write("verdict:malformed")
		s.press("enter")
		s.goTo("-1m")
		s.sees("There are no rows here.")
		s.press("esc", "/")
		s.write("topic:audits")
		s.press("enter")
		s.goTo("-5m")
		if got := row[event.Event](s, view.LogID); got.Topic != "audits" || time.Since(got.Received) < 5*time.Minute {
			t.Errorf("the filter is not kept: %s %v", got.Topic, got.Received)
		}
		s.press(":")
		s.write("goto")
		s.press("enter") // lists what can be typed
		s.sees("yesterday 18:00")
	})
}

// A clock time is one of the zone in which times are shown.
func TestClockTimesAreThoseOfTheScreen(t *testing.T) {
	withOptions(t, 80, 24, func(o *Options, _ *testJournal) {
		o.Zone = time.FixedZone("CET", 3600)
		o.Times = human.Local
	}, func(s *screen) {
		s.press("9", "/")
		local := time.Now().In(s.m.opt.Zone).Add(-5 * time.Minute).Format("15:04:05")
		s.write("time<" + local)
		s.press("enter")
		before := s.m.current().Nav().Len()
		if got := row[event.Event](s, view.LogID); time.Since(got.Time) < 5*time.Minute || before == 0 {
			t.Errorf("time<%s shows a row of %v", local, got.Time)
		}
		s.goTo(time.Now().In(s.m.opt.Zone).Add(-10 * time.Minute).Format("15:04:05"))
		if got := time.Since(row[event.Event](s, view.LogID).Time); got < 10*time.Minute || got > 11*time.Minute {
			t.Errorf("the row is of %v ago", got)
		}
		s.press("t") // to UTC, where the same text is the day before: nothing is so old
		s.pass(time.Second)
		s.sees("Times are UTC.", "Nothing matches /time<"+local)
	})
}
