package poll

import (
	"context"
	"time"

	"foghorn/mist"
)

// task is one kind of reading, with its interval.
type task struct {
	name    string
	urgency mist.Urgency
	every   time.Duration
	// callsPerHour is the task's limit of calls an hour. If a run costs many
	// calls, the interval grows.
	callsPerHour int
	// maxCalls limits the calls of one run, so that an endless list does not
	// use up the budget.
	maxCalls int
	// after is a task that must have run before: names come first, so that
	// the events that follow have them.
	after string
	// optional suppresses the error line when the cloud does not have the
	// data, because many organizations do not.
	optional bool
	run      func(ctx context.Context) error
	// pace returns the interval, and replaces every and share.
	pace func() time.Duration

	next     time.Time
	running  bool
	tried    bool
	worked   time.Time // last success
	failures int       // in a row
	cost     int       // calls of the last run that made any
	trouble  string    // the current error, for people
	off      bool      // the cloud refuses it; retried once an hour
}

// interval returns the time between two runs, before the governor's factor.
func (t *task) interval() time.Duration {
	if t.pace != nil {
		return t.pace()
	}
	if t.callsPerHour <= 0 || t.cost <= 0 {
		return t.every
	}
	return max(t.every, time.Duration(t.cost)*time.Hour/time.Duration(t.callsPerHour))
}

// perHour returns the planned calls an hour.
func (t *task) perHour() int {
	return int(float64(t.cost) * float64(time.Hour) / float64(max(t.interval(), time.Second)))
}
