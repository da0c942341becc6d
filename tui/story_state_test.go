package tui

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"foghorn/journal/event"
	"foghorn/tui/view"
)

// change edits the state as the collector would, and signals it.
func (s *screen) change(f func(j *testJournal)) {
	f(s.j)
	s.j.save()
	s.pass(2 * pullGap)
}

func TestADeviceThatGoesAwayMovesUpAndTheCursorStaysOnItsRow(t *testing.T) {
	withOptions(t, 80, 24, withCloud, func(s *screen) {
		s.press("4", "j", "j", "j", "j", "j")
		at := strings.Fields(s.selected())
		s.change(func(j *testJournal) {
			j.devices[20].Status, j.devices[20].Since, j.devices[20].Name = event.DeviceDisconnected, time.Now(), "gone-just-now"
		})
		if now := strings.Fields(s.selected()); !slices.Equal(now[:4], at[:4]) { // how wide columns are depends on all rows
			t.Fatalf("the cursor was on %q and is on %q", at, now)
		}
		s.press("g")
		if first := s.lines()[4]; !strings.Contains(strings.Join(s.lines()[4:8], "\n"), "gone-just-now") {
			t.Fatalf("the device that went away is not among the first rows: %q", first)
		}
	})
}

func TestTheAlertOfADeviceStandsBesideItAndCanBeTakenThere(t *testing.T) {
	withOptions(t, 80, 24, withCloud, func(s *screen) {
		s.press("4")
		s.sees("▼ down C")
		s.press("a")
		s.sees("Acked 1 alert.")
		s.pass(time.Second)
		if a := s.alerts()[1]; a.Device != "lobby-ap3" || a.Owner != "max.muster" {
			t.Fatalf("%s is %q's", a.Device, a.Owner)
		}
		s.press("enter")
		s.sees("Its alerts", "◐ C", "max.muster now")
		s.press("L")
		s.sees("─ Alert ", "AP is disconnected")
		s.press("esc")
		s.sees("─ AP hq--ap03")
		s.press("esc")
		s.sees("─ 4 Devices")
	})
}

func TestDevicesAreFilteredSortedAndExported(t *testing.T) {
	dir := t.TempDir()
	withOptions(t, 80, 24, func(o *Options, j *testJournal) {
		withCloud(o, j)
		o.Dir = dir
	}, func(s *screen) {
		s.press("4", "/")
		s.write("type:switch site:hq*")
		s.press("enter")
		s.sees("sw-hq--01")
		s.misses("hq--ap00", "sw-lab-01")
		s.press("x", "c")
		s.sees("Wrote 1 devices to")
		s.press("esc", "s", "u")
		s.sees("by utilisation", "ch6 89%")
		if !strings.Contains(s.lines()[4], "89%") {
			t.Fatalf("the busiest radio is not first: %q", s.lines()[4])
		}
		s.press("S", "c") // the severity floor has no meaning for devices, and hides none
		s.sees("ch6 89%")
		s.press(":")
		s.write("sort nonsense")
		s.press("enter")
		s.sees("The orders are problems, alerts,")
	})
}

func TestRowsOfTheCloudAreReadAgainWhenTheStateMovedAndOnlyThen(t *testing.T) {
	withOptions(t, 80, 24, withCloud, func(s *screen) {
		s.press("4")
		s.pass(3 * time.Minute)
		s.j.deviceReads()
		s.beat() // no rows are read for it
		s.pass(time.Second)
		if n := s.j.deviceReads(); n != 0 {
			t.Fatalf("devices were read %d times, and nothing of them changed", n)
		}
		s.change(func(j *testJournal) { j.devices[3].Name = "quiet-name" })
		s.sees("quiet-name")
	})
}

