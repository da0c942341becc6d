package configs

import (
	"context"
	"fmt"

	"foghorn/internal/clock"
	"foghorn/jobs"
	"foghorn/journal/event"
	"foghorn/mist"
)

// TaskKind is the kind of the jobs that back up.
const TaskKind = "backup"

// Organization is what a task needs to back up an organization.
type Organization struct {
	Cloud Cloud
	OrgID string
	Pace  *Pace // of reconciliation; those that share a token share it
}

// Task is the kind of job that backs up a job's Target. It is safe to begin again: it
// writes only what differs, and goes on after the last step of a whole organization. open
// opens the store when a job begins.
func Task(open func() (*Store, error), c clock.Clock, find func(source string) (Organization, error)) jobs.Task {
	return jobs.Task{Kind: TaskKind, Safe: true, Run: func(ctx context.Context, j *jobs.Running) error {
		org, err := find(j.Job.Source)
		if err != nil {
			return err
		}
		s, err := open()
		if err != nil {
			return err
		}
		defer s.Close()
		scope, err := s.Target(mist.WithCaller(ctx, "backup", mist.Operator), org.Cloud, j.Job.Source, org.OrgID, j.Job.Target)
		if err != nil {
			return err
		}
		scope.Clock = c
		scope.Urgency = mist.Operator
		if scope.Whole() {
			scope.Urgency, scope.Pace = mist.Routine, org.Pace
			if j.Job.Via == event.ViaSchedule {
				scope.Urgency = mist.Background
			}
			if j.Job.Again > 0 {
				scope.Done = j.Job.Done
			}
		}
		r, err := s.Backup(ctx, org.Cloud, scope, j.Progress)
		for _, t := range r.Troubles {
			j.Log(t.String())
		}
		for _, n := range r.Notes {
			j.Log(n)
		}
		for i, c := range r.Changes {
			if i == maxListed {
				j.Log(fmt.Sprintf("and %d more changes", len(r.Changes)-i))
				break
			}
			j.Log(c.String())
		}
		result := r.Summary()
		if scope.Done > 0 {
			result += "; counted from where it continued"
		}
		j.Result(result)
		return err
	}}
}

// Whole reports whether the scope is the whole organization.
func (s *Scope) Whole() bool {
	return s.SiteID == "" && s.DeviceID == "" && s.Object == nil && s.Type == ""
}
