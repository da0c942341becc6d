// Package relaytest has stand-ins for the services that relays send to, and a loop that
// drives a destination against one.
//
// Callers may rely on this: a stand-in enforces what its service documents (sizes,
// counts, content types, credentials, rates) and answers as the service does, refusals
// included. It keeps what it accepted, in order, and is safe for concurrent use. It can
// be told to fail: see [Faults]. Tests use the stand-ins, and people who try the program.
package relaytest
