package stream

import (
	"fmt"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"foghorn/journal/event"
	"foghorn/mist"
	"foghorn/mist/streamtest"
)

func TestItFollowsTheOrganizationAndTheSitesThatAreWatched(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, func(o *Options) {
			o.MistEdges = true
			o.Extra = []string{"/sites/:site/devices", "/orgs/:org/pcaps", "/sites/:site/stats/clients", "/test"}
		}, "s1", "s2")
		same(t, "two sites", r.names(), []string{
			"/orgs/o1/pcaps", "/orgs/o1/stats/mxedges",
			"/sites/s1/devices", "/sites/s1/stats/clients", "/sites/s1/stats/devices",
			"/sites/s2/devices", "/sites/s2/stats/clients", "/sites/s2/stats/devices", "/test",
		})
		r.expect(t, event.FeedUp, "9 channels")
		r.Watch([]string{"s2", "s3"})
		synctest.Wait()
		got := strings.Join(r.names(), " ")
		if strings.Contains(got, "s1") || !strings.Contains(got, "/sites/s3/stats/devices") || len(r.names()) != 9 {
			t.Errorf("after a change of the sites: %s", got)
		}
		if left := r.cloud.Last().Left(); len(left) != 3 || len(r.cloud.Peers()) != 1 {
			t.Errorf("left %q, on %d connections", left, len(r.cloud.Peers()))
		}
		r.Watch(nil)
		synctest.Wait()
		same(t, "no site", r.names(), []string{"/orgs/o1/pcaps", "/orgs/o1/stats/mxedges", "/test"})
		r.finish(t)
	})
}

func TestWhatPeopleAskForIsSubscribedWhenTheViewChanged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, nil, "s1")
		reads := r.sink.readings()
		pass(time.Hour)
		if r.sink.readings() != reads {
			t.Errorf("nothing changed, and it was read %d times", r.sink.readings()-reads)
		}
		r.sink.set(func(s *recorder) {
			s.asked = []event.Subscription{
				{Source: "acme", Channel: "/sites/:site/stats/maps/m1/clients"},
				{Source: "other", Channel: "/sites/x/devices"},
				{Source: "acme", Channel: "/sites/s1/devices/:device/cmd"},
			}
		})
		for range 100 {
			r.ViewChanged()
		}
		pass(time.Second)
		if got := strings.Join(r.names(), " "); !strings.Contains(got, "/sites/s1/stats/maps/m1/clients") || strings.Contains(got, "/x/") || r.sink.readings() != reads+1 {
			t.Errorf("after %d readings: %s", r.sink.readings()-reads, got)
		}
		r.expect(t, event.FeedUp, "4 channels; :device in /sites/s1/devices/:device/cmd must be an id; only :org and :site are filled in")

		r.sink.set(func(s *recorder) { s.asked, s.denied = nil, errFull })
		r.ViewChanged()
		pass(time.Second)
		if f := r.Feed.Feed(); len(r.names()) != 4 || !strings.HasSuffix(f.Detail, "; read subscriptions: disk full") {
			t.Errorf("what cannot be read changes nothing: %q, %+v", r.names(), f)
		}
		r.sink.set(func(s *recorder) { s.denied = nil })
		pass(time.Second)
		r.expect(t, event.FeedUp, "3 channels")
		r.finish(t)
	})
}

