// Package platform holds what the rooms of all chat platforms are made of: the workspaces
// that are set up, calls on their way to the handler and answers on theirs back, requests
// to the service, tasks in the background, and connections that are kept up. A platform's
// own room adds what is particular to it: how a call is verified and read, how an answer is
// drawn, and what the service says.
//
// Callers may rely on this:
//   - A call is handed on within the time that people wait for an answer, and its first
//     answer is posted once, however often the platform repeats the call.
//   - A request follows no redirect, is bounded in time and size, and its error never shows
//     the address, which may be a secret.
//   - A connection on which nothing comes is dead and is opened again, with growing waits.
//     What only a person can mend is said once, and not tried again.
package platform

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

// requestLimit bounds one request to the service.
const requestLimit = 20 * time.Second

// Kind is a platform.
type Kind struct {
	Name  string // Call.Platform, as config has it
	Title string // for people
}

// Options are what every platform's room works with.
type Options struct {
	Workspaces []config.ChatWorkspace // those of other platforms are passed over
	Handler    chatops.Handler
	// Rights names what a user may see: another text once that has changed, and empty for
	// somebody who may not call. Without it everybody may see everything.
	Rights func(workspace, user string) string
	// Store keeps what has to outlive a restart; nil keeps it as long as the process.
	Store Store
	// Say tells people at the collector what only a person can mend; may be nil.
	Say    func(line string)
	Clock  clock.Clock
	Logger *slog.Logger
	HTTP   *http.Client // one of its own
	// Dial connects sockets; the machine's network.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// Base is what every platform's room is built on. It is safe for concurrent use.
type Base struct {
	Options
	Kind
	tasks    chan func(context.Context)
	changed  signal.Signal           // the workspaces are others
	answered recall.Memory[struct{}] // calls whose first answer was posted, or is about to be
	firsts   recall.Memory[*firstAnswer]
	uses     recall.Uses // of response_urls

	mu         sync.Mutex
	workspaces []config.ChatWorkspace
}

// New makes the base of a platform's room.
func New(kind Kind, o Options) (*Base, error) {
	if o.Handler == nil || o.Clock == nil {
		return nil, errors.New("chatops/" + kind.Name + ": a handler and a clock are needed")
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Rights == nil {
		o.Rights = func(_, _ string) string { return "all" }
	}
	if o.Store == nil {
		o.Store = &inMemory{}
	}
	if o.Say == nil {
		o.Say = func(string) {}
	}
	if o.HTTP == nil {
		o.HTTP = &http.Client{Timeout: requestLimit}
	}
	client := *o.HTTP
	// An address that was checked may not lead elsewhere.
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	o.HTTP = &client
	if o.Dial == nil {
		o.Dial = (&net.Dialer{}).DialContext
	}
	b := &Base{Options: o, Kind: kind, tasks: make(chan func(context.Context), maxTasks), changed: signal.New()}
	b.Use(o.Workspaces)
	return b, nil
}

// Known reports whether a user may call at all.
func (b *Base) Known(workspace, user string) bool { return b.Rights(workspace, user) != "" }

// Use replaces the workspaces.
func (b *Base) Use(workspaces []config.ChatWorkspace) {
	ours := slices.DeleteFunc(slices.Clone(workspaces), func(w config.ChatWorkspace) bool { return w.Platform != b.Name })
	b.mu.Lock()
	b.workspaces = ours
	b.mu.Unlock()
	b.changed.Notify()
}

// All returns the workspaces as they are now. Nobody may change them.
func (b *Base) All() []config.ChatWorkspace {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.workspaces // replaced as a whole
}

// Only returns the workspaces that match.
func (b *Base) Only(match func(w *config.ChatWorkspace) bool) (out []config.ChatWorkspace) {
	for _, w := range b.All() {
		if match(&w) {
			out = append(out, w)
		}
	}
	return out
}

// Named returns a workspace by its name.
func (b *Base) Named(name string) (*config.ChatWorkspace, error) {
	for _, w := range b.All() {
		if w.Name == name {
			return &w, nil
		}
	}
	return nil, errors.New("the workspace " + name + " is not configured for " + b.Title)
}
