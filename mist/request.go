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

// apiRoot is the prefix of every API path.
const apiRoot = "/api/v1"

// Request is a call of any endpoint. Path may be "/api/v1/orgs/..", "/orgs/.."
// or a whole URL on the client's own host. Query is added to a query in Path.
type Request struct {
	Method string // GET when empty
	Path   string
	Query  url.Values
	Body   []byte // JSON, or nil
}

// Response is a response, completely read.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
}

// Do calls any endpoint, within the budget and with the retries that are safe. If
// the cloud responds with an error, Do returns the response and the error.
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

// call is a request with its resolved URL.
type call struct {
	method string
	url    *url.URL
	body   []byte
	login  bool // part of a login, so it must not wait for one
}

// resolve turns a path into a URL. It refuses paths outside of the API or on
// another host.
func (c *Client) resolve(path string, query url.Values) (*url.URL, error) {
	ref, err := url.Parse(strings.TrimSpace(path))
	if err != nil {
		return nil, errors.New("the path cannot be read as one")
	}
	if ref.Host != "" || ref.Scheme != "" {
		if ref.Host != c.base.Host || ref.Scheme != c.base.Scheme || ref.User != nil {
			return nil, errors.New("the URL is not on " + c.base.Host + "; the token must not go to another host")
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
			return nil, errors.New("the path has an empty part: is an id missing?")
		case ".", "..":
			return nil, errors.New(`the path must not contain ".."`)
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

// shown returns a URL's path for an error: from /api/v1 on, without the query.
func (c *Client) shown(u *url.URL) string {
	return oneLine(strings.TrimPrefix(u.Path, c.base.Path), 200)
}

// shownPath is shown for a path that is not resolved yet.
func (c *Client) shownPath(path string) string {
	if u, err := c.resolve(path, nil); err == nil {
		return c.shown(u)
	}
	return showPath(path)
}

// showPath returns a path without query, host, user and password.
func showPath(path string) string {
	path, _, _ = strings.Cut(path, "?")
	if _, rest, whole := strings.Cut(path, "//"); whole {
		_, path, _ = strings.Cut(rest, "/")
		path = "/" + path
	}
	return oneLine(path, 200)
}

// apiPath joins parts to a path. It escapes them, so that a slash inside a part
// does not make another one.
func apiPath(parts ...string) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString("/" + url.PathEscape(p))
	}
	return b.String()
}

// attempt sends a call once and reads the response, with limits on time and size.
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
		return nil, &Error{Kind: KindBadRequest, Detail: "cannot build the request"}
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

// getObject fetches one object.
func (c *Client) getObject(ctx context.Context, path string, query url.Values) (Object, error) {
	return c.sendObject(ctx, Request{Path: path, Query: query})
}

// change sends body as JSON. It ignores the response's body, which is empty for
// several actions.
func (c *Client) change(ctx context.Context, method, path string, body any) error {
	r := Request{Method: method, Path: path}
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return &Error{Kind: KindBadRequest, Method: method, Path: c.shownPath(path), Detail: "cannot encode the body as JSON"}
		}
		r.Body = b
	}
	_, err := c.sendObject(ctx, r)
	return err
}

// sendObject makes a call that returns an object or, if it is a change, perhaps
// nothing.
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

// checkJSON returns an error for a body that is not JSON of the given type: '{'
// for an object, '[' for an array, 0 for either.
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
