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

// Client speaks the REST API of one cloud as one token or one admin. It is safe
// for concurrent use, keeps within its Governor's budget, and never waits long:
// what has to wait longer than a few seconds is an error that says so.
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

// Option sets something of a Client.
type Option func(*Client) error

// defaultTimeout bounds one attempt of a call.
const defaultTimeout = 30 * time.Second

// NewClient makes a client. It needs to know where (WithRegion or WithBaseURL)
// and as whom (WithToken or WithLogin).
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

// WithRegion picks the cloud by the name of its region, such as "emea-01".
func WithRegion(name string) Option {
	return func(c *Client) error {
		r, err := LookupRegion(name)
		if err != nil {
			return err
		}
		return WithBaseURL(r.API)(c)
	}
}

// WithBaseURL picks the cloud by URL: a scheme, a host, and if need be a path
// that stands before /api/v1. Plain http is taken, for servers on this machine;
// over a network it shows the token to everyone on the way.
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

// WithToken authorises by an API token.
func WithToken(token string) Option {
	return func(c *Client) error {
		token = strings.TrimSpace(token)
		if token == "" {
			return errors.New("the API token is empty")
		}
		if strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }) {
			return errors.New("the API token has blanks or other characters that no token has")
		}
		c.auth = tokenAuth{reveal: func() string { return token }}
		return nil
	}
}

// WithHTTPClient makes the calls through h: its transport, its proxies. Its
// rule for redirects and its cookies are replaced in a copy.
func WithHTTPClient(h *http.Client) Option {
	return func(c *Client) error { c.http = h; return nil }
}

// WithUserAgent says who is calling.
func WithUserAgent(name string) Option {
	return func(c *Client) error { c.userAgent = oneLine(name, 100); return nil }
}

// WithTimeout bounds each attempt of a call, its body included.
func WithTimeout(d time.Duration) Option {
	return func(c *Client) error { c.timeout = d; return nil }
}

// WithGovernor shares a budget: all clients of one token must have the same.
func WithGovernor(g *Governor) Option {
	return func(c *Client) error { c.governor = g; return nil }
}

// Masker takes secrets out of what the cloud sends back.
type Masker interface {
	Text(text string) string
	Body(body []byte) []byte
}

// WithMask has every answer masked as soon as it came, before anything is
// decoded, cut or made an error of.
func WithMask(m Masker) Option {
	return func(c *Client) error { c.mask = m; return nil }
}

// Masker is what takes secrets out of the client's answers, for its stream.
func (c *Client) Masker() Masker { return c.mask }

// noMask is the Masker of a client that was given none.
type noMask struct{}

func (noMask) Text(text string) string { return text }
func (noMask) Body(body []byte) []byte { return body }

// WithNow gives the client its time.
func WithNow(now func() time.Time) Option {
	return func(c *Client) error { c.now = now; return nil }
}

// WithPause replaces the wait before a call is tried again; it returns early
// with the error of a context that ends.
func WithPause(pause func(ctx context.Context, d time.Duration) error) Option {
	return func(c *Client) error { c.pause = pause; return nil }
}

// Host returns the host of the API, for saying where something went wrong.
func (c *Client) Host() string { return c.base.Host }

// Governor returns the budget of the client's token.
func (c *Client) Governor() *Governor { return c.governor }

// String tells which cloud it speaks to, and nothing of the token.
func (c *Client) String() string { return fmt.Sprintf("Mist client of %s", c.base.Host) }

// GoString is String, so that no verb prints what is inside.
func (c *Client) GoString() string { return c.String() }

// Authorize adds to h what authorises an upgrade of the stream: the token, or
// the cookies of the session, after logging in if need be.
func (c *Client) Authorize(ctx context.Context, h http.Header) error {
	if err := c.auth.ready(ctx); err != nil {
		return err
	}
	c.auth.header(h)
	return nil
}

// sameHostOnly follows a redirect only where the token may go, and only for
// what can be asked twice: a POST that becomes a GET elsewhere did nothing.
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
