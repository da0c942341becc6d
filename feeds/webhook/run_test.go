package webhook

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"foghorn/internal/clock"
	"foghorn/journal/event"
)

// serve1 runs the listener on a free port until stop is called.
func (b *bench) serve1(t testing.TB) (url string, stop func()) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- b.Run(ctx, ln) }()
	return b.scheme() + ln.Addr().String(), sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
}

// dial opens a connection to url.
func dial(t testing.TB, url string) net.Conn {
	t.Helper()
	_, addr, _ := strings.Cut(url, "://")
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// pipes is a listener whose connections are pipes, so that their deadlines pass by
// the clock of a synctest bubble.
type pipes struct{ scripted }

// Addr is nowhere.
func (*pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }

// exchange sends text on a connection of its own and returns what is answered until
// the listener hangs up, and after how long that is.
func (p *pipes) exchange(t *testing.T, text string) (answer string, after time.Duration) {
	t.Helper()
	ours, theirs := net.Pipe()
	begun := time.Now()
	p.conns <- theirs
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		_, _ = io.WriteString(ours, text) // the listener may hang up before it has all
	}()
	all, err := io.ReadAll(ours)
	if err != nil {
		t.Error(err)
	}
	after = time.Since(begun)
	<-sent
	return string(all), after
}

// A client that holds its connection open loses it when its time is up, by the
// listener's own time-outs.
func TestSlowClientsAreLetGo(t *testing.T) {
	const head = "POST /mist/acme HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
	const headers, body, idle = 5 * time.Second, 20 * time.Second, 90 * time.Second
	for name, c := range map[string]struct {
		send, status string
		after        time.Duration
		recorded     int // as timed out
	}{
		"says nothing":            {"", "", headers, 0},
		"half a request line":     {"POST /mi", "", headers, 0},
		"headers without end":     {head + "X: y\r\n", "", headers, 0},
		"body without end":        {head + "Content-Length: 100\r\n\r\n{", "408", body, 1},
		"chunk without end":       {head + "Transfer-Encoding: chunked\r\n\r\n5\r\n{", "408", body, 1},
		"endless body elsewhere":  {"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{", "404", body, 0},
		"idle after a request":    {"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", "200", idle, 0},
		"headers over their size": {head + "X: " + strings.Repeat("y", 64<<10) + "\r\n\r\n", "431", headers, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := twoOrgs()
				o.HeaderTimeout, o.BodyTimeout, o.IdleTimeout = headers, body, idle
				b := newBench(t, o)
				ln := &pipes{scripted{conns: make(chan net.Conn)}}
				ctx, stop := context.WithCancel(t.Context())
				ended := make(chan error, 1)
				go func() { ended <- b.Run(ctx, ln) }()
				answer, after := ln.exchange(t, c.send)
				stop()
				if err := <-ended; err != nil {
					t.Errorf("Run: %v", err)
				}
				if c.status != "" && !strings.HasPrefix(answer, "HTTP/1.1 "+c.status) {
					t.Errorf("answer %q, want %s", answer, c.status)
				}
				if after > c.after+time.Second || after < c.after && c.status != "431" {
					t.Errorf("the listener hung up after %s, want %s", after, c.after)
				}
				recorded := 0
				for _, d := range b.log.deliveries(t) {
					if d.Status == http.StatusRequestTimeout && strings.Contains(d.Cause, "arrived in 20s") {
						recorded++
					}
				}
				if recorded != c.recorded {
					t.Errorf("%d requests on record as timed out, want %d", recorded, c.recorded)
				}
			})
		})
	}
}

func TestDeliveriesInFlightAreFinished(t *testing.T) {
	b := newBench(t, twoOrgs())
	b.log.gate, b.log.entered = make(chan struct{}), make(chan struct{}, 1)
	url, stop := b.serve1(t)
	conn := dial(t, url)
	r := signed("/mist/acme", "new", good)
	if err := r.Write(conn); err != nil {
		t.Fatal(err)
	}
	<-b.log.entered
	stopped := make(chan struct{})
	go func() { stop(); close(stopped) }()
	for b.feed(t, "listener").State == event.FeedUp {
		runtime.Gosched() // Run takes a moment to see the end of its context
	}
	if err := b.ready(r); err == nil {
		t.Error("ready while shutting down")
	}
	close(b.log.gate)
	resp, err := http.ReadResponse(bufio.NewReader(conn), r)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%v %v", resp, err)
	}
	<-stopped
	b.log.only(t)
	if f := b.feed(t, "listener"); f.State != event.FeedDown {
		t.Errorf("feed %+v", f)
	}
}

