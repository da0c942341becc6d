package tui

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"foghorn/journal/event"
	"foghorn/tui/browser"
	"foghorn/tui/clip"
	"foghorn/tui/port"
	"foghorn/tui/view"
)

// withPages gives the world's alerts the ids of their sites, and a history of changes
// that begins before all of them.
func withPages(o *Options, j *testJournal) {
	withCloud(o, j)
	now := time.Now()
	for i := range j.alerts {
		a := &j.alerts[i]
		if n := slices.Index(worldSites, a.Site); n >= 0 {
			a.SiteID, a.OrgID = fmt.Sprintf("site-%d", n), "org-1"
		}
	}
	w := world{j: j, seq: int64(len(j.deliveries))}
	j.events[0].Received = now.Add(-40 * time.Hour) // since then everything is known
	for _, c := range []struct {
		ago          time.Duration
		site         int
		device       event.MAC
		kind         event.ChangeKind
		typ, message string
	}{
		{30 * time.Hour, 4, "", event.ChangeAudit, "audits", `J. Doe updated Site "lab"`},
		{50 * time.Minute, -1, "", event.ChangeAudit, "audits", `J. Doe updated Org Settings: session_policy.duration 60 → 30`},
		{31 * time.Minute, 0, j.devices[3].MAC, event.ChangeUpgrade, "AP_UPGRADED", "AP hq--ap03 was upgraded to 0.14.29633"},
		{12 * time.Minute, 0, "", event.ChangeAudit, "audits", `J. Doe updated WLAN "Corp": auth_servers[0].host 10.0.8.40 → 10.0.8.4`},
		{11 * time.Minute, 0, w.mac(1), event.ChangeConfig, "AP_CONFIGURED", "AP hq--ap01 got a new configuration"},
		{10 * time.Minute, 0, w.mac(2), event.ChangeConfig, "AP_CONFIGURED", "AP hq--ap02 got a new configuration"},
	} {
		w.seq++
		ev := event.Event{ID: event.ID(w.seq, 0), Time: now.Add(-c.ago), Received: now.Add(-c.ago), Source: "acme", Via: event.ViaWebhook, Topic: "device-events",
			Type: c.typ, Severity: event.Info, OrgID: "org-1", DeviceMAC: c.device, Text: c.message, DeliveryID: w.seq, Duplicates: 1, Change: c.kind, Raw: []byte(`{}`)}
		if c.kind == event.ChangeAudit {
			ev.Topic = "audits"
		}
		if c.site >= 0 {
			ev.SiteID, ev.Site = fmt.Sprintf("site-%d", c.site), worldSites[c.site]
		}
		j.events, j.deliveries = append(j.events, ev), append(j.deliveries, event.Delivery{ID: w.seq, Received: ev.Received, Source: "acme", Via: event.ViaWebhook,
			Verdict: event.Verified, Topic: ev.Topic, Events: 1, Body: []byte(`{"topic":"` + ev.Topic + `","events":[{}]}`)})
	}
}

func TestPagesLookRight(t *testing.T) {
	for name, keys := range map[string][]string{
		"alert": {"1", "enter"}, "alert-changes": {"1", "enter", "]", "]"},
		"device": {"1", "enter", "D"}, "device-clients": {"4", "j", "j", "j", "j", "j", "j", "enter", "C"}, "switch": {"4", "/", "t", "y", "p", "e", ":", "s", "w", "i", "t", "c", "h", "enter", "enter"},
		"site": {"1", "enter", "S"}, "site-quiet": {"5", "S"},
	} {
		for _, size := range few([]struct{ w, h int }{{80, 24}, {120, 40}}...) {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size.w, size.h), func(t *testing.T) {
				withOptions(t, size.w, size.h, withPages, func(s *screen) {
					s.press(keys...)
					s.golden()
				})
			})
		}
	}
}

