package mattermost

import (
	"context"
	"slices"
	"strings"
	"sync"

	"foghorn/config"
	"foghorn/internal/recovery"
)

const (
	// maxBackground is how many answers may wait to be posted.
	maxBackground = 256
	atOnce        = 8
)

// later does something that nobody waits for, while Run runs.
func (s *Mattermost) later(what string, do func(context.Context) error) {
	task := func(ctx context.Context) {
		if err := recovery.Wrap(func() error { return do(ctx) })(); err != nil && ctx.Err() == nil {
			s.Logger.Error("Mattermost: could not "+what, "error", err)
		}
	}
	select {
	case s.background <- task:
	default:
		s.Logger.Error("Mattermost: could not "+what, "error", "too many answers wait")
	}
}

// account is a bot of a server. Teams that share one share its socket.
type account struct{ server, token string }

func accountOf(w *config.ChatWorkspace) account { return account{w.Server, w.BotToken.Reveal()} }

// accounts are those that want a socket.
func (s *Mattermost) accounts() (out []account) {
	for _, w := range s.all() {
		if a := accountOf(&w); a.token != "" && !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	return out
}

// of are the workspaces of a bot.
func (s *Mattermost) of(a account) []config.ChatWorkspace {
	return slices.DeleteFunc(slices.Clone(s.all()), func(w config.ChatWorkspace) bool { return accountOf(&w) != a })
}

// Run keeps the sockets open and posts answers, until ctx ends. It can be called again after
// it returned.
func (s *Mattermost) Run(ctx context.Context) error {
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
	links := map[account]context.CancelFunc{}
	defer func() {
		for _, stop := range links {
			stop()
		}
	}()
	for {
		wanted := s.accounts()
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
			l := &link{Mattermost: s, account: a}
			all.Go(func() { l.run(linked) })
		}
		select {
		case <-ctx.Done():
			return nil
		case <-s.changed:
		}
	}
}

// linkState is how the socket of a bot is.
type linkState struct {
	up      bool
	bot     string // its name, once it is known
	problem string
	stopped bool
}

// Status is how a workspace is connected.
type Status struct {
	Workspace string `json:"workspace"`
	HTTP      bool   `json:"http"`      // slash commands over HTTP are taken
	WebSocket bool   `json:"websocket"` // is wanted
	Up        bool   `json:"up"`
	// Problem is what the last socket failed with, until the next is up.
	Problem string `json:"problem,omitempty"`
	// Stopped says that it is not tried again before a person has mended the problem.
	Stopped bool `json:"stopped,omitempty"`
}

// Status lists the workspaces and how they are connected.
func (s *Mattermost) Status() []Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Status
	for _, w := range s.workspaces {
		st := Status{Workspace: w.Name, HTTP: !w.CommandToken.IsZero(), WebSocket: !w.BotToken.IsZero()}
		if l := s.states[accountOf(&w)]; l != nil {
			st.Up, st.Problem, st.Stopped = l.up, l.problem, l.stopped
		}
		out = append(out, st)
	}
	slices.SortFunc(out, func(a, b Status) int { return strings.Compare(a.Workspace, b.Workspace) })
	return out
}

// note changes the state of a bot's socket.
func (s *Mattermost) note(a account, change func(*linkState)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.states[a] == nil {
		s.states[a] = &linkState{}
	}
	change(s.states[a])
}

func (s *Mattermost) forget(a account) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.states, a)
}

// botName is the name of a workspace's bot, once it is known.
func (s *Mattermost) botName(w *config.ChatWorkspace) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if l := s.states[accountOf(w)]; l != nil {
		return l.bot
	}
	return ""
}
