package mattermost

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"foghorn/chatops/platform"
	"foghorn/config"
)

// account is a bot of a server. Teams that share one share its socket.
type account struct{ server, token string }

func accountOf(w *config.ChatWorkspace) (account, bool) {
	return account{w.Server, w.BotToken.Reveal()}, !w.BotToken.IsZero()
}

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

func (s *Mattermost) newLink(a account) *link {
	return &link{Mattermost: s, account: a, room: make(chan struct{}, maxPosts)}
}

// run keeps the socket up until ctx ends, or until only a person can help.
func (l *link) run(ctx context.Context) error {
	return l.links.KeepUp(ctx, l.account, func(ctx context.Context) (time.Duration, error) {
		began := time.Now()
		err := l.login(ctx)
		if err == nil {
			err = l.connect(ctx)
		}
		return time.Since(began), err
	})
}

// names are the workspaces of the bot.
func (l *link) names() []string { return l.links.Names(l.account) }

// login finds out who the bot is, and whether the token is right: a socket says neither.
func (l *link) login(ctx context.Context) error {
	of := l.links.Workspaces(l.account)
	if len(of) == 0 {
		return errors.New("no workspace uses this bot any longer")
	}
	me, err := l.me(ctx, &of[0])
	if api, ok := errors.AsType[*apiError](err); ok && (api.status == http.StatusUnauthorized || api.status == http.StatusForbidden) {
		return &platform.StopError{Err: fmt.Errorf("%w; then restart foghorn", err)}
	}
	if err != nil {
		return err
	}
	l.bot = me
	l.links.Note(l.account, func(st *platform.State) { st.Bot = me.Name })
	return nil
}
