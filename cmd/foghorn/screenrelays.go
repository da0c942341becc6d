package main

import (
	"sync"
	"time"

	"foghorn/journal"
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
	return &relayPlanner{s: s, at: s.clock.Now(), plans: relayPlans(s.config)}
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
		p.plans = relayPlans(cfg)
	}
	return p.plans
}
