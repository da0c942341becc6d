package platform

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"foghorn/chatops/recall"
	"foghorn/journal/event"
)

// Store keeps what has to outlive a restart, for a while and not too much of it;
// *store.Outbox is one.
type Store interface {
	// Remember keeps a value of a kind, in place of the one before.
	Remember(ctx context.Context, kind, key string, value json.RawMessage, now, until time.Time) error
	// Recall returns a value that is kept; event.ErrNotFound when there is none any more.
	Recall(ctx context.Context, kind, key string, now time.Time) (json.RawMessage, error)
}

// storeLimit bounds a look at the store: people wait for an answer.
const storeLimit = time.Second

// Remember keeps a value of a kind for a while.
func (b *Base) Remember(ctx context.Context, kind, key string, value any, keep time.Duration) error {
	data, err := JSON(value)
	if err != nil {
		return fmt.Errorf("remember %s: %w", kind, err)
	}
	ctx, cancel := context.WithTimeout(ctx, storeLimit)
	defer cancel()
	now := b.Clock.Now()
	return b.Store.Remember(ctx, b.Name+" "+kind, key, data, now, now.Add(keep))
}

// Recall reads a value that is kept; false when there is none any more.
func (b *Base) Recall(ctx context.Context, kind, key string, value any) bool {
	ctx, cancel := context.WithTimeout(ctx, storeLimit)
	defer cancel()
	data, err := b.Store.Recall(ctx, b.Name+" "+kind, key, b.Clock.Now())
	if err == nil {
		err = json.Unmarshal(data, value)
	}
	if err != nil && !errors.Is(err, event.ErrNotFound) {
		b.Logger.Error(b.Title+": what was remembered cannot be read", "kind", kind, "error", err)
	}
	return err == nil
}

// inMemory is a Store that ends with the process.
type inMemory struct {
	values recall.Memory[json.RawMessage]
}

func (m *inMemory) Remember(_ context.Context, kind, key string, value json.RawMessage, now, until time.Time) error {
	m.values.Set(kind+" "+key, value, now, until.Sub(now))
	return nil
}

func (m *inMemory) Recall(_ context.Context, kind, key string, now time.Time) (json.RawMessage, error) {
	value, ok := m.values.Get(kind+" "+key, now)
	if !ok {
		return nil, event.ErrNotFound
	}
	return value, nil
}
