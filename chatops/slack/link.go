package slack

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"

	"foghorn/chatops/recall"
	"foghorn/config"
	"foghorn/internal/recovery"
)

const (
	// socketsWanted is how many sockets an app has, so that one is there while the other is
	// replaced.
	socketsWanted = 2
	firstDelay    = time.Second
	longestDelay  = 30 * time.Second
	// settled is how long a socket must be up before its loss is a first one again.
	settled = 30 * time.Second
)

// link keeps the sockets of one app up.
type link struct {
	*Slack
	app app
	// answers remembers by which socket an envelope was answered.
	answers recall.Memory[*socket]
}

// app identifies an app of Slack: by where it is, and its token of Socket Mode.
type app struct {
	at    origin
	token string
}

func (s *Slack) newLink(a app) *link { return &link{Slack: s, app: a} }

// stopError ends the sockets of an app for good: it is a person's turn.
type stopError struct{ error }

func (e *stopError) Unwrap() error { return e.error }

var errDisabled = &stopError{errors.New("the app's Socket Mode was turned off: turn it on under Settings, Socket Mode, or remove app_token to take requests over HTTP; then restart foghorn")}

// final are the refusals that no further try would change.
var final = map[string]bool{
	"invalid_auth": true, "not_authed": true, "account_inactive": true, "token_revoked": true, "token_expired": true, "not_allowed_token_type": true,
	"app_level_token_required": true, "missing_scope": true, "forbidden_team": true, "access_denied": true, "no_permission": true,
}

// run keeps the sockets up until ctx ends, or until only a person can help.
func (l *link) run(ctx context.Context) {
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
	if err := context.Cause(ctx); !errors.Is(err, context.Canceled) {
		l.Logger.Error("Slack's Socket Mode stopped", "workspaces", l.names(), "error", err)
		l.Say("Slack's Socket Mode stopped for " + strings.Join(l.names(), ", ") + ": " + err.Error())
		l.note(l.app, func(st *linkState) { st.stopped, st.problem = true, err.Error() })
	}
}

// names are the workspaces of the app, for the log.
func (l *link) names() (out []string) {
	for _, w := range l.ofApp(l.app) {
		out = append(out, w.Name)
	}
	return out
}

// keep keeps one socket up. Before one ends that Slack announced to end, it opens the next.
func (l *link) keep(ctx context.Context) error {
	delays := &backoff.ExponentialBackOff{InitialInterval: firstDelay, Multiplier: 2, RandomizationFactor: 0.5, MaxInterval: longestDelay}
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
	for {
		next, err := l.open(ctx)
		if err == nil {
			fade()
			old = next
			began := time.Now()
			err = l.watch(ctx, next)
			up := time.Since(began) >= settled
			if up {
				delays.Reset()
			}
			switch {
			case err != nil:
				fade()
			case up: // it is to be replaced, and stays until it is
				continue
			default:
				err = errors.New("Slack asked for a new socket right away")
			}
		}
		if ctx.Err() != nil {
			return nil
		}
		if stop := (*stopError)(nil); errors.As(err, &stop) {
			return err
		}
		wait := delays.NextBackOff()
		l.Logger.Warn("a socket to Slack is not up; it is opened again", "workspaces", l.names(), "in", wait.Round(time.Millisecond), "error", err)
		l.note(l.app, func(st *linkState) { st.problem = err.Error() })
		_ = sleep(ctx, wait) // it ends early only with ctx, which the next turn notices
	}
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
		return nil, &stopError{fmt.Errorf("%w; then restart foghorn", err)}
	}
	if err != nil {
		return nil, err
	}
	return l.dial(ctx, out.URL)
}
