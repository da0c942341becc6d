package main

import (
	"context"
	"slices"
	"sync"

	"foghorn/feeds/webhook"
	"foghorn/internal/mask"
	"foghorn/journal/event"
	"foghorn/journal/store"
	"foghorn/mist"
)

// secretBook knows every secret that this process has fetched, and masks them in
// what comes from outside: answers of the cloud before anything reads them,
// requests before they are in the log, messages before they are printed.
type secretBook struct {
	mu    sync.RWMutex
	texts []string
	set   *mask.Set
}

// add adds a secret. A word that every payload contains is not one: masking
// it would make topics unreadable.
func (b *secretBook) add(secret string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if secret == "" || slices.Contains(b.texts, secret) || slices.Contains(mist.Topics(), secret) {
		return
	}
	b.texts = append(b.texts, secret)
	b.set = mask.New(b.texts...)
}

// addSources adds the senders' secrets, which need not be configured.
func (b *secretBook) addSources(sources []webhook.Source) {
	for _, src := range sources {
		for _, secret := range src.Secrets {
			b.add(string(secret.Key))
		}
	}
}

func (b *secretBook) current() *mask.Set {
	if b == nil {
		return nil
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.set
}

// Text masks a text.
func (b *secretBook) Text(text string) string { return b.current().Text(text) }

// Body masks a body.
func (b *secretBook) Body(body []byte) []byte { return b.current().Body(body) }

// maskedLog is the log for whatever comes from outside. Its records note where they
// hold secrets, so that later readers can mask them without knowing them.
type maskedLog struct {
	store.Appender
	secrets *secretBook
}

func (l maskedLog) Append(ctx context.Context, records ...event.Record) ([]int64, error) {
	set := l.secrets.current()
	if set == nil {
		return l.Appender.Append(ctx, records...)
	}
	hidden := make([]event.Record, len(records))
	for i, r := range records {
		var err error
		if hidden[i], err = r.Hide(set); err != nil {
			return nil, err
		}
	}
	return l.Appender.Append(ctx, hidden...)
}
