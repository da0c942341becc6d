package mist

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"
)

// Limits of retries. Waits are short on purpose: pollers run again anyway, and a
// person wants the result.
const (
	maxAttempts     = 3
	firstPause      = 300 * time.Millisecond
	shortPause      = 2 * time.Second // the longest wait before a retry
	operatorPause   = 8 * time.Second // the longest wait at Retry-After for an operator
	retryAfterShort = 2 * time.Second // and for anyone else
)

// do makes a call, with the governor's permission and the safe retries. Every
// call of the client goes through it, so that the governor counts all of them.
func (c *Client) do(ctx context.Context, k call) (*Response, error) {
	by := callerOf(ctx)
	for attempt := 1; ; attempt++ {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if !k.login {
			if err := c.auth.ready(ctx); err != nil {
				return nil, err
			}
		}
		resp, err := c.once(ctx, k, by)
		if err == nil {
			return resp, nil
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		wait, again := c.again(k, err, by.urgency, attempt)
		if !again || isOnce(ctx) && !IsKind(err, KindAuth) {
			return resp, err
		}
		if err := c.pause(ctx, wait); err != nil {
			return nil, err
		}
	}
}

// once makes one attempt, if the governor admits it.
func (c *Client) once(ctx context.Context, k call, by caller) (*Response, error) {
	meter := meterOf(ctx)
	if e := meter.full(); e != nil {
		return nil, c.complete(k, e)
	}
	if err := c.governor.admit(by); err != nil {
		return nil, c.complete(k, err)
	}
	meter.count()
	resp, err := c.attempt(ctx, k)
	var e *Error
	if errors.As(err, &e) && neverSent(e) {
		c.governor.giveBack(by)
	}
	c.governor.answered(e)
	return resp, c.complete(k, err)
}

// again decides whether to retry a call, and after how long. It retries only
// GET, because the cloud may have executed anything else already. A call refused
// with 429 was not executed, so it may be retried whatever its method.
func (c *Client) again(k call, err error, u Urgency, attempt int) (time.Duration, bool) {
	var e *Error
	if attempt >= maxAttempts || !errors.As(err, &e) {
		return 0, false
	}
	switch e.Kind {
	case KindAuth: // an expired session; the call was not executed
		s, ok := c.auth.(*session)
		return 0, ok && !k.login && attempt == 1 && e.Status == http.StatusUnauthorized && s.expired()
	case KindRateLimit:
		limit := retryAfterShort
		if u == Operator {
			limit = operatorPause
		}
		wait := e.Retry.Sub(c.now())
		return wait, attempt == 1 && !e.Retry.IsZero() && wait <= limit
	case KindServer, KindTransport:
		if k.method != http.MethodGet || errors.Is(e.Err, context.DeadlineExceeded) {
			return 0, false // the caller waited half a minute already; do not triple that
		}
		if e.Retry.Sub(c.now()) > shortPause {
			return 0, false // the error itself says that a retry is useless
		}
		most := min(firstPause<<(attempt-1), shortPause)
		return most/2 + time.Duration(c.jitter()*float64(most/2)), true
	}
	return 0, false
}

// complete adds the call's details to the error, and removes any secret that the
// cloud sent back.
func (c *Client) complete(k call, err error) error {
	var e *Error
	if !errors.As(err, &e) {
		return err
	}
	if e.Method == "" {
		e.Method, e.Host, e.Path = k.method, k.url.Host, c.shown(k.url)
	}
	e.Detail = c.mask.Text(without(c.auth.redact(e.Detail), secretsOf(k)...))
	e.Path = c.mask.Text(c.auth.redact(e.Path))
	return err
}

// neverSent reports whether a call cannot have reached the cloud, so that it
// did not cost budget.
func neverSent(e *Error) bool {
	var dns *net.DNSError
	var op *net.OpError
	return e.Kind == KindTransport && (errors.As(e.Err, &dns) || errors.As(e.Err, &op) && op.Op == "dial")
}

type onceKey struct{}

// Once returns a context whose calls are not retried when the cloud or the
// network fails. It is for probes, which try again soon anyway.
func Once(ctx context.Context) context.Context { return context.WithValue(ctx, onceKey{}, true) }

func isOnce(ctx context.Context) bool { return ctx.Value(onceKey{}) != nil }
