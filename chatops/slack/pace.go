package slack

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Slack shows a message a second in a channel, and hides what comes faster. between leaves
// room for requests that overtake each other.
const (
	between  = 1100 * time.Millisecond
	maxPaced = 1000 // channels
)

// pace spaces the messages of each channel. The zero value is ready.
type pace struct {
	mu       sync.Mutex
	channels map[string]*rate.Limiter
}

// wait waits until a channel takes a message; not at all when ctx ends before.
func (p *pace) wait(ctx context.Context, channel string) error {
	p.mu.Lock()
	l := p.channels[channel]
	if l == nil {
		if p.channels == nil || len(p.channels) >= maxPaced {
			p.channels = map[string]*rate.Limiter{}
		}
		l = rate.NewLimiter(rate.Every(between), 1)
		p.channels[channel] = l
	}
	p.mu.Unlock()
	return l.Wait(ctx)
}
