package slack

import (
	"context"
	"net/http"
	"strings"

	"foghorn/chatops"
	"foghorn/chatops/platform"
	"foghorn/internal/safetext"
)

// respond posts an answer at the response_url of a call.
func (s *Slack) respond(ctx context.Context, at origin, call *chatops.Call, r *response) error {
	to, err := s.ResponseURL(call, at.responds)
	if err != nil {
		return err
	}
	q := &platform.Request{What: "answer at the response_url", URL: to, Header: http.Header{"Content-Type": {platform.JSONType}}}
	if q.Body, err = platform.JSON(r); err != nil {
		return err
	}
	a, err := s.Send(ctx, q)
	if err == nil && a.Status != http.StatusOK {
		err = &statusError{q.What, a.Status, safetext.Line(safetext.Clip(strings.TrimSpace(string(a.Body)), 80))}
	}
	return err
}
