package webhook

import (
	"bytes"
	"net"
	"net/http"
	"net/url"

	"foghorn/journal/event"
)

// foreignProtocol is another protocol that a client speaks to the listener. Go's
// server answers it before there is a request; without a record nobody would know
// why nothing arrives.
type foreignProtocol struct {
	begins string // the first bytes of the connection
	name   string
	cause  string
}

const sendProxy = "a proxy sends the PROXY protocol, which foghorn does not speak: switch it off there (haproxy: send-proxy; nginx: proxy_protocol; " +
	"AWS: proxy protocol of the target group) and have it pass the client's address on in X-Forwarded-For, with listen.trusted_proxies"

// foreignProtocols are the protocols that a listener with or without TLS cannot read.
func foreignProtocols(tls bool) []foreignProtocol {
	all := []foreignProtocol{
		{"PROXY ", "PROXY", sendProxy},
		{"\r\n\r\n\x00\r\nQUIT\n", "PROXY", sendProxy},
	}
	if !tls {
		return append(all, foreignProtocol{"\x16\x03", "TLS", "a client speaks TLS (https), but this listener has no TLS: " +
			"set listen.tls_cert_file and tls_key_file, or post to http:// or to the proxy in front"})
	}
	for _, method := range []string{"POST /", "GET /"} {
		all = append(all, foreignProtocol{method, "HTTP", "a client speaks HTTP without TLS, but this listener has TLS: post to https://"})
	}
	return all
}

// longestProtocol is how many first bytes of a connection are looked at.
const longestProtocol = 12

// Read reads, and looks at the first bytes of the connection on the way.
func (c *gated) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 && len(c.head) < longestProtocol && c.gate.protocols != nil {
		c.head = append(c.head, p[:min(n, longestProtocol-len(c.head))]...)
		for i := range c.gate.protocols {
			t := &c.gate.protocols[i]
			if !c.recorded && bytes.HasPrefix(c.head, []byte(t.begins)) {
				c.recorded = true
				c.gate.foreign(c.RemoteAddr(), t)
			}
		}
	}
	return n, err
}

// foreign records that a client spoke another protocol.
func (l *Listener) foreign(from net.Addr, t *foreignProtocol) {
	l.metrics.inFlight.Add(1)
	defer l.leave()
	r := &http.Request{Method: t.name, URL: &url.URL{}, Header: http.Header{}, RemoteAddr: from.String()}
	x := &exchange{r: r, w: unheard{}, from: clientOf(r, nil), start: l.o.Clock.Now()}
	l.refuse(x, &refusal{status: http.StatusBadRequest, verdict: event.Refused, cause: t.cause})
}

// unheard is the answer of a connection that Go's server answers itself.
type unheard struct{}

func (unheard) Header() http.Header         { return http.Header{} }
func (unheard) Write(p []byte) (int, error) { return len(p), nil }
func (unheard) WriteHeader(int)             {}
