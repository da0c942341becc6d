// Package actions is the write side: what people do to alerts, and to the network
// behind them. Screen, command line and chat take the same actions.
//
// Each action is a Descriptor in a file of its own: its name, targets, arguments,
// role, keys and command. Check says what an action would do, Run takes it and yields
// the outcome of each target, Undo restores what was there before. The operator
// (person, role, way in) is an argument of every call.
//
// The order is always the same. The activity is appended to the log first, so that
// every screen shows it and a rebuild replays it; then Mist is called; then the
// outcome is an activity too. A process that dies in between leaves an activity in the
// state sending, and the collector finishes it (RetryPending).
//
// Callers may rely on this: Run returns once the activities are in the log and the
// view shows them, or says that they are pending. Acks reach Mist after that (Send,
// Flush). No call to Mist waits without a limit. What Mist refuses for good is undone
// in the same append that records the refusal. With ReadOnly everything but a
// viewer's action is refused before anything is written or called.
package actions
