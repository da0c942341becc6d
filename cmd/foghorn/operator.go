package main

import (
	"context"
	"errors"
	"os"
	"os/user"
	"strconv"

	"foghorn/event"
	"foghorn/internal/clock"
	"foghorn/store"
)

// operator appends what a person does to the log, which is the only way people
// change anything. Whichever process they sit at, the collector's projector
// applies it for everyone.
type operator struct {
	log      store.Appender
	clock    clock.Clock
	readOnly bool
}

var errReadOnly = errors.New("read-only: acks, notes and actions are switched off (read_only, --read-only)")

// Do appends the activities and returns when they are durable.
func (o *operator) Do(ctx context.Context, acts ...event.Activity) error {
	_, err := o.do(ctx, acts...)
	return err
}

// do is Do that also tells the sequence of the last record.
func (o *operator) do(ctx context.Context, acts ...event.Activity) (int64, error) {
	if o.readOnly {
		return 0, errReadOnly
	}
	records := make([]event.Record, 0, len(acts))
	for _, a := range acts {
		if a.Time.IsZero() {
			a.Time = o.clock.Now()
		}
		r, err := event.ActivityRecord(a)
		if err != nil {
			return 0, err
		}
		records = append(records, r)
	}
	return o.log.Append(ctx, records...)
}

// actor names the person at this process: FOGHORN_USER for shared accounts,
// else the account's name.
func actor(getenv func(string) string) string {
	if name := getenv("FOGHORN_USER"); name != "" {
		return name
	}
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username
	}
	return "uid " + strconv.Itoa(os.Getuid())
}
