package stream

import (
	"time"

	"foghorn/mist"
)

// gap is a time span in which messages may be missing.
type gap struct {
	from, to time.Time
	reason   string
}

// gaps joins what several connections lose at about the same time into one gap.
type gaps struct {
	lost map[int]gap // by connection, without an end yet
	open gap         // of connections that are back, while others are not
}

// change notes a change of a connection, and returns the gap that ended with it.
func (g *gaps) change(k mist.Link) (gap, bool) {
	was, missing := g.lost[k.Number]
	switch k.State {
	case mist.LinkWaiting, mist.LinkRefused:
		if !k.Lost.IsZero() && !missing {
			g.lose(k.Number, gap{from: k.Lost, reason: k.Why})
		}
		return gap{}, false
	case mist.LinkReady, mist.LinkIdle:
		if !missing {
			return gap{}, false
		}
	default:
		return gap{}, false
	}
	delete(g.lost, k.Number)
	was.to = k.At
	g.open = g.open.with(was)
	if len(g.lost) > 0 {
		return gap{}, false
	}
	ended := g.open
	g.open = gap{}
	return ended, true
}

func (g *gaps) lose(number int, lost gap) {
	if g.lost == nil {
		g.lost = map[int]gap{}
	}
	g.lost[number] = lost
}

// missing is the gap that has not ended yet.
func (g *gaps) missing() gap {
	all := g.open
	for _, lost := range g.lost {
		all = all.with(lost)
	}
	return all
}

// with joins two gaps. The reason of the earlier one stays.
func (g gap) with(o gap) gap {
	switch {
	case o.from.IsZero():
		return g
	case g.from.IsZero():
		return o
	case o.from.Before(g.from):
		g.from, g.reason = o.from, o.reason
	}
	if o.to.After(g.to) {
		g.to = o.to
	}
	return g
}
