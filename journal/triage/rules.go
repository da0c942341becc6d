package triage

import "time"

// Rules are the thresholds triage decides by. The zero value is not useful; start from
// DefaultRules.
type Rules struct {
	// ReopenWithin is how long after its end a condition that begins again reopens its
	// alert, with one more flap, and makes no new one.
	ReopenWithin time.Duration
	// OneShotFor is how long an alert made from a one-shot stays unresolved after it
	// was last seen, because nothing reports its end. A signal can ask for another
	// time.
	OneShotFor time.Duration
	// RestartFor is the same for a restart whose outage nobody has reported.
	RestartFor time.Duration
	// TestFor is the same for an alert of test events, whatever their type.
	TestFor time.Duration
	// SameWithin is how far apart two reports of the same beginning, or of the same
	// end, may be: the cloud's up/down event and its alarm about it. The earlier time
	// then counts, whichever arrives first.
	SameWithin time.Duration
	// MaxAhead is how far ahead of its arrival the time of an event may be. Beyond
	// that the event is taken to have happened when it arrived, so that one wrong
	// clock cannot make every later event of the condition look old.
	MaxAhead time.Duration
	// MaxCached is how many alerts are kept in memory. Others are asked for through
	// Lookup, so the number changes speed and memory, never a decision.
	MaxCached int
	// MaxOrphanResolves is of how many conditions an orphan resolve is remembered.
	// Beyond it no new ones are.
	MaxOrphanResolves int
}

// DefaultRules returns the rules that foghorn uses.
func DefaultRules() Rules {
	return Rules{
		ReopenWithin:      15 * time.Minute,
		OneShotFor:        time.Hour,
		RestartFor:        15 * time.Minute,
		TestFor:           10 * time.Minute,
		SameWithin:        5 * time.Minute,
		MaxAhead:          10 * time.Minute,
		MaxCached:         20_000,
		MaxOrphanResolves: 65_536,
	}
}
