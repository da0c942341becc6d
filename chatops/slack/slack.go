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
	"errors"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"foghorn/chatops"
	"foghorn/chatops/recall"
	"foghorn/config"
	"foghorn/internal/clock"
	"foghorn/internal/signal"
)

// Options are what a Slack works with.
type Options struct {
	Workspaces []config.ChatWorkspace // those of other platforms are passed over
	Handler    chatops.Handler
	// Known reports whether a user may call at all, for what is done without a call: turning
	// the pages of an answer.
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
	platformName = config.ChatSlack
	// httpLimit bounds one request to Slack.
	httpLimit = 20 * time.Second
)

// Slack is all workspaces of Slack. It is safe for concurrent use.
type Slack struct {
	Options
	background chan func(context.Context)
	changed    signal.Signal // the workspaces are others
	pages      pages
	seen       recall.Memory[struct{}] // calls that were answered beyond the first answer, or are about to be
	threads    recall.Memory[string]   // of calls: the message that later answers hang on
	uses       recall.Uses
	pace       pace

	mu         sync.Mutex
	workspaces []config.ChatWorkspace
	states     map[app]*linkState
}

// New makes a Slack. Sockets are open while Run runs; Endpoints serve regardless.
func New(o Options) (*Slack, error) {
	if o.Handler == nil || o.Clock == nil {
		return nil, errors.New("chatops/slack: a handler and a clock are needed")
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
	s := &Slack{Options: o, background: make(chan func(context.Context), maxBackground), changed: signal.New(), states: map[app]*linkState{}}
	s.Use(o.Workspaces)
	return s, nil
}

// Use replaces the workspaces. Sockets that are wanted no more end, and new ones open.
func (s *Slack) Use(workspaces []config.ChatWorkspace) {
	s.mu.Lock()
	s.workspaces = slices.DeleteFunc(slices.Clone(workspaces), func(w config.ChatWorkspace) bool { return w.Platform != platformName })
	s.mu.Unlock()
	s.changed.Notify()
}

// all returns the workspaces as they are now.
func (s *Slack) all() []config.ChatWorkspace {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.workspaces // replaced as a whole, and never changed
}

// named returns a workspace by its name.
func (s *Slack) named(name string) (config.ChatWorkspace, error) {
	for _, w := range s.all() {
		if w.Name == name {
			return w, nil
		}
	}
	return config.ChatWorkspace{}, errors.New("the workspace " + name + " is not configured for Slack")
}
