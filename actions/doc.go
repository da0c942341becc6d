// Package actions is what people do: to alerts, and to the cloud behind them.
//
// The order is always the same. What somebody wants is an activity in the log
// first, so that every screen shows it and a rebuild replays it; then the cloud
// is told; then how the cloud took it is an activity too. A process that dies
// in between leaves an activity that says so, and the collector goes on with it.
//
// Callers may rely on this: Do returns as soon as the log has it, whatever the
// cloud does. Nothing here waits for a cloud without an end. What the cloud
// refuses for good is taken back in the same append that tells of the refusal.
// With ReadOnly everything is refused, before anything is written or asked.
package actions
