// Package splunk sends events and alerts to the HTTP Event Collector of Splunk, and to
// what speaks its language.
//
// Callers may rely on this: what Splunk says it has is not sent again, not even when it
// refused a later item of the same batch. With acknowledgement, items count as
// sent when Splunk has indexed them, and not when it has received them.
package splunk

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"foghorn/config"
	"foghorn/relay"
)

const (
	// maxBody is the size of a batch that every server takes, uncompressed: max_content_length
	// was that small by default in older ones (docs/integrations.md, Splunk HEC).
	maxBody = 1_000_000
	// maxItems bounds a batch of short events. Nobody documents a number.
	maxItems = 1000
	// wait is how long a batch that is not full waits for more.
	wait = time.Second

	collector         = "/services/collector"
	defaultSourceType = "_json" // Splunk has it built in
)

// destination is the collector of one relay.
type destination struct {
	base  string // the address before /services/collector
	auth  string
	index string
	kind  string // sourcetype
	ack   bool
	// channel is the channel of acknowledgements, always the same, so that a question
	// after a restart finds its answer. trial is the one for checks: a question on the
	// relay's own channel could take an answer away.
	channel, trial string
	host           string // of what is about no device
}

// New makes the destination of a relay.
func New(c config.Relay, e relay.Env) (relay.Destination, error) {
	base, err := baseOf(c.URL.Reveal())
	if err != nil {
		return nil, err
	}
	token := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(c.Token.Reveal()), "Splunk "))
	switch {
	case token == "":
		return nil, errors.New("token is missing; Splunk shows it under Settings, Data inputs, HTTP Event Collector")
	case strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }):
		return nil, errors.New("token has characters that no token of Splunk has")
	}
	d := &destination{base: base, auth: "Splunk " + token, index: c.Index, kind: c.SourceType, ack: c.Ack, host: e.Host}
	if d.kind == "" {
		d.kind = defaultSourceType
	}
	d.channel = guid(e.Host, c.Name, base)
	d.trial = guid(e.Host, c.Name, base, "check")
	return d, nil
}

// baseOf is the part of an address that all paths of the collector begin with.
func baseOf(text string) (string, error) {
	const example = "such as https://splunk.example.com:8088"
	u, err := url.Parse(text)
	switch {
	case text == "":
		return "", errors.New("url is missing; it is the address of the HTTP Event Collector, " + example)
	case err != nil || u.Host == "":
		return "", errors.New("url is no address; it looks " + example) // the error's text may hold a secret
	case u.RawQuery != "" || u.Fragment != "":
		return "", errors.New("url must not have anything after the path; the token has a key of its own")
	}
	path := strings.TrimSuffix(u.Path, "/")
	before, after, found := strings.Cut(path, collector)
	switch after = strings.TrimSuffix(after, "/1.0"); {
	case !found:
		before = path
	case after != "" && after != "/event":
		return "", fmt.Errorf("url ends in %s%s, which takes no events as JSON; leave the path out", collector, after)
	}
	return u.Scheme + "://" + u.Host + before, nil
}

func (d *destination) Limits() relay.Limits {
	return relay.Limits{Items: maxItems, Wait: wait}
}

// request is one to a path of the collector.
func (d *destination) request(step, path string, body []byte) *relay.Request {
	h := http.Header{"Authorization": {d.auth}}
	method := http.MethodGet
	if body != nil {
		method = http.MethodPost
		h.Set("Content-Type", "application/json")
	}
	return &relay.Request{Step: step, Method: method, URL: d.base + collector + path, Header: h, Body: body}
}

// The steps of an exchange.
const (
	stepPost = "post"
	stepAsk  = "ask"
)

// Encode returns the next batch; or, with acknowledgement, the question whether the last
// one is indexed.
func (d *destination) Encode(work *relay.Work) (*relay.Request, error) {
	if h := d.pending(work); h != nil {
		r := d.question(d.channel, h.Ack)
		r.Step, r.Items, r.After = stepAsk, h.Items, pause(h.Asked)
		return r, nil
	}
	var body []byte
	n := 0
	for n < min(len(work.Items), maxItems) {
		next, err := d.envelope(&work.Items[n])
		if err != nil {
			return nil, fmt.Errorf("item %s cannot be written as JSON: %w", work.Items[n].ID(), err)
		}
		if n > 0 && len(body)+1+len(next) > maxBody {
			break
		}
		if n > 0 {
			body = append(body, '\n')
		}
		body = append(body, next...)
		n++
	}
	if n == 0 {
		return nil, errors.New("there is nothing to send")
	}
	r := d.request(stepPost, "/event", body)
	r.Items, r.Gzip = n, true
	if d.ack {
		r.Header.Set("X-Splunk-Request-Channel", d.channel)
	}
	return r, nil
}
