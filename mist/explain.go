package mist

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
)

// Explain tells in one line what went wrong and what to do about it. It holds
// no secret, and text from the cloud only as one short line; whoever draws it
// still cleans it like all text from outside.
func Explain(err error) string {
	var budget *BudgetError
	var e *Error
	switch {
	case err == nil:
		return ""
	case errors.As(err, &budget):
		return fmt.Sprintf("%s waits: %d of %d API calls of this hour are used, the counter starts again at %s",
			budget.Spender, budget.Used, budget.Limit, budget.Resets.UTC().Format("15:04Z"))
	case errors.As(err, &e):
		return e.explain()
	case errors.Is(err, context.Canceled):
		return "given up before there was an answer"
	case errors.Is(err, context.DeadlineExceeded):
		return "no answer in time"
	}
	return oneLine(err.Error(), maxDetail)
}

func (e *Error) explain() string {
	host := e.Host
	if host == "" {
		host = "the cloud"
	}
	said := ""
	if e.Detail != "" {
		said = ": " + e.Detail
	}
	switch e.Kind {
	case KindAuth:
		return e.explainAuth(host)
	case KindPermission:
		return fmt.Sprintf("no rights on %s (403%s); give the token a role on this organisation or site, or name one it may see", e.Path, said)
	case KindNotFound:
		return fmt.Sprintf("%s has no %s (404); was it removed, or is the id of another organisation or region?", host, e.Path)
	case KindRateLimit:
		if e.Retry.IsZero() {
			return host + " takes no more calls of this token for now (429)"
		}
		return fmt.Sprintf("%s takes no calls of this token until %s (429): others that use it count too", host, e.Retry.UTC().Format("15:04:05Z"))
	case KindBadRequest:
		return fmt.Sprintf("%s refuses %s %s%s", host, e.Method, e.Path, said)
	case KindServer:
		return fmt.Sprintf("%s has a problem of its own (%d%s); it is asked again by and by", host, e.Status, said)
	case KindTransport:
		return e.explainTransport(host)
	case KindTooLarge:
		return fmt.Sprintf("the answer of %s to %s is too large%s; ask for less at a time, such as limit=100", host, e.Path, said)
	case KindMalformed:
		return fmt.Sprintf("the answer of %s to %s cannot be used%s; is something between, such as a proxy or a login page, or is the URL not that of the API?", host, e.Path, said)
	}
	return e.Error()
}

func (e *Error) explainAuth(host string) string {
	switch {
	case e.Forward != "":
		return "the account logs in by single sign-on, which only a browser can; make an API token in the portal and use that"
	case strings.HasPrefix(e.Path, apiRoot+"/login"):
		said := e.Detail
		if said == "" {
			said = "refused"
		}
		return fmt.Sprintf("logging in at %s: %s; check the address, the password and the region, and mind that three failures lock the account for a while", host, said)
	}
	if r, err := LookupRegion(host); err == nil {
		host += " (" + r.Name + ")"
	}
	return fmt.Sprintf("%s does not accept the token (401): a token works only in the region of its organisation, and dies after 90 days unused; check both", host)
}

func (e *Error) explainTransport(host string) string {
	var dns *net.DNSError
	switch {
	case errors.As(e.Err, &dns):
		return fmt.Sprintf("the name %s cannot be found; check the region or api_url, and DNS", oneLine(dns.Name, 100))
	case errors.Is(e.Err, context.DeadlineExceeded):
		return "no answer of " + host + " in time; it or the way there is slow or silent"
	case e.Status != 0:
		return fmt.Sprintf("%s was cut off: %s", host, e.Detail)
	case errors.Is(e.Err, io.EOF):
		return host + " ended the connection without an answer"
	case e.Detail == "":
		return host + " cannot be reached"
	}
	return fmt.Sprintf("%s cannot be reached: %s", host, e.Detail)
}
