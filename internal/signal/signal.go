// Package signal wakes one goroutine that waits for work.
package signal

// Signal is a channel with one slot. [Signal.Notify] never blocks: calls that
// nobody has received yet count as one. The receiver therefore learns that
// something changed, but not how often, and must check all of the state that the
// signal covers. A Notify before the receiver waits is not lost.
//
// The zero Signal has no receiver: Notify does nothing, and a receive blocks
// forever. A Signal is never closed.
type Signal chan struct{}

// New returns a signal that is not set.
func New() Signal { return make(Signal, 1) }

// Notify sets the signal. It is safe for concurrent use.
func (s Signal) Notify() {
	select {
	case s <- struct{}{}:
	default:
	}
}