func TestWhatIsOldIsMarkedAndStays(t *testing.T) {
	withOptions(t, 80, 24, withCloud, func(s *screen) {
		for _, keys := range [][]string{{"4"}, {"3", "3"}} {
			s.press("0")
			s.press(keys...)
			s.misses("stale")
			row := s.selected()
			s.pass(4*time.Minute + 30*time.Second)
			s.sees("stale 4m")
			if s.selected() == "" || !strings.Contains(row, strings.Fields(s.selected())[2]) {
				t.Fatalf("%q became %q", row, s.selected())
			}
			s.change(func(j *testJournal) {
				j.devices[1].Updated, j.clients[1].Updated = time.Now(), time.Now()
			})
			s.misses("stale") // news of any row is news of the feed
			s.beat()
		}
	})
}

func TestThousandsOfDevicesAreReadByTheWindow(t *testing.T) {
	withOptions(t, 80, 24, withCloud, func(s *screen) {
		s.change(func(j *testJournal) {
			for n := range 2_000 {
				j.devices = append(j.devices, s.w.Device(time.Now(), n%5, 1000+n, "ap", fmt.Sprintf("many-%05d", n)))
			}
		})
		s.press("4")
		p := s.m.panes.byID[view.DevicesID]
		if n := p.Nav().Len(); n > 60 {
			t.Fatalf("%d rows were read for a window of 20", n)
		}
		s.press("G", "G")
		if n := p.Nav().Len(); n > 150 {
			t.Fatalf("%d rows were read for a window of 20", n)
		}
	})
}

func TestDevicesOfSeveralOrganizationsSayWhose(t *testing.T) {
	withOptions(t, 80, 24, withCloud, func(s *screen) {
		s.press("4")
		s.misses("ORG")
		s.change(func(j *testJournal) { j.devices[4].Source = "globex" })
		s.sees("ORG", "globex")
	})
}

// With several organizations every list says whose its rows are; with one none does.
func TestEveryListSaysWhichOrganizationARowIsOf(t *testing.T) {
	for key, pane := range map[string]string{"1": "Alerts", "2": "Up/Down", "3": "Clients", "5": "SLE", "9": "Log"} {
		t.Run(pane, func(t *testing.T) {
			withOptions(t, 100, 24, withCloud, func(s *screen) {
				s.press(key)
				s.misses("ORG", "org acme")
				s.change(func(j *testJournal) {
					j.feeds = append(j.feeds, event.Feed{Name: "acme", Kind: event.FeedMistWebhook}, event.Feed{Name: "globex", Kind: event.FeedMistAPI})
				})
				s.sees("─ "+key+" "+pane, " · org acme ─")
			})
		})
	}
}

func TestTheThreeShowsBothListsOfClients(t *testing.T) {
	withOptions(t, 80, 24, withCloud, func(s *screen) {
		s.press("3")
		s.sees("[came and went] connected now", "leave")
		s.press("3")
		s.sees("came and went [connected now]", "RSSI")
		if first := s.selected(); !strings.Contains(first, "-84") {
			t.Fatalf("the weakest signal is not first: %q", first)
		}
		s.press("]")
		s.sees("[came and went]")
		s.press("[", "tab")
		s.sees("─ 4 Devices")
		s.press("shift+tab", "3", "/")
		s.write("band:2.4 rssi<-70")
		s.press("enter")
		s.sees("2.4")
		s.misses(" -68 ", " -84 ")
		s.press("enter", "]", "]")
		s.sees(`"rssi": -83`)
	})
}

