// Package slack sends alerts and events to Slack.
//
// Callers may rely on this: with a bot token, an alert has one message, which is edited
// with each change; who must be rung gets a reply in its thread. A message that is gone
// or cannot be edited is replaced by exactly one new one. With the URL of an incoming
// webhook each change is a message of its own, and Advice says so. No message is above
// Slack's limits, and no text from outside pings anybody.
package slack

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"foghorn/config"
	"foghorn/relay"
	"foghorn/relay/chattext"
)

// defaultURL is where Slack's Web API is.
const defaultURL = "https://slack.com/api/"

// Slack shows a message a second in a channel, and edits 50 a minute in a workspace
// (docs/relays/slack.md, Limits). One in 1.2 s keeps both, and leaves room for requests
// that overtake each other on their way.
const between = 1200 * time.Millisecond

// maxItems is how many events or notices one message tells.
const maxItems = 20

// wait is how long events wait for others to share a message.
const wait = 2 * time.Second

// slack is a relay to one channel.
type slack struct {
	api     string // of the Web API; empty for an incoming webhook
	hook    string // of the incoming webhook; empty for the Web API
	token   string
	channel string
	sender  sender
	events  bool
	detail  chattext.Detail
	host    string
}

// sender is how messages are signed, where Slack lets the app choose.
type sender struct {
	Username  string `json:"username,omitempty"`
	IconURL   string `json:"icon_url,omitempty"`
	IconEmoji string `json:"icon_emoji,omitempty"`
}

// New makes the destination of a relay of kind slack.
func New(c config.Relay, e relay.Env) (relay.Destination, error) {
	s := &slack{token: c.Token.Reveal(), channel: strings.TrimSpace(c.Channel), events: c.Send == config.SendEvents, detail: chattext.Detail(c.Detail), host: e.Host,
		sender: sender{c.Username, c.IconURL, c.IconEmoji}}
	at := c.URL.Reveal()
	switch {
	case s.token == "" && at == "":
		return nil, errors.New("needs token and channel (a bot that updates its messages), or url (an incoming webhook, which posts anew)")
	case s.token == "" && s.channel != "":
		return nil, errors.New("channel needs a token: an incoming webhook posts in the channel that it was made for")
	case s.token == "":
		if err := checkURL(at); err != nil {
			return nil, err
		}
		s.hook = at
		return s, nil
	case s.channel == "":
		return nil, errors.New("token needs a channel: its id (C0123456789, at the end of the channel's details), or its name")
	case isHook(at):
		return nil, errors.New("url is that of an incoming webhook, which takes no token: remove one of them")
	case strings.HasPrefix(s.token, "xapp-"):
		return nil, errors.New("token is an app-level one (xapp-...): a relay needs the bot's (xoxb-...), from OAuth & Permissions")
	case at == "":
		at = defaultURL
	}
	if err := checkURL(at); err != nil {
		return nil, err
	}
	s.api = strings.TrimSuffix(at, "/") + "/"
	return s, nil
}

// checkURL reports an address that nothing can be sent to, without printing it: that of a
// webhook is a secret.
func checkURL(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return errors.New("url is not an address: it begins with https:// and names a host")
	}
	return nil
}

// isHook reports whether an address is that of an incoming webhook.
func isHook(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Host == "hooks.slack.com" || strings.HasPrefix(u.Path, "/services/"))
}

// Limits are those of docs/relays/slack.md, Limits.
func (s *slack) Limits() relay.Limits {
	l := relay.Limits{
		Items: maxItems, Groups: true,
		Rates: []relay.Rate{{Count: 1, Per: between, Channel: true, Name: "Slack's 1 message a second in a channel"}},
	}
	switch {
	case s.events:
		l.Wait = wait
	case s.hook == "":
		l.Keeps, l.Items = true, 1
	}
	return l
}

// Advice says what an incoming webhook cannot do.
func (s *slack) Advice() string {
	if s.hook == "" || s.events {
		return ""
	}
	return "posts each change anew, because an incoming webhook cannot edit: give the relay a token and a channel, and it keeps one message an alert up to date"
}

// request is a request with a body.
func (s *slack) request(step, method string, body any) (*relay.Request, error) {
	text, err := relay.Compact(body)
	if err != nil {
		return nil, fmt.Errorf("encode the message: %w", err)
	}
	r := &relay.Request{Step: step, URL: s.hook, Header: http.Header{"Content-Type": {"application/json; charset=utf-8"}}, Body: text, Items: 1, Channel: s.channel}
	if s.hook == "" {
		r.URL = s.api + method
		r.Header.Set("Authorization", "Bearer "+s.token)
	}
	return r, nil
}
