package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"foghorn/actions"
	"foghorn/collector"
	"foghorn/internal/human"
	"foghorn/jobs"
	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/export"
	"foghorn/journal/store"
)

const jobsLong = `Show and run jobs: tasks that take too long for an immediate answer, such as a backup or a ping.

A collector runs the jobs of its data directory, including those that other processes start. Without a
collector, "foghorn jobs run" runs the job itself.`

const jobsExample = `foghorn jobs                                    # the latest jobs, newest first
foghorn jobs show 7                             # its log and its result
foghorn jobs run ping sw-lobby --wait           # a device pings 8.8.8.8
foghorn jobs cancel 7`

func newJobsCmd(e *env) *cobra.Command {
	list := &listFlags{}
	cmd := &cobra.Command{
		Use: "jobs", Short: "Show, run and cancel jobs", Long: jobsLong, Example: jobsExample,
		RunE: func(cmd *cobra.Command, _ []string) error { return printJobs(cmd.Context(), e, list) },
	}
	cmd.Flags().IntVarP(&list.limit, "limit", "n", 20, "at most `n` rows; 0 for all")
	addFormat(cmd, &list.format)
	cmd.AddCommand(newJobsShowCmd(e), newJobsCancelCmd(e), newJobsRunCmd(e))
	return cmd
}

// allJobs is more jobs than foghorn keeps.
const allJobs = 10_000

func printJobs(ctx context.Context, e *env, list *listFlags) error {
	s, format, page, err := e.listing(list)
	if err != nil {
		return err
	}
	outbox, err := store.OpenExistingOutbox(ctx, s.dir, s.collecting().StoreOptions())
	if err != nil {
		return err
	}
	var all []event.Job
	if outbox != nil {
		defer outbox.Close()
		limit := page.Limit
		if limit == 0 {
			limit = allJobs
		}
		if all, err = outbox.Jobs(ctx, limit); err != nil {
			return err
		}
	}
	if len(all) == 0 && format == export.Table {
		fmt.Fprintln(e.stderr, "foghorn: no job has run yet")
		return nil
	}
	return export.Write(e.stdout, format, all, e.exportOptions(page.Now))
}

// withOutbox opens the outbox of the data directory: it has the jobs, and what is managed
// about chat.
func (e *env) withOutbox(ctx context.Context, do func(*settings, *store.Outbox) error) error {
	s, err := e.settings()
	if err != nil {
		return err
	}
	if err := s.collecting().EnsureDir(); err != nil {
		return err
	}
	outbox, err := store.OpenOutbox(ctx, s.dir, s.collecting().StoreOptions())
	if err != nil {
		return err
	}
	return errors.Join(do(s, outbox), outbox.Close())
}

func newJobsShowCmd(e *env) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use: "show ID", Short: "Show a job: its progress, log and result",
		Example: "foghorn jobs show 7\nfoghorn jobs show 7 -o json | jq -r .result",
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := parseJobID(args[0])
			if err != nil {
				return err
			}
			return e.withOutbox(cmd.Context(), func(s *settings, outbox *store.Outbox) error {
				j, err := outbox.Job(cmd.Context(), id)
				if err != nil {
					return noJob(id, err)
				}
				return e.printPage(format, j, s.clock.Now(), func(p *pageWriter) { p.job(&j) })
			})
		},
	}
	addPageFormat(cmd, &format)
	return cmd
}

// job writes a job as people read it.
func (p *pageWriter) job(j *event.Job) {
	p.line(fmt.Sprintf("job %d: %s", j.ID, jobs.Title(j)))
	p.line(fmt.Sprintf("asked for by %s (%s), %s", j.Actor, j.Via, human.When(j.Created, p.options.Now, human.Local)))
	if j.Again > 0 {
		p.line("begun again after it was interrupted: " + human.CountOf(j.Again, "time"))
	}
	if !j.State.Over() && j.Brief() != "" {
		p.line("now: " + j.Brief())
	}
	if j.Error != "" {
		p.line("because: " + j.Error)
	}
	p.lines("Result", strings.Split(j.Result, "\n"))
	p.lines("Log", j.Log)
}

// lines writes a heading and lines; nothing without lines.
func (p *pageWriter) lines(title string, lines []string) {
	if strings.TrimSpace(strings.Join(lines, "")) == "" {
		return
	}
	p.line("")
	p.line(title)
	for _, l := range lines {
		p.line("  " + l)
	}
}

func newJobsCancelCmd(e *env) *cobra.Command {
	return &cobra.Command{
		Use: "cancel ID", Short: "Cancel a waiting or running job", Example: "foghorn jobs cancel 7",
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := parseJobID(args[0])
			if err != nil {
				return err
			}
			return e.withOutbox(cmd.Context(), func(s *settings, outbox *store.Outbox) error { return e.cancelJob(cmd.Context(), s, outbox, id) })
		},
	}
}

func (e *env) cancelJob(ctx context.Context, s *settings, outbox *store.Outbox, id int64) error {
	j, err := outbox.Job(ctx, id)
	if err != nil {
		return noJob(id, err)
	}
	if j.State.Over() {
		return fmt.Errorf("job %d has already ended: %s", id, j.State)
	}
	r, err := s.collecting().NewJobs(outbox, collector.JobEnv{}, nil, nil)
	if err == nil {
		err = s.withActions(ctx, func(ctx context.Context, a *actions.Actions, _ *journal.Journal) error {
			a.UseJobs(r)
			return a.CancelJob(ctx, s.operator(), id)
		})
	}
	if err == nil {
		j, err = outbox.Job(ctx, id)
	}
	if err == nil && j.State.Over() {
		fmt.Fprintf(e.stdout, "job %d is %s\n", id, j.State)
	} else if err == nil {
		fmt.Fprintf(e.stdout, "canceling job %d (foghorn jobs show %d)\n", id, id)
	}
	return err
}

func parseJobID(arg string) (int64, error) {
	id, err := strconv.ParseInt(strings.TrimPrefix(arg, "#"), 10, 64)
	if err != nil || id <= 0 {
		return 0, usageError(fmt.Errorf("%s is not the number of a job (foghorn jobs lists them)", strconv.Quote(arg)))
	}
	return id, nil
}

func noJob(id int64, err error) error {
	if errors.Is(err, event.ErrNotFound) {
		return fmt.Errorf("there is no job %d; foghorn keeps those of the last 30 days (foghorn jobs)", id)
	}
	return err
}
