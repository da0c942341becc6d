package mist

import (
	"context"
	"fmt"
	"sync/atomic"
)

// CallMeter counts and limits the calls made with a context.
type CallMeter struct {
	most  int64
	calls atomic.Int64
}

type meterKey struct{}

// WithCallLimit returns a context whose calls are counted, retries included. If
// most is not 0, calls beyond it fail with KindMalformed: only a list that does
// not end takes so many.
func WithCallLimit(ctx context.Context, most int) (context.Context, *CallMeter) {
	m := &CallMeter{most: int64(most)}
	return context.WithValue(ctx, meterKey{}, m), m
}

// Calls returns the number of calls so far.
func (m *CallMeter) Calls() int { return int(m.calls.Load()) }

// meterOf returns the meter of a context, or nil.
func meterOf(ctx context.Context) *CallMeter {
	m, _ := ctx.Value(meterKey{}).(*CallMeter)
	return m
}

// full returns the error for a call beyond the limit.
func (m *CallMeter) full() *Error {
	if m == nil || m.most <= 0 || m.calls.Load() < m.most {
		return nil
	}
	return &Error{Kind: KindMalformed, Detail: fmt.Sprintf("the list does not end: given up after %d calls", m.most)}
}

func (m *CallMeter) count() {
	if m != nil {
		m.calls.Add(1)
	}
}
