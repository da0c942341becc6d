//go:build unix

package main

import (
	"os"

	"golang.org/x/sys/unix"
)

// noSuspend says why this process cannot be suspended; empty when it can. Without a shell
// that controls jobs the signal would be ignored, or nobody could bring the process back.
func noSuspend() string {
	own, err := unix.Getsid(0)
	parent, errParent := unix.Getsid(os.Getppid())
	if err != nil || errParent != nil || own != parent || unix.Getpgrp() == own {
		return "Not suspended: no shell with job control started this screen, so nothing could bring it back."
	}
	return ""
}
