package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"foghorn/actions"
	"foghorn/collector"
	"foghorn/internal/safetext"
	"foghorn/jobs"
	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/store"
)

// jobsRunFlags are those of "foghorn jobs run".
type jobsRunFlags struct {
	source string
	args   []string
	wait   bool
}

func newJobsRunCmd(e *env) *cobra.Command {
	f := &jobsRunFlags{}
	cmd := &cobra.Command{
		Use:   "run KIND [TARGET]",
		Short: "Run a job",
		Long: `Run a job. The collector of the data directory runs it; with --wait, the command shows its progress and
waits for its end. Without a collector, the command runs the job itself, and Ctrl-C cancels it.

Exit code 1 when the job failed, was only partly done, or was canceled.`,
		Example: `foghorn jobs run ping sw-lobby --wait                      # a switch pings 8.8.8.8
foghorn jobs run ping sw-lobby --arg host=192.0.2.1 --wait
foghorn jobs run backup --source acme`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error { return e.runJob(cmd.Context(), f, args) },
	}
	cmd.Flags().StringVar(&f.source, "source", "", "the `organization`; needed when several are configured")
	cmd.Flags().StringArrayVar(&f.args, "arg", nil, "an argument `NAME=VALUE` of the job, such as host=192.0.2.1; repeatable")
	cmd.Flags().BoolVar(&f.wait, "wait", false, "show the job's progress, and wait for its end")
	return cmd
}

// spec turns what was typed into what is asked for.
func (f *jobsRunFlags) spec(s *settings, args []string) (event.Job, error) {
	spec := event.Job{Kind: args[0], Source: f.source, Args: map[string]string{}}
	if len(args) > 1 {
		spec.Target = args[1]
	}
	for _, a := range f.args {
		name, value, ok := strings.Cut(a, "=")
		if !ok || name == "" {
			return spec, usageError(fmt.Errorf("--arg %q: write NAME=VALUE", a))
		}
		spec.Args[name] = value
	}
	var sources []string
	for i := range s.config.Mist {
		sources = append(sources, s.config.Mist[i].Name)
	}
	switch {
	case spec.Source != "":
	case len(sources) == 1:
		spec.Source = sources[0]
	case len(sources) == 0:
		return spec, usageError(errors.New("no [[mist]] is configured"))
	default:
		return spec, usageError(fmt.Errorf("--source is missing; it is one of %s", strings.Join(sources, ", ")))
	}
	return spec, nil
}

func (e *env) runJob(ctx context.Context, f *jobsRunFlags, args []string) error {
	return e.withOutbox(ctx, func(s *settings, outbox *store.Outbox) error {
		spec, err := f.spec(s, args)
		if err != nil {
			return err
		}
		return s.withRunner(ctx, outbox, func(runner *jobs.Runner, collected bool) error {
			var j event.Job
			if err := s.withActions(ctx, func(ctx context.Context, a *actions.Actions, _ *journal.Journal) error {
				a.UseJobs(runner)
				j, err = a.StartJob(ctx, s.operator(), spec)
				return err
			}); err != nil {
				return usageError(err)
			}
			if collected && !f.wait {
				fmt.Fprintf(e.stdout, "job %d waits for the collector (foghorn jobs show %d)\n", j.ID, j.ID)
				return nil
			}
			return e.awaitJob(ctx, runner, j.ID, collected)
		})
	})
}

// withRunner calls do with what takes and runs jobs in a command. If collected, a
// collector runs them, and the command only waits.
func (s *settings) withRunner(ctx context.Context, outbox *store.Outbox, do func(runner *jobs.Runner, collected bool) error) error {
	env, done, err := s.jobEnv(ctx)
	if err != nil {
		return err
	}
	defer done()
	runner, err := s.collecting().NewJobs(outbox, env, nil, nil)
	if err != nil {
		return err
	}
	collected, err := collectorRunsJobs(s, runner)
	if err != nil {
		return err
	}
	return do(runner, collected)
}

