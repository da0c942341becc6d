// Package mist is a client for the Mist cloud. It covers the regions, the REST
// API within a token's hourly budget, the WebSocket stream, webhook signatures
// and payloads, and Mist's definitions of event and alarm types. It depends on
// nothing else in this program.
//
// Everything that reads bytes from outside has limits: MaxDepth for nesting,
// MaxEvents for events, MaxTopic for a topic, 16 MiB and a million values for a
// response, a thousand pages for a list. No function panics on any input, and
// none keeps a reference to its input unless its comment says so. Errors and a
// printed Client never contain a token, a password or a query.
package mist
