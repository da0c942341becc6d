//go:build unix

package ingestbench

import (
	"syscall"
	"time"
)

// cpuTime is what this process has used of all processors so far, or 0 when
// the system does not tell.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
