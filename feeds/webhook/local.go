package webhook

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync"

	"foghorn/internal/safetext"
)

// A source without a secret accepts posts from this machine only. A loopback
// connection does not prove that: a reverse proxy passes on what strangers send,
// and a web page can make this machine's browser post. So a post counts as local
// only when all of it looks as a program on this machine sends it on its own.
// Anything unknown is refused, because nobody can list every header of a proxy.

// localHeaders are the headers that programs send on their own (curl, wget, HTTP
// libraries, "foghorn send") and that give away neither a web page nor a proxy.
// Any other header makes a post foreign.
var localHeaders = map[string]bool{
	"Accept": true, "Accept-Charset": true, "Accept-Encoding": true, "Accept-Language": true,
	"Connection": true, "Keep-Alive": true, "Te": true, "Expect": true, "Date": true,
	"Content-Type": true, "Content-Length": true, "Content-Encoding": true, "User-Agent": true,
	keyV2: true, keyV1: true, keyJunos: true, keyError: true,
}

// elsewhere says, as part of a sentence, why a post may not come from a program on
// this machine; it is empty when nothing suggests that.
func (c *client) elsewhere(r *http.Request) string {
	switch {
	case !c.peer.IsLoopback():
		return "this one came from " + strconv.Quote(safetext.Clip(c.text, 60))
	case c.proxied:
		// Whatever a proxy says about its client may be forged.
		return "this one came through a proxy in trusted_proxies"
	case r.ProtoMajor < 1 || r.ProtoMajor == 1 && r.ProtoMinor == 0:
		// nginx speaks it to those behind it unless told otherwise, and adds no
		// header; programs have spoken HTTP/1.1 for decades.
		return "this one is HTTP/1.0, which points to a proxy such as nginx"
	case r.URL.IsAbs() || r.URL.Host != "":
		return "this one is addressed to a proxy: its request line names a host"
	}
	if why := foreignHost(r); why != "" {
		return why
	}
	for k := range r.Header {
		if !localHeaders[k] {
			return "this one has the header " + strconv.Quote(safetext.Clip(k, 60)) + ", which points to a proxy or a browser"
		}
	}
	if len(r.Header["Content-Type"]) != 1 {
		return "this one has no Content-Type, and a web page can make a browser post that way (send application/json)"
	}
	if owner, ok := r.Context().Value(ownerKey{}).(func() string); ok {
		return owner()
	}
	return ""
}

// ownerKey is where the context of a request has what foreignOwner says of its
// connection.
type ownerKey struct{}

// withOwner attaches that to a connection, to be looked up once, when needed.
func withOwner(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, ownerKey{}, sync.OnceValue(func() string { return foreignOwner(c.RemoteAddr(), c.LocalAddr()) }))
}

// foreignHost says why the Host that a post was sent to is not this machine: a
// name that a stranger points to a loopback address, or the name that a proxy is
// known under. The port, when there is one, is that of the connection.
func foreignHost(r *http.Request) string {
	local, _ := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	host, port := r.Host, ""
	if h, p, err := net.SplitHostPort(r.Host); err == nil {
		host, port = h, p
	} else if strings.HasPrefix(host, "[") && strings.HasSuffix(host, "]") {
		host = host[1 : len(host)-1]
	}
	foreign := "this one was sent to the host " + strconv.Quote(safetext.Clip(r.Host, 80)) + ", which is not this machine's own name for itself"
	bound, _ := local.(*net.TCPAddr)
	if port != "" && bound != nil && port != strconv.Itoa(bound.Port) {
		return foreign
	}
	if strings.EqualFold(host, "localhost") {
		return ""
	}
	a, err := netip.ParseAddr(host)
	if err != nil || a.Zone() != "" {
		return foreign
	}
	if a = a.Unmap(); a.IsLoopback() || bound != nil && a == bound.AddrPort().Addr().Unmap() {
		return ""
	}
	return foreign
}
