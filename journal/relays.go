package journal

import (
	"context"

	"foghorn/journal/event"
	"foghorn/journal/store"
)

// Relays is what can be asked about relays. A journal without relay.db has none.
type Relays interface {
	Relays(ctx context.Context) ([]event.RelayState, error)
	// AlertLanes is what each relay knows of an alert, by the relay's name.
	AlertLanes(ctx context.Context, alert int64) (map[string]event.Lane, error)
	Letters(ctx context.Context, relay string, limit int, states ...string) ([]event.DeadLetter, error)
	// LettersOf returns the letters about an event or an alert.
	LettersOf(ctx context.Context, eventID, alertID int64) ([]event.DeadLetter, error)
	SentRows(ctx context.Context, relay string, limit int) ([]event.RelaySent, error)
	SentOf(ctx context.Context, alert int64, limit int) ([]event.RelaySent, error)
	Drops(ctx context.Context, relay string, limit int) ([]event.RelayDrop, error)
}

// Outbox is what relays remember. It answers with nothing while there is no relay.db.
func (j *Journal) Outbox() Relays {
	if j.outbox == nil {
		return noRelays{}
	}
	return j.outbox
}

// WithOutbox adds relay.db, which Close closes. Nil adds nothing.
func (j *Journal) WithOutbox(o *store.Outbox) *Journal {
	j.outbox = o
	return j
}

// WithRelayPlans says which relays are configured. plans is called from any goroutine.
func (j *Journal) WithRelayPlans(plans func() []RelayPlan) *Journal {
	j.plans = plans
	return j
}

// RelayPlans are the configured relays, as far as this process knows them.
func (j *Journal) RelayPlans() []RelayPlan {
	if j.plans == nil {
		return nil
	}
	return j.plans()
}

// noRelays is the outbox of a journal in which no relay ever ran.
type noRelays struct{}

func (noRelays) Relays(context.Context) ([]event.RelayState, error) { return nil, nil }
func (noRelays) AlertLanes(context.Context, int64) (map[string]event.Lane, error) {
	return nil, nil
}
func (noRelays) Letters(context.Context, string, int, ...string) ([]event.DeadLetter, error) {
	return nil, nil
}
func (noRelays) LettersOf(context.Context, int64, int64) ([]event.DeadLetter, error) { return nil, nil }
func (noRelays) SentRows(context.Context, string, int) ([]event.RelaySent, error)    { return nil, nil }
func (noRelays) SentOf(context.Context, int64, int) ([]event.RelaySent, error)       { return nil, nil }
func (noRelays) Drops(context.Context, string, int) ([]event.RelayDrop, error)       { return nil, nil }