func TestWhatComesGoesToWhereItsChannelBelongs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, func(o *Options) {
			o.MistEdges = true
			o.Extra = []string{"/sites/:site/devices", "/sites/:site/stats/mxedges"}
		}, "s1")
		p := r.cloud.Last()
		p.Data("/sites/s1/stats/devices", `"{\"mac\":\"a\"}"`)
		p.Data("/sites/s1/stats/clients", `[{"mac":"b"},{"mac":"c"}]`)
		p.Data("/orgs/o1/stats/mxedges", `{"mac":"d"}`)
		p.Data("/sites/s1/stats/mxedges", `{"mac":"e"}`)
		p.Data("/sites/s1/devices", `{"event_type":"fwupdate"}`)  // to be looked at only
		p.Data("/sites/s9/stats/devices", `{"mac":"f"}`)          // never asked for
		p.Data("/sites/s1/stats/devices", `null`)                 // nothing
		p.Data("/sites/s1/stats/clients", `[{"mac":"g"},{"mac":`) // not JSON
		synctest.Wait()
		same(t, "received", r.sink.take(), []string{
			`device s1 {"mac":"a"}`, `client s1 {"mac":"b"}`, `client s1 {"mac":"c"}`,
			`device  {"mac":"d"}`, `device s1 {"mac":"e"}`,
		})
		r.expect(t, event.FeedUp, "5 channels; 1 message malformed")
		r.Watch(nil)
		synctest.Wait()
		p.Data("/sites/s1/stats/devices", `{"mac":"late"}`)
		synctest.Wait()
		same(t, "of a site that is not watched any more", r.sink.take(), nil)
		r.finish(t)
	})
}

func TestRawFramesAreHandedOnOnceASecondCutAndBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, nil)
		pass(flushEvery)
		first := r.sink.allFrames()
		if len(first) != 1 || len(first[0]) != 1 || first[0][0].Event != mist.StreamSubscribed || first[0][0].Channel != "/orgs/o1/stats/mxedges" {
			t.Fatalf("the answer to the subscription: %+v", first)
		}
		p := r.cloud.Last()
		for i := range maxFrames + 5 {
			p.Data("/orgs/o1/stats/mxedges", fmt.Sprint(i))
		}
		p.Data("/orgs/o1/stats/mxedges", `"`+strings.Repeat("ü", 5000)+`"`)
		synctest.Wait()
		if n := len(r.sink.allFrames()); n != 1 {
			t.Fatalf("handed on %d times within the second", n)
		}
		pass(flushEvery)
		all := r.sink.allFrames()
		last := all[len(all)-1]
		if len(all) != 2 || len(last) != maxFrames || !strings.Contains(last[0].Text, `"data":6}`) {
			t.Fatalf("%d frames came, the first %+v", len(last), last[0])
		}
		if f := last[len(last)-1]; f.Size < 10000 || len(f.Text) > maxFrameText || !utf8.ValidString(f.Text) || f.Source != "acme" || f.Time.IsZero() {
			t.Errorf("the long one: %+v", f)
		}
		pass(time.Hour)
		if n := len(r.sink.allFrames()); n != 2 {
			t.Errorf("nothing came, and it was handed on %d times more", n-2)
		}
		r.sink.set(func(s *recorder) { s.full = errFull })
		p.Data("/orgs/o1/stats/mxedges", `{}`)
		pass(flushEvery)
		r.expect(t, event.FeedUp, "1 channel; keep frames: disk full")
		r.finish(t)
	})
}

func TestTheRateIsOverTenSecondsAndDropsAreCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, func(o *Options) { o.Stream.QueueLen = 4 })
		p := r.cloud.Last()
		for range 10 {
			for range 3 {
				p.Data("/orgs/o1/stats/mxedges", `{}`)
				synctest.Wait()
			}
			pass(time.Second)
		}
		last := time.Now().Add(-time.Second)
		if f := r.Feed.Feed(); f.Rate < 3 || f.Rate > 3.1 || !f.Last.Equal(last) || f.Total != 31 || f.Failed != 0 {
			t.Errorf("%+v, last at %s", f, last)
		}
		hold := make(chan struct{})
		r.sink.set(func(s *recorder) { s.hold = hold })
		for range 8 {
			p.Data("/orgs/o1/stats/mxedges", `{}`)
			synctest.Wait()
		}
		r.expect(t, event.FeedUp, "1 channel; 3 messages dropped: more arrived than could be processed")
		if f := r.Feed.Feed(); f.Failed != 3 {
			t.Errorf("%+v", f)
		}
		close(hold)
		pass(time.Minute)
		if f := r.Feed.Feed(); f.Rate != 0 || f.Total != 39 {
			t.Errorf("%+v", f)
		}
		r.finish(t)
	})
}

func TestAGapIsToldOnceWithItsTimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, nil, "s1")
		pass(time.Hour)
		cut := time.Now()
		r.cloud.Set(func(c *streamtest.Cloud) { c.DialErr = syscall.ECONNREFUSED })
		r.cloud.Last().Cut(nil)
		synctest.Wait()
		if f := r.Feed.Feed(); f.State != event.FeedDown || !strings.HasPrefix(f.Detail, "reconnecting in ") || !strings.HasSuffix(f.Detail, "s: the connection was cut") {
			t.Errorf("%+v", f)
		}
		pass(4 * time.Minute)
		if f := r.Feed.Feed(); f.State != event.FeedDown || !strings.HasSuffix(f.Detail, ": "+host+" refuses connections") {
			t.Errorf("%+v", f)
		}
		// The cloud is there again, and silent: nothing is whole before all answers.
		r.cloud.Set(func(c *streamtest.Cloud) { c.DialErr, c.Answer = nil, func(string) string { return "" } })
		for len(r.cloud.Peers()) == 1 {
			pass(time.Second)
		}
		r.expect(t, event.FeedDown, "reconnecting: "+host+" refuses connections")
		if got := r.sink.allGaps(); len(got) > 0 {
			t.Fatalf("reported too early: %+v", got)
		}
		r.cloud.Set(func(c *streamtest.Cloud) { c.Answer = streamtest.Ack })
		for len(r.cloud.Peers()) == 2 {
			pass(time.Second)
		}
		r.expect(t, event.FeedUp, "3 channels")
		pass(time.Hour)
		got := r.sink.allGaps()
		if len(got) != 1 || !got[0].from.Equal(cut) || got[0].reason != "the connection was cut" {
			t.Fatalf("reported %+v, cut at %s", got, cut)
		}
		if d := got[0].to.Sub(cut); d < 4*time.Minute || d > 10*time.Minute {
			t.Errorf("it lasted %s", d)
		}
		r.finish(t)
	})
}

func TestGapsThatComeWhileOneIsFilledBecomeOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, nil)
		hold := make(chan struct{})
		r.sink.set(func(s *recorder) { s.hold = hold })
		pass(time.Minute)
		var cuts []time.Time
		for i := range 3 {
			cuts = append(cuts, time.Now())
			r.cloud.Last().Cut(nil)
			for len(r.cloud.Peers()) == i+1 {
				pass(time.Second)
			}
			pass(time.Minute)
		}
		ended := time.Now().Add(-time.Minute)
		close(hold)
		synctest.Wait()
		got := r.sink.allGaps()
		if len(got) != 2 || !got[0].from.Equal(cuts[0]) || !got[1].from.Equal(cuts[1]) || got[1].to.After(ended) || got[1].to.Before(cuts[2]) {
			t.Errorf("reported %+v, cut at %v, complete again at %s", got, cuts, ended)
		}
		r.finish(t)
	})
}

func TestARefusedTokenIsSaidAndTheFeedWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, nil, "s1")
		pass(time.Minute)
		r.cloud.Set(func(c *streamtest.Cloud) {
			c.Refuse = func(_ int, w http.ResponseWriter, _ *http.Request) bool {
				http.Error(w, `{"detail":"Invalid token\u001b[2J sesame"}`, http.StatusUnauthorized)
				return true
			}
		})
		r.cloud.Last().Cut(nil)
		pass(time.Hour)
		heads, _ := r.cloud.Upgrades()
		if len(heads) != 2 {
			t.Errorf("refused, it was tried %d times", len(heads)-1)
		}
		r.expect(t, event.FeedError, "token refused: "+host+" answered 401: Invalid token[2J <secret>; it needs a new one")
		if got := r.sink.allGaps(); len(got) > 0 {
			t.Errorf("nothing is complete, and a gap was reported: %+v", got)
		}
		r.stop()
		if err := <-r.ended; err != nil {
			t.Error(err)
		}
	})
}

