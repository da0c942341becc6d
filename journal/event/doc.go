// Package event is the domain: the types that every other package shares.
//
// It holds plain data: no I/O, no clock, and no imports of this module but small
// helpers, so that triage, the store, the screen and the relays can use it without
// depending on each other. The JSON names are what commands print, and the
// columns of the view follow them; docs/JOURNAL.md lists both.
package event
