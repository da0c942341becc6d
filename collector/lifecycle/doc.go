// Package lifecycle runs the services of a process: it starts them in order,
// restarts those that may be restarted, and stops them in order.
//
// Callers may rely on this:
//   - Phases start one after another: derive, ingest, serve. What comes in can be
//     kept from the first moment, and what is shown is there to be shown.
//   - Phases stop one after another: ingest, derive, serve. What came in is worked
//     off, and the end is shown.
//   - Every step of stopping has a time limit. A step that fails or overruns is
//     logged with the name of its service, and the next step follows all the same.
//   - A service that may be restarted never ends the others, by an error or by a
//     panic. One that may not ends all of them, in the same order as a stop.
//   - When Run returns, all goroutines it started have ended, except those that
//     Overrun names.
package lifecycle
