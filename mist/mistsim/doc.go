// Package mistsim is a simulated Mist cloud. It posts signed webhooks, and the
// posts of a Junos router, to a real listener over HTTP, and answers Mist's REST
// API and its stream over the same organization: for the demo and for tests.
//
// The parts, so that each can grow alone:
//   - org.go, build.go, names.go, size.go: the organization, its sites, devices and clients
//   - world.go, network.go, clients.go: its state and the verbs that change it
//   - live.go, sle.go: what moves by itself, and how well everyone is served
//   - payload_*.go: webhook elements, in the shapes of Mist's own samples
//   - habits.go: the quiet baseline; stories*.go: what goes wrong, as short scripts
//   - timeline.go, cloud.go: simulated time, and running it
//   - outbox.go, poster.go, hooks.go, load.go: batching, signing and posting
//   - memory.go: what was told, for those who ask later
//   - api.go, api_*.go: the REST API; access.go: tokens, sessions and budgets
//   - stream.go, stream_report.go: the stream; faults.go: trouble that tests order
//   - sample.go: single sample bodies for a sender
//
// Callers may rely on this: with the same seed and the same start time two
// clouds post the same bytes in the same order, however slow the listener is and
// however much is asked; what is done through the API comes on top. The state is
// consistent: a client joins only access points that are up, a session ends
// where it began, ids and names never change meaning; what a webhook tells and
// what a search finds of the same happening agree in id, time, type and address.
// Everything is invented; no name or address belongs to anyone.
//
// The API follows the vendor's document, which the tests hold against every
// route, and where that is silent the simulation decides: an unknown
// organization or site is 404, one without rights 403; searches come newest
// first unless sort=timestamp; every call counts against the budget, also
// GET /self/usage, but none that is refused for its token. Alarms about lost devices (device_down
// and its like) are found by those who ask and not told to webhooks, as when an
// alert template leaves them out. A minute of trouble weighs ten in the service
// levels, since a demo minute stands for about ten.
package mistsim
