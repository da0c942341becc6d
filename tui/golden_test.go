package tui

import (
	"fmt"
	"regexp"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"
)

// empty leaves the collector and nothing else.
func empty(o *Options, j *testJournal) {
	j.testRows = testRows{collector: j.collector, feeds: j.feeds}
	for i := range j.feeds {
		j.feeds[i].Last, j.feeds[i].Rate, j.feeds[i].Total, j.feeds[i].Failed = time.Time{}, 0, 0, 0
	}
	o.Collecting = true
}

var windows = []struct{ w, h int }{{80, 24}, {120, 40}, {60, 15}}

func TestPanesLookRight(t *testing.T) {
	for _, size := range few(windows...) {
		for key, name := range map[string]string{"0": "overview", "1": "alerts", "2": "updown", "3": "clients", "4": "devices", "5": "sle", "6": "inspector", "9": "log"} {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size.w, size.h), func(t *testing.T) {
				onScreen(t, size.w, size.h, func(s *screen) {
					s.press(key)
					s.golden()
				})
			})
		}
	}
}

// The overview of a large window shows more of everything, and the row at hand.
func TestTheOverviewOfALargeWindow(t *testing.T) {
	for _, size := range few([]struct{ w, h int }{{160, 45}, {200, 60}}...) {
		t.Run(fmt.Sprintf("%dx%d", size.w, size.h), func(t *testing.T) {
			onScreen(t, size.w, size.h, func(s *screen) {
				s.pass(time.Second)
				s.sees("24 HOURS")
				s.golden()
				s.press("l", "l", "l", "v", "v", "h")
				s.fits()
			})
		})
	}
}

func TestEmptyPanesSayWhyAndWhatToDo(t *testing.T) {
	for _, size := range few(windows...) {
		t.Run(fmt.Sprintf("%dx%d", size.w, size.h), func(t *testing.T) {
			withOptions(t, size.w, size.h, empty, func(s *screen) {
				s.sees("No alerts yet", "nothing came in yet")
				s.misses("all quiet", "went up or down") // an alarm may have told of it in another topic
				s.golden()
				for _, key := range []string{"1", "2", "3", "6", "9"} {
					s.press(key)
					s.sees("nothing came in yet", "Point a webhook here:")
					s.fits()
				}
			})
		})
	}
}

func TestOneRowOfEachKind(t *testing.T) {
	withOptions(t, 80, 24, func(o *Options, j *testJournal) {
		empty(o, j)
		w := newWorld(j)
		w.step(time.Now())
		w.alerts(time.Now())
		j.alerts = j.alerts[:1]
	}, func(s *screen) {
		s.golden()
		for _, key := range []string{"1", "6", "9"} {
			s.press(key, "j", "k", "G", "g", "pgup", "pgdown")
			s.selected()
			s.fits()
		}
	})
}

func TestDetailsLookRight(t *testing.T) {
	for name, keys := range map[string][]string{
		"alert": {"1", "enter"}, "event": {"9", "enter"}, "event-json": {"9", "enter", "]", "]"}, "delivery": {"6", "enter"},
		"delivery-events": {"6", "enter", "]"},
	} {
		for _, size := range few(windows...) {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size.w, size.h), func(t *testing.T) {
				onScreen(t, size.w, size.h, func(s *screen) {
					s.press(keys...)
					s.golden()
				})
			})
		}
	}
}

func TestPromptsMenusAndHelpLookRight(t *testing.T) {
	for name, keys := range map[string][]string{
		"snooze": {"1", "z"}, "copy": {"6", "y"}, "export": {"9", "x"}, "sort": {"1", "s"}, "severity": {"1", "S"},
		"commands": {"1", ":"}, "palette": {"1", ":", "s", "down"}, "values": {"1", ":", "s", "e", "v", "space"},
		"help": {"6", "?"}, "help-alerts": {"1", "f1"}, "help-search": {"1", "?", "/", "a", "c", "k"},
		"filter": {"9", "/", "s", "i", "t", "e", ":", "h"}, "preview": {"9", "v"}, "feeds": {"i"},
	} {
		for _, size := range few(windows[:2]...) {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size.w, size.h), func(t *testing.T) {
				onScreen(t, size.w, size.h, func(s *screen) {
					s.press(keys...)
					s.fits()
					golden.RequireEqual(s.t, howManyKeys.ReplaceAllString(s.frame(), "${1}NN"))
				})
			})
		}
	}
}

// howManyKeys is what every new key changes.
var howManyKeys = regexp.MustCompile(`(  \+|lines \d+-\d+ of )\d+`)

func TestAnyWindowIsFilledAndNoneIsTooSmall(t *testing.T) {
	withOptions(t, 80, 24, func(o *Options, j *testJournal) {
		withCloud(o, j)
		withPreviews(o, j)
	}, func(s *screen) {
		for _, keys := range [][]string{{"0"}, {"1"}, {"9"}, {"9", "v"}, {"enter"}, {"]", "]"}, {"3", "3"}, {"f"}, {"4"}, {"v"}, {"enter"},
			{"5"}, {"]"}, {"enter"}, {"enter"}, {"v"}, {"8"}, {"enter"}, {"8", "8"}, {"enter"}, {"1", "d"}, {"]"}, {"]"}, {"1", "?"}, {"esc", "z"}, {"esc", ":", "s"}, {"esc", "/"}} {
			s.press(keys...)
			for _, size := range []struct{ w, h int }{{0, 0}, {1, 1}, {0, 9}, {9, 0}, {12, 3}, {59, 15}, {60, 14}, {60, 15}, {79, 24}, {80, 15},
				{80, 18}, {100, 16}, {115, 30}, {116, 30}, {200, 50}, {60, 200}, {400, 15}} {
				s.m.Update(keyWindow(size.w, size.h))
				s.fits()
			}
		}
	})
}
