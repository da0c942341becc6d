// Package priority ranks events by the rules of the people who run foghorn: a level
// from 1 to 4 by topic and event id, with sub-priorities by the event's text, and
// filters. The levels are those of the Junos plugin that devices may already be set up
// for (see docs/integrations.md).
//
// Rules are pure and do not change once compiled, so any number of goroutines may use
// them; Live holds the rules in force and lets them be replaced. They are applied
// between decoding and triage, to every new event, so that a rebuild of the view
// applies today's rules to all of history.
//
// Callers may rely on this: no rule keeps an alert open. An event that ends a condition
// still ends it, however low it is ranked, and is stored with its alert.
package priority
