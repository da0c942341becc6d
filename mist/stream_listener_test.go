package mist

import (
	"context"
	"encoding/json"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"foghorn/mist/streamtest"
)

// listener is a stream under test with what it told.
type listener struct {
	*Stream
	cloud *streamtest.Cloud
	stop  context.CancelFunc
	ended chan error

	mu      sync.Mutex
	got     []StreamMessage
	changes []Link
}

// listen starts a stream in the bubble that follows the channels.
func listen(t *testing.T, c *streamtest.Cloud, adjust func(*StreamConfig), channels ...string) *listener {
	t.Helper()
	l := &listener{cloud: c, ended: make(chan error, 1)}
	cfg := StreamConfig{
		URL: "ws://127.0.0.1:1", Authorize: StreamToken("sesame"), Dial: c.Dial,
		Deliver: func(m StreamMessage) {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.got = append(l.got, m)
		},
		Changed: func(k Link) {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.changes = append(l.changes, k)
		},
	}
	if adjust != nil {
		adjust(&cfg)
	}
	s, err := NewStream(cfg)
	if err != nil {
		t.Fatal(err)
	}
	l.Stream = s
	if err := s.Subscribe(channels...); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	l.stop = cancel
	go func() { l.ended <- s.Run(ctx) }()
	synctest.Wait()
	return l
}

// finish ends the stream and reports how it ended.
func (l *listener) finish() error {
	l.stop()
	return <-l.ended
}

func (l *listener) messages(event string) []StreamMessage {
	l.mu.Lock()
	defer l.mu.Unlock()
	var some []StreamMessage
	for _, m := range l.got {
		if m.Event == event {
			some = append(some, m)
		}
	}
	return some
}

func (l *listener) told(state LinkState) []Link {
	l.mu.Lock()
	defer l.mu.Unlock()
	var some []Link
	for _, k := range l.changes {
		if k.State == state {
			some = append(some, k)
		}
	}
	return some
}

func (l *listener) channel(t *testing.T, name string) ChannelStatus {
	t.Helper()
	for _, c := range l.Channels() {
		if c.Name == name {
			return c
		}
	}
	t.Fatalf("no channel %s among %v", name, l.Channels())
	return ChannelStatus{}
}

// pass lets time go by.
func pass(d time.Duration) {
	<-time.After(d) // by the clock of the bubble: nobody waits
	synctest.Wait()
}

func quote(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}
