// Package priority is how much an event matters by the word of the people who
// run foghorn: a level from 1 to 4 by topic and event id, with sub-priorities by
// what the text says, and filters. It has the levels of the Junos plugin that
// devices may have been set up for before (INTEGRATIONS section 1.5).
//
// Rules are pure and do not change once compiled, so they may be used by any
// number of goroutines; Live holds the ones in force and lets them be exchanged.
// They are applied between decoding and triage, to every event that is new, so
// that a rebuild of the view applies today's rules to all of history.
//
// Callers may rely on this: no rule ever keeps an alert open. Whatever says that
// a condition is over goes on doing so, however low it is ranked, and what ended
// an alert is kept with it.
package priority
