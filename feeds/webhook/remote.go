package webhook

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// maxHops bounds how far back a chain of proxies is followed.
const maxHops = 32

// client is who sent a request.
type client struct {
	peer    netip.Addr // the other end of the connection; not valid when it has no address
	addr    netip.Addr // the client, as far as trusted proxies tell
	text    string
	proxied bool // the peer is a trusted proxy
}

// clientOf finds the sender. A trusted proxy's X-Forwarded-For is read from
// the right, where the proxies nearest to us write, up to the first address
// that is not a trusted proxy; anybody may have made up what is left of it.
func clientOf(r *http.Request, trusted []netip.Prefix) client {
	c := client{text: r.RemoteAddr}
	ap, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return c
	}
	c.peer = ap.Addr().Unmap()
	c.addr = c.peer
	if i := strings.LastIndexByte(r.RemoteAddr, ':'); i > 0 && c.addr.Is4() && r.RemoteAddr[0] != '[' {
		c.text = r.RemoteAddr[:i]
	} else {
		c.text = c.addr.String()
	}
	if !isTrusted(c.addr, trusted) {
		return c
	}
	c.proxied = true
	hops := hopsOf(r.Header["X-Forwarded-For"])
	for _, hop := range slices.Backward(hops) {
		a, ok := parseHop(hop)
		if !ok {
			break
		}
		c.addr, c.text = a, a.String()
		if !isTrusted(a, trusted) {
			break
		}
	}
	return c
}

// isTrusted reports whether a is one of the trusted proxies.
func isTrusted(a netip.Addr, trusted []netip.Prefix) bool {
	for _, p := range trusted {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// hopsOf splits the header's values, which may be on several lines, keeping the last ones.
func hopsOf(values []string) []string {
	var hops []string
	for _, v := range values {
		hops = append(hops, strings.Split(v, ",")...)
	}
	return hops[max(0, len(hops)-maxHops):]
}

// parseHop reads "192.0.2.1", "192.0.2.1:4711", "2001:db8::1" or "[2001:db8::1]:4711".
func parseHop(s string) (netip.Addr, bool) {
	s = strings.TrimSpace(s)
	if a, err := netip.ParseAddr(s); err == nil {
		return a.Unmap().WithZone(""), true
	}
	if ap, err := netip.ParseAddrPort(s); err == nil {
		return ap.Addr().Unmap().WithZone(""), true
	}
	if a, err := netip.ParseAddr(strings.Trim(s, "[]")); err == nil {
		return a.Unmap().WithZone(""), true
	}
	return netip.Addr{}, false
}
