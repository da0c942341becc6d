package lifecycle

import (
	"context"
	"strings"
	"time"
)

// Phase is the part of the way of the data that a service belongs to.
type Phase uint8

const (
	// Ingest services bring records in. Everything that appends to the log is one,
	// whatever else it does: the log's writer ends after this phase.
	Ingest Phase = iota
	// Derive services write the log and what is derived from it. They finish what
	// came in before they end.
	Derive
	// Serve services show or send what was derived. They append nothing.
	Serve
)

// The orders of starting and stopping.
var (
	startOrder = [...]Phase{Derive, Ingest, Serve}
	stopOrder  = [...]Phase{Ingest, Derive, Serve}
)

func (p Phase) String() string { return [...]string{"ingest", "derive", "serve"}[p] }

// Restart says what happens when a service fails, by an error or a panic.
type Restart uint8

const (
	// Never ends all services with the error.
	Never Restart = iota
	// OnFailure runs the service again after a delay that grows with each failure.
	OnFailure
)

// The limits of services that name none.
const (
	defaultStartTimeout = 5 * time.Second
	defaultDrainTimeout = 5 * time.Second
	defaultStopTimeout  = 10 * time.Second
)

// Service is one task that works for as long as the process does.
type Service struct {
	Name  string // unique, for logs and for people
	Phase Phase
	// Run works until ctx ends. Returning nil before that means that there is
	// nothing to do, and is no failure.
	Run     func(ctx context.Context) error
	Restart Restart
	// Started, if set, is closed once the service does its work. The next phase
	// starts after that, or after StartTimeout.
	Started      <-chan struct{}
	StartTimeout time.Duration // 5 s
	// Drain, if set, waits until the service has worked off what came in. It is
	// called while Run still works, after the phases before have stopped.
	Drain        func(ctx context.Context) error
	DrainTimeout time.Duration // 5 s
	StopTimeout  time.Duration // from the end of Run's context until Run returns; 10 s
}

// State is how a service is doing.
type State string

// The states of a service.
const (
	Waiting    State = "waiting" // not started yet
	Running    State = "running"
	Restarting State = "restarting" // failed, and waits for its next run
	Stopped    State = "stopped"
	Failed     State = "failed"
)

// Health is the state of a service at one time.
type Health struct {
	Service  string
	Phase    Phase
	State    State
	Since    time.Time
	Restarts int    // since the start
	Problem  string // one line; why it failed the last time, while it is not running
}

// firstLine is an error without the stack of a panic.
func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}
