package e2e

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"foghorn/relay/relaytest"
)

// gate stands before a stand-in, and does in its place what networks, proxies and broken
// services do.
type gate struct {
	behind http.Handler

	mu       sync.Mutex
	fault    http.HandlerFunc // nil lets everything through
	requests int
	written  int64 // bytes of an answer without an end
	followed bool  // somebody came to where a redirect led
}

func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	fault := g.fault
	g.requests++
	g.mu.Unlock()
	switch {
	case r.URL.Path == "/followed":
		g.mu.Lock()
		g.followed = true
		g.mu.Unlock()
	case fault != nil:
		fault(w, r)
	default:
		g.behind.ServeHTTP(w, r)
	}
}

func (g *gate) set(fault http.HandlerFunc) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.fault, g.requests = fault, 0
}

func (g *gate) count() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.requests
}

// answers is a fault that answers so.
func answers(status int, header http.Header, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		maps.Copy(w.Header(), header)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// cut ends the connection without an answer.
func cut(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// echo refuses, and repeats all that it was sent: as a proxy's page of errors does.
func echo(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(http.StatusForbidden)
	_, _ = fmt.Fprintf(w, "no access to %s for %s %s %s %s", r.URL, r.Header.Get("Authorization"), r.Header.Get("DD-API-KEY"), r.URL.Path, r.URL.RawQuery)
	_, _ = io.Copy(w, r.Body)
}

// endless answers with 100 MB.
func (g *gate) endless(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	block := make([]byte, 64<<10)
	for i := range block {
		block[i] = 'x'
	}
	var n int64
	for n < 100<<20 {
		m, err := w.Write(block)
		n += int64(m)
		if err != nil {
			break
		}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.written = max(g.written, n)
}

// taken lets a request through, and ends the connection in place of the answer.
func (g *gate) taken(_ http.ResponseWriter, r *http.Request) {
	g.behind.ServeHTTP(httptest.NewRecorder(), r)
	panic(http.ErrAbortHandler)
}

// half answers with a body that is shorter than announced, after the stand-in took it.
func (g *gate) half(w http.ResponseWriter, r *http.Request) {
	recorder := httptest.NewRecorder()
	g.behind.ServeHTTP(recorder, r)
	w.Header().Set("Content-Length", "1000")
	w.WriteHeader(recorder.Code)
	_, _ = w.Write(recorder.Body.Bytes()[:recorder.Body.Len()/2])
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

// hang answers nothing until the sender gives up.
func hang(_ http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	<-r.Context().Done()
	panic(http.ErrAbortHandler)
}

// serve starts a server on this machine; with a certificate, it speaks TLS.
func serve(t *testing.T, h http.Handler, certificate *tls.Certificate) (base string) {
	t.Helper()
	server := httptest.NewUnstartedServer(h)
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError) // it tells of each handshake that failed
	if certificate == nil {
		server.Start()
	} else {
		server.TLS = &tls.Config{Certificates: []tls.Certificate{*certificate}, MinVersion: tls.VersionTLS12}
		server.StartTLS()
	}
	t.Cleanup(server.Close)
	return server.URL
}

// nobody is an address at which nothing listens.
func nobody(t *testing.T) (base string) {
	t.Helper()
	address, release, err := relaytest.Nobody()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(release)
	return "http://" + address
}

// certify makes a self-signed certificate for a name or an address, and the file that a
// relay's ca_file names.
func certify(t *testing.T, name string, until time.Time) (certificate *tls.Certificate, file string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	form := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: until, IsCA: true, BasicConstraintsValid: true}
	if ip := net.ParseIP(name); ip != nil {
		form.IPAddresses = []net.IP{ip}
	} else {
		form.DNSNames = []string{name}
	}
	der, err := x509.CreateCertificate(rand.Reader, form, form, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, file
}
