// Package condition knows the kinds of conditions of devices and networks, which types
// of events begin and end each, and which object (a neighbor, a port, a slot) each is
// about. One table serves all three vocabularies (Mist's device events, Mist's alarms,
// Junos event ids), so that a kind has one name, one sentence and one severity.
//
// Callers may rely on this: the same object gets the same name, whether an event gives
// it in fields or in text, and however it is spelled. An object that an event does not
// name is empty and never guessed: triage has a rule for it.
package condition