func TestFollowingAClientThroughItsAPs(t *testing.T) {
	withOptions(t, 80, 24, withCloud, func(s *screen) {
		s.press("3", "f")
		s.sees("Following scanner-4", "-66 dBm GOOD", "for 1h")
		mac := s.m.sheet().(*view.FollowSheet).Mac
		roaming(s, mac, 44)
		s.sees("│hq--ap00", "│hq--ap01", "on hq--ap01", "-67┤", "-75┤", "Its latest events")
		n := len(s.m.sheet().(*view.FollowSheet).Samples)
		s.change(func(j *testJournal) { j.devices[5].UptimeS++ }) // something else moved
		if now := len(s.m.sheet().(*view.FollowSheet).Samples); now != n {
			t.Fatalf("%d samples became %d without a measurement", n, now)
		}
		s.change(func(j *testJournal) {
			kept := j.clients[:0]
			for _, c := range j.clients {
				if c.MAC != mac {
					kept = append(kept, c)
				}
			}
			j.clients = kept
		})
		s.sees("GONE", "was on hq--ap01, last seen", "-67┤") // its plot stays
		s.press("esc")
		s.sees("─ 3 Clients")
	})
}

func TestFollowingFromADetailComesBackToIt(t *testing.T) {
	withOptions(t, 80, 24, withCloud, func(s *screen) {
		s.press("3", "3", "enter")
		s.sees("─ Client ", "f follows it")
		s.press("f")
		s.sees("Following ")
		s.press("q")
		s.sees("─ Client ")
		s.press("esc")
		s.sees("[connected now]")
		s.press("4", "enter", "f")
		s.sees("This row has no client.")
	})
}

func TestFollowingSomebodyWhoIsNotThereWaits(t *testing.T) {
	withOptions(t, 80, 24, withCloud, func(s *screen) {
		s.change(func(j *testJournal) { j.clients = nil })
		s.press("3", "f")
		s.sees("NOT CONNECTED", "its signal is drawn from when it joins")
	})
	onScreen(t, 80, 24, func(s *screen) {
		s.change(func(j *testJournal) { j.clients = nil })
		s.press("3", "f")
		s.sees("no API token is configured")
	})
}

func TestAFollowedClientThatSaysNothingWritesNothing(t *testing.T) {
	withOptions(t, 80, 24, withCloud, func(s *screen) {
		s.press("3", "f")
		roaming(s, s.m.sheet().(*view.FollowSheet).Mac, 5)
		s.pass(10 * time.Minute)
		s.pass(time.Until(time.Now().Truncate(time.Minute).Add(time.Minute)))
		before := s.m.View().Content
		s.pass(59 * time.Second)
		if s.m.View().Content != before {
			t.Fatal("an idle screen was written to")
		}
	})
}

func TestFromAnAlertToItsDeviceAndBack(t *testing.T) {
	withOptions(t, 80, 24, withCloud, func(s *screen) {
		s.press("1", "enter")
		s.sees("(D opens it)")
		s.press("D")
		s.sees("─ AP hq--ap03", "Its alerts")
		s.press("esc")
		s.sees("─ Alert ")
		s.press("esc", "3", "3", "enter", "D")
		s.sees("─ AP sto-ap04", "Radios")
		s.press("D")
		s.sees("This record has no device.")
	})
}

func TestADeviceTheInventoryDoesNotHaveShowsWhatIsKnown(t *testing.T) {
	withOptions(t, 80, 24, withCloud, func(s *screen) {
		s.change(func(j *testJournal) { j.devices = nil })
		s.press("9", "/")
		s.write("topic:device-updowns")
		s.press("enter", "enter", "D")
		s.sees("The inventory does not have it", "not known whether it is connected", "Its latest events", "connected")
	})
}

func TestIdlePanesOfTheCloudWriteNothing(t *testing.T) {
	for _, keys := range few("5 enter enter", "4", "3 3", "5", "5 enter", "4 enter", "3 3 enter") {
		t.Run(keys, func(t *testing.T) {
			withOptions(t, 120, 40, withCloud, func(s *screen) {
				s.press(strings.Fields(keys)...)
				s.pass(4 * time.Minute)
				s.pass(time.Until(time.Now().Truncate(time.Minute).Add(time.Minute)))
				before := s.m.View().Content
				s.pass(59 * time.Second)
				if s.m.View().Content != before {
					t.Fatal("an idle screen was written to")
				}
			})
		})
	}
}
