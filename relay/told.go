package relay

import (
	"context"
	"encoding/json"
	"errors"

	"foghorn/config"
	"foghorn/journal/event"
)

// untold are the events that people of the relay's channel do not know already.
func (q *eventQueue) untold(ctx context.Context, events []event.Event) (items []Item, err error) {
	for i := range events {
		e := &events[i]
		if q.o.Config.Derived != nil && e.Topic == event.TopicJobs {
			if e.Raw, err = q.o.Journal.Raw(ctx, e.ID); err != nil && !errors.Is(err, event.ErrNotFound) {
				return nil, err
			}
			if toldInThread(&q.o.Config, e) {
				continue
			}
		}
		items = append(items, Item{Event: e})
	}
	return items, nil
}

// toldInThread reports whether an event with its element is the end of a job that was
// asked for in the channel of the relay: it is told in the thread of the question.
func toldInThread(c *config.Relay, e *event.Event) bool {
	if c.Derived == nil || e.Topic != event.TopicJobs {
		return false
	}
	var end event.JobEnd
	return json.Unmarshal(e.Raw, &end) == nil && end.Channel == c.Channel && end.Workspace == c.Derived.Workspace
}
