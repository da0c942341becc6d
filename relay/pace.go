package relay

import "time"

// pace keeps requests within the rates of a service: at most so many in any span of
// that length. It remembers the times of what was sent.
type pace struct {
	rates []Rate
	all   []time.Time            // oldest first
	by    map[string][]time.Time // by channel
}

func newPace(rates []Rate) *pace { return &pace{rates: rates, by: map[string][]time.Time{}} }

// next is when a request to a channel may go; the zero time when it may go now.
func (p *pace) next(channel string, now time.Time) time.Time {
	at, _ := p.limit(channel, now)
	return at
}

// limit is next with the name of the rate that a request has to wait for longest.
func (p *pace) limit(channel string, now time.Time) (at time.Time, name string) {
	for _, r := range p.rates {
		times := p.all
		if r.Channel {
			times = p.by[channel]
		}
		if len(times) < r.Count {
			continue
		}
		if free := times[len(times)-r.Count].Add(r.Per); free.After(now) && free.After(at) {
			at, name = free, r.Name
		}
	}
	return at, name
}

// sent notes a request.
func (p *pace) sent(channel string, at time.Time) {
	p.all = p.keep(append(p.all, at), false)
	p.by[channel] = p.keep(append(p.by[channel], at), true)
}

// keep drops what no rate needs any more.
func (p *pace) keep(times []time.Time, channel bool) []time.Time {
	most := 0
	for _, r := range p.rates {
		if r.Channel == channel {
			most = max(most, r.Count)
		}
	}
	if extra := len(times) - most; extra > 0 {
		copy(times, times[extra:])
		times = times[:most]
	}
	return times
}
