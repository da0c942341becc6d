package mist

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
)

// Explain says in one line what went wrong and what to do about it. The line
// contains no secret, and the cloud's text at most as one short line. Callers
// must still sanitize it before drawing, like all text from outside.
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
		return fmt.Sprintf("no rights on %s (403%s); give the token a role on this organization or site, or name one it may see", e.Path, said)
	case KindNotFound:
		return fmt.Sprintf("%s has no %s (404); was it removed, or is the id of another organization or region?", host, e.Path)
	case KindRateLimit:
		if e.Retry.IsZero() {
			return host + " accepts no more calls of this token for now (429)"
		}
		return fmt.Sprintf("%s accepts no calls of this token until %s (429); calls of other programs with the token count too", host, e.Retry.UTC().Format("15:04:05Z"))
	case KindBadRequest:
		return fmt.Sprintf("%s refused %s %s%s", host, e.Method, e.Path, said)
	case KindServer:
		return fmt.Sprintf("%s failed (%d%s); try again later", host, e.Status, said)
	case KindTransport:
		return e.explainTransport(host)
	case KindTooLarge:
		return fmt.Sprintf("the response of %s to %s is too large%s; request less at a time, such as limit=100", host, e.Path, said)
	case KindMalformed:
		return fmt.Sprintf("the response of %s to %s is not usable%s; is a proxy or a login page in between, or is the URL not the API's?", host, e.Path, said)
	}
	return e.Error()
}

func (e *Error) explainAuth(host string) string {
	switch {
	case e.Forward != "":
		return "the account uses single sign-on, which needs a browser; create an API token in the portal and use that"
	case strings.HasPrefix(e.Path, apiRoot+"/login"):
		said := e.Detail
		if said == "" {
			said = "refused"
		}
		return fmt.Sprintf("login at %s: %s; check the email address, the password and the region: three failures lock the account for a while", host, said)
	}
	if r, err := LookupRegion(host); err == nil {
		host += " (" + r.Name + ")"
	}
	return fmt.Sprintf("%s does not accept the token (401): a token works only in the region of its organization, and expires after 90 days without use; check both", host)
}

func (e *Error) explainTransport(host string) string {
	var dns *net.DNSError
	switch {
	case errors.As(e.Err, &dns):
		return fmt.Sprintf("DNS does not know %s; check the region or api_url, and DNS", oneLine(dns.Name, 100))
	case errors.Is(e.Err, context.DeadlineExceeded):
		return host + " did not answer in time; it or the network is slow"
	case e.Status != 0:
		return fmt.Sprintf("%s was cut off: %s", host, e.Detail)
	case errors.Is(e.Err, io.EOF):
		return host + " closed the connection without a response"
	case e.Detail == "":
		return host + " cannot be reached"
	}
	return fmt.Sprintf("%s cannot be reached: %s", host, e.Detail)
}
