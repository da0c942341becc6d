package tui

import (
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"foghorn/journal/event"
	"foghorn/tui/view"
)

// alertAt is the journal's alert of a device.
func (s *screen) alertAt(device string) event.Alert {
	s.t.Helper()
	alerts := s.alerts()
	i := slices.IndexFunc(alerts, func(a event.Alert) bool { return a.Device == device && a.State != event.Resolved })
	if i < 0 {
		s.t.Fatalf("no alert of %s", device)
	}
	return alerts[i]
}

func sameOperator(a, b event.Alert) bool {
	x, y := a.Operator(), b.Operator()
	return x.SameAck(y) && x.SameSnooze(y) && x.Note == y.Note
}

func TestTakingOverAsksSaysFromWhomAndIsUndone(t *testing.T) {
	onScreen(t, 100, 24, func(s *screen) {
		before, written := s.alertAt("sto-ap02"), len(s.activities())
		s.press("1", "j", "j", "a")
		s.sees("take over from jane.doe, acked 5m ago?", "yes, take over sto-ap02 Rogue AP")
		s.press("n")
		s.sees("Not taken over.")
		if len(s.activities()) != written {
			t.Fatalf("a no wrote %+v", s.activities())
		}
		s.press("a")
		s.pass(time.Second)
		s.press("y")
		s.sees("Taken over from jane.doe (5m). U takes it back")
		if a := s.alertAt("sto-ap02"); a.Owner != "max.muster" {
			t.Fatalf("the owner is %q", a.Owner)
		}
		s.press("U")
		if a := s.alertAt("sto-ap02"); !sameOperator(a, before) {
			t.Errorf("after the undo %+v, before %+v", a.Operator(), before.Operator())
		}
	})
}

// Undo is no second guess of what was there: an un-acked alert is its owner's
// again, and an acked one that was snoozed keeps owner and snooze.
func TestUndoGivesAlertsBackAsTheyWere(t *testing.T) {
	for _, tc := range []struct {
		device string
		down   int
		keys   []string
	}{
		{"sto-ap02", 2, []string{"u", "wait", "y"}},
		{"sto-ap02", 2, []string{"c", "ctrl+u", "x", "enter"}},
		{"sto-ap02", 2, []string{"z", "1"}},
		{"sw-store-022", 4, []string{"u", "wait", "y"}},
		{"sw-store-022", 4, []string{"z", "2"}},
		{"sw-store-022", 4, []string{"z", "w"}},
		{"sw-store-022", 4, []string{"a", "wait", "y"}},
		{"sw-store-022", 4, []string{"A", "x", "enter", "wait", "y"}},
		{"lobby-ap3", 0, []string{"A", "x", "enter"}},
	} {
		onScreen(t, 100, 24, func(s *screen) {
			before, written := s.alertAt(tc.device), len(s.activities())
			s.press("1")
			for range tc.down {
				s.press("j")
			}
			for _, k := range tc.keys {
				if k == "wait" {
					s.pass(time.Second)
				} else {
					s.press(k)
				}
			}
			if len(s.activities()) != written+1 || sameOperator(before, s.alertAt(tc.device)) {
				t.Fatalf("%s %v did nothing:\n%s", tc.device, tc.keys, s.frame())
			}
			s.press("U")
			if a := s.alertAt(tc.device); !sameOperator(a, before) {
				t.Errorf("%s %v undone: %+v, before %+v", tc.device, tc.keys, a.Operator(), before.Operator())
			}
		})
	}
}

// Somebody else's ack is not taken back by one key: the question names its owner.
func TestUnackOfAnothersAlertAsksFirst(t *testing.T) {
	onScreen(t, 100, 24, func(s *screen) {
		written := len(s.activities())
		s.press("1", "j", "j", "u")
		s.sees("unack what jane.doe has, acked 5m ago?", "yes, unack sto-ap02 Rogue AP")
		s.press("n")
		s.sees("Not un-acked.")
		if len(s.activities()) != written {
			t.Fatalf("a no wrote %+v", s.activities())
		}
		s.press("u")
		s.pass(time.Second)
		s.press("y")
		s.sees("Un-acked 1 alert, which jane.doe had. U takes it back")
		if a := s.alertAt("sto-ap02"); a.AckedAt != nil {
			t.Fatalf("the owner is %q", a.Owner)
		}
	})
}

