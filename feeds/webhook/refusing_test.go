package webhook

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"foghorn/journal/event"
)

// sender posts to acme, each post some time after the one before.
type sender struct {
	*bench
	t *testing.T
}

func newSender(t *testing.T) *sender {
	s := &sender{newBench(t, twoOrgs()), t}
	s.setPhase(phaseUp, nil)
	return s
}

// cameFrom changes the address of a request.
func cameFrom(r *http.Request, address string) *http.Request {
	r.RemoteAddr = address + ":40000"
	return r
}

const (
	cloud    = "198.51.100.10"
	stranger = "203.0.113.66"
)

func (s *sender) takes(n int, every time.Duration) {
	s.t.Helper()
	for range n {
		s.clock.Advance(every)
		if w := s.do(cameFrom(signed("/mist/acme", "new", good), cloud)); w.Code != http.StatusOK {
			s.t.Fatalf("a good delivery was answered %d", w.Code)
		}
	}
}

func (s *sender) refuses(n int, every time.Duration, address, secret string) {
	for range n {
		s.clock.Advance(every)
		r := post("/mist/acme", good)
		if secret != "" {
			sign(r, secret, good)
		}
		s.do(cameFrom(r, address))
	}
}

func (s *sender) stands(what string, state event.FeedState, refused int64, brief string) {
	s.t.Helper()
	if f := s.feed(s.t, "acme"); f.State != state || f.Refused != refused || f.Brief != brief {
		s.t.Errorf("%s: acme is %s, %d refused, %q; want %s, %d, %q", what, f.State, f.Refused, f.Brief, state, refused, brief)
	}
}

func TestANewSourceWithAnotherSecretIsRefusedAtOnce(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ secret, brief string }{{"typo", "secret differs"}, {"", "not signed"}} {
		s := newSender(t)
		s.stands("before anything", event.FeedUp, 0, "")
		s.refuses(1, time.Second, cloud, tc.secret)
		s.stands("after one", event.FeedRefused, 1, tc.brief)
		if r := s.Refusals()[0]; r.Lasting || r.Source != "acme" {
			t.Errorf("after one: %+v", r)
		}
		s.refuses(5, time.Second, cloud, tc.secret)
		s.stands("after six", event.FeedRefused, 6, tc.brief)
		if r := s.Refusals()[0]; !r.Lasting || r.Count != 6 || !r.Since.Equal(start.Add(time.Second)) || !strings.Contains(r.Cause, "secret") {
			t.Errorf("after six: %+v", r)
		}
		s.takes(1, time.Second)
		s.stands("after the first accepted one", event.FeedUp, 0, "")
	}
}

// A scanner that looks around makes nothing of a source, used or not.
func TestAScannerIsNoSender(t *testing.T) {
	t.Parallel()
	s := newSender(t)
	for _, r := range []*http.Request{
		post("/mist/acme", `{"probe":1}`), post("/mist/acme", "x=1"), post("/mist/acme", ""), post("/mist/nobody", good),
	} {
		s.do(cameFrom(r, stranger))
	}
	get, _ := http.NewRequest(http.MethodGet, "/mist/acme", nil)
	s.do(cameFrom(get, stranger))
	s.stands("after a scan", event.FeedUp, 0, "")
}

// The sender whose secret was changed is known by its address, and refused after
// its third post, however long it usually pauses.
func TestAChangedSecretShowsWithTheThirdPost(t *testing.T) {
	t.Parallel()
	for _, every := range []time.Duration{100 * time.Millisecond, 10 * time.Second, time.Hour} {
		s := newSender(t)
		s.takes(20, every)
		s.refuses(2, every, cloud, "changed")
		s.stands("after two", event.FeedUp, 0, "")
		s.refuses(2, every, cloud, "changed")
		since := s.clock.Now().Add(-3 * every)
		if every < shortestQuiet {
			s.stands("after four in a moment", event.FeedUp, 0, "")
			s.clock.Advance(shortestQuiet)
		}
		s.stands("after four", event.FeedRefused, 4, "secret differs")
		if r := s.Refusals()[0]; !r.Since.Equal(since) {
			t.Errorf("since %v at %v", r.Since, s.clock.Now())
		}
		s.takes(1, every)
		s.stands("after an accepted one", event.FeedUp, 0, "")
	}
}

