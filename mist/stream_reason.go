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
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/gorilla/websocket"
)

// upgradeError is an answer to the upgrade that is not a stream.
type upgradeError struct {
	status int
	detail string
	wait   time.Duration // what Retry-After asks for
	cookie bool          // it was a login that was not accepted, not a token
}

func (e *upgradeError) Error() string {
	return strings.TrimSuffix(fmt.Sprintf("%d %s: %s", e.status, http.StatusText(e.status), e.detail), ": ")
}

// dialError is a connection that was not made; its text is for explainStream.
type dialError struct{ error }

func (e dialError) Unwrap() error { return e.error }

// missingAcks is a connection on which subscriptions were not answered.
type missingAcks struct {
	late, of int
	example  string
}

func (e missingAcks) Error() string {
	return fmt.Sprintf("no answer to %d of %d subscriptions within %s, %s for one", e.late, e.of, ackWithin, e.example)
}

// refuseUpgrade reads an answer that is not the expected one.
func refuseUpgrade(resp *http.Response, asked http.Header) error {
	body, _ := io.ReadAll(io.LimitReader(resp.Body, 1<<10)) // of a page cut off, the beginning tells enough
	e := &upgradeError{status: resp.StatusCode, cookie: asked.Get("Authorization") == ""}
	if fields, ok := Fields(body, nil); ok {
		for _, f := range fields {
			if string(f.Name) == "detail" {
				e.detail = streamLine(detailText(f.Value))
			}
		}
	} else if !strings.HasPrefix(strings.TrimSpace(string(body)), "<") {
		e.detail = streamLine(string(body))
	}
	if resp.StatusCode == http.StatusTooManyRequests {
		e.wait = max(leastOn429, min(streamRetryAfter(resp.Header), longestRetryAfter))
	}
	return e
}

// streamRetryAfter reads Retry-After, in seconds or as a date by the cloud's own clock.
func streamRetryAfter(h http.Header) time.Duration {
	text := strings.TrimSpace(h.Get("Retry-After"))
	if s, err := strconv.Atoi(text); err == nil {
		return time.Duration(min(max(s, 0), 1e6)) * time.Second
	}
	at, err := http.ParseTime(text)
	if err != nil {
		return 0
	}
	now, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		now = time.Now()
	}
	return at.Sub(now)
}

// refused reports whether asking again with the same credentials is of no use.
func refused(err error) bool {
	var e *upgradeError
	return errors.As(err, &e) && (e.status == http.StatusUnauthorized || e.status == http.StatusForbidden)
}

// leastWait is how long the cloud asks to be left alone.
func leastWait(err error) time.Duration {
	var e *upgradeError
	if errors.As(err, &e) {
		return e.wait
	}
	return 0
}

func isTimeout(err error) bool {
	var t net.Error
	return errors.As(err, &t) && t.Timeout()
}

// explainStream says in one line why there is no connection (any more).
func explainStream(err error, host string) string {
	var (
		upgrade *upgradeError
		dial    dialError
		missing missingAcks
		closed  *websocket.CloseError
	)
	switch {
	case errors.As(err, &upgrade):
		return explainUpgrade(upgrade, host)
	case errors.As(err, &dial):
		return explainDial(dial.error, host)
	case errors.As(err, &missing):
		return missing.Error()
	case errors.As(err, &closed) && closed.Code != websocket.CloseAbnormalClosure:
		return strings.TrimSuffix(fmt.Sprintf("the cloud closed the stream (%d): %s", closed.Code, streamLine(closed.Text)), ": ")
	case errors.Is(err, websocket.ErrReadLimit):
		return fmt.Sprintf("a message larger than %d MiB came, which is not taken", MaxFrame>>20)
	case isTimeout(err):
		return fmt.Sprintf("nothing came for %s, not even an answer to a ping", pingEvery+pongWithin)
	case errors.As(err, &closed), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF),
		errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, io.ErrClosedPipe), errors.Is(err, net.ErrClosed):
		return "the connection was cut"
	}
	return streamLine(err.Error())
}

func explainUpgrade(e *upgradeError, host string) string {
	words := ""
	if e.detail != "" {
		words = ": " + e.detail
	}
	switch {
	case e.status == http.StatusUnauthorized && e.cookie:
		return "the login is not accepted any more" + words
	case e.status == http.StatusUnauthorized:
		return "the token is not accepted, or is of another region than " + host + words
	case e.status == http.StatusForbidden:
		return "the token may not open a stream" + words
	case e.status == http.StatusTooManyRequests:
		return "too many calls, says the cloud" + words
	case e.status == http.StatusNotFound:
		return "there is no stream at " + host + "; is the address right?"
	case e.status >= 500:
		return fmt.Sprintf("the cloud has a problem of its own (%d)%s", e.status, words)
	}
	return fmt.Sprintf("%s answered %d and not with a stream; is the address right?", host, e.status)
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
		return "cannot look up " + dns.Name + " (DNS): " + streamLine(dns.Err)
	case errors.Is(err, syscall.ECONNREFUSED):
		return host + " refuses connections"
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EHOSTUNREACH):
		return "there is no way to " + host
	case errors.As(err, &badCert), errors.As(err, &unknown), errors.As(err, &name):
		return "the certificate of " + host + " is not accepted: " + streamLine(err.Error())
	case errors.As(err, &notTLS):
		return host + " does not speak TLS"
	case isTimeout(err), errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return fmt.Sprintf("%s did not answer within %s", host, dialWithin)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, net.ErrClosed):
		return host + " ended the connection before it stood"
	}
	return "cannot connect to " + host + ": " + streamLine(err.Error())
}

// streamLine makes a short line of text from outside.
func streamLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if !strconv.IsPrint(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
	return clip(strings.Join(strings.Fields(s), " "), 300)
}
