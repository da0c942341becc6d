// Package recovery converts a panic in a goroutine into an error for its owner.
//
// Every goroutine that runs beside a screen must start through it: the owner then
// stops in order and restores the terminal before it reports the panic. An
// uncaught panic would end the process and leave the terminal in raw mode.
// errgroup passes panics on by design.
package recovery

import (
	"fmt"
	"runtime/debug"
)

// Wrap returns run with a panic turned into an error that holds the panic's
// value and the stack it happened on. Deferred calls of run have been made by then.
func Wrap(run func() error) func() error {
	return func() (err error) {
		defer func() {
			if p := recover(); p != nil {
				err = fmt.Errorf("internal error, please report it: %v\n%s", p, debug.Stack())
			}
		}()
		return run()
	}
}