// Whoever else posts what looks like Mist's beside good deliveries, signed or
// not, changes nothing, not even as fast as he likes.
func TestAStrangerCannotMakeAHealthySourceRefused(t *testing.T) {
	t.Parallel()
	for _, every := range []time.Duration{time.Second, time.Minute, 10 * time.Minute} {
		s := newSender(t)
		s.takes(10, every)
		for range 50 {
			for range 40 {
				s.refuses(1, every/100, stranger, "forged")
				s.refuses(1, every/100, stranger, "")
			}
			s.stands("beside good deliveries", event.FeedUp, 0, "")
			s.takes(1, every/5)
		}
	}
	// Behind the same proxy he has the sender's address: as long as deliveries keep
	// their usual pace, his posts change nothing either.
	s := newSender(t)
	s.takes(10, time.Second)
	for range 50 {
		s.refuses(30, 30*time.Millisecond, cloud, "forged")
		s.takes(1, 100*time.Millisecond)
		s.stands("from the same address", event.FeedUp, 0, "")
	}
}

// A sender that moved is noticed too, once nothing came for long.
// Behind a proxy that is not trusted a stranger has the sender's own address. A
// word in place of a signature, on a body that is no delivery, makes no sender of him.
func TestAWordInPlaceOfASignatureIsNoSenders(t *testing.T) {
	t.Parallel()
	s := newSender(t)
	s.takes(3, time.Minute)
	for range 15 {
		s.clock.Advance(time.Second)
		r := post("/mist/acme", `{"x":1}`)
		r.Header.Set("X-Mist-Signature-V2", "deadbeef")
		s.do(cameFrom(r, cloud))
	}
	s.clock.Advance(time.Hour)
	s.stands("after a stranger's words", event.FeedUp, 0, "")
	s.refuses(3, time.Minute, cloud, "typo")
	if f := s.feed(s.t, "acme"); f.State != event.FeedRefused {
		t.Errorf("the sender's own refusals do not show: %s %q", f.State, f.Brief)
	}
}

func TestASenderFromAnotherAddress(t *testing.T) {
	t.Parallel()
	s := newSender(t)
	s.takes(10, time.Minute)
	s.refuses(50, time.Minute, stranger, "changed")
	s.stands("within the hour", event.FeedUp, 0, "")
	s.refuses(15, time.Minute, stranger, "changed")
	s.stands("after it", event.FeedRefused, 65, "secret differs")
}

func TestARestartKeepsHowASourceStands(t *testing.T) {
	t.Parallel()
	s := newSender(t)
	last := start.Add(-6 * time.Minute)
	s.Restore(map[string]Past{
		"acme":   {Last: last, Senders: []netip.Addr{netip.MustParseAddr(cloud)}},
		"globex": {Last: last, Refusal: Refusal{Refused: true, Count: 7, Since: start.Add(-time.Minute), Brief: "secret differs", Cause: "because"}},
		"gone":   {Last: last},
	})
	if f := s.feed(t, "acme"); f.State != event.FeedUp || !f.Last.Equal(last) || f.Total != 0 {
		t.Errorf("acme %+v", f)
	}
	if f := s.feed(t, "globex"); f.State != event.FeedRefused || f.Refused != 7 || f.Brief != "secret differs" || f.Detail != "because" || !f.Since.Equal(start.Add(-time.Minute)) {
		t.Errorf("globex %+v", f)
	}
	s.refuses(3, time.Second, cloud, "changed")
	s.stands("after the restart", event.FeedRefused, 3, "secret differs")
	s.refuses(3, time.Second, stranger, "changed")
	s.stands("whoever posts besides", event.FeedRefused, 6, "secret differs")
}

// What cannot be a delivery, signed by the true sender, is refused too.
func TestASignedPostThatIsNoDelivery(t *testing.T) {
	t.Parallel()
	s := newSender(t)
	s.do(cameFrom(sign(post("/mist/acme", `{"x":1}`), "new", `{"x":1}`), cloud))
	s.stands("after a signed non-delivery", event.FeedRefused, 1, "not a delivery")
}
