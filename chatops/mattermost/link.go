package mattermost

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/cenkalti/backoff/v5"

	"foghorn/internal/recovery"
)

const (
	firstDelay   = time.Second
	longestDelay = 30 * time.Second
	// settled is how long a socket must be up before its loss is a first one again.
	settled = 30 * time.Second
)

// link keeps the socket of one bot up.
type link struct {
	*Mattermost
	account
	bot  user
	room chan struct{} // one for each post at work

	// Where the next socket takes up: the id of the connection, and the number of the first
	// event that is not there yet.
	connection string
	next       int64
}

// stopError ends the socket of a bot for good: it is a person's turn.
type stopError struct{ error }

func (e *stopError) Unwrap() error { return e.error }

// run keeps the socket up until ctx ends, or until only a person can help.
func (l *link) run(ctx context.Context) {
	l.room = make(chan struct{}, maxPosts)
	err := recovery.Wrap(func() error { return l.keepUp(ctx) })()
	if err == nil || ctx.Err() != nil {
		return
	}
	l.Logger.Error("Mattermost's WebSocket stopped", "workspaces", l.names(), "error", err)
	l.Say(fmt.Sprintf("Mattermost's WebSocket of %v stopped: %v", l.names(), err))
	l.note(l.account, func(st *linkState) { st.stopped, st.problem = true, err.Error() })
}

// names are the workspaces of the bot.
func (l *link) names() (out []string) {
	for _, w := range l.of(l.account) {
		out = append(out, w.Name)
	}
	return out
}

// keepUp connects, again and again.
func (l *link) keepUp(ctx context.Context) error {
	delays := &backoff.ExponentialBackOff{InitialInterval: firstDelay, Multiplier: 2, RandomizationFactor: 0.5, MaxInterval: longestDelay}
	for {
		began := time.Now()
		err := l.login(ctx)
		if err == nil {
			err = l.connect(ctx)
		}
		if ctx.Err() != nil {
			return nil
		}
		if stop := (*stopError)(nil); errors.As(err, &stop) {
			return err
		}
		if time.Since(began) >= settled {
			delays.Reset()
		}
		wait := delays.NextBackOff()
		l.Logger.Warn("the WebSocket to Mattermost is not up; it is opened again", "workspaces", l.names(), "in", wait.Round(time.Millisecond), "error", err)
		l.note(l.account, func(st *linkState) { st.problem = err.Error() })
		_ = sleep(ctx, wait) // it ends early only with ctx, which the next turn notices
	}
}

// login finds out who the bot is, and whether the token is right: a socket says neither.
func (l *link) login(ctx context.Context) error {
	of := l.of(l.account)
	if len(of) == 0 {
		return errors.New("no workspace has this bot any more")
	}
	me, err := l.me(ctx, &of[0])
	if api, ok := errors.AsType[*apiError](err); ok && (api.status == http.StatusUnauthorized || api.status == http.StatusForbidden) {
		return &stopError{fmt.Errorf("%w; then restart foghorn", err)}
	}
	if err != nil {
		return err
	}
	l.bot = me
	l.note(l.account, func(st *linkState) { st.bot = me.Name })
	return nil
}
