package webhook

import (
	"crypto/tls"
	"fmt"
	"os"
	"sync"
	"time"

	"foghorn/internal/clock"
)

// certEvery is how often, at most, a handshake looks whether the files changed.
const certEvery = 2 * time.Second

// certificate serves a certificate from files and follows their changes. New
// files that do not fit are reported and the old certificate is kept: a
// half-written file must not take the listener down.
type certificate struct {
	certFile, keyFile string
	clock             clock.Clock

	mu      sync.Mutex
	cert    *tls.Certificate
	stamp   [2]fileStamp
	looked  time.Time
	problem string
}

// fileStamp identifies one version of a file.
type fileStamp struct {
	mod  time.Time
	size int64
}

// loadCertificate reads the files for the first time.
func loadCertificate(certFile, keyFile string, c clock.Clock) (*certificate, error) {
	t := &certificate{certFile: certFile, keyFile: keyFile, clock: c}
	stamp, err := t.stamps()
	if err != nil {
		return nil, fmt.Errorf("load TLS certificate: %w", err)
	}
	cert, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		return nil, fmt.Errorf("load TLS certificate from %s and %s: %w", certFile, keyFile, err)
	}
	t.cert, t.stamp, t.looked = &cert, stamp, c.Now()
	return t, nil
}

// config is the server's TLS configuration.
func (t *certificate) config() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: t.get}
}

// get is asked for each handshake.
func (t *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.clock.Now()
	if d := now.Sub(t.looked); d >= certEvery || d < 0 {
		t.looked = now
		t.follow()
	}
	return t.cert, nil
}

// follow loads the files again when they changed. The stamps are taken before
// the files are read, so that a change in between is seen the next time.
func (t *certificate) follow() {
	stamp, err := t.stamps()
	if err != nil {
		t.problem = "cannot look at the TLS files, the certificate loaded before is used: " + err.Error()
		return
	}
	if stamp == t.stamp {
		t.problem = ""
		return
	}
	cert, err := tls.LoadX509KeyPair(t.certFile, t.keyFile)
	if err != nil {
		t.problem = "the new TLS files do not fit, the certificate loaded before is used: " + err.Error()
		return
	}
	t.cert, t.stamp, t.problem = &cert, stamp, ""
}

// trouble says what is wrong with the certificate now, or "".
func (t *certificate) trouble() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.clock.Now()
	if d := now.Sub(t.looked); d >= certEvery || d < 0 {
		t.looked = now
		t.follow()
	}
	if t.problem != "" {
		return t.problem
	}
	if l := t.cert.Leaf; l != nil && now.After(l.NotAfter) {
		return "the TLS certificate expired on " + l.NotAfter.UTC().Format(time.DateOnly) + ": senders that check it post nothing"
	}
	return ""
}

// until is when the certificate in use expires.
func (t *certificate) until() time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	if l := t.cert.Leaf; l != nil {
		return l.NotAfter
	}
	return time.Time{}
}

// CertificateUntil is when the listener's certificate expires; zero without one.
func (l *Listener) CertificateUntil() time.Time {
	if l.cert == nil {
		return time.Time{}
	}
	return l.cert.until()
}

// expiresSoon says in a few words that a certificate is about to expire.
func (l *Listener) expiresSoon() string {
	until := l.CertificateUntil()
	left := until.Sub(l.o.Clock.Now())
	switch {
	case until.IsZero() || left >= soon:
		return ""
	case left <= 0:
		return "certificate expired"
	}
	return fmt.Sprintf("certificate expires in %dd", int(left/(24*time.Hour)))
}

// soon is for how long before it expires a certificate is warned of.
const soon = 14 * 24 * time.Hour

// stamps looks at both files.
func (t *certificate) stamps() (s [2]fileStamp, err error) {
	for i, name := range [2]string{t.certFile, t.keyFile} {
		info, err := os.Stat(name)
		if err != nil {
			return s, err
		}
		s[i] = fileStamp{mod: info.ModTime(), size: info.Size()}
	}
	return s, nil
}
