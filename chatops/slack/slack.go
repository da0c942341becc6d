// Package slack takes calls from Slack, by Socket Mode and over HTTP, and answers them.
//
// Callers may rely on this:
//   - Nothing that came over HTTP is read before its signature was found right, with a
//     secret of the workspace that it is for, and its timestamp within 300 s.
//   - A call is acknowledged once the handler has accepted it, within the three seconds
//     that Slack gives. What Slack repeats is handed on with the same id, and answered once.
//   - An answer is posted to Slack only: an address that is not on hooks.slack.com, or on
//     what answers for the workspace's api_url, is refused.
//   - No answer fails for its length, and no text from outside pings anybody.
//   - A lost socket is replaced, and one that Slack announces to end is replaced before it
//     ends. What only a person can mend is said by Status and in the log, and not tried again.
package slack

import (
	"context"
	"time"

	"foghorn/chatops/platform"
	"foghorn/config"
)

// Options are what a Slack works with.
type Options = platform.Options

// afterFirst is how long what follows the first answer waits, so that it comes second.
const afterFirst = time.Second

// Slack is all workspaces of Slack. It is safe for concurrent use.
type Slack struct {
	*platform.Base
	links *platform.Links[app]
	pace  pace
}

// New makes a Slack. Sockets are open while Run runs; Endpoints serve regardless.
func New(o Options) (*Slack, error) {
	base, err := platform.New(platform.Kind{Name: config.ChatSlack, Title: "Slack"}, o)
	if err != nil {
		return nil, err
	}
	s := &Slack{Base: base}
	s.links = &platform.Links[app]{Base: base, Way: "Slack's Socket Mode", Of: appOf, Keep: func(ctx context.Context, a app) error { return s.newLink(a).run(ctx) }}
	return s, nil
}

// Run keeps the sockets open and posts answers, until ctx ends. It can be called again after
// it returned.
func (s *Slack) Run(ctx context.Context) error { return s.Base.Run(ctx, s.links.Run) }

// Status lists the workspaces and how they are connected.
func (s *Slack) Status() []platform.Status {
	return s.links.Status(socketsWanted, func(w *config.ChatWorkspace) bool { return !w.SigningSecret.IsZero() })
}