func TestDrainingEnds(t *testing.T) {
	o := twoOrgs()
	o.DrainTimeout, o.AppendTimeout = time.Millisecond, time.Minute
	b := newBench(t, o)
	b.log.gate, b.log.entered = make(chan struct{}), make(chan struct{}, 2)
	url, stop := b.serve1(t)
	conn := dial(t, url)
	if err := signed("/mist/acme", "new", good).Write(conn); err != nil {
		t.Fatal(err)
	}
	<-b.log.entered
	stop()
	if n := b.metrics.inFlight.Load(); n != 0 {
		t.Errorf("%d requests are still being handled after Run", n)
	}
	if b.log.count() != 0 {
		t.Error("the log took a record that nobody waited for")
	}
}

// tlsBench is a listener that speaks TLS, with the files it does so by.
type tlsBench struct {
	*bench
	certFile, keyFile string
	pool              *x509.CertPool
	url               string
	stop              func()
}

func newTLSBench(t *testing.T) *tlsBench {
	t.Helper()
	dir := t.TempDir()
	b := &tlsBench{certFile: filepath.Join(dir, "cert.pem"), keyFile: filepath.Join(dir, "key.pem"), pool: x509.NewCertPool()}
	writeCert(t, b.certFile, b.keyFile, "first", b.pool)
	o := twoOrgs()
	o.CertFile, o.KeyFile = b.certFile, b.keyFile
	b.bench = newBench(t, o)
	b.url, b.stop = b.serve1(t)
	t.Cleanup(b.stop)
	return b
}

// shake makes a handshake and returns the name on the certificate.
func (b *tlsBench) shake(pool *x509.CertPool, newest uint16) (string, error) {
	_, addr, _ := strings.Cut(b.url, "://")
	c, err := tls.Dial("tcp", addr, &tls.Config{RootCAs: pool, ServerName: "localhost", MaxVersion: newest})
	if err != nil {
		return "", err
	}
	defer c.Close()
	return c.ConnectionState().PeerCertificates[0].Subject.CommonName, nil
}

func TestTLSFollowsItsFiles(t *testing.T) {
	b := newTLSBench(t)
	check := func(when, want string) {
		t.Helper()
		if got, err := b.shake(b.pool, 0); err != nil || got != want {
			t.Errorf("%s: certificate %q, %v; want %q", when, got, err, want)
		}
	}
	check("at the start", "first")
	writeCert(t, b.certFile, b.keyFile, "second one", b.pool)
	check("before the files are due to be looked at", "first")
	b.clock.Advance(certEvery)
	check("after a change", "second one")
	if err := os.WriteFile(b.certFile, []byte("half a certif"), 0o600); err != nil {
		t.Fatal(err)
	}
	b.clock.Advance(certEvery)
	check("after a broken change", "second one")
	if f := b.feed(t, "listener"); f.State != event.FeedUp || !strings.Contains(f.Detail, "do not fit") {
		t.Errorf("feed %+v", f)
	}
}

func TestDeliveriesOverHTTP2(t *testing.T) {
	b := newTLSBench(t)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: b.pool, ServerName: "localhost"}, ForceAttemptHTTP2: true}}
	defer client.CloseIdleConnections()
	r := signed(b.url+"/mist/acme", "new", good)
	r.RequestURI = ""
	resp, err := client.Do(r)
	if err != nil || resp.StatusCode != 200 || resp.ProtoMajor != 2 {
		t.Fatalf("%+v %v", resp, err)
	}
	_ = resp.Body.Close()
	b.log.only(t)
}

func TestFailedHandshakesLeaveATrace(t *testing.T) {
	b := newTLSBench(t)
	if _, err := b.shake(b.pool, tls.VersionTLS11); err == nil {
		t.Error("TLS 1.1 was let in")
	}
	// Mist checks certificates: one it does not know is why nothing arrives.
	if _, err := b.shake(x509.NewCertPool(), 0); err == nil {
		t.Error("an unknown certificate was accepted")
	}
	b.stop()
	if line, _ := b.lastShake.get(); !strings.Contains(line, "TLS handshake error") {
		t.Errorf("the failed handshake left no trace: %q", line)
	}
}

func TestAnExpiredCertificateIsTold(t *testing.T) {
	dir := t.TempDir()
	certFile, keyFile := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	writeCert(t, certFile, keyFile, "first", x509.NewCertPool())
	c := clock.NewFake(start)
	cert, err := loadCertificate(certFile, keyFile, c)
	if err != nil {
		t.Fatal(err)
	}
	if got := cert.trouble(); got != "" {
		t.Errorf("trouble %q", got)
	}
	c.Advance(100 * 365 * 24 * time.Hour)
	if got := cert.trouble(); !strings.Contains(got, "expired on") {
		t.Errorf("trouble %q", got)
	}
	if err := os.Remove(keyFile); err != nil {
		t.Fatal(err)
	}
	c.Advance(certEvery)
	if got := cert.trouble(); !strings.Contains(got, "cannot look") {
		t.Errorf("trouble %q", got)
	}
}
