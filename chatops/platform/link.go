package platform

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"

	"foghorn/config"
	"foghorn/internal/recovery"
)

const (
	firstDelay   = time.Second
	longestDelay = 30 * time.Second
	// Settled is how long a socket must be up before its loss is a first one again.
	Settled = 30 * time.Second
)

// StopError ends the connection of an account for good: it is a person's turn.
type StopError struct{ Err error }

func (e *StopError) Error() string { return e.Err.Error() }

func (e *StopError) Unwrap() error { return e.Err }

// State is how the connection of an account is.
type State struct {
	Up  int    // sockets
	Bot string // the account's name, once it is known
	// Problem is what the last socket failed with, until the next is up.
	Problem string
	Stopped bool // by a StopError
}

// Links keeps accounts connected to the service, one link each. An account is what
// workspaces share a connection by.
type Links[Account comparable] struct {
	Base *Base
	Way  string // how they are connected, for people
	// Of returns the account of a workspace; false for none.
	Of func(w *config.ChatWorkspace) (Account, bool)
	// Keep keeps an account connected until ctx ends, or until only a person can help,
	// which is its error.
	Keep func(ctx context.Context, a Account) error

	mu     sync.Mutex
	states map[Account]*State
}

// Run keeps a link for each account, and follows the workspaces, until ctx ends.
func (l *Links[Account]) Run(ctx context.Context) {
	var all sync.WaitGroup
	defer all.Wait()
	links := map[Account]context.CancelFunc{}
	defer func() {
		for _, stop := range links {
			stop()
		}
	}()
	for {
		wanted := l.accounts()
		for a, stop := range links {
			if !slices.Contains(wanted, a) {
				stop()
				delete(links, a)
				l.forget(a)
			}
		}
		for _, a := range wanted {
			if links[a] != nil {
				continue
			}
			linked, stop := context.WithCancel(ctx)
			links[a] = stop
			all.Go(func() { l.run(linked, a) })
		}
		select {
		case <-ctx.Done():
			return
		case <-l.Base.changed:
		}
	}
}

// accounts are those of the present workspaces.
func (l *Links[Account]) accounts() (out []Account) {
	for _, w := range l.Base.All() {
		if a, ok := l.Of(&w); ok && !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	return out
}

// run keeps one account connected, and says when only a person can help.
func (l *Links[Account]) run(ctx context.Context, a Account) {
	err := recovery.Wrap(func() error { return l.Keep(ctx, a) })()
	if err == nil || ctx.Err() != nil {
		return
	}
	names := l.Names(a)
	l.Base.Logger.Error(l.Way+" stopped", "workspaces", names, "error", err)
	l.Base.Say(l.Way + " stopped for " + strings.Join(names, ", ") + ": " + err.Error())
	l.Note(a, func(s *State) { s.Stopped, s.Problem = true, err.Error() })
}

// KeepUp connects, again and again, until ctx ends or connect fails with a StopError.
// connect returns how long the connection was up; without an error the next follows at once.
func (l *Links[Account]) KeepUp(ctx context.Context, a Account, connect func(context.Context) (up time.Duration, err error)) error {
	delays := &backoff.ExponentialBackOff{InitialInterval: firstDelay, Multiplier: 2, RandomizationFactor: 0.5, MaxInterval: longestDelay}
	for {
		up, err := connect(ctx)
		if up >= Settled {
			delays.Reset()
		}
		if ctx.Err() != nil {
			return nil
		}
		if err == nil {
			continue
		}
		if stop := (*StopError)(nil); errors.As(err, &stop) {
			return err
		}
		wait := delays.NextBackOff()
		l.Base.Logger.Warn("a socket to "+l.Base.Title+" is not up; it is opened again", "workspaces", l.Names(a), "in", wait.Round(time.Millisecond), "error", err)
		l.Note(a, func(s *State) { s.Problem = err.Error() })
		_ = Sleep(ctx, wait) // it ends early only with ctx, which the next turn notices
	}
}

// Workspaces are those of an account.
func (l *Links[Account]) Workspaces(a Account) []config.ChatWorkspace {
	return l.Base.Only(func(w *config.ChatWorkspace) bool {
		its, ok := l.Of(w)
		return ok && its == a
	})
}

// Names are the names of an account's workspaces.
func (l *Links[Account]) Names(a Account) (out []string) {
	for _, w := range l.Workspaces(a) {
		out = append(out, w.Name)
	}
	return out
}

// Note changes the state of an account.
func (l *Links[Account]) Note(a Account, change func(*State)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.states == nil {
		l.states = map[Account]*State{}
	}
	if l.states[a] == nil {
		l.states[a] = &State{}
	}
	change(l.states[a])
}

func (l *Links[Account]) forget(a Account) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.states, a)
}

// State is how a workspace is connected.
func (l *Links[Account]) State(w *config.ChatWorkspace) State {
	a, ok := l.Of(w)
	l.mu.Lock()
	defer l.mu.Unlock()
	if s := l.states[a]; ok && s != nil {
		return *s
	}
	return State{}
}

// Status is how a workspace is connected.
type Status struct {
	Workspace string `json:"workspace"`
	HTTP      bool   `json:"http"`    // requests over HTTP are taken
	Sockets   int    `json:"sockets"` // that are up
	Wanted    int    `json:"wanted"`
	// Problem is what the last socket failed with, until the next is up.
	Problem string `json:"problem,omitempty"`
	// Stopped says that it is not tried again before a person has mended the problem.
	Stopped bool `json:"stopped,omitempty"`
}

// Status lists the workspaces. http says which take requests over HTTP, and sockets is how
// many an account has.
func (l *Links[Account]) Status(sockets int, http func(w *config.ChatWorkspace) bool) (out []Status) {
	for _, w := range l.Base.All() {
		s := l.State(&w)
		st := Status{Workspace: w.Name, HTTP: http(&w), Sockets: s.Up, Problem: s.Problem, Stopped: s.Stopped}
		if _, ok := l.Of(&w); ok {
			st.Wanted = sockets
		}
		out = append(out, st)
	}
	slices.SortFunc(out, func(a, b Status) int { return strings.Compare(a.Workspace, b.Workspace) })
	return out
}
