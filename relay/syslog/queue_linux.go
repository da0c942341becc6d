package syslog

import "golang.org/x/sys/unix"

// unacknowledged is how many bytes of a TCP connection the other system has not confirmed.
func unacknowledged(fd int) (int, error) { return unix.IoctlGetInt(fd, unix.TIOCOUTQ) }
