//go:build !unix

package ingestbench

import "time"

// cpuTime is not told by this system.
func cpuTime() time.Duration { return 0 }
