package slack

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"foghorn/config"
	"foghorn/internal/recovery"
)

const (
	// maxBackground is how many answers may wait to be posted.
	maxBackground = 256
	atOnce        = 8
	// backgroundLimit bounds what is done in the background: a file, or a message that waits
	// for many others.
	backgroundLimit = 5 * time.Minute
)

// later does something that nobody waits for, while Run runs.
func (s *Slack) later(what string, do func(context.Context) error) {
	task := func(ctx context.Context) {
		ctx, cancel := context.WithTimeout(ctx, backgroundLimit)
		defer cancel()
		if err := recovery.Wrap(func() error { return do(ctx) })(); err != nil && !errors.Is(err, context.Canceled) {
			s.Logger.Error("Slack: could not "+what, "error", err)
		}
	}
	select {
	case s.background <- task:
	default:
		s.Logger.Error("Slack: could not "+what, "error", "too many answers wait")
	}
}

// Run keeps the sockets open and posts answers, until ctx ends. It can be called again after
// it returned.
func (s *Slack) Run(ctx context.Context) error {
	var all sync.WaitGroup
	defer all.Wait()
	for range atOnce {
		all.Go(func() {
			for {
				select {
				case <-ctx.Done():
					return
				case task := <-s.background:
					task(ctx)
				}
			}
		})
	}
	links := map[app]context.CancelFunc{}
	for {
		wanted := s.apps()
		for a, stop := range links {
			if !slices.Contains(wanted, a) {
				stop()
				delete(links, a)
				s.forget(a)
			}
		}
		for _, a := range wanted {
			if links[a] != nil {
				continue
			}
			linked, stop := context.WithCancel(ctx)
			links[a] = stop
			l := s.newLink(a)
			all.Go(func() { l.run(linked) })
		}
		select {
		case <-ctx.Done():
			for _, stop := range links {
				stop()
			}
			return nil
		case <-s.changed:
		}
	}
}

// apps are those that use Socket Mode. Workspaces may share one.
func (s *Slack) apps() (out []app) {
	for _, w := range s.all() {
		if a := appOf(&w); a.token != "" && !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	return out
}

func appOf(w *config.ChatWorkspace) app { return app{originOf(w), w.AppToken.Reveal()} }

// linkState is how the sockets of an app are.
type linkState struct {
	up      int
	problem string
	stopped bool
}

// Status is how a workspace is connected by Socket Mode.
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

// Status lists the workspaces and how they are connected.
func (s *Slack) Status() []Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Status
	for _, w := range s.workspaces {
		st := Status{Workspace: w.Name, HTTP: !w.SigningSecret.IsZero()}
		if !w.AppToken.IsZero() {
			st.Wanted = socketsWanted
		}
		if l := s.states[appOf(&w)]; l != nil {
			st.Sockets, st.Problem, st.Stopped = l.up, l.problem, l.stopped
		}
		out = append(out, st)
	}
	slices.SortFunc(out, func(a, b Status) int { return strings.Compare(a.Workspace, b.Workspace) })
	return out
}

// note changes the state of an app's sockets.
func (s *Slack) note(a app, change func(*linkState)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.states[a] == nil {
		s.states[a] = &linkState{}
	}
	change(s.states[a])
}

func (s *Slack) forget(a app) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.states, a)
}

// ofApp are the workspaces of an app.
func (s *Slack) ofApp(a app) []config.ChatWorkspace {
	return slices.DeleteFunc(slices.Clone(s.all()), func(w config.ChatWorkspace) bool { return appOf(&w) != a })
}
