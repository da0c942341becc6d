// Package event is the domain: the words every other room speaks.
//
// It holds plain data with no I/O, no clock and no import of ours, so that
// triage, the store, the screen and the relays can all stand on it without
// standing on each other. JSON names are the ones of the records page of the
// design and are what commands print; columns of the view follow them.
package event
