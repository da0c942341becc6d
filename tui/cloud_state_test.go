package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"foghorn/journal/event"
	"foghorn/tui/port"
)

func TestTheGaugeTellsOfTheWorstTokenAndGivesWayToTheCounts(t *testing.T) {
	blocked := func(b event.Budget) event.Budget { b.Blocked = time.Now().Add(90 * time.Second); return b }
	for name, c := range map[string]struct {
		w    int
		of   func(now time.Time) []event.Budget
		sees string
	}{
		"plenty":         {120, func(now time.Time) []event.Budget { return []event.Budget{budgetOf("acme", 812, now)} }, "API 812/5000 resets 22m"},
		"plenty, narrow": {80, func(now time.Time) []event.Budget { return []event.Budget{budgetOf("acme", 812, now)} }, "API 812/5000 22m"},
		"60 %":           {120, func(now time.Time) []event.Budget { return []event.Budget{budgetOf("acme", 3000, now)} }, "API I 3000/5000 resets 22m"},
		"80 %":           {120, func(now time.Time) []event.Budget { return []event.Budget{budgetOf("acme", 4000, now)} }, "API W 4000/5000 resets 22m"},
		"95 %":           {120, func(now time.Time) []event.Budget { return []event.Budget{budgetOf("acme", 4750, now)} }, "API C 4750/5000 resets 22m"},
		"worst of two": {120, func(now time.Time) []event.Budget {
			return []event.Budget{budgetOf("acme", 812, now), budgetOf("umbrella", 4100, now)}
		}, "API W umbrella 4100/5000 resets 22m, 1 more token"},
		"blocked":         {120, func(now time.Time) []event.Budget { return []event.Budget{blocked(budgetOf("acme", 812, now))} }, "API C BLOCKED by Mist for 2m"},
		"narrowest":       {60, func(now time.Time) []event.Budget { return []event.Budget{budgetOf("acme", 4000, now)} }, "API W 4000/5000 resets 22m"},
		"limit not known": {120, func(time.Time) []event.Budget { return []event.Budget{{Sources: []string{"acme"}, Used: 12}} }, "API 12 calls"},
	} {
		t.Run(name, func(t *testing.T) {
			withOptions(t, c.w, 24, func(_ *Options, j *testJournal) { j.budgets = c.of(time.Now()) }, func(s *screen) {
				s.sees(c.sees, "C 3")
				s.fits()
			})
		})
	}
}

func TestAcksShowHowTheyStandWithMist(t *testing.T) {
	for sync, c := range map[event.Sync]struct{ row, detail, ascii string }{
		{State: event.SyncSending}:                           {"JD 5m…", "in Mist     sending", "JD 5m~"},
		{State: event.SyncPending}:                           {"JD 5m↑", "pending: Mist unreachable, will retry", "JD 5m^"},
		{State: event.SyncPending, Reason: "429"}:            {"JD 5m↑", "pending: 429; will retry", "JD 5m^"},
		{State: event.SyncLocal, Reason: "no token"}:         {"JD 5m ", "acked here only: no token", "JD 5m "},
		{State: event.SyncDone}:                              {"JD 5m✓", "up to date", "JD 5m."},
		{State: event.SyncFailed, Reason: "no rights (403)"}: {"JD 5m✗", "Mist refused: no rights (403)", "JD 5mx"},
		{}: {"JD 5m ", "acked here only: not a Mist alarm", "JD 5m "},
	} {
		for _, ascii := range few(false, true) {
			t.Run(fmt.Sprintf("%v %v", sync, ascii), func(t *testing.T) {
				withOptions(t, 100, 40, func(o *Options, j *testJournal) {
					o.ASCII = ascii
					for i := range j.alerts {
						if j.alerts[i].Owner == "jane.doe" {
							j.alerts[i].Sync = sync
						}
					}
				}, func(s *screen) {
					s.press("1", "j", "j")
					row := c.row
					if ascii {
						row = c.ascii
					}
					s.sees(row)
					s.press("enter")
					s.sees(c.detail)
				})
			})
		}
	}
}

func TestWhatMistRefusesIsToldWhereverThePersonIs(t *testing.T) {
	var notices chan port.Notice
	withOptions(t, 100, 30, func(o *Options, _ *testJournal) {
		notices = make(chan port.Notice, 1)
		o.Notices = notices
	}, func(s *screen) {
		s.press("9")
		notices <- port.Notice{Text: "Mist refused 1 ack, taken back here: no rights (403)", Bad: true}
		s.settle()
		s.sees("Mist refused 1 ack, taken back here: no rights (403)")
		notices <- port.Notice{Text: "2 acks wait for Mist", Bad: true}
		s.settle()
		s.sees("2 acks wait for Mist")
	})
}

func TestSubscribingTakesNamesAndAsksWhereThereAreSeveral(t *testing.T) {
	const site = "4ac1dcf4-9d8b-7211-65c4-057819f0862b"
	onCloud(t, 140, 30, func(_ *Options, c *fakeCloud, j *testJournal) {
		for i := range j.alerts {
			j.alerts[i].SiteID = "11111111-9d8b-7211-65c4-057819f0862b"
			if j.alerts[i].Site == "hq-berlin" {
				j.alerts[i].SiteID = site
			}
		}
	}, func(s *screen, c *fakeCloud) {
		s.press("1")
		does := func(command string) {
			s.beat() // or typing takes longer than a collector may be silent
			s.press(":")
			for _, r := range command {
				s.press(strings.Replace(string(r), " ", "space", 1))
			}
			s.press("enter")
		}
		does("subscribe /sites/hq-berlin/stats/clients")
		s.sees("Subscribed to /sites/"+site+"/stats/clients at acme", "U takes it back")
		last := s.activities()[len(s.activities())-1]
		if last.Action != event.ActionSubscribe || last.Target != event.ChannelTarget("/sites/"+site+"/stats/clients") || last.Source != "acme" {
			t.Errorf("the journal has %+v", last)
		}
		written := len(s.activities())
		does("subscribe /sites/hq-berlin/stats/clients")
		s.sees("Nothing was done: it already has a subscription.")
		if len(s.activities()) != written+1 {
			t.Fatalf("%d activities", len(s.activities())-written)
		}
		s.press("U") // still takes the first one back
		if last := s.activities()[len(s.activities())-1]; last.Action != event.ActionUnsubscribe {
			t.Errorf("the undo is %+v", last)
		}
		does("subscribe /sites/nowhere/stats/clients")
		s.sees("No channel: /sites/nowhere/stats/clients")
		does("subscribe /orgs/<org-id>/pcaps")
		s.sees("Put the id in place of the <angle brackets>")
		does("subscribe /test other")
		s.sees("No stream of other; there are acme.")
		c.sources = []string{"acme", "umbrella"}
		s.j.appendActivities(event.Activity{Time: time.Now(), Actor: "jane.doe", Action: event.ActionSubscribe, Target: event.ChannelTarget("/test"), Source: "umbrella"})
		does("unsubscribe /test")
		s.sees("unsubscribe /test at")
		s.press("2")
		s.sees("Unsubscribed from /test at umbrella")
	})
}

func TestSubscribeCompletesWithWhatTheScreenKnows(t *testing.T) {
	onCloud(t, 140, 30, nil, func(s *screen, _ *fakeCloud) {
		s.press("1", ":")
		for _, r := range "subscribe /sites/hq" {
			s.press(strings.Replace(string(r), " ", "space", 1))
		}
		s.sees("/sites/hq-berlin/stats/devices")
		s.press("tab")
		s.sees(":subscribe /sites/hq-berlin/")
	})
}
