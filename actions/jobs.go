package actions

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"foghorn/internal/safetext"
	"foghorn/journal/event"
)

// Jobs keeps what takes longer than a person waits, and runs it; *jobs.Runner does.
type Jobs interface {
	// StartJob queues a job. It takes the kind, what it is about, its arguments, who asks for
	// it and where the end is told.
	StartJob(ctx context.Context, j event.Job) (event.Job, error)
	// CancelJob ends a job for somebody. ErrNotFound means that it is not queued or running.
	CancelJob(ctx context.Context, id int64, by string) error
	Job(ctx context.Context, id int64) (event.Job, error)
	// Runs reports whether a process runs jobs now.
	Runs() bool
}

// UseJobs sets what runs jobs. It is set before the first action.
func (a *Actions) UseJobs(j Jobs) { a.jobs = j }

var errNoJobs = errors.New("no job can be started from here: no collector has run in this data directory yet (foghorn serve)")

// roleOfJob is the role that starting a kind of job takes: a ping changes nothing and shows
// nothing of the configuration.
func roleOfJob(kind string) Role {
	if kind == event.JobPing {
		return RoleViewer
	}
	return RoleOperator
}

// StartJob starts a job for a person, and records who asked for it. It changes nothing in
// the network, so it is not refused by read_only.
func (a *Actions) StartJob(ctx context.Context, by Operator, j event.Job) (event.Job, error) {
	switch need := roleOfJob(j.Kind); {
	case a.jobs == nil:
		return j, errNoJobs
	case by.Role < need:
		return j, &RoleError{Action: j.Kind, Have: by.Role, Required: need}
	}
	j.Actor, j.Via, j.Reply = by.Person, by.Via, by.Reply
	started, err := a.jobs.StartJob(ctx, j)
	if err != nil {
		return started, err
	}
	_, err = a.append(ctx, event.Activity{Time: a.opt.Clock.Now(), Actor: by.Person, Via: by.Via, Action: event.ActionJobRun, Target: event.JobTarget(started.ID),
		After: strings.TrimSpace(j.Kind + " " + j.Target), Source: j.Source, Result: "ok"})
	if err != nil { // a job that is in no log does not run
		err = errors.Join(fmt.Errorf("record job %d: %w", started.ID, err), a.jobs.CancelJob(context.WithoutCancel(ctx), started.ID, by.Person))
	}
	return started, err
}

// CancelJob ends a job for a person, and records who did it: the one who asked for the
// job, or an operator.
func (a *Actions) CancelJob(ctx context.Context, by Operator, id int64) error {
	if a.jobs == nil {
		return errNoJobs
	}
	if a.opt.ReadOnly {
		return ErrReadOnly
	}
	j, err := a.jobs.Job(ctx, id)
	if err != nil {
		return err
	}
	if by.Role < RoleOperator && (j.Actor != by.Person || j.Via == event.ViaSchedule) {
		return fmt.Errorf("job %d is %s's: %w", id, safetext.Line(j.Actor), &RoleError{Action: "to cancel it", Have: by.Role, Required: RoleOperator})
	}
	if err := a.jobs.CancelJob(ctx, id, by.Person); err != nil {
		return err
	}
	_, err = a.append(ctx, event.Activity{Time: a.opt.Clock.Now(), Actor: by.Person, Via: by.Via, Action: event.ActionJobCancel, Target: event.JobTarget(id),
		Before: string(j.State), After: strings.TrimSpace(j.Kind + " " + j.Target), Source: j.Source, Result: "ok"})
	if err != nil {
		err = fmt.Errorf("record that job %d was canceled: %w", id, err)
	}
	return err
}

// startFor starts a job that belongs to an activity: the job's end is the activity's
// result. id is 0 when nothing would run it.
func (c *call) startFor(ctx context.Context, act *event.Activity, j event.Job) (id int64, err error) {
	j.Source, j.Actor, j.Via, j.Reply = act.Source, act.Actor, act.Via, c.by.Reply
	j.Args[event.JobArgActivity] = strconv.FormatInt(act.ID, 10)
	started, err := c.jobs.StartJob(ctx, j)
	return started.ID, err
}

// maxResult bounds what an activity keeps of the end of its job, in bytes.
const maxResult = 500

// JobEnded records the end of a job as the result of the activity that it belongs to.
// Recorded again it changes nothing.
func (a *Actions) JobEnded(ctx context.Context, j *event.Job) error {
	id, err := strconv.ParseInt(j.Args[event.JobArgActivity], 10, 64)
	if err != nil || id <= 0 {
		return nil
	}
	acts, err := a.opt.View.ActivitiesByID(ctx, id)
	if err != nil {
		return err
	}
	// What Mist has accepted stays so, whatever is seen of it.
	sync := event.Sync{State: event.SyncDone}
	text := safetext.Clip(safetext.Line(j.Brief()), maxResult)
	of := event.Activity{ID: id, Actor: j.Actor, Source: j.Source}
	if len(acts) > 0 {
		if of = acts[0]; of.Result == text && !of.Sync.Unfinished() {
			return nil
		}
	}
	if j.Kind != event.JobFollow && j.State != event.JobDone {
		sync = event.Sync{State: event.SyncFailed, Reason: text}
	}
	_, err = a.append(ctx, a.result(of, sync, text))
	return err
}
