package relay

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"foghorn/internal/safetext"
)

// JudgeHTTP is what an answer means to a service that keeps to the meaning of HTTP's
// status codes. A destination judges its own exceptions first.
func JudgeHTTP(a *Answer) Verdict {
	v := Verdict{Reason: Explain(a), After: RetryAfter(a)}
	switch s := a.Status; {
	case a.Err != nil:
		v.Outcome = Retry
	case s >= 200 && s < 300:
		v = Verdict{Outcome: Sent}
	case s == http.StatusRequestTimeout, s == http.StatusTooEarly, s == http.StatusTooManyRequests, s >= 500 && s != http.StatusNotImplemented:
		v.Outcome = Retry
	case s == http.StatusBadRequest, s == http.StatusRequestEntityTooLarge, s == http.StatusUnsupportedMediaType, s == http.StatusUnprocessableEntity:
		v.Outcome, v.Items = Refused, -1
	default: // 401, 403, 404, 405, 410, 501, and redirects, which are not followed
		v.Outcome = Misconfigured
	}
	return v
}

// maxPause bounds what Retry-After is believed.
const maxPause = time.Hour

// RetryAfter is how long an answer asks to wait, by its header in seconds or as a date;
// 0 when it does not say, and an hour at most.
func RetryAfter(a *Answer) time.Duration {
	text := strings.TrimSpace(a.Header.Get("Retry-After"))
	if text == "" {
		return 0
	}
	if s, err := strconv.ParseFloat(text, 64); err == nil && s >= 0 {
		return min(time.Duration(min(s, maxPause.Seconds())*float64(time.Second)), maxPause)
	}
	if at, err := http.ParseTime(text); err == nil {
		return min(max(0, at.Sub(a.At)), maxPause)
	}
	return 0
}

// Explain is an answer in one line: the error, or the status with the beginning of
// the body.
func Explain(a *Answer) string {
	if a.Err != nil {
		return safetext.Line(a.Err.Error())
	}
	out := strconv.Itoa(a.Status)
	if text := http.StatusText(a.Status); text != "" {
		out += " " + text
	}
	body := strings.TrimSpace(safetext.Clip(string(a.Body), 300))
	switch {
	case a.Status >= 300 && a.Status < 400:
		return out + " (redirects are not followed: is the address that of the service?)"
	case strings.HasPrefix(body, "<"):
		return out + " (a page of HTML: is the address that of the service?)"
	case !utf8.ValidString(body):
		return out + " (a body that is no text)"
	case body != "":
		return fmt.Sprintf("%s: %s", out, safetext.Line(body))
	}
	return out
}
