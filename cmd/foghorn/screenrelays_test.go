package main

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"foghorn/config"
	"foghorn/internal/clock"
)

// The screen knows relays that are added while it runs, and keeps those that it knows
// while the file has a mistake in it.
func TestTheScreenReadsTheConfiguredRelaysAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg, broken, reads := &config.Config{}, error(nil), 0
		s := &settings{config: cfg, clock: clock.Real{}, reload: func() (*config.Config, error) { reads++; return cfg, broken }}
		p := newRelayPlanner(s)
		if n := len(p.Plans()); n != 0 || reads != 0 {
			t.Fatalf("%d relays after %d reads", n, reads)
		}
		cfg = &config.Config{Relays: []config.Relay{{Name: "chat", Kind: "slack", Send: "alerts"}}}
		time.Sleep(planEvery)
		if plans := p.Plans(); len(plans) != 1 || plans[0].Name != "chat" {
			t.Fatalf("after the change: %v", plans)
		}
		p.Plans()
		if reads != 1 {
			t.Errorf("the file was read %d times within %s", reads, planEvery)
		}
		cfg, broken = nil, errors.New("config.toml:3:1: expected a value")
		time.Sleep(planEvery)
		if plans := p.Plans(); len(plans) != 1 {
			t.Errorf("with a mistake in the file: %v", plans)
		}
	})
}
