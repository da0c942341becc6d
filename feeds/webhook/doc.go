// Package webhook is the listener: the HTTP server that Mist webhooks and Junos
// agents post to.
//
// Callers may rely on this:
//   - A request is answered 200 only after its record was appended to the log.
//   - A refused request leaves a record too, with the reason, within the allowance
//     for refusals. Beyond that it is counted.
//   - No sender can hold more memory, connections or time than the Options allow.
//   - A delivery with a right signature is never turned away because of what others
//     behind the same address did.
//   - Handlers of others are served beside deliveries; see Handler.
//
// Before the answer the listener looks only at what decides it: the signature over
// the bytes received, their size, and that they are JSON with a topic and a list of
// events. Decoding is the projector's work.
package webhook
