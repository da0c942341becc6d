package webhook

import (
	"container/list"
	"net/netip"
	"sync"
	"time"
)

// maxAddresses bounds how many addresses are remembered; the one that was
// quiet for longest is forgotten first.
const maxAddresses = 4096

// strikes counts refusals by address. An address gets a reason for perMinute
// refusals at once and again as time passes; beyond that the answer is 429.
// It decides nothing about deliveries whose signature is right: whoever shares
// an address with a misconfigured sender is not locked out with it.
type strikes struct {
	mu        sync.Mutex
	perMinute float64
	byAddr    map[netip.Prefix]*list.Element
	recent    list.List // of *striker, most recent first
}

// striker is one address: the refusals it may still be given a reason for.
type striker struct {
	key      netip.Prefix
	left     float64
	at       time.Time
	recorded time.Time // when its 429 was last put on record
	count    int64     // refusals answered 429 since then
}

// ruling is what strikes says about one refusal.
type ruling struct {
	over   bool          // answer 429
	record bool          // the first such answer in a minute: put it on record
	unsaid int64         // how many were not put on record since the last one
	wait   time.Duration // until a reason is given again
}

func newStrikes(perMinute int) *strikes {
	return &strikes{perMinute: float64(perMinute), byAddr: map[netip.Prefix]*list.Element{}}
}

// refused counts one refusal of addr.
func (s *strikes) refused(addr netip.Addr, now time.Time) ruling {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.find(addrKey(addr), now)
	if d := now.Sub(k.at); d > 0 {
		k.left = min(s.perMinute, k.left+d.Minutes()*s.perMinute)
	}
	k.at = now
	if k.left >= 1 {
		k.left--
		return ruling{}
	}
	r := ruling{over: true, wait: time.Duration((1 - k.left) / s.perMinute * float64(time.Minute))}
	k.count++
	if d := now.Sub(k.recorded); k.recorded.IsZero() || d >= time.Minute || d < 0 {
		r.record, r.unsaid = true, k.count-1
		k.recorded, k.count = now, 0
	}
	return r
}

// find returns the address, remembered or new, as the most recent one.
func (s *strikes) find(key netip.Prefix, now time.Time) *striker {
	if e, ok := s.byAddr[key]; ok {
		s.recent.MoveToFront(e)
		return e.Value.(*striker)
	}
	if s.recent.Len() >= maxAddresses {
		old := s.recent.Back()
		delete(s.byAddr, old.Value.(*striker).key)
		s.recent.Remove(old)
	}
	k := &striker{key: key, left: s.perMinute, at: now}
	s.byAddr[key] = s.recent.PushFront(k)
	return k
}

// addrKey is what counts as one address: an IPv4 address, or an IPv6 /64,
// which one host may have all to itself.
func addrKey(a netip.Addr) netip.Prefix {
	bits := 32
	if a.Is6() {
		bits = 64
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return p
}
