// Package mistsim is a simulated Mist cloud. It posts signed webhooks, and the
// posts of a Junos router, to a real listener over HTTP: for the demo and for
// tests.
//
// The parts, so that each can grow alone:
//   - org.go, build.go, names.go: the organisation, its sites, devices and clients
//   - world.go, network.go, clients.go: its state and the verbs that change it
//   - payload_*.go: webhook elements, in the shapes of Mist's own samples
//   - habits.go: the quiet baseline; stories*.go: what goes wrong, as short scripts
//   - timeline.go, cloud.go: simulated time, and running it
//   - outbox.go, poster.go, load.go: batching, signing and posting
//   - sample.go: single sample bodies for a sender
//
// Callers may rely on this: with the same seed and the same start time two
// clouds post the same bytes in the same order, however slow the listener is.
// The state is consistent: a client joins only access points that are up, a
// session ends where it began, ids and names never change meaning. Everything
// is invented; no name or address belongs to anyone.
package mistsim
