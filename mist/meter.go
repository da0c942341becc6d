package mist

import (
	"context"
	"fmt"
	"sync/atomic"
)

// Meter counts the calls that are made with a context, and bounds them.
type Meter struct {
	most  int64
	calls atomic.Int64
}

type meterKey struct{}

// Metered returns a context whose calls are counted, repeated attempts
// included. After most of them, when it is not 0, further ones fail with
// KindMalformed: what takes so many is a list that does not end.
func Metered(ctx context.Context, most int) (context.Context, *Meter) {
	m := &Meter{most: int64(most)}
	return context.WithValue(ctx, meterKey{}, m), m
}

// Calls is how many were made so far.
func (m *Meter) Calls() int { return int(m.calls.Load()) }

// meterOf returns the meter of a context, or nil.
func meterOf(ctx context.Context) *Meter {
	m, _ := ctx.Value(meterKey{}).(*Meter)
	return m
}

// full refuses a call beyond the bound.
func (m *Meter) full() *Error {
	if m == nil || m.most <= 0 || m.calls.Load() < m.most {
		return nil
	}
	return &Error{Kind: KindMalformed, Detail: fmt.Sprintf("the list does not end: given up after %d calls", m.most)}
}

func (m *Meter) count() {
	if m != nil {
		m.calls.Add(1)
	}
}
