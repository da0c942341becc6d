package tui

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"foghorn/journal/event"
)

// onCloud is a screen whose process has a token for acme, and a world with
// webhooks, frames and a budget.
func onCloud(t *testing.T, w, h int, edit func(o *Options, c *fakeCloud, j *testJournal), story func(s *screen, c *fakeCloud)) {
	t.Helper()
	cloud := &fakeCloud{sources: []string{"acme"}}
	withOptions(t, w, h, func(o *Options, j *testJournal) {
		o.Actions = cloud.on(j)
		j.webhooks = hooksOf(time.Now())
		j.frames = framesOf(time.Now())
		j.budgets = []event.Budget{budgetOf("acme", 812, time.Now())}
		if edit != nil {
			edit(o, cloud, j)
		}
	}, func(s *screen) { story(s, cloud) })
}

func hooksOf(now time.Time) []event.Webhook {
	hook := func(id, name, site, url string, topics ...string) event.Webhook {
		h := event.Webhook{Source: "acme", OrgID: "org-1", ID: id, Name: name, Type: "http-post", URL: url, Enabled: true, HasSecret: true,
			VerifyCert: true, Topics: topics, Updated: now.Add(-2 * time.Minute)}
		if site != "" {
			h.SiteID, h.Site = "site-"+site, site
		}
		return h
	}
	noc := hook("11111111-0000-0000-0000-000000000001", "noc", "", "https://hooks.example.net/mist/acme", "alarms", "audits", "device-updowns")
	double := hook("11111111-0000-0000-0000-000000000002", "berlin-noc", "hq-berlin", "https://hooks.example.net/mist/acme", "alarms", "occupancy-alerts")
	open := hook("11111111-0000-0000-0000-000000000003", "lab", "lab", "https://lab.example.net/in", "client-join")
	open.HasSecret, open.VerifyCert = false, false
	off := hook("11111111-0000-0000-0000-000000000004", "old", "", "https://old.example.net/x", "alarms")
	off.Enabled = false
	raw := hook("11111111-0000-0000-0000-000000000005", "rssi", "plant-graz", "https://loc.example.net/x", "wifi-conn-raw", "asset-raw-rssi")
	return []event.Webhook{noc, double, open, off, raw}
}

func framesOf(now time.Time) []event.Frame {
	var out []event.Frame
	for i := 30; i > 0; i-- { // newest first
		out = append(out, event.Frame{ID: int64(i), Time: now.Add(-time.Duration(31-i) * time.Second), Source: "acme", Event: "data", Size: 120 + i,
			Channel: "/sites/4ac1dcf4-9d8b-7211-65c4-057819f0862b/stats/devices",
			Text:    fmt.Sprintf(`{"event":"data","channel":"/sites/x/stats/devices","data":"{\"mac\":\"5c5b35%06x\",\"uptime\":%d}"}`, i, i*60)})
	}
	return out
}

func budgetOf(source string, used int, now time.Time) event.Budget {
	return event.Budget{Sources: []string{source}, Used: used, Limit: 5000, Resets: now.Add(22 * time.Minute), Callers: []event.CallerUsage{
		{Name: "device stats", Urgency: "routine", Calls: 402, PerHour: 480}, {Name: "alarms", Urgency: "prompt", Calls: 110, PerHour: 120},
		{Name: "sle", Urgency: "background", Calls: 12, PerHour: 12, State: "slowed"}, {Name: "operator", Urgency: "operator", Calls: 3},
	}}
}

func TestWebhooksLookRight(t *testing.T) {
	for _, size := range few(windows...) {
		t.Run(fmt.Sprintf("%dx%d", size.w, size.h), func(t *testing.T) {
			onCloud(t, size.w, size.h, nil, func(s *screen, _ *fakeCloud) {
				s.press("7")
				s.golden()
			})
		})
	}
}

func TestSheetsOfTheCloudLookRight(t *testing.T) {
	for name, keys := range map[string][]string{
		"webhook": {"7", "enter"}, "frames": {"9", "F"}, "frame": {"9", "F", "enter"}, "budget": {":", "b", "u", "d", "g", "e", "t", "enter"},
	} {
		for _, size := range few(windows...) {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size.w, size.h), func(t *testing.T) {
				onCloud(t, size.w, size.h, nil, func(s *screen, _ *fakeCloud) {
					s.press(keys...)
					s.golden()
				})
			})
		}
	}
}

func TestWebhooksSayWhatIsWrongWithThem(t *testing.T) {
	onCloud(t, 200, 40, nil, func(s *screen, _ *fakeCloud) {
		s.press("7", "v") // the preview below: the list has the whole width
		s.sees("disabled: Mist sends nothing", "no secret:", "verify_cert is off", "twice: org noc sends alarms to the same URL too",
			"several location topics in one webhook")
		s.press("/", "l", "a", "b", "enter")
		s.sees("lab")
		s.misses("berlin-noc", "old")
	})
}

