package mist

import (
	"context"
	"sync"

	"foghorn/internal/signal"
)

// Limits of the queue for a slow receiver.
const (
	defaultQueueLen = 2048
	maxQueueBytes   = 16 << 20
)

// streamQueue decouples the connections' readers from the receiver, so that a
// slow receiver delays no pong and loses no connection. When it is full it drops
// the oldest message: the newest measurements matter most.
type streamQueue struct {
	mu       sync.Mutex
	ring     []StreamMessage
	first    int
	n        int
	bytes    int
	lost     int64
	notEmpty signal.Signal
}

func newStreamQueue(size int) *streamQueue {
	return &streamQueue{ring: make([]StreamMessage, size), notEmpty: signal.New()}
}

// push never waits.
func (q *streamQueue) push(m StreamMessage) {
	q.mu.Lock()
	for q.n > 0 && (q.n == len(q.ring) || q.bytes+weight(m) > maxQueueBytes) {
		q.take()
		q.lost++
	}
	q.ring[(q.first+q.n)%len(q.ring)] = m
	q.n++
	q.bytes += weight(m)
	q.mu.Unlock()
	q.notEmpty.Notify()
}

// run delivers messages until ctx ends.
func (q *streamQueue) run(ctx context.Context, deliver func(StreamMessage)) error {
	for {
		m, ok := q.pop()
		if !ok {
			select {
			case <-ctx.Done():
				return nil
			case <-q.notEmpty:
			}
			continue
		}
		if ctx.Err() != nil {
			return nil
		}
		deliver(m)
	}
}

func (q *streamQueue) pop() (StreamMessage, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.n == 0 {
		return StreamMessage{}, false
	}
	return q.take(), true
}

// take removes the oldest message. The caller holds the lock and has checked that
// the queue is not empty.
func (q *streamQueue) take() StreamMessage {
	m := q.ring[q.first]
	q.ring[q.first] = StreamMessage{}
	q.first = (q.first + 1) % len(q.ring)
	q.n--
	q.bytes -= weight(m)
	return m
}

func (q *streamQueue) dropped() int64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.lost
}

// weight is the memory of a message; Data may be a copy.
func weight(m StreamMessage) int { return len(m.Raw) + len(m.Data) }
