package tui

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"foghorn/journal/event"
	"foghorn/tui/view"
)

// withCloud gives the screen a cloud that answers for acme.
func withCloud(o *Options, j *testJournal) {
	cloud := &fakeCloud{sources: []string{"acme"}, sle: func(_ context.Context, q event.SLEQuestion) (event.SLEDetail, error) { return sleAnswer(q), nil }}
	o.Actions = cloud.on(j)
}

// sleAnswer is a believable answer to any question.
func sleAnswer(q event.SLEQuestion) event.SLEDetail {
	d := event.SLEDetail{Source: q.Source, SiteID: q.SiteID, Site: "hq-berlin", Metric: q.Metric, Start: q.Start, End: q.End, IntervalS: 600,
		Counted: "user-minutes", HasData: true, Success: 0.6213, Threshold: "-72 dBm"}
	n := int(q.End.Sub(q.Start) / (10 * time.Minute))
	for i := range n {
		v := 0.75 + 0.24*math.Sin(float64(i)/9)
		s := event.SLESample{Time: q.Start.Add(time.Duration(i) * 10 * time.Minute), Total: 400, Degraded: 400 * (1 - v), Success: v, Known: i < n/3 || i > n/3+6}
		d.Series = append(d.Series, s)
		d.Measured = append(d.Measured, -68-6*math.Cos(float64(i)/9))
	}
	for i, name := range []string{"weak-signal", "asymmetry-uplink", "asymmetry-downlink", "interference", "no-client"} {
		share := []float64{0.612, 0.25, 0.1, 0.03, 0.008}[i]
		d.Classifiers = append(d.Classifiers, event.SLEClassifier{Name: name, Degraded: share * 9000, Share: share, Users: 40 - 8*i, APs: 9 - i})
	}
	d.Classifiers = append(d.Classifiers, event.SLEClassifier{Name: "no-effect"})
	for i := range 9 {
		d.Devices = append(d.Devices, event.ImpactedDevice{MAC: event.MAC(fmt.Sprintf("5c5b35%06x", i)), Name: fmt.Sprintf("hq--ap%02d", i), Degraded: 2300 / float64(i+1), Total: 4000})
		d.Users = append(d.Users, event.ImpactedUser{MAC: event.MAC(fmt.Sprintf("5c5b35%06x", 4096+i)), Name: worldClients[i%len(worldClients)],
			On: event.MAC(fmt.Sprintf("5c5b35%06x", i)), OnName: fmt.Sprintf("hq--ap%02d", i), SSID: "Corp", Device: "iPhone iOS 17", Degraded: 300 / float64(i+1), Total: 600})
	}
	return d
}

// roaming walks the followed client through three APs while its signal swings.
func roaming(s *screen, mac event.MAC, samples int) {
	for i := range samples {
		for k := range s.j.clients {
			c := &s.j.clients[k]
			if c.MAC != mac {
				continue
			}
			at := i / 24 % 3
			c.RSSI, c.SNR = -58-int(14*math.Abs(math.Sin(float64(i)/12)))-4*at, 18+i%17
			if next := s.w.mac(at); c.AP != next {
				c.AP, c.APName, c.Since = next, fmt.Sprintf("hq--ap%02d", at), time.Now()
				c.Roams++
			}
			c.Updated, c.LastSeen = time.Now(), time.Now()
		}
		s.j.save()
		s.pass(10 * time.Second)
	}
	s.beat()
	s.pass(pullGap)
}

func TestSheetsAndDetailsOfTheCloudLookRight(t *testing.T) {
	for name, keys := range map[string][]string{
		"live": {"3", "3"}, "device": {"4", "enter"}, "device-up": {"4", "j", "j", "enter"}, "client": {"3", "3", "enter"},
		"sle-wifi": {"5", "]"}, "sle-wan": {"5", "]", "]", "]"}, "sle-site": {"5", "enter"}, "sle-metric": {"5", "enter", "enter"},
		"sle-measured": {"5", "enter", "enter", "v", "tab"}, "sort-devices": {"4", "s"},
	} {
		for _, size := range few(windows...) {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size.w, size.h), func(t *testing.T) {
				withOptions(t, size.w, size.h, withCloud, func(s *screen) {
					s.press(keys...)
					s.golden()
				})
			})
		}
	}
}

