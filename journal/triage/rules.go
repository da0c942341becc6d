package triage

import "time"

// Rules are the thresholds triage decides by. The zero value is not useful;
// start from DefaultRules.
type Rules struct {
	// ReopenWithin is how long after its end a condition that begins again is
	// the same alert, with one more flap, and not a new one.
	ReopenWithin time.Duration
	// HappensFor is how long an alert made from a one-off stays unresolved
	// after it was last seen: nothing will ever tell that it is over. A signal
	// can ask for another time of its own.
	OneShotFor time.Duration
	// RestartFor is the same for a restart whose outage nobody told.
	RestartFor time.Duration
	// Echo is how far apart two tellings of the same beginning, or of the same
	// end, may be: the cloud's up/down event, and its alarm about it. The
	// earlier one is then believed, whichever came first.
	SameWithin time.Duration
	// Ahead is how far ahead of its arrival an event may claim to be. One that
	// claims more is taken to have happened when it arrived, so that one
	// broken clock cannot make every later word on the condition look old.
	MaxAhead time.Duration
	// Hold is how many alerts are kept in memory. Others are asked for through
	// Lookup, so the number changes speed and memory, never a decision.
	MaxCached int
	// Recoveries is of how many conditions an end that no alert tells is
	// remembered (see Recovery). Beyond it no new ones are.
	MaxOrphanResolves int
}

// DefaultRules returns what foghorn uses when it is told nothing else.
func DefaultRules() Rules {
	return Rules{
		ReopenWithin: 15 * time.Minute,
		OneShotFor:   time.Hour,
		RestartFor:   15 * time.Minute,
		SameWithin:         5 * time.Minute,
		MaxAhead:        10 * time.Minute,
		MaxCached:         20_000,
		MaxOrphanResolves:   65_536,
	}
}
