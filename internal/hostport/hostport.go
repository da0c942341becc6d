// Package hostport turns an address to listen on into one to connect to.
package hostport

import (
	"net"
	"net/netip"
)

// Dialable returns the address at which this machine reaches a listener: the
// loopback address where the listener takes connections on every interface. A
// text that is no host:port is returned as it is.
func Dialable(listen string) string {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return listen
	}
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}
