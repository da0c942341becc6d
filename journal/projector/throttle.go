package projector

import "time"

// Beyond floodRate records a second the view does not chase every commit: it could not
// keep up for long, and the processor time is what senders wait for. Up to that rate,
// twice what an organization of thousands of sites sends, an event is in the view
// within a fraction of a second.
const (
	floodRate  = 4000
	rateWindow = 200 * time.Millisecond // shorter, and a burst looks like a flood
	// In a flood the pause is floodRest times what the slice took, and at least
	// floodPause times the usual one: about a tenth of one processor.
	floodRest  = 9
	floodPause = 4
)

// floodThrottle decides how long to pause between two slices while records keep
// coming, by how fast they come.
type floodThrottle struct {
	since   time.Time
	end     int64
	flooded bool
}

// pause returns the pause after a slice that took so long, at now, with the log ending
// at end.
func (p *floodThrottle) pause(usual, took time.Duration, now time.Time, end int64) time.Duration {
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