// A key pressed again before the view shows the first is answered from that.
func TestAckPressedTwiceIsWrittenOnce(t *testing.T) {
	onScreen(t, 100, 24, func(s *screen) {
		s.j.stopProjector()
		s.press("1", "a", "a") // at once, and a moment later
		s.pass(100 * time.Millisecond)
		s.press("a")
		s.pass(100 * time.Millisecond)
		s.sees("it is already yours.")
		s.pass(3 * time.Second)
		s.j.startProjector()
		s.pass(time.Second)
		if acts := s.activities(); len(acts) != 1 || acts[0].Action != event.ActionAck {
			t.Fatalf("activities: %+v", acts)
		}
	})
}

// An ack that the view does not show yet is undone all the same: the undo comes after
// it in the log.
func TestAnAckIsUndoneBeforeTheViewShowsIt(t *testing.T) {
	onScreen(t, 100, 24, func(s *screen) {
		before := s.alertAt("lobby-ap3")
		s.j.stopProjector()
		s.press("1", "a")
		s.pass(3 * time.Second)
		s.sees("Acked 1 alert. Pending: it shows once the collector has caught up.")
		s.press("U")
		s.pass(3 * time.Second)
		s.sees("Undone on 1 alert. Pending:")
		if n := len(s.activities()); n != 0 {
			t.Fatalf("the view has %d activities without a projector", n)
		}
		s.j.startProjector()
		s.pass(time.Second)
		acts := s.activities()
		if len(acts) != 2 || acts[0].Action != event.ActionAck || acts[1].Undoes != acts[0].ID {
			t.Fatalf("activities: %+v", acts)
		}
		if a := s.alertAt("lobby-ap3"); !sameOperator(a, before) {
			t.Errorf("after the undo %+v, before %+v", a.Operator(), before.Operator())
		}
	})
}

func TestManyAlertsAreTakenOverAndGivenBackTogether(t *testing.T) {
	onScreen(t, 100, 24, func(s *screen) {
		before := s.alerts()
		s.press("1", "J", "J", "J", "J", "J", "a")
		s.sees("take over from jane.doe, root?", "yes, take over 2 alerts (of 5)")
		s.pass(time.Second)
		s.press("y")
		s.sees("Acked 5 alerts, 2 taken over from jane.doe, root.")
		s.press("U")
		s.sees("Undone on 5 alerts.")
		for i, a := range s.alerts() {
			if !sameOperator(a, before[i]) {
				t.Errorf("%s: %+v, before %+v", a.Device, a.Operator(), before[i].Operator())
			}
		}
	})
}

func TestANoteTypedWhileTheOutageEndsIsKept(t *testing.T) {
	onScreen(t, 100, 24, func(s *screen) {
		s.press("1", "A")
		s.write("psu dead, spare")
		a, now := s.alertAt("lobby-ap3"), time.Now()
		a.Resolved = &now
		a.Derive(now)
		s.j.putAlert(a)
		s.press("enter")
		s.sees("It ended meanwhile; the note is kept on it. U takes it back")
		alerts := s.alerts()
		i := slices.IndexFunc(alerts, func(o event.Alert) bool { return o.ID == a.ID })
		if got := alerts[i]; got.Note != "psu dead, spare" || got.Owner != "" || got.State != event.Resolved {
			t.Errorf("the alert is %s of %q with note %q", got.State, got.Owner, got.Note)
		}
	})
}

func TestWhatThereIsNothingOfIsSaidAndNotWritten(t *testing.T) {
	onScreen(t, 100, 24, func(s *screen) {
		written := len(s.activities())
		s.press("1", "u")
		s.sees("Nothing to do: nobody had it.")
		s.press("z", "w")
		s.sees("Nothing to do: it is not snoozed.")
		if len(s.activities()) != written {
			t.Fatalf("written: %+v", s.activities()[written:])
		}
		s.press("a")
		s.press("a")
		s.sees("Nothing to do: it is already yours.")
		if n := len(s.activities()); n != written+1 {
			t.Errorf("%d activities for one ack", n-written)
		}
	})
}

