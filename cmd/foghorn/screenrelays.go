package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"foghorn/config"
	"foghorn/journal"
	"foghorn/relay"
	"foghorn/tui/port"
)

// planEvery is how long a screen takes what it knows of the configured relays as it is:
// the file may change while the screen runs.
const planEvery = 10 * time.Second

// relayPlanner knows the configured relays, and reads the file again from time to time.
// Its method is safe for concurrent use.
type relayPlanner struct {
	s     *settings
	mu    sync.Mutex
	at    time.Time
	plans []journal.RelayPlan
}

func newRelayPlanner(s *settings) *relayPlanner {
	return &relayPlanner{s: s, at: s.clock.Now(), plans: plansOf(s)}
}

// plansLimit bounds how long a screen waits for what is managed of chat.
const plansLimit = time.Second

// plansOf are the relays that a configuration and what is managed of chat ask for. What
// cannot be read of the latter is missing on the screen: the collector says why.
func plansOf(s *settings) []journal.RelayPlan {
	ctx, cancel := context.WithTimeout(context.Background(), plansLimit)
	defer cancel()
	all, _ := s.knownRelays(ctx)
	return relayPlans(all)
}

// Plans are the relays of the newest configuration without mistakes.
func (p *relayPlanner) Plans() []journal.RelayPlan {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.s.clock.Now()
	if p.s.reload == nil || now.Sub(p.at) < planEvery {
		return p.plans
	}
	p.at = now
	if cfg, err := p.s.reload(); err == nil {
		s := *p.s
		s.config = cfg
		p.plans = plansOf(&s)
	}
	return p.plans
}

// relayPreviews says on the screen what relays would send.
type relayPreviews struct {
	s *settings
	j *journal.Journal
}

// PreviewRelays reads the configuration anew, so that a relay can be looked at before it
// runs: what the running relays were configured with is not touched.
func (p relayPreviews) PreviewRelays(ctx context.Context, id int64) ([]port.RelayPreview, error) {
	s := *p.s
	if s.reload != nil {
		cfg, err := s.reload()
		if err != nil {
			return nil, err
		}
		s.config = cfg
	}
	all, err := s.knownRelays(ctx)
	if err != nil {
		return nil, err
	}
	var out []port.RelayPreview
	for _, name := range relayNames(all) {
		c, d, err := s.relayDestination(ctx, name, p.j)
		var v relay.Preview
		if err == nil {
			v, err = s.preview(ctx, p.j, c, d, id)
		}
		out = append(out, screenPreview(c, v, err))
	}
	return out, ctx.Err()
}

// screenPreview is a preview as the screen shows it.
func screenPreview(c config.Relay, v relay.Preview, err error) port.RelayPreview {
	p := port.RelayPreview{Relay: c.Name, Kind: c.Kind, Chosen: v.Chosen, Note: v.Note, Advice: v.Advice}
	if err != nil {
		p.Problem = err.Error()
		return p
	}
	if c.Hold > 0 {
		p.Hold = fmt.Sprint(c.Hold)
	}
	for _, s := range v.Stages {
		for _, r := range s.Requests {
			p.Requests = append(p.Requests, port.RelayRequest{Why: s.Why, Step: r.Step, Method: r.Method, URL: r.URL, Header: r.Header, Body: r.Body, Gzip: r.Gzip})
		}
		if s.Problem != "" {
			p.Requests = append(p.Requests, port.RelayRequest{Why: s.Why, Problem: s.Problem})
		}
	}
	return p
}
