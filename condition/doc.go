// Package condition knows what can be wrong with a device or a network, and come
// right again: the kinds of conditions, which types of events begin and end them,
// and which object (a neighbor, a port, a slot) each is about. It is one table for
// all three vocabularies: Mist's device events, Mist's alarms and the event ids of
// Junos, so that a kind has one name, one sentence and one severity.
//
// Callers may rely on this: two events name their object alike whether they do it
// in fields or in words, and however they spell it. What an event does not name
// is empty, never guessed: triage has a rule for that.
package condition
