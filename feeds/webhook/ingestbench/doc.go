// Package ingestbench measures how fast deliveries are acknowledged, side by
// side with the least that any receiver must do: a bare net/http handler that
// checks the HMAC and answers, storing nothing
// (docs/PERFORMANCE.md, Ingestion).
//
// Both are driven by the same client, over loopback, in one run, turn and turn
// about, because on a shared machine only the ratio of neighboring rounds
// says anything. The client shares the processors with the server, so it is
// made cheap: requests are signed beforehand and answers are hardly parsed.
// The caller brings the stack that is measured, so that this package knows
// neither the store nor the projector.
package ingestbench
