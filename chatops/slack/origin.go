package slack

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"foghorn/config"
)

// origin is the address of a workspace's Web API. Where its answers and files go follows
// from it.
type origin string

const (
	slackAPI = "https://slack.com/api/"
	// Slack's two clouds, each with hosts of its own. GovSlack is the second.
	slackDomain    = "slack.com"
	govSlackDomain = "slack-gov.com"
)

func originOf(w *config.ChatWorkspace) origin {
	if w.APIURL == "" {
		return slackAPI
	}
	return origin(strings.TrimSuffix(w.APIURL, "/") + "/")
}

// ResponseOrigin is where answers to calls of a workspace are posted, and nowhere else:
// https://hooks.slack.com. GovSlack has a host of its own; anything else that speaks the
// Web API takes answers at the same host and port.
func ResponseOrigin(w *config.ChatWorkspace) string { return originOf(w).hooks() }

func (o origin) hooks() string {
	u, err := url.Parse(string(o))
	if err != nil {
		return ""
	}
	if domain := cloudOf(u); domain != "" {
		return "https://hooks." + domain
	}
	return u.Scheme + "://" + u.Host
}

// cloudOf is the domain of the cloud of Slack's that an address is in; empty for others.
func cloudOf(u *url.URL) string {
	for _, domain := range []string{slackDomain, govSlackDomain} {
		if u.Scheme == "https" && (u.Host == domain || strings.HasSuffix(u.Host, "."+domain)) {
			return domain
		}
	}
	return ""
}

// responds reports a response_url that is not of this Slack.
func (o origin) responds(address string) error {
	u, err := url.Parse(address)
	if err != nil || len(address) > maxURL {
		return errors.New("the response_url is not a URL")
	}
	at := u.Scheme + "://" + u.Host
	if hooks := o.hooks(); u.User != nil || u.Opaque != "" || at != hooks || u.Scheme != "https" && !onThisMachine(u) {
		return fmt.Errorf("the response_url is at %.80q, and foghorn answers at %s only", at, hooks)
	}
	return nil
}

// onThisMachine reports whether what goes to an address stays on this machine.
func onThisMachine(u *url.URL) bool { return loopback(u.Hostname()) || u.Hostname() == "localhost" }

// uploads reports a place for files that is not of this Slack. A proxy of the Web API may
// hand on the places that Slack gave.
func (o origin) uploads(address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return errors.New("upload a file: Slack gave no address")
	}
	api, err := url.Parse(string(o))
	if err != nil {
		return errors.New("upload a file: the address of the Web API is not a URL")
	}
	cloud := cloudOf(api)
	switch {
	case u.User != nil:
	case u.Scheme == api.Scheme && u.Host == api.Host:
		return nil
	case cloud == "" && cloudOf(u) != "", cloud != "" && cloudOf(u) == cloud:
		return nil
	}
	return fmt.Errorf("upload a file: Slack gave an address at %.80q, which does not belong to Slack", u.Host)
}
