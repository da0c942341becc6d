package main

import (
	"fmt"
	"runtime/debug"
)

// panicError keeps a recovered panic with the stack of the goroutine it
// happened in.
func panicError(p any) error {
	return fmt.Errorf("internal error, please report it: %v\n%s", p, debug.Stack())
}
