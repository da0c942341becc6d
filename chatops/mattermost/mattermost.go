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
	"errors"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"foghorn/chatops"
	"foghorn/chatops/recall"
	"foghorn/config"
	"foghorn/internal/clock"
	"foghorn/internal/signal"
)

// Options are what a Mattermost works with.
type Options struct {
	Workspaces []config.ChatWorkspace // those of other platforms are passed over
	Handler    chatops.Handler
	// Known reports whether a user may call at all. It decides which team somebody means
	// who writes to a bot of several.
	Known func(workspace, user string) bool
	// Say tells people at the collector what only a person can mend; may be nil.
	Say    func(line string)
	Clock  clock.Clock
	Logger *slog.Logger
	HTTP   *http.Client // one of its own
	// Dial connects sockets; the machine's network.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

const (
	// platformName is Call.Platform.
	platformName = config.ChatMattermost
	// httpLimit bounds one request to Mattermost.
	httpLimit = 20 * time.Second
)

// Mattermost is all teams of all servers. It is safe for concurrent use.
type Mattermost struct {
	Options
	background chan func(context.Context)
	changed    signal.Signal           // the workspaces are others
	threads    recall.Memory[string]   // of calls: the post that later answers hang on
	answered   recall.Memory[struct{}] // calls whose first answer was posted, or is about to be
	uses       recall.Uses             // of response_urls
	bases      recall.Memory[string]   // of workspaces: where Mattermost reaches this listener
	direct     recall.Memory[string]   // the channels of the bots with users

	mu         sync.Mutex
	workspaces []config.ChatWorkspace
	states     map[account]*linkState
}

// New makes a Mattermost. Sockets are open while Run runs; Endpoints serve regardless.
func New(o Options) (*Mattermost, error) {
	if o.Handler == nil || o.Clock == nil {
		return nil, errors.New("chatops/mattermost: a handler and a clock are needed")
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Known == nil {
		o.Known = func(_, _ string) bool { return true }
	}
	if o.Say == nil {
		o.Say = func(string) {}
	}
	if o.HTTP == nil {
		o.HTTP = &http.Client{Timeout: httpLimit}
	}
	client := *o.HTTP
	// An address that was checked may not lead elsewhere.
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	o.HTTP = &client
	if o.Dial == nil {
		o.Dial = (&net.Dialer{}).DialContext
	}
	s := &Mattermost{Options: o, background: make(chan func(context.Context), maxBackground), changed: signal.New(), states: map[account]*linkState{}}
	s.Use(o.Workspaces)
	return s, nil
}

// Use replaces the workspaces. Sockets that are wanted no more end, and new ones open.
func (s *Mattermost) Use(workspaces []config.ChatWorkspace) {
	ours := slices.DeleteFunc(slices.Clone(workspaces), func(w config.ChatWorkspace) bool { return w.Platform != platformName })
	for i := range ours {
		ours[i].Server = strings.TrimRight(ours[i].Server, "/")
	}
	s.mu.Lock()
	s.workspaces = ours
	s.mu.Unlock()
	s.changed.Notify()
}

// all returns the workspaces as they are now.
func (s *Mattermost) all() []config.ChatWorkspace {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.workspaces // replaced as a whole, and never changed
}

// named returns a workspace by its name.
func (s *Mattermost) named(name string) (*config.ChatWorkspace, error) {
	for _, w := range s.all() {
		if w.Name == name {
			return &w, nil
		}
	}
	return nil, errors.New("the workspace " + name + " is not configured for Mattermost")
}
