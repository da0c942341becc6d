// Package observation packs what polling and the stream found into records of
// the log, in the form of a webhook of the topic, so that one decoder reads all.
//
// Callers may rely on this: no record holds more than MaxElements elements or,
// unless one element alone is longer, more than MaxBytes of body.
package observation

import (
	"encoding/json"
	"fmt"
	"time"

	"foghorn/journal/event"
)

// Bounds of one record. They keep a page of a thousand alarms to a body of the
// size that webhooks have.
const (
	MaxElements = 500
	MaxBytes    = 1 << 20
)

// Records packs elements, JSON objects as the cloud gave them, in their order.
func Records(source string, via event.Via, topic string, received time.Time, elements ...json.RawMessage) ([]event.Record, error) {
	var out []event.Record
	for len(elements) > 0 {
		n := fitting(elements)
		body, err := json.Marshal(struct {
			Topic  string            `json:"topic"`
			Events []json.RawMessage `json:"events"`
		}{topic, elements[:n]})
		if err != nil {
			return nil, fmt.Errorf("pack what was found of %s: %w", topic, err)
		}
		r, err := event.ObservationRecord(event.Observation{Received: received, Source: source, Via: via, Topic: topic, Events: n, Body: body})
		if err != nil {
			return nil, err
		}
		out = append(out, r)
		elements = elements[n:]
	}
	return out, nil
}

// fitting returns how many of the elements one record takes; at least one.
func fitting(elements []json.RawMessage) int {
	size, n := 0, 0
	for n < len(elements) && n < MaxElements && (n == 0 || size+len(elements[n]) <= MaxBytes) {
		size += len(elements[n])
		n++
	}
	return n
}
