// Package mist is the Mist cloud as an outsider sees it: its regions, its
// webhook signatures and payloads, and Mist's own definitions of event and
// alarm types. It knows nothing of this program.
//
// Everything that reads bytes from outside is bounded: nesting by MaxDepth,
// events by MaxEvents, a topic by MaxTopic. No function panics on any input,
// and none keeps a reference to the bytes it was given unless it says so.
package mist
