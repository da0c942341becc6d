package projector

import "time"

// Beyond floodRate records a second the view is not chased any more: it could
// not keep up for long, and what it takes of the processor is time that senders
// wait for their answer. Up to it, which is twice what an organisation of
// thousands of sites sends, an event is in the view within a fraction of a
// second (design section 10 asks for a second at 2,000).
const (
	floodRate  = 4000
	rateWindow = 200 * time.Millisecond // shorter, and a burst looks like a flood
	// In a flood the pause is so many times what the slice took, and at least
	// so many times the usual one: about a tenth of one processor.
	floodRest  = 9
	floodPause = 4
)

// pace decides how long to rest between two slices while records keep coming,
// by how fast they come.
type pace struct {
	since   time.Time
	end     int64
	flooded bool
}

// pause returns the rest after a slice that took so long, at now, with the log
// ending at end.
func (p *pace) pause(usual, took time.Duration, now time.Time, end int64) time.Duration {
	switch window := now.Sub(p.since); {
	case p.since.IsZero():
		p.since, p.end = now, end
	case window >= rateWindow:
		p.flooded = float64(end-p.end) > floodRate*window.Seconds()
		p.since, p.end = now, end
	}
	if !p.flooded {
		return usual
	}
	return max(floodPause*usual, floodRest*took)
}
