// Package mattermost takes calls from Mattermost, by slash command over HTTP and by the
// WebSocket of a bot, and answers them.
//
// Callers may rely on this:
//   - Nothing that came over HTTP is acted on before its token was found right, in constant
//     time, for the team that it is for. A click has a code of ours, which Mattermost shows
//     to nobody.
//   - A call has the same id whenever it is repeated.
//   - An answer is posted to the configured server only: another response_url is refused.
//   - No answer fails for its length, and no text from outside rings anybody.
//   - A lost or silent socket is replaced, and takes up where the last one was. What only a
//     person can mend is said by Status and in the log, and not tried again.
package mattermost

import (
	"context"
	"slices"
	"strings"
	"time"

	"foghorn/chatops/platform"
	"foghorn/chatops/recall"
	"foghorn/config"
)

// Options are what a Mattermost works with.
type Options = platform.Options

// afterFirst lets the answer to a command come before the file that it announces.
const afterFirst = time.Second

// Mattermost is all teams of all servers. It is safe for concurrent use.
type Mattermost struct {
	*platform.Base
	links  *platform.Links[account]
	direct recall.Memory[string] // the channels of the bots with users
}

// New makes a Mattermost. Sockets are open while Run runs; Endpoints serve regardless.
func New(o Options) (*Mattermost, error) {
	o.Workspaces = trimmed(o.Workspaces)
	base, err := platform.New(platform.Kind{Name: config.ChatMattermost, Title: "Mattermost"}, o)
	if err != nil {
		return nil, err
	}
	s := &Mattermost{Base: base}
	s.links = &platform.Links[account]{Base: base, Way: "Mattermost's WebSocket", Of: accountOf, Keep: func(ctx context.Context, a account) error { return s.newLink(a).run(ctx) }}
	return s, nil
}

// Use replaces the workspaces. Sockets that are wanted no more end, and new ones open.
func (s *Mattermost) Use(workspaces []config.ChatWorkspace) { s.Base.Use(trimmed(workspaces)) }

// trimmed are workspaces whose servers end without a slash.
func trimmed(workspaces []config.ChatWorkspace) []config.ChatWorkspace {
	out := slices.Clone(workspaces)
	for i := range out {
		out[i].Server = strings.TrimRight(out[i].Server, "/")
	}
	return out
}

// Run keeps the sockets open and posts answers, until ctx ends. It can be called again after
// it returned.
func (s *Mattermost) Run(ctx context.Context) error { return s.Base.Run(ctx, s.links.Run) }

// Status lists the workspaces and how they are connected.
func (s *Mattermost) Status() []platform.Status {
	return s.links.Status(1, func(w *config.ChatWorkspace) bool { return len(w.CommandTokens()) > 0 })
}
