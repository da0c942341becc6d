package journal

import (
	"context"

	"foghorn/journal/event"
)

// Jobs returns jobs, newest first. A journal without relay.db has none.
func (j *Journal) Jobs(ctx context.Context, limit int) ([]event.Job, error) {
	if j.outbox == nil {
		return nil, nil
	}
	return j.outbox.Jobs(ctx, limit)
}

// Job returns a job; ErrNotFound when there is none.
func (j *Journal) Job(ctx context.Context, id int64) (event.Job, error) {
	if j.outbox == nil {
		return event.Job{}, event.ErrNotFound
	}
	return j.outbox.Job(ctx, id)
}