func TestWhatOthersTakeIsToldToWhoHadIt(t *testing.T) {
	onScreen(t, 100, 24, func(s *screen) {
		s.press("1", "a")
		s.pass(undoStay)
		of := func(action string) event.Activity {
			return event.Activity{Time: time.Now(), Actor: "jane.doe", Action: action, Target: event.AlertTarget(s.alertAt("lobby-ap3").ID)}
		}
		ids := s.j.appendActivities(of(event.ActionAck))
		s.pass(time.Second)
		s.sees("jane.doe took over your alert: AP is disconnected.")
		back := of(event.ActionUndo)
		back.Undoes = ids[0]
		s.j.appendActivities(back)
		s.pass(time.Second)
		s.sees("jane.doe gave back your alert: AP is disconnected.")
		s.j.appendActivities(of(event.ActionUnack))
		s.pass(time.Second)
		s.sees("jane.doe un-acked your alert: AP is disconnected.")
		s.j.appendActivities(of(event.ActionAck), of(event.ActionNote))
		s.pass(toastStay)
		s.misses("Jane.doe") // what was nobody's is no news
	})
}

// A question takes n and esc at once, and y only when it can have been read. Any
// other key closes it, and the rest of what was being typed does nothing.
func TestQuestionsAreAnsweredOnPurpose(t *testing.T) {
	onScreen(t, 100, 24, func(s *screen) {
		written := len(s.activities())
		ask := func() {
			s.t.Helper()
			s.pass(time.Second)
			s.press("a")
			s.sees("take over sto-ap02")
		}
		s.press("1", "j", "j")
		for _, key := range []string{"n", "esc"} {
			s.pass(time.Second)
			s.send(keyPress("a"))
			s.settle()
			s.sees("take over")
			s.send(keyPress(key)) // in the same moment
			s.misses("take over")
		}
		ask()
		s.press("y")
		s.sees("take over") // too soon to have been read
		s.send(tea.PasteMsg{Content: "y\n"})
		s.pass(time.Second)
		s.send(tea.PasteMsg{Content: "yes"})
		s.sees("take over")
		for _, r := range "lobby-a" { // somebody types on: no a, no y, no other key counts
			s.press(string(r))
		}
		s.misses("take over")
		s.sees("Not taken over.")
		ask()
		s.pass(time.Second)
		s.press("enter")
		s.misses("take over")
		if len(s.activities()) != written {
			t.Fatalf("written without a yes: %+v", s.activities()[written:])
		}
		if !strings.Contains(s.selected(), "sto-ap02") {
			t.Errorf("the cursor moved to %s", s.selected())
		}
	})
}

// A filter lists resolved alerts when it speaks of them, and not when a name in
// it contains the word.
func TestAFilterAsksForResolvedAlertsByFieldOrState(t *testing.T) {
	onScreen(t, 100, 24, func(s *screen) {
		for filter, want := range map[string]bool{"state:resolved": true, "resolved": true, "resolved>=-1d": true, "device:lab-ap07": false, `"resolved" or device:lab-ap07`: false} {
			if err := s.m.panes.byID[view.AlertsID].SetFilter(filter); err != nil {
				t.Fatal(err)
			}
			s.press("1", "f5")
			s.pass(time.Second)
			rows := rows[event.Alert](s, view.AlertsID)
			if got := slices.ContainsFunc(rows, func(a event.Alert) bool { return a.Device == "lab-ap07" }); got != want {
				t.Errorf("/%s shows the resolved alert: %v\n%s", filter, got, s.frame())
			}
		}
		if err := s.m.panes.byID[view.AlertsID].SetFilter("a) or (b"); err == nil {
			t.Error("a filter reaches out of its pane")
		}
	})
}