func TestAnAlertLeadsToItsSiteItsDeviceAndTheirRows(t *testing.T) {
	withOptions(t, 80, 24, withPages, func(s *screen) {
		s.press("1", "enter")
		s.sees("Changed here in the hour before it began", "this device: AP hq--ap03 was upgraded", `J. Doe updated WLAN "Corp"`, "and 1 more of these")
		s.press("D")
		s.sees("─ AP hq--ap03")
		s.press("C")
		s.sees("[Clients")
		s.press("esc", "S")
		s.sees("─ Site hq-berlin of acme", "1 of 12 DOWN", "Devices down: 1 of 12", "AP is disconnected")
		s.press("enter")
		s.sees("─ AP hq--ap03")
		s.press("esc")
		s.sees("─ Site hq-berlin")
		s.press("tab", "enter")
		s.sees("─ Alert ")
		s.press("esc", "=")
		s.sees("site:hq-berlin")
		s.misses("store-017")
	})
}

func TestASiteIsOpenedByNameFromAnywhere(t *testing.T) {
	withOptions(t, 80, 24, withPages, func(s *screen) {
		s.press("9", ":")
		s.write("site pl")
		s.sees("plant-graz")
		s.press("tab", "enter")
		s.sees("─ Site plant-graz of acme", "ALL UP", "every device is connected")
		s.press("esc", ":")
		s.write("site plant-gras")
		s.press("enter")
		s.sees("did you mean plant-graz?")
		s.press("4", ":")
		s.write("site")
		s.press("enter")
		s.sees("─ Site ")
	})
}

func TestTheSLEPaneOpensThePageOfASite(t *testing.T) {
	withOptions(t, 80, 24, withPages, func(s *screen) {
		s.press("5", "S")
		s.sees("─ Site hq-berlin", "SLE, the worst first", "62.0%")
		s.press("tab", "tab", "enter")
		s.sees("hq-berlin · coverage")
		s.press("S")
		s.sees("─ Site hq-berlin")
	})
}

func TestAFollowedClientLeadsToItsAPAndItsSite(t *testing.T) {
	withOptions(t, 80, 24, withPages, func(s *screen) {
		s.press("3", "3", "f", "D")
		s.sees("─ AP ")
		s.press("esc", "S")
		s.sees("─ Site ")
	})
}

// A page is read outside of the program's loop: until the answer is there it says so.
func TestAPageThatIsNotReadYetSaysSo(t *testing.T) {
	withOptions(t, 80, 24, withPages, func(s *screen) {
		e := s.m.env()
		lines := strings.Join(view.NewSitePage("site-0", "hq-berlin").Draw(e, 80, 20), "\n")
		if !strings.Contains(lines, "Reading the journal.") || !strings.Contains(lines, "Site hq-berlin") {
			t.Errorf("%s", lines)
		}
	})
}

func TestASiteThatNothingIsKnownOfSaysSo(t *testing.T) {
	withOptions(t, 80, 24, withPages, func(s *screen) {
		s.run(s.m.openSheet(view.NewSitePage("gone", "gone")))
		s.pass(time.Second)
		s.sees("Nothing is known about this site anymore.")
	})
}

// withPortal gives acme a portal and the desktop an opener that notes what it opens.
func withPortal(opened *[]string, err error) func(*Options, *testJournal) {
	return func(o *Options, j *testJournal) {
		withPages(o, j)
		o.Portal = func(p port.PortalPage) (string, bool) {
			if p.Source != "acme" {
				return "", false
			}
			return "https://manage.mist.com/admin/?org_id=org-1#!" + p.Kind + "/" + p.SiteID + string(p.MAC), p.Kind != port.PortalWebhook
		}
		o.OpenURL = func(url string) error {
			*opened = append(*opened, url)
			return err
		}
	}
}

func TestTheRowsPageInThePortalIsOpened(t *testing.T) {
	var opened []string
	withOptions(t, 80, 24, withPortal(&opened, nil), func(s *screen) {
		for _, keys := range [][]string{{"1"}, {"4"}, {"5"}, {"9"}, {"3", "3"}, {"1", "enter"}, {"S"}, {"esc", "D"}} {
			s.press(keys...)
			s.press("o")
			s.sees("Opened the page in the Mist portal in the browser:")
			s.fits()
		}
		want := []string{"alarm/site-0", "ap/site-05c5b35000003", "site/site-0", "", "client/", "alarm/site-0", "site/site-0", "ap/site-05c5b35000003"}
		for i, w := range want {
			if !strings.Contains(opened[i], "#!"+w) {
				t.Errorf("press %d opened %s, want …%s", i, opened[i], w)
			}
		}
	})
}

