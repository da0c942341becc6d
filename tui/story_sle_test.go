package tui

import (
	"context"
	"errors"
	"testing"
	"time"

	"foghorn/journal/event"
	"foghorn/tui/view"
)

func TestAnSLELeadsFromTheSiteToTheEventsOfAnAP(t *testing.T) {
	withOptions(t, 80, 24, withCloud, func(s *screen) {
		s.press("0", "tab", "tab", "tab", "enter") // the pane is the overview's last
		s.sees("─ SLE of hq-berlin", "LAST 24 HOURS")
		s.press("enter")
		s.sees("hq-berlin · coverage", "C 62.1%", "threshold -72 dBm", "weak-signal", "Affected APs (9)", "100%┤", "90%┤")
		s.press("j", "j", "j", "enter")
		s.sees("─ AP hq--ap03", "not connected for 6m", "Its alerts")
		s.press("]", "enter")
		s.sees("─ Event ")
		s.press("esc", "esc")
		s.sees("hq-berlin · coverage")
		s.press("tab", "enter")
		s.sees("─ Client ")
		s.press("f")
		s.sees("Following ")
		s.press("esc", "esc", "esc", "esc")
		s.sees("─ 5 SLE")
	})
}

func TestQuestionsAboutAnSLE(t *testing.T) {
	var answers []chan event.SLEDetail
	cloud := &fakeCloud{sources: []string{"acme"}}
	cloud.sle = func(ctx context.Context, q event.SLEQuestion) (event.SLEDetail, error) {
		c := make(chan event.SLEDetail, 1)
		answers = append(answers, c)
		select {
		case d := <-c:
			if len(d.Problems) == 1 && d.Problems[0] == "fail" {
				return d, errors.New("the cloud said 500")
			}
			return d, nil
		case <-ctx.Done():
			return event.SLEDetail{}, ctx.Err()
		}
	}
	withOptions(t, 80, 24, func(o *Options, j *testJournal) { o.Actions = cloud.on(j) }, func(s *screen) {
		s.press("5", "enter", "enter")
		s.sees("asking the cloud", "C 62.0%  reported 8m ago", "100%┤") // the state's own hours meanwhile
		s.press("[")
		if q := cloud.asked[1]; len(cloud.asked) != 2 || q.End.Sub(q.Start) != time.Hour || q.Source != "acme" || q.SiteID != "site-0" || q.Metric != "coverage" {
			t.Fatalf("asked %+v", cloud.asked)
		}
		late := sleAnswer(cloud.asked[0])
		late.Success = 0.1
		answers[0] <- late // given up already: nobody waits for it
		s.settle()
		s.misses("10.0%")
		answers[1] <- sleAnswer(cloud.asked[1])
		s.settle()
		s.sees("mean of 1 hour", "weak-signal")
		s.press("r")
		answers[2] <- event.SLEDetail{Problems: []string{"fail"}}
		s.settle()
		s.sees("Not available (r asks again): the cloud said 500", "weak-signal", "mean of 1 hour") // what was told stays
		s.press("[")
		s.sees("It is shown over 1 hour, 24 hours or 7 days.")
		s.press("r")
		s.pass(view.CloudLimit + time.Second)
		s.sees("the cloud did not answer within 30s", "weak-signal")
		s.press("r")
		none := event.SLEDetail{Start: cloud.asked[4].Start, End: cloud.asked[4].End, Devices: []event.ImpactedDevice{}, Problems: []string{"impacted users: no right (403)"}}
		answers[4] <- none
		s.settle()
		s.sees("no data", "No data: nothing was counted in this time.", "Not available: impacted users: no right (403)", "no APs")
		n := len(cloud.asked)
		s.pass(view.AgainAfter + time.Minute)
		if len(cloud.asked) != n+1 {
			t.Fatalf("%d questions in eleven minutes", len(cloud.asked)-n)
		}
		s.press("q") // gives the open question up
		s.settle()
		s.sees("─ SLE of hq-berlin")
	})
}

