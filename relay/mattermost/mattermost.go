// Package mattermost posts events and alerts to Mattermost, in one of two ways. An
// incoming webhook posts anew for each notice. A bot keeps one post for an alert up to
// date, and replies in its thread where people must be rung.
//
// Callers may rely on this: no post is longer than Mattermost takes in one piece, and
// text from outside neither formats anything nor mentions anybody. A post that is gone,
// or that may no longer be edited, leads to exactly one new one.
package mattermost

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"foghorn/config"
	"foghorn/relay"
)

// What Mattermost takes: docs/integrations.md, Mattermost incoming webhook.
const (
	maxChars = 16_383 // of a post; the server splits what is longer
	maxItems = 10     // told in one post, so that people can still read it
	idLength = 26     // of a channel or a post
)

// sendEvents is the value of the key send for events; else it is alerts.
const sendEvents = "events"

// New makes the destination: a hook from url, or a bot from server, token and channel.
func New(c config.Relay, _ relay.Env) (relay.Destination, error) {
	if c.Server == "" && c.Token.IsZero() {
		return newHook(c)
	}
	return newBot(c)
}

func newHook(c config.Relay) (relay.Destination, error) {
	if c.URL.IsZero() {
		return nil, errors.New("url is missing: give the address of an incoming webhook, or server, token and channel for a bot")
	}
	if _, err := address("url", c.URL.Reveal()); err != nil {
		return nil, err
	}
	return &hook{c: c, url: c.URL.Reveal()}, nil
}

func newBot(c config.Relay) (relay.Destination, error) {
	switch {
	case !c.URL.IsZero():
		return nil, errors.New("url is the address of an incoming webhook, and server and token are for a bot: give one or the other")
	case c.Server == "":
		return nil, errors.New("server is missing: a bot's token needs the address of its server, such as https://chat.example.net")
	case c.Token.IsZero():
		return nil, errors.New("token is missing: server is for a bot, and a bot needs its token")
	case c.Username != "" || c.IconURL != "" || c.IconEmoji != "":
		return nil, errors.New("username, icon_url and icon_emoji are for incoming webhooks: a bot has a name and a picture of its own")
	case !isID(c.Channel):
		return nil, fmt.Errorf("channel must be the channel's id, %d letters and digits, when a bot posts: its menu shows it under View Info", idLength)
	}
	server, err := address("server", c.Server)
	if err != nil {
		return nil, err
	}
	return &bot{c: c, api: strings.TrimRight(server, "/") + "/api/v4"}, nil
}

// address checks the value of a key that says where Mattermost is. Errors do not show
// it: a hook's address is a secret.
func address(key, value string) (string, error) {
	u, err := url.Parse(value)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return "", fmt.Errorf("%s must be an address that begins with https:// or http://", key)
	}
	return value, nil
}

// isID reports whether s may be the id of a channel or post. Only then does it get into
// an address.
func isID(s string) bool {
	return len(s) == idLength && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789") == ""
}

// rates is the limit that a server has where its administrator turned it on.
func rates() []relay.Rate {
	return []relay.Rate{{Count: 10, Per: time.Second, Name: "Mattermost's 10 requests a second"}}
}
