package projector

import (
	"time"

	"foghorn/journal/event"
)

// Commit is what one committed slice added to the view. The receiver may keep it
// and must not change it.
type Commit struct {
	Position int64 // the last record that is in the view now
	// Received is the receive time of the newest delivery or observation; zero when
	// there was none.
	Received time.Time
	// Events are those that were stored, in the order of their ids, without Raw, as
	// far as CommittedEvent asks for them. So are NotStored.
	Events []event.Event
	// NotStored are the other events of the slice: duplicates of stored events,
	// and events that a priority rule ignores. They still show that their sender
	// is alive.
	NotStored []event.Event
	// Activities are those of the slice's records, as they were stored. A result
	// comes right after the earlier activity that it changed.
	Activities []event.Activity
	// Transitions are the steps in alerts' lives, in order. A commit that the clock
	// made has nothing else.
	Transitions []event.Transition
}

// collects reports whether Committed gets the record.
func (p *Projector) collects(seq int64) bool {
	return p.opt.Committed != nil && seq > p.opt.CommittedAfter
}

// carries reports whether a Commit carries the event.
func (p *Projector) carries(e *event.Event) bool {
	return p.opt.CommittedEvent == nil || p.opt.CommittedEvent(e)
}

// committed calls Options.Committed with a slice that is in the view.
func (p *Projector) committed(c Commit) {
	if p.collects(c.Position) {
		p.opt.Committed(c)
	}
}
