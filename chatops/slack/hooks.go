package slack

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"foghorn/chatops"
	"foghorn/internal/safetext"
)

// errNoURL means that a response_url is not there, or used up.
var errNoURL = errors.New("there is no response_url that still takes an answer")

// responds reports a response_url that is not Slack's.
func (s *Slack) responds(address string) error {
	u, err := url.Parse(address)
	switch {
	case err != nil || len(address) > maxURL:
		return errors.New("the response_url is no address")
	case u.User != nil || u.Opaque != "" || u.Host != s.ResponseHost || u.Scheme != "https" && !(u.Scheme == "http" && s.isTest()):
		return fmt.Errorf("the response_url is at %.80q, and foghorn answers at https://%s only", u.Scheme+"://"+u.Host, s.ResponseHost)
	}
	return nil
}

// isTest reports whether answers go to this machine, which Slack never asks for.
func (s *Slack) isTest() bool {
	host, _, err := net.SplitHostPort(s.ResponseHost)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

// respond posts an answer at the response_url of a call.
func (s *Slack) respond(ctx context.Context, call *chatops.Call, r *response) error {
	if call.Reply.URL == "" {
		return errNoURL
	}
	// A call may come from the disk, where anything may stand.
	if err := s.responds(call.Reply.URL); err != nil {
		return fmt.Errorf("%w: %w", errNoURL, err)
	}
	if !s.uses.Take(call.Reply.URL, call.At, s.Clock.Now()) {
		return errNoURL
	}
	body, kind, err := encoded(r)
	if err != nil {
		return err
	}
	const what = "answer at the response_url"
	status, answer, _, err := s.send(ctx, what, call.Reply.URL, http.Header{"Content-Type": {kind}}, body)
	switch {
	case err != nil:
		return err
	case status != http.StatusOK:
		return &statusError{what, status, safetext.Line(safetext.Clip(strings.TrimSpace(string(answer)), 80))}
	}
	return nil
}