func TestAPingShowsItsHopsAsTheyCome(t *testing.T) {
	var steps chan event.CheckStep
	onCloud(t, 80, 24, func(_ *Options, c *fakeCloud, _ *testJournal) {
		steps = make(chan event.CheckStep)
		c.ping = func(_ event.Webhook, hop func(event.CheckStep)) error {
			for h := range steps {
				hop(h)
				if h.State == event.HopFailed {
					return errors.New("the ping did not come through")
				}
			}
			return nil
		}
	}, func(s *screen, _ *fakeCloud) {
		s.press("7", "P")
		s.sees("Webhook", "asking Mist to send it")
		steps <- event.CheckStep{Name: "asked", State: event.HopOK, Text: "api.mist.com"}
		steps <- event.CheckStep{Name: "arrived here", State: event.HopWait, Text: "waiting"}
		s.settle()
		s.sees("asked  api.mist.com", "… ", "arrived here  waiting")
		s.press("P")
		s.sees("A ping is under way.")
		steps <- event.CheckStep{Name: "arrived here", State: event.HopFailed, Took: 3 * time.Second, Text: "Mist could not deliver it: connection refused"}
		s.settle()
		s.sees("✗", "connection refused", "the ping did not come through")
		s.misses("waiting")
		s.press("esc")
		s.sees("7 Webhooks")
	})
}

func TestLeavingAWebhookEndsItsPing(t *testing.T) {
	var ended chan struct{}
	onCloud(t, 80, 24, func(_ *Options, c *fakeCloud, _ *testJournal) {
		ended = make(chan struct{})
		c.pingCtx = func(ctx context.Context) { <-ctx.Done(); close(ended) }
	}, func(s *screen, _ *fakeCloud) {
		s.press("7", "P", "esc")
		s.settle()
		select {
		case <-ended:
		default:
			t.Error("the ping goes on with nobody looking")
		}
	})
}

func TestARenameIsAskedConfirmedDoneAndUndone(t *testing.T) {
	var done []string
	onCloud(t, 100, 30, func(_ *Options, c *fakeCloud, _ *testJournal) {
		c.rename = func(_ event.Device, name string) error {
			done = append(done, name)
			return nil
		}
	}, func(s *screen, _ *fakeCloud) {
		s.press("1", "R")
		s.sees("rename hq--ap03 at hq-berlin to: hq--ap03")
		s.press("ctrl+u", "enter")
		s.sees("Not renamed: a device needs a name")
		s.press("R", "ctrl+u", "n", "e", "w", "enter")
		s.sees("rename hq--ap03 → new?")
		s.press("y") // it was on its way before the question was seen
		if len(done) > 0 {
			t.Fatal("a key that came with the question confirmed it")
		}
		s.pass(time.Second)
		s.press("y")
		s.sees("Renamed hq--ap03 to new.", "U takes it back")
		s.press("U")
		s.sees("Renamed new to hq--ap03.")
		if got := strings.Join(done, "; "); got != "new; hq--ap03" {
			t.Errorf("Mist was told %s", got)
		}
		s.press("R", "ctrl+u", "x", "enter")
		s.press("n") // at once
		s.sees("Not renamed.")
		// Somebody else renames it before the undo.
		s.press("R", "ctrl+u", "n", "e", "w", "enter")
		s.pass(time.Second)
		s.press("y")
		s.change(func(j *testJournal) {
			for i := range j.devices {
				if j.devices[i].MAC == s.alertAt("lobby-ap3").DeviceMAC {
					j.devices[i].Name = "theirs"
				}
			}
		})
		before := len(done)
		s.press("U")
		s.sees("Not done: it has been renamed to theirs since")
		if len(done) != before {
			t.Errorf("the undo went over it: %v", done)
		}
	})
}

func TestATakenNameIsAWarningAndARefusalIsTold(t *testing.T) {
	onCloud(t, 120, 30, func(_ *Options, c *fakeCloud, _ *testJournal) {
		c.warn = "ap 5c:5b:35:00:00:02 at hq-berlin has that name already"
		c.rename = func(event.Device, string) error { return errors.New("no rights on /api/v1/sites (403)") }
	}, func(s *screen, _ *fakeCloud) {
		s.press("1", "R", "x", "enter")
		s.pass(time.Second)
		s.sees("yes, although ap 5c:5b:35:00:00:02 at hq-berlin has that name already")
		s.press("y")
		s.sees("Not done: no rights on /api/v1/sites (403)")
	})
}

func TestWithoutATokenTheKeysSayWhy(t *testing.T) {
	onScreen(t, 100, 30, func(s *screen) {
		s.press("1", "R")
		s.sees("No rename from here: no organization has an API token")
		s.press("7", "P")
		s.sees("No ping from here: no organization has an API token")
		s.press(":", "b", "u", "d", "g", "e", "t", "enter")
		s.sees("No calls are made: the collector has no API token.")
	})
}
