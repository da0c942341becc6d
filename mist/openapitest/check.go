package openapitest

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Checker holds what passes through it against the document, and fails its test
// for what does not fit. It is safe for concurrent use.
type Checker struct {
	t   testing.TB
	doc *Document

	mu    sync.Mutex
	ended bool            // the test is over: t must not be touched any more
	only  bool            // requests only
	seen  map[string]bool // operations
}

// Check makes a checker for a test.
func Check(t testing.TB) *Checker {
	t.Helper()
	doc, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	c := &Checker{t: t, doc: doc, seen: map[string]bool{}}
	t.Cleanup(func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.ended = true
	})
	return c
}

// RequestsOnly leaves the answers alone, for a server that has faults on purpose.
func (c *Checker) RequestsOnly() *Checker {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.only = true
	return c
}

// Seen lists the operations that passed so far, such as "GET /orgs/{org_id}/sites".
func (c *Checker) Seen() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []string
	for op := range c.seen {
		out = append(out, op)
	}
	slices.Sort(out)
	return out
}

// report fails the test.
func (c *Checker) report(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil && !c.ended {
		c.t.Errorf("openapi: %v", err)
	}
}

func (c *Checker) request(r *http.Request, body []byte) {
	if op, ok := c.doc.Operation(r.Method, r.URL.Path); ok {
		c.mu.Lock()
		c.seen[op] = true
		c.mu.Unlock()
	}
	c.report(c.doc.Request(r.Method, r.URL, r.Header.Get("Content-Type"), body))
}

func (c *Checker) response(r *http.Request, status int, h http.Header, body []byte) {
	c.mu.Lock()
	skip := c.only
	c.mu.Unlock()
	if _, known := c.doc.Operation(r.Method, r.URL.Path); known && !skip {
		c.report(c.doc.Response(r.Method, r.URL.Path, status, h.Get("Content-Type"), body))
	}
}

// RoundTripper checks what a client sends and gets; next nil is
// http.DefaultTransport. What is not under /api/v1 passes as it is.
func (c *Checker) RoundTripper(next http.RoundTripper) http.RoundTripper {
	if next == nil {
		next = http.DefaultTransport
	}
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		if !strings.Contains(r.URL.Path, root) {
			return next.RoundTrip(r)
		}
		var body []byte
		if r.Body != nil {
			var err error
			if body, err = io.ReadAll(r.Body); err != nil {
				return nil, err
			}
			_ = r.Body.Close()
			r = r.Clone(r.Context())
			r.Body = io.NopCloser(bytes.NewReader(body))
		}
		c.request(r, body)
		resp, err := next.RoundTrip(r)
		if err != nil {
			return nil, err
		}
		answer, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err == nil {
			c.response(r, resp.StatusCode, resp.Header, answer)
		}
		resp.Body = io.NopCloser(io.MultiReader(bytes.NewReader(answer), &failing{err}))
		return resp, nil
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// failing gives the error that reading an answer ended with, if any.
type failing struct{ err error }

func (f *failing) Read([]byte) (int, error) {
	if f.err == nil {
		return 0, io.EOF
	}
	return 0, f.err
}

// Handler checks what a server gets and answers. What is not under /api/v1,
// such as the stream, passes as it is.
func (c *Checker) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.URL.Path, root) {
			next.ServeHTTP(w, r)
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, "the request broke off", http.StatusBadRequest)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		c.request(r, body)
		tee := &recorder{ResponseWriter: w}
		next.ServeHTTP(tee, r)
		if tee.status == 0 {
			tee.status = http.StatusOK
		}
		c.response(r, tee.status, w.Header(), tee.body.Bytes())
	})
}

// recorder passes an answer on and keeps a copy. Unwrap lets a handler that
// cuts the connection on purpose still reach it.
type recorder struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	r.body.Write(b)
	return r.ResponseWriter.Write(b)
}

// Unwrap serves http.ResponseController.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