// A drill spares the budget: what costs more calls waits until somebody asks.
func TestMoreIsAskedOnlyWhenSomebodyWantsIt(t *testing.T) {
	cloud := &fakeCloud{sources: []string{"acme"}, sle: func(_ context.Context, q event.SLEQuestion) (event.SLEDetail, error) {
		d := sleAnswer(q)
		if !q.Full {
			d.MoreCalls, d.Threshold = 9, ""
		}
		return d, nil
	}}
	withOptions(t, 120, 40, func(o *Options, j *testJournal) { o.Actions = cloud.on(j) }, func(s *screen) {
		s.press("5", "enter", "enter")
		s.sees("m: more (9 calls)", "weak-signal")
		s.misses("threshold", "no-effect")
		s.press("m")
		s.sees("threshold -72 dBm")
		s.misses("m: more")
		if last := cloud.asked[len(cloud.asked)-1]; !last.Full {
			t.Errorf("asked %+v", last)
		}
		s.press("m")
		s.sees("Everything was asked for.")
		s.pass(view.AgainAfter + time.Minute) // asks again by itself, for little
		s.sees("m: more (9 calls)", "threshold -72 dBm")
		if last := cloud.asked[len(cloud.asked)-1]; last.Full {
			t.Errorf("asked %+v", last)
		}
	})
}

func TestHoursThatAreStillToBeReadAreShownAsLoading(t *testing.T) {
	for _, hours := range []int{23, 0} {
		withOptions(t, 80, 24, func(o *Options, j *testJournal) {
			withCloud(o, j)
			for i := range j.scores {
				j.scores[i].Trend = nil
			}
			j.feeds = append(j.feeds, event.Feed{Name: "acme", Kind: event.FeedMistAPI, State: event.FeedUp, Last: time.Now(), Loading: hours})
		}, func(s *screen) {
			s.press("5")
			if hours > 0 {
				s.sees("loading", "23 hours loading")
			} else {
				s.misses("loading") // the cloud was asked, and has nothing
			}
		})
	}
}

func TestAWANMetricListsGateways(t *testing.T) {
	withOptions(t, 80, 24, withCloud, func(s *screen) {
		s.press("5", "]", "]", "]", "enter")
		s.press("enter")
		s.sees("Affected gateways (9)")
		s.misses("Affected APs")
		s.press("tab")
		s.sees("Mist lists no clients for a WAN metric.", "Affected gateways (9)")
	})
}

func TestAnSLEWithoutATokenShowsWhatWebhooksTold(t *testing.T) {
	onScreen(t, 80, 24, func(s *screen) {
		s.press("5", "enter", "enter", "r")
		s.sees("C 62.0%", "100%┤", "no API token is configured")
		s.press("v")
		s.sees("Mist reports only the success rate for this metric.")
	})
}

func TestFamiliesOfSLEAndFilters(t *testing.T) {
	withOptions(t, 80, 24, withCloud, func(s *screen) {
		s.press("5", "]")
		s.sees("[Wi-Fi]", "COVER", "62.0%")
		s.press("]")
		s.sees("[wired]", "SWTCH", "71.0%")
		s.misses("62.0%")
		s.press("[", "[")
		s.sees("[all]")
		s.press("/")
		s.write("site:store*")
		s.press("enter")
		s.sees("store-017", "store-022")
		s.misses("hq-berlin")
		s.press("esc", "/")
		s.write("sev>=critical")
		s.press("enter")
		s.sees("hq-berlin")
		s.misses("store-017")
	})
}

func TestASuccessRateIsNeverRoundedUpToAll(t *testing.T) {
	for v, want := range map[float64]string{1: "100.0%", 0.99999: "99.9%", 0.9565: "95.7%", 0: "0.0%", -1: "no data"} {
		if got := view.Success(v); got != want {
			t.Errorf("%v is %q, want %q", v, got, want)
		}
	}
}
