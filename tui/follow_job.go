package tui

import (
	"context"
	"errors"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"foghorn/actions"
	"foghorn/journal/event"
	"foghorn/tui/draw"
	"foghorn/tui/view"
)

// jobPoll is how often the job of an action is looked at.
const jobPoll = 2 * time.Second

// jobEnded says that the job of an action is over.
type jobEnded struct{ job event.Job }

// followJob shows the job of a step, or waits for its end to tell it. A screen that is
// closed before tells nothing; the device's page has it then.
func (m *Model) followJob(s *actions.Step) tea.Cmd {
	if s.Job == 0 {
		return nil
	}
	if s.Activity.Action == event.ActionPingDevice {
		return m.openSheet(view.NewJobSheet(event.Job{ID: s.Job, Kind: event.JobPing, Source: s.Activity.Source, State: event.JobQueued,
			Actor: s.Activity.Actor, Via: s.Activity.Via, Created: s.Activity.Time}))
	}
	id, j, clock := s.Job, m.opt.Journal, m.opt.Clock
	return m.jobs.do(0, func(ctx context.Context) tea.Msg {
		tick, stop := clock.NewTicker(jobPoll)
		defer stop()
		for {
			job, err := j.Job(ctx, id)
			switch {
			case errors.Is(err, event.ErrNotFound):
				return nil
			case err == nil && job.State.Over():
				return jobEnded{job}
			}
			select {
			case <-ctx.Done():
				return nil
			case <-tick:
			}
		}
	})
}

// takeJobEnded says what became of what a person did a while ago.
func (m *Model) takeJobEnded(msg jobEnded) tea.Cmd {
	j, role := &msg.job, draw.OK
	if j.State != event.JobDone {
		role = draw.Warn
	}
	m.say(role, fmt.Sprintf("Job %d: %s.", j.ID, m.env().Cell(j.Brief())))
	return m.pullSoon()
}