func TestFollowingLooksRight(t *testing.T) {
	for _, ascii := range few(false, true) {
		for _, size := range few(windows...) {
			t.Run(fmt.Sprintf("ascii=%t-%dx%d", ascii, size.w, size.h), func(t *testing.T) {
				withOptions(t, size.w, size.h, func(o *Options, j *testJournal) {
					withCloud(o, j)
					o.ASCII = ascii
				}, func(s *screen) {
					s.press("3", "f")
					roaming(s, s.m.sheet().(*view.FollowSheet).Mac, 70)
					s.golden()
				})
			})
		}
	}
}

func TestEmptyPanesOfTheCloudLookRight(t *testing.T) {
	for name, tokens := range map[string]func(o *Options, j *testJournal){
		"no-token": func(*Options, *testJournal) {}, "token": withCloud,
	} {
		for _, size := range few(windows...) {
			for _, key := range []string{"4", "live", "5"} {
				t.Run(fmt.Sprintf("%s-%s-%dx%d", name, key, size.w, size.h), func(t *testing.T) {
					withOptions(t, size.w, size.h, func(o *Options, j *testJournal) {
						empty(o, j)
						tokens(o, j)
					}, func(s *screen) {
						if key == "live" {
							s.press("3")
						}
						s.press(map[string]string{"4": "4", "live": "3", "5": "5"}[key])
						s.golden()
					})
				})
			}
		}
	}
}

func TestOldAndManyOrganizationsLookRight(t *testing.T) {
	for _, size := range few(windows...) {
		for name, keys := range map[string][]string{"devices": {"4"}, "live": {"3", "3"}, "sle": {"5"}} {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size.w, size.h), func(t *testing.T) {
				withOptions(t, size.w, size.h, func(o *Options, j *testJournal) {
					for i := range j.devices {
						j.devices[i].Updated = j.devices[i].Updated.Add(-4 * time.Minute)
						if i%3 == 0 {
							j.devices[i].Source = "globex"
						}
					}
					for i := range j.clients {
						j.clients[i].Updated = j.clients[i].Updated.Add(-4 * time.Minute)
						if i%3 == 0 {
							j.clients[i].Source = "globex"
						}
					}
					for i := range j.scores {
						j.scores[i].Time = j.scores[i].Time.Add(-3 * time.Hour)
					}
					if name == "sle" { // its rows say whose they are by what is collected
						j.feeds = append(j.feeds, event.Feed{Name: "globex", Kind: event.FeedMistAPI, State: event.FeedUp, Last: time.Now()})
					}
					withCloud(o, j)
				}, func(s *screen) {
					s.press(keys...)
					s.sees("stale")
					s.golden()
				})
			})
		}
	}
}

func TestARefusedQuestionIsExplainedInPlace(t *testing.T) {
	for _, size := range few(windows...) {
		t.Run(fmt.Sprintf("%dx%d", size.w, size.h), func(t *testing.T) {
			withOptions(t, size.w, size.h, func(o *Options, j *testJournal) {
				cloud := &fakeCloud{sources: []string{"acme"}, sle: func(context.Context, event.SLEQuestion) (event.SLEDetail, error) {
					return event.SLEDetail{}, errors.New("the token of acme has no right to read site hq-berlin (403); give it the observer role")
				}}
				o.Actions = cloud.on(j)
			}, func(s *screen) {
				s.press("5", "enter", "enter")
				s.sees("Not available (r asks again): the token of acme")
				s.golden()
			})
		})
	}
}

func TestOneOfEachAndHostileNamesLookRight(t *testing.T) {
	for name, device := range map[string]string{"one": "lobby-ap3", "hostile": "\x1b[2J\u202ea\u0301p 日本語のとても長い名前です\x07"} {
		for _, size := range few(windows...) {
			for pane, keys := range map[string][]string{"devices": {"4"}, "device": {"4", "enter"}, "live": {"3", "3"}, "sle": {"5"}} {
				t.Run(fmt.Sprintf("%s-%s-%dx%d", name, pane, size.w, size.h), func(t *testing.T) {
					withOptions(t, size.w, size.h, func(o *Options, j *testJournal) {
						withCloud(o, j)
						j.devices, j.clients, j.scores = j.devices[:1], j.clients[:1], j.scores[:1]
						j.devices[0].Name, j.devices[0].Site, j.devices[0].Model, j.devices[0].Status = device, device, device, event.DeviceConnected
						j.clients[0].Hostname, j.clients[0].SSID, j.clients[0].APName = device, device, device
						j.scores[0].Site, j.scores[0].Metric = device, device
					}, func(s *screen) {
						s.press(keys...)
						clean(t, s.m.window.frame)
						s.golden()
					})
				})
			}
		}
	}
}
