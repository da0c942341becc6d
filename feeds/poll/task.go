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
	// callsPerHour is the most calls an hour it takes by itself: what costs many calls
	// is asked less often.
	callsPerHour int
	// maxCalls bounds the calls of one run, so that a list that does not end does
	// not take the budget with it.
	maxCalls int
	// after is a task that must have been tried before: names come first, so
	// that what follows is told with them.
	after string
	// optional is what an organisation may well be without: that the cloud does
	// not have it is not worth a line.
	optional bool
	run      func(ctx context.Context) error
	// pace says how long after a run the next is due, in place of every and share.
	pace func() time.Duration

	next     time.Time
	running  bool
	tried    bool
	worked   time.Time // when it last did
	failures int       // in a row
	cost     int       // calls of the last run that made any
	trouble  string    // what is wrong with it, in words
	off      bool      // the cloud refuses it; it is asked once an hour
}

// interval is how long after a run it is due again, without stretching.
func (t *task) interval() time.Duration {
	if t.pace != nil {
		return t.pace()
	}
	if t.callsPerHour <= 0 || t.cost <= 0 {
		return t.every
	}
	return max(t.every, time.Duration(t.cost)*time.Hour/time.Duration(t.callsPerHour))
}

// perHour is what the task takes by plan.
func (t *task) perHour() int {
	return int(float64(t.cost) * float64(time.Hour) / float64(max(t.interval(), time.Second)))
}
