package slack

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"foghorn/chatops/platform"
	"foghorn/chatops/recall"
	"foghorn/config"
	"foghorn/internal/recovery"
)

// socketsWanted is how many sockets an app has, so that one is there while the other is
// replaced.
const socketsWanted = 2

// app is an app with Socket Mode. Workspaces that share one share its sockets.
type app struct {
	at    origin
	token string
}

func appOf(w *config.ChatWorkspace) (app, bool) {
	return app{originOf(w), w.AppToken.Reveal()}, !w.AppToken.IsZero()
}

// link keeps the sockets of one app up.
type link struct {
	*Slack
	app app
	// answers remembers by which socket an envelope was answered.
	answers recall.Memory[*socket]
}

func (s *Slack) newLink(a app) *link { return &link{Slack: s, app: a} }

var errDisabled = &platform.StopError{Err: errors.New("the app's Socket Mode was turned off: turn it on under Settings, Socket Mode, or remove app_token to take requests over HTTP; then restart foghorn")}

// final are the refusals that no further try would change.
var final = map[string]bool{
	"invalid_auth": true, "not_authed": true, "account_inactive": true, "token_revoked": true, "token_expired": true, "not_allowed_token_type": true,
	"app_level_token_required": true, "missing_scope": true, "forbidden_team": true, "access_denied": true, "no_permission": true,
}

// run keeps the sockets up until ctx ends, or until only a person can help.
func (l *link) run(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var all sync.WaitGroup
	for range socketsWanted {
		all.Go(func() {
			if err := recovery.Wrap(func() error { return l.keep(ctx) })(); err != nil {
				cancel(err)
			}
		})
	}
	all.Wait()
	return context.Cause(ctx)
}

// keep keeps one socket up. Before one ends that Slack announced to end, it opens the next.
func (l *link) keep(ctx context.Context) error {
	var old *socket
	var fading sync.WaitGroup
	defer fading.Wait()
	fade := func() {
		if k := old; k != nil {
			fading.Go(func() { k.fade(ctx) })
		}
		old = nil
	}
	defer fade()
	return l.links.KeepUp(ctx, l.app, func(ctx context.Context) (time.Duration, error) {
		next, err := l.open(ctx)
		if err != nil {
			return 0, err
		}
		fade()
		old = next
		began := time.Now()
		err = l.watch(ctx, next)
		up := time.Since(began)
		switch {
		case err != nil:
			fade()
		case up < platform.Settled: // otherwise it stays until the next is there
			err = errors.New("Slack asked for a new socket right away")
		}
		return up, err
	})
}

// watch returns nil when a socket is to be replaced, and otherwise what it ended with.
func (l *link) watch(ctx context.Context, k *socket) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-k.refresh:
		return nil
	case <-k.ended:
		return k.err
	}
}

// open asks for an address and connects to it.
func (l *link) open(ctx context.Context) (*socket, error) {
	var out struct {
		URL string `json:"url"`
	}
	err := l.call(ctx, l.app.at, config.NewSecret(l.app.token), "apps.connections.open", struct{}{}, &out)
	if api, ok := errors.AsType[*apiError](err); ok && final[api.Code] {
		return nil, &platform.StopError{Err: fmt.Errorf("%w; then restart foghorn", err)}
	}
	if err != nil {
		return nil, err
	}
	return l.dial(ctx, out.URL)
}
