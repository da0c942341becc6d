// Package webhook posts events and alerts to any HTTP server, one a request.
//
// Callers may rely on this: signatures are over the bytes that are sent, and made anew
// for each attempt with its time. The element of an event goes on as it came: numbers,
// escapes and the order of keys are those that the sender wrote, so that nobody who
// compares it with the original finds it rewritten.
package webhook

import (
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"foghorn/config"
	"foghorn/internal/mask"
	"foghorn/relay"
)

// maxBody bounds a request. A receiver that takes more is rare, and one that refuses it
// would refuse it for ever.
const maxBody = 4 << 20

type destination struct {
	url         string
	method      string
	contentType string
	header      http.Header
	body        *body
	sign        *signer // nil to sign nothing
	parallel    int
	masked      *mask.Set
}

// New makes a destination. It reads the template.
func New(c config.Relay, _ relay.Env) (relay.Destination, error) {
	d := &destination{url: c.URL.Reveal(), method: strings.ToUpper(c.Method), contentType: c.ContentType, parallel: c.Parallel}
	if d.method == "" {
		d.method = http.MethodPost
	}
	if d.contentType == "" {
		d.contentType = "application/json"
	}
	u, err := url.Parse(d.url)
	mediaType, _, typeErr := mime.ParseMediaType(d.contentType)
	switch {
	case d.url == "":
		return nil, errors.New("url is missing: it is the address to post to")
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return nil, errors.New("url is not an address that begins with https:// or http://") // it may be a secret: it is not shown
	case !slices.Contains([]string{http.MethodPost, http.MethodPut, http.MethodPatch}, d.method):
		return nil, fmt.Errorf("method %q is not one of POST, PUT and PATCH", c.Method)
	case typeErr != nil || !strings.Contains(mediaType, "/"):
		return nil, fmt.Errorf("content_type %q is not a type such as application/json", c.ContentType)
	}
	if d.sign, err = newSigner(c.Signing, c.Secret.Reveal()); err != nil {
		return nil, err
	}
	secrets := []string{c.Secret.Reveal(), d.url}
	if d.header, err = d.headers(c.Headers, &secrets); err != nil {
		return nil, err
	}
	d.masked = mask.New(secrets...)
	isJSON := mediaType == "application/json" || strings.HasSuffix(mediaType, "+json")
	if d.body, err = newBody(c.TemplateFile, c.Send == "events", isJSON); err != nil {
		return nil, err
	}
	return d, nil
}

var (
	headerName  = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")
	credentials = regexp.MustCompile(`(?i)auth|key|token|secret|cookie|password`)
)

// ownHeaders are those that the request or another key decides.
var ownHeaders = []string{"Connection", "Content-Encoding", "Content-Length", "Content-Type", "Host", "Transfer-Encoding", "User-Agent"}

// headers reads the headers of the configuration, and notes the credentials in them.
func (d *destination) headers(lines []string, secrets *[]string) (http.Header, error) {
	h := http.Header{"Content-Type": {d.contentType}}
	for i, line := range lines {
		name, value, ok := strings.Cut(line, ":")
		name, value = http.CanonicalHeaderKey(name), strings.TrimSpace(value)
		switch {
		case !ok || !headerName.MatchString(name) || strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r == 0x7f }):
			return nil, fmt.Errorf(`headers[%d] is not a name, a colon and a value, such as "X-Team: noc"`, i)
		case name == "Content-Type":
			return nil, fmt.Errorf("headers[%d]: use content_type for the content type", i)
		case slices.Contains(ownHeaders, name):
			return nil, fmt.Errorf("headers[%d]: %s is made by the request itself", i, name)
		case d.sign.makes(name):
			return nil, fmt.Errorf("headers[%d]: %s is made by signing", i, name)
		}
		if credentials.MatchString(name) {
			*secrets = append(*secrets, value)
			if _, secret, ok := strings.Cut(value, " "); ok { // "Bearer x"
				*secrets = append(*secrets, secret)
			}
		}
		h.Add(name, value)
	}
	return h, nil
}

// Limits implements relay.Destination.
func (d *destination) Limits() relay.Limits { return relay.Limits{Items: 1, Parallel: d.parallel} }

// Encode implements relay.Destination.
func (d *destination) Encode(work *relay.Work) (*relay.Request, error) {
	item := &work.Items[0]
	body, err := d.body.of(item)
	if err != nil {
		return nil, err
	}
	header := d.header.Clone()
	d.sign.add(header, item.ID(), work.Now, body)
	return &relay.Request{Step: "send", Method: d.method, URL: d.url, Header: header, Body: body, Items: 1}, nil
}

// Judge implements relay.Destination.
func (d *destination) Judge(_ *relay.Work, _ *relay.Request, a *relay.Answer) relay.Verdict {
	v := relay.JudgeHTTP(a)
	advise := func(o relay.Outcome, advice string) {
		v.Outcome, v.Items, v.Reason = o, 0, v.Reason+"; "+advice
	}
	switch status := a.Status; {
	case a.Err != nil:
	case status >= 300 && status < 400:
		advise(relay.Misconfigured, "redirects are not followed: set url to the new address")
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		advise(relay.Misconfigured, "does the receiver have the same secret, and expect these headers?")
	case status == http.StatusNotFound:
		advise(relay.Misconfigured, "check url")
	case status == http.StatusMethodNotAllowed:
		advise(relay.Misconfigured, "check method")
	case status == http.StatusGone:
		advise(relay.Misconfigured, "the receiver wants no more: remove the relay, or change url")
	case status == http.StatusUnsupportedMediaType:
		advise(relay.Misconfigured, "check content_type")
	case status == http.StatusConflict:
		advise(relay.Refused, "the receiver does not take this one")
	case v.Outcome == relay.Refused:
		v.Items = 0 // there is only one
	}
	v.Reason = d.masked.Text(v.Reason)
	return v
}
