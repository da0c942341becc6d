// Package syslog sends items to a syslog server, as RFC 5424 messages over UDP, TCP or
// TLS.
//
// Callers may rely on this: each message is valid RFC 5424 whatever its texts hold, has
// the item's id in its structured data, and keeps to the size that servers must take.
// Over TCP and TLS a message counts as sent when the server's system has acknowledged
// every byte of it, and the server has not closed the connection. Syslog itself has no
// acknowledgement: what the server's program had not read when it died is lost, and over UDP
// anything may be.
package syslog

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"foghorn/config"
	"foghorn/relay"
)

const (
	defaultFacility = "local0"
	defaultAppName  = "foghorn"
	defaultTimeout  = 15 * time.Second
)

// Sizes of a message in bytes. Servers should take so much (RFC 5426, 3.2, and RFC 5425,
// 4.3.1), and more is up to each of them.
const (
	maxDatagram = 2048
	maxFrame    = 8192
)

// A request holds at most so many messages. Datagrams are paced besides, because a server
// loses those that come faster than it reads, and nobody notices.
const (
	maxFrames    = 500
	maxDatagrams = 20
	maxBytes     = 256 << 10
	perSecond    = 50 // requests of datagrams
)

const (
	stepSend  = "send"
	stepCheck = "transport"
)

// facilities are the names of RFC 5424's facilities that have one, by number.
var facilities = []string{"kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp",
	"", "", "", "", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7"}

// Destination is a syslog server.
type Destination struct {
	address  string
	scheme   string // udp, tcp or tls
	host     string // with its port
	name     string // host without the port
	caFile   string
	timeout  time.Duration
	format   format
	size     int // of a message
	messages int // in a request

	// turn is held by whoever uses what is below. It is a channel, so that waiting for it
	// ends in time.
	turn chan struct{}
	link *link // nil when there is no connection
}

// New returns the server that c describes.
func New(c config.Relay, e relay.Env) (relay.Destination, error) {
	u, err := url.Parse(c.Address)
	switch {
	case c.Address == "":
		return nil, errors.New(`address is missing: write "tls://logs.example.net:6514", "tcp://..." or "udp://..."`)
	case err != nil || !slices.Contains([]string{"udp", "tcp", "tls"}, u.Scheme) || u.Hostname() == "" || u.Port() == "" ||
		u.User != nil || u.Path != "" || u.RawQuery != "" || u.Fragment != "":
		return nil, fmt.Errorf(`address = %q is no address: write "tls://logs.example.net:6514", "tcp://..." or "udp://...", with a port`, c.Address)
	case c.CAFile != "" && u.Scheme != "tls":
		return nil, errors.New("ca_file needs an address that begins with tls://")
	}
	facility := c.Facility
	if facility == "" {
		facility = defaultFacility
	}
	number := slices.Index(facilities, facility)
	if number < 0 {
		return nil, fmt.Errorf("facility = %q is unknown: write one of %s", facility, strings.Join(strings.Fields(strings.Join(facilities, " ")), ", "))
	}
	app := c.AppName
	if app == "" {
		app = defaultAppName
	}
	d := &Destination{
		address: c.Address, scheme: u.Scheme, host: u.Host, name: u.Hostname(), caFile: c.CAFile, timeout: time.Duration(c.Timeout),
		format: format{facility: number, host: name(e.Host, 255), app: name(app, 48), process: name(c.Name, 128)},
		size:   maxFrame, messages: maxFrames,
		turn: make(chan struct{}, 1),
	}
	if d.timeout <= 0 {
		d.timeout = defaultTimeout
	}
	if d.scheme == "udp" {
		d.size, d.messages = maxDatagram, maxDatagrams
	}
	return d, nil
}

// Limits are those of a request, and of a server that reads datagrams.
func (d *Destination) Limits() relay.Limits {
	l := relay.Limits{Items: d.messages}
	if d.scheme == "udp" {
		l.Rates = []relay.Rate{{Count: perSecond, Per: time.Second, Name: "1,000 datagrams a second, so that a server loses none"}}
	}
	return l
}

// Encode returns as many messages as fit. Over TCP and TLS each has its length in front
// (RFC 6587, 3.4.1). Over UDP each is a datagram; a line break, which no message holds,
// stands between them.
func (d *Destination) Encode(work *relay.Work) (*relay.Request, error) {
	var body []byte
	items := 0
	for i := range work.Items[:min(len(work.Items), d.messages)] {
		message := d.format.message(&work.Items[i], d.size)
		if items > 0 && len(body)+len(message)+8 > maxBytes {
			break
		}
		switch {
		case d.scheme != "udp":
			body = append(strconv.AppendInt(body, int64(len(message)), 10), ' ')
		case items > 0:
			body = append(body, '\n')
		}
		body = append(body, message...)
		items++
	}
	return d.request(stepSend, body, items), nil
}

func (d *Destination) request(step string, body []byte, items int) *relay.Request {
	return &relay.Request{Step: step, Method: "syslog", URL: d.address, Body: body, Items: items}
}

// Judge says what became of the messages.
func (d *Destination) Judge(_ *relay.Work, _ *relay.Request, answer *relay.Answer) relay.Verdict {
	return judge(answer)
}

// Checks connects, without sending a message.
func (d *Destination) Checks() []*relay.Request {
	r := d.request(stepCheck, nil, 0)
	r.Method, r.Unpaced = "check", true
	return []*relay.Request{r}
}

// JudgeCheck says what the connection showed.
func (d *Destination) JudgeCheck(_ *relay.Request, answer *relay.Answer) relay.Verdict {
	v := judge(answer)
	if v.Outcome == relay.Sent {
		v.Reason = string(answer.Body)
	}
	return v
}

func judge(answer *relay.Answer) relay.Verdict {
	if answer.Err == nil {
		return relay.Verdict{Outcome: relay.Sent}
	}
	v := relay.Verdict{Outcome: relay.Retry, Reason: relay.Explain(answer)}
	if answer.Header.Get(headerOutcome) == misconfigured {
		v.Outcome = relay.Misconfigured
	}
	return v
}

// What Do says besides the error stands in a header: the sender masks secrets in the
// error, which may leave nothing of it but its text.
const (
	headerOutcome = "Outcome"
	misconfigured = "misconfigured"
)

func failed(err error, outcome string) *relay.Answer {
	answer := &relay.Answer{Err: err}
	if outcome != "" {
		answer.Header = http.Header{headerOutcome: {outcome}}
	}
	return answer
}
