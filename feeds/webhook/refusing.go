package webhook

import (
	"net/netip"
	"sync"
	"time"

	"foghorn/journal/event"
)

// When a source counts as refused. Anybody can post rubbish to a path, so a single
// refusal says nothing about a healthy source:
//
//   - Only posts that look like the vendor's count: those that carry a signature
//     of the source's kind, and unsigned ones whose body is a delivery.
//   - A source without any accepted delivery is refused from the first such post on.
//   - Otherwise three in a row must come from addresses that accepted deliveries came
//     from, and no accepted one for three times as long as it usually takes, which
//     counts as five seconds at least and a minute at most. The true sender with a
//     wrong secret gets there with its third post or soon after; a stranger beside
//     good deliveries does not.
//   - Posts from other addresses count once nothing was accepted for otherSendersAfter,
//     or longer where three usual pauses are longer: then the sender has moved.
//
// The first accepted delivery ends it.
const (
	refusedInRow      = 3
	usualPauses       = 3
	shortestQuiet     = 5 * time.Second
	longestQuiet      = time.Minute
	otherSendersAfter = time.Hour
	// raiseAgain bounds how often a sender of right and wrong posts in turn can
	// make a source refused.
	raiseAgain = 15 * time.Second
	// maxSenders bounds the addresses of a source that are remembered.
	maxSenders = 64
)

// refusing tracks whether the deliveries of a source's sender are refused.
type refusing struct {
	mu      sync.Mutex
	senders map[netip.Addr]struct{} // that accepted deliveries came from
	latest  netip.Addr
	last    time.Time     // of the last accepted delivery; zero when there was none
	pause   time.Duration // between accepted deliveries, smoothed; 0 when not known

	count  int64 // refused since the last accepted one
	known  int64 // of them, those from addresses of senders
	since  time.Time
	until  time.Time // of the last of them
	brief  string
	cause  string
	raised bool
	raise  time.Time // when it was raised last
}

// accepted counts a stored delivery.
func (r *refusing) accepted(now time.Time, from netip.Addr) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if gap := now.Sub(r.last); !r.last.IsZero() && gap >= 0 {
		if r.pause == 0 {
			r.pause = gap
		}
		r.pause += (gap - r.pause) / 8
	}
	r.last = now
	r.count, r.known, r.raised, r.brief, r.cause = 0, 0, false, "", ""
	if from != r.latest {
		r.latest = from
		r.learn(from)
	}
}

// learn remembers a sender; r.mu is held.
func (r *refusing) learn(from netip.Addr) {
	if r.senders == nil {
		r.senders = make(map[netip.Addr]struct{})
	}
	if _, known := r.senders[from]; !known && len(r.senders) >= maxSenders {
		for old := range r.senders { // any: a sender that is still there comes back
			delete(r.senders, old)
			break
		}
	}
	r.senders[from] = struct{}{}
}

// refused counts a refused post that looks like the vendor's.
func (r *refusing) refused(now time.Time, from netip.Addr, brief, cause string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.count == 0 {
		r.since = now
	}
	r.count++
	if _, known := r.senders[from]; known {
		r.known++
	}
	r.until, r.brief, r.cause = now, brief, cause
	r.judge(now)
}

// judge raises what holds; r.mu is held.
func (r *refusing) judge(now time.Time) {
	if !r.raised && r.holds(now) && (r.raise.IsZero() || now.Sub(r.raise) >= raiseAgain || now.Before(r.raise)) {
		r.raised, r.raise = true, now
	}
}

// holds applies the rules above; r.mu is held.
func (r *refusing) holds(now time.Time) bool {
	if r.last.IsZero() {
		return r.count > 0
	}
	usual := usualPauses * r.pause
	switch {
	case r.known >= refusedInRow && now.Sub(r.last) >= min(max(usual, shortestQuiet), longestQuiet):
		return true
	case r.count >= refusedInRow && r.until.Sub(r.last) >= max(usual, otherSendersAfter): // who has to go on posting for it
		return true
	}
	return false
}

// Refusal is the state of a source: whether its sender's deliveries are refused.
type Refusal struct {
	Source string
	// Refused says that the sender's deliveries are refused; the rest but
	// Accepted is about that.
	Refused  bool
	Lasting  bool  // it was more than a post or two
	Count    int64 // in a row
	Since    time.Time
	Brief    string    // the cause in a few words: "secret differs"
	Cause    string    // the cause of the last one, and the likely fix
	Accepted time.Time // when the last delivery was accepted; zero when never
}

func (r *refusing) read(source string, now time.Time) Refusal {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.judge(now)
	out := Refusal{Source: source, Accepted: r.last}
	if r.raised {
		out.Refused, out.Lasting = true, r.count >= refusedInRow
		out.Count, out.Since, out.Brief, out.Cause = r.count, r.since, r.brief, r.cause
	}
	return out
}

// show puts the state into the source's feed.
func (r *refusing) show(f *event.Feed, now time.Time) {
	s := r.read("", now)
	if !s.Refused {
		return
	}
	f.State, f.Since, f.Refused, f.Brief, f.Detail = event.FeedRefused, s.Since, s.Count, s.Brief, s.Cause
}

// Refusals returns the state of each source.
func (l *Listener) Refusals() []Refusal {
	out := make([]Refusal, 0, len(l.sources))
	for _, s := range l.sources {
		out = append(out, s.refusing.read(s.Name, l.o.Clock.Now()))
	}
	return out
}

// Past is what an earlier run of the listener, or the journal, knows about a source.
type Past struct {
	Last    time.Time    // when a delivery was last accepted; zero when never
	Senders []netip.Addr // of accepted deliveries
	Refusal Refusal      // the state at the end of that run, if it was refused
}

// Restore restores the state of sources, by name. What happened since the start
// takes precedence.
func (l *Listener) Restore(past map[string]Past) {
	for _, s := range l.sources {
		p, ok := past[s.Name]
		if !ok {
			continue
		}
		s.meter.restore(p.Last)
		r := &s.refusing
		r.mu.Lock()
		if p.Last.After(r.last) {
			r.last = p.Last
		}
		for _, a := range p.Senders[:min(len(p.Senders), maxSenders)] {
			r.learn(a)
		}
		if n := p.Refusal; n.Refused && r.count == 0 && !r.last.After(n.Since) {
			r.raised, r.count, r.known, r.since, r.until, r.brief, r.cause = true, n.Count, n.Count, n.Since, n.Since, n.Brief, n.Cause
		}
		r.mu.Unlock()
	}
}
