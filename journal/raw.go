package journal

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"foghorn/journal/decode"
	"foghorn/journal/event"
)

// rawRecord is the record whose elements were asked for last. Events are listed
// in the order of their records, so that one is enough to decode each record
// once, and a record never changes.
type rawRecord struct {
	mu       sync.Mutex
	seq      int64 // 0 for none
	elements []json.RawMessage
	decoded  int // how many records were decoded so far
}

// Raw returns the element of an event as it came. The view does not keep a
// second copy of it: it is cut out of the delivery or observation in the log.
func (j *Journal) Raw(ctx context.Context, eventID int64) (json.RawMessage, error) {
	seq, place := event.SplitID(eventID)
	elements, err := j.elements(ctx, seq)
	if err != nil {
		return nil, err
	}
	if place >= len(elements) || elements[place] == nil {
		return nil, fmt.Errorf("record %d has no event at position %d", seq, place)
	}
	return slices.Clone(elements[place]), nil // or one element would keep the whole body in memory
}

// elements are those of one record, by their places.
func (j *Journal) elements(ctx context.Context, seq int64) ([]json.RawMessage, error) {
	j.raw.mu.Lock()
	defer j.raw.mu.Unlock()
	if seq != 0 && j.raw.seq == seq {
		return j.raw.elements, nil
	}
	r, err := j.Log.Get(ctx, seq)
	if err != nil {
		return nil, fmt.Errorf("read record %d: %w", seq, err)
	}
	unpack := r.Delivery
	if r.Kind == event.RecordObservation {
		unpack = r.Observation
	}
	d, err := unpack()
	if err != nil {
		return nil, err
	}
	elements, err := decode.Raw(&d)
	if err != nil {
		return nil, err
	}
	j.raw.seq, j.raw.elements = seq, elements
	j.raw.decoded++
	return elements, nil
}
