// Package lifecycle runs the services of a process: it starts them in order,
// restarts those that may be restarted, and stops them in order.
//
// Callers may rely on this:
//   - Phases stop one after another: ingest, derive, serve. They start in the
//     reverse order, so that whatever takes the output of a phase runs before it.
//   - Every step of stopping has a time limit. A step that fails or overruns is
//     logged with the name of its service, and the next step follows all the same.
//   - A service that may be restarted never ends the others, by an error or by a
//     panic. One that may not ends all of them, in the same order as a stop.
//   - When Run returns, all goroutines it started have ended, except those that
//     Overrun names.
package lifecycle
