// Package mistsim is a simulated Mist cloud. It posts signed webhooks, and the
// posts of a Junos router, to a real listener over HTTP, and answers Mist's REST
// API and its stream over the same organization: for the demo and for tests.
//
// The parts:
//   - org.go, build.go, names.go, size.go: the organization, its sites, devices and clients
//   - world.go, network.go, clients.go: its state and the verbs that change it
//   - live.go, sle.go: values that change by themselves, and service levels
//   - payload_*.go: webhook elements, in the shapes of Mist's own samples
//   - habits.go: normal activity; stories*.go: incidents, as short scripts
//   - timeline.go, cloud.go: simulated time, and running it
//   - outbox.go, poster.go, hooks.go, load.go: batching, signing and posting
//   - memory.go: past events, for searches
//   - configs.go, configs_*.go: what is configured, and who is told of a change
//   - api.go, api_*.go: the REST API; access.go: tokens, sessions and budgets
//   - stream.go, stream_report.go: the stream; faults.go: faults that tests inject
//   - sample.go: single sample bodies for a sender
//
// Callers may rely on this: with the same seed and start time, two clouds post the
// same bytes in the same order, however slow the listener is and however many
// calls they get; changes through the API come on top. The state is consistent: a
// client joins only access points that are up, a session ends where it began, ids
// and names never change meaning, and the webhook and the search result of an
// event agree in id, time, type and address. All data is invented; no name or
// address belongs to anyone.
//
// The API follows the vendor's document, and the tests check every route against
// it. Where the document says nothing, the simulation decides: an unknown
// organization or site is 404, one without rights 403; searches return the newest
// first unless sort=timestamp; every call counts against the budget, including
// GET /self/usage, except for calls refused because of their token. Searches find
// alarms about lost devices (device_down and the like), but no webhook sends them,
// as with an alert template that leaves them out. A PUT replaces the members it
// has, nested ones whole. Secrets are **** for those who may only read, and for
// all while api_policy.no_reveal of the organization's setting is true; a mask
// that is put in the place of a secret is refused. An audit has the members that
// changed, masked, and the id of the object in a member of its type's, such as
// wlan_id; the device events that follow carry the audit's id. A degraded minute
// counts as ten in the service levels, because a demo minute represents about ten.
package mistsim
