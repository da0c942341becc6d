package privacy

import (
	"context"

	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/tui/port"
)

// outbox is what relays remember; it teaches a Hider the names in it. Titles and
// answers of services name devices and sites.
type outbox struct {
	of    journal.Relays
	hider *Hider
}

// Outbox is what relays remember, as the reader's own answers are.
func (r *reader) Outbox() journal.Relays { return &outbox{r.of.Outbox(), r.hider} }

// RelayPlans name no devices and no people.
func (r *reader) RelayPlans() []journal.RelayPlan { return r.of.RelayPlans() }

func (o *outbox) Relays(ctx context.Context) ([]event.RelayState, error) {
	return taught[[]event.RelayState](o.hider)(o.of.Relays(ctx))
}

func (o *outbox) AlertLanes(ctx context.Context, alert int64) (map[string]event.Lane, error) {
	return taught[map[string]event.Lane](o.hider)(o.of.AlertLanes(ctx, alert))
}

func (o *outbox) Letters(ctx context.Context, relay string, limit int, states ...string) ([]event.DeadLetter, error) {
	return taught[[]event.DeadLetter](o.hider)(o.of.Letters(ctx, relay, limit, states...))
}

func (o *outbox) LettersOf(ctx context.Context, eventID, alertID int64) ([]event.DeadLetter, error) {
	return taught[[]event.DeadLetter](o.hider)(o.of.LettersOf(ctx, eventID, alertID))
}

func (o *outbox) SentRows(ctx context.Context, relay string, limit int) ([]event.RelaySent, error) {
	return taught[[]event.RelaySent](o.hider)(o.of.SentRows(ctx, relay, limit))
}

func (o *outbox) SentOf(ctx context.Context, alert int64, limit int) ([]event.RelaySent, error) {
	return taught[[]event.RelaySent](o.hider)(o.of.SentOf(ctx, alert, limit))
}

func (o *outbox) Drops(ctx context.Context, relay string, limit int) ([]event.RelayDrop, error) {
	return taught[[]event.RelayDrop](o.hider)(o.of.Drops(ctx, relay, limit))
}

// previews are previews whose texts teach a Hider.
type previews struct {
	of    port.Previews
	hider *Hider
}

// TeachingPreviews returns the previews p, which then teach h: a body holds names that
// no row has shown yet.
func (h *Hider) TeachingPreviews(p port.Previews) port.Previews {
	if p == nil {
		return nil
	}
	return &previews{p, h}
}

func (p *previews) PreviewRelays(ctx context.Context, id int64) ([]port.RelayPreview, error) {
	relays, err := p.of.PreviewRelays(ctx, id)
	for _, r := range relays {
		for _, q := range r.Requests {
			p.hider.LearnJSON([]byte(q.Body))
		}
	}
	return relays, err
}
