package slack

import (
	"context"
	"errors"
	"maps"
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
	links := map[string]context.CancelFunc{} // by app token
	for {
		wanted := s.appTokens()
		for token, stop := range links {
			if !slices.Contains(wanted, token) {
				stop()
				delete(links, token)
				s.forget(token)
			}
		}
		for _, token := range wanted {
			if links[token] != nil {
				continue
			}
			linked, stop := context.WithCancel(ctx)
			links[token] = stop
			l := s.newLink(token)
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

// appTokens are the tokens of Socket Mode. Workspaces that share an app share one.
func (s *Slack) appTokens() []string {
	tokens := map[string]bool{}
	for _, w := range s.all() {
		if t := w.AppToken.Reveal(); t != "" {
			tokens[t] = true
		}
	}
	return slices.Sorted(maps.Keys(tokens))
}

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
		if l := s.states[w.AppToken.Reveal()]; l != nil {
			st.Sockets, st.Problem, st.Stopped = l.up, l.problem, l.stopped
		}
		out = append(out, st)
	}
	slices.SortFunc(out, func(a, b Status) int { return strings.Compare(a.Workspace, b.Workspace) })
	return out
}

// note changes the state of an app's sockets.
func (s *Slack) note(token string, change func(*linkState)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.states[token] == nil {
		s.states[token] = &linkState{}
	}
	change(s.states[token])
}

func (s *Slack) forget(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.states, token)
}

// ofApp are the workspaces whose app has a token.
func (s *Slack) ofApp(token string) []config.ChatWorkspace {
	return slices.DeleteFunc(slices.Clone(s.all()), func(w config.ChatWorkspace) bool { return w.AppToken.Reveal() != token })
}
