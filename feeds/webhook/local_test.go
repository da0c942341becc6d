package webhook

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
)

// here is an unsigned post as a program on this machine sends it, with curl's
// own headers, over a connection to 127.0.0.1:8484.
func here() *http.Request {
	r := post("/mist/lab", good)
	r.RemoteAddr = "127.0.0.1:50000"
	r.Header.Set("User-Agent", "curl/8.5.0")
	r.Header.Set("Accept", "*/*")
	r.Header.Set("Content-Length", "104")
	bound := net.TCPAddrFromAddrPort(netip.MustParseAddrPort("127.0.0.1:8484"))
	return r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, net.Addr(bound)))
}

// host is here sent to another host.
func host(name string) *http.Request {
	r := here()
	r.Host = name
	return r
}

func TestUnsignedPostsOfThisMachine(t *testing.T) {
	t.Parallel()
	v6 := here()
	v6.RemoteAddr, v6.Host = "[::1]:50000", "[::1]:8484"
	bound := here()
	bound.Host = "192.0.2.1:8484"
	bound = bound.WithContext(context.WithValue(bound.Context(), http.LocalAddrContextKey,
		net.Addr(net.TCPAddrFromAddrPort(netip.MustParseAddrPort("192.0.2.1:8484")))))
	for name, r := range map[string]*http.Request{
		"curl":                             here(),
		"by name":                          host("localhost:8484"),
		"by name in capitals":              host("LocalHost"),
		"without a port":                   host("127.0.0.1"),
		"another loopback address":         host("127.3.2.1:8484"),
		"IPv6":                             v6,
		"IPv6 in brackets alone":           host("[::1]"),
		"a mapped address":                 host("[::ffff:127.0.0.1]:8484"),
		"the address that it listens at":   bound,
		"a library that keeps nothing":     set(here(), "Connection", "close"),
		"requests":                         set(here(), "Accept-Encoding", "gzip, deflate"),
		"a signature that nothing decides": sign(here(), "x", good),
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, twoOrgs())
			if w := b.do(r); w.Code != http.StatusOK {
				t.Errorf("answer %d: %s", w.Code, b.log.only(t).Cause)
			}
		})
	}
}

func TestUnsignedPostsThatOnlyLookLikeThisMachine(t *testing.T) {
	t.Parallel()
	old := here()
	old.ProtoMajor, old.ProtoMinor = 1, 0
	written := here()
	written.URL.Scheme, written.URL.Host = "http", "127.0.0.1:8484"
	bare := here()
	bare.Header.Del("Content-Type")
	unknown := here()
	unknown.RemoteAddr = "@"
	foreign := map[string]*http.Request{
		"nginx by default: HTTP/1.0":          old,
		"a client that takes us for a proxy":  written,
		"a browser's blob without a type":     bare,
		"a peer without an address":           unknown,
		"a stranger":                          post("/mist/lab", good),
		"a name that points here (rebinding)": host("evil.example:8484"),
		"a name that ends like ours":          host("localhost.evil.example"),
		"the proxy's own name":                host("hooks.example.net"),
		"no host":                             host(""),
		"another port: a tunnel":              host("127.0.0.1:80"),
		"every interface":                     host("0.0.0.0:8484"),
		"an address of the network":           host("10.1.2.3:8484"),
		"a port that is none":                 host("127.0.0.1:8484:1"),
		"brackets that do not close":          host("[::1"),
		"a number for an address":             host("2130706433"),
		"a zone":                              host("[::1%eth0]:8484"),
	}
	for _, k := range []string{
		"X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Server", "X-Forwarded-Anything",
		"Cf-Connecting-Ip", "Cf-Ray", "True-Client-Ip", "X-Client-Ip", "Client-Ip", "X-Cluster-Client-Ip", "Fly-Client-Ip", "Fastly-Client-Ip",
		"X-Azure-Clientip", "X-Envoy-External-Address", "Cdn-Loop", "X-Original-Forwarded-For", "X-Original-Url", "X-Proxyuser-Ip",
		"Wl-Proxy-Client-Ip", "X-Amzn-Trace-Id", "X-Cloud-Trace-Context", "X-Request-Id", "X-Varnish", "X-Scheme", "Ssl-Client-Verify",
		"Tailscale-User-Login", "Ngrok-Trace-Id", "X_forwarded_for", "Proxy-Connection", "Max-Forwards", "A-Header-Nobody-Knows-Yet",
		"Origin", "Referer", "Cookie", "Sec-Fetch-Site", "Sec-Fetch-Mode", "Sec-Ch-Ua", "Dnt", "Upgrade-Insecure-Requests",
	} {
		foreign[k] = set(here(), k, "x")
		foreign[k+", empty"] = set(here(), k, "")
	}
	for name, r := range foreign {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, twoOrgs())
			w := b.do(r)
			if d := b.log.only(t); w.Code != http.StatusUnauthorized || !strings.Contains(d.Cause, "from this machine only, and ") {
				t.Errorf("answer %d, cause %q", w.Code, d.Cause)
			}
		})
	}
	t.Run("a proxy of trusted_proxies", func(t *testing.T) {
		o := twoOrgs()
		o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
		for _, hops := range [][]string{nil, {""}, {"unix:"}, {"unknown"}, {"_hidden"}, {"203.0.113.9:99999"}, {"203.0.113.9, unknown"}, {"127.0.0.1"}} {
			b := newBench(t, o)
			r := here()
			r.Header["X-Forwarded-For"] = hops
			if w := b.do(r); w.Code != http.StatusUnauthorized {
				t.Errorf("answer %d with %q", w.Code, hops)
			}
		}
	})
	t.Run("where everybody may post", func(t *testing.T) {
		for name, r := range foreign {
			r.URL.Path, r.Body = "/mist/open", io.NopCloser(strings.NewReader(good))
			if w := newBench(t, twoOrgs()).do(r); w.Code != http.StatusOK {
				t.Errorf("%s: answer %d", name, w.Code)
			}
		}
	})
}
