package webhook

import (
	"net/netip"
	"sync"
)

// places limits how many of something are held at once, in total and per peer.
// Some are reserved for this machine, so that local programs get in when others
// have taken the rest.
type places struct {
	total, kept, perPeer int

	mu     sync.Mutex
	used   int
	others int // of them, by other machines
	byPeer map[netip.Prefix]int
}

func newPlaces(total, perPeer int) *places {
	return &places{total: total, kept: total / 16, perPeer: perPeer, byPeer: map[netip.Prefix]int{}}
}

// holder is who holds a place.
type holder struct {
	key     netip.Prefix // what counts as one peer
	bounded bool         // the limit per peer applies to it
	here    bool         // it may use the reserved places
}

// peerKey identifies a peer: an IPv4 address, or the /48 that one site of an IPv6
// network usually has.
func peerKey(a netip.Addr) netip.Prefix {
	bits := 32
	if a.Is6() {
		bits = 48
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return p
}

// holderAt returns the holder at an address. Loopback, and proxies, which pass on the
// posts of many senders, have no limit of their own.
func (l *Listener) holderAt(a netip.Addr) holder {
	return holder{key: peerKey(a), bounded: !a.IsLoopback() && !isTrusted(a, l.o.TrustedProxies), here: a.IsLoopback()}
}

// enter takes a place if there is one. crowded says that the peer itself holds
// as many as it may.
func (p *places) enter(g holder) (ok, crowded bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if g.bounded && p.byPeer[g.key] >= p.perPeer {
		return false, true
	}
	if p.used >= p.total || !g.here && p.others >= p.total-p.kept {
		return false, false
	}
	p.used++
	if !g.here {
		p.others++
	}
	p.byPeer[g.key]++
	return true, false
}

// leave gives a place back.
func (p *places) leave(g holder) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.used--
	if !g.here {
		p.others--
	}
	if p.byPeer[g.key]--; p.byPeer[g.key] <= 0 {
		delete(p.byPeer, g.key)
	}
}

// held is how many places a peer has.
func (p *places) held(g holder) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.byPeer[g.key]
}

// count is how many places are taken.
func (p *places) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.used
}
