package relay

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"os"
	"sync/atomic"
	"time"
)

// HTTP makes the requests of one relay. It follows no redirects, uses the proxy that
// the environment names, and reads at most MaxAnswer bytes of an answer.
type HTTP struct {
	client  *http.Client
	timeout time.Duration
	agent   string
	now     func() time.Time
	mask    func(string) string
}

// NewHTTP makes a client. caFile adds certificates to the system's; empty for none.
// mask hides secrets in the texts of errors.
func NewHTTP(caFile string, timeout time.Duration, version string, now func() time.Time, mask func(string) string) (*HTTP, error) {
	t := &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: timeout, KeepAlive: 30 * time.Second}).DialContext,
		TLSHandshakeTimeout:    timeout,
		ResponseHeaderTimeout:  timeout,
		MaxIdleConnsPerHost:    2,
		IdleConnTimeout:        90 * time.Second,
		ForceAttemptHTTP2:      true,
		MaxResponseHeaderBytes: 64 << 10,
	}
	if caFile != "" {
		pool, err := withCertificates(caFile)
		if err != nil {
			return nil, err
		}
		t.TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	}
	noRedirect := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &HTTP{client: &http.Client{Transport: t, CheckRedirect: noRedirect}, timeout: timeout, agent: "foghorn/" + version, now: now, mask: mask}, nil
}

// withCertificates is the system's certificates and those of a file.
func withCertificates(file string) (*x509.CertPool, error) {
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("ca_file: %w", err)
	}
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("ca_file: %s holds no certificate in PEM form", file)
	}
	return pool, nil
}

// Close ends idle connections.
func (h *HTTP) Close() error {
	h.client.CloseIdleConnections()
	return nil
}

// Do makes one attempt.
func (h *HTTP) Do(ctx context.Context, r *Request) *Answer {
	began := h.now()
	var written atomic.Bool
	a := h.do(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteRequest: func(i httptrace.WroteRequestInfo) {
		if i.Err == nil {
			written.Store(true)
		}
	}, GotFirstResponseByte: func() { at(StepSent) }}), r)
	a.At = h.now()
	a.Duration, a.Written = a.At.Sub(began), written.Load()
	return a
}

func (h *HTTP) do(ctx context.Context, r *Request) *Answer {
	ctx, cancel := context.WithTimeout(ctx, h.timeout)
	defer cancel()
	method, body := r.Method, r.Body
	if method == "" {
		method = http.MethodPost
	}
	if r.Gzip {
		body = compress(body)
	}
	q, err := http.NewRequestWithContext(ctx, method, r.URL, bytes.NewReader(body))
	if err != nil {
		return &Answer{Err: h.explain(err)}
	}
	for name, values := range r.Header {
		q.Header[http.CanonicalHeaderKey(name)] = values
	}
	if r.Gzip {
		q.Header.Set("Content-Encoding", "gzip")
	}
	q.Header.Set("User-Agent", h.agent)
	resp, err := h.client.Do(q)
	if err != nil {
		return &Answer{Err: h.explain(err)}
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, MaxAnswer))
	if err != nil {
		return &Answer{Err: fmt.Errorf("the answer (status %d) broke off: %w", resp.StatusCode, h.explain(err))}
	}
	return &Answer{Status: resp.StatusCode, Header: resp.Header, Body: text}
}

// explain is an error without the URL, whose path or query may be a secret, and with
// what to do about it.
func (h *HTTP) explain(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	var (
		unknown  x509.UnknownAuthorityError
		hostname x509.HostnameError
		invalid  x509.CertificateInvalidError
	)
	advice := ""
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("%w within %s", errNoAnswer, h.timeout)
	case errors.Is(err, io.EOF):
		return errors.New("the connection ended without an answer")
	case errors.As(err, &unknown):
		advice = ": name the certificate of its authority in ca_file"
	case errors.As(err, &hostname):
		advice = ": use the host's name that the certificate has"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		advice = ": the service needs a new one, unless the clock of this machine is wrong"
	}
	return errors.New(h.mask(err.Error()) + advice)
}

// errNoAnswer is the error of a request that took too long.
var errNoAnswer = errors.New("no answer")

func compress(body []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(body) // writing to a buffer does not fail
	_ = w.Close()
	return b.Bytes()
}
