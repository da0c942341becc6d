// Package relay sends events and alerts to where a team already looks: a chat, a
// ticket system, a log store. One sender serves every kind of destination; a
// destination says its limits, encodes what is due and judges answers.
//
// Callers may rely on this: what a relay's query chooses arrives at least once, and in
// order within an alert. A backlog is a position in the journal, so that a destination
// that is down costs nothing but time. What a destination refuses is kept and listed.
// A recovery is sent if its alert was. A rebuild of the view sends nothing.
package relay
