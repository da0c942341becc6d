//go:build !unix

package main

// noSuspend says why this process cannot be suspended.
func noSuspend() string { return "Not suspended: this system cannot suspend programs." }
