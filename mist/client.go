package mist

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Client calls the REST API of one cloud with one token or one admin's login.
// It is safe for concurrent use and keeps within its Governor's budget. It never
// blocks for long: a call that would have to wait more than a few seconds
// returns an error instead.
type Client struct {
	base      *url.URL // without /api/v1 and without a slash at its end
	http      *http.Client
	userAgent string
	timeout   time.Duration
	auth      authorizer
	governor  *Governor
	mask      Masker
	now       func() time.Time
	pause     func(context.Context, time.Duration) error
	jitter    func() float64 // 0 to 1
}

// Option configures a Client.
type Option func(*Client) error

// defaultTimeout limits one attempt of a call.
const defaultTimeout = 30 * time.Second

// NewClient makes a client. It requires a cloud (WithRegion or WithBaseURL) and
// credentials (WithToken or WithLogin).
func NewClient(opts ...Option) (*Client, error) {
	c := &Client{userAgent: "foghorn", timeout: defaultTimeout, http: &http.Client{},
		mask: noMask{}, now: time.Now, pause: pause, jitter: rand.Float64}
	for _, opt := range opts {
		if err := opt(c); err != nil {
			return nil, err
		}
	}
	if c.base == nil {
		return nil, errors.New("a Mist client needs a region or the URL of its API")
	}
	if c.auth == nil {
		return nil, errors.New("a Mist client needs an API token, or an email address and a password")
	}
	if c.governor == nil {
		c.governor = NewGovernor(0, c.now)
	}
	own := *c.http // the caller's stays as it is
	own.CheckRedirect = sameHostOnly
	c.http = &own
	if s, ok := c.auth.(*session); ok {
		return c, s.attach(c)
	}
	return c, nil
}

// WithRegion selects the cloud by the name of its region, such as "emea-01".
func WithRegion(name string) Option {
	return func(c *Client) error {
		r, err := LookupRegion(name)
		if err != nil {
			return err
		}
		return WithBaseURL(r.API)(c)
	}
}

// WithBaseURL selects the cloud by URL: a scheme, a host, and optionally a path
// before /api/v1. It accepts plain http for servers on this machine; over a
// network, http exposes the token.
func WithBaseURL(base string) Option {
	return func(c *Client) error {
		u, err := url.Parse(strings.TrimSpace(base))
		if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
			return errors.New("the URL of the API must look like https://api.mist.com")
		}
		if u.User != nil || u.RawQuery != "" || u.Fragment != "" {
			return errors.New("the URL of the API must not have a user, a query or a fragment")
		}
		path := strings.TrimRight(u.EscapedPath(), "/")
		path = strings.TrimRight(strings.TrimSuffix(path, apiRoot), "/")
		u.Path, u.RawPath = path, ""
		if decoded, err := url.PathUnescape(path); err == nil && decoded != path {
			u.Path, u.RawPath = decoded, path
		}
		c.base = u
		return nil
	}
}

// WithToken authorizes with an API token.
func WithToken(token string) Option {
	return func(c *Client) error {
		token = strings.TrimSpace(token)
		if token == "" {
			return errors.New("the API token is empty")
		}
		if strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }) {
			return errors.New("the API token contains spaces or other characters that no token has")
		}
		c.auth = tokenAuth{reveal: func() string { return token }}
		return nil
	}
}

// WithHTTPClient makes the calls with a copy of h, which keeps its transport and
// proxies. The copy has its own redirect policy and cookie jar.
func WithHTTPClient(h *http.Client) Option {
	return func(c *Client) error { c.http = h; return nil }
}

// WithUserAgent sets the User-Agent header.
func WithUserAgent(name string) Option {
	return func(c *Client) error { c.userAgent = oneLine(name, 100); return nil }
}

// WithTimeout limits each attempt of a call, the body included.
func WithTimeout(d time.Duration) Option {
	return func(c *Client) error { c.timeout = d; return nil }
}

// WithGovernor shares a call budget. All clients of one token must share one.
func WithGovernor(g *Governor) Option {
	return func(c *Client) error { c.governor = g; return nil }
}

// Masker removes secrets from the cloud's responses.
type Masker interface {
	Text(text string) string
	Body(body []byte) []byte
}

// WithMask masks every response as soon as it arrives, before the client
// decodes it, shortens it or makes an error from it.
func WithMask(m Masker) Option {
	return func(c *Client) error { c.mask = m; return nil }
}

// Masker returns the client's Masker, for its stream.
func (c *Client) Masker() Masker { return c.mask }

// noMask is the default Masker, which changes nothing.
type noMask struct{}

func (noMask) Text(text string) string { return text }
func (noMask) Body(body []byte) []byte { return body }

// WithNow sets the client's clock.
func WithNow(now func() time.Time) Option {
	return func(c *Client) error { c.now = now; return nil }
}

// WithPause replaces the wait before a retry. When the context ends, pause must
// return its error at once.
func WithPause(pause func(ctx context.Context, d time.Duration) error) Option {
	return func(c *Client) error { c.pause = pause; return nil }
}

// Host returns the host of the API, for error messages.
func (c *Client) Host() string { return c.base.Host }

// Governor returns the budget of the client's token.
func (c *Client) Governor() *Governor { return c.governor }

// String names the cloud and never contains the token.
func (c *Client) String() string { return fmt.Sprintf("Mist client of %s", c.base.Host) }

// GoString is String, so that %#v does not print the fields.
func (c *Client) GoString() string { return c.String() }

// Authorize adds the credentials for the stream's upgrade request to h: the
// token, or the session's cookies. It logs in first if necessary.
func (c *Client) Authorize(ctx context.Context, h http.Header) error {
	if err := c.auth.ready(ctx); err != nil {
		return err
	}
	c.auth.header(h)
	return nil
}

// sameHostOnly follows a redirect only on the same host, because the token goes
// with it, and only for GET: net/http would turn a POST into a GET, which
// changes nothing.
func sameHostOnly(req *http.Request, via []*http.Request) error {
	first := via[0]
	safe := first.Method == http.MethodGet || first.Method == http.MethodHead
	if len(via) > 3 || !safe || req.URL.Scheme != first.URL.Scheme || req.URL.Host != first.URL.Host {
		return http.ErrUseLastResponse
	}
	return nil
}

// pause waits for d, or until ctx ends.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