// The supervisor makes another feed once there is a new token.
func TestAFeedThatGoesOnForAnotherTellsTheWholeGap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first := start(t, nil)
		pass(time.Minute)
		if since, why := first.Missing(); !since.IsZero() || why != "" {
			t.Errorf("all is whole, and it misses something since %s: %s", since, why)
		}
		cut := time.Now()
		first.cloud.Set(func(c *streamtest.Cloud) {
			c.Refuse = func(_ int, w http.ResponseWriter, _ *http.Request) bool {
				w.WriteHeader(http.StatusUnauthorized)
				return true
			}
		})
		first.cloud.Last().Cut(nil)
		pass(time.Hour)
		first.stop()
		if err := <-first.ended; err != nil {
			t.Error(err)
		}
		second := start(t, func(o *Options) { o.Since, o.Why = first.Missing() })
		pass(time.Minute)
		want := gap{from: cut, to: cut.Add(time.Hour), reason: "the connection was cut"}
		if got := second.sink.allGaps(); len(got) != 1 || got[0] != want {
			t.Errorf("reported %+v, want %+v", got, want)
		}
		if since, _ := second.Missing(); !since.IsZero() {
			t.Errorf("reported, and it misses something since %s", since)
		}
		second.finish(t)
	})
}

func TestARefusedChannelIsSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, nil)
		r.cloud.Set(func(c *streamtest.Cloud) {
			c.Answer = func(channel string) string {
				if strings.HasSuffix(channel, "devices") {
					return streamtest.Ack(channel)
				}
				return `{"event":"subscribe_failed","channel":"` + channel + `","detail":"no access"}`
			}
		})
		r.Watch([]string{"s1"})
		synctest.Wait()
		r.expect(t, event.FeedUp, "3 channels; 1 channel refused: /sites/s1/stats/clients: no access")
		r.Watch([]string{"s1", "s2"})
		synctest.Wait()
		r.expect(t, event.FeedUp, "5 channels; 2 channels refused, the first /sites/s1/stats/clients: no access")
		// While there is no connection, that is what counts.
		r.cloud.Last().Cut(nil)
		synctest.Wait()
		if f := r.Feed.Feed(); !strings.HasSuffix(f.Detail, ": the connection was cut") {
			t.Errorf("cut, it says %q", f.Detail)
		}
		r.finish(t)
	})
}

func TestMoreSitesThanCanBeFollowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sites := make([]string, 12)
		for i := range sites {
			sites[i] = fmt.Sprintf("s%02d", i)
		}
		r := start(t, func(o *Options) { o.Stream.ChannelsPerLink = 2 }, sites...)
		r.expect(t, event.FeedUp, "20 channels on 10 connections; cannot add 1 channels to 20: the limit is 20")
		r.Watch(sites[:3])
		synctest.Wait()
		if n := len(r.names()); n != 7 {
			t.Errorf("with three sites %d channels", n)
		}
		r.finish(t)
	})
}

func TestWrongOptionsAreRefused(t *testing.T) {
	good := Options{Source: "a", OrgID: "o", Sink: &recorder{}, Stream: mist.StreamConfig{URL: "wss://x", Authorize: mist.StreamToken("t")}}
	if _, err := New(good); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*Options){
		"no organization": func(o *Options) { o.OrgID = "" },
		"no sink":         func(o *Options) { o.Sink = nil },
		"no address":      func(o *Options) { o.Stream.URL = "" },
		"odd channel":     func(o *Options) { o.Extra = []string{"devices"} },
		"odd placeholder": func(o *Options) { o.Extra = []string{"/sites/:site_id/devices"} },
	} {
		o := good
		spoil(&o)
		if _, err := New(o); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}
