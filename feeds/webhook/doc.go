// Package webhook is the listener: the HTTP server that Juniper Mist's
// webhooks and the Junos agent post to.
//
// Callers may rely on this: a request is answered 200 only after its record
// was appended to the log; a request that was turned away leaves a record too,
// with the reason, as long as the allowance for refusals lasts, and is counted
// after that; nothing that a sender does can hold more memory, connections or
// time than the Options say; and a delivery with a right signature is never
// turned away because of what others behind the same address did.
//
// Before the answer only what decides it is looked at: the signature over the
// bytes received, their size, and that they are JSON with a topic and a list
// of events. Decoding is the projector's work.
package webhook
