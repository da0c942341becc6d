package mistsim

import (
	"context"
	"time"
)

// How long frequent topics gather before they are sent (docs/mist-api.md,
// Webhook delivery: under about five seconds); longer in the history, which is
// told in one breath.
const (
	gatherLive = 1500 * time.Millisecond
	gatherPast = 2 * time.Minute
)

// maxLag is how far the story may fall behind the clock, or the clock behind
// the story, before it goes on from the present instead of catching up: after a
// laptop slept, nobody wants eight hours of story at once.
const maxLag = 30 * time.Second

// emit runs the timeline until ctx ends.
func (c *Cloud) emit(ctx context.Context) error {
	c.begin()
	for {
		at, _ := c.tl.next() // never empty: habits go on forever
		if err := c.await(ctx, at); err != nil {
			return err
		}
		posts, err := c.step(c.tl, c.wall(at), false)
		if err != nil {
			return err
		}
		if err := c.post(ctx, posts); err != nil {
			return err
		}
	}
}

// begin puts down the history, the habits and the first round.
func (c *Cloud) begin() {
	c.mu.Lock()
	defer c.mu.Unlock()
	past := -c.options.History
	c.start = c.clock.Now().Truncate(time.Millisecond)
	c.tl.now = past
	c.world.now = c.wall(past)
	c.populate()
	c.tl.at(past, c.hello)
	for _, h := range habits {
		c.repeat(h, past)
	}
	c.gather(past)
	if past < 0 {
		c.emitPast(past)
	}
	c.tl.at(0, c.round)
	// A first screen without scores would look broken.
	c.tl.at(time.Second, c.world.allScores)
}

// hello is the ping a webhook sends when it is tried out.
func (c *Cloud) hello() {
	w := c.world
	w.emit("ping", ping{SiteID: noSite, ID: c.hooks.ownID(), Name: "foghorn", Timestamp: w.now.Unix()})
}

// repeat lets a habit happen from a moment on.
func (c *Cloud) repeat(h habit, from time.Duration) {
	mean := h.live
	if from < 0 {
		mean = h.past
	}
	gap := mean
	if !h.exact {
		gap = c.world.between(mean/2, mean*3/2)
	}
	next := from + gap
	if from < 0 && next > 0 {
		// The present has a rhythm of its own, and begins with it.
		next = c.world.between(0, h.live)
	}
	c.tl.at(next, func() {
		h.do(c.world)
		c.repeat(h, next)
	})
}

// gather sends what has gathered, again and again.
func (c *Cloud) gather(from time.Duration) {
	gap := gatherLive
	if from < 0 {
		gap = min(gatherPast, -from)
	}
	next := from + gap
	c.tl.at(next, func() {
		c.world.out.flush()
		c.gather(next)
	})
}

// emitPast puts the stories of the history down, and one that is still open.
func (c *Cloud) emitPast(from time.Duration) {
	for _, p := range past {
		at := -time.Duration(p.minutes * float64(time.Minute))
		if s, ok := storyNamed(p.name); ok && at >= from {
			c.tl.at(at, func() { c.world.perform(c.tl, s, c.tl.now, p.scale) })
		}
	}
	off := max(from, -38*time.Minute)
	c.tl.at(off, func() {
		back := -c.tl.now.Seconds() + roundSeconds - 5
		s := story{play: func(s *scene) { coldAP(s, back) }}
		c.world.perform(c.tl, s, c.tl.now, 1)
	})
}

// round puts one round of stories down, and the round after it. The first is in
// the order of the list; the others are slower and shuffled.
func (c *Cloud) round() {
	w, scale := c.world, 1.0
	order := make([]int, len(stories))
	for i := range order {
		order[i] = i
	}
	if c.rounds > 0 {
		scale = laterRounds
		order = w.rng.Perm(len(stories))
	}
	c.rounds++
	seconds := func(s float64) time.Duration { return time.Duration(s * scale * float64(time.Second)) }
	base := c.tl.now
	for i, s := range stories {
		teller := stories[order[i]]
		c.tl.at(base+seconds(s.start), func() { w.perform(c.tl, teller, c.tl.now, 1) })
	}
	c.tl.at(base+seconds(roundSeconds), c.round)
}

// wall is the time of day of a moment of the timeline. Only the present runs
// faster with Speed; the past was as long as it was.
func (c *Cloud) wall(at time.Duration) time.Time {
	if at > 0 {
		at = time.Duration(float64(at) / c.options.Speed).Truncate(time.Microsecond)
	}
	return c.start.Add(at)
}

// await waits until the moment has come. The past has come at once.
func (c *Cloud) await(ctx context.Context, at time.Duration) error {
	for ctx.Err() == nil {
		gap := c.wall(at).Sub(c.clock.Now())
		far := maxLag + time.Duration(float64(10*time.Second)/c.options.Speed)
		if at > 0 && (gap > far || gap < -far) {
			c.start = c.start.Add(-gap)
			return nil
		}
		if at <= 0 || gap <= 0 {
			return nil
		}
		if err := pause(ctx, c.clock, gap); err != nil {
			return err
		}
	}
	return ctx.Err()
}
