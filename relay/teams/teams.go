// Package teams posts events and alerts to Microsoft Teams by a Workflow, as Adaptive
// Cards. A Workflow answers before the card is posted, and without an id: nothing can be
// updated, so each notice is told anew, several of them in one card.
//
// Callers may rely on this: every card is one that Teams shows, below its size as Teams
// counts it, and text from outside neither formats anything nor mentions anybody.
package teams

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"foghorn/config"
	"foghorn/relay"
	"foghorn/relay/chattext"
)

// What Teams takes. It documents 28 KB, and counts two bytes for each character: 14 KB of
// text are the end: docs/integrations.md, Microsoft Teams.
const (
	maxBytes = 13_000
	maxItems = 20 // told in one card, so that people can still read it
)

// wait is how long a card waits for more to tell. The limit of an hour allows one card in
// 36 seconds.
const wait = 5 * time.Second

// sendEvents is the value of the key send for events; else it is alerts.
const sendEvents = "events"

type destination struct {
	url    string
	detail chattext.Detail
	groups bool
}

// New makes the destination from url and detail.
func New(c config.Relay, _ relay.Env) (relay.Destination, error) {
	if c.URL.IsZero() {
		return nil, errors.New("url is missing: Teams shows it when a Workflow for webhooks is made")
	}
	u, err := url.Parse(c.URL.Reveal())
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, errors.New("url must be the address of a Workflow, which begins with https://")
	}
	return &destination{c.URL.Reveal(), chattext.Detail(c.Detail), c.Send != sendEvents}, nil
}

// Limits has the rates that Microsoft documents for webhooks of Teams.
func (d *destination) Limits() relay.Limits {
	return relay.Limits{Items: maxItems, Wait: wait, Groups: d.groups, Rates: []relay.Rate{
		{Count: 4, Per: time.Second, Name: "Teams' 4 messages in a second"},
		{Count: 60, Per: 30 * time.Second, Name: "Teams' 60 messages in 30 seconds"},
		{Count: 100, Per: time.Hour, Name: "Teams' 100 messages in an hour"},
		{Count: 150, Per: 2 * time.Hour, Name: "Teams' 150 messages in 2 hours"},
		{Count: 1800, Per: 24 * time.Hour, Name: "Teams' 1,800 messages in a day"},
	}}
}

// Advice says what no Workflow can do.
func (d *destination) Advice() string {
	if !d.groups {
		return ""
	}
	return "posts anew for each change: a Workflow cannot update its messages"
}

func (d *destination) Encode(work *relay.Work) (*relay.Request, error) {
	body, n, err := compose(work.Items, d.detail)
	if err != nil {
		return nil, err
	}
	// With the charset, Teams reads the text as UTF-8 and does not count it twice.
	header := http.Header{"Content-Type": {"application/json; charset=utf-8"}}
	return &relay.Request{Step: "post", URL: d.url, Header: header, Body: body, Items: n}, nil
}
