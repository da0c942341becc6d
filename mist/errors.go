package mist

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"foghorn/internal/safetext"
)

// Kind classifies an error, for callers that act on it.
type Kind string

// The kinds of error.
const (
	KindAuth       Kind = "auth"       // the token, password or second factor was refused
	KindPermission Kind = "permission" // known, but without rights on this
	KindNotFound   Kind = "not found"  // no such organization, site, device, route
	KindRateLimit  Kind = "rate limit" // too many calls; retry at Error.Retry
	KindBadRequest Kind = "bad request"
	KindServer     Kind = "server"    // the cloud failed
	KindTransport  Kind = "transport" // no response: DNS, connection, TLS, timeout
	KindMalformed  Kind = "malformed" // not a response of the API
	KindTooLarge   Kind = "too large" // a response above the limits
)

// Error is the error of every Client call, except for *BudgetError and a
// canceled context. It never contains a token, a password or a query, so callers
// can show and log it. Detail is the cloud's text, shortened to one line.
type Error struct {
	Kind    Kind
	Method  string
	Host    string // of the cloud
	Path    string // without its query
	Status  int    // 0 when there was no answer
	Detail  string
	Retry   time.Time // when to retry; zero when the cloud did not say
	Forward string    // the URL where an SSO account must log in
	Err     error     // the cause, for errors.Is
}

// Error gives the kind, the call and the cloud's text.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Method != "" {
		fmt.Fprintf(&b, "%s %s: ", e.Method, e.Path)
	}
	if e.Status != 0 {
		fmt.Fprintf(&b, "%d ", e.Status)
	}
	b.WriteString(string(e.Kind))
	if e.Detail != "" {
		b.WriteString(": " + e.Detail)
	}
	if !e.Retry.IsZero() {
		b.WriteString(", until " + e.Retry.UTC().Format("15:04:05Z"))
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// IsKind reports whether err is an *Error of that kind.
func IsKind(err error, kind Kind) bool {
	var e *Error
	return errors.As(err, &e) && e.Kind == kind
}

// checkResponse returns the error that a response means, or nil. It is the only
// place that classifies responses, so that equal ones give equal errors.
func checkResponse(resp *Response, now time.Time) *Error {
	if resp.Status >= 200 && resp.Status < 300 {
		if looksHTML(resp) {
			return &Error{Kind: KindMalformed, Status: resp.Status, Detail: "a web page instead of JSON"}
		}
		return nil
	}
	e := &Error{Status: resp.Status, Detail: detailOf(resp)}
	switch {
	case resp.Status == http.StatusUnauthorized:
		e.Kind = KindAuth
	case resp.Status == http.StatusForbidden:
		e.Kind = KindPermission
	case resp.Status == http.StatusNotFound:
		e.Kind = KindNotFound
	case resp.Status == http.StatusTooManyRequests:
		e.Kind = KindRateLimit
		e.Retry = retryAt(resp.Header, now)
	case resp.Status >= 500:
		e.Kind = KindServer
		e.Retry = retryAt(resp.Header, now)
	case resp.Status >= 400:
		e.Kind = KindBadRequest
		if o, ok := ParseObject(resp.Body); ok {
			e.Forward = oneLine(o.Text("forward_url"), maxDetail)
		}
	default:
		e.Kind = KindMalformed
		if e.Detail = "an answer that the API does not give"; resp.Status >= 300 && resp.Status < 400 {
			e.Detail = "it sends elsewhere, where the token must not go"
		}
	}
	return e
}

// looksHTML reports whether a body is a web page: a captive portal, a proxy, or
// the API's own browsable pages. An empty body is not, whatever its content
// type: several actions return one.
func looksHTML(resp *Response) bool {
	if len(bytes.TrimSpace(resp.Body)) == 0 {
		return false
	}
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") {
		return true
	}
	start := strings.TrimSpace(string(resp.Body[:min(len(resp.Body), 64)]))
	return strings.HasPrefix(start, "<")
}

// maxDetail limits Error.Detail, in bytes.
const maxDetail = 300

// detailOf extracts the message from an error's body. Most bodies are
// {"detail": "..."}; an invalid field gives {"field": ["..."]}.
func detailOf(resp *Response) string {
	if looksHTML(resp) {
		return "a web page instead of JSON"
	}
	o, ok := ParseObject(resp.Body)
	if !ok {
		return oneLine(string(resp.Body[:min(len(resp.Body), maxDetail)]), maxDetail)
	}
	if s := o.Text("detail", "error", "message"); s != "" {
		return oneLine(s, maxDetail)
	}
	return oneLine(string(resp.Body[:min(len(resp.Body), maxDetail)]), maxDetail)
}

// oneLine keeps the printable characters of a text from outside, on one line.
func oneLine(s string, most int) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			return ' '
		case !strconv.IsPrint(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > most {
		s = safetext.Clip(s, most) + "..."
	}
	return s
}

// retryAt returns the time that Retry-After gives, or zero.
func retryAt(h http.Header, now time.Time) time.Time {
	if wait, ok := retryAfter(h, now); ok {
		return now.Add(wait)
	}
	return time.Time{}
}

// retryAfter parses Retry-After, in seconds or as a date. It compares a date with
// the response's Date header, because the cloud's clock may differ from ours. It
// ignores more than two hours: the cloud resets the counter every hour.
func retryAfter(h http.Header, now time.Time) (time.Duration, bool) {
	v := strings.TrimSpace(h.Get("Retry-After"))
	if v == "" {
		return 0, false
	}
	var wait time.Duration
	if s, err := strconv.ParseFloat(v, 64); err == nil && s == s {
		wait = time.Duration(max(0, min(s, 1e6)) * float64(time.Second))
	} else if at, err := http.ParseTime(v); err == nil {
		from := now
		if date, err := http.ParseTime(h.Get("Date")); err == nil {
			from = date
		}
		wait = at.Sub(from)
	} else {
		return 0, false
	}
	return max(0, min(wait, 2*time.Hour)), true
}

// transportError converts an error of the HTTP client to an *Error. It keeps only
// the cause, because the HTTP client's error contains the URL with its query.
func transportError(err error) *Error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	e := &Error{Kind: KindTransport, Err: err, Detail: oneLine(err.Error(), maxDetail)}
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		e.Detail = "no answer in time"
	case errors.Is(err, io.EOF):
		e.Detail = "the connection was closed without a response"
	}
	return e
}
