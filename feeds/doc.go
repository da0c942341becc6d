// Package feeds follows one Mist organization: it polls the API, receives the
// stream, and keeps the current state of devices and clients from both.
//
// Callers may rely on this:
//   - Everything that an Org starts ends with Run.
//   - Trouble with the cloud is never an error of Run. Feeds reports it.
//   - A gap of the stream is filled from the API before it is recorded, so that the
//     record can say how many events the gap had hidden.
package feeds
