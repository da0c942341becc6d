// Package datadog sends events and alerts to Datadog's log intake, in batches.
//
// Callers may rely on this: a batch keeps within the documented sizes, whatever its items
// hold. The format relay gives the message that the reference relay gives, byte for
// byte: the order of keys and the text of numbers are those of the element as it came.
package datadog

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"foghorn/config"
	"foghorn/internal/mask"
	"foghorn/relay"
)

// What Datadog documents (docs/integrations.md, Datadog log intake). It says MB, so both
// sizes are read as the smaller meaning of it.
const (
	maxBody  = 5_000_000 // before compression
	maxEntry = 1_000_000
	maxItems = 1000
	maxAge   = 18 * time.Hour
	maxAhead = 2 * time.Hour
)

// onTheWay is how much older than now an entry may get before Datadog looks at it.
const onTheWay = 5 * time.Minute

// wait is how long a batch waits for more: long enough to fill it in a storm, and short
// beside the time that Datadog takes to show a log.
const wait = 2 * time.Second

// The formats of events. Alerts are always in jsonFormat: the others have no words for them.
const (
	jsonFormat   = "json"
	relayFormat  = "relay"
	readmeFormat = "readme"
)

// intakePath is added to a url without a path.
const intakePath = "/api/v2/logs"

type destination struct {
	url, check string // check is empty when the API's host is unknown
	key        string
	masked     *mask.Set
	format     string
	escape     bool
	service    string // empty for the format's own
	tags       []string
	host       string
	events     bool // it sends events, and not alerts
	restamp    bool
}

