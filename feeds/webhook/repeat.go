package webhook

import (
	"crypto/sha256"
	"fmt"
	"sync"
	"time"

	"foghorn/junos"
)

// The first Junos agents give a post neither a time nor a number, and their
// signature does not prevent a replay. Two of their posts with the same bytes can be
// one event posted twice (two policies on the device match it, a proxy retries,
// somebody replays) or two events (a link that flaps posts the same text at each
// DOWN). The second DOWN must not be a duplicate when there was an UP in between: the
// alert would stay resolved with the link down. So a post is a repeat only when it
// follows the same post directly, with no other post of that host between, within
// repeatWithin. An error then costs one count: nothing else about the host changed.
//
// A later replay counts as a new event. Only newer agents, whose posts have ids,
// are safe from that.
const repeatWithin = 10 * time.Second

// maxRepeats bounds the hosts whose last post is remembered.
const maxRepeats = 10_000

// repeats remembers the last post of each host.
type repeats struct {
	mu   sync.Mutex
	last map[string]lastPost
}

type lastPost struct {
	sum [sha256.Size]byte
	seq int64 // of its record
	at  time.Time
}

// of returns the record that a post repeats, 0 when there is none.
func (r *repeats) of(host string, sum [sha256.Size]byte, now time.Time) int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	l, ok := r.last[host]
	if !ok || l.sum != sum || now.Sub(l.at) > repeatWithin || now.Before(l.at) {
		return 0
	}
	return l.seq
}

// stored remembers a post that is on disk. A repeat does not become the one that
// is remembered: the window is that of the first.
func (r *repeats) stored(host string, sum [sha256.Size]byte, seq int64, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.last[host]; !ok && len(r.last) >= maxRepeats {
		for k, l := range r.last {
			if now.Sub(l.at) > repeatWithin {
				delete(r.last, k)
			}
		}
		if len(r.last) >= maxRepeats {
			return
		}
	}
	if r.last == nil {
		r.last = map[string]lastPost{}
	}
	r.last[host] = lastPost{sum, seq, now}
}

// posted is what is known of a Junos agent's post until it is stored.
type posted struct {
	host string // with its source
	sum  [sha256.Size]byte
}

// recognize finds out whether a post repeats the one before it. Posts with an id are
// identified by it, also much later; here they only end a row of repeats.
func (l *Listener) recognize(x *exchange, p *junos.Payload) {
	x.post = &posted{host: x.src.Name + "\x00" + p.Hostname, sum: sha256.Sum256(x.body())}
	if p.ID != "" {
		return
	}
	if seq := l.repeats.of(x.post.host, x.post.sum, x.start); seq != 0 {
		x.d.ReplayOf = seq
		x.d.Warning = join(fmt.Sprintf("the same bytes as delivery %d a moment before: a copy of it", seq), x.d.Warning)
	}
}

// remember notes a post that was stored.
func (l *Listener) remember(x *exchange, seq int64) {
	if x.post != nil && x.d.ReplayOf == 0 {
		l.repeats.stored(x.post.host, x.post.sum, seq, x.start)
	}
}
