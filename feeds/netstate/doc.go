// Package netstate keeps the current state of one organization's devices and
// clients: it merges complete lists from REST with partial frames from the
// stream, and writes what changed to the view.
//
// Callers may rely on this:
//   - The methods that take input never wait and never do I/O. Run does: at most
//     once a second, only for what changed, and at most a few thousand rows at a
//     time.
//   - A frame of the stream never removes what it does not mention: it has
//     neither name nor status (docs/mist-api.md, Stream).
//   - A device that changes between connected and disconnected is reported to
//     the log once, as a device-status observation, before the view shows it. A
//     device that is seen for the first time is reported only when it is
//     disconnected.
//   - Times of the cloud are compared only with other times of the cloud, and
//     ages come from this machine's clock. A cloud whose clock is an hour off is
//     noticed, reported once, and does no harm.
//   - Memory is bounded, whatever the cloud sends; what was left out is counted.
package netstate
