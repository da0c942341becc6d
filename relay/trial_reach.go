package relay

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"foghorn/config"
	"foghorn/internal/human"
)

// place is where a relay connects to.
type place struct {
	host, port string
	tls        bool
}

// reach resolves the service's name, connects, and looks at its certificate, each by
// itself: the error of a request does not tell them apart.
func (t *trial) reach(ctx context.Context) bool {
	p, proxy, ok := t.place()
	if !ok {
		return true // a file, a program, a socket without connections
	}
	ctx, cancel := context.WithTimeout(ctx, time.Duration(t.Config.Timeout))
	defer cancel()
	if proxy != "" {
		t.done("proxy", t.Clock.Now(), "the environment names the proxy "+proxy+"; the service is reached through it")
	}
	if !t.resolve(ctx, p) {
		return false
	}
	began := t.Clock.Now()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort(p.host, p.port))
	if err != nil {
		return t.failed("connect", began, netFault(err), plainNet(err), "is the port right, the service up, and is no firewall in the way?")
	}
	defer conn.Close()
	t.done("connect", began, "TCP to "+conn.RemoteAddr().String())
	if !p.tls {
		return true
	}
	return t.certificate(ctx, conn, p.host)
}

// place is where the relay connects to: to a proxy, where the environment names one.
func (t *trial) place() (p place, proxy string, ok bool) {
	if _, own := t.Destination.(Transport); own {
		u, err := url.Parse(t.Config.Address)
		if err != nil || u.Scheme != "tcp" && u.Scheme != "tls" {
			return p, "", false
		}
		return place{u.Hostname(), u.Port(), u.Scheme == "tls"}, "", true
	}
	now := t.Clock.Now()
	work := &Work{Items: []Item{{Notice: testNotice(now, t.Host)}}, Now: now}
	if t.Config.Send == config.SendEvents {
		e := testEvent(now, t.Host)
		work.Items = []Item{{Event: &e}}
	}
	request, err := t.Destination.Encode(work)
	if err != nil {
		return p, "", false // the message itself will say so
	}
	u, err := url.Parse(request.URL)
	if err != nil || u.Hostname() == "" {
		return p, "", false
	}
	if by, err := http.ProxyFromEnvironment(&http.Request{URL: u}); err == nil && by != nil {
		proxy, u = by.Host, by
	}
	p = place{u.Hostname(), u.Port(), u.Scheme == "https"}
	if p.port == "" {
		p.port = map[string]string{"http": "80", "https": "443", "socks5": "1080"}[u.Scheme]
	}
	return p, proxy, true
}

func (t *trial) resolve(ctx context.Context, p place) bool {
	if _, err := netip.ParseAddr(p.host); err == nil {
		return true
	}
	began := t.Clock.Now()
	addresses, err := net.DefaultResolver.LookupHost(ctx, p.host)
	if err != nil {
		return t.failed("DNS", began, netFault(err), plainNet(err), "is the name of the host right, and can this machine resolve others?")
	}
	more := ""
	if n := len(addresses); n > 3 {
		addresses, more = addresses[:3], fmt.Sprintf(" and %d more", n-3)
	}
	return t.done("DNS", began, p.host+" is "+strings.Join(addresses, ", ")+more)
}

// soon is how long before its end a certificate is worth a word.
const soon = 14 * 24 * time.Hour

func (t *trial) certificate(ctx context.Context, conn net.Conn, host string) bool {
	began := t.Clock.Now()
	c := &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}
	if t.Config.CAFile != "" {
		pool, err := withCertificates(t.Config.CAFile)
		if err != nil {
			return t.failed("TLS", began, Problem, err.Error(), "")
		}
		c.RootCAs = pool
	}
	secure := tls.Client(conn, c)
	if err := secure.HandshakeContext(ctx); err != nil {
		text, fix := plainTLS(err, host)
		return t.failed("TLS", began, netFault(err), text, fix)
	}
	state := secure.ConnectionState()
	leaf := state.PeerCertificates[0]
	left := leaf.NotAfter.Sub(t.Clock.Now())
	text := fmt.Sprintf("%s, certificate of %s until %s", tls.VersionName(state.Version), subjectOf(leaf), leaf.NotAfter.UTC().Format("2006-01-02"))
	if left < soon {
		text += " (only " + human.Duration(left) + " left)"
	}
	return t.done("TLS", began, text)
}

// subjectOf is the name that a certificate is for.
func subjectOf(c *x509.Certificate) string {
	if len(c.DNSNames) > 0 {
		return c.DNSNames[0]
	}
	return c.Subject.CommonName
}

func netFault(err error) Fault {
	if timeout, ok := errors.AsType[net.Error](err); errors.Is(err, context.DeadlineExceeded) || ok && timeout.Timeout() {
		return TimedOut
	}
	return Problem
}

// plainNet is an error of the network without what the step's name says already.
func plainNet(err error) string {
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		return dns.Err + ": " + dns.Name
	}
	return err.Error()
}

// plainTLS says what is wrong with a certificate, and what to do.
func plainTLS(err error, host string) (text, fix string) {
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok && invalid.Reason == x509.Expired {
		return "the certificate of " + subjectOf(invalid.Cert) + " was valid until " + invalid.Cert.NotAfter.UTC().Format("2006-01-02"), "the service needs a new certificate; is this machine's clock right?"
	}
	if wrong, ok := errors.AsType[x509.HostnameError](err); ok {
		return "the certificate is for " + subjectOf(wrong.Certificate) + ", and not for " + host, "use the name that the certificate has"
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return "this machine does not trust who signed the certificate", "set ca_file to the certificate of the authority that signed it"
	}
	if netFault(err) == TimedOut {
		return "the service did not answer the TLS handshake in time", "is this the port for TLS?"
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return "the service does not speak TLS on this port", "use the port for TLS"
	}
	return err.Error(), ""
}
