package teams

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"foghorn/relay"
	"foghorn/relay/chattext"
)

// Judge knows Workflows, and the connectors that they replace: those answered 200, and
// told what went wrong in the text.
func (d *destination) Judge(_ *relay.Work, request *relay.Request, a *relay.Answer) relay.Verdict {
	v := relay.JudgeHTTP(a)
	if a.Err != nil {
		return v
	}
	e := parseError(a)
	switch {
	case a.Status == http.StatusAccepted:
		return relay.Verdict{Outcome: relay.Sent}
	case a.Status < http.StatusMultipleChoices:
		return connector(a)
	case e.off():
		return misconfigured(a, "the Workflow is turned off: turn it on in Teams, under Workflows")
	case e.Code == "DirectApiAuthorizationRequired", e.Code == "DirectApiInvalidAuthorizationScheme":
		return misconfigured(a, "the Workflow wants its callers to sign in, or url was cut: let anyone trigger it, and copy the whole address")
	case a.Status == http.StatusUnauthorized, a.Status == http.StatusForbidden:
		return misconfigured(a, "the signature in url is wrong: copy the whole address from the Workflow")
	case a.Status == http.StatusNotFound, a.Status == http.StatusGone:
		return misconfigured(a, "there is no such Workflow: it was deleted, or its owner left; make a new one and put its address into url")
	case a.Status == http.StatusRequestEntityTooLarge, a.Status == http.StatusBadRequest:
		if request.Items == 1 {
			v.Items = 0 // there is only one that it can mean
		}
	}
	if e.Code != "" {
		v.Reason = e.explain(a.Status)
	}
	return v
}

// connector judges a 2xx that is not a Workflow's 202.
func connector(a *relay.Answer) relay.Verdict {
	text := strings.TrimSpace(string(a.Body))
	reason := relay.Explain(a)
	switch {
	case text == "1", text == "", strings.HasPrefix(text, "{") && parseError(a).Code == "":
		return relay.Verdict{Outcome: relay.Sent} // "1" of a connector; the rest of a Workflow with a response of its own
	case strings.HasPrefix(text, "<"):
	case strings.Contains(text, "HTTP error 413"):
		return relay.Verdict{Outcome: relay.Refused, Items: -1, Reason: reason}
	case strings.Contains(text, "HTTP error 5"), strings.Contains(text, "429"):
		return relay.Verdict{Outcome: relay.Retry, After: relay.RetryAfter(a), Reason: reason}
	}
	return misconfigured(a, "it does not answer as a Workflow does: check url")
}

// serverError is the body of a Workflow's errors.
type serverError struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

func parseError(a *relay.Answer) serverError {
	var body struct {
		Error serverError `json:"error"`
	}
	_ = json.Unmarshal(a.Body, &body) // an answer without an error has none
	return body.Error
}

// off reports whether the Workflow does not run.
func (e serverError) off() bool {
	return strings.HasSuffix(e.Code, "NotEnabled") || strings.HasSuffix(e.Code, "Disabled") || strings.HasSuffix(e.Code, "Suspended")
}

// explain is the error in a line, with its code, which people can search for.
func (e serverError) explain(status int) string {
	const most = 200
	return strconv.Itoa(status) + ": " + chattext.Line(e.Message, most) + " (" + chattext.Line(e.Code, most) + ")"
}

func misconfigured(a *relay.Answer, what string) relay.Verdict {
	reason := relay.Explain(a)
	if e := parseError(a); e.Code != "" {
		reason = e.explain(a.Status)
	}
	return relay.Verdict{Outcome: relay.Misconfigured, After: relay.RetryAfter(a), Reason: reason + "; " + what}
}