// collectorRunsJobs reports whether a collector runs the jobs. One that was killed is
// still named in its lock file, but holds no lock.
func collectorRunsJobs(s *settings, runner *jobs.Runner) (bool, error) {
	elsewhere, err := runner.Elsewhere()
	if err != nil || !elsewhere {
		return false, err
	}
	_, named, err := store.Holder(s.dir)
	return named, err
}

// jobEnv is what jobs work with in a command: clients of its own, and the journal for
// the names of devices, if there is one.
func (s *settings) jobEnv(ctx context.Context) (env collector.JobEnv, done func(), err error) {
	for i := range s.config.Mist {
		if err := s.config.Fetch(ctx, s.config.Mist[i].Credentials()...); err != nil {
			s.logger.Warn("a secret cannot be read", "error", err)
		}
	}
	all, err := s.collecting().Connect()
	if err != nil {
		return env, nil, err
	}
	j, err := openForReading(ctx, s)
	if err != nil {
		return env, nil, err
	}
	acts := s.actions(j, s.attached(ctx), nil)
	return collector.JobEnv{
		Organization: func(source string) (collector.Organization, error) { return collector.OrganizationOf(all, source) },
		Devices:      acts.Devices,
	}, func() { _ = j.Close() }, nil
}

// awaitJob shows how far a job is until it is over. Without a collector this process
// runs it.
func (e *env) awaitJob(ctx context.Context, runner *jobs.Runner, id int64, collected bool) error {
	ended := make(chan error, 1)
	if collected {
		ended = nil
		fmt.Fprintf(e.stderr, "foghorn: the collector runs job %d; Ctrl-C leaves it running\n", id)
	} else {
		go func() {
			_, err := runner.RunOne(ctx, id)
			ended <- err
		}()
	}
	tick := time.NewTicker(jobPoll)
	defer tick.Stop()
	missed := 0 // looks in a row that found nobody at work
	for shown := ""; ; {
		j, err := runner.Job(context.WithoutCancel(ctx), id)
		if err != nil {
			return err
		}
		if now := strings.TrimSpace(string(j.State) + " " + j.Brief()); now != shown && !j.State.Over() {
			shown = now
			fmt.Fprintln(e.stderr, safetext.Line(now))
		}
		if ended == nil && j.State.Over() {
			return e.jobEnded(&j)
		}
		left := ctx.Done()
		if !collected {
			left = nil // RunOne ends it
		} else if missed, err = stillMissed(runner, missed); err != nil || missed >= maxMissed {
			return cmp.Or(err, fmt.Errorf("the collector has stopped; job %d waits for the next one (foghorn jobs show %d)", id, id))
		}
		select {
		case err := <-ended:
			if err != nil {
				return err
			}
			ended = nil
		case <-left:
			return &exitError{code: exitProblem, err: fmt.Errorf("job %d continues (foghorn jobs show %d)", id, id)}
		case <-tick.C:
		}
	}
}

const (
	jobPoll   = 500 * time.Millisecond
	maxMissed = 20 // a collector that restarts is back by then
)

// stillMissed counts looks in a row that found no process that runs jobs.
func stillMissed(runner *jobs.Runner, missed int) (int, error) {
	elsewhere, err := runner.Elsewhere()
	if err != nil || elsewhere {
		return 0, err
	}
	return missed + 1, nil
}

// jobEnded prints the end of a job.
func (e *env) jobEnded(j *event.Job) error {
	if j.Result != "" {
		fmt.Fprintln(e.stdout, safetext.Block(j.Result))
	}
	fmt.Fprintln(e.stderr, safetext.Line(fmt.Sprintf("job %d: %s", j.ID, jobs.Title(j))))
	if j.State == event.JobDone {
		return nil
	}
	return &exitError{code: exitProblem, err: errors.New(safetext.Line(j.Error))}
}
