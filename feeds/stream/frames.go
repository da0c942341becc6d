package stream

import (
	"context"
	"strings"
	"sync"

	"foghorn/internal/safetext"
	"foghorn/journal/event"
	"foghorn/mist"
)

const (
	// mostFrames is how many raw messages a second are kept for looking at; of
	// more the newest are. They are written to the view, which must not become
	// the heaviest thing that it does.
	mostFrames = 200
	frameText  = 2 << 10
)

// FrameSink keeps raw messages for looking at, and gives them their ids.
type FrameSink interface {
	PutFrames(ctx context.Context, frames []event.Frame) error
}

// frames holds what came since the last time it was handed on.
type frames struct {
	mu   sync.Mutex
	ring []event.Frame
	next int // where the oldest is, once the ring is full
}

func (r *frames) add(source string, m mist.StreamMessage) {
	f := event.Frame{
		Time: m.Time, Source: source, Channel: cut(m.Channel, 512), Event: cut(m.Event, 64),
		Size: len(m.Raw), Text: cut(string(m.Raw[:min(len(m.Raw), frameText)]), frameText),
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.ring) < mostFrames {
		r.ring = append(r.ring, f)
		return
	}
	r.ring[r.next] = f
	r.next = (r.next + 1) % mostFrames
}

// take empties the ring, the oldest first.
func (r *frames) take() []event.Frame {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := append(append([]event.Frame(nil), r.ring[r.next:]...), r.ring[:r.next]...)
	r.ring, r.next = r.ring[:0], 0
	return all
}

// cut makes valid text of the first n bytes at most.
func cut(s string, n int) string {
	return strings.ToValidUTF8(safetext.Clip(s, n), "")
}
