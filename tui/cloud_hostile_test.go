package tui

import (
	"errors"
	"testing"
	"time"

	"foghorn/journal/event"
	"foghorn/tui/port"
)

// hostileClouds adds what the cloud parts of the screen show: webhooks, frames,
// budgets, pings, renames and notices, all of them named by strangers.
func hostileClouds(j *testJournal, c *fakeCloud, now time.Time) {
	for i, s := range nasty {
		j.webhooks = append(j.webhooks, event.Webhook{Source: s, OrgID: s, SiteID: s, Site: s, ID: s, Name: s, Type: s, URL: s, Topics: []string{s, s}, Updated: now})
		j.frames = append(j.frames, event.Frame{ID: int64(len(nasty) - i), Time: now, Source: s, Channel: s, Event: s, Size: -1 << 40, Text: s})
		j.budgets = append(j.budgets, event.Budget{Sources: []string{s}, Used: -1 << 40, Limit: i - 3, Resets: now.Add(1 << 60), Blocked: now.Add(1 << 60),
			Callers: []event.CallerUsage{{Name: s, Urgency: s, Calls: 1 << 40, PerHour: -1 << 40, State: s}}})
		j.activities = append(j.activities, event.Activity{ID: 2000 + int64(i), Actor: s, Action: event.ActionPing, Target: event.WebhookTarget(s), Sync: event.Sync{State: event.SyncFailed, Reason: s}, Result: s, Time: now})
	}
	for i := range j.alerts {
		j.alerts[i].Sync = event.Sync{State: []event.SyncState{event.SyncFailed, event.SyncPending, event.SyncLocal}[i%3], Reason: nasty[i%len(nasty)]}
		j.alerts[i].Source, j.alerts[i].DeviceMAC = nasty[0], "5c5b35000001"
	}
	c.ping = func(_ event.Webhook, hop func(event.CheckStep)) error {
		for _, s := range nasty {
			hop(event.CheckStep{Name: s, State: s, Text: s, Took: -1 << 62})
		}
		return errors.New(nasty[0])
	}
	c.warn = nasty[0] + nasty[3]
	c.rename = func(event.Device, string) error { return errors.New(nasty[0] + nasty[4]) }
}

func TestNothingOfTheCloudReachesTheTerminalRaw(t *testing.T) {
	var notices chan port.Notice
	withOptions(t, 80, 24, func(o *Options, j *testJournal) {
		c := hostileCloud()
		j.testRows = hostileRows(time.Now())
		hostileClouds(j, c, time.Now())
		notices = make(chan port.Notice, 1)
		o.Actions, o.Notices = c.on(j), notices
	}, func(s *screen) {
		for _, w := range few(60, 80, 121, 200) {
			s.send(keyWindow(w, 30))
			for _, keys := range [][]string{{"7"}, {"j"}, {"enter"}, {"P"}, {"pgdown"}, {"G"}, {"esc", "/", "x"}, {"esc", "9", "F"}, {"k", "k", "enter"},
				{"v"}, {"v"}, {"esc", "esc", ":", "b", "u", "d", "g", "e", "t", "enter"}, {"G"}, {"esc", "1", "enter"}, {"esc", "R"}, {"esc", "esc"}} {
				s.press(keys...)
				clean(t, s.m.window.frame)
				s.fits()
			}
			s.press("1", "R", "x", "enter")
			s.pass(time.Second)
			clean(t, s.m.window.frame)
			s.press("y")
			clean(t, s.m.window.frame)
			s.fits()
			notices <- port.Notice{Text: nasty[0] + nasty[4], Bad: true}
			s.settle()
			clean(t, s.m.window.frame)
			s.press("esc", "esc", "0")
		}
	})
}
