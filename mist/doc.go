// Package mist speaks with the Mist cloud: its regions, its REST API within the
// budget of a token, its stream, its webhook signatures and payloads, and Mist's
// own definitions of event and alarm types. It knows nothing of this program.
//
// Everything that reads bytes from outside is bounded: nesting by MaxDepth,
// events by MaxEvents, a topic by MaxTopic, an answer by 16 MiB and a million
// values, and a list by a thousand pages. No function panics on any input, and
// none keeps a reference to the bytes it was given unless it says so. No error
// holds a token, a password or a query, and neither does a printed Client.
package mist