func TestWithoutADesktopTheURLIsCopiedAndShownAsALink(t *testing.T) {
	var opened []string
	withOptions(t, 80, 24, withPortal(&opened, browser.ErrNoDesktop), func(s *screen) {
		s.press("1", "o")
		s.sees("No desktop here, so the page in the Mist portal was not opened; its URL was", "https://manage.mist.com/admin/?org_id=org-1#!alarm/site-0")
		s.fits()
		const link = "\x1b]8;id=portal;https://manage.mist.com/admin/?org_id=org-1#!alarm/site-0"
		if !strings.Contains(s.m.window.frame, link) {
			t.Errorf("the URL is no link: %q", s.m.window.frame[len(s.m.window.frame)-500:])
		}
		s.press("j", "y", "u")
		s.sees("#!alarm/site-0")
		s.misses("No desktop here")
	})
	withOptions(t, 60, 15, withPortal(&opened, errors.New("xdg-open: exit status 3")), func(s *screen) {
		s.press("1", "o")
		s.sees("Not opened (xdg-open: exit status 3).", "https://manage.mist.com/")
		s.fits()
	})
}

// Copies end in any order: what is said of one is about its own text.
func TestTheEndOfAnotherCopyIsNoLink(t *testing.T) {
	withOptions(t, 80, 24, withPages, func(s *screen) {
		s.m.copyLink("https://manage.mist.com/", "Not opened. ")
		s.send(clip.Done{Bytes: 3, Sent: true})
		s.sees("Sent 3 bytes")
		s.misses("Not opened", "https://manage.mist.com/")
	})
}

func TestWhatHasNoPortalSaysSo(t *testing.T) {
	withOptions(t, 80, 24, withPages, func(s *screen) {
		s.press("1", "o")
		s.sees("No portal is known for acme")
		s.press("6", "o")
		s.sees("The Mist portal has no page about this row.")
		s.press("1", "y")
		s.misses("u  URL of the page")
	})
}

func TestNothingOnThePagesReachesTheTerminalRaw(t *testing.T) {
	withOptions(t, 80, 24, func(o *Options, j *testJournal) {
		now := time.Now()
		c := hostileCloud()
		j.testRows = hostileRows(now)
		o.Actions = c.on(j)
		for i := range j.alerts {
			j.alerts[i].SiteID, j.alerts[i].OrgID, j.alerts[i].Opened, j.alerts[i].Resolved = "s1", "o1", now, nil
		}
		for i := range j.devices {
			j.devices[i].SiteID, j.devices[i].Status = "s1", event.DeviceDisconnected
		}
		for i := range j.events {
			j.events[i].SiteID, j.events[i].OrgID, j.events[i].Time, j.events[i].Change = "s1", "o1", now.Add(-time.Minute), event.ChangeAudit
		}
		for i := range j.scores {
			j.scores[i].SiteID = "s1"
		}
	}, func(s *screen) {
		for _, size := range few([]struct{ w, h int }{{60, 15}, {80, 24}, {121, 40}, {200, 50}}...) {
			s.send(keyWindow(size.w, size.h))
			for _, keys := range [][]string{{"1"}, {"enter"}, {"]"}, {"]"}, {"S"}, {"tab"}, {"tab"}, {"tab"}, {"enter"}, {"esc", "o"}, {"esc", "esc", "4", "enter"}, {"C"}, {"]"},
				{"esc", "esc", ":", "s", "i", "t", "e", " "}, {"esc", "esc", "1", "enter", "="}, {"esc", "esc"}} {
				s.press(keys...)
				clean(t, s.m.window.frame)
				s.fits()
			}
		}
	})
}
