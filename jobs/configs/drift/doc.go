// Package drift tells which changes of the backed-up configuration an audit entry
// explains. It reads the history of the backup, so it sees what every process has backed
// up, and records an event for each change; one without an explanation is an alert.
//
// Callers may rely on this:
//   - Nothing is called unexplained before the journal and the cloud's audit log have been
//     looked at. What could not be looked at is said, and looked at later.
//   - A commit is handled once, whatever process ends when.
//   - An alert ends when its settings are again as they were, or when an audit entry
//     explains it.
package drift
