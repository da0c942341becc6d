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

// Kind says what sort of thing went wrong, for callers that act on it.
type Kind string

// The kinds of error.
const (
	KindAuth       Kind = "auth"       // the token, password or second factor was refused
	KindPermission Kind = "permission" // known, but without rights on this
	KindNotFound   Kind = "not found"  // no such organisation, site, device, route
	KindRateLimit  Kind = "rate limit" // too many calls; Error.Retry says until when
	KindBadRequest Kind = "bad request"
	KindServer     Kind = "server"    // the cloud has a problem of its own
	KindTransport  Kind = "transport" // no answer: DNS, connection, TLS, time
	KindMalformed  Kind = "malformed" // an answer that is not what the API speaks
	KindTooLarge   Kind = "too large" // an answer that is more than this program takes at once
)

// Error is what every call of Client fails with, except for *BudgetError and
// the caller's own cancelled context. It never holds a token, a password or a
// query, so it can be shown and logged; Detail is the cloud's own text, made
// one short line.
type Error struct {
	Kind    Kind
	Method  string
	Host    string // of the cloud that was asked
	Path    string // without its query
	Status  int    // 0 when there was no answer
	Detail  string
	Retry   time.Time // when to ask again; zero when the cloud did not say
	Forward string    // where an SSO account has to log in
	Err     error     // what is underneath, for errors.Is
}

// Error tells the kind, the call and the cloud's own words.
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

// Unwrap gives what is underneath.
func (e *Error) Unwrap() error { return e.Err }

// IsKind reports whether err is an *Error of that kind.
func IsKind(err error, kind Kind) bool {
	var e *Error
	return errors.As(err, &e) && e.Kind == kind
}

// checkResponse decides what an answer means: nil for one that is as it should
// be, or the error. It alone does, so that the same answer always is the same error.
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
// the API's own browsable pages. Nothing is no page, whatever type it has:
// several actions are answered with nothing.
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

// maxDetail bounds what is kept of the cloud's words, in bytes.
const maxDetail = 300

// detailOf takes the cloud's own words out of an error's body. Most are
// {"detail": "..."}; a mistake in a field is {"field": ["..."]}.
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

// oneLine keeps what is printable of a text from outside, as one line.
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

// retryAt is the time that Retry-After names; zero when it names none.
func retryAt(h http.Header, now time.Time) time.Time {
	if wait, ok := retryAfter(h, now); ok {
		return now.Add(wait)
	}
	return time.Time{}
}

// retryAfter reads Retry-After, in seconds or as a date. A date is taken against
// the answer's own Date, because the cloud's clock need not be ours. More than
// two hours is not believed: the counter is reset every hour.
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

// transportError makes an *Error of what the HTTP client failed with. The
// client's own error holds the whole URL with its query, so only its cause is kept.
func transportError(err error) *Error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	e := &Error{Kind: KindTransport, Err: err, Detail: oneLine(err.Error(), maxDetail)}
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		e.Detail = "no answer in time"
	case errors.Is(err, io.EOF):
		e.Detail = "the connection was ended without an answer"
	}
	return e
}