// siteName is a host name and nothing that could lead the key elsewhere.
var siteName = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)+$`)

// New makes a destination.
func New(c config.Relay, e relay.Env) (relay.Destination, error) {
	d := &destination{key: c.APIKey.Reveal(), format: c.Format, escape: c.Escape, service: c.Service, tags: c.Tags,
		host: e.Host, events: c.Send == "events", restamp: c.Restamp}
	if d.format == "" {
		d.format = jsonFormat
	}
	d.masked = mask.New(d.key)
	switch {
	case d.key == "" || strings.ContainsFunc(d.key, func(r rune) bool { return r <= ' ' || r > '~' }):
		return nil, errors.New("api_key is missing, or holds more than the key: make one in Datadog under Organization Settings, API Keys")
	case !slices.Contains([]string{jsonFormat, relayFormat, readmeFormat}, d.format):
		return nil, fmt.Errorf("format %q is unknown: use json, relay or readme", d.format)
	case d.escape && d.format == jsonFormat:
		return nil, errors.New("escape is for the formats relay and readme: JSON is always escaped")
	case c.Site != "" && !c.URL.IsZero():
		return nil, errors.New("site and url are both set: site is enough for Datadog itself, and url leads to a proxy")
	case c.Site != "":
		if err := d.atSite(c.Site); err != nil {
			return nil, err
		}
	case !c.URL.IsZero():
		if err := d.atURL(c.URL.Reveal()); err != nil {
			return nil, err
		}
	default:
		return nil, errors.New(`site is missing: it is the address of your Datadog page without "app.", such as datadoghq.eu or us5.datadoghq.com`)
	}
	return d, nil
}

func (d *destination) atSite(site string) error {
	host := strings.TrimPrefix(strings.ToLower(site), "app.")
	if !siteName.MatchString(host) {
		return fmt.Errorf("site %q is not the name of a Datadog site, such as datadoghq.eu or us5.datadoghq.com", site)
	}
	d.url, d.check = "https://http-intake.logs."+host+intakePath, "https://api."+host+"/api/v1/validate"
	return nil
}

// atURL takes an address whole, or adds the intake's path to one without a path.
func (d *destination) atURL(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return errors.New("url is not an address that begins with https:// or http://") // it may be a secret: it is not shown
	}
	if u.Path == "" || u.Path == "/" {
		u.Path = intakePath
	}
	d.url = u.String()
	return nil
}

// Limits implements relay.Destination.
func (d *destination) Limits() relay.Limits {
	l := relay.Limits{Items: maxItems, Wait: wait}
	if d.events && d.format == jsonFormat && !d.restamp {
		l.Age = maxAge // an alert is told as it is now, and an entry of the reference relay has no time
	}
	return l
}

// Encode implements relay.Destination.
func (d *destination) Encode(work *relay.Work) (*relay.Request, error) {
	body, n := []byte("["), 0
	for i := range work.Items[:min(len(work.Items), maxItems)] {
		entry, err := d.entry(&work.Items[i], work.Now)
		if err != nil {
			if n > 0 {
				break // an error is about the first item: this one is the first of the next request
			}
			return nil, err
		}
		if n > 0 {
			if len(body)+len(entry)+len(",]") > maxBody {
				break
			}
			body = append(body, ',')
		}
		body = append(body, entry...)
		n++
	}
	header := d.header()
	header.Set("Content-Type", "application/json")
	return &relay.Request{Step: "send", URL: d.url, Header: header, Body: append(body, ']'), Gzip: true, Items: n}, nil
}

func (d *destination) header() http.Header {
	return http.Header{"Dd-Api-Key": {d.key}}
}

// Judge implements relay.Destination.
func (d *destination) Judge(_ *relay.Work, _ *relay.Request, a *relay.Answer) relay.Verdict {
	v := relay.JudgeHTTP(a)
	switch status := a.Status; {
	case a.Err != nil:
	case status == http.StatusAccepted, status == http.StatusOK: // 200 is what the older intake answers
		v = d.judgeSuccess(a)
	case status > 200 && status < 300:
		v = relay.Verdict{Outcome: relay.Misconfigured, Reason: relay.Explain(a) + ": Datadog answers 202; is the address that of its log intake?"}
	case status == http.StatusUnauthorized:
		v.Reason = "401: Datadog got no API key; does a proxy take the header DD-API-KEY away?"
	case status == http.StatusForbidden:
		v.Reason = "403: Datadog refuses the API key: it is wrong, revoked, or belongs to another site"
	case status == http.StatusNotFound:
		v.Reason = "404: no log intake at this address; check site or url"
	}
	v.Reason = d.masked.Text(v.Reason)
	return v
}

// judgeSuccess tells Datadog's yes from that of a proxy or a login page in front of it.
func (d *destination) judgeSuccess(a *relay.Answer) relay.Verdict {
	if bytes.HasPrefix(bytes.TrimSpace(a.Body), []byte("<")) {
		return relay.Verdict{Outcome: relay.Misconfigured, Reason: relay.Explain(a)}
	}
	var answer struct {
		Errors []json.RawMessage `json:"errors"`
	}
	if err := json.Unmarshal(a.Body, &answer); err == nil && len(answer.Errors) > 0 {
		return relay.Verdict{Outcome: relay.Retry, Reason: "a success with errors: " + relay.Explain(a)}
	}
	return relay.Verdict{Outcome: relay.Sent} // Datadog documents no body: none, {} or one that was cut off will do
}

// Checks implements relay.Checker: Datadog says of an API key whether it is valid.
func (d *destination) Checks() []*relay.Request {
	if d.check == "" {
		return nil
	}
	return []*relay.Request{{Step: "check the API key", Method: http.MethodGet, URL: d.check, Header: d.header(), Unpaced: true}}
}

// JudgeCheck implements relay.Checker.
func (d *destination) JudgeCheck(_ *relay.Request, a *relay.Answer) relay.Verdict {
	v := relay.JudgeHTTP(a)
	switch {
	case a.Err != nil:
	case a.Status == http.StatusOK:
		var answer struct {
			Valid bool `json:"valid"`
		}
		if err := json.Unmarshal(a.Body, &answer); err != nil || !answer.Valid {
			v = relay.Verdict{Outcome: relay.Misconfigured, Reason: "Datadog does not say that the API key is valid: " + relay.Explain(a)}
			break
		}
		v = relay.Verdict{Outcome: relay.Sent, Reason: "the API key is valid"}
	case a.Status == http.StatusUnauthorized, a.Status == http.StatusForbidden:
		v.Reason = fmt.Sprintf("%d: the API key is wrong, revoked, or belongs to another site", a.Status)
	}
	v.Reason = d.masked.Text(v.Reason)
	return v
}
