// Package mirror remembers how the devices and clients of one organisation
// stand: fed by what REST tells in full and by what the stream tells in parts,
// it keeps the view's tables as they are in the cloud.
//
// Callers may rely on this:
//   - Feeding it never waits and never does I/O. Run does: at most once a
//     second, only for what changed, and at most a few thousand rows at a time.
//   - A frame of the stream never takes away what it does not mention: it has
//     neither name nor status (docs/mist-api.md, Stream).
//   - A device that changes between connected and disconnected is told to the
//     log once, as a device-status observation, before the view shows it. A
//     device seen for the first time is told only when it is disconnected.
//   - What the cloud calls a time is compared with other times of the cloud;
//     how old anything is comes from this machine's clock. So a cloud whose
//     clock is an hour off is noticed, said once, and harms nothing.
//   - Memory is bounded, whatever the cloud sends; what was left out is counted.
package netstate
