//go:build !linux

package webhook

import "net"

// foreignOwner is unknown on this system.
func foreignOwner(_, _ net.Addr) string { return "" }
