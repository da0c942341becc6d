package mistsim

import (
	"slices"
	"time"
)

// What a request of the API leads to a while later, such as a device that comes back from
// a restart. While Run is at work it happens on the timeline, as fast as the story goes;
// otherwise when its time has come and somebody asks.

// consequence is one step of it.
type consequence struct {
	after time.Duration
	at    time.Time // where no story is told
	do    func(*world)
}

// unfold puts a step down for a moment after this one. The cloud's lock is held.
func (q *call) unfold(after time.Duration, do func(*world)) {
	q.pending = append(q.pending, consequence{after, q.now.Add(after), do})
}

// takeUp puts what requests led to on Run's timeline. The cloud's lock is held.
func (c *Cloud) takeUp() {
	for _, p := range c.pending {
		c.tl.at(c.tl.now+p.after, func() { p.do(c.world) })
	}
	c.pending = nil
}

// catchUp does what is due, where no story is told.
func (q *call) catchUp() {
	if q.running.Load() {
		return
	}
	now := q.now
	slices.SortStableFunc(q.pending, func(a, b consequence) int { return a.at.Compare(b.at) })
	for len(q.pending) > 0 && !q.pending[0].at.After(now) {
		p := q.pending[0]
		q.pending = q.pending[1:]
		q.now = p.at
		q.beside(p.do)
	}
	q.now = now
}

// How long a device that restarts is there, and then away, in the time of the story.
const (
	restartsAfter = 2 * time.Second
	restartTakes  = 28 * time.Second
	bounceTakes   = 3 * time.Second
)

// restart takes a device down and brings it back, with what reaches the network through
// it: what a switch powers starts anew, what is behind a gateway is only cut off.
func (q *call) restart(d *Device) {
	q.beside(func(w *world) { w.event(d, "RESTART_BY_USER", func(e *deviceEvent) { e.Reason = "user_restart" }) })
	if held := q.world.busy[d.MAC]; !held {
		q.world.busy[d.MAC] = true
		q.unfold(restartsAfter+2*restartTakes, func(w *world) { delete(w.busy, d.MAC) })
	}
	back := restartsAfter + restartTakes + time.Duration(hashed(d.MAC)%15)*time.Second
	q.unfold(restartsAfter, func(w *world) { w.down(d) })
	q.unfold(back, func(w *world) { w.up(d, "user_restart") })
	behind, reason := q.world.carriedBy(d)
	if len(behind) == 0 {
		return
	}
	q.unfold(restartsAfter+time.Second, func(w *world) { w.down(behind...) })
	q.unfold(back+4*time.Second, func(w *world) {
		for _, o := range behind {
			w.up(o, reason)
		}
	})
}

// carriedBy returns what reaches the network through a device, and why it restarts with
// it; empty when it does not.
func (w *world) carriedBy(d *Device) (behind []*Device, reason string) {
	switch d.Type {
	case Switch:
		return w.behind(d), "power_cycle"
	case Gateway:
		return slices.DeleteFunc(slices.Clone(w.siteOf(d).Devices), func(o *Device) bool { return o == d }), ""
	}
	return nil, ""
}

// bounce takes ports down and up again.
func (q *call) bounce(d *Device, ports []string) {
	tell := func(up bool) func(*world) {
		return func(w *world) {
			for _, p := range ports {
				w.port(d, p, up)
			}
		}
	}
	q.beside(tell(false))
	q.unfold(bounceTakes, func(w *world) {
		if d.Connected {
			tell(true)(w)
		}
	})
}
