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
	// maxFrames is how many raw messages a second are kept, the newest ones. They
	// are written to the view, and must not become most of its work.
	maxFrames    = 200
	maxFrameText = 2 << 10
)

// FrameSink keeps raw messages for the screen, and gives them ids.
type FrameSink interface {
	PutFrames(ctx context.Context, frames []event.Frame) error
}

// frames holds the raw messages since the last flush.
type frames struct {
	mu   sync.Mutex
	ring []event.Frame
	next int // index of the oldest, once the ring is full
}

func (r *frames) add(source string, m mist.StreamMessage) {
	f := event.Frame{
		Time: m.Time, Source: source, Channel: cut(m.Channel, 512), Event: cut(m.Event, 64),
		Size: len(m.Raw), Text: cut(string(m.Raw[:min(len(m.Raw), maxFrameText)]), maxFrameText),
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.ring) < maxFrames {
		r.ring = append(r.ring, f)
		return
	}
	r.ring[r.next] = f
	r.next = (r.next + 1) % maxFrames
}

// take empties the ring, the oldest first.
func (r *frames) take() []event.Frame {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := append(append([]event.Frame(nil), r.ring[r.next:]...), r.ring[:r.next]...)
	r.ring, r.next = r.ring[:0], 0
	return all
}

// cut returns at most the first n bytes, as valid text.
func cut(s string, n int) string {
	return strings.ToValidUTF8(safetext.Clip(s, n), "")
}
