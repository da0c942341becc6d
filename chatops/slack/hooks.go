package slack

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"foghorn/chatops"
	"foghorn/internal/safetext"
)

// errNoURL means that a response_url is not there, or used up.
var errNoURL = errors.New("there is no response_url that still takes an answer")

// respond posts an answer at the response_url of a call.
func (s *Slack) respond(ctx context.Context, at origin, call *chatops.Call, r *response) error {
	if call.Reply.URL == "" {
		return errNoURL
	}
	// A call may come from the disk, where anything may stand.
	if err := at.responds(call.Reply.URL); err != nil {
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
