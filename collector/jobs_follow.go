package collector

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"foghorn/actions"
	"foghorn/internal/human"
	"foghorn/jobs"
	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/query"
)

// How long what Mist accepted is watched. A switch takes up to ten minutes to start.
const (
	followEvery  = time.Second
	downWithin   = 5 * time.Minute
	backWithin   = 20 * time.Minute
	portsWithin  = 2 * time.Minute
	followEvents = 500 // of a device, the newest
)

// followTask watches whether a device that was told to restart goes down and comes back, or
// ports that are bounced. It changes nothing.
func (s *Settings) followTask(env JobEnv) jobs.Task {
	return jobs.Task{Kind: event.JobFollow, Safe: true, Waits: true,
		Check: func(s *jobs.Spec) error {
			if s.Args[event.JobArgActivity] == "" || s.Args[event.JobArgMAC] == "" {
				return errors.New("a restart or a bounce starts the job that follows it (foghorn devices restart); it cannot be run by itself")
			}
			return nil
		},
		Run: func(ctx context.Context, j *jobs.Running) error {
			if env.Journal == nil {
				return errors.New("what becomes of an action is watched by a collector, and this process is none")
			}
			id, err := strconv.ParseInt(j.Job.Args[event.JobArgActivity], 10, 64)
			if err != nil {
				return fmt.Errorf("%q is not the id of an activity", j.Job.Args[event.JobArgActivity])
			}
			f := &follower{journal: env.Journal, job: j, activity: id, mac: event.MAC(j.Job.Args[event.JobArgMAC]), asked: j.Job.Created}
			look := f.restart
			if j.Job.Args[event.JobArgAction] == event.ActionBounce {
				if f.ports, err = actions.Ports(j.Job.Args[event.JobArgPorts]); err != nil {
					return err
				}
				look = f.bounce
			}
			return s.follow(ctx, f, look)
		}}
}

// follower watches one device.
type follower struct {
	journal  *journal.Journal
	job      *jobs.Running
	activity int64
	mac      event.MAC
	ports    []string
	asked    time.Time
	late     bool // the first look came when all should have been over
}

// follow looks until there is an outcome.
func (s *Settings) follow(ctx context.Context, f *follower, look func(ctx context.Context, now time.Time) (over bool, err error)) error {
	if acts, err := f.journal.ActivitiesByID(ctx, f.activity); err == nil && len(acts) == 1 {
		f.asked = acts[0].Time
	}
	f.late = s.Clock.Now().Sub(f.asked) > downWithin
	tick, stop := s.Clock.NewTicker(followEvery)
	defer stop()
	for {
		if over, err := look(ctx, s.Clock.Now()); over || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick:
		}
	}
}

// read returns the device as the journal has it, and its newest events since it was asked
// for: many devices may be followed at once, and each is looked at every second.
func (f *follower) read(ctx context.Context, now time.Time) (*event.Device, []event.Event, error) {
	where := query.And(query.Is("device_mac", string(f.mac)), query.Is("source", f.job.Job.Source), query.Since(journal.EventsSince(f.asked)))
	events, err := f.journal.Events(ctx, query.Page{Where: where, Now: now, Limit: followEvents})
	if err != nil {
		return nil, nil, err
	}
	d, ok, err := journal.DeviceByMAC(ctx, f.journal, f.job.Job.Source, f.mac, now)
	if !ok {
		return nil, events, err
	}
	return &d, events, err
}

// since is how long after it was asked for something happened.
func (f *follower) since(at time.Time) string {
	return human.Duration(max(0, at.Sub(f.asked)).Round(time.Second))
}

func (f *follower) restart(ctx context.Context, now time.Time) (over bool, err error) {
	d, events, err := f.read(ctx, now)
	if err != nil {
		return true, err
	}
	name, seen, passed := f.job.Job.Target, journal.ComebackOf(d, events, f.asked), now.Sub(f.asked)
	switch {
	case !seen.Down.IsZero() && seen.Restarted():
		back := seen.Up
		if back.IsZero() {
			back = seen.Booted
		}
		f.job.Result(fmt.Sprintf("%s went down after %s and was back after %s", name, f.since(seen.Down), f.since(back)))
		return true, nil
	case seen.Restarted():
		f.job.Result(fmt.Sprintf("%s restarted: it runs since %s after it was told to; that it was away was not seen", name, f.since(seen.Booted)))
		return true, nil
	case !seen.Down.IsZero() && passed > backWithin:
		return true, fmt.Errorf("%s went down after %s and is not back after %s", name, f.since(seen.Down), human.Duration(backWithin))
	case !seen.Down.IsZero():
		f.job.Progress(0, 0, "waiting for "+name+" to come back; it went down after "+f.since(seen.Down))
	case passed > downWithin && f.late:
		return true, fmt.Errorf("it is not known whether %s restarted: Mist accepted it, and nobody watched", name)
	case passed > downWithin:
		return true, fmt.Errorf("%s did not go down within %s of the restart, which Mist accepted", name, human.Duration(downWithin))
	default:
		f.job.Progress(0, 0, "waiting for "+name+" to go down")
	}
	return false, nil
}

func (f *follower) bounce(ctx context.Context, now time.Time) (over bool, err error) {
	_, events, err := f.read(ctx, now)
	if err != nil {
		return true, err
	}
	var back, away, unseen []string
	for i, c := range journal.PortComebacks(events, f.ports, f.asked) {
		switch port := f.ports[i]; {
		case !c.Up.IsZero():
			back = append(back, fmt.Sprintf("%s went down after %s and was back after %s", port, f.since(c.Down), f.since(c.Up)))
		case !c.Down.IsZero():
			away = append(away, port)
		default:
			unseen = append(unseen, port)
		}
	}
	f.job.Result(strings.Join(back, "; "))
	waited := now.Sub(f.asked) > portsWithin
	switch {
	case len(back) == len(f.ports):
		return true, nil
	case !waited:
		f.job.Progress(0, 0, "waiting for "+strings.Join(append(away, unseen...), ", ")+" of "+f.job.Job.Target)
		return false, nil
	case len(away) > 0:
		err = fmt.Errorf("%s of %s went down, and did not come back within %s", strings.Join(away, ", "), f.job.Job.Target, human.Duration(portsWithin))
	default:
		err = fmt.Errorf("nothing was seen of %s of %s within %s, although Mist accepted the bounce: a port with nothing on it reports nothing",
			strings.Join(unseen, ", "), f.job.Job.Target, human.Duration(portsWithin))
	}
	if len(back) > 0 {
		err = fmt.Errorf("%w: %w", jobs.ErrPartial, err)
	}
	return true, err
}
