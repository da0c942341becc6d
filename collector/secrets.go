package collector

import (
	"context"
	"slices"
	"sync"

	"foghorn/feeds/webhook"
	"foghorn/internal/mask"
	"foghorn/journal/event"
	"foghorn/mist"
)

// Secrets are all secrets that this process has fetched. It masks them in what
// comes from outside: answers of the cloud before anything reads them, requests
// before they are in the log, messages before they are printed. The zero value
// masks nothing; its methods are safe for concurrent use.
type Secrets struct {
	mu    sync.RWMutex
	texts []string
	set   *mask.Set
}

// Add adds a secret. A topic's name is ignored: every payload contains one, and
// masking it would make topics unreadable.
func (b *Secrets) Add(secret string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if secret == "" || slices.Contains(b.texts, secret) || slices.Contains(mist.Topics(), secret) {
		return
	}
	b.texts = append(b.texts, secret)
	b.set = mask.New(b.texts...)
}

// addSources adds the senders' secrets, which need not come from the configuration.
func (b *Secrets) addSources(sources []webhook.Source) {
	for _, src := range sources {
		for _, secret := range src.Secrets {
			b.Add(string(secret.Key))
		}
	}
}

// Set is the current set; nil while there is no secret.
func (b *Secrets) Set() *mask.Set {
	if b == nil {
		return nil
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.set
}

// Text masks a text.
func (b *Secrets) Text(text string) string { return b.Set().Text(text) }

// Body masks a body.
func (b *Secrets) Body(body []byte) []byte { return b.Set().Body(body) }

// maskedLog is the log for records from outside. Its records note where they
// hold secrets, so that later readers can mask them without knowing them.
type maskedLog struct {
	event.Appender
	secrets *Secrets
}

func (l maskedLog) Append(ctx context.Context, records ...event.Record) ([]int64, error) {
	set := l.secrets.Set()
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
