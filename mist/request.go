package mist

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// apiRoot is what every path of the API begins with.
const apiRoot = "/api/v1"

// Request is a call of any endpoint. Path may be "/api/v1/orgs/..", "/orgs/.."
// or a whole URL on the client's own host; a query in it is kept, and Query is added.
type Request struct {
	Method string // GET when empty
	Path   string
	Query  url.Values
	Body   []byte // JSON, or nil
}

// Response is an answer, read whole.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
}

// Do makes one call of any endpoint, within the budget and with the retries
// that are safe. When the cloud answered with an error, the response is
// returned beside it, for whoever wants to see it.
func (c *Client) Do(ctx context.Context, r Request) (*Response, error) {
	if r.Method = strings.ToUpper(r.Method); r.Method == "" {
		r.Method = http.MethodGet
	}
	u, err := c.resolve(r.Path, r.Query)
	if err != nil {
		return nil, &Error{Kind: KindBadRequest, Method: oneLine(r.Method, 10), Host: c.base.Host, Path: c.shownPath(r.Path), Detail: err.Error()}
	}
	return c.do(ctx, call{method: r.Method, url: u, body: r.Body})
}

// call is a request whose URL is settled.
type call struct {
	method string
	url    *url.URL
	body   []byte
	login  bool // part of logging in, which waits for no session
}

// resolve makes a URL of a path, and refuses what would leave the API or the host.
func (c *Client) resolve(path string, query url.Values) (*url.URL, error) {
	ref, err := url.Parse(strings.TrimSpace(path))
	if err != nil {
		return nil, errors.New("the path cannot be read as one")
	}
	if ref.Host != "" || ref.Scheme != "" {
		if ref.Host != c.base.Host || ref.Scheme != c.base.Scheme || ref.User != nil {
			return nil, errors.New("it is not on " + c.base.Host + "; refusing to send the token to another host")
		}
	}
	p := ref.EscapedPath()
	if rest, ok := strings.CutPrefix(p, c.base.EscapedPath()+apiRoot+"/"); ok {
		p = "/" + rest
	} else if rest, ok := strings.CutPrefix(p, apiRoot+"/"); ok {
		p = "/" + rest
	}
	p = "/" + strings.TrimLeft(p, "/")
	for part := range strings.SplitSeq(p[1:], "/") {
		switch plain, _ := url.PathUnescape(part); plain {
		case "":
			return nil, errors.New("a part of the path is empty: is an id missing?")
		case ".", "..":
			return nil, errors.New("the path must not go up")
		}
	}
	u := *c.base
	u.RawPath = c.base.EscapedPath() + apiRoot + p
	if u.Path, err = url.PathUnescape(u.RawPath); err != nil {
		return nil, errors.New("the path cannot be read as one")
	}
	u.RawQuery = ref.RawQuery
	if len(query) > 0 {
		if u.RawQuery != "" {
			u.RawQuery += "&"
		}
		u.RawQuery += query.Encode()
	}
	return &u, nil
}

// shown is a path as an error may show it: from /api/v1 on, without a query.
func (c *Client) shown(u *url.URL) string {
	return oneLine(strings.TrimPrefix(u.Path, c.base.Path), 200)
}

// shownPath is shown for a path that was not settled yet.
func (c *Client) shownPath(path string) string {
	if u, err := c.resolve(path, nil); err == nil {
		return c.shown(u)
	}
	return showPath(path)
}

// showPath is a path as it came, without a query, a host, a user or a password.
func showPath(path string) string {
	path, _, _ = strings.Cut(path, "?")
	if _, rest, whole := strings.Cut(path, "//"); whole {
		_, path, _ = strings.Cut(rest, "/")
		path = "/" + path
	}
	return oneLine(path, 200)
}

// apiPath joins parts to a path; what is inside one part cannot become another.
func apiPath(parts ...string) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString("/" + url.PathEscape(p))
	}
	return b.String()
}

// attempt sends a call once and reads the answer, bounded in time and size.
func (c *Client) attempt(ctx context.Context, k call) (*Response, error) {
	if c.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, c.timeout)
		defer cancel()
	}
	var body io.Reader
	if k.body != nil {
		body = bytes.NewReader(k.body)
	}
	req, err := http.NewRequestWithContext(ctx, k.method, k.url.String(), body)
	if err != nil {
		return nil, &Error{Kind: KindBadRequest, Detail: "the request cannot be built"}
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", c.userAgent)
	if k.body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	c.auth.sign(req)
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, transportError(err)
	}
	defer resp.Body.Close()
	data, err := readBounded(resp)
	if refused, ok := errors.AsType[*Error](err); ok {
		return nil, refused
	}
	if err != nil {
		e := transportError(err)
		e.Status = resp.StatusCode
		e.Detail = "the answer broke off: " + e.Detail
		return nil, e
	}
	for _, values := range resp.Header {
		for i, v := range values {
			values[i] = c.mask.Text(v)
		}
	}
	out := &Response{Status: resp.StatusCode, Header: resp.Header, Body: c.mask.Body(data)}
	if e := checkResponse(out, c.now()); e != nil {
		return out, e
	}
	return out, nil
}

// getObject asks for one object.
func (c *Client) getObject(ctx context.Context, path string, query url.Values) (Object, error) {
	return c.sendObject(ctx, Request{Path: path, Query: query})
}

// change sends body as JSON. Nothing is read from the answer: several actions
// answer with nothing.
func (c *Client) change(ctx context.Context, method, path string, body any) error {
	r := Request{Method: method, Path: path}
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return &Error{Kind: KindBadRequest, Method: method, Path: c.shownPath(path), Detail: "the body cannot be written as JSON"}
		}
		r.Body = b
	}
	_, err := c.sendObject(ctx, r)
	return err
}

// sendObject makes a call whose answer is an object, or for changes nothing.
func (c *Client) sendObject(ctx context.Context, r Request) (Object, error) {
	resp, err := c.Do(ctx, r)
	if err != nil {
		return nil, err
	}
	if r.Method != "" && r.Method != http.MethodGet && len(bytes.TrimSpace(resp.Body)) == 0 {
		return nil, nil
	}
	if err := c.checkJSON(r, resp, '{'); err != nil {
		return nil, err
	}
	o, _ := ParseObject(resp.Body)
	return o, nil
}

// checkJSON says what is wrong with a body that should be JSON of the given
// sort: '{' an object, '[' a list, 0 either.
func (c *Client) checkJSON(r Request, resp *Response, sort byte) error {
	detail := ""
	s := scanner{b: resp.Body}
	s.space()
	switch {
	case s.i == len(s.b):
		detail = "an empty answer instead of JSON"
	case sort != 0 && s.b[s.i] != sort, sort == 0 && s.b[s.i] != '{' && s.b[s.i] != '[':
		detail = "JSON, but not the kind this call gives"
	}
	if !s.value(0) {
		if detail == "" || s.err != nil && len(s.b) > 0 {
			detail = s.err.Error()
		}
	} else if s.space(); s.i < len(s.b) {
		detail = "more than one JSON value"
	}
	if detail == "" {
		return nil
	}
	method := r.Method
	if method == "" {
		method = http.MethodGet
	}
	return &Error{Kind: KindMalformed, Method: method, Host: c.base.Host, Path: c.shownPath(r.Path), Status: resp.Status, Detail: detail}
}
