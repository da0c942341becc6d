package mist

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"

	"github.com/gorilla/websocket"
)

// missingAcks is the error of a connection on which the cloud did not answer
// subscriptions.
type missingAcks struct {
	late, of int
	example  string
}

func (e missingAcks) Error() string {
	return fmt.Sprintf("no answer to %d of %d subscriptions within %s, such as %s", e.late, e.of, ackWithin, e.example)
}

// upgradeError converts a refused upgrade to an *Error. Missing rights are as
// final as bad credentials here: the stream could not subscribe to any channel.
func (l *link) upgradeError(resp *http.Response) error {
	body, _ := io.ReadAll(io.LimitReader(resp.Body, maxDetail)) // the beginning of the body is enough
	e := checkResponse(&Response{Status: resp.StatusCode, Header: resp.Header, Body: body}, time.Now())
	if e == nil {
		e = &Error{Kind: KindMalformed, Status: resp.StatusCode}
	}
	if e.Kind == KindPermission {
		e.Kind = KindAuth
	}
	if looksHTML(&Response{Header: resp.Header, Body: body}) {
		e.Detail = ""
	}
	return l.complete(e)
}

// dialError converts a failed dial to an *Error.
func (l *link) dialError(err error) error {
	return l.complete(&Error{Kind: KindTransport, Detail: explainDial(err, l.s.host), Err: err})
}

func (l *link) complete(e *Error) error {
	e.Method, e.Host, e.Path = http.MethodGet, l.s.host, showPath(l.s.path)
	e.Detail = l.redact(e.Detail)
	return e
}

// redacting returns a function that removes the upgrade's credentials from texts.
func redacting(h http.Header) func(string) string {
	secrets := []string{strings.TrimPrefix(h.Get("Authorization"), "Token ")}
	for pair := range strings.SplitSeq(h.Get("Cookie"), ";") {
		_, value, _ := strings.Cut(pair, "=")
		secrets = append(secrets, value)
	}
	return func(s string) string { return without(s, secrets...) }
}

// leastWait is the wait that the cloud demands, or 0.
func leastWait(err error) time.Duration {
	var e *Error
	if !errors.As(err, &e) || e.Kind != KindRateLimit {
		return 0
	}
	return max(leastOn429, time.Until(e.Retry))
}

func isTimeout(err error) bool {
	var t net.Error
	return errors.As(err, &t) && t.Timeout()
}

// explain says in one line why the connection failed or ended.
func (l *link) explain(err error) string {
	var (
		refusal *Error
		missing missingAcks
		closed  *websocket.CloseError
	)
	switch {
	case errors.As(err, &refusal):
		return l.explainRefusal(refusal)
	case errors.As(err, &missing):
		return missing.Error()
	case errors.As(err, &closed) && closed.Code != websocket.CloseAbnormalClosure:
		return strings.TrimSuffix(fmt.Sprintf("the cloud closed the stream (%d): %s", closed.Code, l.redact(oneLine(closed.Text, maxDetail))), ": ")
	case errors.Is(err, websocket.ErrReadLimit):
		return fmt.Sprintf("the cloud sent a message larger than %d MiB", MaxFrame>>20)
	case isTimeout(err):
		return fmt.Sprintf("the connection was silent for %s and did not answer a ping", pingEvery+pongWithin)
	case errors.As(err, &closed), isCut(err):
		return "the connection was cut"
	}
	return oneLine(err.Error(), maxDetail)
}

// isCut reports whether a connection ended without a close message.
func isCut(err error) bool {
	for _, end := range []error{io.EOF, io.ErrUnexpectedEOF, io.ErrClosedPipe, net.ErrClosed, syscall.ECONNRESET, syscall.EPIPE} {
		if errors.Is(err, end) {
			return true
		}
	}
	return false
}

func (l *link) explainRefusal(e *Error) string {
	said := ""
	if e.Detail != "" {
		said = ": " + e.Detail
	}
	switch {
	case e.Host != l.s.host || e.Path != showPath(l.s.path):
		return e.explain() // the login failed, not the stream
	case e.Kind == KindAuth && l.cookie:
		return fmt.Sprintf("login refused: %s answered %d%s", e.Host, e.Status, said)
	case e.Kind == KindAuth:
		return fmt.Sprintf("token refused: %s answered %d%s", e.Host, e.Status, said)
	case e.Kind == KindRateLimit:
		return fmt.Sprintf("%s accepts no more calls for now (429)%s", e.Host, said)
	case e.Kind == KindNotFound:
		return fmt.Sprintf("%s has no %s (404); is the address of the stream right?", e.Host, e.Path)
	case e.Kind == KindServer:
		return fmt.Sprintf("%s failed (%d)%s", e.Host, e.Status, said)
	case e.Kind == KindTransport:
		return e.Detail
	}
	return fmt.Sprintf("%s answered %d instead of opening a stream; is the address right?", e.Host, e.Status)
}

func explainDial(err error, host string) string {
	var (
		dns     *net.DNSError
		badCert *tls.CertificateVerificationError
		unknown x509.UnknownAuthorityError
		name    x509.HostnameError
		notTLS  tls.RecordHeaderError
	)
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		return "there is no host " + dns.Name + " (DNS)"
	case errors.As(err, &dns):
		return "cannot look up " + dns.Name + " (DNS): " + oneLine(dns.Err, maxDetail)
	case errors.Is(err, syscall.ECONNREFUSED):
		return host + " refuses connections"
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EHOSTUNREACH):
		return "no route to " + host
	case errors.As(err, &badCert), errors.As(err, &unknown), errors.As(err, &name):
		return "the certificate of " + host + " is not accepted: " + oneLine(err.Error(), maxDetail)
	case errors.As(err, &notTLS):
		return host + " does not speak TLS"
	case isTimeout(err), errors.Is(err, context.DeadlineExceeded):
		return fmt.Sprintf("%s did not answer within %s", host, dialWithin)
	case isCut(err):
		return host + " closed the connection during the handshake"
	}
	return "cannot connect to " + host + ": " + oneLine(err.Error(), maxDetail)
}
